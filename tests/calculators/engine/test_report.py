"""An estimate as plain data: everything behind a number stands beside it, and the numbers are exact."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.calculators.engine.calculator import Lever, Line, Number
from portal.calculators.engine.footprint import estimate, number, savings
from portal.calculators.engine.report import factor_data, in_words, report
from tests.calculators.small import (
    CARS,
    COUNTRY,
    FACTORS,
    GAS,
    GAS_LINE,
    PEOPLE,
    POWER,
    POWER_LINE,
    calculator,
    ready,
)

OF = calculator(
    COUNTRY,
    PEOPLE,
    GAS,
    POWER,
    lines=(replace(GAS_LINE, scope="1"), POWER_LINE, replace(POWER_LINE, id="other", is_memo=True, memo_of="lighting")),
    levers=(Lever(id="less", label="Turn it down", changes={"gas": "gas / 2"}),),
    country="country",
    shared_by="people",
    shared_label="Each of you",
)
GIVEN = {"country": "FR", "gas": 1000, "power": 500, "people": None}


def reported(answers=GIVEN, of=OF) -> dict:
    compiled = ready(of)
    found = estimate(compiled, answers)
    return report(found, savings(found))


def test_a_report_says_how_much_of_what_and_how_that_is_known():
    told = reported()
    lines, factors, sources = told.pop("lines"), told.pop("factors"), told.pop("sources")
    assert told == {
        "calculator": "small",
        "title": "Small",
        "period": "year",
        "factor_set": "small-1",
        "total_kg": "280",
        "uncertainty_kg": number(Decimal(20**2 + 3**2 + 5**2).sqrt()),
        "tonnes": "0.28",
        "units": 1,
        "surplus_kg": "720",
        "people": "2",
        "people_label": "Each of you",
        "per_person_kg": "140",
        "sections": [{"id": "main", "title": "Main", "kg": "280"}],
        "scopes": [
            {"scope": "1", "kg": "200", "holds_upstream": False},
            {"scope": "2", "kg": "50", "holds_upstream": True},
            {"scope": "3", "kg": "30", "holds_upstream": False},
        ],
        "inventory": None,
        "assumed": ["people"],
        "savings": [{"id": "less", "label": "Turn it down", "kg": "115"}],
    }
    assert lines[0] == {
        "id": "heating",
        "section": "main",
        "label": "Heating",
        "item": None,
        "part": "",
        "amount": "1000",
        "unit": "kWh_gross",
        "factor": "gas",
        "region": "GLOBAL",
        "factor_kg": "0.2",
        "kg": "200",
        "scope": "1",
        "category": "",
        "holds_upstream": False,
        "is_memo": False,
        "memo_of": "",
        "is_assumed": False,
        "uncertainty_kg": "20",
    }
    assert {line["id"] for line in lines if line["holds_upstream"]} == {"lighting", "other"}
    assert [(line["id"], line["part"], line["kg"], line["is_memo"]) for line in lines] == [
        ("heating", "", "200", False),
        ("heating", "upstream", "30", False),
        ("lighting", "", "50", False),
        ("other", "", "50", True),
    ]
    assert [(each["key"], each["region"]) for each in factors] == [
        ("gas", "GLOBAL"),
        ("gas.upstream", "GLOBAL"),
        ("grid", "FR"),
    ]
    assert [each["url"] for each in sources] == [
        f"https://example.org/{key}" for key in ("gas", "gas.upstream", "grid")
    ]


def test_a_factor_comes_with_its_source():
    assert factor_data(FACTORS.factor("gas", "")) == {
        "key": "gas",
        "name": "gas",
        "value": "0.2",
        "unit": "kWh_gross",
        "region": "GLOBAL",
        "year": 2025,
        "scope": "1",
        "gases": "CO2e",
        "basis": "direct",
        "uncertainty_percent": "10",
        "source": "A ministry",
        "url": "https://example.org/gas",
        "licence": "OGL v3.0",
        "note": "",
    }
    assert factor_data(replace(FACTORS.factor("gas", ""), year=0))["year"] is None


def test_nothing_is_reported_as_nothing():
    told = reported({"people": 1})
    assert (told["total_kg"], told["units"], told["tonnes"], told["surplus_kg"]) == ("0", 0, "0", "0")
    assert told["lines"] == told["factors"] == told["sources"] == told["sections"] == told["savings"] == []


def test_own_figures_of_several_items_are_all_listed():
    rate = Number(id="rate", label="", unit="kg/kWh")
    sites = replace(CARS, id="sites", questions=(POWER, rate))
    line = Line(id="own", section="main", label="", each="sites", activity="power", rate="rate")
    told = reported(
        {"sites": [{"power": 10, "rate": "0.1"}, {"power": 10, "rate": "0.3"}, {"power": 5, "rate": "0.1"}]},
        calculator(sites, lines=(line,)),
    )
    assert [each["value"] for each in told["factors"]] == ["0.1", "0.3"]
    assert [line["factor_kg"] for line in told["lines"]] == ["0.1", "0.3", "0.1"]
    assert told["total_kg"] == "4.5"


def test_the_calculator_s_words_can_be_said_in_another_language():
    said = in_words(reported(), str.upper)
    assert (said["title"], said["people_label"], said["sections"][0]["title"]) == ("SMALL", "EACH OF YOU", "MAIN")
    assert (said["lines"][0]["label"], said["savings"][0]["label"]) == ("HEATING", "TURN IT DOWN")
    assert [each["name"] for each in said["factors"]] == [each["name"].upper() for each in reported()["factors"]]
    assert [each["key"] for each in said["factors"]] == [each["key"] for each in reported()["factors"]]


def test_a_report_goes_through_json_unchanged():
    assert json.loads(json.dumps(reported(), allow_nan=False)) == reported()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0", "0"),
        ("0.000000000", "0"),
        ("-0", "0"),
        ("-0.00", "0"),
        ("0E+3", "0"),
        ("1E+3", "1000"),
        ("1000", "1000"),
        ("1.500", "1.5"),
        ("1E-9", "0.000000001"),
        ("-12.340", "-12.34"),
        ("1381.162182400", "1381.1621824"),
    ],
)
def test_numbers_are_written_in_full_without_idle_noughts(value, text):
    assert number(Decimal(value)) == text


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20))
def test_every_number_reads_back_exactly(value):
    assert Decimal(number(value)) == value
    assert not set(number(value)) - set("-0123456789.")
