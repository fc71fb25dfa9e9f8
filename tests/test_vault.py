"""Providers' credentials are sealed at rest, and keys can be changed without losing any."""

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

from portal.vault import seal, unseal

SECRETS = {"merchant_id": "sol", "private_key": "very private", "merchant_accounts": {"EUR": "sol_eur"}}


def new_key() -> str:
    return Fernet.generate_key().decode()


def test_what_was_sealed_is_opened_again():
    assert unseal(seal(SECRETS)) == SECRETS


def test_databases_hand_out_bytes_in_wrappers_of_their_own():
    assert unseal(memoryview(seal(SECRETS))) == SECRETS


def test_nothing_can_be_read_of_what_is_sealed():
    sealed = seal(SECRETS)
    assert b"private" not in sealed
    assert seal(SECRETS) != sealed


def test_a_new_key_seals_and_the_old_one_still_opens(settings):
    old, new = new_key(), new_key()
    settings.PROVIDER_KEYS = [old]
    before = seal(SECRETS)
    settings.PROVIDER_KEYS = [new, old]
    after = seal(SECRETS)
    assert unseal(before) == unseal(after) == SECRETS
    settings.PROVIDER_KEYS = [new]
    assert unseal(after) == SECRETS
    with pytest.raises(ImproperlyConfigured, match="none of PROVIDER_KEYS opens"):
        unseal(before)


@pytest.mark.parametrize("damaged", [b"", b"damaged", b"\xff\xfe"])
def test_what_was_damaged_is_said_aloud(damaged):
    with pytest.raises(ImproperlyConfigured, match="none of PROVIDER_KEYS opens"):
        unseal(damaged)


def test_without_a_key_nothing_is_sealed(settings):
    settings.PROVIDER_KEYS = []
    with pytest.raises(ImproperlyConfigured, match="PROVIDER_KEYS is empty"):
        seal(SECRETS)
