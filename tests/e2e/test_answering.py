"""On the way to a result: going back and forth loses nothing, and scripts show at once what an answer changes."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.answering import TASKS, Asked
from tests.e2e.browsing import Browsing
from tests.e2e.running import Portal
from tests.e2e.walk import Walker

SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])


def opened(portal: Portal, browse: Browsing, *, scripts: bool = True) -> Asked:
    """Open the household's calculator."""
    page = browse.visitor(scripts=scripts)
    walker = Walker(page, portal.url, has_scripts=scripts)
    walker.open("calculators/household/")
    return Asked(walker, TASKS["household"])


# --- Back and forth


@SCRIPTS
def test_going_back_and_forth_loses_nothing(portal: Portal, browse: Browsing, scripts: bool) -> None:
    asked = opened(portal, browse, scripts=scripts)
    page = asked.page
    asked.answer_what_is_in_sight()
    asked.press(page.locator(".calculator-steps [name=go]").nth(2))
    asked.field("long_flights").fill("7")
    asked.press(page.locator(".calculator-actions .button-quiet[name=go]"))
    asked.press(page.locator(".calculator-steps [name=view]"))
    for name, value in {"country": "FR", "people": "3", "long_flights": "7"}.items():
        expect(asked.field(name)).to_have_value(value)


@SCRIPTS
def test_more_questions_are_opened_by_a_key_and_open_by_themselves_when_they_are_answered(
    portal: Portal, browse: Browsing, scripts: bool
) -> None:
    asked = opened(portal, browse, scripts=scripts)
    page = asked.page
    asked.press(page.locator(".calculator-steps [name=go]").nth(1))
    expect(asked.field("electricity")).to_be_visible()
    expect(asked.field("water")).to_be_hidden()
    page.locator("#section-home > .more-questions > summary").focus()
    page.keyboard.press("Enter")
    asked.field("water").fill("120")
    asked.press(page.locator(".calculator-actions .button[name=go]"))
    expect(page.locator("#section-flights > .more-questions")).not_to_have_attribute("open", "")
    asked.press(page.locator(".calculator-actions .button-quiet[name=go]"))
    expect(asked.field("water")).to_be_visible()
    expect(asked.field("water")).to_have_value("120")


def test_what_somebody_opened_stays_open_when_the_page_is_drawn_anew(portal: Portal, browse: Browsing) -> None:
    asked = opened(portal, browse)
    page = asked.page
    asked.press(page.locator(".calculator-steps [name=go]").nth(4))
    page.locator("#section-travel > .more-questions > summary").click()
    asked.press(page.locator("#calculator [name=more][value=cars]"))
    expect(asked.field("train")).to_be_visible()


@SCRIPTS
def test_changing_the_language_loses_nothing(portal: Portal, browse: Browsing, scripts: bool) -> None:
    asked = opened(portal, browse, scripts=scripts)
    page = asked.page
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
    asked = opened(portal, browse)
    page = asked.page
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
    asked = opened(portal, browse)
    page = asked.page
    asked.field("people").fill("4")
    page.locator("#calculator .link-button[name=finish]").click()
    expect(page).to_have_url(re.compile("/results/"))
    page.locator("main a[href$='/change/']").click()
    expect(asked.field("people")).to_have_value("4")


def test_the_browsers_own_back_from_the_result_finds_the_answers(portal: Portal, browse: Browsing) -> None:
    """Also where the browser has to build the page anew, and after that when it is loaded again."""
    asked = opened(portal, browse)
    page = asked.page
    asked.field("people").fill("5")
    asked.press(page.locator(".calculator-steps [name=go]").nth(1))
    asked.field("electricity").fill("4200.5")
    page.locator("#calculator .link-button[name=finish]").click()
    expect(page).to_have_url(re.compile("/results/"))
    for again in (page.go_back, page.reload):
        again()
        expect(page.locator("#section-home")).to_be_visible()
        expect(asked.field("electricity")).to_have_value("4200.5")
        expect(asked.field("people")).to_have_value("5")
    page.go_back()
    expect(page.locator("#section-about")).to_be_visible()
    expect(asked.field("people")).to_have_value("5")


def test_who_opens_a_calculator_anew_begins_anew(portal: Portal, browse: Browsing) -> None:
    asked = opened(portal, browse)
    page = asked.page
    asked.field("people").fill("5")
    asked.press(page.locator(".calculator-steps [name=go]").nth(1))
    asked.walker.open("calculators/household/")
    expect(page.locator("#section-about")).to_be_visible()
    expect(asked.field("people")).not_to_have_value("5")


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
    expect(options.first).to_have_attribute("value", "Nairobi, Kenya, Jomo Kenyatta (NBO)")


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
