"""Every kind of page in every state: no barriers that axe knows of, and nothing sticks out to the side."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.browsing import Browsing, browsing
from tests.e2e.inspection import barriers, cut_ends, overflows
from tests.e2e.running import Portal
from tests.e2e.walk import DECLINED, NITROUS_OXIDE, Purchase, Walker, path_of, sign_in

STORY = f"projects/{NITROUS_OXIDE.slug}/"
LONG_NAME = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft 年年年"


@dataclass(frozen=True)
class Made:
    """What there is to look at, as paths below a language, and somebody who is signed in."""

    listing: str
    awaiting: str
    withdrawn: str
    completed: str
    certificate: str
    pending: str
    signed_in: Any


@pytest.fixture(scope="module")
def made(portal: Portal, chromium: Browser, lost_answer: tuple[str, Purchase]) -> Iterator[Made]:
    """Orders in every state, made by somebody who is signed in and whose beneficiary has a very long name."""
    purchase = Purchase(quantity=12, beneficiary=LONG_NAME, purpose="Für Zoë, " + "immer weiter, " * 40)
    with browsing(chromium) as visit:
        page = visit.visitor()
        walker = Walker(page, portal.url)
        walker.open("account/")
        sign_in(page, "provider@example.org", portal.passwords["provider@example.org"])
        expect(page.locator("h1")).to_have_text("Your account")
        # One after the other: an order that is not paid yet would be corrected by the next one.
        completed = path_of(walker.order(NITROUS_OXIDE, purchase))
        walker.pay()
        certificate = path_of(walker.wait_for_certificate())
        withdrawn = path_of(walker.order(NITROUS_OXIDE, purchase))
        page.locator(".withdraw button").click()
        awaiting = path_of(walker.order(NITROUS_OXIDE, purchase))
        listing = path_of(f"{portal.url}{_first_listing(walker)}")
        yield Made(
            listing=listing,
            awaiting=awaiting,
            withdrawn=withdrawn,
            completed=completed,
            certificate=certificate,
            pending=lost_answer[0],
            signed_in=page.context.storage_state(),
        )


def _first_listing(walker: Walker) -> str:
    walker.open(STORY)
    action = walker.page.locator(".buy-form").get_attribute("action")
    assert action
    return action.removesuffix("details/")


def send(walker: Walker, path: str) -> None:
    """Open a form and send it as it is; where there are several, the first."""
    walker.open(path)
    walker.page.locator("main form button.button[type=submit]").first.click()
    expect(walker.page.locator(".field-wrong").first).to_be_visible()


def decline(walker: Walker, made: Made) -> None:
    walker.open(made.awaiting)
    walker.pay(DECLINED)
    expect(walker.page.locator("[data-error-summary]")).to_be_visible()


def preview(walker: Walker, made: Made) -> None:
    """The details with everything unfolded that can be."""
    walker.open(f"{made.listing}details/?quantity=12")
    wanted = Purchase(beneficiary=LONG_NAME, purpose="Für Zoë")
    walker.fill_in_details(wanted)
    walker.read_preview(wanted)


def unfold(walker: Walker, path: str) -> None:
    walker.open(path)
    for summary in walker.page.locator("main summary").all():
        summary.click()


PLACES: dict[str, Callable[[Walker, Made], None]] = {
    "home": lambda walker, made: walker.open(),
    "index": lambda walker, made: walker.open("projects/"),
    "index, last page": lambda walker, made: walker.open("projects/?page=3"),
    "index, nothing found": lambda walker, made: walker.open("projects/?country=PK&technology=Wind"),
    "index, filters unfolded": lambda walker, made: unfold(walker, "projects/"),
    "index, wrong price": lambda walker, made: walker.open("projects/?price_min=x"),
    "story": lambda walker, made: walker.open(STORY),
    "story, unfolded": lambda walker, made: unfold(walker, STORY),
    "story of a sample": lambda walker, made: walker.open("projects/sample-landfill-gas-colombia/"),
    "plain page": lambda walker, made: walker.open("how-it-works/"),
    "quantity": lambda walker, made: walker.open(made.listing),
    "quantity, wrong": lambda walker, made: walker.open(f"{made.listing}?quantity=1.5"),
    "details": lambda walker, made: walker.open(f"{made.listing}details/?quantity=12"),
    "details, wrong": lambda walker, made: send(walker, f"{made.listing}details/?quantity=12"),
    "details, with preview": preview,
    "payment": lambda walker, made: walker.open(made.awaiting),
    "payment, no card": lambda walker, made: send(walker, made.awaiting),
    "payment, declined": decline,
    "payment, pending": lambda walker, made: walker.open(made.pending),
    "order, withdrawn": lambda walker, made: walker.open(made.withdrawn),
    "order, completed": lambda walker, made: walker.open(made.completed),
    "certificate": lambda walker, made: walker.open(made.certificate),
    "history": lambda walker, made: walker.open("history/"),
    "history, nothing found": lambda walker, made: walker.open("history/?beneficiary=zzzzz"),
    "history, wrong year": lambda walker, made: walker.open("history/?year=x"),
    "verify": lambda walker, made: walker.open("verify/"),
    "verify, wrong": lambda walker, made: walker.open("verify/?code=abc"),
    "sign in": lambda walker, made: walker.open("accounts/login/"),
    "sign in, wrong": lambda walker, made: send(walker, "accounts/login/"),
    "sign up": lambda walker, made: walker.open("accounts/signup/"),
    "sign up, wrong": lambda walker, made: send(walker, "accounts/signup/"),
    "forgotten password": lambda walker, made: walker.open("accounts/password/reset/"),
    "no such page": lambda walker, made: walker.open("nowhere/"),
}
SIGNED_IN: dict[str, Callable[[Walker, Made], None]] = {
    "account": lambda walker, made: walker.open("account/"),
    "bank transfers": lambda walker, made: walker.open("account/transfers/"),
    "transfers that are waited for": lambda walker, made: walker.open("account/transfers/awaited/"),
    "e-mail addresses": lambda walker, made: walker.open("accounts/email/"),
    "new password": lambda walker, made: walker.open("accounts/password/change/"),
    "sign out": lambda walker, made: walker.open("accounts/logout/"),
}
LOOKS = pytest.mark.parametrize(
    ("language", "width", "scheme"), [("en", 375, "light"), ("fr", 1280, "dark")], ids=["en-light", "fr-dark"]
)


def look(walker: Walker) -> None:
    walker.page.wait_for_load_state()
    assert walker.page.locator("html").get_attribute("lang") == walker.language
    assert walker.page.locator("h1").count() == 1
    assert barriers(walker.page) == []
    assert overflows(walker.page) == []


@LOOKS
@pytest.mark.parametrize("place", PLACES)
def test_a_page_has_no_barriers_and_fits(
    portal: Portal, browse: Browsing, made: Made, place: str, language: str, width: int, scheme: str
) -> None:
    walker = Walker(browse.visitor(width=width, scheme=scheme), portal.url, language=language)
    PLACES[place](walker, made)
    look(walker)


@LOOKS
@pytest.mark.parametrize("place", SIGNED_IN)
def test_a_page_behind_the_door_has_no_barriers_and_fits(
    portal: Portal, browse: Browsing, made: Made, place: str, language: str, width: int, scheme: str
) -> None:
    page = browse.visitor(width=width, scheme=scheme, storage_state=made.signed_in)
    walker = Walker(page, portal.url, language=language)
    SIGNED_IN[place](walker, made)
    look(walker)


def test_what_stays_in_sight_never_hides_its_own_end(portal: Portal, browse: Browsing) -> None:
    """In a window of 1280 by 720, where a box beside the text may be higher than it. The control is a lower one."""
    walker = Walker(browse.visitor(), portal.url)
    details = f"{path_of(f'{portal.url}{_first_listing(walker)}')}details/?quantity=12"
    walker.page.set_viewport_size({"width": 1280, "height": 720})
    for place in (STORY, details, "calculators/household/", "calculators/flight/"):
        walker.open(place)
        walker.page.wait_for_load_state()
        assert cut_ends(walker.page) == [], place
    walker.page.set_viewport_size({"width": 1280, "height": 100})
    assert len(cut_ends(walker.page)) == 1


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_a_long_choice_is_read_whole_while_it_is_closed(portal: Portal, browse: Browsing, language: str) -> None:
    """The longest goal does not fit on one line of a telephone, in any language: it stands on two."""
    walker = Walker(browse.visitor(width=375), portal.url, language=language)
    unfold(walker, "projects/")
    goals = walker.page.locator("select[name=goal]")
    heights = goals.evaluate(
        """(goals) => ["", "12"].map((goal) => {
            goals.value = goal;
            return goals.offsetHeight;
        })"""
    )
    assert heights[1] > heights[0]
    assert overflows(walker.page) == []


def test_a_barrier_and_a_page_too_wide_would_be_noticed(portal: Portal, browse: Browsing) -> None:
    """The control: a picture without words, and a body that is wider than any window."""
    page = browse.visitor()
    page.goto(f"{portal.url}/en/verify/")
    page.evaluate("document.querySelector('h1').insertAdjacentHTML('afterend', '<img src=/static/art/favicon.svg>')")
    page.evaluate("document.body.style.minWidth = '3000px'")
    assert [found.split(" ")[0] for found in barriers(page)] == ["image-alt"]
    assert len(overflows(page)) == 4


def test_a_request_that_fails_is_noticed_and_one_that_is_left_is_none(portal: Portal, browse: Browsing) -> None:
    """The control of what goes wrong behind the pages. A picture that never comes is left, the other cannot be had."""
    page = browse.visitor()
    page.route("**/never.png", lambda route: None)
    page.route("**/broken.png", lambda route: route.abort("failed"))
    page.goto(f"{portal.url}/en/verify/")
    page.evaluate("new Image().src = '/never.png'")
    page.goto(f"{portal.url}/en/history/")
    assert browse.troubles == []
    with page.expect_event("requestfailed"):
        page.evaluate("new Image().src = '/broken.png'")
    page.evaluate("new Image().src = '/never.png'")
    assert browse.troubles == [f"{portal.url}/broken.png: Failed to load resource: net::ERR_FAILED"]
    browse.forgive()
