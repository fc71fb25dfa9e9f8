"""A calculator is checked once, whole: what does not fit is told to its author and never happens to a visitor."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from portal.calculators.engine.calculator import (
    Airport,
    Choice,
    Country,
    Lever,
    Line,
    Number,
    Offered,
    Option,
    Value,
    Words,
    YesNo,
)
from portal.calculators.engine.compilation import type_of
from portal.calculators.engine.factors import FactorSet
from portal.calculators.engine.formulas import Quantity, Text, Truth
from portal.calculators.engine.units import ratio
from tests.calculators.small import (
    CARS,
    CARS_LINE,
    COUNTRY,
    DIET,
    FACTORS,
    GAS,
    GAS_LINE,
    HOME_GAS,
    IS_NEW,
    KM,
    PEOPLE,
    POWER,
    POWER_LINE,
    ROWS,
    SIZE,
    calculator,
    factor,
    faults,
    ready,
)

NOTE = Words(id="note", label="Note")
ORIGIN = Airport(id="origin", label="From")


def line(activity: str, key: str = "gas", **more) -> Line:
    return Line(id="a", section="main", label="A", activity=activity, factor=key, **more)


def test_what_formulas_see_of_a_question():
    assert [type_of(each) for each in (GAS, PEOPLE, DIET, IS_NEW, COUNTRY, ORIGIN, NOTE, CARS)] == [
        Quantity("kWh_gross/year"),
        Quantity("person"),
        Text(("vegan", "meat")),
        Truth(),
        Text(),
        Text(),
        Text(),
        Quantity(),
    ]


# --- Lines and their factors


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        (line("gas", "grid"), "'gas' is in kWh_gross/year, and grid is per kWh/year"),
        (line("power"), "'power' is in kWh/year, and gas is per kWh_gross/year"),
        (
            line('power * of(1, "year")', "grid"),
            "'power * of(1, \"year\")' is in kWh, and grid is per kWh/year",
        ),
        (line("3"), "'3' is in plain numbers, and gas is per kWh_gross/year"),
        (line("gas", "coal"), "the factor set has no factor 'coal'"),
        (line("gas", ""), "the factor set has no factor ''"),
        (line("gas", "home.gas"), "the factor set has no factor 'home.gas'"),
        (line("gas", "gas.upstream"), "'gas.upstream' is added by itself to what it belongs to, and would count twice"),
        (line("power", "grid.losses"), "'grid.losses' is added by itself to what it belongs to, and would count twice"),
        (line("people", "diet.{dish}"), "'dish' in 'diet.{dish}' is no choice"),
        (line("people", "diet.{people}"), "'people' in 'diet.{people}' is no choice"),
        (line("people", "diet.{note}"), "'note' in 'diet.{note}' is no choice"),
        (line("people", "diet.{country}"), "'country' in 'diet.{country}' is no choice"),
        (line("people", "diet.{}"), "'' in 'diet.{}' is no choice"),
        (line("people", "diet.{size}"), "the factor set has no factor 'diet.small'"),
        (line("note"), "'note' gives a word, and a number is needed"),
        (line("is_new"), "'is_new' gives a yes or no, and a number is needed"),
        (line("gas", when="gas"), "'gas' gives a number of kWh_gross/year, and a yes or no is needed"),
        (line("gas", upstream="diet"), "'diet' gives a word, and a yes or no is needed"),
        (line("gas", region="origin"), "'origin' is no question about a country"),
        (line("gas", region="note"), "'note' is no question about a country"),
        (line("gas", region="diet"), "'diet' is no question about a country"),
        (line("gas", region="nowhere"), "'nowhere' is no question about a country"),
        (line("gas", region="home"), "'home' is no question about a country"),
        (line("gas", region="somewhere"), "'somewhere' is no question about a country"),
        (line("gas +"), "'gas +' is not a formula"),
        (line("km"), "'km' is neither a question nor a value"),
    ],
)
def test_a_line_that_cannot_be_calculated_is_refused(given, fault):
    values = (
        Value(id="home", formula='"FR"'),
        Value(id="somewhere", formula="note if is_new else country"),
    )
    cars = replace(CARS, questions=(KM,))
    of = calculator(GAS, POWER, PEOPLE, DIET, SIZE, IS_NEW, COUNTRY, ORIGIN, NOTE, cars, lines=(given,), values=values)
    assert f"line:a: {fault}" in faults(of)


def test_the_factors_of_every_choice_are_checked_before_anybody_chooses():
    """One option without a factor would break for whoever takes it."""
    more = replace(DIET, options=(*DIET.options, Option(id="fish", label="Fish")))
    of = calculator(PEOPLE, more, lines=(line('people / of(1, "year")', "diet.{diet}"),))
    assert faults(of) == ["line:a: the factor set has no factor 'diet.fish'"]


def test_the_unit_of_every_choice_is_checked():
    odd = FactorSet(version="odd", rows=(*ROWS, factor("diet.fish", "1", "kg")), parents={})
    more = replace(DIET, options=(*DIET.options, Option(id="fish", label="Fish")))
    of = calculator(PEOPLE, more, lines=(line('people / of(1, "year")', "diet.{diet}"),))
    assert faults(of, factors=odd) == [
        "line:a: 'people / of(1, \"year\")' is in person/year, and diet.fish is per kg/year"
    ]


def test_choices_that_lead_to_too_many_factors_are_refused():
    many = tuple(Option(id=f"o{number}", label="") for number in range(40))
    of = calculator(
        GAS,
        Choice(id="a", label="", options=many),
        Choice(id="b", label="", options=many),
        lines=(line("gas", "{a}.{b}"),),
    )
    assert "line:a: the choices in '{a}.{b}' lead to more than 1000 factors" in faults(of)


def test_words_of_functions_and_values_fill_holes():
    values = (Value(id="big", formula='"large" if is_new else "small"'),)
    of = calculator(IS_NEW, KM, lines=(line('km * of(1, "vehicle")', "car.{big}"),), values=values)
    assert set(ready(of).lines[0].scales) == {"car.large", "car.small"}


def test_a_word_that_may_be_any_fills_none():
    values = (Value(id="big", formula='"large" if is_new else note'),)
    of = calculator(IS_NEW, NOTE, KM, lines=(line('km * of(1, "vehicle")', "car.{big}"),), values=values)
    assert faults(of) == ["line:a: 'big' in 'car.{big}' is no choice"]


@pytest.mark.parametrize(
    ("period", "unit", "scale"),
    [
        ("year", "kWh_gross/year", Fraction(1)),
        ("year", "kWh_gross/month", Fraction(12)),
        ("year", "MJ_gross/week", Fraction(365, 7) * Fraction(5, 18)),
        ("", "kWh_gross", Fraction(1)),
        ("", "MJ_gross", Fraction(5, 18)),
    ],
)
def test_an_activity_is_brought_into_the_factor_s_unit_and_to_a_year(period, unit, scale):
    of = calculator(replace(GAS, unit=unit), lines=(GAS_LINE,), period=period)
    found = ready(of).lines[0].scales["gas"]
    assert found == Decimal(scale.numerator) / Decimal(scale.denominator)
    assert ratio(unit, "kWh_gross/year" if period else "kWh_gross") == scale


def test_what_happens_once_has_no_year_in_it():
    of = calculator(GAS, lines=(GAS_LINE,), period="")
    assert faults(of) == ["line:heating: 'gas' is in kWh_gross/year, and gas is per kWh_gross"]


def test_a_rate_of_one_s_own_is_kg_per_unit_of_the_activity():
    rate = Number(id="rate", label="", unit="g/kWh")
    of = calculator(POWER, rate, lines=(replace(POWER_LINE, factor="", rate="rate"),))
    assert ready(of).lines[0].rate.type == Quantity("kg/kWh")
    wrong = replace(rate, unit="g/km")
    assert faults(replace(of, sections=calculator(POWER, wrong).sections)) == [
        "line:lighting: g/km cannot be converted into kg/kWh"
    ]


def test_regions_come_from_a_country_an_item_s_country_or_one_or_the_other():
    site = replace(CARS, id="sites", questions=(replace(COUNTRY, id="place"), replace(POWER, id="used")))
    values = (Value(id="where", formula='place if place != "" else country', each="sites"),)
    lines = [
        Line(id="a", section="main", label="", each="sites", activity="used", factor="grid", region=region)
        for region in ("place", "country", "where")
    ]
    for each in lines:
        assert faults(calculator(COUNTRY, site, lines=(each,), values=values)) == []
    outside = replace(lines[0], each="", activity='of(1, "kWh/year")')
    assert faults(calculator(COUNTRY, site, lines=(outside,))) == ["line:a: 'place' is no question about a country"]


def test_a_region_may_depend_on_a_total():
    values = (
        Value(id="far", formula="km", each="cars", is_total=True),
        Value(id="where", formula='country if far > of(1, "km/year") else abroad'),
    )
    abroad = Country(id="abroad", label="")
    of = calculator(COUNTRY, abroad, POWER, CARS, lines=(replace(POWER_LINE, region="where"),), values=values)
    assert faults(of) == []


# --- Questions


@pytest.mark.parametrize(
    ("question", "fault"),
    [
        (replace(GAS, default='of(5, "km")'), "question:gas: km cannot be converted into kWh_gross/year"),
        (replace(GAS, default="5"), "question:gas: a plain number cannot be converted into kWh_gross/year"),
        (replace(GAS, default="diet"), "question:gas: 'diet' gives a word, and a number of kWh_gross/year is needed"),
        (replace(GAS, default='parameter("no")'), "question:gas: the factor set has no parameter 'no'"),
        (replace(GAS, default='parameter("gas")'), "question:gas: the factor set has no parameter 'gas'"),
        (replace(GAS, default="nothing"), "question:gas: 'nothing' is neither a question nor a value"),
        (replace(GAS, shown_if="diet"), "question:gas: 'diet' gives a word, and a yes or no is needed"),
        (replace(GAS, shown_if='diet == "fish"'), "question:gas: 'fish' is none of vegan, meat"),
        (replace(GAS, offered=(Offered(unit="km"),)), "question:gas: km cannot be converted into kWh_gross/year"),
        (replace(GAS, offered=(Offered(unit="flurb"),)), "question:gas: 'flurb' is no unit"),
        (
            replace(GAS, offered=(Offered(unit="EUR/year", through="price"),)),
            "question:gas: the factor set has no parameter 'price'",
        ),
        (
            replace(GAS, offered=(Offered(unit="km/year", through="gas.price"),)),
            "question:gas: kWh_gross*km/EUR/year cannot be converted into kWh_gross/year",
        ),
        (replace(CARS, shown_if="km"), "question:cars: 'km' is neither a question nor a value"),
        (replace(CARS, shown_if="cars > 1"), "calculator: these need one another in a circle: cars, cars"),
    ],
)
def test_a_question_that_does_not_fit_is_refused(question, fault):
    assert fault in faults(calculator(question, DIET))


SHARE = Number(id="share", label="Share", unit="percent", maximum="100", is_setting=True)


@pytest.mark.parametrize(
    ("question", "fault"),
    [
        (
            replace(POWER, default='of(1, "kWh/year") / 0'),
            "'of(1, \"kWh/year\") / 0' divides by nought, or gives a number beyond all measure",
        ),
        (
            replace(POWER, default='of(0, "kWh/year") / 0'),
            "'of(0, \"kWh/year\") / 0' divides by nought, or gives a number beyond all measure",
        ),
        (
            replace(POWER, default='of(1e14, "kWh/year")*1e14*1e14*1e14*1e14'),
            "'of(1e14, \"kWh/year\")*1e14*1e14*1e14*1e14' divides by nought, or gives a number beyond all measure",
        ),
        (
            replace(SHARE, default='of(150, "percent")'),
            "its default 'of(150, \"percent\")' would be refused as an answer: Enter 100 or less.",
        ),
        (
            replace(SHARE, default='of(-1, "percent")'),
            "its default 'of(-1, \"percent\")' would be refused as an answer: Enter 0 or more.",
        ),
        (
            replace(PEOPLE, default='of(1.5, "person")'),
            "its default 'of(1.5, \"person\")' would be refused as an answer: Enter a whole number.",
        ),
    ],
)
def test_a_default_that_nobody_could_answer_is_refused(question, fault):
    assert faults(calculator(question)) == [f"question:{question.id}: {fault}"]
    inside = replace(CARS, questions=(question,))
    assert faults(calculator(inside)) == [f"question:cars.{question.id}: {fault}"]


def test_a_default_that_depends_on_nothing_is_worked_out_once_in_the_question_s_unit():
    half = replace(POWER, default='of(6, "MWh/year") / 2')
    by_people = replace(POWER, default='of(6, "kWh/year") / people * of(1, "person")')
    steps = ready(calculator(PEOPLE, HOME_GAS, half)).steps
    assert {step.question.id: step.fixed for step in steps} == {"people": 2, "gas": None, "power": 3000}
    steps = ready(calculator(PEOPLE, by_people)).steps
    assert {step.question.id: step.fixed for step in steps} == {"people": 2, "power": None}


def test_an_offered_unit_may_lead_through_a_parameter():
    offered = (Offered(unit="MJ_gross/month"), Offered(unit="EUR/year", through="gas.price"))
    ways = ready(calculator(replace(GAS, offered=offered))).steps[0].ways
    assert {unit: (way.scale, way.parameter) for unit, way in ways.items()} == {
        "MJ_gross/month": (Decimal(10) / 3, ""),
        "EUR/year": (Decimal(1), "gas.price"),
    }


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        (Value(id="v", formula="gas + power"), "value:v: kWh/year cannot be converted into kWh_gross/year"),
        (Value(id="v", formula="km"), "value:v: 'km' is neither a question nor a value"),
        (Value(id="v", formula="km", is_total=True, each="cars"), ""),
        (Value(id="v", formula="gas", is_total=True), "value:v: only numbers of a group can be added up"),
        (Value(id="v", formula="size", is_total=True, each="cars"), "value:v: only numbers of a group can be added up"),
        (Value(id="v", formula="size", each="cars"), ""),
    ],
)
def test_a_value_is_checked_where_it_stands(value, fault):
    assert "".join(faults(calculator(GAS, POWER, CARS, values=(value,)))) == fault


def test_an_item_s_value_is_not_seen_outside_unless_it_is_a_total():
    inner = Value(id="way", formula="km * 2", each="cars")
    outer = Value(id="v", formula="way")
    assert faults(calculator(CARS, values=(inner, outer))) == ["value:v: 'way' is neither a question nor a value"]
    assert faults(calculator(CARS, values=(replace(inner, is_total=True), outer))) == []


# --- Levers


@pytest.mark.parametrize(
    ("changes", "when", "fault"),
    [
        ({"gas": "gas / 2"}, "", ""),
        ({"gas": 'parameter("home.gas")'}, "", ""),
        ({"diet": '"vegan"'}, "", ""),
        ({"diet": "diet"}, "", ""),
        ({"is_new": "True"}, 'diet == "meat"', ""),
        ({"cars.size": '"small"', "cars.km": "km / 2"}, "cars > 0", ""),
        ({"cars.km": 'km / 2 if size == "large" else km', "cars.size": '"small"'}, "", ""),
        ({"cars.km": "power"}, "", "lever:x: 'power' is neither a question nor a value"),
        ({"note": '"less"'}, "", ""),
        ({"oil": "oil / 2"}, "", "lever:x: there is no question 'oil' to change"),
        ({"cars": "cars - 1"}, "", "lever:x: there is no question 'cars' to change"),
        ({"cars.colour": '"red"'}, "", "lever:x: there is no question 'cars.colour' to change"),
        ({"vans.size": '"small"'}, "", "lever:x: there is no question 'vans.size' to change"),
        ({"size": '"small"'}, "", "lever:x: there is no question 'size' to change"),
        ({"gas": "power"}, "", "lever:x: 'power' is neither a question nor a value"),
        ({"gas": "2"}, "", "lever:x: a plain number cannot be converted into kWh_gross/year"),
        ({"diet": '"fish"'}, "", "lever:x: '\"fish\"' gives a word, which is no answer to 'diet'"),
        ({"diet": '"vegan" if diet == "meat" else "fish"'}, "", "which is no answer to 'diet'"),
        ({"diet": "1"}, "", "lever:x: '1' gives a plain number, which is no answer to 'diet'"),
        ({"is_new": "1"}, "", "lever:x: '1' gives a plain number, which is no answer to 'is_new'"),
        ({"gas": "gas / 2"}, "gas", "lever:x: 'gas' gives a number of kWh_gross/year, and a yes or no is needed"),
        ({"gas": "gas / 2"}, "km > 1", "lever:x: 'km' is neither a question nor a value"),
    ],
)
def test_a_lever_changes_what_is_asked_into_what_can_be_answered(changes, when, fault):
    lever = Lever(id="x", label="", changes=changes, when=when)
    found = "; ".join(faults(calculator(GAS, POWER, DIET, IS_NEW, NOTE, CARS, levers=(lever,))))
    assert fault in found
    assert bool(fault) == bool(found)


# --- All of it


def test_a_compiled_calculator_is_bound_to_its_factors():
    found = ready(calculator(GAS, lines=(GAS_LINE,)))
    assert found.factors is FACTORS
    assert found.lines[0].key({}) == "gas"
    with_choice = ready(calculator(CARS, lines=(CARS_LINE,)))
    assert with_choice.lines[0].key({"size": "large"}) == "car.large"


def test_yes_no_and_words_can_be_named_in_conditions():
    of = calculator(
        IS_NEW,
        NOTE,
        ORIGIN,
        YesNo(id="is_far", label="", shown_if='note != "" and is_new'),
        replace(GAS, shown_if='haul(origin, "JFK") == "long" or is_far'),
        lines=(GAS_LINE,),
    )
    assert faults(of) == []
