"""What came of answers, kept as it was: written down, shown, taken along, thrown away in time."""
