"""PayPal, spoken to directly. Nothing here knows a Django model: credentials come in as plain values."""
