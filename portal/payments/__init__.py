"""Money, straight to the provider: accounts to be paid into, attempts to pay and what gateways said of them.

Payments know references and amounts, never what was bought. `gateway.py` says what any rail that charges must promise:
typed outcomes, and `UNKNOWN` whenever nobody can tell what happened. `braintree/` keeps that promise through
Braintree's SDK, one object per account, so that one provider's keys can never be used for another's purchaser.
"""
