"""Certificates: the facts of a cancellation, put into words, sealed, drawn, and kept as they were drawn."""
