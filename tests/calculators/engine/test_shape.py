"""Is a calculator well-formed? Ids, bounds, references, and an order without circles."""

from dataclasses import replace

import pytest

from portal.calculators.engine.calculator import (
    Choice,
    Group,
    Lever,
    Line,
    Number,
    Option,
    Section,
    Slider,
    Value,
    Words,
    YesNo,
)
from portal.calculators.engine.shape import LONGEST_NAME, order, order_within
from tests.calculators.small import CARS, CARS_LINE, COUNTRY, DIET, GAS, GAS_LINE, KM, PEOPLE, SIZE, calculator, faults

LEVEL = Slider(id="level", label="Level", maximum="10")
NO_NAME = "is no name: small letters, digits and _, such as car_distance"


def test_a_sound_calculator_has_no_faults():
    assert faults(calculator(COUNTRY, GAS, CARS, lines=(GAS_LINE, CARS_LINE), country="country")) == []


@pytest.mark.parametrize(
    "name",
    [
        *("", "1st", "Gas", "gAS", "gas-oil", "gas.oil", "gas oil", "_gas", "__class__", "é", "ｇａｓ", "g\n"),
        "g" * (LONGEST_NAME + 1),
        *("if", "and", "lambda", "not", "in"),  # Python's own
        *("of", "parameter", "min", "max"),  # the formulas' own
        *("distance", "haul"),  # functions
    ],
)
def test_ids_are_small_words_that_mean_nothing_else(name):
    assert faults(calculator(replace(GAS, id=name))) == [f"question:{name}: {name!r} {NO_NAME}"]
    assert faults(calculator(GAS, values=(Value(id=name, formula="gas"),))) == [f"question:{name}: {name!r} {NO_NAME}"]
    assert faults(calculator(GAS, lines=(replace(GAS_LINE, id=name),))) == [f"line:{name}: {name!r} {NO_NAME}"]
    lever = Lever(id=name, label="", changes={"gas": "gas"})
    assert faults(calculator(GAS, levers=(lever,))) == [f"lever:{name}: {name!r} {NO_NAME}"]
    inside = replace(CARS, questions=(replace(KM, id=name),))
    assert faults(calculator(inside)) == [f"question:cars:{name}: {name!r} {NO_NAME}"]


def test_what_must_be_answered_stands_in_sight():
    fault = "what must be answered cannot stand under “More questions”"
    assert faults(calculator(replace(GAS, is_more=True), replace(CARS, is_more=True))) == []
    assert faults(calculator(replace(GAS, is_more=True, is_required=True))) == [f"question:gas: {fault}"]
    assert faults(calculator(replace(CARS, is_more=True, least=1))) == [f"question:cars: {fault}"]
    inside = replace(CARS, questions=(replace(KM, is_more=True, is_required=True),))
    assert faults(calculator(inside)) == [f"question:cars.km: {fault}"]
    asked_for = replace(inside, questions=(SIZE, replace(inside.questions[0], shown_if='size == "large"')))
    assert faults(calculator(asked_for)) == []


@pytest.mark.parametrize("name", ["g", "gas_2", "g" * LONGEST_NAME, "match", "case", "type", "print", "class_1"])
def test_any_other_small_word_is_one(name):
    assert faults(calculator(replace(GAS, id=name))) == []


@pytest.mark.parametrize(
    ("of", "fault"),
    [
        (calculator(GAS, GAS), "question:gas: the name 'gas' stands twice"),
        (
            calculator(GAS, values=(Value(id="gas", formula="gas"),)),
            "question:gas: the name 'gas' stands twice",
        ),
        (calculator(GAS, lines=(GAS_LINE, GAS_LINE)), "line:heating: the name 'heating' stands twice"),
        (
            calculator(replace(CARS, questions=(KM, KM))),
            "question:cars:km: the name 'km' stands twice",
        ),
        (
            calculator(CARS, values=(Value(id="km", formula="km", each="cars"),)),
            "question:cars:km: the name 'km' stands twice",
        ),
        (calculator(CARS, KM), "question:cars.km: the name 'km' stands outside the group as well"),
        (
            calculator(CARS, values=(Value(id="km", formula="1"),)),
            "question:cars.km: the name 'km' stands outside the group as well",
        ),
        (
            calculator(CARS, values=(Value(id="size", formula="km", each="cars", is_total=True),)),
            "question:cars.size: the name 'size' stands outside the group as well",
        ),
        (
            calculator(replace(CARS, questions=(replace(KM, id="cars"),))),
            "question:cars.cars: the name 'cars' stands outside the group as well",
        ),
    ],
)
def test_a_name_stands_once_where_it_is_seen(of, fault):
    assert fault in faults(of)


def test_different_groups_may_use_the_same_names():
    vans = replace(CARS, id="vans")
    mean = (Value(id="long", formula="km * 2", each="cars"), Value(id="long", formula="km * 3", each="vans"))
    assert faults(calculator(CARS, vans, values=mean)) == []


def test_sections_have_ids_of_their_own():
    of = replace(calculator(lines=()), sections=(Section(id="a", title="", questions=(GAS,)),) * 2)
    assert "section:a: the name 'a' stands twice" in faults(of)


def test_nothing_is_no_calculator():
    assert faults(replace(calculator(lines=()), sections=())) == [
        "calculator: a calculator needs a section with questions",
        "calculator: a calculator needs a line of the result",
    ]


@pytest.mark.parametrize(
    ("of", "fault"),
    [
        (calculator(GAS, lines=(replace(GAS_LINE, section="attic"),)), "line:heating: there is no section 'attic'"),
        (calculator(GAS, lines=(replace(GAS_LINE, memo_of="a"),)), "line:heating: there is no line 'a'"),
        (calculator(GAS, lines=(replace(GAS_LINE, scope="4"),)), "line:heating: '4' is no scope"),
        (
            calculator(GAS, lines=(replace(GAS_LINE, rate="1"),)),
            "line:heating: a line has a factor or a rate of its own, not both",
        ),
        (calculator(GAS, lines=(replace(GAS_LINE, each="cars"),)), "line:heating: there is no group 'cars'"),
        (calculator(GAS, lines=(replace(GAS_LINE, each="gas"),)), "line:heating: there is no group 'gas'"),
        (calculator(values=(Value(id="a", formula="1", each="cars"),)), "value:a: there is no group 'cars'"),
        (calculator(GAS, country="country"), "calculator: 'country' is no question about a country"),
        (calculator(GAS, country="gas"), "calculator: 'gas' is no question about a country"),
        (
            calculator(replace(CARS, questions=(COUNTRY,)), country="country"),
            "calculator: 'country' is no question about a country",
        ),
    ],
)
def test_what_is_named_is_there(of, fault):
    assert faults(of) == [fault]


@pytest.mark.parametrize(
    ("question", "fault"),
    [
        (replace(CARS, questions=()), "question:cars: a group needs questions"),
        (replace(CARS, questions=(CARS,)), "question:cars.cars: a group cannot stand in a group"),
        (replace(CARS, least=3, most=2), "question:cars: a group has between 0 and 200 items"),
        (replace(CARS, least=-1), "question:cars: a group has between 0 and 200 items"),
        (replace(CARS, most=201), "question:cars: a group has between 0 and 200 items"),
        (replace(SIZE, options=()), "question:size: a choice needs options, each with an id of its own"),
        (
            replace(SIZE, options=SIZE.options * 2),
            "question:size: a choice needs options, each with an id of its own",
        ),
        (
            replace(SIZE, options=(Option(id="", label=""),)),
            "question:size: a choice needs options, each with an id of its own",
        ),
        (replace(LEVEL, step="0"), "question:level: its step is no number above nought"),
        (replace(LEVEL, step="-1"), "question:level: its step is no number above nought"),
        (replace(LEVEL, step="wide"), "question:level: its step is no number above nought"),
        (replace(LEVEL, step="NaN"), "question:level: its step is no number above nought"),
        (replace(SIZE, default="huge"), "question:size: 'huge' is none of the options"),
        (replace(GAS, unit="flurb"), "question:gas: 'flurb' is no unit"),
        (replace(GAS, unit="degC"), "question:gas: 'degC' is no unit"),
        (replace(GAS, minimum="few"), "question:gas: its bounds are no numbers"),
        (replace(GAS, maximum=""), "question:gas: its bounds are no numbers"),
        (replace(GAS, minimum="5", maximum="5"), "question:gas: its least is not below its most"),
        (replace(GAS, minimum="NaN"), "question:gas: its least is not below its most"),
        (replace(GAS, maximum="Infinity"), "question:gas: its least is not below its most"),
    ],
)
def test_questions_make_sense_by_themselves(question, fault):
    assert fault in faults(calculator(question))


def test_every_fault_is_told_at_once():
    of = calculator(replace(GAS, unit="flurb"), replace(SIZE, options=()), country="country")
    assert len(faults(of)) == 3


# --- Order


def number(name: str, default: str = "", shown_if: str = "") -> Number:
    return Number(id=name, label=name, default=default, shown_if=shown_if)


def value(name: str, formula: str, each: str = "", *, is_total: bool = False) -> Value:
    return Value(id=name, formula=formula, each=each, is_total=is_total)


def group(name: str, *questions, shown_if: str = "") -> Group:
    return Group(id=name, label=name, item=name, questions=questions, shown_if=shown_if)


def is_before(of, *names: str) -> bool:
    found = order(of)
    return [name for name in found if name in names] == list(names)


def test_everything_comes_after_what_it_needs():
    of = calculator(
        number("a", default="b * 2"),
        number("b", default="c + 1"),
        number("c", shown_if="d > 1"),
        number("d"),
        values=(value("e", "a + f"), value("f", "b")),
    )
    assert is_before(of, "d", "c", "b", "a")
    assert is_before(of, "b", "f", "e")


def test_a_total_comes_with_its_group_and_a_group_after_what_its_items_need():
    of = calculator(
        number("share", default="all_km / 2"),
        group("trips", number("km", default="usual"), shown_if="usual > 0"),
        number("usual"),
        values=(value("all_km", "km * 2", "trips", is_total=True),),
    )
    assert is_before(of, "usual", "trips", "share")


def test_names_in_quotes_and_comments_are_none():
    of = calculator(number("a", default='1 if note == "b" else 2'), number("b", default="a"), number("note"))
    assert is_before(of, "note", "a", "b")


def test_wide_letters_and_quoted_quotes_hide_no_name():
    of = calculator(
        number("a", default="ｂ * 2"), number("b"), number("c", default=r'd if "\"" == "" else d'), number("d")
    )
    assert is_before(of, "b", "a")
    assert is_before(of, "d", "c")


def test_parameters_come_after_the_country_also_in_offered_units_and_levers():
    lever = Lever(id="less", label="", changes={"km": 'min(km, parameter("car.small.km"))', "cars.km": "km / 2"})
    of = calculator(
        number("a", default='parameter("home.gas") / parameter("home.gas")'),
        replace(KM, default=""),
        COUNTRY,
        levers=(lever,),
        country="country",
    )
    assert is_before(of, "country", "a")
    assert is_before(of, "country", "km")


def test_a_group_s_questions_and_values_have_an_order_of_their_own():
    cars = group("cars", number("a", default="total"), number("b"))
    of = calculator(cars, values=(value("total", "twice", "cars"), value("twice", "b * 2", "cars")))
    assert order_within(cars, of) == ["b", "twice", "total", "a"]


CIRCLE = "these need one another in a circle: "


@pytest.mark.parametrize(
    "of",
    [
        calculator(number("a", default="a")),
        calculator(number("a", default="b"), number("b", default="a")),
        calculator(number("a", shown_if="b > 1"), number("b", default="a")),
        calculator(number("a", shown_if="a > 1")),
        calculator(values=(value("a", "b"), value("b", "a"))),
        calculator(values=(value("a", "a + 1"),)),
        calculator(number("a", default="v"), values=(value("v", "a"),)),
        calculator(  # through a total
            number("a", default="t"),
            group("g", number("b", default="a")),
            values=(value("t", "b", "g", is_total=True),),
        ),
        calculator(  # a group that is shown by what its own items come to
            group("g", number("b"), shown_if="t > 1"), values=(value("t", "b", "g", is_total=True),)
        ),
        calculator(group("g", number("b"), shown_if="g > 1")),  # by how many there are
        calculator(number("a", default="g"), group("g", number("b"), shown_if="a > 1")),
        calculator(group("g", number("a", default="b"), number("b", default="a"))),
        calculator(group("g", number("a")), values=(value("v", "v + a", "g"),)),
        calculator(
            replace(COUNTRY, shown_if='km > of(1, "km/year")'),
            replace(KM, default='parameter("car.small.km")'),
            country="country",
        ),
        calculator(
            replace(COUNTRY, shown_if="a > 1"),
            number("a"),
            levers=(Lever(id="x", label="", changes={"a": 'parameter("home.gas") / parameter("home.gas")'}),),
            country="country",
        ),
    ],
)
def test_a_circle_is_told_and_never_run(of):
    (fault,) = faults(of)
    assert CIRCLE in fault


def test_a_circle_names_who_is_in_it():
    (fault,) = faults(calculator(number("a", default="b"), number("b", default="c"), number("c", default="a")))
    assert fault.startswith(f"calculator: {CIRCLE}")
    assert {"a", "b", "c"} == set(fault.removeprefix(f"calculator: {CIRCLE}").split(", "))


def test_how_many_items_there_are_may_be_named_by_each_of_them():
    assert faults(calculator(group("g", number("share", default="1 / g")))) == []


def test_a_fault_is_where_it_is():
    of = calculator(
        Choice(id="fuel", label="", options=(Option(id="gas", label=""),), shown_if="heat"),
        number("heat", shown_if="1"),
        YesNo(id="is_old", label="", shown_if="heat"),
        lines=(Line(id="x", section="main", label="", activity="heat", factor="gas", when="heat"),),
    )
    assert [fault.split(":")[:2] for fault in faults(of)] == [
        ["question", "heat"],
        ["question", "fuel"],
        ["question", "is_old"],
    ]


@pytest.mark.parametrize(
    ("pointer", "name", "fault"),
    [
        ("named_by", "who", ""),
        ("covers", "who", ""),
        ("bounded_by", "diet", ""),
        ("named_by", "diet", "calculator: 'diet' is no question that is answered in words"),
        ("covers", "people", "calculator: 'people' is no question that is answered in words"),
        ("covers", "when", "calculator: 'when' is no question that is answered in words"),
        ("bounded_by", "who", "calculator: 'who' is no choice"),
        ("bounded_by", "cars.size", "calculator: 'cars.size' is no choice"),
    ],
)
def test_what_names_and_bounds_a_result_is_a_question_that_can(pointer, name, fault):
    of = calculator(PEOPLE, Words(id="who", label=""), DIET, CARS, **{pointer: name})
    assert faults(of) == ([fault] if fault else [])


def test_people_are_counted_in_people():
    assert faults(calculator(PEOPLE, GAS, shared_by="people")) == []
    assert faults(calculator(PEOPLE, GAS, shared_by="gas")) == [
        "calculator: kWh_gross/year cannot be converted into person"
    ]
