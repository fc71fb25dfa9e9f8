"""The registry room: cancels units, certifies, and remembers in public. It knows no other app."""
