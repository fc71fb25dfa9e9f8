"""What needs a person waits for one; who handles it says what was done, and that stays."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.contrib.messages import get_messages
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from portal.checkout import attention
from portal.checkout.models import Handling, Order
from portal.payments.models import Payment
from tests.world import World, payments_of

pytestmark = pytest.mark.usefixtures("contexts")

WHAT = "the payment could not be collected: 2001"


def troubled(world: World, what: str = WHAT) -> Order:
    order = world.order()
    Order.objects.filter(pk=order.pk).update(needs_attention=what)
    order.refresh_from_db()
    return order


def said(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def handle(client: Client, order: Order, note: str = "Sol was paid by bank transfer.", what: str = WHAT) -> Any:
    return client.post(reverse("order:inspect", args=[order.pk]), {"what": what, "note": note})


def test_what_is_handled_waits_no_more_and_says_by_whom(world: World, staff: Client) -> None:
    order, other = troubled(world), troubled(world, "registry refused: account_frozen")
    assert "2 orders need attention" in staff.get("/admin/").content.decode()
    assert said(handle(staff, order)) == ["Handled. The note stays on the order."]
    assert "1 order needs attention" in staff.get("/admin/").content.decode()
    found = staff.get(reverse("order:index") + "?attention=1").context["object_list"]
    assert [each.reference for each in found] == [other.reference]
    assert f"Handled: {WHAT}" in staff.get(reverse("order:index")).content.decode()
    page = staff.get(reverse("order:inspect", args=[order.pk])).content.decode()
    assert "Sol was paid by bank transfer." in page
    assert "bo@example.org" in page
    assert "<textarea" not in page
    assert "Handled what needed attention" in staff.get("/admin/reports/site-history/").content.decode()


def test_another_trouble_makes_it_wait_again_and_what_was_said_is_kept(world: World, staff: Client) -> None:
    order = troubled(world)
    handle(staff, order)
    Order.objects.filter(pk=order.pk).update(needs_attention="registry refused: account_frozen")
    assert [*attention.waiting()] == [order]
    handle(staff, order, "Units moved back.", "registry refused: account_frozen")
    assert [*attention.waiting()] == []
    assert [each.note for each in order.handlings.all()] == ["Sol was paid by bank transfer.", "Units moved back."]


def test_the_same_trouble_at_a_later_attempt_waits_again(world: World) -> None:
    order, bo = world.order(), world.user("Bo")
    world.simulator.merchants["sol"].accounts["EUR"] = "sol_eur"
    Payment.objects.create(
        reference=order.reference,
        account=world.sol.accounts.get(),
        amount=order.amount,
        currency="EUR",
        state="declined",
        sent_at=world.now,
        checked_at=world.now,
    )
    Order.objects.filter(pk=order.pk).update(needs_attention=WHAT)
    later = world.now + timedelta(minutes=5)
    assert attention.handle(order, what=WHAT, note="Mended.", by_id=bo.pk, now=later)
    assert [*attention.waiting()] == []
    payments_of(order).update(sent_at=later + timedelta(minutes=1))
    assert [*attention.waiting()] == [order]


def test_a_note_is_needed_and_only_about_what_was_shown(world: World, staff: Client) -> None:
    order = troubled(world)
    for note in ("", "\0", "\u3164"):
        assert handle(staff, order, note).status_code == 422
    answer = handle(staff, order, what="something else")
    assert said(answer) == ["Something else happened to this order meanwhile, or somebody handled it."]
    assert Handling.objects.count() == 0
    with pytest.raises(IntegrityError), transaction.atomic():
        Handling.objects.create(order=order, what=WHAT, note="", handled_by=world.alma, handled_at=world.now)


def test_seeing_orders_is_not_handling_them(world: World, client: Client) -> None:
    order, viewer = troubled(world), world.user("Vic")
    viewer.user_permissions.set(Permission.objects.filter(codename__in=("access_admin", "view_order")))
    client.force_login(viewer)
    assert "<textarea" not in client.get(reverse("order:inspect", args=[order.pk])).content.decode()
    handle(client, order)
    assert [*attention.waiting()] == [order]
    viewer.user_permissions.add(Permission.objects.get(codename="handle_order"))
    handle(client, order)
    assert [*attention.waiting()] == []


def test_who_handled_something_is_not_deleted(world: World, staff: Client) -> None:
    handle(staff, troubled(world))
    other = Client()
    other.force_login(world.user("Zoe", is_staff=True, is_superuser=True))
    bo = Handling.objects.get().handled_by
    answer = other.post(reverse("wagtailusers_users:delete", args=[bo.pk]))
    assert said(answer) == ["Bo stands in records of the desk and cannot be deleted. Close the account instead."]
