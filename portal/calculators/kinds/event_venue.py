"""Core: the venue of an event and its energy, what is carried there, given away and thrown away, and video calls."""

from portal.calculators.engine.calculator import Choice, Group, Line, Section, Value, _
from portal.calculators.kinds.business_purchases import MATERIALS
from portal.calculators.kinds.business_travel import AIR, SURFACE
from portal.calculators.kinds.business_waste import WASTE
from portal.calculators.kinds.choices import among, ids, is_among
from portal.calculators.kinds.questions import amount, distance, gas_in, mass

_PLANNING = 'mode == "planning"'

VENUE = Section(
    id="venue",
    title=_("Venue"),
    questions=(
        amount(
            id="electricity",
            label=_("Electricity"),
            unit="kWh",
            also=("MWh",),
            help=_("While planning, a figure for festivals is assumed; a heated hall takes more."),
            default=f'parameter("event.electricity") * participants * days if {_PLANNING} else of(0, "kWh")',
        ),
        amount(id="gas", label=_("Natural gas"), unit="kWh_gross", also=gas_in("kWh_net", "m3")),
        amount(id="oil", label=_("Heating oil"), unit="litre"),
        amount(id="heat", label=_("Heat from a network"), unit="kWh", also=("MWh",)),
        amount(id="generators", label=_("Generators"), unit="item", is_whole=True, shown_if=_PLANNING),
        amount(
            id="generator_fuel",
            label=_("Diesel of generators"),
            unit="litre",
            default='generators * parameter("event.generator_fuel") * parameter("event.generator_load") '
            '* of(24, "hour/day") * days',
        ),
        amount(id="concrete_area", label=_("Floor area in buildings of concrete"), unit="m2"),
        amount(id="metal_area", label=_("Floor area in halls of metal"), unit="m2"),
        amount(id="equipment", label=_("Rent of sound, light and video, without tax"), unit="EUR"),
    ),
)

FREIGHT = Section(
    id="freight",
    title=_("Freight"),
    questions=(
        amount(id="small_stages", label=_("Small stages"), unit="item", is_whole=True, shown_if=_PLANNING),
        amount(id="large_stages", label=_("Large stages"), unit="item", is_whole=True, shown_if=_PLANNING),
        Group(
            id="freight",
            label=_("Goods on the way"),
            item=_("Delivery"),
            most=50,
            questions=(
                Choice(id="carrier", label=_("By"), options=(*SURFACE, *AIR), is_required=True),
                amount(id="load", label=_("Goods"), unit="tonne", also=("kg",), is_required=True),
                distance(id="haulage", label=_("Distance"), maximum="50000", is_required=True),
            ),
        ),
    ),
)

GOODS = Section(
    id="goods",
    title=_("Materials and merchandise"),
    questions=(
        amount(id="printed", label=_("Printed paper"), unit="kg"),
        Group(
            id="materials",
            label=_("Materials of stands and decoration"),
            item=_("Material"),
            questions=(
                Choice(id="material", label=_("Material"), options=MATERIALS, is_required=True),
                mass(id="mass", label=_("Mass"), is_required=True),
            ),
        ),
        amount(id="tshirts", label=_("T-shirts"), unit="item", is_whole=True),
        amount(
            id="textiles",
            label=_("Other textile merchandise, without tax"),
            unit="EUR",
            default='sold * parameter("event.merchandise_textile_share")',
        ),
        amount(
            id="souvenirs",
            label=_("Other merchandise, without tax"),
            unit="EUR",
            default='sold * (1 - parameter("event.merchandise_textile_share"))',
        ),
    ),
)

RUBBISH = Section(
    id="waste",
    title=_("Waste and water"),
    questions=(
        Group(
            id="waste",
            label=_("Waste"),
            help=_("Without disposable tableware, whose end is counted with it."),
            item=_("Waste"),
            most=40,
            questions=(
                Choice(id="discarded", label=_("What, and where it goes"), options=WASTE, is_required=True),
                mass(id="mass", label=_("Mass"), is_required=True),
            ),
        ),
        amount(id="water", label=_("Water from the mains"), unit="m3"),
    ),
)

VALUES = (
    Value(id="surface", formula=among("carrier", ids(SURFACE)), each="freight"),
    Value(id="aircraft", formula=among("carrier", ids(AIR)), each="freight"),
    Value(
        id="stage_trucks",
        formula='small_stages * parameter("event.stage_small_trucks") '
        '+ large_stages * parameter("event.stage_large_trucks")',
    ),
    Value(
        id="sold",
        formula='participants * days * parameter("event.merchandise") * parameter("event.merchandise_surplus") '
        '/ parameter("event.tax") if is_festival else of(0, "EUR")',
    ),
)


def _line(section: str, name: str, label: str, activity: str, factor: str, **more: str) -> Line:
    return Line(
        id=name,
        section=section,
        label=label,
        activity=activity,
        factor=factor,
        upstream="with_upstream",
        **more,  # type: ignore[arg-type]  # formulas and groups only
    )


_BY_AIR = is_among("carrier", ids(AIR))

LINES = (
    _line("online", "online", _("Video calls"), "online * online_hours", "event.online"),
    _line("venue", "electricity", _("Electricity"), "electricity", "electricity.grid"),
    _line("venue", "gas", _("Natural gas"), "gas", "fuel.natural_gas.gross"),
    _line("venue", "oil", _("Heating oil"), "oil", "fuel.heating_oil"),
    _line("venue", "heat", _("Heat from a network"), "heat", "heat.district"),
    _line("venue", "generators", _("Generators"), "generator_fuel", "fuel.diesel"),
    _line(
        "venue",
        "concrete",
        _("Buildings of concrete, for these days"),
        'concrete_area * days / parameter("event.building_life")',
        "event.building_concrete",
    ),
    _line(
        "venue",
        "metal",
        _("Halls of metal, for these days"),
        'metal_area * days / parameter("event.building_life")',
        "event.building_metal",
    ),
    _line("venue", "equipment", _("Rented equipment"), "equipment", "event.equipment"),
    _line(
        "freight",
        "stages",
        _("Stages on the road"),
        'stage_trucks * parameter("event.truck_load") * parameter("event.truck_distance")',
        "freight.truck_articulated",
    ),
    _line(
        "freight",
        "freight",
        _("Freight by land and sea"),
        "load * haulage",
        "freight.{surface}",
        each="freight",
        when=f"not ({_BY_AIR})",
    ),
    _line(
        "freight",
        "air_freight",
        _("Freight by air"),
        "load * haulage",
        "freight.{aircraft}_{beyond}",
        each="freight",
        when=_BY_AIR,
    ),
    _line("goods", "printed", _("Printed paper"), "printed", "material.paper"),
    _line("goods", "materials", _("Materials"), "mass", "material.{material}", each="materials"),
    _line("goods", "tshirts", _("T-shirts"), "tshirts", "goods.tshirt"),
    _line("goods", "textiles", _("Other textile merchandise"), "textiles", "event.merchandise_textile"),
    _line("goods", "souvenirs", _("Other merchandise"), "souvenirs", "event.merchandise_plastic"),
    _line("waste", "waste", _("Waste"), "mass", "waste.{discarded}", each="waste"),
    _line("waste", "water", _("Water supply"), "water", "water.supply"),
)
