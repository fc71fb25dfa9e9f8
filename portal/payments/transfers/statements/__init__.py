"""Core: what banks say of their accounts, read into one kind of entry: camt, MT940, CSV, or a ZIP."""
