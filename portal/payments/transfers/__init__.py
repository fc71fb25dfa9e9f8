"""Bank transfers: the reference that a purchaser writes, and what a provider's bank says of the money that came.

The pure core lies beside this file: references (ISO 11649), the code that banking apps read (EPC069-12), statements of
banks (camt, MT940, CSV), and which payment an entry of one belongs to.
"""
