"""Core: the venue of an event and its energy, what is carried there, given away and thrown away, and video calls."""

from portal.calculators.engine.calculator import Choice, Group, Line, Number, Offered, Section, Value, _
from portal.calculators.kinds.business_purchases import MATERIALS
from portal.calculators.kinds.business_travel import AIR, SURFACE
from portal.calculators.kinds.business_waste import WASTE
from portal.calculators.kinds.choices import among, ids, is_among

VENUE = Section(
    id="venue",
    title=_("Venue"),
    questions=(
        Number(
            id="electricity",
            label=_("Electricity"),
            unit="kWh",
            offered=(Offered(unit="MWh"),),
            help=_("While planning, a figure for festivals is assumed; a heated hall takes more."),
            default='parameter("event.electricity") * participants * days if mode == "planning" else of(0, "kWh")',
            moves="up",
        ),
        Number(
            id="gas",
            label=_("Natural gas"),
            unit="kWh_gross",
            offered=(
                Offered(unit="kWh_net", through="fuel.natural_gas.gross_by_net"),
                Offered(unit="m3", through="fuel.natural_gas.heat"),
            ),
            moves="up",
        ),
        Number(id="oil", label=_("Heating oil"), unit="litre", moves="up"),
        Number(id="heat", label=_("Heat from a network"), unit="kWh", offered=(Offered(unit="MWh"),), moves="up"),
        Number(
            id="generators",
            label=_("Generators"),
            unit="item",
            is_whole=True,
            shown_if='mode == "planning"',
            moves="up",
        ),
        Number(
            id="generator_fuel",
            label=_("Diesel of generators"),
            unit="litre",
            default='generators * parameter("event.generator_fuel") * parameter("event.generator_load") '
            '* of(24, "hour/day") * days',
            moves="up",
        ),
        Number(id="concrete_area", label=_("Floor area in buildings of concrete"), unit="m2", moves="up"),
        Number(id="metal_area", label=_("Floor area in halls of metal"), unit="m2", moves="up"),
        Number(
            id="equipment",
            label=_("Rent of sound, light and video, without tax"),
            unit="EUR",
            moves="up",
        ),
    ),
)

FREIGHT = Section(
    id="freight",
    title=_("Freight"),
    questions=(
        Number(
            id="small_stages",
            label=_("Small stages"),
            unit="item",
            is_whole=True,
            shown_if='mode == "planning"',
            moves="up",
        ),
        Number(
            id="large_stages",
            label=_("Large stages"),
            unit="item",
            is_whole=True,
            shown_if='mode == "planning"',
            moves="up",
        ),
        Group(
            id="freight",
            label=_("Goods on the way"),
            item=_("Delivery"),
            most=50,
            questions=(
                Choice(id="carrier", label=_("By"), options=(*SURFACE, *AIR), is_required=True),
                Number(
                    id="load",
                    label=_("Goods"),
                    unit="tonne",
                    offered=(Offered(unit="kg"),),
                    is_required=True,
                    moves="up",
                ),
                Number(
                    id="haulage",
                    label=_("Distance"),
                    unit="km",
                    offered=(Offered(unit="mile"),),
                    maximum="50000",
                    is_required=True,
                    moves="up",
                ),
            ),
        ),
    ),
)

GOODS = Section(
    id="goods",
    title=_("Materials and merchandise"),
    questions=(
        Number(id="printed", label=_("Printed paper"), unit="kg", moves="up"),
        Group(
            id="materials",
            label=_("Materials of stands and decoration"),
            item=_("Material"),
            questions=(
                Choice(id="material", label=_("Material"), options=MATERIALS, is_required=True),
                Number(
                    id="mass",
                    label=_("Mass"),
                    unit="kg",
                    offered=(Offered(unit="tonne"),),
                    is_required=True,
                    moves="up",
                ),
            ),
        ),
        Number(id="tshirts", label=_("T-shirts"), unit="item", is_whole=True, moves="up"),
        Number(
            id="textiles",
            label=_("Other textile merchandise, without tax"),
            unit="EUR",
            default='sold * parameter("event.merchandise_textile_share")',
            moves="up",
        ),
        Number(
            id="souvenirs",
            label=_("Other merchandise, without tax"),
            unit="EUR",
            default='sold * (1 - parameter("event.merchandise_textile_share"))',
            moves="up",
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
                Number(
                    id="mass",
                    label=_("Mass"),
                    unit="kg",
                    offered=(Offered(unit="tonne"),),
                    is_required=True,
                    moves="up",
                ),
            ),
        ),
        Number(id="water", label=_("Water from the mains"), unit="m3", moves="up"),
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
