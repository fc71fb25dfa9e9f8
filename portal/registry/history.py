"""Reading the public history: newest first, filtered, a page at a time by key, and as a stream of CSV rows."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Count, QuerySet, Sum

from portal.registry.models import LogEntry
from portal.spreadsheets import harmless

PAGE = 25


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What the public may filter by. Empty means everything."""

    activity: str = ""
    country: str = ""
    unit_type: str = ""
    year: int | None = None
    beneficiary: str = ""


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page of the history; `older_than` is the key of the next one, None at the end."""

    rows: list[LogEntry]
    older_than: int | None


@dataclass(frozen=True, kw_only=True)
class Figures:
    """How much has been cancelled through the portal, in units (tonnes CO2 equivalent)."""

    units: int
    cancellations: int
    countries: int
    activities: int


def entries(filters: Filters) -> QuerySet[LogEntry]:
    """Return the history, newest first, as far as it matches."""
    rows = LogEntry.objects.all()
    if filters.activity:
        rows = rows.filter(activity_code=filters.activity)
    if filters.country:
        rows = rows.filter(host_country=filters.country)
    if filters.unit_type:
        rows = rows.filter(unit_type=filters.unit_type)
    if filters.year:
        start, end = (datetime(year, 1, 1, tzinfo=UTC) for year in (filters.year, filters.year + 1))
        rows = rows.filter(cancelled_at__gte=start, cancelled_at__lt=end)
    if filters.beneficiary:
        # SQLite's LIKE knows no capitals but A to Z; a regular expression does, on both databases
        rows = rows.filter(beneficiary_name__iregex=re.escape(filters.beneficiary))
    return rows.order_by("-number")


def page(filters: Filters, *, before: int | None = None, size: int = PAGE) -> Page:
    """Return the rows older than a number. A page never shifts while new rows arrive above it."""
    rows = entries(filters)
    if before is not None:
        rows = rows.filter(number__lt=before)
    found = list(rows[: size + 1])
    return Page(rows=found[:size], older_than=found[size - 1].number if len(found) > size else None)


def total(filters: Filters) -> int:
    """Return how many units the matching rows cancelled, in tonnes CO2 equivalent."""
    units: int = entries(filters).aggregate(units=Sum("quantity", default=0))["units"]
    return units


def figures() -> Figures:
    """Return the sums over the whole history. Three queries."""
    sums = LogEntry.objects.aggregate(units=Sum("quantity", default=0), cancellations=Count("pk"))
    return Figures(
        **sums,
        countries=LogEntry.objects.values("host_country").distinct().count(),
        activities=LogEntry.objects.values("activity_code").distinct().count(),
    )


COLUMNS = (
    "number",
    "code",
    "cancelled_at",
    "activity_code",
    "activity_title",
    "host_country",
    "technology",
    "unit_type",
    "quantity",
    "serial_start",
    "serial_end",
    "beneficiary_name",
    "beneficiary_type",
    "beneficiary_country",
    "purpose",
    "is_sample",
    "consumption_period",  # younger than the rest, so it stands last
)


def csv_rows(filters: Filters) -> Iterator[list[str]]:
    """Yield the header and then one row per run of serial numbers, newest first, without holding them in memory.

    Nothing in them is run by a spreadsheet as a formula.
    """
    yield list(COLUMNS)
    for entry in entries(filters).iterator(chunk_size=1000):
        for first, last in entry.serials:
            values = {**entry.__dict__, "serial_start": first, "serial_end": last}
            values["cancelled_at"] = entry.cancelled_at.strftime("%Y-%m-%dT%H:%M:%SZ")
            values["is_sample"] = "yes" if entry.is_sample else "no"
            yield [harmless(str(values[column])) for column in COLUMNS]
