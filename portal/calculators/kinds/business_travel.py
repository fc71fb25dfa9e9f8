"""Core: freight and business travel of a company: categories 3.4, 3.6 and 3.9."""

from portal.calculators.engine.calculator import (
    Airport,
    Choice,
    Country,
    Group,
    Line,
    Number,
    Offered,
    Question,
    Section,
    Value,
    YesNo,
    _,
)
from portal.calculators.kinds.business_fleet import CAR_FUELS, CAR_SIZES
from portal.calculators.kinds.choices import among, ids, is_among, options
from portal.calculators.kinds.flight import CABINS

SURFACE = options(
    ("truck", _("Lorry, average")),
    ("truck_articulated", _("Articulated lorry")),
    ("truck_rigid", _("Rigid lorry")),
    ("truck_cooled", _("Refrigerated lorry")),
    ("van", _("Van")),
    ("rail", _("Rail")),
    ("ship_container", _("Container ship")),
    ("ship_general", _("General cargo ship")),
    ("ship_bulk", _("Bulk carrier")),
    ("ship_tanker", _("Tanker")),
    ("ship_ferry", _("Ro-ro ferry")),
)
AIR = options(
    ("air_international", _("Aircraft, between countries other than the United Kingdom")),
    ("air_long", _("Aircraft, long haul from or to the United Kingdom")),
    ("air_short", _("Aircraft, short haul from or to the United Kingdom")),
    ("air_domestic", _("Aircraft, within a country")),
)
HAULS = options(
    ("international", _("Between countries other than the United Kingdom")),
    ("long", _("Long haul from or to the United Kingdom")),
    ("short", _("Short haul from or to the United Kingdom")),
    ("domestic", _("Within a country")),
)
PUBLIC = options(
    ("train", _("Train")),
    ("train_international", _("International train")),
    ("coach", _("Coach")),
    ("bus", _("Bus")),
    ("metro", _("Metro")),
    ("tram", _("Tram")),
    ("taxi", _("Taxi")),
    ("ferry", _("Ferry")),
)
_MILES = (Offered(unit="mile/year"),)
POWER = 'parameter("car.{size}.electric.power") if fuel == "electric" else parameter("car.{size}.plugin.power")'
IS_CHARGED = 'fuel == "electric" or fuel == "plugin"'
_ROUTE = 'from_airport != "" and to_airport != ""'

FREIGHT = Section(
    id="freight",
    title=_("Freight"),
    questions=(
        Group(
            id="freight",
            label=_("Goods on the way"),
            item=_("Delivery"),
            most=100,
            questions=(
                Choice(id="mode", label=_("By"), options=(*SURFACE, *AIR), is_required=True),
                Number(
                    id="load",
                    label=_("Goods"),
                    unit="tonne/year",
                    offered=(Offered(unit="kg/year"), Offered(unit="short_ton/year")),
                    is_required=True,
                    moves="up",
                ),
                Number(
                    id="km",
                    label=_("Distance"),
                    unit="km",
                    offered=(Offered(unit="mile"),),
                    is_required=True,
                    maximum="50000",
                    moves="up",
                ),
                YesNo(
                    id="is_paid",
                    label=_("Bought by the organisation"),
                    help=_("No: customers collect or pay, and it counts as downstream transport."),
                    default=True,
                    is_setting=True,
                ),
            ),
        ),
    ),
)

CAR: tuple[Question, ...] = (
    Choice(id="size", label=_("Size"), options=CAR_SIZES, default="average"),
    Choice(id="fuel", label=_("Drive"), options=CAR_FUELS, default="unknown"),
)

TRAVEL = Section(
    id="travel",
    title=_("Business travel"),
    questions=(
        Group(
            id="flights",
            label=_("Flights"),
            help=_("By airports and number of journeys, or by the distance of all flights of a kind together."),
            item=_("Flight"),
            most=200,
            questions=(
                Airport(id="from_airport", label=_("From")),
                Airport(id="to_airport", label=_("To")),
                Number(
                    id="journeys",
                    label=_("Journeys of one person"),
                    unit="passenger/year",
                    shown_if=_ROUTE,
                    is_required=True,
                    is_whole=True,
                    moves="up",
                ),
                YesNo(
                    id="is_return",
                    label=_("There and back"),
                    default=True,
                    is_setting=True,
                    shown_if=_ROUTE,
                    moves="up",
                ),
                Choice(
                    id="stretch",
                    label=_("Kind of flight"),
                    options=HAULS,
                    default="international",
                    shown_if=f"not ({_ROUTE})",
                ),
                Number(
                    id="flown",
                    label=_("Distance of all passengers together"),
                    unit="passenger*km/year",
                    shown_if=f"not ({_ROUTE})",
                    is_required=True,
                    moves="up",
                ),
                Choice(id="cabin", label=_("Class"), options=CABINS, default="average", moves="up"),
            ),
        ),
        Group(
            id="rides",
            label=_("Trains, buses, taxis and ferries"),
            item=_("Means of travel"),
            questions=(
                Choice(id="by", label=_("By"), options=PUBLIC, is_required=True),
                Number(
                    id="ridden",
                    label=_("Distance of all passengers together"),
                    unit="passenger*km/year",
                    is_required=True,
                    moves="up",
                ),
            ),
        ),
        Group(
            id="drives",
            label=_("Private and rented cars"),
            item=_("Kind of car"),
            questions=(
                *CAR,
                Number(id="km", label=_("Distance"), unit="km/year", offered=_MILES, is_required=True, moves="up"),
            ),
        ),
        Group(
            id="hotels",
            label=_("Hotels"),
            item=_("Stay"),
            most=60,
            questions=(
                Country(
                    id="hotel_country",
                    label=_("Country"),
                    help=_("Empty: the main country."),
                    is_setting=True,
                    moves="either",
                ),
                Number(
                    id="nights", label=_("Rooms times nights"), unit="room*night/year", is_required=True, moves="up"
                ),
            ),
        ),
    ),
)

VALUES = (
    Value(id="surface", formula=among("mode", ids(SURFACE)), each="freight"),
    Value(id="aircraft", formula=among("mode", ids(AIR)), each="freight"),
    Value(id="moved", formula="load * km", each="freight"),
    Value(id="beyond", formula='"with" if effects else "without"'),
    Value(id="leg", formula="haul(from_airport, to_airport)", each="flights"),
    Value(id="stay", formula='hotel_country if hotel_country != "" else country', each="hotels"),
    Value(id="driven", formula='km * of(1, "vehicle")', each="drives"),
    Value(id="power", formula=POWER, each="drives"),
)


def _freight(name: str, label: str, category: str, is_paid: str, *, by_air: bool) -> Line:
    is_air = is_among("mode", ids(AIR))
    return Line(
        id=name,
        section="freight",
        label=label,
        each="freight",
        when=f"{is_paid} and {'' if by_air else 'not '}({is_air})",
        activity="moved",
        factor="freight.{aircraft}_{beyond}" if by_air else "freight.{surface}",
        scope="3",
        category=category,
        upstream="with_upstream",
    )


def by_others(name: str, section: str, label: str, category: str, *, each: str, **more: str) -> Line:
    return Line(
        id=name,
        section=section,
        label=label,
        each=each,
        scope="3",
        category=category,
        upstream="with_upstream",
        **more,  # type: ignore[arg-type]  # formulas and keys only
    )


LINES = (
    _freight("freight", _("Freight by land and sea"), "3.4", "is_paid", by_air=False),
    _freight("air_freight", _("Freight by air"), "3.4", "is_paid", by_air=True),
    _freight("freight_after", _("Freight by land and sea, paid by others"), "3.9", "not is_paid", by_air=False),
    _freight("air_freight_after", _("Freight by air, paid by others"), "3.9", "not is_paid", by_air=True),
    by_others(
        "routes",
        "travel",
        _("Flights"),
        "3.6",
        each="flights",
        when=_ROUTE,
        activity="distance(from_airport, to_airport) * journeys * (2 if is_return else 1)",
        factor="flight.{leg}.{cabin}.{beyond}",
    ),
    by_others(
        "flights",
        "travel",
        _("Flights by distance"),
        "3.6",
        each="flights",
        activity="flown",
        factor="flight.{stretch}.{cabin}.{beyond}",
    ),
    by_others(
        "rides",
        "travel",
        _("Trains, buses, taxis and ferries"),
        "3.6",
        each="rides",
        activity="ridden",
        factor="travel.{by}",
    ),
    by_others(
        "drives",
        "travel",
        _("Private and rented cars"),
        "3.6",
        each="drives",
        when='fuel != "electric"',
        activity="driven",
        factor="car.{size}.{fuel}",
    ),
    by_others(
        "drives_power",
        "travel",
        _("Electricity of private and rented cars"),
        "3.6",
        each="drives",
        when=IS_CHARGED,
        activity="driven * power",
        factor="electricity.grid",
    ),
    by_others("hotels", "travel", _("Hotels"), "3.6", each="hotels", activity="nights", factor="hotel", region="stay"),
)
