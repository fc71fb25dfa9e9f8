"""Which questions stand behind a line, so that the result can say which of its lines rest on what was assumed."""

from dataclasses import replace

from portal.calculators.engine.calculator import (
    Line,
    Value,
)
from portal.calculators.engine.compilation import of_any
from tests.calculators.small import (
    CARS,
    CARS_LINE,
    COUNTRY,
    DIET,
    GAS,
    GAS_LINE,
    IS_NEW,
    PEOPLE,
    POWER,
    POWER_LINE,
    calculator,
    ready,
)


def line(activity: str, key: str = "gas", **more) -> Line:
    return Line(id="a", section="main", label="A", activity=activity, factor=key, **more)


def asks(of) -> set[str]:
    return set(ready(of).lines[0].asks)


def test_a_line_knows_the_questions_behind_it():
    assert asks(calculator(GAS, DIET, lines=(replace(GAS_LINE, when='diet == "meat"'),))) == {"gas", "diet"}
    values = (Value(id="half", formula="gas / 2"), Value(id="some", formula="half if is_new else gas"))
    of = calculator(GAS, IS_NEW, lines=(replace(GAS_LINE, activity="some"),), values=values)
    assert asks(of) == {"gas", "is_new"}
    of = calculator(PEOPLE, DIET, lines=(line('people / of(1, "year")', "diet.{diet}"),))
    assert asks(of) == {"people", "diet"}


def test_an_item_s_line_knows_its_item_s_questions_and_those_outside():
    scaled = replace(CARS_LINE, activity='km * of(1, "vehicle") * people / of(1, "person")')
    assert asks(calculator(CARS, PEOPLE, lines=(scaled,))) == {"cars.km", "cars.size", "people"}


def test_a_total_knows_the_questions_of_all_its_items():
    values = (Value(id="far", formula="km", each="cars", is_total=True),)
    of = calculator(CARS, lines=(line('far * of(1, "vehicle")', "car.small"),), values=values)
    assert asks(of) == {"cars.*.km"}
    assert of_any("cars.km") == "cars.*.km"
    assert of_any("people") == "people"


def test_the_country_stands_behind_a_line_whose_figures_differ_by_country():
    assert asks(calculator(POWER, COUNTRY, lines=(POWER_LINE,), country="country")) == {"power", "country"}
    assert asks(calculator(GAS, COUNTRY, lines=(GAS_LINE,), country="country")) == {"gas"}
    here = calculator(POWER, COUNTRY, lines=(replace(POWER_LINE, region="country"),))
    assert asks(here) == {"power", "country"}
    by_parameter = line('parameter("home.gas")')
    assert asks(calculator(COUNTRY, lines=(by_parameter,), country="country")) == {"country"}
    same = line('parameter("car.small.km") * of(1, "vehicle")', "car.small")
    assert asks(calculator(COUNTRY, lines=(same,), country="country")) == set()
