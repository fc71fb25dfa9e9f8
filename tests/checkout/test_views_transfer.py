"""The payment page of an order that can be paid by transfer, with and without having been asked for one."""

from datetime import datetime, timedelta
from decimal import Decimal
from html import escape
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone

from portal.checkout.models import Order, OrderState
from portal.dates import long_date
from portal.money import in_minor_units
from portal.payments.models import Account, Environment
from portal.payments.transfers import banks, entries
from portal.payments.transfers.models import BankAccount, StatementEntry, TransferRequest
from portal.payments.transfers.reference import printed
from portal.payments.transfers.remedies import Remedy
from tests.checkout.purchasing import details_page, order_page, ordered, pay
from tests.payments.transfers.conftest import bank
from tests.payments.transfers.transferring import credit, uploaded
from tests.world import World

__all__ = ["bank"]


@pytest.fixture
def now() -> datetime:
    """The views ask the clock, so the world's time is the real one here."""
    return timezone.now()


def unmarked(text: str) -> str:
    """Leave out the marks that keep names apart in texts of either direction."""
    return text.replace("\u2068", "").replace("\u2069", "")


def ask(browser: Client, order: Order, language: str = "en") -> str:
    """Ask for a transfer as the page's button does, and return the page that follows."""
    fields = order_page(browser, order).sent("csrfmiddlewaretoken")
    answer = browser.post(f"/{language}/orders/{order.token}/transfer/", fields)
    assert answer["Location"] == f"/{language}/orders/{order.token}/"
    return browser.get(answer["Location"]).content.decode()


def test_the_page_says_where_to_transfer_how_much_and_under_which_reference(
    world: World, bank: BankAccount, browser: Client
) -> None:
    order = ordered(browser, world.listing())
    before = browser.get(order.get_absolute_url()).content.decode()
    assert "by bank transfer" in before
    assert "DE89" not in before
    page = ask(browser, order)
    request = TransferRequest.objects.get()
    for said in (
        "Sol Wind SpA",
        "DE89 3704 0044 0532 0130 00",
        "COBADEFFXXX",
        "A bank in Cologne",
        printed(request.rf),
    ):
        assert said in page
    for copied in (
        "Sol Wind SpA",
        "DE89370400440532013000",
        "COBADEFFXXX",
        str(order.amount.quantize(Decimal("0.01"))),
        request.rf,
    ):
        assert f'data-copy="{copied}"' in page
    assert 'data-copied="Copied"' in page
    assert "<svg " in page
    order.refresh_from_db()
    assert order.hold_until == order.placed_at + timedelta(days=10)


def test_who_was_asked_for_a_transfer_sees_that_first_and_may_still_turn_to_a_card(
    world: World, bank: BankAccount, browser: Client
) -> None:
    order = ordered(browser, world.listing())
    page = ask(browser, order)
    assert page.index("DE89 3704") < page.index("Pay in another way") < page.index("Card</h2>")
    pay(browser, order)
    order.refresh_from_db()
    assert order.state == OrderState.PAID
    assert "DE89 3704" not in browser.get(order.get_absolute_url()).content.decode()


def test_who_has_something_to_correct_withdraws_first_and_types_nothing_again(
    world: World, bank: BankAccount, browser: Client
) -> None:
    order = ordered(browser, listing := world.listing())
    ask(browser, order)  # money may be on its way under its reference
    page = order_page(browser, order)
    assert not [each for each in page.links() if "/details/" in each]
    assert "If you have not transferred anything yet, withdraw this order." in page.main
    browser.post(f"/en/orders/{order.token}/withdraw/", page.sent("csrfmiddlewaretoken"))
    assert details_page(browser, listing).sent("purchaser_name")["purchaser_name"] == order.purchaser_name


def test_asking_twice_changes_nothing(world: World, bank: BankAccount, browser: Client) -> None:
    order = ordered(browser, world.listing())
    ask(browser, order)
    assert printed(TransferRequest.objects.get().rf) in ask(browser, order)


def test_the_address_alone_asks_for_nothing(world: World, bank: BankAccount, browser: Client) -> None:
    order = ordered(browser, world.listing())
    assert browser.get(f"/en/orders/{order.token}/transfer/")["Location"] == f"/en/orders/{order.token}/"
    assert browser.get("/en/orders/nobody/transfer/").status_code == 404
    assert TransferRequest.objects.count() == 0


def test_other_currencies_and_numbers_have_no_code(world: World, browser: Client) -> None:
    account = banks.new(
        world.sol.pk, holder="Sol", number="0123456789", bank_name="A bank", intermediary="Another bank, BOFAUS3N"
    )
    banks.keep(account, currencies=["USD"], opens=True, at_once=True)
    order = ordered(browser, world.listing(currency="USD"))
    page = ask(browser, order)
    assert "0123456789" in page
    assert "Another bank, BOFAUS3N" in page
    assert 'class="transfer-code"' not in page
    assert "IBAN" not in page


def test_who_cannot_be_paid_by_transfer_offers_none(world: World, browser: Client) -> None:
    order = ordered(browser, world.listing())
    assert "bank transfer" not in browser.get(order.get_absolute_url()).content.decode()


def test_the_page_follows_the_money(world: World, bank: BankAccount, browser: Client) -> None:
    order = ordered(browser, world.listing())
    ask(browser, order)
    request = TransferRequest.objects.get()
    uploaded(world, bank, credit(request, str(request.payment.amount)))
    world.sweep()
    world.sweep()
    order.refresh_from_db()
    assert order.state == OrderState.COMPLETED
    assert "Your units are cancelled" in browser.get(order.get_absolute_url()).content.decode()


def test_where_the_bank_is_the_simulators_the_page_leads_to_where_it_books(
    world: World, bank: BankAccount, browser: Client, settings: Any
) -> None:
    order = ordered(browser, world.listing())
    ask(browser, order)
    request = TransferRequest.objects.get()
    Account.objects.filter(bank=bank).update(environment=Environment.SIMULATOR)
    asked = {
        "reference": request.rf,
        "account": "DE89370400440532013000",
        "holder": "Sol Wind SpA",
        "currency": "EUR",
        "amount": in_minor_units(request.payment.amount, "EUR"),
        "language": "fr",
    }
    address = escape(f"{settings.SIMULATOR_URL}/bank?{urlencode(asked)}")
    assert f'href="{address}"' in browser.get(f"/fr/orders/{order.token}/").content.decode()
    settings.SIMULATOR_URL = ""  # as in production
    assert "/bank?" not in browser.get(order.get_absolute_url()).content.decode()


def test_a_real_bank_has_no_such_page(world: World, bank: BankAccount, browser: Client) -> None:
    order = ordered(browser, world.listing())
    assert bank.account.environment == Environment.PRODUCTION
    assert "/bank?" not in ask(browser, order)


def test_french_and_spanish_say_it_as_well(world: World, bank: BankAccount, browser: Client) -> None:
    order = ordered(browser, world.listing())
    assert "Virement bancaire" in ask(browser, order, "fr")
    assert "Transferencia bancaria" in browser.get(f"/es/orders/{order.token}/").content.decode()


def test_who_sent_too_little_reads_what_came_and_what_is_missing(
    world: World, bank: BankAccount, browser: Client
) -> None:
    order = ordered(browser, world.listing())
    ask(browser, order)
    request = TransferRequest.objects.get()
    uploaded(world, bank, credit(request, "3.00"))
    day = long_date(StatementEntry.objects.get().value_date, "en")
    said = f"€3.00 came by transfer on {day} and did not pay this order: Sol decides what becomes of it."
    assert said in unmarked(order_page(browser, order).main)
    entry = StatementEntry.objects.get()
    entries.decide(entry_id=entry.pk, choice=Remedy.WAIT, by_id=world.luz.pk, now=world.now)
    rest = f"€3.00 came by transfer on {day}. Please transfer the rest, €4.50, under the same reference."
    assert rest in unmarked(order_page(browser, order).main)


def test_who_sent_money_for_an_order_that_was_withdrawn_reads_where_it_is(
    world: World, bank: BankAccount, browser: Client
) -> None:
    order = ordered(browser, world.listing())
    ask(browser, order)
    request = TransferRequest.objects.get()
    browser.post(f"/en/orders/{order.token}/withdraw/", order_page(browser, order).sent("csrfmiddlewaretoken"))
    assert "Nothing was charged." in order_page(browser, order).main
    uploaded(world, bank, credit(request, "7.50"))
    day = long_date(StatementEntry.objects.get().value_date, "en")
    page = unmarked(order_page(browser, order).main)
    assert f"€7.50 came by transfer on {day} and did not pay this order" in page
    assert "Nothing was charged." not in page
    entry = StatementEntry.objects.get()
    entries.decide(entry_id=entry.pk, choice=Remedy.PAY_BACK, by_id=world.luz.pk, now=world.now)
    assert f"came by transfer on {day}, and Sol pays it back to you." in unmarked(order_page(browser, order).main)
