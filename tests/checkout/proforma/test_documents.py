"""The pro-forma invoice of an order: with the letter that says where to transfer, and on the order's page meanwhile."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.test import Client
from pypdf import PdfReader

from portal.checkout import transfers
from portal.checkout.models import Order
from portal.checkout.proforma import documents
from portal.payments.transfers.models import BankAccount, TransferRequest
from portal.payments.transfers.reference import printed
from portal.providers.onboarding import enrol
from tests.checkout.test_views_transfer import now
from tests.payments.transfers.conftest import bank
from tests.payments.transfers.transferring import credit, uploaded
from tests.world import World

__all__ = ["bank", "now"]


@pytest.fixture
def order(world: World, bank: BankAccount) -> Order:
    """Forty units, for which a transfer was asked of a purchaser who reads French."""
    world.sol.address = "7 Calle Larga\nPunta Larga"
    enrol(world.sol)
    order = world.order(world.listing(units=100), quantity=40, locale="fr", purchaser_type="organisation")
    transfers.pay(token=order.token, now=world.now)
    order.refresh_from_db()
    return order


def address_of(order: Order) -> str:
    return f"/en/orders/{order.token}/pro-forma.pdf"


def text_of(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).split())


def test_it_says_what_the_orders_page_says(world: World, bank: BankAccount, order: Order, client: Client) -> None:
    page = client.get(order.get_absolute_url()).content.decode()
    assert f'href="{address_of(order)}"' in page
    answer = client.get(address_of(order))
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'inline; filename="pro-forma-{order.reference}.pdf"'
    assert "no-store" in answer["Cache-Control"]
    text = text_of(answer.content)
    for fact in (
        "Facture pro forma",
        order.reference,
        "Sol 7 Calle Larga Punta Larga Chili",
        "Alma Prado alma@example.org Chili",
        "Wind power at Punta Larga",
        "40 2,50 EUR 100,00 EUR",
        "Sol Wind SpA",
        "DE89 3704 0044 0532 0130 00",
        "COBADEFFXXX",
        printed(TransferRequest.objects.get().rf),
    ):
        assert fact in text, fact
    assert PdfReader(BytesIO(answer.content)).root_object["/Lang"] == "fr"
    assert order.token not in text, "such papers are passed on, and whoever has the address may act for the purchaser"


def test_the_same_order_gives_the_same_bytes(order: Order) -> None:
    assert documents.pdf(order) == documents.pdf(order)


def test_it_goes_with_the_letter_that_says_where_to_transfer(
    world: World, order: Order, mailoutbox: list[EmailMessage]
) -> None:
    world.sweep()
    letter = next(each for each in mailoutbox if "où virer" in each.subject)
    ((name, content, kind),) = letter.attachments
    assert (name, kind) == (f"pro-forma-{order.reference}.pdf", "application/pdf")
    assert content == documents.pdf(order)
    assert "Une facture pro forma est jointe" in letter.body
    world.sweep(after=timedelta(days=6))
    assert [each.attachments for each in mailoutbox if each is not letter] == [[]] * (len(mailoutbox) - 1)


def test_french_letters_have_their_space_before_a_colon(
    world: World, order: Order, mailoutbox: list[EmailMultiAlternatives]
) -> None:
    world.sweep(after=timedelta(days=6))
    told = [each for each in mailoutbox if "virement" in each.subject or "où virer" in each.subject]
    assert len(told) == 2
    for letter in told:
        for text in (letter.body, str(letter.alternatives[0][0])):
            for label in ("Titulaire du compte", "IBAN", "BIC", "Banque", "Montant", "Référence"):
                assert f"{label}\u00a0: " in text


def test_there_is_none_of_an_order_that_is_paid(world: World, bank: BankAccount, order: Order, client: Client) -> None:
    request = TransferRequest.objects.get()
    uploaded(world, bank, credit(request))
    world.sweep()
    order.refresh_from_db()
    assert documents.pdf(order) is None
    assert client.get(address_of(order)).status_code == 404


def test_there_is_none_where_no_transfer_was_asked_for(world: World, bank: BankAccount, client: Client) -> None:
    order = world.order()
    assert documents.pdf(order) is None
    assert client.get(address_of(order)).status_code == 404
    assert client.get("/en/orders/nobody/pro-forma.pdf").status_code == 404


def test_there_is_none_once_the_time_is_over(world: World, order: Order) -> None:
    assert documents.pdf_at(token=order.token, now=order.hold_until - timedelta(seconds=1)) is not None
    assert documents.pdf_at(token=order.token, now=order.hold_until) is None
