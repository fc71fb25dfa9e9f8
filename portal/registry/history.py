"""Reading the public history: newest first, filtered, a page at a time by key, and as a stream of CSV rows."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum

from portal.registry import findable
from portal.registry.codes import code_in
from portal.registry.models import CancelledBlock, Certificate, IssuanceBlock, LogEntry
from portal.registry.serials import LAST_SERIAL, A64Serial, KyotoSerial, SerialBlock, SerialError, parse_serial
from portal.spreadsheets import harmless

PAGE = 25
_GROUPED = re.compile(r"[0-9]{1,15}|[0-9]{1,3}(?:[ .,’'\u00a0\u202f][0-9]{3}){1,4}")


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What the public may filter by. Empty means everything.

    `text` is in anything that an entry says: words, an activity's number, a serial number or the certificate's code.
    `activity` is the exact number of one, `about` is in its number or title.
    """

    text: str = ""
    activity: str = ""
    about: str = ""
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
    if filters.text.strip():
        rows = rows.filter(_named(filters.text))
    if filters.about.strip():
        rows = rows.filter(_says(filters.about, part=findable.ACTIVITY))
    if filters.beneficiary.strip():
        rows = rows.filter(_says(filters.beneficiary, part=findable.BENEFICIARY))
    return rows.order_by("-number")


def _says(text: str, *, part: str = "") -> Q:
    """What holds of entries that have every word; of none, if there is no word in the text."""
    wanted = findable.terms(text, part=part)
    return Q(words__finds=wanted) if wanted else Q(pk__in=[])


def _named(text: str) -> Q:
    """What holds of entries that a text means: by their code, by serial numbers among theirs, or by their words."""
    if code := code_in(text):
        return Q(code=code)
    printed = [serial for each in text.split() if (serial := _serial(each))]
    if printed:  # both ends of a run are often copied together
        return Q(code__in=set.intersection(*(set(_codes_with(_named_block(each))) for each in printed)))
    if _GROUPED.fullmatch(text.strip()) and 0 < (number := int(re.sub("[^0-9]", "", text))) <= LAST_SERIAL:
        return _says(text) | Q(code__in=_codes_with(_numbered_blocks(number)))
    return _says(text)


def _serial(text: str) -> KyotoSerial | A64Serial | None:
    try:
        return parse_serial(text.strip(",;–—").upper())
    except SerialError:
        return None


def _named_block(serial: KyotoSerial | A64Serial) -> list[CancelledBlock]:
    """The cancelled run that has a unit, if it is cancelled: of those in its series the last that begins before it."""
    rows = CancelledBlock.objects.filter(series=serial.series, serial_start__lte=serial.serial)
    block = rows.select_related("cancellation__issuance_block__activity").order_by("-serial_start").first()
    if block is None or block.serial_end < serial.serial:
        return []
    issued = block.cancellation.issuance_block
    return [block] if issued.printed(SerialBlock(serial.serial, serial.serial))[0] == str(serial) else []


def _numbered_blocks(number: int) -> QuerySet[CancelledBlock]:
    """The cancelled runs that have a unit of this number, at most one in each series that was issued so far.

    Issuance blocks are few, and in each series one look into the index finds the run: no join grows with the history.
    """
    same_series = CancelledBlock.objects.filter(series=OuterRef("series"), serial_start__lte=number)
    issued = IssuanceBlock.objects.filter(serial_start__lte=number, serial_end__gte=number)
    last = issued.values_list(Subquery(same_series.order_by("-serial_start").values("pk")[:1]), flat=True)
    return CancelledBlock.objects.filter(pk__in=[key for key in last if key], serial_end__gte=number)


def _codes_with(blocks: Iterable[CancelledBlock]) -> list[str]:
    of = [block.cancellation_id for block in blocks]
    return list(Certificate.objects.filter(cancellation__in=of, version=1).values_list("code", flat=True))


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


def csv_rows(filters: Filters | None) -> Iterator[list[str]]:
    """Yield the header and then one row per run of serial numbers, newest first, without holding them in memory.

    `quantity` is that of the run, so that a sum over the column is what was cancelled. No filters: the header alone.
    Nothing in them is run by a spreadsheet as a formula.
    """
    yield list(COLUMNS)
    for entry in entries(filters).iterator(chunk_size=1000) if filters else ():
        for first, last in entry.serials:
            quantity = parse_serial(last).serial - parse_serial(first).serial + 1
            values = {**entry.__dict__, "serial_start": first, "serial_end": last, "quantity": quantity}
            values["cancelled_at"] = entry.cancelled_at.strftime("%Y-%m-%dT%H:%M:%SZ")
            values["is_sample"] = "yes" if entry.is_sample else "no"
            yield [harmless(str(values[column])) for column in COLUMNS]
