"""Core: one trip of one or several people, by whatever means. For files with a row for each trip or participant.

Flights go by airports, as in the calculator for flights, or by kilometres; everything else goes by kilometres.
"""

from portal.calculators.engine.calculator import (
    Airport,
    Calculator,
    Choice,
    Country,
    Line,
    Number,
    Offered,
    Option,
    Section,
    Value,
    Words,
    YesNo,
    _,
)
from portal.calculators.kinds.flight import CABINS

_PUBLIC = {  # each with a factor travel.… per passenger and kilometre
    "train": _("Train"),
    "train_international": _("International train"),
    "coach": _("Coach"),
    "bus": _("City bus"),
    "metro": _("Metro"),
    "tram": _("Tram"),
    "taxi": _("Taxi"),
    "ferry": _("Ferry, on foot"),
    "ferry_car": _("Ferry, with a car"),
    "bicycle": _("Bicycle"),
}
MODES = (
    Option(id="flight", label=_("Flight")),
    *(Option(id=name, label=label) for name, label in _PUBLIC.items()),
    Option(id="car", label=_("Car")),
    Option(id="motorbike", label=_("Motorbike")),
    Option(id="walk", label=_("On foot")),
)
FUELS = (
    Option(id="unknown", label=_("Average of all drives")),
    Option(id="petrol", label=_("Petrol")),
    Option(id="diesel", label=_("Diesel")),
    Option(id="hybrid", label=_("Hybrid")),
    Option(id="electric", label=_("Electric")),
)
_IS_PUBLIC = " or ".join(f'mode == "{name}"' for name in _PUBLIC)
_BY_AIRPORTS = 'mode == "flight" and from_airport != ""'


def _public_means() -> str:
    """Return a formula that gives the public means of transport, the last one standing for all others."""
    *names, last = _PUBLIC
    return " else ".join([*(f'"{name}" if mode == "{name}"' for name in names), f'"{last}"'])


_QUESTIONS = (
    Words(id="name", label=_("Name or note")),
    Choice(id="mode", label=_("By"), options=MODES, is_required=True),
    Number(
        id="length",
        label=_("Distance"),
        help=_("One way. A flight needs none if its airports are given."),
        unit="km",
        offered=(Offered(unit="mile"),),
        maximum="1000000",
        shown_if='mode != "flight" or from_airport == ""',
        is_required=True,
        moves="up",
    ),
    Airport(id="from_airport", label=_("From airport"), shown_if='mode == "flight"'),
    Airport(id="to_airport", label=_("To airport"), shown_if=_BY_AIRPORTS, is_required=True),
    Airport(id="via_airport", label=_("Change at airport"), shown_if=_BY_AIRPORTS),
    Choice(
        id="cabin",
        label=_("Class"),
        options=CABINS,
        default="economy",
        shown_if='mode == "flight"',
        moves="up",
    ),
    Choice(id="fuel", label=_("Fuel of the car"), options=FUELS, default="unknown", shown_if='mode == "car"'),
    Number(
        id="occupants",
        label=_("People in the car"),
        unit="person/vehicle",
        default='of(1, "person/vehicle")',
        minimum="1",
        maximum="9",
        shown_if='mode == "car"',
        moves="down",
    ),
    Number(
        id="people",
        label=_("People who travel"),
        unit="person",
        default='of(1, "person")',
        maximum="100000",
        is_whole=True,
        is_setting=True,
        moves="up",
    ),
    Number(id="times", label=_("How often"), default="1", maximum="1000", is_setting=True, moves="up"),
    YesNo(id="is_return", label=_("There and back"), is_setting=True, moves="up"),
    Country(id="country", label=_("Country of the trip")),
)

CALCULATOR = Calculator(
    id="trip",
    title=_("Trips"),
    intro=_("How much single trips cause, by any means of transport."),
    period="",
    purpose="travel",
    country="country",
    sections=(
        Section(id="trip", title=_("Trip"), questions=_QUESTIONS),
        Section(
            id="method",
            title=_("How to count"),
            questions=(
                YesNo(
                    id="effects",
                    label=_("Count effects of flights beyond CO₂"),
                    default=True,
                    is_setting=True,
                    moves="up",
                ),
            ),
        ),
    ),
    values=(
        Value(id="beyond", formula='"with" if effects else "without"'),
        Value(id="seats", formula="people * times * (2 if is_return else 1)"),
        Value(id="first_stop", formula='via_airport if via_airport != "" else to_airport'),
        Value(id="first_haul", formula="haul(from_airport, first_stop)"),
        Value(id="second_haul", formula="haul(via_airport, to_airport)"),
        Value(id="public_means", formula=_public_means()),
    ),
    lines=(
        Line(
            id="flight",
            section="trip",
            label=_("Flight"),
            when=_BY_AIRPORTS,
            activity="distance(from_airport, first_stop) * seats",
            factor="flight.{first_haul}.{cabin}.{beyond}",
        ),
        Line(
            id="onward_flight",
            section="trip",
            label=_("Flight after the change"),
            when=f'{_BY_AIRPORTS} and via_airport != ""',
            activity="distance(via_airport, to_airport) * seats",
            factor="flight.{second_haul}.{cabin}.{beyond}",
        ),
        Line(
            id="flight_by_distance",
            section="trip",
            label=_("Flight"),
            when='mode == "flight" and from_airport == ""',
            activity="length * seats",
            factor="flight.international.{cabin}.{beyond}",
        ),
        Line(
            id="public",
            section="trip",
            label=_("Public transport"),
            when=_IS_PUBLIC,
            activity="length * seats",
            factor="travel.{public_means}",
        ),
        Line(
            id="car",
            section="trip",
            label=_("Car"),
            when='mode == "car"',
            activity="length * seats / occupants",
            factor="car.average.{fuel}",
        ),
        Line(
            id="car_power",
            section="trip",
            label=_("Electricity of the car"),
            when='mode == "car" and fuel == "electric"',
            activity='length * seats / occupants * parameter("car.average.electric.power")',
            factor="electricity.grid",
        ),
        Line(
            id="motorbike",
            section="trip",
            label=_("Motorbike"),
            when='mode == "motorbike"',
            activity='length * seats / of(1, "person/vehicle")',
            factor="motorbike.average",
        ),
    ),
)
