"""Providers and what they offer: listings of units at a price, and how many of them are left."""
