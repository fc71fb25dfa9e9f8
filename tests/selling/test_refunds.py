"""Giving money back from the desk, and by a provider's own people: seen once more before it is done."""

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from portal.checkout.models import Order
from portal.payments import accounts, ledger
from portal.payments.models import Account, Payment, Rail, Refund
from tests.pages import Page
from tests.world import World

pytestmark = pytest.mark.usefixtures("contexts")


@pytest.fixture
def order(world: World, clock: Any) -> Order:
    """Three units for 7.50 euros, whose money has come."""
    made = world.completed(world.listing(price="2.50"), quantity=3)
    clock.advance(10)
    world.simulator.settle_due()
    return made


def by_transfer(world: World, order: Order) -> None:
    account = accounts.keep(Account(provider=world.sol, rail=Rail.TRANSFER), keys=None, currencies=["EUR"])
    Payment.objects.filter(reference=order.reference).update(account=account)


def said(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def page_of(order: Order) -> str:
    return reverse("order:refund", args=[order.pk])


def sent(client: Client, address: str, **changes: str) -> Any:
    """Fill in the form that is at an address, and send it."""
    form = client.get(address).context["form"]
    return client.post(address, {"key": str(form.initial["key"]), "amount": "2.50", "why": "Ordered twice.", **changes})


def confirmed(client: Client, address: str, **changes: str) -> Any:
    """Send it, and once more from the page that asks."""
    form = sent(client, address, **changes).context["form"]
    return client.post(address, {**form.data.dict(), "sure": "1"})


def kept(order: Order) -> Decimal:
    return ledger.balance(reference=order.reference).kept


def test_staff_see_once_more_what_they_are_about_to_give_back(staff: Client, order: Order) -> None:
    inspection = reverse("order:inspect", args=[order.pk])
    assert page_of(order) in staff.get(inspection).content.decode()
    asked = sent(staff, page_of(order))
    assert f"Give €2.50 of order {order.reference} back to its purchaser?" in asked.content.decode()
    assert "The units stay cancelled, and the certificate stays as it is." in asked.content.decode()
    assert Refund.objects.count() == 0
    again = staff.post(page_of(order), {**asked.context["form"].data.dict(), "again": "1"})
    assert 'value="2.50"' in again.content.decode()
    done = staff.post(page_of(order), {**asked.context["form"].data.dict(), "sure": "1"})
    assert said(done) == ["€2.50 is given back. The purchaser is told by letter."]
    assert kept(order) == Decimal("5.00")
    page = staff.get(inspection).content.decode()
    assert [fact for fact in ("Refunds", "Ordered twice.", "Given back", "€2.50") if fact not in page] == []
    assert "Gave money back" in staff.get("/admin/reports/site-history/").content.decode()


def test_the_same_form_counts_once(staff: Client, order: Order) -> None:
    form = sent(staff, page_of(order)).context["form"]
    for _twice in range(2):
        staff.post(page_of(order), {**form.data.dict(), "sure": "1"})
    assert kept(order) == Decimal("5.00")


@pytest.mark.parametrize(
    ("amount", "why", "mistake"),
    [
        ("7.51", "Twice.", "At most €7.50 can be given back."),
        ("0", "Twice.", "The amount must be more than nothing."),
        ("0.005", "Twice.", "EUR has no smaller amount than 0.01."),
        ("NaN", "Twice.", "Enter a number."),
        ("2.50", "", "This field is required."),
        ("2.50", "\u3164", "This contains"),
    ],
)
def test_mistakes_are_named_and_nothing_is_given_back(
    staff: Client, order: Order, amount: str, why: str, mistake: str
) -> None:
    answer = sent(staff, page_of(order), amount=amount, why=why, sure="1")
    assert answer.status_code == 422
    assert mistake in str(answer.context["form"].errors)
    assert Refund.objects.count() == 0


def test_what_a_gateway_does_not_answer_is_said_to_be_unknown(world: World, staff: Client, order: Order) -> None:
    world.simulator.faults.add(operation="refund", kind="drop")
    (text,) = said(confirmed(staff, page_of(order)))
    assert text.startswith("The gateway gave no answer: nobody knows yet whether €2.50 was given back.")


def test_what_a_gateway_refuses_is_said_with_its_reason(world: World, staff: Client, order: Order) -> None:
    world.simulator.faults.add(operation="refund", kind="decline")
    assert said(confirmed(staff, page_of(order))) == ["The gateway refused to give €2.50 back: 915200."]


def test_a_transfer_that_was_paid_back_is_written_down_with_its_day_and_reference(
    world: World, staff: Client, order: Order
) -> None:
    by_transfer(world, order)
    facts = {"paid_back_on": "2026-11-20", "bank_reference": "TX-4711"}
    assert sent(staff, page_of(order), bank_reference="TX-4711").status_code == 422
    assert sent(staff, page_of(order), **(facts | {"paid_back_on": "2999-01-01"})).status_code == 422
    assert said(confirmed(staff, page_of(order), **facts)) == ["Written down. The purchaser is told by letter."]
    assert "2026-11-20 TX-4711" in staff.get(reverse("order:inspect", args=[order.pk])).content.decode()


def test_seeing_orders_is_not_giving_money_back(world: World, client: Client, order: Order) -> None:
    viewer = world.user("Vic")
    viewer.user_permissions.set(Permission.objects.filter(codename__in=("access_admin", "view_order")))
    client.force_login(viewer)
    assert page_of(order) not in client.get(reverse("order:inspect", args=[order.pk])).content.decode()
    for answer in (client.get(page_of(order)), client.post(page_of(order), {"sure": "1"})):
        assert answer.status_code == 302
        assert answer["Location"] == "/admin/"
    viewer.user_permissions.add(Permission.objects.get(codename="add_refund"))
    viewer = type(viewer).objects.get(pk=viewer.pk)
    client.force_login(viewer)
    confirmed(client, page_of(order))
    assert kept(order) == Decimal("5.00")


def test_the_right_to_give_money_back_can_be_given_to_groups(staff: Client) -> None:
    permission = Permission.objects.get(codename="add_refund")
    assert f'value="{permission.pk}"' in staff.get(reverse("wagtailusers_groups:add")).content.decode()


def test_who_gave_money_back_is_not_deleted(world: World, staff: Client, order: Order) -> None:
    confirmed(staff, page_of(order))
    other = Client()
    other.force_login(world.user("Zoe", is_staff=True, is_superuser=True))
    answer = other.post(reverse("wagtailusers_users:delete", args=[Refund.objects.get().asked_by]))
    assert said(answer) == ["Bo stands in records of the desk and cannot be deleted. Close the account instead."]


# --- A provider's own people


def test_a_provider_gives_money_back_on_its_own_pages(world: World, client: Client, order: Order) -> None:
    client.force_login(world.luz)
    assert reverse("sold") in client.get(reverse("account")).content.decode()
    address = reverse("sold_order", args=[order.reference])
    page = client.get(reverse("sold")).content.decode()
    assert address in page
    assert "Alma" not in page
    assert "Alma" not in client.get(address).content.decode()
    assert said(confirmed(client, address)) == ["€2.50 is given back. The purchaser is told by letter."]
    assert Refund.objects.get().asked_by == world.luz.pk
    assert "Ordered twice." in client.get(address).content.decode()


def test_what_another_provider_sold_is_nobody_elses(world: World, client: Client, order: Order) -> None:
    world.vento.members.add(world.eda)
    address = reverse("sold_order", args=[order.reference])
    for stranger in (world.eda, world.nil, world.alma):
        client.force_login(stranger)
        assert order.reference not in client.get(reverse("sold")).content.decode()
        assert client.get(address).status_code == 404
        assert client.post(address, {"amount": "2.50", "why": "x", "sure": "1"}).status_code == 404
    client.logout()
    assert "login" in client.get(address)["Location"]
    assert Refund.objects.count() == 0


# --- What purchasers see


def test_the_page_of_the_order_says_what_was_given_back(client: Client, staff: Client, order: Order) -> None:
    address = f"/en/orders/{order.token}/"
    assert "given back" not in Page(client.get(address)).main.lower()
    confirmed(staff, page_of(order))
    page = Page(client.get(address))
    assert "Sol gave €2.50 back" in page.main.replace("\u2068", "").replace("\u2069", "")
    assert "The units stay cancelled, and the certificate stays as it is." in page.main
    assert "Ordered twice." not in page.main
