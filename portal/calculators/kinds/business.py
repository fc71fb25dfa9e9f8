"""Core: the greenhouse gas inventory of a company for a year, as the GHG Protocol arranges it.

Scope 1, scope 2 by location with the market-based figure beside it, and the categories of scope 3 that most companies
can measure: 3.1 to 3.9 and 3.13. Categories 3.10 to 3.12, 3.14 and 3.15 are not covered.
"""

from functools import partial

from portal.calculators.engine.calculator import Calculator, Lever, Line, Section, _
from portal.calculators.kinds import (
    air_travel,
    business_commuting,
    business_energy,
    business_fleet,
    business_gases,
    business_purchases,
    business_travel,
    business_waste,
    hotels,
    levers,
)
from portal.calculators.kinds.choices import is_among
from portal.calculators.kinds.levers import changed
from portal.calculators.kinds.questions import amount, yes_unless_denied

_AT_SITES = f"({business_fleet.IS_CHARGED}) and charged < 100"

_LEASES = Section(
    id="leases",
    title=_("Leased assets"),
    intro=_("Only what is outside the boundary chosen above; all else belongs to the sites and vehicles."),
    questions=(
        amount(id="leased_power", label=_("Electricity in what others let to you"), unit="kWh/year"),
        amount(id="let_power", label=_("Electricity in what you let to others"), unit="kWh/year"),
    ),
)

_METHOD = Section(
    id="method",
    title=_("How to count"),
    questions=(
        yes_unless_denied(
            id="with_upstream",
            label=_("Count losses of grids and the making of fuels"),
            help=_("Category 3 of scope 3, and the same for fuels that others burn for the organisation."),
        ),
        air_travel.EFFECTS_AMONG_OTHERS,
    ),
)

_lease = partial(Line, section="leases", factor="electricity.grid", scope="3", upstream="with_upstream")

_LEASE_LINES = (
    _lease(id="leased_power", label=_("Electricity of rented assets"), activity="leased_power", category="3.8"),
    _lease(id="let_power", label=_("Electricity of assets let to others"), activity="let_power", category="3.13"),
)

_BY_LONG_FLIGHT = is_among("mode", ["air_long", "air_international"])

_LEVERS = (
    Lever(
        id="less_electricity",
        label=_("Use a fifth less electricity"),
        changes=changed("sites.electricity", "leased_power", by="* 0.8"),
    ),
    Lever(
        id="less_heat",
        label=_("Heat with a fifth less"),
        changes=changed("sites.gas", "sites.oil", "sites.heat", by="* 0.8"),
    ),
    Lever(
        id="less_fuel",
        label=_("Burn a fifth less of other fuels"),
        changes=changed("liquids.volume", "solids.burned", by="* 0.8"),
    ),
    Lever(
        id="less_driving",
        label=_("Drive a tenth less"),
        changes=changed("fleet_petrol", "fleet_diesel", "fleet_lpg", "fleet.km", "drives.km", by="* 0.9"),
    ),
    Lever(
        id="electric_fleet",
        label=_("Drive the cars and vans counted by distance on electricity"),
        # What is charged at sites is in their electricity and would be lost or counted twice: it stays as it is.
        changes={
            "fleet.fuel": f'fuel if {_AT_SITES} else "electric"',
            "fleet.van_fuel": f'van_fuel if {_AT_SITES} else "electric"',
            "fleet.charged": f"charged if {business_fleet.IS_CHARGED} else 100",
        },
    ),
    Lever(
        id="fewer_leaks",
        label=_("Halve the leaks of refrigerants"),
        changes=changed("refrigerants.refilled", by="/ 2"),
    ),
    Lever(
        id="fewer_purchases",
        label=_("Buy a tenth less"),
        changes=changed("purchases.amount", "materials.mass", "equipment.amount", by="* 0.9"),
    ),
    levers.nearer_freight(distance="freight.km"),
    levers.rail_freight(by="freight.mode"),
    Lever(
        id="sea_freight",
        label=_("Send goods by sea instead of air"),
        changes={"freight.mode": f'"ship_container" if {_BY_LONG_FLIGHT} else mode'},
    ),
    Lever(
        id="fewer_flights",
        label=_("Fly half as much"),
        changes=changed("flights.journeys", "flights.flown", by="/ 2"),
    ),
    hotels.FEWER_NIGHTS,
    Lever(
        id="share_cars",
        label=_("Share cars to work, two people in each"),
        changes={"commuting.riders": 'max(riders, of(2, "person/vehicle"))'},
    ),
    Lever(
        id="commute_by_train",
        label=_("Commute by train instead of by car"),
        changes={"commuting.way": '"train" if way == "car" else way'},
    ),
    levers.LESS_WASTE,
    Lever(
        id="recycle",
        label=_("Recycle commercial waste instead of dumping it"),
        changes={"waste.discarded": '"mixed.recycled" if discarded == "commercial.landfill" else discarded'},
    ),
)

CALCULATOR = Calculator(
    id="business",
    title=_("Organisation"),
    intro=_("What a company or another organisation causes in a year, in the three scopes of the GHG Protocol."),
    period="year",
    purpose="company",
    country="country",
    shared_by="employees",
    shared_label=_("per employee"),
    named_by="organisation",
    covers="covered_period",
    bounded_by="consolidation",
    sections=(
        business_energy.BOUNDARY,
        business_energy.SITES,
        business_energy.FUELS,
        business_fleet.SECTION,
        business_gases.SECTION,
        business_purchases.SECTION,
        business_travel.FREIGHT,
        business_travel.TRAVEL,
        business_commuting.SECTION,
        business_waste.SECTION,
        _LEASES,
        _METHOD,
    ),
    values=(*business_energy.VALUES, *business_fleet.VALUES, *business_travel.VALUES, *business_commuting.VALUES),
    lines=(
        *business_energy.LINES,
        *business_fleet.LINES,
        *business_gases.LINES,
        *business_purchases.LINES,
        *business_travel.LINES,
        *business_commuting.LINES,
        *business_waste.LINES,
        *_LEASE_LINES,
    ),
    levers=_LEVERS,
)
