"""Random names: secret addresses, references and public ids that nobody can guess and everybody can read aloud."""

import secrets

# Crockford's alphabet: no I, L, O, U, so that a code read aloud or copied by hand stays the same.
CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_token() -> str:
    """Return 128 random bits for an address that only its holder knows."""
    return secrets.token_urlsafe(16)


def new_reference() -> str:
    """Return a human-readable order reference of 50 random bits, such as T-7K4M9-QXD2F."""
    letters = "".join(secrets.choice(CODE_ALPHABET) for _i in range(10))
    return f"T-{letters[:5]}-{letters[5:]}"


def new_listing_code() -> str:
    """Return an opaque public id for a listing."""
    return "".join(secrets.choice(CODE_ALPHABET) for _i in range(8)).lower()
