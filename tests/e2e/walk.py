"""One purchase as somebody in front of a browser makes it: step by step, in any language, with or without scripts."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page, expect

VISA = "fake-valid-visa-nonce"
DECLINED = "fake-processor-declined-visa-nonce"
LOST_ANSWER = "fake-simulator-sale-drop-nonce"
SLOW_ANSWER = "fake-simulator-sale-delay-nonce"
CERTIFICATE_TIME = 60_000  # milliseconds; a quiet machine needs two seconds


def _pass_by(_name: str) -> None:
    """Look at nothing on the way."""


@dataclass(frozen=True, kw_only=True)
class Purchase:
    """What somebody wants: `beneficiary` empty means on their own behalf, `purpose` empty the first one on offer."""

    quantity: int = 1
    purchaser: str = "Noor Sample"
    email: str = "noor@example.org"
    beneficiary: str = ""
    purpose: str = ""
    country: str = "FR"

    @property
    def named(self) -> str:
        """Return the name that becomes public."""
        return self.beneficiary or self.purchaser


@dataclass(frozen=True, kw_only=True)
class Story:
    """A story of the demo, and the price of the listing that it shows first."""

    slug: str
    country: str
    activity: str
    price: str
    provider: str


NITROUS_OXIDE = Story(
    slug="fatima-nitrous-oxide",
    country="PK",
    activity="CDM-5461",
    price="0.80",
    provider="Firnlicht Klimapartner (sample)",
)


def path_of(address: str) -> str:
    """Return the part of an address below its language, so that it can be opened in another one."""
    return re.sub(r"^https?://[^/]+/[a-z]{2}/", "", address)


def sign_in(page: Page, address: str, password: str) -> None:
    """Fill in the form that asks who one is."""
    page.locator("[name=login]").fill(address)
    page.locator("[name=password]").fill(password)
    page.locator("main form button[type=submit]").click()


class Walker:
    """Somebody with a browser. `look` is called with a name at every page they come to."""

    def __init__(
        self,
        page: Page,
        url: str,
        *,
        language: str = "en",
        has_scripts: bool = True,
        look: Callable[[str], None] = _pass_by,
    ) -> None:
        self.page = page
        self.url = url
        self.language = language
        self.has_scripts = has_scripts
        self.look = look

    def open(self, path: str = "") -> None:
        """Open an address below the language."""
        self.page.goto(f"{self.url}/{self.language}/{path}")

    def arrive(self, name: str) -> None:
        """Come to a page: wait until it and its scripts are there, as people do, and look at it."""
        self.page.wait_for_load_state()
        self.look(name)

    def find_story(self, story: Story) -> None:
        """Go from the first page over the filtered index to a story."""
        self.open()
        self.arrive("home")
        self.page.locator("main a.button").first.click()
        self.arrive("index")
        self.page.locator("select[name=country]").select_option(story.country)
        if not self.has_scripts:
            self.page.locator("form.filters button[type=submit]").click()
        expect(self.page).to_have_url(re.compile(rf"[?&]country={story.country}\b"))
        expect(self.page.locator(".chips li")).to_have_count(1)
        self.arrive("index filtered")
        self.page.locator(f"#results a[href$='/projects/{story.slug}/']").click()
        self.arrive("story")

    def choose_quantity(self, quantity: int) -> None:
        """Go from a story to the details, by way of the page that asks how many."""
        self.page.locator("#buy-quantity").fill(str(quantity))
        self.page.locator(".buy-form button[type=submit]").click()
        expect(self.page).to_have_url(re.compile(rf"/details/\?quantity={quantity}$"))
        self.page.locator(".actions button[name=change]").click()
        self.arrive("quantity")
        expect(self.page.locator("#id_quantity")).to_have_value(str(quantity))
        self.page.locator(".actions button[value=done]").click()

    def fill_in_details(self, purchase: Purchase) -> None:
        """Fill the details in as far as the consent, which is given to what is shown then."""
        page = self.page
        page.locator("[name=purchaser_name]").fill(purchase.purchaser)
        page.locator("[name=purchaser_email]").fill(purchase.email)
        page.locator("[name=purchaser_country]").select_option(purchase.country)
        if purchase.beneficiary:
            page.locator("[name=beneficiary_same]").uncheck()
            page.locator("[name=beneficiary_name]").fill(purchase.beneficiary)
            page.locator("[name=beneficiary_type][value=organisation]").check()
            page.locator("[name=beneficiary_country]").select_option(purchase.country)
        if purchase.purpose:
            page.locator("[name=purpose][value=own]").check()
            page.locator("[name=purpose_text]").fill(purchase.purpose)

    def read_preview(self, purchase: Purchase) -> None:
        """Wait until the page shows what becomes public, or ask for it where there are no scripts."""
        if not self.has_scripts:
            self.page.locator("button[name=preview]").click()
        extract = self.page.locator("#preview .extract")
        expect(extract).to_contain_text(re.compile(re.escape(purchase.named) + r", \w"))  # and the country
        if purchase.purpose:
            expect(extract).to_contain_text(purchase.purpose)

    def place_order(self) -> None:
        """Consent and go on to the payment."""
        self.page.locator("[name=consent]").check()
        self.page.locator("main form .actions .button[type=submit]").click()
        expect(self.page).to_have_url(re.compile(r"/orders/[\w-]+/$"))

    def pay(self, card: str = VISA) -> None:
        """Choose a sample card and pay."""
        self.page.locator(f"[name=nonce][value={card}]").check()
        self.page.locator(".pay-form button[type=submit]").click()

    def wait_for_certificate(self, *, milliseconds: int = CERTIFICATE_TIME) -> str:
        """Wait until the order's page goes on by itself, and return the address of the certificate."""
        link = self.page.locator("main .actions a[href*='/certificates/']").first
        expect(link).to_be_visible(timeout=milliseconds)
        return f"{self.url}{link.get_attribute('href')}"

    def order(self, story: Story, purchase: Purchase) -> str:
        """Place an order the short way, and return its address."""
        self.open(f"projects/{story.slug}/")
        self.page.locator("#buy-quantity").fill(str(purchase.quantity))
        self.page.locator(".buy-form button[type=submit]").click()
        self.fill_in_details(purchase)
        self.read_preview(purchase)
        self.place_order()
        return self.page.url
