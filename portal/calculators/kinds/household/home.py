"""Core: energy and water of a home. What is not known is taken from averages: of the country's homes, or by the area.

A share of renewable supply by contract is shown beside the total, market-based, and never taken off it: the grid's
average is what the country's power stations emit for whoever is connected.
"""

from portal.calculators.engine.calculator import (
    Choice,
    Lever,
    Line,
    Number,
    Offered,
    Option,
    Section,
    Slider,
    Value,
    YesNo,
    _,
)

SOURCES = (
    Option(id="unknown", label=_("As an average home here")),
    Option(id="none", label=_("No heating")),
    Option(id="gas", label=_("Natural gas")),
    Option(id="oil", label=_("Heating oil")),
    Option(id="lpg", label=_("LPG, propane or butane")),
    Option(id="electric", label=_("Electricity")),
    Option(id="heat_pump", label=_("Heat pump")),
    Option(id="district", label=_("Heat network")),
    Option(id="wood", label=_("Firewood")),
    Option(id="pellets", label=_("Wood pellets")),
    Option(id="coal", label=_("Coal")),
    Option(id="charcoal", label=_("Charcoal")),
    Option(id="peat", label=_("Peat")),
    Option(id="vegetable_oil", label=_("Vegetable oil")),
)


_MOST = "1000000"  # kWh, litres or kg in a year: no home takes a hundredth of it, so a finger slipped


def _fuel(
    source: str,
    label: str,
    unit: str,
    *,
    offered: tuple[Offered, ...],
    default: str = "",
    also_if: str = "",
    help: str = "",  # noqa: A002  # the question's own word
) -> Number:
    """Return the question about one fuel: asked of those who heat with it, and of those who say they burn others."""
    return Number(
        id=source,
        label=label,
        help=help,
        unit=unit,
        offered=offered,
        default=default,
        maximum=_MOST,
        shown_if=f'heating == "{source}" or more_fuels{also_if}',
        moves="up",
    )


_BY_AREA = _("If you do not know, it is estimated from the area of your home as French homes need it.")

_ELECTRICITY = (
    Number(
        id="electricity",
        label=_("Electricity from the grid"),
        help=_(
            "As on your bill, for the whole home. If you do not know, an average of your country's homes is taken, or "
            "the world's where none is known."
        ),
        unit="kWh/year",
        offered=(Offered(unit="kWh/month"), Offered(unit="kWh/day")),
        default=(
            '(max(parameter("home.electricity"), area * parameter("home.heat.electric") * kept_heat) '
            'if heating == "electric" else parameter("home.electricity")) - parameter("home.electricity") * saved_power'
        ),
        maximum=_MOST,
        moves="up",
    ),
    Slider(
        id="green",
        label=_("Renewable electricity by contract"),
        help=_(
            "The part of it that your contract says is renewable. It is shown beside the result and not taken off it, "
            "since the grid stays the same."
        ),
        unit="percent",
        maximum="100",
        step="5",
        is_setting=True,
    ),
    Number(
        id="solar",
        label=_("Your own solar power"),
        help=_("What you use yourself of what your roof generates; only the making of the panels counts."),
        unit="kWh/year",
        offered=(Offered(unit="kWh/month"),),
        maximum=_MOST,
        moves="up",
    ),
)

_HEATING = (
    Choice(
        id="heating",
        label=_("What do you mainly heat with?"),
        help=_(
            "If you do not know, the gas and oil of an average home are taken for Canada, the United Kingdom, the "
            "United States and the European Union; elsewhere nothing is counted."
        ),
        options=SOURCES,
        default="unknown",
        moves="either",
    ),
    YesNo(id="more_fuels", label=_("We burn other fuels as well"), is_setting=True, moves="up"),
    Choice(
        id="dwelling",
        label=_("What kind of home is it?"),
        options=(
            Option(id="unknown", label=_("I do not know")),
            Option(id="flat", label=_("Flat")),
            Option(id="house", label=_("House")),
        ),
        default="unknown",
        is_setting=True,
        moves="either",
    ),
    Number(
        id="area",
        label=_("How large is it?"),
        help=_("Only used to estimate what you heat with where you do not know it."),
        unit="m2",
        default='parameter("home.area.{dwelling}")',
        maximum="10000",
        is_setting=True,
        moves="up",
    ),
    _fuel(
        "gas",
        _("Natural gas"),
        "kWh_gross/year",
        offered=(
            Offered(unit="kWh_gross/month"),
            Offered(unit="kWh_net/year", through="fuel.natural_gas.gross_by_net"),
            Offered(unit="m3/year", through="fuel.natural_gas.heat"),
            Offered(unit="m3/month", through="fuel.natural_gas.heat"),
            Offered(unit="therm_gross/year"),
            Offered(unit="therm_gross/month"),
            Offered(unit="MJ_gross/year"),
        ),
        default=(
            'kept_heat * (area * parameter("home.heat.gas") * parameter("fuel.natural_gas.gross_by_net") '
            'if heating == "gas" else parameter("home.gas") if heating == "unknown" else of(0, "kWh_gross/year"))'
        ),
        also_if=' or heating == "unknown"',
        help=_(
            "Most bills give gross kWh, by the higher heating value. If you do not know, it is estimated from the area "
            "of your home as French homes need it."
        ),
    ),
    _fuel(
        "oil",
        _("Heating oil"),
        "litre/year",
        offered=(Offered(unit="litre/month"), Offered(unit="gallon/year"), Offered(unit="gallon/month")),
        default=(
            'kept_heat * (area * parameter("home.heat.oil") / parameter("fuel.heating_oil.heat") if heating == "oil" '
            'else parameter("home.heating_oil") if heating == "unknown" else of(0, "litre/year"))'
        ),
        also_if=' or heating == "unknown"',
        help=_(
            "Gallons are those of the United States. If you do not know, it is estimated from the area of your home as "
            "French homes need it."
        ),
    ),
    _fuel(
        "lpg",
        _("LPG, propane or butane"),
        "litre/year",
        offered=(
            Offered(unit="kg/year", through="fuel.lpg.volume"),
            Offered(unit="kg/month", through="fuel.lpg.volume"),
            Offered(unit="gallon/year"),
            Offered(unit="gallon/month"),
        ),
        default='area * parameter("home.heat.lpg") * kept_heat / parameter("fuel.lpg.heat") if heating == "lpg" '
        'else of(0, "litre/year")',
        help=_BY_AREA,
    ),
    Number(
        id="district",
        label=_("Heat from a network"),
        help=_BY_AREA,
        unit="kWh/year",
        offered=(Offered(unit="kWh/month"), Offered(unit="MWh/year")),
        default='area * parameter("home.heat.district") * kept_heat if heating == "district" else of(0, "kWh/year")',
        shown_if='heating == "district" or more_fuels',
        moves="up",
    ),
    _fuel(
        "wood",
        _("Firewood"),
        "kg/year",
        offered=(Offered(unit="tonne/year"), Offered(unit="m3/year", through="fuel.wood_logs.density")),
        default='kept_heat * area * parameter("home.heat.wood") / parameter("fuel.wood_logs.heat") '
        'if heating == "wood" else of(0, "kg/year")',
        help=_(
            "Cubic metres are of solid wood. CO₂ from wood is shown beside the result. If you do not know, it is "
            "estimated from the area of your home as French homes need it."
        ),
    ),
    _fuel(
        "pellets",
        _("Wood pellets"),
        "kg/year",
        offered=(Offered(unit="tonne/year"),),
        default='kept_heat * area * parameter("home.heat.wood") / parameter("fuel.wood_pellets.heat") '
        'if heating == "pellets" else of(0, "kg/year")',
        help=_(
            "CO₂ from wood is shown beside the result. If you do not know, it is estimated from the area of your home "
            "as French homes need it."
        ),
    ),
    _fuel("coal", _("Coal"), "kg/year", offered=(Offered(unit="tonne/year"), Offered(unit="kg/month"))),
    _fuel(
        "charcoal",
        _("Charcoal"),
        "kg/year",
        offered=(Offered(unit="kg/month"), Offered(unit="kg/week")),
        help=_("Only what burning it emits; making it emits more, and no sound figure was found for that."),
    ),
    _fuel("peat", _("Peat"), "kg/year", offered=(Offered(unit="tonne/year"),)),
    _fuel("vegetable_oil", _("Vegetable oil"), "litre/year", offered=(Offered(unit="gallon/year"),)),
)

_HABITS = (
    YesNo(
        id="by_habits",
        label=_("I do not know what we use: estimate it by how we save energy"),
        help=_("Only for what you leave open: an average home stands for yours, less what is saved."),
        is_setting=True,
        moves="either",
    ),
    Choice(
        id="lamps",
        label=_("Lamps"),
        options=(
            Option(id="mixed", label=_("Of both kinds")),
            Option(id="led", label=_("Energy-saving ones (LED)")),
            Option(id="filament", label=_("Old ones, with a filament")),
        ),
        default="mixed",
        shown_if="by_habits",
        is_setting=True,
        moves="either",
    ),
    *(
        YesNo(id=name, label=label, shown_if="by_habits", is_setting=True, moves="down")
        for name, label in (
            ("appliances", _("Efficient refrigerators and washing machines")),
            ("standby", _("What is not used is switched off at the socket")),
            ("solar_water", _("Water is heated by the sun")),
            ("thermostat", _("A thermostat lowers the heating at night and while we are out")),
        )
    ),
)

SECTION = Section(
    id="home",
    title=_("Your home"),
    intro=_("For the whole household and a whole year, unless you choose another unit."),
    questions=(
        *_ELECTRICITY,
        *_HEATING,
        *_HABITS,
        Number(
            id="water",
            label=_("Water from the tap"),
            help=_("As on your bill. If you do not know, nothing is counted; it is little beside the rest."),
            unit="m3/year",
            offered=(Offered(unit="m3/month"), Offered(unit="litre/day")),
            maximum="100000",
            moves="up",
        ),
    ),
)

VALUES = (
    Value(id="from_contract", formula="electricity * green"),
    Value(  # the part of an average home's electricity that is not used; less than nought with old lamps
        id="saved_power",
        formula=(
            '1 - parameter("home.lamps.{lamps}") * (1 - parameter("home.saving.appliances") * (1 if appliances else 0) '
            '- parameter("home.saving.standby") * (1 if standby else 0) '
            '- parameter("home.saving.solar_water") * (1 if solar_water else 0)) if by_habits else 0'
        ),
    ),
    Value(id="kept_heat", formula='1 - parameter("home.saving.thermostat") if thermostat else 1'),
)


def _line(source: str, label: str, factor: str) -> Line:
    return Line(id=f"{source}_use", section="home", label=label, activity=source, factor=factor)


def _biogenic(source: str, label: str, factor: str) -> Line:
    """What growing plants took from the air before: reported beside the total, as the GHG Protocol wants it."""
    return Line(
        id=f"{source}_biogenic", section="home", label=label, activity=source, factor=f"{factor}.biogenic", is_memo=True
    )


LINES = (
    _line("electricity", _("Electricity from the grid"), "electricity.grid"),
    Line(
        id="electricity_market",
        section="home",
        label=_("Electricity from the grid, less what is renewable by contract"),
        activity="electricity - from_contract",
        factor="electricity.grid",
        when="green > 0",
        is_memo=True,
        memo_of="electricity_use",
    ),
    _line("solar", _("Your own solar power"), "electricity.solar"),
    _line("gas", _("Natural gas"), "fuel.natural_gas.gross"),
    _line("oil", _("Heating oil"), "fuel.heating_oil"),
    _line("lpg", _("LPG, propane or butane"), "fuel.lpg"),
    _line("district", _("Heat from a network"), "heat.district"),
    _line("wood", _("Firewood"), "fuel.wood_logs"),
    _biogenic("wood", _("CO₂ from firewood"), "fuel.wood_logs"),
    _line("pellets", _("Wood pellets"), "fuel.wood_pellets"),
    _biogenic("pellets", _("CO₂ from wood pellets"), "fuel.wood_pellets"),
    _line("coal", _("Coal"), "fuel.coal"),
    _line("charcoal", _("Charcoal"), "fuel.charcoal"),
    _biogenic("charcoal", _("CO₂ from charcoal"), "fuel.charcoal"),
    _line("peat", _("Peat"), "fuel.peat"),
    _line("vegetable_oil", _("Vegetable oil"), "fuel.vegetable_oil"),
    _biogenic("vegetable_oil", _("CO₂ from vegetable oil"), "fuel.vegetable_oil"),
    Line(id="water_supply", section="home", label=_("Water from the tap"), activity="water", factor="water.supply"),
    Line(
        id="water_treatment",
        section="home",
        label=_("Cleaning of waste water"),
        activity="water",
        factor="water.treatment",
    ),
)

_BURNED = ("gas", "oil", "lpg", "district", "wood", "pellets", "coal", "charcoal", "peat", "vegetable_oil")

LEVERS = (
    Lever(
        id="heat_less",
        label=_("Heat a tenth less: a lower temperature, or insulation"),
        changes={source: f"{source} * 0.9" for source in _BURNED},
    ),
    Lever(
        id="save_electricity",
        label=_("Use a fifth less electricity"),
        changes={"electricity": "electricity * 0.8"},
    ),
)
