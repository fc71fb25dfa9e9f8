"""Where checkout meets a payment gateway, and the only place it does.

`protocol.py` says what any gateway must promise: typed outcomes, and `UNKNOWN` whenever nobody can tell what happened.
`braintree.py` keeps that promise through Braintree's SDK, one object per provider, so that one provider's keys can
never be used for another's purchaser. `sample_cards.py` lists the cards a visitor can pay with when the provider's
account lives in the simulator. Nothing here knows a Django model: credentials come in as plain values.
"""
