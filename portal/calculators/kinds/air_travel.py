"""Core: what calculators ask of flights, and how each leg of one counts: by its distance, its haul and its class."""

from dataclasses import dataclass

from portal.calculators.engine.calculator import Choice, Value, _
from portal.calculators.kinds.choices import options
from portal.calculators.kinds.questions import yes_unless_denied

CABINS = options(
    ("average", _("Average of all classes")),
    ("economy", _("Economy")),
    ("premium", _("Premium economy")),
    ("business", _("Business")),
    ("first", _("First class")),
)
EFFECTS = yes_unless_denied(
    id="effects",
    label=_("Count effects beyond CO₂"),
    help=_(
        "Contrails and nitrogen oxides at height warm as well. The UK Government's factors count them by multiplying "
        "the CO₂ by 1.7; how large they are is uncertain."
    ),
)
EFFECTS_AMONG_OTHERS = yes_unless_denied(
    id="effects",
    label=_("Count effects of flights beyond CO₂"),
    help=_("The UK Government's factors multiply the CO₂ by 1.7 for contrails and nitrogen oxides."),
)
"""The same where flights are only a part of what is counted."""
BEYOND = Value(id="beyond", formula='"with" if effects else "without"')


def cabin(*, default: str = "average", shown_if: str = "") -> Choice:
    """Return the question for the class of a flight."""
    return Choice(id="cabin", label=_("Class"), options=CABINS, default=default, shown_if=shown_if, moves="up")


def factor(haul: str) -> str:
    """Return the factor of a flight, by its haul: one that there is, or a value or choice in braces."""
    return f"flight.{haul}.{{cabin}}.{{beyond}}"


@dataclass(frozen=True)
class Leg:
    """A flight from one airport to the next, each told by a question or a value; `haul` is the value for its haul."""

    start: str
    end: str
    haul: str

    @property
    def is_told(self) -> str:
        """The formula that says whether both airports are there."""
        return f'{self.start} != "" and {self.end} != ""'

    @property
    def distance(self) -> str:
        """The formula of how far it is."""
        return f"distance({self.start}, {self.end})"

    @property
    def factor(self) -> str:
        """The factor that it counts by."""
        return factor(f"{{{self.haul}}}")

    def value(self, *, each: str = "") -> Value:
        """Return the value for its haul."""
        return Value(id=self.haul, formula=f"haul({self.start}, {self.end})", each=each)
