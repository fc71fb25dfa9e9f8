"""Core: what calculators ask of cars, and what a car of its size and drive takes from the socket."""

from typing import Unpack

from portal.calculators.engine.calculator import Choice, Number, _
from portal.calculators.kinds.choices import options
from portal.calculators.kinds.questions import QuestionTraits

SIZES = options(("average", _("Average")), ("small", _("Small")), ("medium", _("Medium")), ("large", _("Large")))
DRIVES = options(
    ("unknown", _("Average of all drives")),
    ("petrol", _("Petrol")),
    ("diesel", _("Diesel")),
    ("hybrid", _("Hybrid")),
    ("plugin", _("Plug-in hybrid")),
    ("electric", _("Electric")),
)
IS_CHARGED = 'fuel == "electric" or fuel == "plugin"'
POWER = 'parameter("car.{size}.electric.power") if fuel == "electric" else parameter("car.{size}.plugin.power")'


def size_and_drive(*, shown_if: str = "") -> tuple[Choice, Choice]:
    """Return the questions for the size and the drive of a car, which formulas know as `size` and `fuel`."""
    return (
        Choice(id="size", label=_("Size"), options=SIZES, default="average", shown_if=shown_if),
        Choice(id="fuel", label=_("Drive"), options=DRIVES, default="unknown", shown_if=shown_if),
    )


def riders(*, default: str, **asked: Unpack[QuestionTraits]) -> Number:
    """Return the question how many people share a car."""
    return Number(unit="person/vehicle", default=default, minimum="1", maximum="9", moves="down", **asked)
