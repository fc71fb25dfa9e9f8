"""Core: what a person's year is held against: the country's average, the world's, and a level that fits 1.5 °C.

Averages are territorial: what is emitted within the borders for each inhabitant, whoever uses what it makes. A
household's estimate counts what it uses, wherever that was made, so every bar says what it leaves out. The data are
per_capita.csv: greenhouse gases with land use change, or CO2 from fossil fuels alone where no more is known.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib import resources
from io import StringIO

from portal.calculators.engine.calculator import _
from portal.calculators.engine.factors import WORLD
from portal.calculators.engine.units import KG_PER_TONNE

ALL_GASES = "CO2, CH4, N2O"
YOURS, COUNTRY, EVERYBODY, LEVEL = "yours", "country", "world", "level"

TERRITORIAL = _(
    "Emitted within the borders, by industry and state as well, and by changes of land use; imports and international "
    "flights are left out."
)
TERRITORIAL_CO2 = _(
    "CO₂ from fossil fuels and cement within the borders only; other gases, imports and international flights are left "
    "out."
)
WORLDWIDE = _("All that is emitted, shared by everybody: by industry and state as well, and by changes of land use.")
LIFESTYLE = _("What households cause, directly and by what they buy; without the spending of the state and investment.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One thing to compare with: `tonnes` of CO2 equivalent for one person in a year, as of `year`, and its source.

    `caveat` says why it cannot be compared to the last kilogram. A person's own bar has no source: it is the estimate.
    """

    id: str
    label: str
    tonnes: Decimal
    year: int | None = None
    gases: str = ""
    caveat: str = ""
    source: str = ""
    url: str = ""
    licence: str = ""


LEVEL_2030 = Bar(
    id=LEVEL,
    label=_("Compatible with 1.5 °C in 2030"),
    tonnes=Decimal("2.5"),
    year=2030,
    gases="CO2e",
    caveat=LIFESTYLE,
    source=(
        "Institute for Global Environmental Strategies, Aalto University and D-mat (2019): 1.5-Degree Lifestyles. "
        "Targets and Options for Reducing Lifestyle Carbon Footprints"
    ),
    url="https://www.iges.or.jp/en/projects/1p5deg-lifestyles",
    licence="Fact quoted",
)


@cache
def _averages() -> Mapping[str, Mapping[str, str]]:
    text = resources.files(__package__).joinpath("per_capita.csv").read_text(encoding="utf-8")
    return {row["country"]: row for row in csv.DictReader(StringIO(text))}


def average(country: str) -> Bar | None:
    """Return the average of a country by its ISO code, or of the world (GLOBAL); None where no figure is known."""
    row = _averages().get(country)
    if row is None:
        return None
    is_world = country == WORLD
    own = TERRITORIAL if row["gases"] == ALL_GASES else TERRITORIAL_CO2
    return Bar(
        id=EVERYBODY if is_world else COUNTRY,
        label=_("Average of the world") if is_world else _("Average of your country"),
        tonnes=Decimal(row["tonnes"]),
        year=int(row["year"]),
        gases=row["gases"],
        caveat=WORLDWIDE if is_world else own,
        source=row["source"],
        url=row["url"],
        licence=row["licence"],
    )


def bars(per_person: Decimal, *, country: str = "") -> tuple[Bar, ...]:
    """Return what to draw beside a person's yearly estimate, given in kg: itself first, then what it compares with.

    Without a country, or for one without a figure, the country's bar is left out.
    """
    yours = Bar(id=YOURS, label=_("Your estimate, per person"), tonnes=per_person / KG_PER_TONNE, gases="CO2e")
    found = (yours, average(country) if country else None, average(WORLD), LEVEL_2030)
    return tuple(bar for bar in found if bar is not None)
