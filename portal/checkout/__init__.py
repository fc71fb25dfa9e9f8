"""The checkout: orders, from a listing to a certificate. It conducts payments and registry, which know no orders."""
