"""Every calculator from the first page to the paid order, by all sorts of browsers; and what a result is good for."""

import re
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.browsing import Browsing
from tests.e2e.inspection import barriers, is_focus_visible, overflow, overflows
from tests.e2e.running import Portal
from tests.e2e.walk import NITROUS_OXIDE, Purchase, Walker, path_of, sign_in

SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
LANGUAGES = pytest.mark.parametrize("language", ["en", "fr", "es"])
PAUSE = 500  # milliseconds: a little more than the page waits before it asks for a new total
DECIMAL = {"en": "4200.5", "fr": "4\u202f200,5", "es": "4 200,5"}


@dataclass(frozen=True, kw_only=True)
class Task:
    """What somebody tells a calculator: items to add, and answers, as they come by on the way."""

    kind: str
    items: tuple[str, ...] = ()
    answers: dict[str, str] = field(default_factory=dict)
    is_shared: bool = False


TASKS = {
    task.kind: task
    for task in (
        Task(
            kind="flight",
            items=("trips",),
            answers={
                "trips-0-origin": "Zurich",
                "trips-0-destination": "Nairobi",
                "trips-1-origin": "jfk",
                "trips-1-destination": "Heathrow",
                "trips-1-passengers": "2",
            },
        ),
        Task(
            kind="household",
            items=("cars",),
            answers={
                "country": "FR",
                "people": "3",
                "electricity": "decimal",
                "electricity-unit": "kWh/month",
                "cars-0-driving": "9000",
                "medium_flights": "2",
            },
            is_shared=True,
        ),
        Task(
            kind="business",
            items=("sites", "rides"),
            answers={
                "country": "KE",
                "employees": "12",
                "sites-0-site": "Mühle « Ουρανός »",
                "sites-0-electricity": "decimal",
                "fleet_diesel": "800",
                "rides-0-ridden": "4000",
            },
            is_shared=True,
        ),
        Task(
            kind="event",
            items=("travellers",),
            answers={
                "country": "KE",
                "participants": "40",
                "travellers-0-people": "10",
                "travellers-0-by": "coach",
                "travellers-0-km": "120",
            },
            is_shared=True,
        ),
    )
}


class Asked:
    """Somebody in front of a calculator."""

    def __init__(self, walker: Walker, task: Task) -> None:
        self.walker, self.page, self.task = walker, walker.page, task
        self.told: set[str] = set()

    def field(self, name: str) -> Locator:
        return self.page.locator(f"#calculator [name='a-{name}']")

    def rest(self) -> None:
        """Look at the total, as people do before they go on."""
        if self.walker.has_scripts:
            self.page.wait_for_timeout(PAUSE)
            expect(self.page.locator(".htmx-request")).to_have_count(0)

    def press(self, button: Locator) -> None:
        """Press a button of the form, and wait until the page that it brings is there."""
        self.rest()
        self.page.evaluate("document.getElementById('calculator')?.setAttribute('data-old', '')")
        button.click()
        expect(self.page.locator("#calculator:not([data-old])")).to_be_visible()
        self.page.wait_for_load_state()

    def answer_what_is_in_sight(self) -> None:
        for name in self.task.items:
            more = self.page.locator(f"#calculator [name=more][value={name}]")
            if name not in self.told and more.is_visible():
                self.told.add(name)
                self.press(more)
        for name, text in self.task.answers.items():
            control = self.field(name)
            if name in self.told or control.count() == 0 or not control.first.is_visible():
                continue
            self.told.add(name)
            typed = DECIMAL[self.walker.language] if text == "decimal" else text
            if control.first.evaluate("each => each.tagName") == "SELECT":
                control.select_option(typed)
            else:
                control.fill(typed)

    def walk(self) -> None:
        """Answer section after section, and go on to the result."""
        page = self.page
        while True:
            self.answer_what_is_in_sight()
            following = page.locator(".calculator-actions .button[name=go]")
            if following.count() == 0:
                break
            self.press(following)
            self.choose_airports()
            assert overflow(page) == ""
            assert page.locator("html").get_attribute("lang") == self.walker.language
        assert set(self.task.answers) | set(self.task.items) == self.told

    def choose_airports(self) -> None:
        """Say which airport was meant, where a name is that of several, and go on."""
        picks = self.page.locator("#calculator .several")
        if picks.count():
            expect(self.page.locator("[data-error-summary]")).to_be_visible()
            for each in picks.all():
                each.locator("input").first.check()
            self.press(self.page.locator(".calculator-actions .button[name=go]"))

    def choose_airports_at_the_end(self) -> None:
        """Say which airport was meant, and ask for the result again."""
        self.page.wait_for_load_state()
        picks = self.page.locator("#calculator .several")
        if picks.count():
            for each in picks.all():
                each.locator("input").first.check()
            self.page.locator(".calculator-actions .button[name=finish]").click()

    def finish(self) -> int:
        """Ask for the result, and return how many units it is."""
        self.rest()
        total = self.page.locator(".total-figure strong").inner_text() if self.walker.has_scripts else ""
        self.page.locator(".calculator-actions .button[name=finish]").click()
        expect(self.page).to_have_url(re.compile(rf"/{self.walker.language}/calculators/results/[\w.-]+/$"))
        figure = self.page.locator(".result-figure").inner_text()
        if total:
            assert figure == total
        tonnes = float(re.sub(r"\s", "", figure).replace(",", "."))
        units = self.page.locator(".stamp-edge").count()
        assert 0 <= units - tonnes < 1.01
        return units


@LANGUAGES
@SCRIPTS
@pytest.mark.parametrize("kind", TASKS)
def test_a_calculator_leads_to_a_paid_order(
    portal: Portal, browse: Browsing, kind: str, language: str, scripts: bool
) -> None:
    width = 375 if scripts == (language == "fr") else 1280
    page = browse.visitor(width=width, scripts=scripts)
    walker = Walker(page, portal.url, language=language, has_scripts=scripts)
    walker.open()
    page.locator(f".calculator-list a[href$='/calculators/{kind}/']").click()
    page.wait_for_load_state()
    expect(page.locator("h1")).to_have_count(1)
    assert page.context.cookies() == []

    asked = Asked(walker, TASKS[kind])
    asked.walk()
    units = asked.finish()
    assert page.context.cookies() == []
    assert overflow(page) == ""
    assert page.locator(".result-each").count() == TASKS[kind].is_shared
    result = page.url

    page.locator(".contribute a.button").click()
    page.wait_for_load_state()
    page.locator("select[name=country]").select_option(NITROUS_OXIDE.country)
    if not scripts:
        page.locator("form.filters button[type=submit]").click()
    expect(page.locator(".chips li")).to_have_count(1)
    page.locator(f"#results a[href*='/projects/{NITROUS_OXIDE.slug}/']").click()
    expect(page.locator("#buy-quantity")).to_have_value(str(units))
    page.locator(".buy-form button[type=submit]").click()

    purchase = Purchase(quantity=units, purchaser="Noor Sample")
    before = len(portal.transactions())
    walker.fill_in_details(purchase)
    walker.read_preview(purchase)
    walker.place_order()
    walker.pay()
    walker.wait_for_certificate()
    paid = portal.transactions()[before:]
    assert [each["amount"] for each in paid] == [f"{units * float(NITROUS_OXIDE.price):.2f}"]
    expect(page.locator(f"main a[href='{result.removeprefix(portal.url)}']")).to_have_count(1)


# --- Back and forth


@SCRIPTS
def test_going_back_and_forth_loses_nothing(portal: Portal, browse: Browsing, scripts: bool) -> None:
    page = browse.visitor(scripts=scripts)
    walker = Walker(page, portal.url, has_scripts=scripts)
    walker.open("calculators/household/")
    asked = Asked(walker, TASKS["household"])
    asked.answer_what_is_in_sight()
    asked.press(page.locator(".calculator-steps [name=go]").nth(3))
    asked.field("medium_flights").fill("7")
    asked.press(page.locator(".calculator-actions .button-quiet[name=go]"))
    asked.press(page.locator(".calculator-steps [name=view]"))
    for name, value in {"country": "FR", "people": "3", "medium_flights": "7"}.items():
        expect(asked.field(name)).to_have_value(value)


@SCRIPTS
def test_changing_the_language_loses_nothing(portal: Portal, browse: Browsing, scripts: bool) -> None:
    page = browse.visitor(scripts=scripts)
    walker = Walker(page, portal.url, has_scripts=scripts)
    walker.open("calculators/household/")
    asked = Asked(walker, TASKS["household"])
    asked.field("people").fill("5")
    asked.press(page.locator(".calculator-steps [name=go]").nth(1))
    asked.field("electricity").fill("4200.5")
    asked.press(page.locator(".languages a[hreflang=fr]" if scripts else ".calculator-languages [lang=fr]"))
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.locator("#section-home")).to_be_visible()
    expect(asked.field("electricity")).to_have_value("4200.5")
    expect(asked.field("people")).to_have_value("5")


def test_an_untouched_calculator_changes_to_its_page_in_the_other_language(portal: Portal, browse: Browsing) -> None:
    page = browse.visitor()
    Walker(page, portal.url).open("calculators/household/")
    page.locator(".languages a[hreflang=es]").click()
    expect(page).to_have_url(f"{portal.url}/es/calculators/household/")


def test_the_browsers_own_back_and_forward_turn_the_sections(portal: Portal, browse: Browsing) -> None:
    page = browse.visitor()
    walker = Walker(page, portal.url)
    walker.open("calculators/household/")
    asked = Asked(walker, TASKS["household"])
    page.evaluate("htmx.config.defaultSettleDelay = 5000")  # nothing here may wait for it
    asked.field("people").fill("5")
    asked.press(page.locator(".calculator-actions .button[name=go]"))
    expect(page.locator("#section-home")).to_be_visible()
    page.go_back()
    expect(page.locator("#section-about")).to_be_visible()
    expect(asked.field("people")).to_have_value("5")
    page.go_forward()
    expect(page.locator("#section-home")).to_be_visible()
    asked.press(page.locator(".calculator-steps [name=go]").first)
    expect(asked.field("people")).to_have_value("5")


def test_coming_back_from_the_result_finds_the_answers(portal: Portal, browse: Browsing) -> None:
    page = browse.visitor()
    walker = Walker(page, portal.url)
    walker.open("calculators/household/")
    asked = Asked(walker, TASKS["household"])
    asked.field("people").fill("4")
    page.locator("#calculator .link-button[name=finish]").click()
    expect(page).to_have_url(re.compile("/results/"))
    page.locator("main a[href$='/change/']").click()
    expect(asked.field("people")).to_have_value("4")


# --- What scripts add


def test_the_total_and_the_questions_follow_the_answers(portal: Portal, browse: Browsing) -> None:
    page = browse.visitor()
    walker = Walker(page, portal.url)
    walker.open("calculators/flight/")
    asked = Asked(walker, TASKS["flight"])
    figure = page.locator(".total-figure strong")
    expect(figure).to_have_text("—")
    expect(asked.field("trips-0-via_too")).to_be_hidden()
    asked.field("trips-0-origin").fill("ZRH")
    asked.field("trips-0-destination").fill("NBO")
    expect(figure).to_have_text(re.compile(r"^\d\.\d\d$"))
    straight = figure.inner_text()
    asked.field("trips-0-via").fill("CDG")
    expect(asked.field("trips-0-via_too")).to_be_visible()
    expect(figure).not_to_have_text(straight)
    assert asked.field("trips-0-destination").input_value() == "NBO"


def test_airports_are_offered_while_one_types(portal: Portal, browse: Browsing) -> None:
    page = browse.visitor()
    Walker(page, portal.url).open("calculators/flight/")
    page.locator("[name=a-trips-0-origin]").press_sequentially("Nair")
    options = page.locator("[id='id_a-trips-0-origin_list'] option")
    expect(options.first).to_have_attribute("value", "Nairobi, Jomo Kenyatta International Airport (NBO)")


def test_what_is_assumed_follows_the_country(portal: Portal, browse: Browsing) -> None:
    page = browse.visitor()
    walker = Walker(page, portal.url)
    walker.open("calculators/household/?view=all")
    hint = page.locator("[data-assumed=electricity]")
    world = hint.inner_text()
    assert "kWh a year" in world
    page.locator("[name=a-country]").select_option("FR")
    expect(hint).not_to_have_text(world)
    expect(hint).to_contain_text("kWh a year")
    expect(page.locator(".htmx-request")).to_have_count(0)


def test_a_slider_and_its_number_move_together(portal: Portal, browse: Browsing) -> None:
    page = browse.visitor()
    Walker(page, portal.url).open("calculators/household/?view=all")
    number, slider = page.locator("[name=a-green]"), page.locator("[data-slides='id_a-green']")
    number.fill("40")
    expect(slider).to_have_value("40")
    slider.fill("55")
    expect(number).to_have_value("55")


# --- For everybody


def test_the_keyboard_suffices(portal: Portal, browse: Browsing) -> None:
    """Type, press Enter, hear what is wrong at the first field, put it right, and go on: without a mouse."""
    page = browse.visitor()
    walker = Walker(page, portal.url)
    walker.open("calculators/household/")
    asked = Asked(walker, TASKS["household"])
    asked.field("people").focus()
    page.keyboard.type("many")
    page.keyboard.press("Enter")
    summary = page.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(asked.field("people")).to_be_focused()
    assert is_focus_visible(page)[0]
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    expect(page.locator("#title-home")).to_be_focused()


@pytest.mark.parametrize(
    ("language", "width", "scheme"), [("en", 375, "light"), ("fr", 1280, "dark")], ids=["en-light", "fr-dark"]
)
@pytest.mark.parametrize("kind", TASKS)
def test_calculators_and_results_have_no_barriers_and_fit(
    portal: Portal, browse: Browsing, kind: str, language: str, width: int, scheme: str
) -> None:
    page = browse.visitor(width=width, scheme=scheme)
    walker = Walker(page, portal.url, language=language)
    walker.open(f"calculators/{kind}/?view=all")
    look(page)
    asked = Asked(walker, TASKS[kind])
    for name in TASKS[kind].items:
        asked.press(page.locator(f"#calculator [name=more][value={name}]"))
    page.locator(".calculator-actions .button[name=finish]").click()
    page.wait_for_load_state()
    look(page)
    if page.locator("[data-error-summary]").count():
        expect(page.locator("[data-error-summary]")).to_be_focused()
        asked.told.update(TASKS[kind].items)
        asked.answer_what_is_in_sight()
        page.locator(".calculator-actions .button[name=finish]").click()
        asked.choose_airports_at_the_end()
    expect(page).to_have_url(re.compile("/results/"))
    for summary in page.locator("main summary").all():
        summary.click()
    look(page)


@pytest.mark.parametrize(
    ("language", "width", "scheme"), [("en", 375, "dark"), ("es", 1280, "light")], ids=["en-dark", "es-light"]
)
@pytest.mark.parametrize("place", ["calculators/", "calculators/factors/", "calculators/factors/?q=zzz"])
def test_lists_have_no_barriers_and_fit(
    portal: Portal, browse: Browsing, place: str, language: str, width: int, scheme: str
) -> None:
    page = browse.visitor(width=width, scheme=scheme)
    Walker(page, portal.url, language=language).open(place)
    look(page)


def look(page: Page) -> None:
    page.wait_for_load_state()
    width = page.viewport_size
    assert page.locator("h1").count() == 1
    assert barriers(page) == []
    assert overflows(page) == []
    assert width
    page.set_viewport_size(width)


# --- Keeping


def test_a_result_is_kept_in_the_account_and_printed(portal: Portal, browse: Browsing) -> None:
    page = browse.visitor()
    walker = Walker(page, portal.url)
    walker.open("calculators/household/")
    page.locator("#calculator .link-button[name=finish]").click()
    expect(page).to_have_url(re.compile("/results/"))
    result = path_of(page.url)
    page.locator(".keep-account a").click()
    sign_in(page, "provider@example.org", portal.passwords["provider@example.org"])
    expect(page).to_have_url(re.compile("/results/"))
    page.locator(".keep-account button").click()
    expect(page.locator(".keep-account")).to_contain_text("This result is kept in your account.")
    page.emulate_media(media="print")
    expect(page.locator(".keep-account")).to_be_hidden()
    expect(page.locator(".lines").first).to_be_visible()
    page.emulate_media(media="screen")
    walker.open("account/")
    expect(page.locator(f"main a[href$='{result}']")).to_have_count(1)
    page.locator(f"main a[href$='{result}']").click()
    page.locator(".keep-account button").click()
    walker.open("account/")
    expect(page.locator(f"main a[href$='{result}']")).to_have_count(0)
