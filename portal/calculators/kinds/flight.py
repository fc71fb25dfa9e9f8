"""Core: flights between airports, with stops, by class, with or without effects beyond CO2.

A share for each take-off, and great-circle kilometres, by the UK Government's factors smoothed over the distance, which
cover detours. Effects of contrails and nitrogen oxides are a multiplier of 1.7 on the CO2 part, on or off.
"""

from functools import partial

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

_FIRST = Leg("origin", "first_stop")
_SECOND = Leg("via", "second_stop")
_THIRD = Leg("via_too", "destination")


_line = partial(Line, section="flights", each="trips", upstream="with_fuel")


def _flown(leg: Leg, *, name: str, label: str, when: str = "") -> Line:
    return _line(id=name, label=label, when=when, activity=f"{leg.distance} * seats * room", factor=air_travel.WAY)


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
        Value(id="room", formula="cabin_room(cabin, distance(origin, destination))", each="trips"),
        Value(id="take_offs", formula='1 if via == "" else 2 if via_too == "" else 3', each="trips"),
    ),
    lines=(
        _flown(_FIRST, name="first_leg", label=_("Flight")),
        _flown(_SECOND, name="second_leg", label=_("Flight after the change"), when='via != ""'),
        _flown(_THIRD, name="third_leg", label=_("Flight after the second change"), when='via_too != ""'),
        _line(
            id="taking_off",
            label=_("Take-off and climb"),
            activity="take_offs * seats * room",
            factor=air_travel.TAKE_OFF,
        ),
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
