"""Core: what a household buys and throws away, where it stays, whom it keeps, and what it has of public services.

Recycling counts what collecting and sorting emits; what recycled material saves is counted where it is used again, so
nothing is taken off here.
"""

from functools import partial

from portal.calculators.engine.calculator import Choice, Country, Group, Lever, Line, Section, YesNo, _
from portal.calculators.kinds.choices import options
from portal.calculators.kinds.levers import changed
from portal.calculators.kinds.money import CURRENCY, LATEST, dollars
from portal.calculators.kinds.questions import amount, foremost

_THINGS = options(
    ("tshirt", _("T-shirt")),
    ("shirt", _("Shirt or blouse")),
    ("trousers", _("Trousers")),
    ("dress", _("Dress")),
    ("pullover", _("Pullover")),
    ("jacket", _("Jacket")),
    ("coat", _("Coat")),
    ("shoes", _("Pair of shoes")),
    ("smartphone", _("Smartphone")),
    ("tablet", _("Tablet")),
    ("laptop", _("Laptop")),
    ("desktop", _("Desktop computer")),
    ("screen", _("Screen")),
    ("television", _("Television")),
    ("refrigerator", _("Refrigerator")),
    ("freezer", _("Freezer")),
    ("washing_machine", _("Washing machine")),
    ("dryer", _("Tumble dryer")),
    ("dishwasher", _("Dishwasher")),
    ("oven", _("Oven")),
    ("microwave", _("Microwave oven")),
    ("vacuum", _("Vacuum cleaner")),
    ("air_conditioner", _("Air conditioner")),
    ("wardrobe", _("Wardrobe")),
    ("sofa", _("Sofa")),
    ("mattress", _("Mattress")),
    ("bed", _("Bed frame")),
    ("table", _("Dining table")),
    ("chair", _("Chair")),
)

_SPENDING = options(
    ("phone", _("Telephone and internet")),
    ("insurance", _("Insurance")),
    ("bank", _("Bank")),
    ("doctor", _("Doctors")),
    ("medicine", _("Medicine")),
    ("hospital", _("Hospital")),
    ("education", _("Schools and universities")),
    ("care", _("Hairdressers and personal care")),
    ("cosmetics", _("Cosmetics")),
    ("sports", _("Sports clubs and gyms")),
    ("culture", _("Theatre and concerts")),
    ("film", _("Films and series")),
    ("books", _("Books")),
    ("toys", _("Toys")),
    ("sports_goods", _("Sports goods")),
    ("garage", _("Car repair")),
    ("cleaning", _("Cleaning services")),
    ("garden", _("Gardeners")),
    ("laundry", _("Laundry")),
    ("renovation", _("Building work")),
)

_UNNAMED = Choice(
    id="unnamed",
    label=_("Purchases that you do not name"),
    help=_(
        "Goods and services of all kinds. Their average is 16 % of what your country emits for each person, since "
        "households cause that part of the world’s emissions by them: a very rough figure."
    ),
    options=options(
        ("average", _("An average, besides what is named")),
        ("none", _("Nothing: they are not counted")),
    ),
    default="average",
    moves="either",
)

_BOUGHT = (
    Group(
        id="things",
        label=_("New things bought in a year"),
        help=_("Clothes, devices, appliances and furniture. What is bought second-hand counts nothing."),
        item=_("Thing"),
        most=60,
        questions=(
            Choice(id="what", label=_("What"), options=_THINGS, is_required=True, moves="either"),
            amount(id="count", label=_("How many in a year"), unit="item/year", maximum="1000"),
        ),
    ),
    Group(
        id="spending",
        label=_("Other spending"),
        help=_("By American averages: a rough figure, and only if you want it counted."),
        item=_("Spending"),
        most=30,
        questions=(
            Choice(id="on", label=_("On what"), options=_SPENDING, is_required=True, moves="either"),
            amount(
                id="amount",
                label=_("How much, in prices of 2025"),
                unit="money/year",
                also=("money/month",),
                maximum="100000000000",
            ),
            CURRENCY,
        ),
    ),
    Group(
        id="stays",
        label=_("Nights in hotels"),
        item=_("Stay"),
        most=30,
        questions=(
            Country(id="place", label=_("In which country"), moves="either"),
            amount(id="nights", label=_("Nights in a year, for each room"), unit="room*night/year", maximum="10000"),
        ),
    ),
)

_RECYCLED = (
    ("paper", _("Paper recycled"), "waste.paper.recycled"),
    ("glass", _("Glass recycled"), "waste.glass.recycled"),
    ("metal", _("Cans and metal recycled"), "waste.metal.recycled"),
    ("plastic", _("Plastic recycled"), "waste.plastic.recycled"),
    ("compost", _("Food waste composted"), "waste.food.compost"),
)
_by_the_week = partial(amount, unit="kg/week", also=("kg/month", "kg/year", "pound/week"), maximum="100000")

_WASTE = (
    _by_the_week(
        id="rubbish",
        label=_("Rubbish that is not recycled"),
        help=_("If you do not know, the world's average of 0.74 kg for each person and day is taken."),
        default='people * parameter("home.rubbish")',
    ),
    Choice(
        id="rubbish_to",
        label=_("Where does it go?"),
        options=options(("landfill", _("Landfill, or I do not know")), ("incineration", _("It is burned for energy"))),
        default="landfill",
        is_setting=True,
        moves="either",
    ),
    *(
        _by_the_week(
            id=material,
            label=label,
            help=_("Collecting and sorting only: what recycling saves is counted where the material is used again."),
        )
        for material, label, _factor in _RECYCLED
    ),
)

_PETS = (
    amount(id="cats", label=_("Cats"), unit="item", maximum="100", is_whole=True),
    amount(id="dogs", label=_("Dogs"), unit="item", maximum="100", is_whole=True),
    Choice(
        id="dog_size",
        label=_("How large are the dogs?"),
        options=options(
            ("small", _("Small, about 5 kg")),
            ("medium", _("Medium, about 20 kg")),
            ("large", _("Large, about 40 kg")),
        ),
        default="medium",
        shown_if='dogs > of(0, "item")',
        moves="up",
    ),
)

_PUBLIC = YesNo(
    id="public_services",
    label=_("Count our share of public services"),
    help=_(
        "Schools, hospitals, administration, defence: a tenth of what your country emits for each person, since a "
        "tenth of the world’s emissions is for what governments use. The level that fits 1.5 °C leaves it out."
    ),
    is_setting=True,
    moves="up",
)

SECTION = foremost(
    Section(
        id="goods",
        title=_("Things, waste and leisure"),
        questions=(_UNNAMED, *_BOUGHT, *_WASTE, *_PETS, _PUBLIC),
    ),
    "unnamed",
)

_line = partial(Line, section="goods")

LINES = (
    _line(
        id="unnamed_bought",
        label=_("Purchases that are not named, by an average"),
        activity="people",
        factor="goods.average",
        when='unnamed == "average"',
    ),
    _line(id="things_bought", label=_("New thing"), each="things", activity="count", factor="goods.{what}"),
    _line(
        id="spent",
        label=_("Spending"),
        each="spending",
        activity=dollars(str(LATEST)),
        factor="goods.spending.{on}",
    ),
    _line(
        id="hotel_nights",
        label=_("Nights in a hotel"),
        each="stays",
        activity="nights",
        factor="hotel",
        region="place",
    ),
    _line(id="rubbish_gone", label=_("Rubbish"), activity="rubbish", factor="waste.residual.{rubbish_to}"),
    *(
        _line(id=f"{material}_recycled", label=label, activity=material, factor=factor)
        for material, label, factor in _RECYCLED
    ),
    _line(id="cat_food", label=_("Food for cats"), activity="cats", factor="pet.cat"),
    _line(id="dog_food", label=_("Food for dogs"), activity="dogs", factor="pet.dog.{dog_size}"),
    _line(id="public", label=_("Public services"), activity="people", factor="public_services", when="public_services"),
)

LEVERS = (
    Lever(
        id="buy_less",
        label=_("Buy every second new thing second-hand, or not at all"),
        changes=changed("things.count", by="/ 2"),
        when="things > 0",
    ),
)
