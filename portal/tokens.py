"""What nobody can guess and nobody mixes up: secret tokens, and the codes that people read to one another."""

import re
import secrets

TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")  # what new_token returns: nothing else need be looked for
# Crockford's base 32, see crockford.com/base32.html: no I, L, O, U, so that a code read aloud or copied by hand stays
# the same.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_token() -> str:
    """Return 128 random bits for an address that only its holder knows."""
    return secrets.token_urlsafe(16)


def random_letters(count: int) -> str:
    """Return so many letters of the alphabet, of five random bits each."""
    return "".join(secrets.choice(ALPHABET) for _i in range(count))


def new_reference() -> str:
    """Return a human-readable order reference of 50 random bits, such as T-7K4M9-QXD2F."""
    letters = random_letters(10)
    return f"T-{letters[:5]}-{letters[5:]}"


def new_listing_code() -> str:
    """Return an opaque public id for a listing, of 40 random bits."""
    return random_letters(8).lower()
