"""Core: what a company buys: goods and services by spending, materials by mass, equipment and buildings.

Spending is brought into dollars of 2022: by the average exchange rate of its year and by American consumer prices. The
factors are those of the US economy, so they tell large from small and no more.
"""

from functools import partial

from portal.calculators.engine.calculator import Choice, Group, Line, Option, Question, Section, _
from portal.calculators.kinds.choices import ids, is_among, options
from portal.calculators.kinds.money import CURRENCY, YEARS, dollars
from portal.calculators.kinds.questions import amount, mass

BOUGHT = options(
    ("other_goods", _("Other goods")),
    ("agriculture", _("Farm products")),
    ("food", _("Food and groceries")),
    ("meat", _("Meat")),
    ("dairy", _("Dairy products")),
    ("soft_drinks", _("Soft drinks")),
    ("beer", _("Beer")),
    ("catering", _("Catering")),
    ("clothing", _("Clothing")),
    ("footwear", _("Shoes")),
    ("paper", _("Paper")),
    ("stationery", _("Office supplies")),
    ("printing", _("Printing")),
    ("books", _("Books and publications")),
    ("packaging", _("Cardboard packaging")),
    ("plastic_packaging", _("Plastic packaging")),
    ("plastics", _("Plastic products")),
    ("chemicals", _("Chemicals")),
    ("medicines", _("Medicines")),
    ("cleaning_agents", _("Soap and cleaning agents")),
    ("steel", _("Iron and steel")),
    ("aluminium", _("Primary aluminium")),
    ("metal_products", _("Metal products")),
    ("electronics", _("Electronic components")),
    ("water", _("Water supply")),
    ("software", _("Software")),
    ("hosting", _("Hosting and data processing")),
    ("programming", _("Programming")),
    ("it_services", _("IT services")),
    ("telecommunication", _("Telephone and internet")),
    ("post", _("Post")),
    ("banking", _("Banking")),
    ("insurance", _("Insurance")),
    ("legal", _("Legal services")),
    ("accounting", _("Accounting")),
    ("consulting", _("Management consulting")),
    ("engineering", _("Engineering and architecture")),
    ("research", _("Research and development")),
    ("advertising", _("Advertising")),
    ("staffing", _("Temporary staff")),
    ("education", _("Courses and training")),
    ("health", _("Medical services")),
    ("events", _("Conferences and trade shows")),
    ("arts", _("Performing arts")),
    ("security", _("Security services")),
    ("building_cleaning", _("Cleaning of buildings")),
    ("gardening", _("Gardening")),
    ("laundry", _("Laundry")),
    ("equipment_repair", _("Repair of machinery")),
    ("vehicle_repair", _("Repair of vehicles")),
    ("equipment_rental", _("Rental of machinery and equipment")),
    ("associations", _("Associations and fees")),
)
_CARRIED = options(
    ("truck_freight", _("Road freight")),
    ("rail_freight", _("Rail freight")),
    ("sea_freight", _("Sea freight")),
    ("air_freight", _("Air freight")),
    ("couriers", _("Couriers")),
    ("warehousing", _("Warehousing")),
)
_REMOVED = options(("waste", _("Waste collection")))
_TRAVELLED = options(
    ("hotels", _("Hotels")),
    ("restaurants", _("Restaurants")),
    ("car_rental", _("Car rental")),
    ("travel_agencies", _("Travel agencies")),
)
_RENTED = options(("rent", _("Rent of business premises")))
EQUIPMENT = options(
    ("machinery", _("Industrial machinery")),
    ("construction_machinery", _("Construction machinery")),
    ("computers", _("Computers")),
    ("telephones", _("Communication equipment")),
    ("audio_video", _("Audio and video equipment")),
    ("appliances", _("Electrical appliances")),
    ("air_conditioning", _("Air-conditioning and refrigeration equipment")),
    ("medical_equipment", _("Medical equipment")),
    ("batteries", _("Batteries")),
    ("furniture", _("Office furniture")),
    ("cars", _("Cars")),
    ("trucks", _("Heavy lorries")),
    ("construction", _("Building work")),
    ("renovation", _("Plumbing, heating and air-conditioning work")),
)
MATERIALS = options(
    ("paper", _("Paper")),
    ("paper_recycled", _("Paper, recycled")),
    ("board", _("Cardboard")),
    ("board_recycled", _("Cardboard, recycled")),
    ("plastic", _("Plastics, average")),
    ("plastic_recycled", _("Plastics, average, recycled")),
    ("plastic_film", _("Plastic film")),
    ("plastic_film_recycled", _("Plastic film, recycled")),
    ("pet", _("PET plastic")),
    ("pet_recycled", _("PET plastic, recycled")),
    ("pp", _("PP plastic")),
    ("pp_recycled", _("PP plastic, recycled")),
    ("glass", _("Glass")),
    ("glass_recycled", _("Glass, recycled")),
    ("aluminium", _("Aluminium cans and foil")),
    ("aluminium_recycled", _("Aluminium cans and foil, recycled")),
    ("steel", _("Steel cans")),
    ("steel_recycled", _("Steel cans, recycled")),
    ("metal", _("Metals for building")),
    ("metal_recycled", _("Metals for building, recycled")),
    ("concrete", _("Concrete")),
    ("concrete_recycled", _("Concrete, recycled")),
    ("aggregates", _("Aggregates")),
    ("aggregates_recycled", _("Aggregates, recycled")),
    ("asphalt", _("Asphalt")),
    ("asphalt_recycled", _("Asphalt, recycled")),
    ("insulation", _("Insulation")),
    ("plasterboard", _("Plasterboard")),
    ("plasterboard_recycled", _("Plasterboard, recycled")),
    ("bricks", _("Bricks")),
    ("wood", _("Wood")),
    ("tyres", _("Tyres")),
    ("clothing", _("Clothing and textiles")),
    ("food", _("Food and drink, average")),
    ("compost", _("Compost")),
    ("it", _("Computers and other IT equipment")),
    ("electrical_large", _("Large electrical equipment")),
    ("electrical_small", _("Small electrical equipment")),
    ("fridges", _("Refrigerators and freezers")),
    ("batteries", _("Lithium-ion batteries")),
)


def _spending(goods: tuple[Option, ...]) -> tuple[Question, ...]:
    return (
        Choice(id="what", label=_("What"), options=goods, is_required=True),
        amount(id="amount", label=_("Spent in the year, with taxes on purchases"), unit="money/year", is_required=True),
        CURRENCY,
        Choice(id="spent_in", label=_("Year of the prices"), options=YEARS, is_required=True),
    )


SECTION = Section(
    id="purchases",
    title=_("Purchases"),
    intro=_("By spending for a rough picture, by mass where it is known. Count nothing twice."),
    questions=(
        Group(
            id="purchases",
            label=_("Goods and services by spending"),
            help=_("Energy and fuels are counted above, journeys and freight below, unless only their price is known."),
            item=_("Purchase"),
            most=100,
            questions=_spending((*BOUGHT, *_CARRIED, *_REMOVED, *_TRAVELLED, *_RENTED)),
        ),
        Group(
            id="materials",
            label=_("Materials by mass"),
            item=_("Material"),
            most=50,
            questions=(
                Choice(id="material", label=_("Material"), options=MATERIALS, is_required=True),
                mass(id="mass", label=_("Mass"), per="/year", is_required=True),
            ),
        ),
        Group(
            id="equipment",
            label=_("Equipment and buildings by spending"),
            help=_("Counted in full in the year of purchase."),
            item=_("Purchase"),
            most=50,
            questions=_spending(EQUIPMENT),
        ),
    ),
)

_line = partial(Line, section="purchases", scope="3")
_spent = partial(_line, activity=dollars("{spent_in}"), factor="spend.{what}")


def _bought(name: str, label: str, category: str, goods: tuple[Option, ...]) -> Line:
    return _spent(id=name, label=label, each="purchases", when=is_among("what", ids(goods)), category=category)


_PLACED = {each.id for each in (*_CARRIED, *_REMOVED, *_TRAVELLED, *_RENTED)}
_ELSEWHERE = " and ".join(f'what != "{name}"' for name in sorted(_PLACED))

LINES = (
    _spent(id="goods", label=_("Goods and services"), each="purchases", when=_ELSEWHERE, category="3.1"),
    _bought("freight_spending", _("Freight by spending"), "3.4", _CARRIED),
    _bought("waste_spending", _("Waste collection by spending"), "3.5", _REMOVED),
    _bought("travel_spending", _("Business travel by spending"), "3.6", _TRAVELLED),
    _bought("rent_spending", _("Rented premises by spending"), "3.8", _RENTED),
    _line(
        id="materials",
        label=_("Materials"),
        each="materials",
        activity="mass",
        factor="material.{material}",
        category="3.1",
    ),
    _spent(id="equipment", label=_("Equipment and buildings"), each="equipment", category="3.2"),
)
