"""Core: what a household eats, at home and out. It is counted once: by diet or by meals, never both."""

from functools import partial

from portal.calculators.engine.calculator import Choice, Lever, Line, Section, _
from portal.calculators.kinds.choices import options
from portal.calculators.kinds.questions import amount, foremost

_MEALS = (
    ("vegan", _("Vegan")),
    ("vegetarian", _("Vegetarian")),
    ("white_meat", _("With poultry or pork")),
    ("red_meat", _("With beef, veal or lamb")),
    ("oily_fish", _("With oily fish")),
    ("white_fish", _("With white fish")),
)

_WEEKLY = "meal/week/person"
_COUNTED = (*(kind for kind, _label in _MEALS), "breakfast")


def _meals(kind: str) -> str:
    """Return the question that counts meals of a kind."""
    return "breakfasts" if kind == "breakfast" else f"{kind}_meals"


SECTION = foremost(
    Section(
        id="food",
        title=_("Food"),
        questions=(
            Choice(
                id="food_by",
                label=_("How do you want to tell what you eat?"),
                options=options(("diet", _("By kind of diet")), ("meals", _("By meals of a week"))),
                default="diet",
                is_setting=True,
                moves="either",
            ),
            Choice(
                id="diet",
                label=_("What do you eat, on average?"),
                help=_("Food for 2,000 kcal a day, as eaten in the United Kingdom."),
                options=options(
                    ("high_meat", _("Meat in most meals: 100 g a day or more")),
                    ("medium_meat", _("Meat in some meals: 50 to 99 g a day")),
                    ("low_meat", _("Meat rarely: less than 50 g a day")),
                    ("fish", _("Fish and no meat")),
                    ("vegetarian", _("Vegetarian")),
                    ("vegan", _("Vegan")),
                ),
                default="medium_meat",
                shown_if='food_by == "diet"',
                moves="either",
            ),
            *(
                amount(
                    id=f"{kind}_meals",
                    label=label,
                    help=_("Lunches and dinners of one person in a week; with all kinds together, usually 14."),
                    unit=_WEEKLY,
                    maximum="50",
                    shown_if='food_by == "meals"',
                )
                for kind, label in _MEALS
            ),
            amount(
                id="breakfasts",
                label=_("Breakfasts of one person in a week"),
                unit=_WEEKLY,
                default=f'of(7, "{_WEEKLY}")',
                maximum="50",
                shown_if='food_by == "meals"',
                is_setting=True,
            ),
            Choice(
                id="local",
                label=_("Do you buy local products?"),
                help=_("By what the way of food adds to French meals: much to vegetables, little to meat."),
                options=options(
                    ("never", _("I do not look for them")),
                    ("sometimes", _("Sometimes")),
                    ("often", _("Often")),
                    ("always", _("Always")),
                ),
                default="never",
                is_setting=True,
                moves="down",
            ),
            amount(
                id="meals_out",
                label=_("Meals out"),
                help=_(
                    "In restaurants and canteens, of all of you together. Only the energy of cooking and serving is "
                    "counted here, since what is eaten is counted above."
                ),
                unit="meal/week",
                also=("meal/month", "meal/year"),
                maximum="1000",
            ),
        ),
    ),
    "diet",
)

_line = partial(Line, section="food")

LINES = (
    _line(
        id="eaten",
        label=_("Food"),
        activity='people * of(365, "day/year")',
        factor="diet.{diet}",
        when='food_by == "diet"',
    ),
    _line(
        id="diet_local",
        label=_("Less, since local"),
        activity='-people * of(365, "day/year") * parameter("local.diet.{diet}") * parameter("local.{local}")',
        factor="diet.{diet}",
        when='food_by == "diet"',
    ),
    *(
        _line(id=f"{kind}_eaten", label=label, activity=f"people * {kind}_meals", factor=f"meal.{kind}")
        for kind, label in _MEALS
    ),
    _line(id="breakfasts_eaten", label=_("Breakfasts"), activity="people * breakfasts", factor="meal.breakfast"),
    *(
        _line(
            id=f"{kind}_local",
            label=_("Less, since local"),
            activity=f'-people * {_meals(kind)} * parameter("local.{kind}") * parameter("local.{{local}}")',
            factor=f"meal.{kind}",
            when='food_by == "meals"',
        )
        for kind in _COUNTED
    ),
    _line(
        id="served",
        label=_("Kitchens of restaurants and canteens"),
        activity='meals_out * parameter("meal.out.energy")',
        factor="fuel.natural_gas.gross",
        scope="3",
    ),
)

LEVERS = (
    Lever(
        id="eat_less_meat",
        label=_("Eat less than 50 g of meat a day"),
        changes={"diet": '"low_meat"'},
        when='food_by == "diet" and (diet == "high_meat" or diet == "medium_meat")',
    ),
    Lever(
        id="eat_vegetarian",
        label=_("Eat vegetarian"),
        changes={"diet": '"vegetarian"'},
        when='food_by == "diet" and (diet == "low_meat" or diet == "fish")',
    ),
    Lever(
        id="eat_vegan",
        label=_("Eat vegan"),
        changes={"diet": '"vegan"'},
        when='food_by == "diet" and diet == "vegetarian"',
    ),
)
