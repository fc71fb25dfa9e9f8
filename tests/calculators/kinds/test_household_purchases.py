"""What a household buys and does not name is an average, marked as assumed, with a wide range, and can be left out."""

from decimal import Decimal

import pytest

from portal.calculators import catalogue
from portal.calculators.engine.comparisons import average
from portal.calculators.engine.evaluation import evaluate
from portal.calculators.engine.footprint import Estimate, ResultLine
from portal.calculators.engine.interview import transcript
from portal.calculators.engine.report import report
from portal.calculators.factors import edition
from tests.calculators.kinds.households import Answers, calculated

TSHIRTS: Answers = {"things": [{"what": "tshirt", "count": 3}]}
CLUB: Answers = {"spending": [{"on": "sports", "amount": 300, "currency": "eur"}]}


def unnamed(found: Estimate) -> ResultLine | None:
    return next((each for each in found.lines if each.id == "unnamed_bought"), None)


def test_whoever_names_no_purchases_has_those_of_an_average_person() -> None:
    """Hertwich and Peters (2009): of the world's emissions, households cause 72 %; 20 by food, 19 by homes, 17 by
    mobility. What is left are 16 % of 5.9037 tonnes for each person in France (Jones et al., 2023)."""
    found = unnamed(calculated({"country": "FR", "people": 3}))
    in_france = average("FR")
    assert found
    assert in_france
    assert found.kg == 3 * in_france.tonnes * 160
    assert (found.section, found.scope, found.factor.region) == ("goods", "3", "FR")


def test_it_goes_by_the_averages_that_a_result_stands_beside() -> None:
    """But of 30 tonnes at most: people of no country cause more by what they use (Hertwich and Peters, 2009)."""
    rows = edition.factor_set().rows_of("goods.average")
    tonnes = {row.region: found.tonnes for row in rows if (found := average(row.region))}
    assert len(rows) > 200
    assert {row.region: row.value for row in rows} == {region: min(each, 30) * 160 for region, each in tonnes.items()}
    assert {region for region, each in tonnes.items() if each > 30} == {"BH", "BN", "QA", "TT"}


@pytest.mark.parametrize("named", [TSHIRTS, CLUB])
def test_what_is_named_comes_on_top_so_that_naming_something_never_makes_it_less(named: Answers) -> None:
    nothing, some = calculated({"country": "FR"}), calculated({"country": "FR", **named})
    assert unnamed(some) == unnamed(nothing)
    assert some.total > nothing.total
    assert unnamed(calculated({"country": "FR", "unnamed": "none", **named})) is None


def test_it_can_be_left_out() -> None:
    told = {"country": "FR", "people": 1}
    with_average, without = calculated(told), calculated({**told, "unnamed": "none"})
    line = unnamed(with_average)
    assert line
    assert unnamed(without) is None
    assert with_average.total - without.total == line.kg


def test_it_is_marked_as_assumed_and_as_very_rough() -> None:
    found = calculated({"country": "FR"})
    line = unnamed(found)
    assert line
    assert line.is_assumed
    assert line.uncertainty > line.kg * Decimal("0.9")
    assert "unnamed" in found.assumed


def test_the_result_says_so_in_words() -> None:
    evaluation = evaluate(catalogue.kind("household"), {"country": "FR"})
    said = {row["path"]: (row["label"], row["value"], row["is_assumed"]) for row in transcript(evaluation)}
    assert said["unnamed"] == ("Purchases that you do not name", "An average, besides what is named", True)
    lines = {row["id"]: row for row in report(calculated({"country": "FR"}))["lines"]}
    assert lines["unnamed_bought"]["label"] == "Purchases that are not named, by an average"
    assert lines["unnamed_bought"]["is_assumed"]


def test_the_result_says_as_well_that_they_are_left_out() -> None:
    evaluation = evaluate(catalogue.kind("household"), {"unnamed": "none"})
    said = {row["path"]: (row["value"], row["is_assumed"]) for row in transcript(evaluation)}
    assert said["unnamed"] == ("Nothing: they are not counted", False)
