"""What others could use, sealed at rest: providers' payment credentials, and people's second factors.

Only what talks to a gateway, or asks for a code, opens it.
"""

import json

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


def _box() -> MultiFernet:
    if not settings.PROVIDER_KEYS:
        raise ImproperlyConfigured("PROVIDER_KEYS is empty: set a Fernet key to seal secrets with")
    return MultiFernet([Fernet(key) for key in settings.PROVIDER_KEYS])


def seal(values: dict[str, object]) -> bytes:
    """Return values as bytes that only a holder of PROVIDER_KEYS can open. The newest key seals."""
    return _box().encrypt(json.dumps(values, sort_keys=True).encode())


def unseal(sealed: bytes | memoryview) -> dict[str, object]:
    """Open what `seal` closed. Raises ImproperlyConfigured when none of PROVIDER_KEYS fits."""
    try:
        opened: dict[str, object] = json.loads(_box().decrypt(bytes(sealed)))
    except InvalidToken as error:
        raise ImproperlyConfigured("none of PROVIDER_KEYS opens this") from error
    return opened


def is_newest(sealed: bytes) -> bool:
    """Say whether the newest key sealed something, so that no other is needed for it."""
    try:
        Fernet(settings.PROVIDER_KEYS[0]).decrypt(sealed)
    except InvalidToken:
        return False
    return True


def seal_again(sealed: bytes) -> bytes:
    """Return the same, sealed with the newest key. Raises ImproperlyConfigured when none of PROVIDER_KEYS fits."""
    try:
        return _box().rotate(sealed)
    except InvalidToken as error:
        raise ImproperlyConfigured("none of PROVIDER_KEYS opens this") from error
