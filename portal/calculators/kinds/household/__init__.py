"""Core: what a household causes in a year, altogether and for each person: home, travel, flights, food and goods."""

from portal.calculators.engine.calculator import Calculator, Country, Section, _
from portal.calculators.kinds.household import flights, food, home, living, travel
from portal.calculators.kinds.questions import amount

_ABOUT = Section(
    id="about",
    title=_("About you"),
    intro=_(
        "Answer what you know. Energy, food, purchases and waste that you leave open are taken from averages, and the "
        "result says which; journeys that you do not name count as none."
    ),
    questions=(
        Country(
            id="country",
            label=_("In which country do you live?"),
            help=_("Electricity, fuels and averages go by it. Without it, the world's averages are taken."),
            moves="either",
        ),
        amount(
            id="people",
            label=_("How many people live in your home?"),
            unit="person",
            default='of(2, "person")',
            minimum="1",
            maximum="100",
            is_whole=True,
        ),
    ),
)

CALCULATOR = Calculator(
    id="household",
    title=_("Household"),
    intro=_("What your household causes in a year, and what it comes from."),
    # By effect, as are the questions that each asks first: see "What is asked first" in docs/calculators.md.
    sections=(_ABOUT, home.SECTION, flights.SECTION, food.SECTION, travel.SECTION, living.SECTION),
    values=(*home.VALUES, *travel.VALUES, *flights.VALUES),
    lines=(*home.LINES, *travel.LINES, *flights.LINES, *food.LINES, *living.LINES),
    levers=(*home.LEVERS, *travel.LEVERS, *flights.LEVERS, *food.LEVERS, *living.LEVERS),
    period="year",
    country="country",
    shared_by="people",
    shared_label=_("per person"),
    purpose="household",
)
