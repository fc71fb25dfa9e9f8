"""Core: vehicles that a company owns or leases, by fuel or by distance: scope 1, and scope 2 where they are charged."""

from portal.calculators.engine.calculator import Choice, Group, Line, Section, Slider, Value, _
from portal.calculators.kinds import cars
from portal.calculators.kinds.choices import among, options
from portal.calculators.kinds.questions import amount, distance

_VEHICLES = options(
    ("car", _("Car")),
    ("van", _("Van")),
    ("truck_rigid", _("Rigid lorry")),
    ("truck_articulated", _("Articulated lorry")),
    ("motorbike", _("Motorbike")),
)
IS_CHARGED = f'{cars.IS_CHARGED} or van_fuel == "electric"'

_FLEET = Group(
    id="fleet",
    label=_("Vehicles by distance"),
    help=_("Only those whose fuel is not counted in litres already."),
    item=_("Kind of vehicle"),
    questions=(
        Choice(id="vehicle", label=_("Vehicle"), options=_VEHICLES, is_required=True),
        *cars.size_and_drive(shown_if='vehicle == "car"'),
        Choice(
            id="van_fuel",
            label=_("Drive"),
            options=tuple(each for each in cars.DRIVES if each.id not in ("hybrid", "plugin")),
            default="unknown",
            shown_if='vehicle == "van"',
        ),
        distance(id="km", label=_("Distance of all of them together"), per="/year", is_required=True),
        Slider(
            id="charged",
            label=_("Charged away from your sites, in per cent"),
            help=_("What is charged at your sites is in their electricity."),
            default="100",
            maximum="100",
            is_setting=True,
            shown_if=IS_CHARGED,
            moves="up",
        ),
    ),
)

SECTION = Section(
    id="fleet",
    title=_("Vehicles"),
    intro=_("Vehicles that the organisation owns or leases."),
    questions=(
        amount(id="fleet_petrol", label=_("Petrol"), unit="litre/year", also=("gallon/year",)),
        amount(id="fleet_diesel", label=_("Diesel"), unit="litre/year", also=("gallon/year",)),
        amount(id="fleet_lpg", label=_("LPG"), unit="litre/year", also=("gallon/year",)),
        _FLEET,
    ),
)

VALUES = (
    Value(id="driven", formula='km * of(1, "vehicle")', each="fleet"),
    Value(id="truck", formula=among("vehicle", ["truck_rigid", "truck_articulated"]), each="fleet"),
    Value(
        id="power",
        formula=f'parameter("vehicle.van.electric.power") if vehicle == "van" else {cars.POWER}',
        each="fleet",
    ),
)


def _fleet(name: str, label: str, activity: str, factor: str, when: str = "") -> Line:
    return Line(
        id=name,
        section="fleet",
        label=label,
        each="fleet" if when else "",
        when=when,
        activity=activity,
        factor=factor,
        scope="2" if factor == "electricity.grid" else "1",
        upstream="with_upstream",
    )


LINES = (
    _fleet("fleet_petrol", _("Petrol of vehicles"), "fleet_petrol", "fuel.petrol"),
    _fleet("fleet_diesel", _("Diesel of vehicles"), "fleet_diesel", "fuel.diesel"),
    _fleet("fleet_lpg", _("LPG of vehicles"), "fleet_lpg", "fuel.lpg"),
    _fleet("cars", _("Cars"), "driven", "car.{size}.{fuel}", 'vehicle == "car" and fuel != "electric"'),
    _fleet("vans", _("Vans"), "driven", "vehicle.van.{van_fuel}", 'vehicle == "van" and van_fuel != "electric"'),
    _fleet(
        "trucks",
        _("Lorries"),
        "driven",
        "vehicle.{truck}",
        'vehicle == "truck_rigid" or vehicle == "truck_articulated"',
    ),
    _fleet("motorbikes", _("Motorbikes"), "driven", "motorbike.average", 'vehicle == "motorbike"'),
    _fleet(
        "fleet_power", _("Electricity of vehicles"), "driven * power * charged / 100", "electricity.grid", IS_CHARGED
    ),
)
