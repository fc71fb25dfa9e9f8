"""Core: freight and business travel of a company: categories 3.4, 3.6 and 3.9."""

from functools import partial

from portal.calculators.engine.calculator import Airport, Choice, Group, Line, Section, Value, YesNo, _
from portal.calculators.kinds import air_travel, cars, hotels
from portal.calculators.kinds.choices import among, ids, is_among, options
from portal.calculators.kinds.questions import amount, distance, yes_unless_denied

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
_LEG = air_travel.Leg("from_airport", "to_airport")
_ROUTE = _LEG.is_told

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
                amount(
                    id="load",
                    label=_("Goods"),
                    unit="tonne/year",
                    also=("kg/year", "short_ton/year"),
                    is_required=True,
                ),
                distance(id="km", label=_("Distance"), is_required=True, maximum="50000"),
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
                amount(
                    id="journeys",
                    label=_("Journeys of one person"),
                    unit="passenger/year",
                    shown_if=_ROUTE,
                    is_required=True,
                    is_whole=True,
                ),
                yes_unless_denied(id="is_return", label=_("There and back"), shown_if=_ROUTE),
                Choice(
                    id="stretch",
                    label=_("Kind of flight"),
                    options=HAULS,
                    default="international",
                    shown_if=f"not ({_ROUTE})",
                ),
                amount(
                    id="flown",
                    label=_("Distance of all passengers together"),
                    unit="passenger*km/year",
                    shown_if=f"not ({_ROUTE})",
                    is_required=True,
                ),
                air_travel.cabin(),
            ),
        ),
        Group(
            id="rides",
            label=_("Trains, buses, taxis and ferries"),
            item=_("Means of travel"),
            questions=(
                Choice(id="by", label=_("By"), options=PUBLIC, is_required=True),
                amount(
                    id="ridden",
                    label=_("Distance of all passengers together"),
                    unit="passenger*km/year",
                    is_required=True,
                ),
            ),
        ),
        Group(
            id="drives",
            label=_("Private and rented cars"),
            item=_("Kind of car"),
            questions=(
                *cars.size_and_drive(),
                distance(id="km", label=_("Distance"), per="/year", is_required=True),
            ),
        ),
        hotels.stays(about_country=_("Empty: the main country."), per="/year"),
    ),
)

VALUES = (
    Value(id="surface", formula=among("mode", ids(SURFACE)), each="freight"),
    Value(id="aircraft", formula=among("mode", ids(AIR)), each="freight"),
    Value(id="moved", formula="load * km", each="freight"),
    air_travel.BEYOND,
    Value(
        id="seats",  # as seats in economy class
        formula=f"journeys * (2 if is_return else 1) * cabin_room(cabin, {_LEG.distance})",
        each="flights",
    ),
    hotels.STAY,
    Value(id="driven", formula='km * of(1, "vehicle")', each="drives"),
    Value(id="power", formula=cars.POWER, each="drives"),
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


_travel = partial(Line, section="travel", scope="3", category="3.6", upstream="with_upstream")

LINES = (
    _freight("freight", _("Freight by land and sea"), "3.4", "is_paid", by_air=False),
    _freight("air_freight", _("Freight by air"), "3.4", "is_paid", by_air=True),
    _freight("freight_after", _("Freight by land and sea, paid by others"), "3.9", "not is_paid", by_air=False),
    _freight("air_freight_after", _("Freight by air, paid by others"), "3.9", "not is_paid", by_air=True),
    _travel(
        id="routes",
        label=_("Flights"),
        each="flights",
        when=_ROUTE,
        activity=f"{_LEG.distance} * seats",
        factor=air_travel.WAY,
    ),
    _travel(
        id="taking_off",
        label=_("Take-off and climb"),
        each="flights",
        when=_ROUTE,
        activity="seats",
        factor=air_travel.TAKE_OFF,
    ),
    _travel(
        id="flights",
        label=_("Flights by distance"),
        each="flights",
        activity="flown",
        factor=air_travel.factor("{stretch}"),
    ),
    _travel(
        id="rides",
        label=_("Trains, buses, taxis and ferries"),
        each="rides",
        activity="ridden",
        factor="travel.{by}",
    ),
    _travel(
        id="drives",
        label=_("Private and rented cars"),
        each="drives",
        when='fuel != "electric"',
        activity="driven",
        factor="car.{size}.{fuel}",
    ),
    _travel(
        id="drives_power",
        label=_("Electricity of private and rented cars"),
        each="drives",
        when=cars.IS_CHARGED,
        activity="driven * power",
        factor="electricity.grid",
    ),
    hotels.line(section="travel", category="3.6"),
)
