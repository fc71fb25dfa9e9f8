"""Rehearsal: a registry's own published cancellations, carried out again in an empty ledger and compared."""
