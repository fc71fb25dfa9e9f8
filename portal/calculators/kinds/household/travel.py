"""Core: how a household gets around, on the ground.

Cars count whole, however many of the household sit in them, since the result is the household's. What a car takes from
the socket is counted with the grid of the country, by kWh per km as the UK Government's factors have it.
"""

from functools import partial

from portal.calculators.engine.calculator import (
    Choice,
    Group,
    Lever,
    Line,
    Number,
    Offered,
    Section,
    Slider,
    Value,
    YesNo,
    _,
)
from portal.calculators.kinds import cars
from portal.calculators.kinds.choices import options
from portal.calculators.kinds.levers import changed
from portal.calculators.kinds.questions import amount, foremost

_DISTANCES = ("mile/year", "km/month", "km/week", "mile/week")

_CARS = Group(
    id="cars",
    label=_("Your cars and vans"),
    item=_("Car"),
    most=10,
    questions=(
        Choice(id="size", label=_("Size"), options=cars.SIZES, default="average", moves="either"),
        Choice(id="fuel", label=_("What does it run on?"), options=cars.DRIVES, default="unknown", moves="either"),
        Choice(
            id="known_by",
            label=_("What do you know?"),
            options=options(("distance", _("How far it is driven")), ("fuel", _("How much fuel is bought"))),
            default="distance",
            shown_if='fuel != "electric"',
            is_setting=True,
            moves="either",
        ),
        amount(
            id="driving",
            label=_("How far is it driven?"),
            help=_("If you do not know, an average car's distance is taken: a German one's, or an American one's."),
            unit="km/year",
            also=_DISTANCES,
            default='parameter("car.distance")',
            maximum="1000000",
            shown_if=f'known_by == "distance" or {cars.IS_CHARGED}',
        ),
        amount(
            id="bought",
            label=_("How much fuel is bought for it?"),
            help=_("Gallons are those of the United States."),
            unit="litre/year",
            also=("litre/month", "litre/week", "gallon/year", "gallon/month"),
            maximum="100000",
            shown_if='known_by == "fuel"',
        ),
        Slider(
            id="share",
            label=_("Your household's part of its driving"),
            help=_("Less than all of it if others share the car, or ride along and bear their part."),
            unit="percent",
            default='of(100, "percent")',
            maximum="100",
            step="5",
            is_setting=True,
            moves="up",
        ),
        YesNo(
            id="charged_at_home",
            label=_("Its electricity is in that of our home"),
            help=_("Then it is not counted a second time."),
            shown_if=cars.IS_CHARGED,
            is_setting=True,
            moves="down",
        ),
    ),
)


def _ridden(mode: str, label: str, *, with_hours: bool = False, help: str = "") -> Number:  # noqa: A002
    """Return the question about one way to travel, for all of the household together."""
    hours = (Offered(unit="hour/week", through=f"speed.{mode}"),) if with_hours else ()
    return amount(
        id=mode,
        label=label,
        help=help,
        unit="km/week",
        also=(*hours, "km/month", "km/year", "mile/week", "mile/year"),
        maximum="100000",
    )


def _by_the_hour(mode: str, *, label: str, speed: str, fastest: str, help: str = "") -> tuple[Number, Number]:  # noqa: A002
    """Return how long such rides take, and how fast they are, which differs too much to be assumed."""
    return (
        amount(
            id=f"{mode}_hours",
            label=label,
            help=_("If you know how long you ride, and not how far."),
            unit="hour/week",
            maximum="2000",
        ),
        amount(
            id=f"{mode}_speed",
            label=speed,
            help=help,
            unit="km/hour",
            also=("mile/hour",),
            minimum="1",
            maximum=fastest,
            shown_if=f"{mode}_hours > 0",
            is_required=True,
        ),
    )


_RIDES = (
    ("train", _("Train")),
    ("metro", _("Metro")),
    ("tram", _("Tram or light rail")),
    ("bus", _("City bus")),
    ("coach", _("Coach")),
    ("taxi", _("Taxi")),
    ("ferry", _("Ferry, on foot")),
    ("ferry_car", _("Ferry, with a car")),
    ("bicycle", _("Bicycle")),
    ("bicycle_electric", _("Electric bicycle")),
)
_IN_PARIS = _("Hours count at the usual speed in Paris: buses 12 km/h, metros and trams 25 km/h.")
_AT_SEA = _("Hours count at 33 km/h, as a ferry to Corsica was measured to go.")
_HOURLY = {"metro": _IN_PARIS, "tram": _IN_PARIS, "bus": _IN_PARIS, "ferry": _AT_SEA, "ferry_car": _AT_SEA}
_TIMED = {
    "train": _by_the_hour(
        "train",
        label=_("More trains, by the hour"),
        speed=_("Speed of these trains"),
        help=_(
            "Kilometres divided by hours, stops included. Between cities of the European Union, trains are slower than "
            "60 km/h on 30 % of routes and faster than 150 km/h on 3 %."
        ),
        fastest="350",
    ),
    "coach": _by_the_hour(
        "coach",
        label=_("More coaches, by the hour"),
        speed=_("Speed of these coaches"),
        help=_("Kilometres divided by hours, stops included."),
        fastest="130",
    ),
}


def _rides(mode: str, label: str) -> tuple[Number, ...]:
    return (_ridden(mode, label, with_hours=mode in _HOURLY, help=_HOURLY.get(mode, "")), *_TIMED.get(mode, ()))


def _distance(mode: str) -> str:
    """Return the formula of how far all of the household went in one way."""
    return f"{mode} + {mode}_hours * {mode}_speed" if mode in _TIMED else mode


SECTION = foremost(
    Section(
        id="travel",
        title=_("Getting around"),
        intro=_("For all members of the household together: two people on the same train for 10 km make 20 km."),
        questions=(
            _CARS,
            amount(
                id="motorbike",
                label=_("Motorbikes and scooters on petrol"),
                unit="km/year",
                also=_DISTANCES,
                maximum="1000000",
            ),
            amount(
                id="scooter_electric",
                label=_("Electric motorbikes and scooters"),
                unit="km/year",
                also=_DISTANCES,
                maximum="1000000",
            ),
            *(question for mode, label in _RIDES for question in _rides(mode, label)),
        ),
    ),
    "cars",
)

VALUES = (
    Value(id="driven", formula='driving * share * of(1, "vehicle")', each="cars"),
    Value(id="burned", formula='"diesel" if fuel == "diesel" else "petrol"', each="cars"),
    Value(id="power", formula=cars.POWER, each="cars"),
)

_line = partial(Line, section="travel")

LINES = (
    _line(
        id="car_distance",
        label=_("Car"),
        each="cars",
        activity="driven",
        factor="car.{size}.{fuel}",
        when='known_by == "distance" and fuel != "electric"',
        scope="1",
    ),
    _line(
        id="car_fuel",
        label=_("Fuel for a car"),
        each="cars",
        activity="bought * share",
        factor="fuel.{burned}",
        when='known_by == "fuel"',
    ),
    _line(
        id="car_power",
        label=_("Electricity for a car"),
        each="cars",
        activity="driven * power",
        factor="electricity.grid",
        when=f"({cars.IS_CHARGED}) and not charged_at_home",
    ),
    _line(
        id="motorbikes",
        label=_("Motorbikes and scooters on petrol"),
        activity='motorbike * of(1, "vehicle")',
        factor="motorbike.average",
        scope="1",
    ),
    _line(
        id="scooters_electric",
        label=_("Electric motorbikes and scooters"),
        activity='scooter_electric * of(1, "vehicle")',
        factor="motorbike.electric",
    ),
    *(
        _line(
            id=f"{mode}_rides",
            label=label,
            activity=f'({_distance(mode)}) * of(1, "passenger")',
            factor=f"travel.{mode}",
        )
        for mode, label in _RIDES
    ),
)

# Litres do not say how far they drove, so what another car would take for the same distance is not known.

LEVERS = (
    Lever(
        id="drive_less",
        label=_("Drive a fifth less"),
        changes=changed("cars.driving", "cars.bought", by="* 0.8"),
        when="cars > 0",
    ),
    Lever(
        id="share_rides",
        label=_("Share every second drive"),
        changes=changed("cars.share", by="* 0.75"),
        when="cars > 0",
    ),
    Lever(
        id="electric_car",
        label=_("Drive the same distance in electric cars"),
        # What litres drove is not known, nor what a car takes of the home's electricity: such cars stay as they are.
        changes={
            "cars.fuel": '"electric" if known_by == "distance" and not charged_at_home else fuel',
            "cars.charged_at_home": f"charged_at_home if {cars.IS_CHARGED} else False",
        },
        when="cars > 0",
    ),
    Lever(
        id="smaller_car",
        label=_("Drive the same distance in small cars"),
        changes={"cars.size": '"small" if known_by == "distance" else size'},
        when="cars > 0",
    ),
)
