"""A small factor set and small calculators for tests: as little as shows one thing."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from portal.calculators.engine import routes
from portal.calculators.engine.calculator import (
    Airport,
    Calculator,
    Choice,
    Country,
    Group,
    Lever,
    Line,
    Number,
    Option,
    Question,
    Section,
    Value,
    YesNo,
)
from portal.calculators.engine.compilation import CompiledCalculator, compile_calculator
from portal.calculators.engine.factors import Factor, FactorSet
from portal.calculators.engine.footprint import Estimate, estimate
from portal.calculators.engine.shape import DefinitionError
from portal.calculators.factors.regions import PARENTS

KNOWN = {Airport: frozenset({"LHR", "JFK", "NBO"}), Country: frozenset({"FR", "GB", "DE", "NA", "XK", "KE"})}


def factor(key: str, value: str, unit: str, region: str = "GLOBAL", **more: Any) -> Factor:
    given = {
        "key": key,
        "name": key,
        "value": Decimal(value),
        "unit": unit,
        "region": region,
        "year": 2025,
        "scope": "3",
        "gases": "CO2e",
        "basis": "direct",
        "uncertainty": Decimal(10),
        "source": "A ministry",
        "url": f"https://example.org/{key}",
        "licence": "OGL v3.0",
        "origin": f"src.{key}",
        "note": "",
    }
    return Factor(**given | more)


def parameter(key: str, value: str, unit: str, region: str = "GLOBAL") -> Factor:
    return factor(key, value, unit, region, basis="parameter", scope="")


ROWS = (
    factor("gas", "0.2", "kWh_gross", scope="1"),
    factor("gas.upstream", "0.03", "kWh_gross", basis="upstream"),
    factor("grid", "0.5", "kWh", basis="lifecycle", scope="2"),
    factor("grid", "0.1", "kWh", "FR", basis="lifecycle", scope="2"),
    factor("grid", "0.3", "kWh", "EU", basis="lifecycle", scope="2"),
    factor("grid", "0.2", "kWh", "GB", scope="2"),
    factor("grid.upstream", "0.04", "kWh", "GB", basis="upstream"),
    factor("grid.losses", "0.02", "kWh", "GB", basis="losses"),
    factor("wood.burnt", "0.35", "kWh_net", scope="outside"),
    factor("diet.vegan", "1000", "person", basis="lifecycle"),
    factor("diet.meat", "2000", "person", basis="lifecycle"),
    factor("car.small", "0.15", "vehicle*km"),
    factor("car.large", "0.25", "vehicle*km"),
    factor("waste", "0.01", "kg", basis="lifecycle"),
    parameter("home.gas", "10000", "kWh_gross/year"),
    parameter("home.gas", "12000", "kWh_gross/year", "GB"),
    parameter("gas.price", "10", "kWh_gross/EUR"),
    parameter("car.small.km", "8000", "km/year"),
    parameter("car.large.km", "12000", "km/year"),
    parameter("nothing", "0", "km/year"),
)
FACTORS = FactorSet(version="small-1", rows=ROWS, parents=PARENTS)

COUNTRY = Country(id="country", label="Country")
PEOPLE = Number(id="people", label="People", unit="person", default='of(2, "person")', minimum="1", is_whole=True)
GAS = Number(id="gas", label="Gas", unit="kWh_gross/year", moves="up")
HOME_GAS = replace(GAS, default='parameter("home.gas")')
POWER = Number(id="power", label="Power", unit="kWh/year", moves="up")
DIET = Choice(id="diet", label="Diet", options=(Option(id="vegan", label="Vegan"), Option(id="meat", label="Meat")))
IS_NEW = YesNo(id="is_new", label="New?")
SIZE = Choice(id="size", label="Size", options=(Option(id="small", label="S"), Option(id="large", label="L")))
KM = Number(id="km", label="Distance", unit="km/year")
CARS = Group(id="cars", label="Cars", item="Car", questions=(SIZE, KM), most=5)

GAS_LINE = Line(id="heating", section="main", label="Heating", activity="gas", factor="gas")
POWER_LINE = Line(id="lighting", section="main", label="Light", activity="power", factor="grid")
DIET_LINE = Line(id="eating", section="main", label="Food", activity='people / of(1, "year")', factor="diet.{diet}")
CARS_LINE = Line(
    id="driving",
    section="main",
    label="Driving",
    each="cars",
    activity='km * of(1, "vehicle")',
    factor="car.{size}",
)
NOTHING = Line(id="nothing", section="main", label="Nothing", activity='of(0, "kg/year")', factor="waste")


def calculator(
    *questions: Question,
    lines: Sequence[Line] = (NOTHING,),
    values: Sequence[Value] = (),
    levers: Sequence[Lever] = (),
    **more: Any,
) -> Calculator:
    """Return a calculator of one section, which is called main."""
    return Calculator(
        id="small",
        title="Small",
        sections=(Section(id="main", title="Main", questions=questions),),
        lines=tuple(lines),
        values=tuple(values),
        levers=tuple(levers),
        **more,
    )


def ready(of: Calculator, *, factors: FactorSet = FACTORS) -> CompiledCalculator:
    return compile_calculator(of, factors=factors, functions=routes.FUNCTIONS, known=KNOWN)


def faults(of: Calculator, *, factors: FactorSet = FACTORS) -> list[str]:
    """Return what is wrong with a calculator, or nothing."""
    try:
        ready(of, factors=factors)
    except DefinitionError as error:
        return list(map(str, error.faults))
    return []


def estimated(of: Calculator, answers: dict[str, Any]) -> Estimate:
    return estimate(ready(of), answers)


def kg(of: Calculator, answers: dict[str, Any]) -> Decimal:
    return estimated(of, answers).total


# Whatever a calculator may ask, at once; and answers to all of it
ALL = calculator(
    COUNTRY,
    PEOPLE,
    HOME_GAS,
    POWER,
    DIET,
    CARS,
    lines=(GAS_LINE, POWER_LINE, DIET_LINE, CARS_LINE),
    country="country",
    shared_by="people",
    shared_label="Each of you",
)
GIVEN = {
    "country": "GB",
    "people": 2,
    "gas": 1000,
    "power": 500,
    "diet": "meat",
    "cars": [{"km": 1000, "size": "large"}, {"km": 2000}],
}

VEGAN = Lever(id="vegan", label="Eat plants", changes={"diet": '"vegan"'}, when='diet == "meat"')
LESS_GAS = Lever(id="less_gas", label="Turn it down", changes={"gas": "gas * 0.9"})
SMALL = Lever(id="small", label="Smaller cars", changes={"cars.size": '"small"', "cars.km": "km / 2"})
WITH_LEVERS = replace(ALL, levers=(LESS_GAS, VEGAN, SMALL))
