"""Core: flights between airports, with stops, by class, with or without effects beyond CO2.

Great-circle kilometres times the UK Government's factor of the right haul and class, whose figures cover detours.
Effects of contrails and nitrogen oxides are a multiplier of 1.7 on the CO2 part of those figures, on or off.
"""

from portal.calculators.engine.calculator import Airport, Calculator, Group, Lever, Line, Section, Value, _
from portal.calculators.kinds import air_travel, levers
from portal.calculators.kinds.air_travel import Leg
from portal.calculators.kinds.levers import changed
from portal.calculators.kinds.questions import amount, yes_unless_denied

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
        yes_unless_denied(id="is_return", label=_("There and back")),
        air_travel.cabin(default="economy"),
        amount(
            id="passengers",
            label=_("Passengers"),
            unit="passenger",
            default='of(1, "passenger")',
            minimum="1",
            maximum="1000",
            is_whole=True,
            is_setting=True,
        ),
        amount(
            id="times",
            label=_("How often"),
            default="1",
            minimum="1",
            maximum="1000",
            is_whole=True,
            is_setting=True,
        ),
    ),
)

_FIRST = Leg("origin", "first_stop", haul="first_haul")
_SECOND = Leg("via", "second_stop", haul="second_haul")
_THIRD = Leg("via_too", "destination", haul="third_haul")


def _flown(leg: Leg, *, name: str, label: str, when: str = "") -> Line:
    return Line(
        id=name,
        section="flights",
        label=label,
        each="trips",
        when=when,
        activity=f"{leg.distance} * seats",
        factor=leg.factor,
        upstream="with_fuel",
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
                air_travel.EFFECTS,
                yes_unless_denied(
                    id="with_fuel",
                    label=_("Count the making of the fuel"),
                    help=_("Extracting, refining and transporting the fuel before it is burned."),
                ),
            ),
        ),
    ),
    values=(
        air_travel.BEYOND,
        Value(id="ways", formula="2 if is_return else 1", each="trips"),
        Value(id="seats", formula="passengers * times * ways", each="trips"),
        Value(id="first_stop", formula='via if via != "" else destination', each="trips"),
        Value(id="second_stop", formula='via_too if via_too != "" else destination', each="trips"),
        *(leg.value(each="trips") for leg in (_FIRST, _SECOND, _THIRD)),
    ),
    lines=(
        _flown(_FIRST, name="first_leg", label=_("Flight")),
        _flown(_SECOND, name="second_leg", label=_("Flight after the change"), when='via != ""'),
        _flown(_THIRD, name="third_leg", label=_("Flight after the second change"), when='via_too != ""'),
    ),
    levers=(
        levers.economy(cabin="trips.cabin"),
        Lever(
            id="half_as_often",
            label=_("Make every second journey by video call"),
            changes=changed("trips.times", by="/ 2"),
        ),
    ),
)
