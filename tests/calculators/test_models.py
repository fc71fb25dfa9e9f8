"""Pages with calculators: below the home page, in three languages, previewed and translated."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from portal.calculators.models import CalculatorIndexPage, CalculatorPage, SavedEstimate, kind_choices
from portal.home import frame
from portal.home.models import HomePage
from tests.calculators.shelf import calculator_index, calculator_page
from tests.pages import Page
from tests.world import World


def test_calculators_stand_below_the_home_page_or_their_list(world: World) -> None:
    assert {CalculatorIndexPage, CalculatorPage} <= set(HomePage.allowed_subpage_models())
    assert CalculatorIndexPage.allowed_subpage_models() == [CalculatorPage]
    assert CalculatorPage.allowed_subpage_models() == []


def test_the_list_shows_each_calculator_with_its_summary(world: World, client: Client) -> None:
    indexes = calculator_index(world)
    calculator_page(indexes)
    calculator_page(indexes, kind="household", title="Household")
    page = Page(client.get("/en/calculators/"))
    assert page.heading == "Calculators"
    cards = [str(link["href"]) for link in page.soup.select(".calculator-list a")]
    assert cards == ["/en/calculators/flight/", "/en/calculators/household/"]
    assert "/en/calculators/factors/" in page.links()
    assert "Household, in short." in page.main


def test_a_page_asks_its_calculators_questions_in_its_language(world: World, client: Client) -> None:
    calculator_page(calculator_index(world))
    english, french = Page(client.get("/en/calculators/flight/")), Page(client.get("/fr/calculators/flight/"))
    assert (english.heading, french.heading) == ("Flights", "Flights (fr)")
    assert english.form("a-trips-0-origin")["action"] == "/en/calculators/answers/flight/"
    assert french.form("a-trips-0-origin")["action"] == "/fr/calculators/answers/flight/"
    assert french.language == "fr"


def test_all_questions_can_be_seen_at_once(world: World, client: Client) -> None:
    calculator_page(calculator_index(world))
    steps, everything = (Page(client.get(f"/en/calculators/flight/{query}")) for query in ("", "?view=all"))
    assert [section.has_attr("hidden") for section in steps.soup.select(".calculator-section")] == [False, True]
    assert [section.has_attr("hidden") for section in everything.soup.select(".calculator-section")] == [False, False]


def test_the_kinds_are_those_that_people_fill_in(world: World) -> None:
    kinds = dict(kind_choices())
    assert {"household", "flight", "business", "event"} <= set(kinds)
    assert "trip" not in kinds
    page = calculator_page(calculator_index(world))["en"]
    page.kind = "nothing"
    with pytest.raises(ValidationError) as caught:
        page.full_clean()
    assert set(caught.value.message_dict) == {"kind"}


def test_a_preview_asks_questions_too(world: World, rf: Any) -> None:
    page = calculator_page(calculator_index(world))["en"]
    page.title = "Flights of a band"
    answer = page.make_preview_request(rf.get("/"), page.default_preview_mode)
    shown = Page(answer.render() if hasattr(answer, "render") else answer)
    assert shown.heading == "Flights of a band"
    assert shown.form("a-trips-0-origin")


def test_the_home_page_leads_to_the_calculators(world: World, client: Client) -> None:
    assert "/en/calculators/" not in Page(client.get(world.indexes["en"].get_parent().url)).links()
    calculator_page(calculator_index(world))
    frame.forget_menus()  # as after some seconds
    page = Page(client.get("/en/"))
    assert page.links().count("/en/calculators/") == 2  # in the menu and above the list
    assert "/en/calculators/flight/" in page.links()


def test_a_result_names_itself_and_its_address() -> None:
    result = SavedEstimate(token="t0ken", calculator="flight")
    assert str(result) == "flight t0ken"
    assert result.address.startswith("t0ken.")
    assert result.get_absolute_url() == reverse("estimate", args=[result.address])
    assert "t0ken" not in result.address.partition(".")[2]


@pytest.mark.parametrize("many", [1, 4])
@pytest.mark.parametrize(("address", "queries"), [("/en/calculators/", 7), ("/en/calculators/flight/", 5)])
def test_the_number_of_queries_does_not_grow(
    world: World, client: Client, address: str, queries: int, many: int, django_assert_num_queries: Any
) -> None:
    indexes = calculator_index(world)
    for kind in ("flight", "household", "business", "event")[:many]:
        calculator_page(indexes, kind=kind, title=kind.capitalize())
    client.get("/en/")
    with django_assert_num_queries(queries):
        assert client.get(address).status_code == 200
