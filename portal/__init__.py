"""Tonne by Tonne: stories of climate projects, units cancelled in a registry at once, proof that is public for ever."""

__version__ = "0.1.0"
