"""Whether gateways, banks and registry say the same as we do; and what to do about what nobody here knows of."""
