"""Core: how much a household flies: how many flights, by how far, as the United Nations' former platform asked."""

from portal.calculators.engine.calculator import Choice, Lever, Line, Section, Value, _
from portal.calculators.kinds import air_travel, levers
from portal.calculators.kinds.choices import is_among
from portal.calculators.kinds.questions import amount, foremost

_LENGTHS = (
    ("short", _("Short flights there and back"), _("Up to 3,000 km or 6 hours one way; 1,500 km are taken.")),
    ("medium", _("Medium flights there and back"), _("Up to 6,000 km or 8 hours one way; 4,500 km are taken.")),
    ("long", _("Long flights there and back"), _("Up to 12,000 km or 14 hours one way; 9,000 km are taken.")),
    ("very_long", _("Very long flights there and back"), _("More than 12,000 km one way; 13,674 km are taken.")),
)

_DISTANCE = 'parameter("flight.distance.{length}")'
_FLIES = " or ".join(f"{length}_flights > 0" for length, _label, _help in _LENGTHS)

SECTION = foremost(
    Section(
        id="flights",
        title=_("Flights"),
        intro=_(
            "Private flights in a year, counted for each member of the household. The calculator of flights knows "
            "every airport and counts more exactly."
        ),
        questions=(
            *(
                amount(id=f"{length}_flights", label=label, help=help_text, maximum="1000", is_whole=True)
                for length, label, help_text in _LENGTHS
            ),
            Choice(
                id="cabin",
                label=_("Class"),
                options=air_travel.CABINS,
                default="average",
                shown_if=_FLIES,
                is_setting=True,
                moves="either",
            ),
            air_travel.EFFECTS,
        ),
    ),
    "very_long_flights",
    "long_flights",
    "cabin",
)

VALUES = (
    air_travel.BEYOND,
    *(
        Value(
            id=f"{length}_seats",  # there and back, as seats in economy class
            formula=f'{length}_flights * of(2, "passenger/year") '
            f"* cabin_room(cabin, {_DISTANCE.format(length=length)})",
        )
        for length, _label, _help in _LENGTHS
    ),
)

LINES = (
    *(
        Line(
            id=f"{length}_flown",
            section="flights",
            label=label,
            activity=f"{length}_seats * {_DISTANCE.format(length=length)}",
            factor=air_travel.WAY,
        )
        for length, label, _help in _LENGTHS
    ),
    Line(
        id="taking_off",
        section="flights",
        label=_("Take-off and climb"),
        activity=" + ".join(f"{length}_seats" for length, _label, _help in _LENGTHS),
        factor=air_travel.TAKE_OFF,
    ),
)

LEVERS = (
    *(
        Lever(
            id=f"fewer_{length}",
            label=label,
            changes={f"{length}_flights": f"max({length}_flights - 1, 0)"},
            when=f"{length}_flights > 0",
        )
        for length, label in (
            ("very_long", _("Make one very long flight less")),
            ("long", _("Make one long flight less")),
            ("medium", _("Make one medium flight less")),
        )
    ),
    Lever(
        id="fewer_short",  # whatever else would bring them there is not counted, so nothing is said of it
        label=_("Make half as many short flights"),
        changes={"short_flights": "short_flights / 2"},
        when="short_flights > 0",
    ),
    levers.economy(cabin="cabin", when=is_among("cabin", ["premium", "business", "first"])),
)
