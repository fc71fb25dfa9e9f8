"""The receipt of a completed order, on its page and in its letter: what was paid, for what, and to whom."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.pages import Page, words
from tests.world import World

ADDRESS = "12 Sample Street\nSample Town"


@pytest.fixture
def order(world: World) -> Any:
    listing = world.listing(price="2.50", provider=world.provider("Sol", address=ADDRESS))
    return world.completed(listing, quantity=3)


def test_the_page_of_a_completed_order_has_a_receipt(world: World, client: Client, order: Any) -> None:
    page = Page(client.get(f"/en/orders/{order.token}/"))
    receipt = page.soup.select_one("section.receipt")
    facts = {words(row.dt): words(row.dd) for row in receipt.select("dl > div")}
    assert facts.pop("Order").startswith(f"{order.reference} , ")
    assert facts == {
        "Project": "Wind power at Punta Larga (CDM-0033) , Chile",
        "Units": "3 CER",
        "Serial numbers": "CL-5-1-2-2-0-33 – CL-5-3-2-2-0-33",
        "Price per unit": "€2.50",
        "Paid": "€7.50",
        "Paid to": "Sol 12 Sample Street Sample Town Chile",
        "Paid by": "Alma Prado",
    }


def test_the_letter_with_the_certificate_has_the_receipt_too(world: World, mailoutbox: Any, order: Any) -> None:
    world.sweep()
    letter = next(each for each in mailoutbox if each.attachments)
    facts = ("Wind power at Punta Larga", "CDM-0033", "€2.50", "€7.50", "Sample Town", "Chile", "Alma Prado")
    serials = ("CL-5-1-2-2-0-33", "CL-5-3-2-2-0-33")
    for text in (letter.body, letter.alternatives[0].content):
        assert [fact for fact in (*facts, *serials, order.reference) if fact not in text] == []


@pytest.mark.parametrize(("language", "heading"), [("fr", "Reçu"), ("es", "Recibo")])
def test_a_receipt_is_written_in_the_language_of_the_order(
    world: World, client: Client, mailoutbox: Any, language: str, heading: str
) -> None:
    order = world.completed(locale=language)
    world.sweep()
    assert f"\n{heading}\n" in mailoutbox[-1].body
    assert heading in Page(client.get(f"/{language}/orders/{order.token}/")).main


@pytest.mark.parametrize(
    ("language", "said", "labels"),
    [
        ("en", "But the €7.50 that were held could not be collected: Sol is not paid yet.", "Not paid yet"),
        ("fr", "Mais les 7,50 € réservés n’ont pas pu être encaissés : Sol n’est pas encore payé.", "Pas encore payé"),
        ("es", "Pero los 7,50 € retenidos no se pudieron cobrar: Sol aún no ha recibido el pago.", "Aún no pagado"),
    ],
)
def test_what_could_not_be_collected_is_said_and_not_called_paid(
    world: World, clock: Any, client: Client, order: Any, language: str, said: str, labels: str
) -> None:
    world.simulator.faults.add(operation="settlement", kind="decline")
    clock.advance(10)
    world.simulator.settle_due()
    world.sweep(after=timedelta(hours=25))
    page = Page(client.get(f"/{language}/orders/{order.token}/"))
    assert said in " ".join(words(page.soup.select_one("main .notice-problem")).split())
    receipt = page.soup.select_one("section.receipt")
    facts = {words(row.dt): " ".join(words(row.dd).split()) for row in receipt.select("dl > div")}
    assert facts[labels] == ("€7.50" if language == "en" else "7,50 €")
    assert not {"Paid", "Payé", "Pagado", "Paid to", "Payé à", "Pagado a"} & facts.keys()
    assert not receipt.find("p"), "nobody was paid, and so nobody is to be asked for an invoice"


def test_a_name_from_the_right_does_not_turn_the_words_of_a_letter(world: World, mailoutbox: Any) -> None:
    world.completed(purchaser_name="فاطمة الزهراء", beneficiary_name="بلدية 7")
    world.sweep()
    body = next(each for each in mailoutbox if each.attachments).body
    assert body.startswith("Dear \u2068فاطمة الزهراء\u2069,")
    assert "on behalf of \u2068بلدية 7\u2069." in body
    assert body.count("\u2068") == body.count("\u2069")
