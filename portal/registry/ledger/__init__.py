"""The embedded registry: accounts, unit blocks and transactions in a database of its own.

It stands in for the registry of the United Nations. Purchases reach it through `portal.registry.connectors` only;
`portal.registry.embedded` runs it, and a rehearsal fills one of its own.
"""
