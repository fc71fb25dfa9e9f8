"""Tables of many rows, each calculated by itself: uploaded, calculated in slices, fetched, deleted."""
