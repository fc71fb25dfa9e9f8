"""Pages with calculators, below the home pages of the world."""

import uuid
from decimal import Decimal
from typing import Any

from portal.calculators.engine.footprint import estimate
from portal.calculators.models import CalculatorIndexPage, CalculatorPage
from tests.calculators.compositions import ANSWERS, COMMUTING, Block
from tests.world import World, unindexed

TITLES = {"en": "Calculators", "fr": "Calculateurs", "es": "Calculadoras"}


@unindexed()
def calculator_index(world: World) -> dict[str, CalculatorIndexPage]:
    """The list of calculators in three languages."""
    key = uuid.uuid4()
    made = {}
    for code, projects in world.indexes.items():
        page = CalculatorIndexPage(
            title=TITLES[code],
            slug="calculators",
            locale=projects.locale,
            translation_key=key,
            show_in_menus=True,
            intro="Choose.",
        )
        made[code] = projects.get_parent().add_child(instance=page)
    return made


@unindexed()
def calculator_page(
    indexes: dict[str, CalculatorIndexPage], *, kind: str = "flight", title: str = "Flights", **fields: Any
) -> dict[str, CalculatorPage]:
    """A calculator in three languages."""
    key = uuid.uuid4()
    made = {}
    for code, index in indexes.items():
        page = CalculatorPage(
            title=title if code == "en" else f"{title} ({code})",
            slug=kind,
            kind=kind,
            summary=f"{title}, in short.",
            locale=index.locale,
            translation_key=key,
            **fields,
        )
        made[code] = index.add_child(instance=page)
    return made


@unindexed()
def composed(index: CalculatorIndexPage, blocks: list[Block] = COMMUTING, **fields: Any) -> CalculatorPage:
    """A page with a calculator of its own, published."""
    given = {"title": "Coming to work", "slug": "coming-to-work", "summary": "By car.", **fields}
    page = CalculatorPage(kind="own", locale=index.locale, **given)
    page.composition = page.composition.stream_block.to_python(blocks)
    index.add_child(instance=page)
    page.save_revision().publish()
    return CalculatorPage.objects.get(pk=page.pk)


def kg(page: CalculatorPage) -> Decimal:
    return estimate(page.compiled(), ANSWERS).total
