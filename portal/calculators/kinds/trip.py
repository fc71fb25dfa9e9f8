"""Core: one trip of one or several people, by whatever means. For files with a row for each trip or participant.

Flights go by airports, as in the calculator for flights, or by kilometres; everything else goes by kilometres.
"""

from functools import partial

from portal.calculators.engine.calculator import (
    Airport,
    Calculator,
    Choice,
    Country,
    Line,
    Section,
    Value,
    Words,
    YesNo,
    _,
)
from portal.calculators.kinds import air_travel, cars
from portal.calculators.kinds.air_travel import Leg
from portal.calculators.kinds.choices import among, ids, is_among, options
from portal.calculators.kinds.questions import amount, distance, yes_unless_denied

_PUBLIC = options(  # each with a factor travel.… per passenger and kilometre
    ("train", _("Train")),
    ("train_international", _("International train")),
    ("coach", _("Coach")),
    ("bus", _("City bus")),
    ("metro", _("Metro")),
    ("tram", _("Tram")),
    ("taxi", _("Taxi")),
    ("ferry", _("Ferry, on foot")),
    ("ferry_car", _("Ferry, with a car")),
    ("bicycle", _("Bicycle")),
)
MODES = (
    *options(("flight", _("Flight"))),
    *_PUBLIC,
    *options(("car", _("Car")), ("motorbike", _("Motorbike")), ("walk", _("On foot"))),
)
DRIVES = tuple(each for each in cars.DRIVES if each.id != "plugin")
_BY_AIRPORTS = 'mode == "flight" and from_airport != ""'
_OUT = Leg("from_airport", "first_stop")
_ONWARD = Leg("via_airport", "to_airport")

_QUESTIONS = (
    Words(id="name", label=_("Name or note")),
    Choice(id="mode", label=_("By"), options=MODES, is_required=True),
    distance(
        id="length",
        label=_("Distance"),
        help=_("One way. A flight needs none if its airports are given."),
        maximum="1000000",
        shown_if='mode != "flight" or from_airport == ""',
        is_required=True,
    ),
    Airport(id="from_airport", label=_("From airport"), shown_if='mode == "flight"'),
    Airport(id="to_airport", label=_("To airport"), shown_if=_BY_AIRPORTS, is_required=True),
    Airport(id="via_airport", label=_("Change at airport"), shown_if=_BY_AIRPORTS),
    air_travel.cabin(default="economy", shown_if='mode == "flight"'),
    Choice(id="fuel", label=_("Fuel of the car"), options=DRIVES, default="unknown", shown_if='mode == "car"'),
    cars.riders(
        id="occupants",
        label=_("People in the car"),
        default='of(1, "person/vehicle")',
        shown_if='mode == "car"',
    ),
    amount(
        id="people",
        label=_("People who travel"),
        unit="person",
        default='of(1, "person")',
        maximum="100000",
        is_whole=True,
        is_setting=True,
    ),
    amount(id="times", label=_("How often"), default="1", maximum="1000", is_setting=True),
    YesNo(id="is_return", label=_("There and back"), is_setting=True, moves="up"),
    Country(id="country", label=_("Country of the trip")),
)
_METHOD = (yes_unless_denied(id="effects", label=_("Count effects of flights beyond CO₂")),)

_line = partial(Line, section="trip")

CALCULATOR = Calculator(
    id="trip",
    title=_("Trips"),
    intro=_("How much single trips cause, by any means of transport."),
    period="",
    purpose="travel",
    country="country",
    sections=(
        Section(id="trip", title=_("Trip"), questions=_QUESTIONS),
        Section(id="method", title=_("How to count"), questions=_METHOD),
    ),
    values=(
        air_travel.BEYOND,
        Value(id="seats", formula="people * times * (2 if is_return else 1)"),
        Value(id="first_stop", formula='via_airport if via_airport != "" else to_airport'),
        Value(id="apart", formula='distance(from_airport, to_airport) if from_airport != "" else length'),
        Value(id="room", formula='cabin_room(cabin, apart) if mode == "flight" else 1'),
        Value(id="take_offs", formula='1 if via_airport == "" else 2'),
        Value(id="public_means", formula=among("mode", ids(_PUBLIC))),
    ),
    lines=(
        _line(
            id="flight",
            label=_("Flight"),
            when=_BY_AIRPORTS,
            activity=f"{_OUT.distance} * seats * room",
            factor=air_travel.WAY,
        ),
        _line(
            id="onward_flight",
            label=_("Flight after the change"),
            when=f'{_BY_AIRPORTS} and via_airport != ""',
            activity=f"{_ONWARD.distance} * seats * room",
            factor=air_travel.WAY,
        ),
        _line(
            id="flight_by_distance",
            label=_("Flight"),
            when='mode == "flight" and from_airport == ""',
            activity="length * seats * room",
            factor=air_travel.WAY,
        ),
        _line(
            id="taking_off",
            label=_("Take-off and climb"),
            when='mode == "flight"',
            activity="take_offs * seats * room",
            factor=air_travel.TAKE_OFF,
        ),
        _line(
            id="public",
            label=_("Public transport"),
            when=is_among("mode", ids(_PUBLIC)),
            activity="length * seats",
            factor="travel.{public_means}",
        ),
        _line(
            id="car",
            label=_("Car"),
            when='mode == "car"',
            activity="length * seats / occupants",
            factor="car.average.{fuel}",
        ),
        _line(
            id="car_power",
            label=_("Electricity of the car"),
            when='mode == "car" and fuel == "electric"',
            activity='length * seats / occupants * parameter("car.average.electric.power")',
            factor="electricity.grid",
        ),
        _line(
            id="motorbike",
            label=_("Motorbike"),
            when='mode == "motorbike"',
            activity='length * seats / of(1, "person/vehicle")',
            factor="motorbike.average",
        ),
    ),
)
