"""Core: what calculators ask of flights, and how each leg of one counts: by take-off, distance and class."""

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


WAY, TAKE_OFF = "flight.way.{beyond}", "flight.take_off.{beyond}"
"""The factors of each kilometre that one passenger flies in economy class, and of each time one takes off. Both are
the line through what the UK Government's factors give at the typical distances of their three hauls. The line rises
with the distance and begins above nought, so that farther never counts less, and neither does a stop on the way."""


def factor(haul: str) -> str:
    """Return the factor of flights of which only the kind and all kilometres together are known, by their haul: one
    that there is, or a choice in braces."""
    return f"flight.{haul}.{{cabin}}.{{beyond}}"


@dataclass(frozen=True)
class Leg:
    """A flight from one airport to the next, each told by a question or a value."""

    start: str
    end: str

    @property
    def is_told(self) -> str:
        """The formula that says whether both airports are there."""
        return f'{self.start} != "" and {self.end} != ""'

    @property
    def distance(self) -> str:
        """The formula of how far it is."""
        return f"distance({self.start}, {self.end})"
