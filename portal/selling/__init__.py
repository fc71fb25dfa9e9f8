"""The desk for sales: providers and listings to edit, orders and payments to look at. Above all rooms it shows."""
