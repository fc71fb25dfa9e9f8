"""Core: how people come to an event, and where they sleep.

Those in the list count as they are described. While an event is planned, everyone else is assumed to come as visitors
of festivals do, by the model of ekofest, or as participants of a national or an international congress do; afterwards
only the list counts.
"""

from portal.calculators.engine.calculator import Airport, Choice, Group, Line, Section, Value, _
from portal.calculators.kinds import air_travel, cars, hotels
from portal.calculators.kinds.choices import among, is_among, options
from portal.calculators.kinds.questions import amount, distance, people, yes_unless_denied

_RIDDEN = ("train", "train_international", "coach", "bus", "metro", "tram", "taxi", "ferry", "bicycle")
WAYS = options(
    ("car", _("Car")),
    ("car_electric", _("Electric car")),
    ("motorbike", _("Motorbike")),
    ("train", _("Train")),
    ("train_international", _("International train")),
    ("coach", _("Coach")),
    ("bus", _("Bus")),
    ("metro", _("Metro")),
    ("tram", _("Tram")),
    ("taxi", _("Taxi")),
    ("ferry", _("Ferry")),
    ("plane", _("Plane")),
    ("bicycle", _("Bicycle")),
    ("walk", _("On foot")),
)
_TRAIN_REACHES = 'of(1500, "km")'  # one way; nobody is advised to take the train across an ocean
_LEG = air_travel.Leg("from_airport", "airport")
_ROUTE = _LEG.is_told

_BY_REACH = (
    'parameter("event.{distance}") if reach == "local" else parameter("event.national_{distance}") '
    'if reach == "national" else parameter("event.international_{distance}")'
)

TRAVEL = Section(
    id="travel",
    title=_("Ways to the event"),
    questions=(
        Group(
            id="travellers",
            label=_("Participants, speakers and crew by origin"),
            item=_("Group of travellers"),
            most=200,
            questions=(
                people(id="people", label=_("People"), is_required=True),
                Choice(id="by", label=_("By"), options=WAYS, is_required=True),
                Airport(
                    id="from_airport",
                    label=_("From airport"),
                    help=_("With the event's airport it gives the distance."),
                ),
                distance(
                    id="km",
                    label=_("Distance one way"),
                    maximum="50000",
                    shown_if=f"not ({_ROUTE})",
                    is_required=True,
                ),
                yes_unless_denied(id="is_return", label=_("There and back")),
                cars.riders(
                    id="riders",
                    label=_("People in a car"),
                    shown_if='by == "car" or by == "car_electric"',
                    help=_("Afterwards: empty means one."),
                    default='parameter("event.car_occupants") if mode == "planning" else of(0, "person/vehicle")',
                ),
                air_travel.cabin(shown_if='by == "plane"'),
            ),
        ),
        Choice(
            id="reach",
            label=_("Where everyone else comes from"),
            help=_("Those on site who are not in the list. How many of them fly, how far, and their nights go by it."),
            options=options(
                ("local", _("Mostly from around here")),
                ("national", _("From all over the country")),
                ("international", _("From many countries")),
            ),
            default="local",
            shown_if='mode == "planning"',
            moves="up",
        ),
        Choice(
            id="access",
            label=_("How they come"),
            options=options(("remote", _("Mostly by car")), ("reached", _("Mostly by public transport"))),
            default="remote",
            shown_if='mode == "planning" and reach == "local"',
            moves="down",
        ),
        distance(
            id="rest_km",
            label=_("Their distance, there and back"),
            default=_BY_REACH.format(distance="distance"),
            maximum="100000",
            shown_if='mode == "planning"',
        ),
        distance(
            id="rest_flown",
            label=_("Distance of those of them who fly, there and back"),
            default=_BY_REACH.format(distance="flight_distance"),
            maximum="100000",
            shown_if='mode == "planning"',
        ),
    ),
)

STAY = Section(
    id="stay",
    title=_("Nights"),
    questions=(
        hotels.stays(about_country=_("Empty: the country of the event.")),
        amount(
            id="rest_nights",
            label=_("Rooms times nights of everyone else"),
            help=_("If you do not know and list no hotels, each has a room for as long as guests of congresses stay."),
            unit="room*night",
            default='others * days * (parameter("event.national_nights") if reach == "national" else '
            'parameter("event.international_nights")) if reach != "local" and hotels == 0 else of(0, "room*night")',
            shown_if='mode == "planning" and reach != "local"',
        ),
        amount(
            id="camping",
            label=_("Nights on a campsite"),
            unit="person*night",
            default='parameter("event.camping_share") * participants * max(days - of(1, "day"), of(0, "day")) '
            '* of(1, "night/day") if is_festival else of(0, "person*night")',
        ),
    ),
)

VALUES = (
    air_travel.BEYOND,
    Value(id="way", formula=f"{_LEG.distance} if {_ROUTE} else km", each="travellers"),
    Value(id="ways", formula="people * (2 if is_return else 1)", each="travellers"),
    Value(id="travelled", formula="ways * way", each="travellers"),
    Value(id="room", formula='cabin_room(cabin, way) if by == "plane" else 1', each="travellers"),
    Value(id="driven", formula='travelled / max(riders, of(1, "person/vehicle"))', each="travellers"),
    Value(id="ridden_by", formula=among("by", _RIDDEN), each="travellers"),
    Value(id="listed", formula="people", each="travellers", is_total=True),
    Value(
        id="far_flyers",
        formula=f'people if by == "plane" and way > {_TRAIN_REACHES} else of(0, "person")',
        each="travellers",
        is_total=True,
    ),
    Value(
        id="others",
        formula='max(participants + crew - listed, of(0, "person")) if mode == "planning" else of(0, "person")',
    ),
    Value(
        id="crowd",  # who they are: whom the shares of each means of travel are known for
        formula='access if reach == "local" else "national" if reach == "national" else "international"',
    ),
    Value(
        id="rest_seats",  # there and back, as seats in economy class
        formula="others * parameter(\"event.{crowd}_air_share\") * 2 * cabin_room('average', rest_flown / 2)",
    ),
    hotels.STAY,
)


def _travel(name: str, label: str, activity: str, factor: str, when: str = "") -> Line:
    return Line(
        id=name,
        section="travel",
        label=label,
        each="travellers" if when else "",
        when=when,
        activity=activity,
        factor=factor,
        scope="3",
        upstream="with_upstream",
    )


LINES = (
    _travel("cars", _("Cars"), "driven", "car.average.unknown", 'by == "car"'),
    _travel(
        "electric_cars",
        _("Electric cars"),
        'driven * parameter("car.average.electric.power")',
        "electricity.grid",
        'by == "car_electric"',
    ),
    _travel(
        "motorbikes", _("Motorbikes"), 'travelled / of(1, "person/vehicle")', "motorbike.average", 'by == "motorbike"'
    ),
    _travel("rides", _("Trains, buses and others"), "travelled", "travel.{ridden_by}", is_among("by", _RIDDEN)),
    _travel("flights", _("Flights"), "travelled * room", air_travel.WAY, 'by == "plane"'),
    _travel("taking_off", _("Take-off and climb"), "ways * room", air_travel.TAKE_OFF, 'by == "plane"'),
    _travel(
        "rest_cars",
        _("Everyone else by car"),
        'others * parameter("event.{crowd}_car_share") * rest_km / parameter("event.car_occupants")',
        "car.average.unknown",
    ),
    _travel(
        "rest_trains",
        _("Everyone else by train"),
        'others * parameter("event.{crowd}_train_share") * rest_km',
        "travel.train",
    ),
    _travel(
        "rest_local",
        _("Everyone else by bus, tram and metro"),
        'others * parameter("event.{crowd}_local_share") * rest_km',
        "travel.bus",
    ),
    _travel(
        "rest_flights",
        _("Everyone else by plane"),
        "rest_seats * rest_flown / 2",
        air_travel.WAY,
    ),
    _travel("rest_taking_off", _("Take-off and climb of everyone else"), "rest_seats", air_travel.TAKE_OFF),
    hotels.line(section="stay"),
    Line(
        id="rest_hotels",
        section="stay",
        label=_("Hotels of everyone else"),
        activity="rest_nights",
        factor="hotel",
        scope="3",
        upstream="with_upstream",
    ),
    Line(id="camping", section="stay", label=_("Camping"), activity="camping", factor="event.camping", scope="3"),
)
