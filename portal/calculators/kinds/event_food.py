"""Core: what people eat and drink at an event, and from what.

While an event is planned, what is not said is filled up to what the model of ekofest expects of a person and a day.
"""

from portal.calculators.engine.calculator import Line, Number, Section, Value, YesNo, _
from portal.calculators.kinds.questions import amount

_LEFT = 'max(expected - meals_vegan - meals_oily_fish - meals_white_fish{more}, of(0, "meal"))'
_NONE = 'of(0, "{unit}")'


def _expected(key: str, unit: str) -> str:
    """Return the formula of what is expected of all people on all days of a planned event."""
    return f'parameter("event.{key}") * person_days if mode == "planning" else {_NONE.format(unit=unit)}'


def _meals(name: str, label: str, default: str = "") -> Number:
    return Number(id=name, label=label, unit="meal", default=default, moves="either")


FOOD = Section(
    id="food",
    title=_("Meals and drinks"),
    questions=(
        _meals("meals_vegan", _("Vegan meals")),
        _meals("meals_oily_fish", _("Meals with oily fish")),
        _meals("meals_white_fish", _("Meals with white fish")),
        _meals(
            "meals_vegetarian",
            _("Vegetarian meals"),
            f'{_LEFT.format(more="")} * parameter("event.vegetarian_share")',
        ),
        _meals(
            "meals_red_meat",
            _("Meals with beef or lamb"),
            f'{_LEFT.format(more=" - meals_vegetarian")} * parameter("event.red_meat_share")',
        ),
        _meals(
            "meals_white_meat",
            _("Meals with chicken or pork"),
            _LEFT.format(more=" - meals_vegetarian - meals_red_meat"),
        ),
        amount(id="breakfasts", label=_("Breakfasts"), unit="meal"),
        YesNo(
            id="without_meat",
            label=_("Serve vegetarian dishes instead of meat and fish"),
            is_setting=True,
            moves="down",
        ),
        amount(id="soft_drinks", label=_("Soft drinks"), unit="litre", default=_expected("soft_drinks", "litre")),
        Number(id="wine", label=_("Wine"), unit="litre", moves="either"),
        amount(
            id="beer",
            label=_("Beer"),
            unit="litre",
            default='max(parameter("event.alcohol") * person_days - wine, of(0, "litre")) '
            'if mode == "planning" else of(0, "litre")',
        ),
        amount(id="bottled_water", label=_("Bottled water"), unit="litre"),
        amount(id="tap_water", label=_("Tap water"), unit="litre", default=_expected("tap_water", "litre")),
        amount(id="coffee", label=_("Cups of coffee"), unit="item", default=_expected("coffee", "item")),
        amount(id="tea", label=_("Cups of tea"), unit="item", default=_expected("tea", "item")),
    ),
)

TABLEWARE = Section(
    id="tableware",
    title=_("Tableware"),
    questions=(
        YesNo(id="is_reusable", label=_("Reusable cups, plates and cutlery"), is_setting=True, moves="down"),
        Number(id="card", label=_("Disposables of cardboard"), unit="kg", moves="either"),
        amount(
            id="plastic",
            label=_("Disposables of plastic"),
            unit="kg",
            default='max(disposables - card, of(0, "kg")) if mode == "planning" and not is_reusable else of(0, "kg")',
        ),
        YesNo(id="is_sorted", label=_("Disposables are sorted and recycled"), is_setting=True, moves="either"),
    ),
)

VALUES = (
    Value(id="expected", formula=_expected("meals", "meal")),
    Value(
        id="disposables",
        formula='(parameter("event.cups") * parameter("event.cup_mass") * person_days '
        '+ expected * (parameter("event.plates") * parameter("event.plate_mass") '
        '+ parameter("event.cutlery") * parameter("event.cutlery_mass"))) * parameter("event.other_waste")',
    ),
    Value(id="meat_dish", formula='"vegetarian" if without_meat else "white_meat"'),
    Value(id="red_meat_dish", formula='"vegetarian" if without_meat else "red_meat"'),
    Value(id="oily_fish_dish", formula='"vegetarian" if without_meat else "oily_fish"'),
    Value(id="white_fish_dish", formula='"vegetarian" if without_meat else "white_fish"'),
    Value(id="end", formula='"recycled" if is_sorted else "burned"'),
)


def _line(section: str, name: str, label: str, activity: str, factor: str) -> Line:
    return Line(id=name, section=section, label=label, activity=activity, factor=factor, scope="3")


LINES = (
    _line("food", "meals_vegan", _("Vegan meals"), "meals_vegan", "meal.vegan"),
    _line("food", "meals_vegetarian", _("Vegetarian meals"), "meals_vegetarian", "meal.vegetarian"),
    _line("food", "meals_oily_fish", _("Meals with oily fish"), "meals_oily_fish", "meal.{oily_fish_dish}"),
    _line("food", "meals_white_fish", _("Meals with white fish"), "meals_white_fish", "meal.{white_fish_dish}"),
    _line("food", "meals_white_meat", _("Meals with chicken or pork"), "meals_white_meat", "meal.{meat_dish}"),
    _line("food", "meals_red_meat", _("Meals with beef or lamb"), "meals_red_meat", "meal.{red_meat_dish}"),
    _line("food", "breakfasts", _("Breakfasts"), "breakfasts", "meal.breakfast"),
    _line("food", "soft_drinks", _("Soft drinks"), "soft_drinks", "drink.soft"),
    _line("food", "beer", _("Beer"), "beer", "drink.beer"),
    _line("food", "wine", _("Wine"), "wine", "drink.wine"),
    _line("food", "bottled_water", _("Bottled water"), "bottled_water", "drink.bottled_water"),
    _line("food", "tap_water", _("Tap water"), "tap_water", "drink.tap_water"),
    _line("food", "coffee", _("Coffee"), "coffee", "event.coffee_cup"),
    _line("food", "tea", _("Tea"), 'tea * parameter("event.tea_cup")', "drink.tea"),
    _line("tableware", "plastic", _("Disposables of plastic"), "plastic", "event.plastic"),
    _line("tableware", "plastic_end", _("Their end as waste"), "plastic", "event.plastic_{end}"),
    _line("tableware", "card", _("Disposables of cardboard"), "card", "event.card"),
    _line("tableware", "card_end", _("Their end as waste"), "card", "event.card_{end}"),
)
