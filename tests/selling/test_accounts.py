"""Payment accounts on a provider's page: what it has, and what staff open and pause."""

from datetime import timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from portal.payments import accounts
from portal.payments.models import Account, AccountState, Rail
from portal.providers.models import Listing, Provider
from tests.pages import Page
from tests.selling.proving import proof
from tests.world import PASSWORD, World


def page_of(staff: Client, provider: Provider) -> Page:
    return Page(staff.get(reverse("provider:inspect", args=[provider.pk])))


def move(staff: Client, account: Account, how: str) -> Page:
    address = reverse("provider:inspect", args=[account.provider_id])
    proved = proof() if how == "open" else {}
    return Page(staff.post(address, {"account": account.pk, how: "1", **proved}, follow=True))


def state(account: Account) -> str:
    return Account.objects.get(pk=account.pk).state


def test_a_provider_shows_its_accounts_and_no_secret(world: World, staff: Client) -> None:
    account = accounts.account_of(world.sol)
    accounts.keep(Account(provider=world.sol, rail=Rail.PAYPAL), keys={"secret": "very"}, currencies=["CHF"])
    seen = timezone.now() - timedelta(days=1)
    accounts.heard(account, outcome=None, now=seen)
    page = page_of(staff, world.sol)
    rows = [[cell.get_text() for cell in row.find_all("td")] for row in page.soup.select("table")[0].select("tbody tr")]
    assert [row[:4] for row in rows] == [
        ["Card", "EUR, USD", "Open", "Simulator"],
        ["PayPal", "CHF", "Being set up", "Simulator"],
    ]
    assert rows[1][4] == "not yet"
    assert f"/hooks/braintree/{account.hook_key}" in page.source
    assert "very" not in page.source
    listed = staff.get(reverse("provider:index")).content.decode()
    assert "Card EUR, USD" in listed
    assert "CHF" not in listed


def test_staff_pause_and_open_an_account_and_its_listings_follow(world: World, staff: Client) -> None:
    account, listing = accounts.account_of(world.sol), world.listing()
    assert "Card EUR, USD: Paused" in move(staff, account, "pause").source
    assert (state(account), Listing.objects.get(pk=listing.pk).paused_for) == (AccountState.PAUSED, "no_rail")
    assert "Card EUR, USD: Open" in move(staff, account, "open").source
    assert (state(account), Listing.objects.get(pk=listing.pk).paused_for) == (AccountState.OPEN, "")
    noted = [each.data["changes"] for each in ModelLogEntry.objects.filter(action="desk.change").order_by("pk")]
    assert noted == [
        {"payment_account": ["Card EUR, USD: Open", "Card EUR, USD: Paused"]},
        {"payment_account": ["Card EUR, USD: Paused", "Card EUR, USD: Open"]},
    ]


def test_a_provider_is_told_by_letter_which_accounts_are_open(
    world: World, staff: Client, mailoutbox: list[Any]
) -> None:
    """Where its money goes is nothing that one person at the desk changes unseen."""
    account = accounts.account_of(world.sol)
    assert "The people of this provider are told by letter." in move(staff, account, "pause").source
    move(staff, account, "pause")  # which changes nothing
    (letter,) = mailoutbox
    assert letter.to == ["luz@example.org"]
    for text in (
        "which of its payment accounts are open",
        "ceux de ses comptes de paiement",
        "qué cuentas de pago suyas",
    ):
        assert text in letter.body, text
    world.sol.members.clear()
    assert "Nobody could be told of this by letter" in move(staff, account, "open").source


def test_what_cannot_be_used_or_is_open_elsewhere_is_not_opened(world: World, staff: Client) -> None:
    first = accounts.account_of(world.sol)
    keys = accounts.sealed_keys(first)
    second = accounts.keep(Account(provider=world.sol), keys=keys, currencies=["EUR"])
    broken = accounts.keep(Account(provider=world.sol), keys=None, currencies=["CHF"])
    said = move(staff, second, "open").source
    assert "Another account for this way of payment is open in EUR. Pause it first." in said
    assert "This account cannot be opened" in move(staff, broken, "open").source
    assert [state(each) for each in (first, second, broken)] == ["open", "setting_up", "setting_up"]


def test_an_account_of_another_provider_is_not_moved_and_nonsense_moves_none(world: World, staff: Client) -> None:
    account = accounts.account_of(world.vento)
    for wanted in (str(account.pk), "", "x", "9" * 40):
        staff.post(reverse("provider:inspect", args=[world.sol.pk]), {"account": wanted, "pause": "1"})
    assert set(Account.objects.values_list("state", flat=True)) == {"open"}


def test_who_may_only_look_moves_nothing(world: World, client: Client) -> None:
    viewer = world.user("Bo")
    viewer.user_permissions.set(Permission.objects.filter(codename__in=("access_admin", "view_provider")))
    client.force_login(viewer)
    account, address = accounts.account_of(world.sol), reverse("provider:inspect", args=[world.sol.pk])
    assert "Pause: Card" not in Page(client.get(address)).source
    assert client.post(address, {"account": account.pk}).status_code in (302, 403)
    assert state(account) == AccountState.OPEN


def test_an_account_is_opened_by_who_shows_who_they_are(world: World, staff: Client) -> None:
    """Money goes there from then on; to pause one is safe, and asks for nothing."""
    account, address = accounts.account_of(world.sol), reverse("provider:inspect", args=[world.sol.pk])
    move(staff, account, "pause")
    for proof_, said in (
        ({}, "Type your own password to change this."),
        ({"own_password": PASSWORD}, "Type a code of your second factor as well."),
        ({"own_password": "wrong horse", "own_code": "1"}, "This is not your password."),
    ):
        page = Page(staff.post(address, {"account": account.pk, "open": "1", **proof_}, follow=True))
        assert (said in page.source, state(account)) == (True, AccountState.PAUSED), said
    Authenticator.objects.all().delete()
    page = Page(staff.post(address, {"account": account.pk, "open": "1", "own_password": PASSWORD}, follow=True))
    assert "/en/accounts/second-factor/totp/activate/" in page.links()
    assert state(account) == AccountState.PAUSED
