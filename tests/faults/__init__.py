"""What becomes of money and units when processes are killed and everybody outside lies: `python -m tests.faults`."""
