"""The checkout: the way from an order to its certificate, between payments and the registry."""
