"""The embedded registry: accounts, unit blocks and transactions in a database of its own.

It stands in for the registry of the United Nations. The portal reaches it through `portal.registry.connectors` only.
"""
