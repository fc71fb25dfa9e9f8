"""Project stories: the index with its filters, and one page per activity with what its providers offer."""
