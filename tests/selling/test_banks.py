"""A provider's bank account, typed in on the desk: told to its people, opened and paused like any other account."""

from decimal import Decimal
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry

from portal.payments import accounts, changes
from portal.payments.models import AccountState, Change
from portal.payments.transfers.models import BankAccount
from portal.selling.banks import BankForm
from tests.pages import Page
from tests.payments.transfers.conftest import bank
from tests.payments.transfers.transferring import asked
from tests.selling.proving import proof
from tests.world import World

__all__ = ["bank"]
pytestmark = pytest.mark.usefixtures("contexts")

TYPED = {
    "holder": "Sol  Wind SpA",
    "iban": "DE89 3704 0044 0532 0130 00",
    "number": "",
    "bic": "cobadeffxxx",
    "bank_name": "A bank in Cologne",
    "bank_address": "",
    "intermediary": "",
    "currencies": "eur",
    "days": "14",
    "is_automatic": "on",
    "second_person_from": "5000",
}


def new(world: World) -> str:
    return reverse("provider:new_bank", args=[world.sol.pk])


def of(bank: BankAccount) -> str:
    return reverse("provider:bank", args=[bank.account.provider_id, bank.pk])


def page_of(world: World) -> str:
    return reverse("provider:inspect", args=[world.sol.pk])


def send(staff: Client, address: str, typed: dict[str, str]) -> Any:
    return staff.post(address, proof() | typed)


def errors(answer: Any) -> dict[str, list[str]]:
    """What is said beside the fields of a form that was sent back."""
    form = next(each["form"] for each in answer.context if isinstance(each.get("form"), BankForm))
    return {name: list(said) for name, said in form.errors.items()}


def test_what_is_typed_is_kept_in_its_written_form_and_waits_to_be_opened(
    world: World, staff: Client, mailoutbox: list[Any]
) -> None:
    answer = send(staff, new(world), TYPED)
    assert (answer.status_code, answer["Location"]) == (302, page_of(world))
    kept = BankAccount.objects.get()
    assert (kept.holder, kept.iban, kept.bic) == ("Sol Wind SpA", "DE89370400440532013000", "COBADEFFXXX")
    assert (kept.days, kept.is_automatic, kept.second_person_from) == (14, True, Decimal(5000))
    assert (kept.account.rail, kept.account.currencies, kept.account.state) == ("transfer", ["EUR"], "setting_up")
    (letter,) = mailoutbox
    assert letter.to == ["luz@example.org"]
    assert "where money is transferred to: one of its bank accounts is new, or has changed" in letter.body
    assert "DE89" not in letter.body
    before, after = ModelLogEntry.objects.get(action="desk.change").data["changes"]["bank_account"]
    assert before == ""
    assert after == "Sol Wind SpA, DE89 3704 0044 0532 0130 00, COBADEFFXXX, EUR, a second person from 5000"


def test_it_is_opened_and_paused_on_the_page_of_the_provider(world: World, staff: Client) -> None:
    send(staff, new(world), TYPED)
    account = BankAccount.objects.get().account
    send(staff, page_of(world), {"account": str(account.pk), "open": "1"})
    assert Change.objects.get(account=account).opens  # which waits, beside the account for cards
    changes.stop(Change.objects.get(), now=world.now)
    accounts.open_account(account, at_once=True)
    for button, state in (("pause", AccountState.PAUSED), ("open", AccountState.OPEN)):
        send(staff, page_of(world), {"account": str(account.pk), button: "1"})
        account.refresh_from_db()
        assert account.state == state
    source = staff.get(page_of(world)).content.decode()
    assert of(account.bank) in source
    assert new(world) in source


def test_the_form_shows_what_is_kept_and_changes_it(world: World, staff: Client, bank: BankAccount) -> None:
    page = Page(staff.get(of(bank)))
    assert 'value="DE89 3704 0044 0532 0130 00"' in page.source
    assert send(staff, of(bank), TYPED | {"days": "20", "is_automatic": ""}).status_code == 302
    bank.refresh_from_db()
    assert (bank.days, bank.is_automatic) == (20, False)
    assert (BankAccount.objects.count(), bank.account.state) == (1, AccountState.OPEN)


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"iban": "DE89 3704 0044 0532 0130 01"}, "iban", "This is no IBAN: a character is missing, or wrong."),
        ({"iban": ""}, "number", "Give an IBAN, or an account number where the country has none."),
        ({"bic": "COBA"}, "bic", "This is no BIC. It has 8 or 11 letters and digits."),
        ({"holder": "\u3164"}, "holder", "This contains"),
        ({"currencies": "EUR XXY"}, "currencies", "XXY is no currency."),
        ({"currencies": ""}, "currencies", "This field is required."),
        ({"days": "61"}, "days", "Ensure this value is less than or equal to 60."),
        ({"second_person_from": "-1"}, "second_person_from", "Ensure this value is greater than or equal to 0."),
        ({"own_password": "guessed"}, "own_password", "This is not your password."),
        ({"own_code": ""}, "own_code", "Type a code of your second factor as well."),
    ],
)
def test_what_cannot_be_right_is_said_beside_its_field_and_nothing_is_kept(
    world: World, staff: Client, changes: dict[str, str], field: str, said: str
) -> None:
    answer = send(staff, new(world), TYPED | changes)
    assert answer.status_code == 200
    assert list(errors(answer)) == [field]
    assert said in errors(answer)[field][0]
    assert not BankAccount.objects.exists()


def test_two_accounts_in_one_currency_are_not_open_together(world: World, staff: Client, bank: BankAccount) -> None:
    answer = send(staff, new(world), TYPED | {"iban": "FR1420041010050500013M02606"})
    assert answer.status_code == 302  # being set up beside the open one
    other = BankAccount.objects.exclude(pk=bank.pk).get()
    send(staff, page_of(world), {"account": str(other.account_id), "open": "1"})
    other.account.refresh_from_db()
    assert other.account.state == AccountState.SETTING_UP
    staff.post(page_of(world), {"account": str(bank.account_id), "pause": "1"})
    accounts.open_account(other.account, at_once=True)
    send(staff, of(bank), TYPED | {"currencies": "USD"})
    send(staff, page_of(world), {"account": str(bank.account_id), "open": "1"})
    answer = send(staff, of(bank), TYPED | {"currencies": "EUR USD"})
    assert "Another account for this way of payment is open in EUR. Pause it first." in answer.content.decode()


def test_another_number_waits_and_is_told_before_money_goes_there(
    world: World, staff: Client, bank: BankAccount, mailoutbox: list[Any]
) -> None:
    """What purchasers were told stays true: whoever transfers has time, and the provider's people can stop it."""
    asked(world)
    answer = send(staff, of(bank), TYPED | {"iban": "FR1420041010050500013M02606", "days": "20"})
    assert answer.status_code == 302
    assert "This is not changed yet." in staff.get(answer["Location"]).content.decode()
    bank.refresh_from_db()
    assert (bank.iban, bank.days) == ("DE89370400440532013000", 20)
    assert changes.wanted(Change.objects.get(account=bank.account_id))["bank"]["iban"] == "FR1420041010050500013M02606"
    answer = send(staff, of(bank), TYPED | {"iban": "GB82 WEST 1234 5698 7654 32"})
    assert errors(answer) == {"__all__": [str(changes.WAITS)]}


def test_who_has_no_second_factor_is_led_to_set_one_up(world: World, staff: Client, bank: BankAccount) -> None:
    Authenticator.objects.all().delete()
    for address in (new(world), of(bank)):
        for answer in (staff.get(address), staff.post(address, TYPED)):
            assert (answer.status_code, answer["Location"]) == (302, "/en/accounts/second-factor/totp/activate/")


def test_only_who_may_change_providers_sees_it(world: World, client: Client, bank: BankAccount) -> None:
    person = world.user("Nia", is_staff=True)
    person.user_permissions.set(Permission.objects.filter(codename__in=["access_admin", "view_provider"]))
    for somebody in (person, world.luz):
        client.force_login(somebody)
        for address in (new(world), of(bank)):
            for answer in (client.get(address), client.post(address, TYPED)):
                assert answer.status_code == 302
                assert answer["Location"].startswith("/admin/")
    assert BankAccount.objects.get().days == 10


def test_there_is_no_account_under_another_provider(world: World, staff: Client, bank: BankAccount) -> None:
    elsewhere = reverse("provider:bank", args=[world.vento.pk, bank.pk])
    nowhere = reverse("provider:bank", args=[world.sol.pk, bank.pk + 1])
    for address in (elsewhere, nowhere, reverse("provider:new_bank", args=[world.vento.pk + 99])):
        assert staff.get(address, follow=True).status_code == 404
