"""Core: what a company is, the energy of its sites, and other fuels that it burns: scopes 1 and 2.

Electricity counts by the grid of each site (location-based). What contracts say stands beside it as a memo
(market-based), as the GHG Protocol's Scope 2 Guidance asks for both.
"""

from functools import partial

from portal.calculators.engine.calculator import (
    MOST_PEOPLE,
    Choice,
    Country,
    Group,
    Line,
    Number,
    Section,
    Slider,
    Value,
    Words,
    _,
)
from portal.calculators.kinds.choices import among, is_among, options
from portal.calculators.kinds.questions import amount, gas_in, mass

BOUNDARY = Section(
    id="boundary",
    title=_("The organisation"),
    questions=(
        Words(id="organisation", label=_("Name of the organisation")),
        Words(id="covered_period", label=_("Twelve months covered"), help=_("Such as January to December 2025.")),
        Choice(
            id="consolidation",
            label=_("What belongs to the organisation"),
            options=options(
                ("operational", _("What it operates (operational control)")),
                ("financial", _("What it directs financially (financial control)")),
                ("equity", _("Its share of what it owns (equity share)")),
            ),
            default="operational",
            is_setting=True,
        ),
        Country(
            id="country",
            label=_("Main country"),
            help=_("Factors are those of this country wherever no other is given."),
            moves="either",
        ),
        Number(id="employees", label=_("Employees, full-time equivalents"), unit="person", maximum=MOST_PEOPLE),
    ),
)

SUPPLIES = options(
    ("grid", _("No contract for a certain origin")),
    ("renewable", _("Renewable, with certificates or a contract for its origin")),
    ("supplier", _("The supplier states a factor")),
)
_HEAT_OR_POWER = ("MWh/year", "GJ/year")

_SITES = Group(
    id="sites",
    label=_("Your sites"),
    item=_("Business site"),
    most=50,
    questions=(
        Words(id="site", label=_("Name of the site")),
        Country(
            id="site_country", label=_("Country"), help=_("Empty: the main country."), is_setting=True, moves="either"
        ),
        amount(id="electricity", label=_("Electricity bought"), unit="kWh/year", also=_HEAT_OR_POWER),
        Choice(
            id="supply",
            label=_("Origin of the electricity"),
            help=_("It changes the market-based figure only; the total counts the grid at the site."),
            options=SUPPLIES,
            default="grid",
            is_setting=True,
        ),
        Slider(
            id="covered",
            label=_("Part of it under this contract, in per cent"),
            shown_if='supply != "grid"',
            default="100",
            maximum="100",
            is_setting=True,
        ),
        Number(
            id="contract_factor",
            label=_("Factor that the supplier states"),
            unit="kg/kWh",
            maximum="5",
            shown_if='supply == "supplier"',
            is_required=True,
        ),
        amount(
            id="gas",
            label=_("Natural gas"),
            unit="kWh_gross/year",
            also=gas_in("kWh_net/year", "m3/year", "MJ_gross/year", "therm_gross/year"),
        ),
        amount(id="oil", label=_("Heating oil"), unit="litre/year", also=("gallon/year",)),
        amount(id="heat", label=_("Heat or steam from a network"), unit="kWh/year", also=_HEAT_OR_POWER),
    ),
)

SITES = Section(
    id="sites",
    title=_("Sites and their energy"),
    intro=_("Energy bought and burned in buildings and plants of the organisation, site by site."),
    questions=(_SITES,),
)

LIQUIDS = options(
    ("diesel", _("Diesel")),
    ("petrol", _("Petrol")),
    ("lpg", _("LPG")),
    ("propane", _("Propane")),
    ("butane", _("Butane")),
    ("gas_oil", _("Gas oil")),
    ("kerosene", _("Kerosene, burning oil")),
    ("fuel_oil", _("Heavy fuel oil")),
    ("jet_fuel", _("Jet fuel")),
    ("marine_gas_oil", _("Marine gas oil")),
    ("marine_fuel_oil", _("Marine fuel oil")),
    ("biodiesel", _("Biodiesel")),
    ("biodiesel_used", _("Biodiesel from used cooking oil")),
    ("hvo", _("Hydrotreated vegetable oil (HVO)")),
    ("bioethanol", _("Bioethanol")),
)
SOLIDS = options(
    ("coal_industrial", _("Coal")),
    ("coking_coal", _("Coking coal")),
    ("petroleum_coke", _("Petroleum coke")),
    ("peat", _("Peat")),
    ("cng", _("Compressed natural gas")),
    ("lng", _("Liquefied natural gas")),
    ("wood_logs", _("Wood logs")),
    ("wood_chips", _("Wood chips")),
    ("wood_pellets", _("Wood pellets")),
    ("straw", _("Straw")),
    ("charcoal", _("Charcoal")),
    ("biogas", _("Biogas")),
)
_GROWN_LIQUIDS = ["biodiesel", "biodiesel_used", "hvo", "bioethanol"]
_GROWN_SOLIDS = ["wood_logs", "wood_chips", "wood_pellets", "straw", "charcoal", "biogas"]

FUELS = Section(
    id="fuels",
    title=_("Other fuels"),
    intro=_("Burned on site or in machines. Fuels of road vehicles have a place of their own below."),
    questions=(
        Group(
            id="liquids",
            label=_("Fuels by volume"),
            item=_("Fuel"),
            questions=(
                Choice(id="liquid", label=_("Fuel"), options=LIQUIDS, is_required=True),
                amount(
                    id="volume",
                    label=_("Quantity"),
                    unit="litre/year",
                    also=("m3/year", "gallon/year"),
                    is_required=True,
                ),
            ),
        ),
        Group(
            id="solids",
            label=_("Fuels by mass"),
            item=_("Fuel"),
            questions=(
                Choice(id="solid", label=_("Fuel"), options=SOLIDS, is_required=True),
                mass(id="burned", label=_("Quantity"), per="/year", is_required=True),
            ),
        ),
    ),
)

VALUES = (
    Value(id="where", formula='site_country if site_country != "" else country', each="sites"),
    Value(id="grown_liquid", formula=among("liquid", _GROWN_LIQUIDS), each="liquids"),
    Value(id="grown_solid", formula=among("solid", _GROWN_SOLIDS), each="solids"),
)

_site = partial(Line, section="sites", each="sites", region="where", upstream="with_upstream")
_market_based = partial(
    Line, section="sites", each="sites", scope="2", is_memo=True, memo_of="electricity", upstream="False"
)


def _burned(kind: str, label: str, *, quantity: str, grown: list[str]) -> tuple[Line, Line]:
    """Return the line for fuels of a kind, and the one for the carbon of those that grew."""
    line = partial(Line, section="fuels", each=f"{kind}s", activity=quantity)
    return (
        line(id=f"{kind}_fuels", label=label, factor=f"fuel.{{{kind}}}", scope="1", upstream="with_upstream"),
        line(
            id=f"{kind}_biogenic",
            label=_("Biogenic CO₂ of fuels"),
            when=is_among(kind, grown),
            factor=f"fuel.{{grown_{kind}}}.biogenic",
        ),
    )


LINES = (
    _site(id="electricity", label=_("Electricity"), activity="electricity", factor="electricity.grid", scope="2"),
    _market_based(
        id="electricity_contract",
        label=_("Electricity under contract, market-based"),
        when='supply != "grid"',
        activity="electricity * covered / 100",
        rate="contract_factor",
    ),
    _market_based(
        id="electricity_rest",
        label=_("Electricity without contract, market-based"),
        activity='electricity * ((100 - covered) / 100 if supply != "grid" else 1)',
        factor="electricity.grid",
        region="where",
    ),
    _site(id="heat", label=_("Heat from a network"), activity="heat", factor="heat.district", scope="2"),
    _site(id="gas", label=_("Natural gas"), activity="gas", factor="fuel.natural_gas.gross", scope="1"),
    _site(id="oil", label=_("Heating oil"), activity="oil", factor="fuel.heating_oil", scope="1"),
    *_burned("liquid", _("Fuels by volume"), quantity="volume", grown=_GROWN_LIQUIDS),
    *_burned("solid", _("Fuels by mass"), quantity="burned", grown=_GROWN_SOLIDS),
)
