"""Staff bring units into the registry: one enters them, another approves, and then they can be put on offer."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from portal.people.models import User
from portal.providers.models import Listing
from portal.registry import service as registry
from portal.registry.models import Handover, IssuanceBlock
from tests.pages import Page
from tests.registry.test_handovers import new_block
from tests.world import World

pytestmark = pytest.mark.usefixtures("contexts")


def person(world: World, name: str, *may: str) -> User:
    """Somebody with access to the desk and these permissions of the registry."""
    user = world.user(name)
    user.user_permissions.set(Permission.objects.filter(codename__in=("access_admin", *may)))
    return user


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def enterer(world: World) -> Client:
    """Ena enters handovers and may choose among blocks."""
    return browser(person(world, "Ena", "add_handover", "view_issuanceblock", "add_issuanceblock"))


@pytest.fixture
def approver(world: World) -> Client:
    """Abel approves them."""
    return browser(person(world, "Abel", "approve_handover"))


def form(world: World, block: IssuanceBlock, **changes: str) -> dict[str, str]:
    facts = {
        "issuance_block": str(block.pk),
        "provider": str(world.sol.pk),
        "serial_start": "",
        "serial_end": "",
        "evidence": "Issuance report 12, page 3",
    }
    return {**facts, **changes}


def said(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def errors(response: Any) -> dict[str, list[str]]:
    return {name: list(each) for name, each in response.context["form"].errors.items()}


def test_from_an_issuance_to_a_listing_without_any_command(
    world: World, enterer: Client, approver: Client, staff: Client
):
    block = new_block(world, units=100)
    response = enterer.post(reverse("handover:add"), form(world, block))
    handover = Handover.objects.get()
    address = reverse("handover:inspect", args=[handover.pk])
    assert (response.status_code, response["Location"]) == (302, address)
    assert (handover.account, handover.holder, handover.quantity) == ("HOLDING-sol", "Sol", 100)
    assert "You entered this, so another person has to approve it." in enterer.get(address).content.decode()
    assert "1 handover waits for a second person" in approver.get("/admin/").content.decode()
    assert [*approver.get(reverse("handover:index") + "?state=proposed").context["object_list"]] == [handover]
    assert "Approve and hand over" in approver.get(address).content.decode()

    response = approver.post(address, {"decision": "approve"})
    assert said(response) == ["Done: 100 units lie in the registry account HOLDING-sol and can be put on offer."]
    assert registry.units_held(block=block, account="HOLDING-sol") == 100
    assert "0 handovers wait for a second person" in approver.get("/admin/").content.decode()

    offer = {"provider": world.sol.pk, "issuance_block": block.pk, "unit_price": "2.50", "currency": "EUR"}
    response = staff.post(reverse("listing:add"), {**offer, "units_total": "100", "is_open": "on"})
    assert response.status_code == 302
    assert Listing.objects.get().units_left == 100


def test_one_unit_is_no_plural(world: World, enterer: Client, approver: Client, staff: Client):
    """Neither where it was handed over, nor where it is held and can be put on offer."""
    enterer.post(reverse("handover:add"), form(world, new_block(world, units=1)))
    address = reverse("handover:inspect", args=[Handover.objects.get().pk])
    response = approver.post(address, {"decision": "approve"})
    assert said(response) == ["Done: 1 unit lies in the registry account HOLDING-sol and can be put on offer."]
    text = Page(staff.get(reverse("provider:inspect", args=[world.sol.pk]))).soup.text
    assert "Offer 1 unit" in text
    assert "Offer 1 units" not in text


def test_who_did_what_stays_in_its_history(world: World, enterer: Client, approver: Client, staff: Client):
    enterer.post(reverse("handover:add"), form(world, new_block(world)))
    handover = Handover.objects.get()
    approver.post(reverse("handover:inspect", args=[handover.pk]), {"decision": "approve"})
    page = staff.get(reverse("handover:history", args=[handover.pk])).content.decode()
    assert "Approved, and asked of the registry" in page
    assert [page.count(name) > 0 for name in ("Ena", "Abel")] == [True, True]


def test_nobody_approves_alone_or_without_the_right(world: World, enterer: Client, approver: Client):
    both = browser(person(world, "Solo", "add_handover", "approve_handover", "view_issuanceblock"))
    both.post(reverse("handover:add"), form(world, new_block(world)))
    handover = Handover.objects.get()
    address = reverse("handover:inspect", args=[handover.pk])
    for client in (both, enterer, browser(world.eda)):
        assert client.post(address, {"decision": "approve"}).status_code in (302, 403)
        handover.refresh_from_db()
        assert handover.state == "proposed"
    assert "Approve and hand over" not in both.get(address).content.decode()
    assert approver.get(reverse("handover:add")).status_code == 302  # who approves does not enter


def test_what_is_not_approved_says_why_and_leaves_the_block_to_be_corrected(
    world: World, enterer: Client, approver: Client, staff: Client
):
    block = new_block(world)
    enterer.post(reverse("handover:add"), form(world, block))
    edit = reverse("issuanceblock:edit", args=[block.pk])
    assert staff.get(edit).context["form"].fields["serial_end"].disabled
    address = reverse("handover:inspect", args=[Handover.objects.get().pk])
    assert said(approver.post(address, {"decision": "decline", "reason": " "})) == ["Say why, for whoever entered it."]
    answer = approver.post(address, {"decision": "decline", "reason": "The report says 90."})
    assert said(answer)[-1] == "Not approved. Nothing reached the registry."
    assert "The report says 90." in enterer.get(address).content.decode()
    assert not staff.get(edit).context["form"].fields["serial_end"].disabled


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"serial_start": "5"}, {"serial_end": ["Fill in both, or none of them."]}),
        ({"serial_start": "9", "serial_end": "5"}, {"serial_end": ["The last serial number is lower than the first."]}),
        (
            {"serial_start": "50", "serial_end": "101"},
            {"serial_start": ["This block has the serial numbers 1 to 100."]},
        ),
        ({"evidence": ""}, {"evidence": ["This field is required."]}),
    ],
)
def test_units_that_cannot_be_meant_are_not_entered(
    world: World, enterer: Client, changes: dict[str, str], expected: dict[str, list[str]]
):
    response = enterer.post(reverse("handover:add"), form(world, new_block(world), **changes))
    assert errors(response) == expected
    assert Handover.objects.count() == 0


def test_units_are_entered_once_and_only_while_the_issuer_has_them(world: World, enterer: Client):
    block = new_block(world)
    enterer.post(reverse("handover:add"), form(world, block, serial_start="1", serial_end="60"))
    response = enterer.post(reverse("handover:add"), form(world, block, serial_start="60", serial_end="70"))
    other = Handover.objects.get()
    assert errors(response) == {"serial_start": [f"Some of these units belong to another handover: {other}."]}
    response = enterer.post(reverse("handover:add"), form(world, world.block(units=10, serial_start=2000)))
    assert errors(response) == {"serial_start": ["The issuer does not hold all of these units any more."]}


def test_what_the_registry_holds_is_picked_up_from_there(world: World, staff: Client):
    block = world.block(units=100)
    world.listing(block=block, units=70)
    page = staff.get(reverse("provider:inspect", args=[world.sol.pk])).content.decode()
    assert "Offer 30 units" in page
    filled = staff.get(f"{reverse('listing:add')}?provider={world.sol.pk}&issuance_block={block.pk}")
    assert filled.context["form"]["provider"].value() == world.sol.pk
    Listing.objects.all().delete()
    block.delete()  # the registry holds what the portal does not know
    page = staff.get(reverse("provider:inspect", args=[world.sol.pk])).content.decode()
    assert f"{reverse('issuanceblock:add')}?serial_start=1&amp;serial_end=100" in page
    filled = staff.get(f"{reverse('issuanceblock:add')}?serial_start=1&serial_end=100&activity=abc")
    values = [filled.context["form"][name].value() for name in ("serial_start", "serial_end", "activity")]
    assert values == [1, 100, None]


def test_who_entered_or_decided_is_not_deleted(world: World, enterer: Client, staff: Client):
    enterer.post(reverse("handover:add"), form(world, new_block(world)))
    ena = User.objects.get(first_name="Ena")
    response = staff.post(reverse("wagtailusers_users:delete", args=[ena.pk]))
    assert said(response) == ["Ena stands in records of the desk and cannot be deleted. Close the account instead."]
    staff.post(f"{reverse('wagtail_bulk_action', args=['people', 'user', 'delete'])}?id={ena.pk}")
    assert User.objects.filter(pk=ena.pk).exists()


# --- Two people are two


def account_form(user: User) -> dict[str, Any]:
    return {
        "email": user.email,
        "first_name": "A",
        "last_name": "B",
        "is_active": "on",
        "is_superuser": "on" if user.is_superuser else "",
    }


@pytest.mark.parametrize("changed", ["Abel", "Bo"])
def test_accounts_of_which_one_changed_the_other_are_not_two_people(
    world: World, approver: Client, staff: Client, changed: str
):
    abel, bo = (User.objects.get(pk=each.session["_auth_user_id"]) for each in (approver, staff))
    by, of, enters, approves = (bo, abel, staff, approver) if changed == "Abel" else (abel, bo, staff, approver)
    by.is_superuser = by.is_staff = True
    by.save()
    enters.post(reverse("handover:add"), form(world, new_block(world)))
    address = reverse("handover:inspect", args=[Handover.objects.get().pk])
    assert "Approve and hand over" in approves.get(address).content.decode()
    browser(by).post(reverse("wagtailusers_users:edit", args=[of.pk]), account_form(of))
    page = approves.get(address).content.decode()
    assert "made or changed the account of the other within the last 30 days" in page
    assert "Approve and hand over" not in page
    assert approves.post(address, {"decision": "approve"})["Location"] == reverse("wagtailadmin_home")
    assert Handover.objects.get().state == "proposed"
    ModelLogEntry.objects.update(timestamp=timezone.now() - timedelta(days=31))
    approves.post(address, {"decision": "approve"})
    assert Handover.objects.get().state == "done"
