"""The whole purchase, from the first page to the proof, as all sorts of browsers make it."""

import re
from dataclasses import dataclass
from io import BytesIO

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.e2e.browsing import Browsing
from tests.e2e.inspection import overflow
from tests.e2e.running import Portal
from tests.e2e.walk import NITROUS_OXIDE, Purchase, Walker
from tests.e2e.words import flat, words

AMOUNTS = {
    ("en", 63): "€50.40",
    ("en", 1563): "€1,250.40",
    ("fr", 63): "50,40\u00a0€",
    ("fr", 1563): "1\u202f250,40\u00a0€",
}
# Some words that each page must show in the reader's language.
LABELS = {
    "home": ["Choose a project", "See how it works", "Cancelled so far", "Public history", "Skip to the content"],
    "index": ["Host country", "Technology", "Unit type", "Sort by", "Show projects", "Newest story"],
    "index filtered": ["Take away:"],
    "story": ["Cancel units of this activity", "Continue to your details", "In the registry", "Units left"],
    "quantity": ["How many units?", "Continue to your details", "Where the money goes", "Your details"],
    "details": ["The purchaser", "The beneficiary", "The purpose", "What becomes public", "Your own words"],
    "preview": ["The public history will read", "Place the order and go to payment"],
    "payment": ["Where the money goes", "Withdraw this order", "Changed your mind? Nothing has been charged yet."],
    "completed": ["See the certificate", "Download it as PDF", "Sent to", "Paid to"],
    "certificate": ["Certificate of voluntary cancellation", "What was cancelled", "on behalf of", "Host country"],
    "history": ["Public history", "Download as CSV", "Beneficiary and purpose", "Cancellations, newest first"],
    "verify": ["Check a certificate", "Code on the certificate", "Find the certificate"],
}
BENEFICIARY = "Société Éolienne de l’Île-d’Yeu"
PURPOSE = "Für Zoës Hochzeit – « été 2026 », год за годом, Ωμέγα"


@dataclass(frozen=True)
class Checks:
    """Looks at each page of a walk."""

    page: Page
    language: str

    def __call__(self, name: str) -> None:
        assert self.page.locator("html").get_attribute("lang") == self.language, name
        expect(self.page.locator("h1")).to_have_count(1)
        assert overflow(self.page) == "", name
        shown = flat(self.page.locator("body").text_content() or "") + flat(self.page.locator("html").inner_html())
        for label in LABELS[name]:
            translated = words(label, self.language)
            assert translated in shown, f"{name}: “{translated}” is not on the page"
            if translated != label:
                assert not re.search(rf">\s*{re.escape(label)}\s*<", shown), f"{name}: “{label}” is left in English"


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
@pytest.mark.parametrize("width", [375, 1280])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_purchase_leads_from_the_first_page_to_the_proof(
    portal: Portal, browse: Browsing, language: str, width: int, scripts: bool
) -> None:
    page = browse.visitor(width=width, scripts=scripts)
    walker = Walker(page, portal.url, language=language, has_scripts=scripts, look=Checks(page, language))
    quantity = 1563 if width == 1280 else 63
    amount = AMOUNTS[language, quantity]
    purchase = Purchase(
        quantity=quantity,
        purchaser="Noor Näytesalo",
        beneficiary=BENEFICIARY if scripts or width == 1280 else "",
        purpose=PURPOSE if scripts or width == 375 else "",
    )

    walker.find_story(NITROUS_OXIDE)
    walker.choose_quantity(quantity)
    expect(page.locator(".ticket-total")).to_contain_text(amount)
    walker.arrive("details")
    walker.fill_in_details(purchase)
    walker.read_preview(purchase)
    walker.arrive("preview")
    walker.place_order()
    walker.arrive("payment")
    assert_money_line_leads_from_purchaser_over_provider_to_registry(page, language, width, amount)

    before = len(portal.transactions())
    walker.pay()
    certificate = walker.wait_for_certificate()
    walker.arrive("completed")
    expect(page.locator(".main-column .facts").last).to_contain_text(amount)  # the receipt
    paid = portal.transactions()[before:]
    assert [(each["amount"], each["currency"]) for each in paid] == [(f"{quantity * 0.8:.2f}", "EUR")]

    page.locator(f"main a[href='{certificate.removeprefix(portal.url)}']").first.click()
    expect(page).to_have_url(certificate)
    walker.arrive("certificate")
    first, last = page.locator(".strip dd.serial").all_inner_texts()
    assert number_of(last) - number_of(first) + 1 == quantity
    expect(page.locator(".certificate-for")).to_contain_text(purchase.named)
    assert_pdf_says(page, first, last, purchase.named)
    assert_history_shows(walker, purchase, certificate, first, last)
    assert_code_leads_to(walker, certificate)


def number_of(serial: str) -> int:
    """Return the running number in a serial such as PK-5-5902586-2-2-0-5461."""
    return int(serial.split("-")[2])


def assert_money_line_leads_from_purchaser_over_provider_to_registry(
    page: Page, language: str, width: int, amount: str
) -> None:
    stops = page.locator(".money-stop strong")
    assert stops.all_inner_texts() == [words("You", language), NITROUS_OXIDE.provider, words("Registry", language)]
    expect(page.locator(".money-way").first).to_contain_text(amount)
    for place in ("h1", ".pay-form button[type=submit]"):
        assert amount in (page.locator(place).text_content() or "")  # with the very spaces that French asks for
    boxes = [stop.bounding_box() for stop in stops.all()]
    places = [box["y"] if width == 375 else box["x"] for box in boxes if box]  # down a phone, across a desk
    assert len(places) == 3
    assert places == sorted(set(places))


def assert_pdf_says(page: Page, *facts: str) -> None:
    address = page.locator(".certificate-tools a.button").get_attribute("href")
    answer = page.context.request.get(f"{page.url.split('/', 3)[0]}//{page.url.split('/', 3)[2]}{address}")
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/pdf"
    document = answer.body()
    assert document.startswith(b"%PDF")
    text = "".join(sheet.extract_text() for sheet in PdfReader(BytesIO(document)).pages)
    for fact in facts:
        assert re.sub(r"\s", "", fact) in re.sub(r"\s", "", text)


def assert_history_shows(walker: Walker, purchase: Purchase, certificate: str, first: str, last: str) -> None:
    page = walker.page
    page.locator("footer a[href$='/history/']").click()
    walker.arrive("history")
    row = page.locator("table.history tbody tr").filter(has_text=certificate.rstrip("/").rsplit("/", 1)[-1])
    expect(row).to_have_count(1)
    for fact in (first, last, purchase.named, purchase.purpose):
        expect(row).to_contain_text(fact)


def assert_code_leads_to(walker: Walker, certificate: str) -> None:
    """However the code is copied: here in small letters and without its hyphens."""
    code = certificate.rstrip("/").rsplit("/", 1)[-1]
    walker.page.locator("footer a[href$='/verify/']").click()
    walker.arrive("verify")
    walker.page.locator("#id_code").fill(code.replace("-", "").lower())
    walker.page.locator("main form button[type=submit]").click()
    expect(walker.page).to_have_url(certificate)
