"""Reading the demo's content: facts from CSV files, words from TOML files. No database here."""

import csv
import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
LANGUAGES = ("en", "fr", "es")


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a CSV file beside this module."""
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def toml(path: Path) -> dict[str, Any]:
    """Return what a TOML file says."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def day(text: str) -> date | None:
    """Read an ISO date; empty is None."""
    return date.fromisoformat(text) if text else None


@dataclass(frozen=True)
class ListingFacts:
    """What a sample provider puts on offer of one block, and the part of the block that is theirs."""

    provider: str
    activity: str
    vintage_year: int
    serial_start: int
    first_serial: int
    units: int
    price: Decimal
    currency: str


def listings() -> list[ListingFacts]:
    """Return all listings; providers of one block get parts of it one after the other, from its first free serial."""
    free = {
        (row["activity"], int(row["vintage_year"]), int(row["serial_start"])): int(row["free_serial_start"])
        for row in rows("issuances.csv")
    }
    found = []
    for each in toml(HERE / "providers.toml")["listing"]:
        block = (each["activity"], each["vintage_year"], each["serial_start"])
        found.append(
            ListingFacts(
                provider=each["provider"],
                activity=each["activity"],
                vintage_year=each["vintage_year"],
                serial_start=each["serial_start"],
                first_serial=free[block],
                units=each["units"],
                price=Decimal(each["price"]),
                currency=each["currency"],
            )
        )
        free[block] += each["units"]
    return found


def providers() -> list[dict[str, Any]]:
    """Return the sample providers."""
    found: list[dict[str, Any]] = toml(HERE / "providers.toml")["provider"]
    return found


def stories() -> dict[str, dict[str, Any]]:
    """Return all stories by activity code: those told in three languages first, in the order they lead the index."""
    found = {story["activity"]: story for story in map(toml, sorted((HERE / "stories").glob("*.toml")))}
    return dict(sorted(found.items(), key=lambda pair: ("fr" not in pair[1], pair[0])))


def pages() -> dict[str, dict[str, Any]]:
    """Return the words of home and plain pages by file name."""
    return {path.stem: toml(path) for path in sorted((HERE / "pages").glob("*.toml"))}
