"""A small calculator of the tests' own: a bakery's year, with a question of every kind, and four factors."""

from functools import cache

from portal.calculators import catalogue
from portal.calculators.engine.calculator import (
    Airport,
    Calculator,
    Choice,
    Country,
    Group,
    Lever,
    Line,
    Number,
    Offered,
    Option,
    Section,
    Slider,
    Words,
    YesNo,
)
from portal.calculators.engine.compilation import CompiledCalculator
from portal.calculators.engine.factors import FactorSet, read
from portal.calculators.factors.regions import PARENTS

FACTORS = """\
key,name,value,unit,region,year,scope,gases,basis,uncertainty,source,url,licence,origin,note
power,Power,0.5,kWh,GLOBAL,2024,2,CO2e,lifecycle,10,Book of Power,https://example.org/power,CC BY 4.0,,
power,Power,0.05,kWh,FR,2024,2,CO2e,lifecycle,10,Book of Power,https://example.org/power,CC BY 4.0,,
van.petrol,Petrol van,0.25,km,GLOBAL,2024,1,CO2e,direct,20,Book of Vans,https://example.org/vans,OGL,,
van.petrol.upstream,Petrol made,0.05,km,GLOBAL,2024,3,CO2e,upstream,20,Book of Vans,https://example.org/vans,OGL,,
van.electric,Electric van,0.1,km,GLOBAL,2024,2,CO2e,lifecycle,20,Book of Vans,https://example.org/vans,OGL,,
typical.power,Typical use of power,4000,kWh/year,GLOBAL,2024,,,parameter,30,Book of Power,,CC BY 4.0,,
typical.power,Typical use of power,6000,kWh/year,FR,2024,,,parameter,30,Book of Power,,CC BY 4.0,,
"""

VANS = Group(
    id="vans",
    label="Vans",
    item="Van",
    most=3,
    questions=(
        Words(id="name", label="What you call it"),
        Choice(
            id="fuel",
            label="What it runs on",
            options=(Option(id="petrol", label="Petrol"), Option(id="electric", label="Power")),
            default="petrol",
        ),
        Number(id="way", label="How far it goes", unit="km/year", is_required=True),
    ),
)

CALCULATOR = Calculator(
    id="bakery",
    title="A bakery",
    intro="What a bakery causes in a year.",
    sections=(
        Section(
            id="place",
            title="The place",
            intro="Where it is.",
            questions=(
                Country(id="country", label="Country", help="Power goes by it."),
                Number(
                    id="bakers",
                    label="Bakers",
                    unit="person",
                    default='of(2, "person")',
                    minimum="1",
                    maximum="500",
                    is_whole=True,
                    is_setting=True,
                ),
                Airport(id="airport", label="Nearest airport"),
            ),
        ),
        Section(
            id="oven",
            title="The oven",
            questions=(
                Number(
                    id="power",
                    label="Power",
                    unit="kWh/year",
                    offered=(Offered(unit="MWh/year"), Offered(unit="kWh/month")),
                    default='parameter("typical.power")',
                    maximum="1000000",
                ),
                Slider(id="saved", label="Saved since", unit="percent", maximum="50"),
                YesNo(id="at_night", label="Bakes at night", default=True),
                Number(id="nights", label="Nights", unit="night/year", shown_if="not at_night"),
            ),
        ),
        Section(id="delivery", title="Delivery", questions=(VANS,)),
    ),
    lines=(
        Line(id="power", section="oven", label="Power", activity="power", factor="power"),
        Line(id="vans", section="delivery", label="Vans", activity="way", factor="van.{fuel}", each="vans"),
    ),
    levers=(
        Lever(id="halve", label="Halve the power", changes={"power": "power / 2"}),
        Lever(id="electric", label="Buy electric vans", changes={"vans.fuel": '"electric"'}),
    ),
    country="country",
    shared_by="bakers",
    shared_label="per baker",
    purpose="household",
)


@cache
def factors() -> FactorSet:
    """The four factors of the bakery."""
    return read(FACTORS, name="test", parents=PARENTS)


@cache
def bakery() -> CompiledCalculator:
    """The bakery's calculator, ready."""
    return catalogue.ready(CALCULATOR, factors=factors())
