"""A provider's PayPal account, typed in on the desk: sealed, never shown, told to its people."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry

from portal.payments import accounts
from portal.payments.models import Account, AccountState, Change
from portal.providers.models import Listing
from tests.pages import Page
from tests.selling.proving import proof
from tests.world import World

TYPED = {
    "environment": "sandbox",
    "currencies": "eur, USD",
    "client_id": "client-1234",
    "client_secret": "very-secret",
    "merchant_id": "SOLMERCHANT",
    "webhook_id": "",
}


def address(world: World) -> str:
    return reverse("provider:paypal", args=[world.sol.pk])


def send(staff: Client, world: World, **changes: str) -> Any:
    return staff.post(address(world), TYPED | proof() | changes)


def account() -> Account:
    return Account.objects.get(rail="paypal")


def test_what_is_typed_is_sealed_and_waits_to_be_opened(world: World, staff: Client, mailoutbox: list[Any]) -> None:
    answer = send(staff, world)
    assert (answer.status_code, answer["Location"]) == (302, reverse("provider:inspect", args=[world.sol.pk]))
    kept = account()
    assert (kept.environment, kept.currencies, kept.state) == ("sandbox", ["EUR", "USD"], AccountState.SETTING_UP)
    assert accounts.sealed_keys(kept) == {
        "client_id": "client-1234",
        "client_secret": "very-secret",
        "merchant_id": "SOLMERCHANT",
        "webhook_id": "",
    }
    page = Page(staff.get(answer["Location"]))
    assert f"/hooks/paypal/{kept.hook_key}/" in page.source
    assert "very-secret" not in page.source
    assert [each.to for each in mailoutbox] == [["luz@example.org"]]
    assert "very-secret" not in mailoutbox[0].body
    assert ModelLogEntry.objects.get(action="desk.change").data["changes"] == {"paypal_account": None}


def test_nothing_that_is_sealed_is_ever_shown(world: World, staff: Client) -> None:
    send(staff, world, webhook_id="WH-987654")
    page = Page(staff.get(address(world)))
    assert "a client id that ends in 1234" in page.source
    for secret in ("client-1234", "very-secret", "SOLMERCHANT", "WH-987654"):
        assert secret not in page.source


def test_the_webhook_id_may_follow_and_the_rest_stays(world: World, staff: Client) -> None:
    send(staff, world)
    nothing = {"client_id": "", "client_secret": "", "merchant_id": ""}
    assert send(staff, world, webhook_id="WH-1", **nothing).status_code == 302
    assert accounts.sealed_keys(account()) | {"webhook_id": "WH-1"} == accounts.sealed_keys(account())
    assert accounts.sealed_keys(account())["client_secret"] == "very-secret"
    assert Account.objects.filter(rail="paypal").count() == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"client_secret": ""}, "Fill in all three"),
        ({"merchant_id": "somebody@example.org"}, "letters and digits"),
        ({"currencies": "EUR KWD"}, "prices in KWD cannot be paid through PayPal"),
        ({"currencies": ""}, "required"),
        ({"own_password": "guessed"}, "This is not your password."),
        ({"own_code": ""}, "Type a code of your second factor as well."),
        ({"own_code": "123"}, "This code is wrong, or was used already."),
    ],
)
def test_what_cannot_be_right_is_said_and_nothing_is_kept(world: World, staff: Client, changes, said) -> None:
    page = Page(send(staff, world, **changes))
    assert (page.status, said in page.source) == (200, True)
    assert "very-secret" not in page.source
    assert not Account.objects.filter(rail="paypal").exists()


def test_another_account_waits_once_this_one_has_been_open(world: World, staff: Client, mailoutbox: list[Any]) -> None:
    """Nothing is written but that it waits; only where PayPal calls us may follow at once."""
    world.paypal()
    listing = world.listing()
    accounts.pause_account(accounts.account_of(world.sol))
    answer = staff.post(address(world), TYPED | proof(), follow=True)
    assert "have 72 hours to stop it." in Page(answer).source
    assert (account().environment, accounts.sealed_keys(account())["client_id"]) == ("simulator", "sol_client")
    assert Listing.objects.get(pk=listing.pk).paused_for == "changing"
    assert mailoutbox == []  # the letter with the link goes out by a task
    assert "A change of this account waits already." in Page(send(staff, world)).source


def test_the_webhook_id_of_an_open_account_follows_at_once(world: World, staff: Client) -> None:
    world.paypal()
    nothing = {"client_id": "", "client_secret": "", "merchant_id": "", "environment": "simulator"}
    assert send(staff, world, webhook_id="WH-2", **nothing).status_code == 302
    assert accounts.sealed_keys(account())["webhook_id"] == "WH-2"
    assert Change.objects.count() == 0


def test_only_who_may_change_providers_sees_it(world: World, client: Client) -> None:
    person = world.user("Nia", is_staff=True)
    person.user_permissions.set(Permission.objects.filter(codename__in=["access_admin", "view_provider"]))
    client.force_login(person)
    answer = client.post(address(world), TYPED)
    assert (answer.status_code, answer["Location"]) == (302, reverse("wagtailadmin_home"))
    assert not Account.objects.filter(rail="paypal").exists()


def test_who_has_no_second_factor_is_led_to_set_one_up_and_back(world: World, staff: Client) -> None:
    Authenticator.objects.all().delete()
    for answer in (staff.get(address(world)), staff.post(address(world), TYPED)):
        assert (answer.status_code, answer["Location"]) == (302, "/en/accounts/second-factor/totp/activate/")
    assert staff.session["led_from"] == address(world)
    assert not Account.objects.filter(rail="paypal").exists()
