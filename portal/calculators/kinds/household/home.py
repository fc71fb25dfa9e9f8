"""Core: energy and water of a home. What is not known is taken from averages: of the country's homes, or by the area.

A share of renewable supply by contract is shown beside the total, market-based, and never taken off it: the grid's
average is what the country's power stations emit for whoever is connected.
"""

from collections.abc import Iterable
from functools import partial

from portal.calculators.engine.calculator import Choice, Lever, Line, Number, Offered, Section, Slider, Value, YesNo, _
from portal.calculators.kinds.choices import options
from portal.calculators.kinds.levers import changed
from portal.calculators.kinds.questions import amount, foremost, gas_in

SOURCES = options(
    ("unknown", _("As an average home here")),
    ("none", _("No heating")),
    ("gas", _("Natural gas")),
    ("oil", _("Heating oil")),
    ("lpg", _("LPG, propane or butane")),
    ("electric", _("Electricity")),
    ("heat_pump", _("Heat pump")),
    ("district", _("Heat network")),
    ("wood", _("Firewood")),
    ("pellets", _("Wood pellets")),
    ("coal", _("Coal")),
    ("charcoal", _("Charcoal")),
    ("peat", _("Peat")),
    ("vegetable_oil", _("Vegetable oil")),
)


_MOST = "1000000"  # kWh, litres or kg in a year: no home takes a hundredth of it, so a finger slipped


def _fuel(
    source: str,
    label: str,
    unit: str,
    *,
    also: Iterable[str | Offered],
    default: str = "",
    also_if: str = "",
    help: str = "",  # noqa: A002  # the question's own word
) -> Number:
    """Return the question about one fuel: asked of those who heat with it, and of those who say they burn others."""
    return amount(
        id=source,
        label=label,
        help=help,
        unit=unit,
        also=also,
        default=default,
        maximum=_MOST,
        shown_if=f'heating == "{source}" or more_fuels{also_if}',
    )


_BY_AREA = _("If you do not know, it is estimated from the area of your home as French homes need it.")

_ELECTRICITY = (
    amount(
        id="electricity",
        label=_("Electricity from the grid"),
        help=_(
            "As on your bill, for the whole home. If you do not know, an average of your country's homes is taken, or "
            "the world's where none is known."
        ),
        unit="kWh/year",
        also=("kWh/month", "kWh/day"),
        default=(
            'parameter("home.electricity") * (1 - saved_power) + (max(of(0, "kWh/year"), '
            'area * parameter("home.heat.electric") * kept_heat - parameter("home.electricity")) '
            '/ (parameter("home.heat_pump") if heating == "heat_pump" else 1) '
            'if heating == "electric" or heating == "heat_pump" else of(0, "kWh/year"))'
        ),
        maximum=_MOST,
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
    amount(
        id="solar",
        label=_("Your own solar power"),
        help=_("What you use yourself of what your roof generates; only the making of the panels counts."),
        unit="kWh/year",
        also=("kWh/month",),
        maximum=_MOST,
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
        options=options(("unknown", _("I do not know")), ("flat", _("Flat")), ("house", _("House"))),
        default="unknown",
        is_setting=True,
        moves="either",
    ),
    amount(
        id="area",
        label=_("How large is your home?"),
        help=_("Only used to estimate what you heat with where you do not know it."),
        unit="m2",
        default='parameter("home.area.{dwelling}")',
        maximum="10000",
        is_setting=True,
    ),
    _fuel(
        "gas",
        _("Natural gas"),
        "kWh_gross/year",
        also=gas_in(
            "kWh_gross/month",
            "kWh_net/year",
            "m3/year",
            "m3/month",
            "therm_gross/year",
            "therm_gross/month",
            "MJ_gross/year",
        ),
        default=(
            'kept_heat * (area * parameter("home.heat.gas") * parameter("fuel.natural_gas.gross_by_net") '
            'if heating == "gas" else parameter("home.gas") if heating == "unknown" else of(0, "kWh_gross/year"))'
        ),
        also_if=' or heating == "unknown"',
        help=_(
            "Most bills give gross kWh, by the higher heating value. If you do not know, it is estimated from the area "
            "of your home: as typical British homes need it in the United Kingdom, elsewhere as French ones do."
        ),
    ),
    _fuel(
        "oil",
        _("Heating oil"),
        "litre/year",
        also=("litre/month", "gallon/year", "gallon/month"),
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
        also=(
            Offered(unit="kg/year", through="fuel.lpg.volume"),
            Offered(unit="kg/month", through="fuel.lpg.volume"),
            "gallon/year",
            "gallon/month",
        ),
        default='area * parameter("home.heat.lpg") * kept_heat / parameter("fuel.lpg.heat") if heating == "lpg" '
        'else of(0, "litre/year")',
        help=_BY_AREA,
    ),
    amount(
        id="district",
        label=_("Heat from a network"),
        help=_BY_AREA,
        unit="kWh/year",
        also=("kWh/month", "MWh/year"),
        default='area * parameter("home.heat.district") * kept_heat if heating == "district" else of(0, "kWh/year")',
        shown_if='heating == "district" or more_fuels',
    ),
    _fuel(
        "wood",
        _("Firewood"),
        "kg/year",
        also=("tonne/year", Offered(unit="m3/year", through="fuel.wood_logs.density")),
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
        also=("tonne/year",),
        default='kept_heat * area * parameter("home.heat.wood") / parameter("fuel.wood_pellets.heat") '
        'if heating == "pellets" else of(0, "kg/year")',
        help=_(
            "CO₂ from wood is shown beside the result. If you do not know, it is estimated from the area of your home "
            "as French homes need it."
        ),
    ),
    _fuel("coal", _("Coal"), "kg/year", also=("tonne/year", "kg/month")),
    _fuel(
        "charcoal",
        _("Charcoal"),
        "kg/year",
        also=("kg/month", "kg/week"),
        help=_("Only what burning it emits; making it emits more, and no sound figure was found for that."),
    ),
    _fuel("peat", _("Peat"), "kg/year", also=("tonne/year",)),
    _fuel("vegetable_oil", _("Vegetable oil"), "litre/year", also=("gallon/year",)),
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
        options=options(
            ("mixed", _("Of both kinds")),
            ("led", _("Energy-saving ones (LED)")),
            ("filament", _("Old ones, with a filament")),
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

_WATER = amount(
    id="water",
    label=_("Water from the tap"),
    help=_("As on your bill. If you do not know, nothing is counted; it is little beside the rest."),
    unit="m3/year",
    also=("m3/month", "litre/day"),
    maximum="100000",
)

_BURNED = ("oil", "gas", "lpg", "district", "wood", "pellets", "coal", "charcoal", "peat", "vegetable_oil")

SECTION = foremost(
    Section(
        id="home",
        title=_("Your home"),
        intro=_("For the whole household and a whole year, unless you choose another unit."),
        questions=(*_ELECTRICITY, *_HEATING, *_HABITS, _WATER),
    ),
    "heating",
    *_BURNED,
    "area",
    "electricity",
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


_line = partial(Line, section="home")


def _use(source: str, label: str, factor: str) -> Line:
    return _line(id=f"{source}_use", label=label, activity=source, factor=factor)


def _biogenic(source: str, label: str, factor: str) -> Line:
    """What growing plants took from the air before: reported beside the total, as the GHG Protocol wants it."""
    return _line(id=f"{source}_biogenic", label=label, activity=source, factor=f"{factor}.biogenic", is_memo=True)


LINES = (
    _use("electricity", _("Electricity from the grid"), "electricity.grid"),
    _line(
        id="electricity_market",
        label=_("Electricity from the grid, less what is renewable by contract"),
        activity="electricity - from_contract",
        factor="electricity.grid",
        when="green > 0",
        is_memo=True,
        memo_of="electricity_use",
    ),
    _use("solar", _("Your own solar power"), "electricity.solar"),
    _use("gas", _("Natural gas"), "fuel.natural_gas.gross"),
    _use("oil", _("Heating oil"), "fuel.heating_oil"),
    _use("lpg", _("LPG, propane or butane"), "fuel.lpg"),
    _use("district", _("Heat from a network"), "heat.district"),
    _use("wood", _("Firewood"), "fuel.wood_logs"),
    _biogenic("wood", _("CO₂ from firewood"), "fuel.wood_logs"),
    _use("pellets", _("Wood pellets"), "fuel.wood_pellets"),
    _biogenic("pellets", _("CO₂ from wood pellets"), "fuel.wood_pellets"),
    _use("coal", _("Coal"), "fuel.coal"),
    _use("charcoal", _("Charcoal"), "fuel.charcoal"),
    _biogenic("charcoal", _("CO₂ from charcoal"), "fuel.charcoal"),
    _use("peat", _("Peat"), "fuel.peat"),
    _use("vegetable_oil", _("Vegetable oil"), "fuel.vegetable_oil"),
    _biogenic("vegetable_oil", _("CO₂ from vegetable oil"), "fuel.vegetable_oil"),
    _line(id="water_supply", label=_("Water from the tap"), activity="water", factor="water.supply"),
    _line(id="water_treatment", label=_("Cleaning of waste water"), activity="water", factor="water.treatment"),
)

LEVERS = (
    Lever(
        id="heat_less",
        label=_("Heat a tenth less: a lower temperature, or insulation"),
        changes=changed(*_BURNED, by="* 0.9"),
    ),
    Lever(id="save_electricity", label=_("Use a fifth less electricity"), changes=changed("electricity", by="* 0.8")),
)
