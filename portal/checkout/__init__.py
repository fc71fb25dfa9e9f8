"""The checkout: people, providers, listings, orders and payments. It knows the registry through its service only."""
