"""What matters less is asked on request: behind the other questions, and open where it holds an answer or a mistake."""

from dataclasses import replace
from typing import Any

import pytest
from bs4 import Tag
from django.test import Client
from django.utils.translation import override

from portal.calculators import catalogue
from portal.calculators.models import SavedEstimate
from portal.calculators.questionnaire import entries, sheets
from portal.calculators.questionnaire.sheets import Questions, Things
from tests.calculators.bakery import CALCULATOR, VANS, factors
from tests.calculators.journey import press
from tests.pages import Page, words

HOUSEHOLD = "/en/calculators/answers/household/"


def asked(section: str, fields: dict[str, str] | None = None, **options: Any) -> Questions:
    """The questions of a section of the household's form, after what was entered."""
    compiled = catalogue.kind("household")
    given = entries.blank(compiled) | entries.collect(
        compiled.calculator, {f"a-{name}": text for name, text in (fields or {}).items()}
    )
    with override("en"):
        sheet = sheets.sheet(compiled, given, ref="household", title="Household", **options)
    return next(part.asked for part in sheet.parts if part.id == section)


def names(asks: list[Any]) -> list[str]:
    return [each.name for each in asks]


def more_on(page: Page, section: str) -> Tag:
    found = page.soup.select_one(f"#section-{section} > .more-questions")
    assert found
    return found


# --- Where they stand, and when they are open


def test_more_is_asked_behind_the_first_questions_and_closed_to_begin_with() -> None:
    food = asked("food")
    assert (names(food.first), food.is_open) == (["diet"], False)
    assert {"food_by", "red_meat_meals", "meals_out"} <= set(names(food.more))
    assert not food.more[0].is_group


def test_a_section_may_have_nothing_more() -> None:
    assert (names(asked("about").first), asked("about").more) == (["country", "people"], [])


def test_what_is_answered_there_stands_open() -> None:
    assert asked("home", {"water": "100"}).is_open
    assert asked("home", {"more_fuels": "yes"}).is_open
    assert asked("goods", {"stays-0": "1", "stays-0-nights": "7"}).is_open


def test_neither_other_answers_nor_what_stands_in_a_blank_form_open_it() -> None:
    assert not asked("home", {"electricity": "2700", "heating": "gas"}).is_open
    assert not asked("home", {"more_fuels": "no", "water": " "}).is_open
    assert not asked("home", {"water-unit": "m3/month"}).is_open
    assert not asked("travel", {"cars-0": "1", "cars-0-driving": "9000"}).is_open


def test_a_mistake_there_opens_it() -> None:
    given = entries.collect(catalogue.KINDS["household"], {"a-water": "much"})
    form = sheets.check(catalogue.kind("household"), given)
    with override("en"):
        sheet = sheets.sheet(catalogue.kind("household"), given, ref="household", title="", form=form)
    home = next(part for part in sheet.parts if part.id == "home")
    assert (home.is_wrong, home.asked.is_open) == (True, True)
    assert [mistake.href for mistake in sheet.mistakes] == ["#id_a-water"]


def test_what_the_page_turns_to_is_in_sight() -> None:
    assert asked("goods", focus="group-stays").is_open  # the last one was taken away
    assert not asked("goods", focus="goods").is_open


def test_all_questions_at_once_are_all_in_sight() -> None:
    assert all(asked(section, is_all=True).is_open for section in ("home", "travel", "food", "goods"))


def test_an_item_of_a_group_has_more_questions_of_its_own() -> None:
    fuel = replace(VANS.questions[1], is_more=True)
    vans = replace(VANS, questions=(VANS.questions[0], fuel, VANS.questions[2]))
    delivery = replace(CALCULATOR.sections[2], questions=(vans,))
    own = catalogue.ready(replace(CALCULATOR, sections=(*CALCULATOR.sections[:2], delivery)), factors=factors())

    def van(**texts: str) -> Questions:
        sheet = sheets.sheet(own, {"vans": [texts]}, ref="bakery", title="A bakery")
        (group,) = sheet.parts[2].asked.first
        assert isinstance(group, Things)
        return group.items[0].asked

    assert (names(van().first), names(van().more)) == (["vans-0-name", "vans-0-way"], ["vans-0-fuel"])
    assert [van(name="Old one").is_open, van(fuel="electric").is_open] == [False, True]


# --- On the page


def test_the_disclosure_is_the_browser_s_own_and_names_its_section(db: None, client: Client) -> None:
    page = Page(client.get(HOUSEHOLD))
    more = more_on(page, "home")
    assert (more.name, more.has_attr("open")) == ("details", False)
    assert words(more.select_one("summary") or more) == "More questions (Your home)"
    assert more.select_one("[name=a-water]")
    assert not more.select_one("[name=a-electricity]")


def test_what_stands_closed_is_sent_all_the_same(db: None, client: Client) -> None:
    page = Page(press(client, Page(client.get(HOUSEHOLD)), address=HOUSEHOLD, go="home", **{"a-water": "120"}))
    assert more_on(page, "home").has_attr("open")
    assert page.sent("at")["a-water"] == "120"


@pytest.mark.parametrize("button", ["less", "more"])
def test_who_adds_or_removes_a_thing_there_sees_it(db: None, client: Client, button: str) -> None:
    place = {"more": "stays", "less": "stays-0"}[button]
    typed = {"a-stays-0": "1"} if button == "less" else {}
    page = Page(client.post(HOUSEHOLD, {"at": "goods", button: place, **typed}))
    assert more_on(page, "goods").has_attr("open")
    assert more_on(page, "goods").select_one("[autofocus]")


def test_answers_that_are_changed_later_stand_open(db: None, client: Client) -> None:
    client.post(HOUSEHOLD, {"finish": "1", "a-water": "120", "a-people": "3"})
    estimate = SavedEstimate.objects.get()
    page = Page(client.get(f"{estimate.get_absolute_url()}change/"))
    assert more_on(page, "home").has_attr("open")
    assert not more_on(page, "travel").has_attr("open")


def test_a_frame_on_another_site_asks_in_the_same_way(db: None, client: Client) -> None:
    page = Page(client.get("/en/embed/calculators/household/"))
    assert words(more_on(page, "food").select_one("summary") or page.soup) == "More questions (Food)"
