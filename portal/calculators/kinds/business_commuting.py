"""Core: how employees come to work, and what working from home takes: category 3.7."""

from functools import partial

from portal.calculators.engine.calculator import Choice, Group, Line, Section, Value, _
from portal.calculators.kinds import cars
from portal.calculators.kinds.choices import among, is_among, options
from portal.calculators.kinds.questions import amount, distance, people, yes_unless_denied

_RIDDEN = ("bus", "train", "metro", "tram", "coach", "ferry", "bicycle_electric", "bicycle")
WAYS = options(
    ("car", _("Car")),
    ("motorbike", _("Motorbike")),
    ("bus", _("Bus")),
    ("train", _("Train")),
    ("metro", _("Metro")),
    ("tram", _("Tram")),
    ("coach", _("Coach")),
    ("ferry", _("Ferry")),
    ("bicycle_electric", _("Electric bicycle")),
    ("bicycle", _("Bicycle")),
    ("walk", _("On foot")),
)

SECTION = Section(
    id="commuting",
    title=_("Commuting and work from home"),
    questions=(
        Group(
            id="commuting",
            label=_("Ways to work"),
            item=_("Group of employees"),
            most=50,
            questions=(
                Choice(id="way", label=_("By"), options=WAYS, is_required=True),
                *cars.size_and_drive(shown_if='way == "car"'),
                people(id="people", label=_("Employees"), is_required=True),
                distance(
                    id="daily",
                    label=_("Distance of one, there and back"),
                    per="/day",
                    maximum="2000",
                    is_required=True,
                ),
                amount(id="days", label=_("Days of one at work"), unit="day/year", maximum="366", is_required=True),
                cars.riders(
                    id="riders",
                    label=_("People in a car"),
                    shown_if='way == "car"',
                    default='of(1, "person/vehicle")',
                    is_setting=True,
                ),
            ),
        ),
        amount(
            id="home_hours",
            label=_("Hours worked from home by all employees"),
            help=_("Full-time equivalents: two people who work half a day each from home count four hours each."),
            unit="person*hour/year",
        ),
        yes_unless_denied(
            id="home_heating",
            label=_("Count the heating of homes"),
            help=_(
                "A British figure, taken in the European Union, the United States and Canada as well. Elsewhere only "
                "equipment is counted, since it is not known how homes are heated."
            ),
        ),
    ),
)

VALUES = (
    Value(id="ridden_by", formula=among("way", _RIDDEN), each="commuting"),
    Value(id="travelled", formula="people * daily * days", each="commuting"),
    Value(id="driven", formula='travelled / max(riders, of(1, "person/vehicle"))', each="commuting"),
    Value(id="power", formula=cars.POWER, each="commuting"),
    Value(id="homework", formula='"homeworking" if home_heating else "homeworking.equipment"'),
)

_line = partial(Line, section="commuting", scope="3", category="3.7", upstream="with_upstream")
_by_group = partial(_line, each="commuting")

LINES = (
    _by_group(
        id="commuting_cars",
        label=_("Commuting by car"),
        when='way == "car" and fuel != "electric"',
        activity="driven",
        factor="car.{size}.{fuel}",
    ),
    _by_group(
        id="commuting_power",
        label=_("Electricity for commuting by car"),
        when=f'way == "car" and ({cars.IS_CHARGED})',
        activity="driven * power",
        factor="electricity.grid",
    ),
    _by_group(
        id="commuting_motorbikes",
        label=_("Commuting by motorbike"),
        when='way == "motorbike"',
        activity='travelled / of(1, "person/vehicle")',
        factor="motorbike.average",
    ),
    _by_group(
        id="commuting_rides",
        label=_("Commuting by other means"),
        when=is_among("way", _RIDDEN),
        activity="travelled",
        factor="travel.{ridden_by}",
    ),
    _line(id="homeworking", label=_("Work from home"), activity="home_hours", factor="{homework}"),
)
