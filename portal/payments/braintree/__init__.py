"""Cards, through Braintree's SDK. Nothing here knows a Django model: credentials come in as plain values."""
