"""A change of where money goes: told by letter with a link, stopped by it, and carried out if nobody did."""

import re
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from portal.logs import masked
from portal.payments import accounts
from portal.payments.models import Account, AccountState, Change, ChangeState
from portal.payments.transfers import banks
from portal.providers.models import Listing, Provider
from portal.selling import changes
from tests.pages import Page
from tests.selling.proving import proof
from tests.world import World

OTHERS = {"merchant_id": "mar", "public_key": "p", "private_key": "q", "merchant_accounts": {"EUR": "mar_eur"}}


def ask(provider: Provider) -> Change:
    accounts.set_account(provider=provider, environment="simulator", keys=OTHERS)
    return Change.objects.get(account__provider=provider)


def links(letter: Any) -> list[str]:
    return re.findall(r"^https?://[^/]+(/\w\w/account/\S+)$", letter.body, re.MULTILINE)


def test_the_people_who_know_the_old_place_get_a_link_that_stops_it(
    world: World, client: Client, mailoutbox: list[Any]
) -> None:
    listing, change = world.listing(), ask(world.sol)
    changes.tell(now=timezone.now())
    changes.tell(now=timezone.now())  # once
    (letter,) = mailoutbox
    assert letter.to == ["luz@example.org"]
    assert letter.subject.startswith("Sol: its money is to go elsewhere · ")
    assert "mar" not in letter.body.replace("Marque", "")
    for told in ("to Sol (Card EUR, USD) are", "à Sol (Carte EUR, USD) doivent", "a Sol (Tarjeta EUR, USD) han"):
        assert told in letter.body, told
    address = links(letter)[0]
    assert address == f"/en/account/stop/{change.stop_key}/"
    assert [each[:4] for each in links(letter)] == ["/en/", "/fr/", "/es/"]
    page = Page(client.get(address))
    assert (page.status, page.soup.h1.text) == (200, "Stop this change?")
    assert "luz@example.org" not in page.source
    assert Change.objects.get().state == ChangeState.PENDING  # looking stops nothing
    stopped = Page(client.post(address, follow=True))
    assert stopped.soup.h1.text == "The change is stopped"
    assert Page(client.post(address, follow=True)).soup.h1.text == "The change is stopped"
    assert accounts.sealed_keys(accounts.account_of(world.sol))["merchant_id"] == "sol"
    assert Listing.objects.get(pk=listing.pk).paused_for == ""
    noted = [each.data["changes"] for each in ModelLogEntry.objects.filter(action="desk.change")]
    assert noted == [{"payment_change": ["Waits", "Stopped"]}]


def test_what_nobody_stopped_is_carried_out_and_told(world: World, client: Client, mailoutbox: list[Any]) -> None:
    listing, change = world.listing(), ask(world.sol)
    changes.carry_out_due(now=world.now)
    changes.tell(now=world.now)
    changes.carry_out_due(now=world.now + timedelta(hours=71))
    assert accounts.sealed_keys(accounts.account_of(world.sol))["merchant_id"] == "sol"
    changes.carry_out_due(now=world.now + timedelta(hours=72))
    assert accounts.sealed_keys(accounts.account_of(world.sol))["merchant_id"] == "mar"
    assert "money goes to another account from now on" in mailoutbox[1].body
    assert Listing.objects.get(pk=listing.pk).paused_for == ""
    page = Page(client.post(f"/en/account/stop/{change.stop_key}/", follow=True))
    assert page.soup.h1.text == "It is too late to stop this change"


def test_where_a_provider_has_no_people_those_who_run_the_site_are_told(world: World, mailoutbox: list[Any]) -> None:
    world.user("Bo", is_staff=True, is_superuser=True)
    world.sol.members.clear()
    ask(world.sol)
    changes.tell(now=world.now)
    assert [each.to for each in mailoutbox] == [["bo@example.org"]]


def test_nothing_runs_before_a_letter_went_out(world: World, settings: Any) -> None:
    """A mail server that is down makes a change later, and never unseen."""
    change = ask(world.sol)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    changes.tell(now=world.now)
    change.refresh_from_db()
    assert (change.told_at, change.due_at) == (None, None)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    later = world.now + timedelta(minutes=6)
    changes.tell(now=later)
    change.refresh_from_db()
    assert (change.told_at, change.due_at) == (later, later + timedelta(hours=72))


def test_a_key_that_nobody_was_given_stops_nothing_and_none_stands_in_a_log(world: World, client: Client) -> None:
    change = ask(world.sol)
    for key in ("nonsense", "x" * 32, change.stop_key[:-1]):
        assert client.post(f"/en/account/stop/{key}/").status_code == 404, key
    assert Change.objects.get().state == ChangeState.PENDING
    assert masked(f"GET /fr/account/stop/{change.stop_key}/") == "GET /fr/account/stop/…/"


def test_staff_see_what_waits_and_stop_it(world: World, staff: Client) -> None:
    change = ask(world.sol)
    address = reverse("provider:inspect", args=[world.sol.pk])
    assert "Where the money goes (Card EUR, USD) is to change." in Page(staff.get(address)).source
    changes.tell(now=world.now)
    change.refresh_from_db()
    assert f"{change.due_at:%Y-%m-%dT%H:%M:%SZ}" in Page(staff.get(address)).source
    said = Page(staff.post(address, {"account": change.account_id, "stop": "1"}, follow=True)).source
    assert "The change is stopped. The account stays as it is." in said
    assert Change.objects.get().state == ChangeState.STOPPED
    assert "is to change." not in Page(staff.get(address)).source


def test_who_may_only_look_sees_it_and_stops_nothing(world: World, client: Client) -> None:
    viewer = world.user("Bo")
    viewer.user_permissions.set(Permission.objects.filter(codename__in=("access_admin", "view_provider")))
    client.force_login(viewer)
    change, address = ask(world.sol), reverse("provider:inspect", args=[world.sol.pk])
    page = Page(client.get(address))
    assert ("is to change." in page.source, "Stop the change" in page.source) == (True, False)
    client.post(address, {"account": change.account_id, "stop": "1"})
    assert Change.objects.get().state == ChangeState.PENDING


def test_a_new_account_is_opened_once_that_was_told_and_nobody_stopped_it(
    world: World, staff: Client, mailoutbox: list[Any]
) -> None:
    listing = world.listing()
    bank = banks.keep(
        banks.new(world.sol.pk, holder="Sol", number="123", bank_name="A bank"), currencies=["EUR"], opens=False
    )
    address = reverse("provider:inspect", args=[world.sol.pk])
    staff.post(address, {"account": accounts.account_of(world.sol).pk, "pause": "1"})
    mailoutbox.clear()
    asked = Page(staff.post(address, {"account": bank.account_id, "open": "1", **proof()}, follow=True)).source
    assert "This is not changed yet." in asked
    assert "A new account (Bank transfer EUR) is to be opened." in asked
    assert "Open: Bank transfer" not in asked
    assert Listing.objects.get(pk=listing.pk).paused_for == "no_rail"
    changes.tell(now=world.now)
    (letter,) = mailoutbox
    assert letter.to == ["luz@example.org"]
    assert letter.subject.startswith("Sol: a new account for its money is to be opened · ")
    assert "123" not in letter.body
    page = Page(staff.get(links(letter)[0]))
    assert "A new account is to be opened, into which Sol can be paid (Bank transfer EUR)." in page.source
    changes.carry_out_due(now=world.now + timedelta(hours=72))
    assert Account.objects.get(pk=bank.account_id).state == AccountState.OPEN
    assert "which of its payment accounts are open" in mailoutbox[1].body
    assert Listing.objects.get(pk=listing.pk).paused_for == ""


def test_an_opening_that_waits_is_stopped_at_the_desk_and_not_asked_for_twice(world: World, staff: Client) -> None:
    account = accounts.keep(Account(provider=world.sol), keys={**OTHERS, "merchant_accounts": {"CHF": "m"}})
    address = reverse("provider:inspect", args=[world.sol.pk])
    for said in ("This is not changed yet.", "A change of this account waits already."):
        page = Page(staff.post(address, {"account": account.pk, "open": "1", **proof()}, follow=True))
        assert said in page.source, said
    staff.post(address, {"account": account.pk, "stop": "1"})
    assert (Change.objects.get().state, Account.objects.get(pk=account.pk).state) == ("stopped", "setting_up")
    noted = [each.data["changes"] for each in ModelLogEntry.objects.filter(action="desk.change").order_by("pk")]
    before = "Card : Being set up"
    assert noted == [
        {"payment_account": [before, f"{before}; asked to be opened"]},
        {"payment_change": ["Waits", "Stopped"]},
    ]
