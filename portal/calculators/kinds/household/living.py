"""Core: what a household buys and throws away, where it stays, whom it keeps, and what it has of public services.

Recycling counts what collecting and sorting emits; what recycled material saves is counted where it is used again, so
nothing is taken off here.
"""

from portal.calculators.engine.calculator import (
    Choice,
    Country,
    Group,
    Lever,
    Line,
    Number,
    Offered,
    Option,
    Section,
    YesNo,
    _,
)
from portal.calculators.kinds.money import CURRENCY, LATEST, dollars

_THINGS = (
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

_SPENDING = (
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


def _options(pairs: tuple[tuple[str, str], ...]) -> tuple[Option, ...]:
    return tuple(Option(id=each, label=label) for each, label in pairs)


_BOUGHT = (
    Group(
        id="things",
        label=_("New things bought in a year"),
        help=_("Clothes, devices, appliances and furniture. What is bought second-hand counts nothing."),
        item=_("Thing"),
        most=60,
        questions=(
            Choice(id="what", label=_("What"), options=_options(_THINGS), is_required=True, moves="either"),
            Number(id="count", label=_("How many in a year"), unit="item/year", maximum="1000", moves="up"),
        ),
    ),
    Group(
        id="spending",
        label=_("Other spending"),
        help=_("By American averages: a rough figure, and only if you want it counted."),
        item=_("Spending"),
        most=30,
        questions=(
            Choice(id="on", label=_("On what"), options=_options(_SPENDING), is_required=True, moves="either"),
            Number(
                id="amount",
                label=_("How much, in prices of 2025"),
                unit="money/year",
                offered=(Offered(unit="money/month"),),
                maximum="100000000000",
                moves="up",
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
            Number(
                id="nights",
                label=_("Nights in a year, for each room"),
                unit="room*night/year",
                maximum="10000",
                moves="up",
            ),
        ),
    ),
)

_WASTE = (
    Number(
        id="rubbish",
        label=_("Rubbish that is not recycled"),
        help=_("If you do not know, the world's average of 0.74 kg for each person and day is taken."),
        unit="kg/week",
        offered=(Offered(unit="kg/month"), Offered(unit="kg/year"), Offered(unit="pound/week")),
        default='people * parameter("home.rubbish")',
        maximum="100000",
        moves="up",
    ),
    Choice(
        id="rubbish_to",
        label=_("Where does it go?"),
        options=(
            Option(id="landfill", label=_("Landfill, or I do not know")),
            Option(id="incineration", label=_("It is burned for energy")),
        ),
        default="landfill",
        is_setting=True,
        moves="either",
    ),
    *(
        Number(
            id=material,
            label=label,
            help=_("Collecting and sorting only: what recycling saves is counted where the material is used again."),
            unit="kg/week",
            offered=(Offered(unit="kg/month"), Offered(unit="kg/year"), Offered(unit="pound/week")),
            maximum="100000",
            moves="up",
        )
        for material, label in (
            ("paper", _("Paper recycled")),
            ("glass", _("Glass recycled")),
            ("metal", _("Cans and metal recycled")),
            ("plastic", _("Plastic recycled")),
            ("compost", _("Food waste composted")),
        )
    ),
)

_PETS = (
    Number(id="cats", label=_("Cats"), unit="item", maximum="100", is_whole=True, moves="up"),
    Number(id="dogs", label=_("Dogs"), unit="item", maximum="100", is_whole=True, moves="up"),
    Choice(
        id="dog_size",
        label=_("How large are the dogs?"),
        options=(
            Option(id="small", label=_("Small, about 5 kg")),
            Option(id="medium", label=_("Medium, about 20 kg")),
            Option(id="large", label=_("Large, about 40 kg")),
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

SECTION = Section(id="goods", title=_("Things, waste and leisure"), questions=(*_BOUGHT, *_WASTE, *_PETS, _PUBLIC))

LINES = (
    Line(
        id="things_bought",
        section="goods",
        label=_("New thing"),
        each="things",
        activity="count",
        factor="goods.{what}",
    ),
    Line(
        id="spent",
        section="goods",
        label=_("Spending"),
        each="spending",
        activity=dollars(str(LATEST)),
        factor="goods.spending.{on}",
    ),
    Line(
        id="hotel_nights",
        section="goods",
        label=_("Nights in a hotel"),
        each="stays",
        activity="nights",
        factor="hotel",
        region="place",
    ),
    Line(
        id="rubbish_gone", section="goods", label=_("Rubbish"), activity="rubbish", factor="waste.residual.{rubbish_to}"
    ),
    *(
        Line(id=f"{material}_recycled", section="goods", label=label, activity=material, factor=factor)
        for material, label, factor in (
            ("paper", _("Paper recycled"), "waste.paper.recycled"),
            ("glass", _("Glass recycled"), "waste.glass.recycled"),
            ("metal", _("Cans and metal recycled"), "waste.metal.recycled"),
            ("plastic", _("Plastic recycled"), "waste.plastic.recycled"),
            ("compost", _("Food waste composted"), "waste.food.compost"),
        )
    ),
    Line(id="cat_food", section="goods", label=_("Food for cats"), activity="cats", factor="pet.cat"),
    Line(id="dog_food", section="goods", label=_("Food for dogs"), activity="dogs", factor="pet.dog.{dog_size}"),
    Line(
        id="public",
        section="goods",
        label=_("Public services"),
        activity="people",
        factor="public_services",
        when="public_services",
    ),
)

LEVERS = (
    Lever(
        id="buy_less",
        label=_("Buy every second new thing second-hand, or not at all"),
        changes={"things.count": "count / 2"},
        when="things > 0",
    ),
)
