"""The form of a calculator: what people type becomes answers, and nothing that was typed is lost."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.calculators import catalogue
from portal.calculators.engine.calculator import Choice, Group
from portal.calculators.engine.examples import EXAMPLES
from portal.calculators.engine.footprint import estimate
from portal.calculators.questionnaire import entries, sheets
from portal.calculators.questionnaire.forms import option_choices
from portal.calculators.questionnaire.sheets import Ask
from tests.calculators.asked import asks, checked
from tests.calculators.bakery import CALCULATOR, VANS, bakery

LANGUAGES = ("en", "fr", "es")


def test_what_is_typed_becomes_answers() -> None:
    form = checked(
        {
            "country": "FR",
            "bakers": "3",
            "power": "1 234,5",
            "power-unit": "kWh/month",
            "at_night": "no",
            "vans-0-name": "Lola",
            "vans-0-fuel": "electric",
            "vans-0-way": "12.5",
            "airport": "cdg",
        }
    )
    assert form.wrong == {}
    assert form.answers() == {
        "country": "FR",
        "bakers": "3",
        "power": {"value": "1234.5", "unit": "kWh/month"},
        "at_night": "no",
        "airport": "CDG",
        "vans": [{"name": "Lola", "fuel": "electric", "way": "12.5"}],
    }


def test_what_is_left_open_is_no_answer() -> None:
    assert checked({"power": "", "country": "", "saved": " "}).answers() == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_mistakes_are_said_beside_their_fields(language: str) -> None:
    with override(language):
        form = checked({"bakers": "1.5", "power": "much", "vans-0-way": "", "saved": "51"})
        assert list(form.wrong) == ["power", "bakers", "saved", "vans-0-way"]
        assert all(len(texts) == 1 for texts in form.wrong.values())


def test_a_number_may_be_typed_as_the_page_prints_its_defaults() -> None:
    with override("en"):
        assert checked({"power": "2,700"}).answers()["power"] == "2700"


def test_a_number_that_reads_in_two_ways_asks_which() -> None:
    with override("en"):
        assert checked({"power": "1.234"}).wrong == {
            "power": [
                "This can be read in two ways. Write 1234 if you mean a whole number, or 1.2340 if there are decimals."
            ]
        }


def test_bounds_are_written_as_the_language_writes_numbers() -> None:
    with override("en"):
        assert checked({"power": "2000000"}).wrong == {"power": ["Enter 1,000,000 or less."]}


def test_a_unit_that_is_not_offered_is_refused_at_the_number() -> None:
    with override("en"):
        assert checked({"power": "5", "power-unit": "kg"}).wrong == {"power": ["Choose one of the units offered."]}


def test_a_field_keeps_its_first_mistake() -> None:
    with override("en"):
        assert checked({"vans-0-way": "far"}).wrong == {"vans-0-way": ["Enter a number."]}


def test_an_untouched_form_says_what_is_assumed() -> None:
    with override("en"):
        blank = entries.blank(bakery())
        assert blank == {"bakers": "2", "vans": []}
        page = asks()
        assert page["power"].assumed == "Left empty, this counts as 4,000 kWh a year."
        assert page["at_night"].assumed == "Left open, this counts as yes."
        assert page["country"].assumed == "Left open, the world’s averages are used."
        assert (page["nights"].is_hidden, page["nights"].assumed) == (True, "")
        assert asks({"country": "FR"})["power"].assumed == "Left empty, this counts as 6,000 kWh a year."


def test_what_must_be_answered_is_not_said_to_be_assumed() -> None:
    with override("en"):
        sheet = sheets.sheet(catalogue.kind("event"), {}, ref="event", title="Event")
    asked = {ask.bound.name: ask for ask in sheet.parts[0].asked.all}
    assert (asked["country"].is_required, asked["country"].assumed) == (True, "")
    assert asked["days"].assumed == "Left empty, this counts as 1 day."


def test_pieces_need_no_word_where_the_question_says_of_what() -> None:
    given = entries.collect(catalogue.KINDS["event"], {"a-country": "FR", "a-participants": "40"})
    with override("en"):
        sheet = sheets.sheet(catalogue.kind("event"), given, ref="event", title="Event")
    asked = {ask.bound.name: ask for part in sheet.parts for ask in part.asked.all if isinstance(ask, Ask)}
    assert asked["coffee"].assumed == "Left empty, this counts as 40."
    assert asked["beer"].assumed == "Left empty, this counts as 20 litres."


def test_an_own_country_of_an_item_stands_in_for_nothing() -> None:
    """A site without a country lies in the main one, as its hint says."""
    compiled = catalogue.kind("business")
    given = entries.collect(compiled.calculator, {"a-sites-0": "1"})
    with override("en"):
        sheet = sheets.sheet(compiled, given, ref="business", title="Business")
    state = sheet.total.state
    assert "sites-0-site_country" not in state
    assert '"country":"Left open' in state


def test_a_choice_says_what_no_answer_counts_as() -> None:
    with override("en"):
        options = asks({"vans-0": "1"})["vans-0-fuel"].bound.field.choices
        assert options[0] == ("", "Petrol (assumed)")


def test_what_nobody_has_to_answer_can_be_left_open_in_a_form_too() -> None:
    """Else a form would answer with its first option, and call it no assumption any more."""
    for calculator in catalogue.KINDS.values():
        for question in calculator.questions:
            for each in question.questions if isinstance(question, Group) else (question,):
                if isinstance(each, Choice) and not each.is_required and not each.is_setting:
                    assert option_choices(each)[0][0] == "", (calculator.id, each.id)


def test_units_are_offered_in_words_and_the_own_one_first() -> None:
    with override("en"):
        unit = asks()["power"].unit
        assert unit is not None
        assert unit.field.choices == [("", "kWh a year"), ("MWh/year", "MWh a year"), ("kWh/month", "kWh a month")]
        assert asks()["bakers"].unit is None
        assert asks()["bakers"].unit_words == "people"


def test_a_hidden_question_with_a_mistake_shows_itself() -> None:
    given = entries.collect(CALCULATOR, {"a-nights": "many"})
    form = sheets.check(bakery(), given)
    assert asks({"nights": "many"}, form=form)["nights"].is_hidden is False


# --- Items


def test_an_item_more_and_an_item_less() -> None:
    given = entries.collect(CALCULATOR, {"a-vans-0-name": "Lola", "a-vans-1-name": "Rosa", "a-power": "x"})
    more = entries.with_item(bakery(), given, VANS)
    assert more == {"power": "x", "vans": [{"name": "Lola"}, {"name": "Rosa"}, {}]}
    assert entries.without_item(more, VANS, 0) == {"power": "x", "vans": [{"name": "Rosa"}, {}]}
    assert entries.without_item(more, VANS, 9) == more
    full = entries.with_item(bakery(), more, VANS)
    assert full == more


def test_items_that_were_taken_out_leave_no_hole() -> None:
    assert entries.collect(CALCULATOR, {"a-vans-7-name": "Rosa", "a-vans-3": "1"}) == {"vans": [{}, {"name": "Rosa"}]}


def test_more_items_than_allowed_are_refused_without_reading_them_all() -> None:
    fields = {f"vans-{at}-way": "1" for at in range(50)}
    form = checked(fields)
    assert form.items == {"vans": 4}
    with override("en"):
        assert sheets.check(bakery(), entries.collect(CALCULATOR, {f"a-{k}": v for k, v in fields.items()})).wrong == {
            "vans": ["At most 3 can be calculated at once."]
        }


def test_fields_nobody_asked_for_are_left_alone() -> None:
    given = {"a-power": "1", "a-else": "x", "power": "2", "a-vans-x-name": "y", "a-vans-0-else": "z", "go": "oven"}
    assert entries.collect(CALCULATOR, given) == {"power": "1", "vans": [{}]}


# --- Nothing is lost


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", sorted(catalogue.LISTED))
def test_answers_written_into_a_form_come_out_as_the_same_estimate(kind: str, language: str) -> None:
    compiled = catalogue.kind(kind)
    with override(language):
        form = sheets.check(compiled, entries.refill(compiled, EXAMPLES[kind]))
        assert form.wrong == {}
        assert estimate(compiled, form.answers()).total == estimate(compiled, EXAMPLES[kind]).total


@pytest.mark.parametrize("kind", sorted(catalogue.LISTED))
def test_an_untouched_form_counts_as_no_answers_at_all(kind: str) -> None:
    compiled = catalogue.kind(kind)
    with override("en"):
        form = sheets.check(compiled, entries.blank(compiled))
        if not form.wrong:
            assert estimate(compiled, form.answers()).total == estimate(compiled, {}).total


FIELDS = [
    *("country", "bakers", "airport", "airport-pick", "power", "power-unit", "saved", "at_night", "nights"),
    *("vans-0", "vans-0-name", "vans-0-fuel", "vans-0-way", "vans-1-way", "vans-2-name", "vans-9999-way"),
]


@settings(max_examples=60, deadline=None)
@given(fields=st.dictionaries(st.sampled_from(FIELDS), st.text(max_size=30)))
def test_whatever_is_sent_comes_back_on_the_page_as_it_was_typed(fields: dict[str, str]) -> None:
    given_fields = entries.collect(CALCULATOR, {f"a-{name}": text for name, text in fields.items()})
    with override("es"):
        form = sheets.check(bakery(), given_fields)
        sheet = sheets.sheet(bakery(), given_fields, ref="bakery", title="A bakery", form=form)
        page = render_to_string("calculators/questionnaire/_calculator.html", {"sheet": sheet})
    assert page.count('name="at"') == 1
    if "power" in fields and "\x00" not in fields["power"]:
        assert form["power"].value() == given_fields["power"]
    if not form.wrong:
        assert estimate(bakery(), form.answers()).total >= Decimal(0)


# --- The page


def page_of(fields: dict[str, str], **options: Any) -> str:
    given = entries.collect(CALCULATOR, {f"a-{name}": text for name, text in fields.items()})
    with override("en"):
        sheet = sheets.sheet(bakery(), given, ref="bakery", title="A bakery", **options)
        return render_to_string("calculators/questionnaire/_calculator.html", {"sheet": sheet})


def test_every_control_is_described_by_something_that_is_there() -> None:
    form = checked({"power": "much", "vans-0": "1", "airport": "Nairobi"})
    page = page_of({"power": "much", "vans-0": "1", "airport": "Nairobi"}, form=form)
    described = {each for match in re.findall(r'aria-describedby="([^"]*)"', page) for each in match.split()}
    ids = re.findall(r' id="([^"]*)"', page)
    assert described
    assert described <= set(ids)
    assert len(ids) == len(set(ids))
    for label in re.findall(r'<label[^>]* for="([^"]*)"', page):
        assert label in ids


def test_sections_that_are_not_asked_now_still_travel_in_the_form() -> None:
    page = page_of({"power": "77", "country": "FR"}, current="delivery")
    assert re.search(r'<section[^>]*id="section-oven"[^>]* hidden>', page)
    assert 'name="a-power" value="77"' in page
    assert re.search(r'<option value="FR" selected>', page)


def test_all_sections_may_be_seen_at_once() -> None:
    page = page_of({}, is_all=True)
    assert not re.search(r"<section[^>]* hidden>", page)
    assert 'name="all" value="1"' in page


def test_nothing_is_styled_or_scripted_in_the_page() -> None:
    page = page_of({"vans-0": "1"})
    assert not re.search(r"\s(style|on\w+)=|<script|<style", page)


def test_a_form_of_the_web_is_read_as_well_as_a_plain_one() -> None:
    assert entries.collect(CALCULATOR, QueryDict("a-power=5&a-vans-0-way=7").dict()) == {
        "power": "5",
        "vans": [{"way": "7"}],
    }
