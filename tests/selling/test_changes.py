"""What leads money elsewhere, or sells for a hundredth: asked again, written down as it was and is, and told."""

import time
from decimal import Decimal
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry

from portal.payments.models import Change
from portal.providers.models import Listing, Provider
from portal.vault import unseal
from tests.selling.proving import proof
from tests.selling.test_forms import CREDENTIALS, edit, errors, listing_form, provider_form
from tests.world import PASSWORD, World

pytestmark = pytest.mark.usefixtures("contexts")

SECRETS = ("sol_merchant", "public-key-1a2b", "private-key-9z8y", "sol_eur", PASSWORD)


def said(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def change(staff: Client, provider: Provider, **typed: str) -> Any:
    form = provider_form(gateway_environment="simulator", member_emails="luz@example.org", **typed)
    return staff.post(reverse("provider:edit", args=[provider.pk]), form)


def keys_of(provider: Provider) -> Any:
    return unseal(Provider.objects.get(pk=provider.pk).accounts.get().sealed_credentials)["merchant_id"]


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ({}, "Type your own password to change this."),
        ({"own_password": "wrong horse"}, "This is not your password. Nothing was changed."),
    ],
)
def test_credentials_are_replaced_by_ones_own_password_only(
    world: World, staff: Client, mailoutbox: list[Any], typed: dict[str, str], reason: str
) -> None:
    assert errors(change(staff, world.sol, **CREDENTIALS, **typed)) == {"own_password": [reason]}
    assert keys_of(world.sol) == "sol"
    assert mailoutbox == []


def test_environment_and_registry_account_ask_for_it_too_and_nothing_else_does(world: World, staff: Client) -> None:
    for changes in (
        {"gateway_environment": "sandbox"},
        {"registry_account": "HOLDING-new"},
        {"member_emails": "bo@example.org"},  # who could stop a change
    ):
        form = provider_form(**{"gateway_environment": "simulator", "member_emails": "luz@example.org", **changes})
        response = staff.post(reverse("provider:edit", args=[world.sol.pk]), form)
        assert errors(response) == {"own_password": ["Type your own password to change this."]}, changes
    assert change(staff, world.sol, name="Sol y Mar").status_code == 302


def test_a_password_alone_changes_nothing_and_a_code_counts_once(world: World, staff: Client) -> None:
    typed = {**CREDENTIALS, **proof()}
    for code, reason in (
        ("", "Type a code of your second factor as well."),
        ("000000", "This code is wrong, or was used already. Wait for the next one, then enter that."),
    ):
        assert errors(change(staff, world.sol, **{**typed, "own_code": code})) == {"own_code": [reason]}
    assert Change.objects.count() == 0
    assert change(staff, world.sol, **typed).status_code == 302
    Change.objects.all().delete()
    assert list(errors(change(staff, world.sol, **typed))) == ["own_code"]


def test_who_has_no_second_factor_is_told_where_to_set_one_up(world: World, staff: Client) -> None:
    Authenticator.objects.all().delete()
    answer = change(staff, world.sol, **CREDENTIALS, own_password=PASSWORD, own_code="123456")
    (said_,) = errors(answer)["own_code"]
    assert said_.startswith("This needs a second factor, which your account does not have yet.")
    assert '<a href="/en/accounts/second-factor/totp/activate/">Set it up</a>' in answer.content.decode()


@pytest.mark.stores
def test_guessing_passwords_is_limited(
    world: World, staff: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.RATE_LIMITS = True
    moment = time.time()
    monkeypatch.setattr(time, "time", lambda: moment)  # all within one window, whenever this runs
    for _attempt in range(10):
        change(staff, world.sol, **CREDENTIALS, own_password="wrong horse")
    answer = change(staff, world.sol, **CREDENTIALS, **proof())
    assert errors(answer) == {"own_password": ["That was tried too often. Please wait ten minutes."]}


def test_those_who_knew_it_before_are_told_in_three_languages(
    world: World, staff: Client, mailoutbox: list[Any]
) -> None:
    sol = world.sol
    form = provider_form(gateway_environment="simulator", member_emails="alma@example.org", **CREDENTIALS)
    world.alma  # noqa: B018  # a builder
    staff.post(reverse("provider:edit", args=[sol.pk]), {**form, **proof()})
    (letter,) = mailoutbox
    assert letter.to == ["luz@example.org"]
    assert letter.subject.startswith("Sol: something was changed · Sol\u00a0: ")
    text = letter.body
    assert "how it is paid" not in text  # that waits, and has a letter of its own
    assert "- the people who see its listings" in text
    assert "Si no lo conocía" in text
    for secret in SECRETS:
        assert secret not in text, secret


def test_a_name_from_right_to_left_leaves_the_words_of_that_letter_in_their_order(
    world: World, staff: Client, mailoutbox: list[Any]
) -> None:
    typed = {"registry_account": "HOLDING-sonne", "name": "طاقة الشمس", **proof()}
    assert change(staff, world.sol, **typed).status_code == 302
    (letter,) = mailoutbox
    assert letter.subject.startswith("\u2068طاقة الشمس\u2069: something was changed")
    assert "changed this of \u2068طاقة الشمس\u2069 (" in letter.body


def test_a_letter_that_cannot_be_sent_is_said_and_the_change_stands(world: World, staff: Client, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    answer = change(staff, world.sol, registry_account="HOLDING-sonne", **proof())
    assert said(answer)[-1] == "The letter that tells of this could not be sent. Please tell the provider."
    assert Provider.objects.get(pk=world.sol.pk).registry_account == "HOLDING-sonne"


def test_the_history_says_what_changed_and_no_secret(world: World, staff: Client, mailoutbox: list[Any]) -> None:
    change(staff, world.sol, **CREDENTIALS, name="Sol y Mar", **proof())
    kept = str(list(ModelLogEntry.objects.values_list("data", flat=True)))
    page = staff.get(reverse("provider:history", args=[world.sol.pk])).content.decode()
    for text in ("Sol → Sol y Mar", "Private key: replaced", "Merchant accounts: replaced"):
        assert text in page, text
    for secret in SECRETS:
        assert secret not in page + kept, secret


# --- Prices


def asked(new: str, old: str) -> dict[str, list[str]]:
    return {"unit_price": [f"{new} per unit, where {old} was asked before. Correct it, or tick the box below."]}


def test_a_price_far_from_the_one_before_is_asked_about_once(world: World, staff: Client) -> None:
    listing = world.listing(price="2.60")
    address = reverse("listing:edit", args=[listing.pk])
    assert "price_is_meant" not in staff.get(address).content.decode()
    response = staff.post(address, edit(world, listing, unit_price="0.02"))
    assert errors(response) == asked("€0.02", "€2.60")
    assert '<input type="checkbox" name="price_is_meant" value="0.02"' in response.content.decode()
    other = staff.post(address, edit(world, listing, unit_price="0.03", price_is_meant="0.02"))
    assert errors(other) == asked("€0.03", "€2.60")  # ticked for another price
    assert staff.post(address, edit(world, listing, unit_price="0.02", price_is_meant="0.02")).status_code == 302
    assert Listing.objects.get().unit_price == Decimal("0.02")


@pytest.mark.parametrize("price", ["1.30", "2.60", "5.20"])
def test_a_price_near_the_one_before_is_saved_unasked(world: World, staff: Client, price: str) -> None:
    listing = world.listing(price="2.60")
    response = staff.post(reverse("listing:edit", args=[listing.pk]), edit(world, listing, unit_price=price))
    assert response.status_code == 302


def test_a_first_price_is_compared_with_what_the_activity_costs(world: World, staff: Client) -> None:
    world.listing(price="2.60")
    world.listing(price="9.00", currency="USD")
    assert errors(staff.post(reverse("listing:add"), listing_form(world, unit_price="26"))) == asked("€26.00", "€2.60")
    again = listing_form(world, unit_price="26", price_is_meant="26")
    assert staff.post(reverse("listing:add"), again).status_code == 302


def test_the_history_of_a_listing_has_the_old_price_and_the_new(world: World, staff: Client) -> None:
    listing = world.listing(price="2.60")
    staff.post(reverse("listing:edit", args=[listing.pk]), edit(world, listing, unit_price="3.00"))
    form = edit(world, listing, unit_price="3.00")
    del form["is_open"]
    staff.post(reverse("listing:edit", args=[listing.pk]), form)
    page = staff.get(reverse("listing:history", args=[listing.pk])).content.decode()
    assert "price per unit: 2.60 → 3.00" in page or "Price per unit: 2.60 → 3.00" in page
    assert "n offer: ✓ → –" in page
