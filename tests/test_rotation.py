"""Keys are changed by a command: all that is sealed is sealed anew, whatever happens meanwhile, and nothing is lost."""

from io import StringIO
from typing import Any

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command

from portal import rotation
from portal.payments import accounts, changes
from portal.payments.models import Account
from portal.people import second_factor
from portal.vault import is_newest
from tests.payments.test_changes import OTHERS, ask
from tests.selling.proving import give_second_factor
from tests.world import World


def new_key() -> str:
    return Fernet.generate_key().decode()


def run(*arguments: str) -> str:
    said = StringIO()
    call_command("rotate_keys", *arguments, stdout=said)
    return said.getvalue()


def test_accounts_and_changes_that_wait_are_sealed_anew_and_the_old_key_can_go(world: World, settings: Any) -> None:
    world.paypal(world.vento, currencies=["EUR"])
    change = ask(world.sol)
    old, new = settings.PROVIDER_KEYS[0], new_key()
    settings.PROVIDER_KEYS = [new, old]
    assert rotation.look().left == 4
    with pytest.raises(CommandError, match="still needed"):
        run("--count")
    assert rotation.look().left == 4
    assert run() == "4 sealed anew, 0 left, 0 that no key opens.\n"
    assert run() == "0 sealed anew, 0 left, 0 that no key opens.\n"
    settings.PROVIDER_KEYS = [new]
    assert accounts.sealed_keys(accounts.account_of(world.sol))["merchant_id"] == "sol"
    change.refresh_from_db()
    assert changes.wanted(change)["keys"] == OTHERS


def test_it_goes_on_where_it_was_stopped(world: World, settings: Any) -> None:
    first, _second = accounts.account_of(world.sol), accounts.account_of(world.vento)
    settings.PROVIDER_KEYS = [new_key(), *settings.PROVIDER_KEYS]
    accounts.keep(first, keys=accounts.sealed_keys(first))  # as a run does that is ended after its first value
    assert rotation.look().left == 1
    assert run() == "1 sealed anew, 0 left, 0 that no key opens.\n"


def test_what_is_replaced_meanwhile_stays_replaced(world: World, settings: Any) -> None:
    account = accounts.account_of(world.sol)
    before = bytes(account.sealed_credentials)
    settings.PROVIDER_KEYS = [new_key(), *settings.PROVIDER_KEYS]
    accounts.keep(account, keys=OTHERS, at_once=True)
    assert not accounts.replace_seal(account.pk, before=before, after=b"of the old ones")
    account.refresh_from_db()
    assert accounts.sealed_keys(account) == OTHERS
    assert is_newest(bytes(account.sealed_credentials))


def test_what_no_key_opens_is_named_and_holds_up_nothing(world: World, settings: Any) -> None:
    world.vento  # noqa: B018  # a builder
    Account.objects.filter(pk=accounts.account_of(world.sol).pk).update(sealed_credentials=b"damaged")
    settings.PROVIDER_KEYS = [new_key(), *settings.PROVIDER_KEYS]
    said = StringIO()
    with pytest.raises(CommandError, match="cannot be opened"):
        call_command("rotate_keys", stdout=said)
    assert said.getvalue().splitlines() == [
        "1 sealed anew, 0 left, 1 that no key opens.",
        "No key opens what is sealed of sol. Type it in again, or bring its key back.",
    ]


def test_second_factors_are_sealed_anew_and_codes_that_were_used_stay_used(world: World, settings: Any) -> None:
    bo = world.user("Bo")
    give_second_factor(bo)
    first, second, *_others = RecoveryCodes.activate(bo).get_unused_codes()
    assert RecoveryCodes.activate(bo).validate_code(first)
    settings.PROVIDER_KEYS = [new_key(), *settings.PROVIDER_KEYS]
    sealed = list(second_factor.sealed_values())
    assert run().startswith(f"{len(sealed)} sealed anew, 0 left")
    settings.PROVIDER_KEYS = settings.PROVIDER_KEYS[:1]
    kept = RecoveryCodes.activate(bo)
    assert (kept.validate_code(first), kept.validate_code(second)) == (False, True)
    number, before, _name = sealed[0]
    assert not second_factor.replace_seal(number, before=before, after=b"of the old ones")
    settings.PROVIDER_KEYS = [new_key()]
    assert rotation.look().lost == (f"the second factor of account {bo.pk}",) * 2
