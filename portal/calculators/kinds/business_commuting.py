"""Core: how employees come to work, and what working from home takes: category 3.7."""

from portal.calculators.engine.calculator import Choice, Group, Number, Offered, Section, Value, YesNo, _
from portal.calculators.kinds.business_travel import CAR, IS_CHARGED, POWER, by_others
from portal.calculators.kinds.choices import among, is_among, options

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
                *(
                    Choice(
                        id=each.id,
                        label=each.label,
                        options=each.options,
                        default=each.default,
                        shown_if='way == "car"',
                    )
                    for each in CAR
                    if isinstance(each, Choice)
                ),
                Number(id="people", label=_("Employees"), unit="person", is_required=True, moves="up"),
                Number(
                    id="daily",
                    label=_("Distance of one, there and back"),
                    unit="km/day",
                    offered=(Offered(unit="mile/day"),),
                    maximum="2000",
                    is_required=True,
                    moves="up",
                ),
                Number(
                    id="days",
                    label=_("Days of one at work"),
                    unit="day/year",
                    maximum="366",
                    is_required=True,
                    moves="up",
                ),
                Number(
                    id="riders",
                    label=_("People in a car"),
                    unit="person/vehicle",
                    shown_if='way == "car"',
                    default='of(1, "person/vehicle")',
                    minimum="1",
                    maximum="9",
                    is_setting=True,
                    moves="down",
                ),
            ),
        ),
        Number(
            id="home_hours",
            label=_("Hours worked from home by all employees"),
            help=_("Full-time equivalents: two people who work half a day each from home count four hours each."),
            unit="person*hour/year",
            moves="up",
        ),
        YesNo(
            id="home_heating",
            label=_("Count the heating of homes"),
            help=_("The figure is for Britain; without it only the equipment is counted."),
            default=True,
            is_setting=True,
            moves="up",
        ),
    ),
)

VALUES = (
    Value(id="ridden_by", formula=among("way", _RIDDEN), each="commuting"),
    Value(id="travelled", formula="people * daily * days", each="commuting"),
    Value(id="driven", formula='travelled / max(riders, of(1, "person/vehicle"))', each="commuting"),
    Value(id="power", formula=POWER, each="commuting"),
    Value(id="homework", formula='"homeworking" if home_heating else "homeworking.equipment"'),
)

LINES = (
    by_others(
        "commuting_cars",
        "commuting",
        _("Commuting by car"),
        "3.7",
        each="commuting",
        when='way == "car" and fuel != "electric"',
        activity="driven",
        factor="car.{size}.{fuel}",
    ),
    by_others(
        "commuting_power",
        "commuting",
        _("Electricity for commuting by car"),
        "3.7",
        each="commuting",
        when=f'way == "car" and ({IS_CHARGED})',
        activity="driven * power",
        factor="electricity.grid",
    ),
    by_others(
        "commuting_motorbikes",
        "commuting",
        _("Commuting by motorbike"),
        "3.7",
        each="commuting",
        when='way == "motorbike"',
        activity='travelled / of(1, "person/vehicle")',
        factor="motorbike.average",
    ),
    by_others(
        "commuting_rides",
        "commuting",
        _("Commuting by other means"),
        "3.7",
        each="commuting",
        when=is_among("way", _RIDDEN),
        activity="travelled",
        factor="travel.{ridden_by}",
    ),
    by_others(
        "homeworking",
        "commuting",
        _("Work from home"),
        "3.7",
        each="",
        activity="home_hours",
        factor="{homework}",
    ),
)
