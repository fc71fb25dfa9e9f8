"""Core: flights between airports, with stops, by class, with or without effects beyond CO2.

Great-circle kilometres times the UK Government's factor of the right haul and class, whose figures cover detours.
Effects of contrails and nitrogen oxides are a multiplier of 1.7 on the CO2 part of those figures, on or off.
"""

from portal.calculators.engine.calculator import (
    Airport,
    Calculator,
    Choice,
    Group,
    Lever,
    Line,
    Number,
    Option,
    Section,
    Value,
    YesNo,
    _,
)

CABINS = (
    Option(id="average", label=_("Average of all classes")),
    Option(id="economy", label=_("Economy")),
    Option(id="premium", label=_("Premium economy")),
    Option(id="business", label=_("Business")),
    Option(id="first", label=_("First class")),
)

_TRIPS = Group(
    id="trips",
    label=_("Your flights"),
    item=_("Flight"),
    least=1,
    most=20,
    questions=(
        Airport(id="origin", label=_("From"), is_required=True, help=_("Name, city or code, such as Nairobi or NBO.")),
        Airport(id="destination", label=_("To"), is_required=True),
        Airport(
            id="via",
            label=_("Change at"),
            help=_("Only if you change aircraft on the way. A way with stops is longer, and counts leg by leg."),
        ),
        Airport(id="via_too", label=_("Second change at"), shown_if='via != ""'),
        YesNo(id="is_return", label=_("There and back"), default=True, is_setting=True, moves="up"),
        Choice(id="cabin", label=_("Class"), options=CABINS, default="economy", moves="up"),
        Number(
            id="passengers",
            label=_("Passengers"),
            unit="passenger",
            default='of(1, "passenger")',
            minimum="1",
            maximum="1000",
            is_whole=True,
            is_setting=True,
            moves="up",
        ),
        Number(
            id="times",
            label=_("How often"),
            default="1",
            minimum="1",
            maximum="1000",
            is_whole=True,
            is_setting=True,
            moves="up",
        ),
    ),
)

CALCULATOR = Calculator(
    id="flight",
    title=_("Flights"),
    intro=_("How much flights between any airports of the world cause, leg by leg."),
    period="",
    purpose="travel",
    sections=(
        Section(id="flights", title=_("Flights"), questions=(_TRIPS,)),
        Section(
            id="method",
            title=_("How to count"),
            questions=(
                YesNo(
                    id="effects",
                    label=_("Count effects beyond CO₂"),
                    help=_(
                        "Contrails and nitrogen oxides at height warm as well. The UK Government's factors count them "
                        "by multiplying the CO₂ by 1.7; how large they are is uncertain."
                    ),
                    default=True,
                    is_setting=True,
                    moves="up",
                ),
                YesNo(
                    id="with_fuel",
                    label=_("Count the making of the fuel"),
                    help=_("Extracting, refining and transporting the fuel before it is burned."),
                    default=True,
                    is_setting=True,
                    moves="up",
                ),
            ),
        ),
    ),
    values=(
        Value(id="beyond", formula='"with" if effects else "without"'),
        Value(id="ways", formula="2 if is_return else 1", each="trips"),
        Value(id="seats", formula="passengers * times * ways", each="trips"),
        Value(id="first_stop", formula='via if via != "" else destination', each="trips"),
        Value(id="second_stop", formula='via_too if via_too != "" else destination', each="trips"),
        Value(id="first_haul", formula="haul(origin, first_stop)", each="trips"),
        Value(id="second_haul", formula="haul(via, second_stop)", each="trips"),
        Value(id="third_haul", formula="haul(via_too, destination)", each="trips"),
    ),
    lines=(
        Line(
            id="first_leg",
            section="flights",
            label=_("Flight"),
            each="trips",
            activity="distance(origin, first_stop) * seats",
            factor="flight.{first_haul}.{cabin}.{beyond}",
            upstream="with_fuel",
        ),
        Line(
            id="second_leg",
            section="flights",
            label=_("Flight after the change"),
            each="trips",
            when='via != ""',
            activity="distance(via, second_stop) * seats",
            factor="flight.{second_haul}.{cabin}.{beyond}",
            upstream="with_fuel",
        ),
        Line(
            id="third_leg",
            section="flights",
            label=_("Flight after the second change"),
            each="trips",
            when='via_too != ""',
            activity="distance(via_too, destination) * seats",
            factor="flight.{third_haul}.{cabin}.{beyond}",
            upstream="with_fuel",
        ),
    ),
    levers=(
        Lever(id="economy", label=_("Fly economy class"), changes={"trips.cabin": '"economy"'}),
        Lever(
            id="half_as_often", label=_("Make every second journey by video call"), changes={"trips.times": "times / 2"}
        ),
    ),
)
