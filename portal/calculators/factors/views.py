"""All factors of the set that is in force: to search, to check, to take away."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from io import StringIO
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from portal import ratelimits
from portal.calculators.engine.factors import COMPANIONS, DIRECT, LIFECYCLE, OUTSIDE, PARAMETER, WORLD, Factor
from portal.calculators.engine.routes import plain
from portal.calculators.factors import edition
from portal.calculators.wording import language, say
from portal.countries import country_name, named
from portal.ratelimits import limited
from portal.spreadsheets import harmless_cell, opened

PER_PAGE = 50
UNION = "EU"
SCOPES = {
    "1": _("1: burned or released where one is"),
    "2": _("2: bought electricity, heat and steam"),
    "3": _("3: everything before and after"),
    OUTSIDE: _("Outside the scopes: biogenic CO₂"),
}
BASES = {
    DIRECT: _("Direct: what the activity itself emits"),
    LIFECYCLE: _("Lifecycle: all that is behind it as well"),
    **dict.fromkeys(COMPANIONS, _("Upstream: what a direct factor leaves out")),
    PARAMETER: _("Parameter: a default or a conversion, no emission"),
}


@dataclass(frozen=True)
class Source:
    """Where factors come from, and how many do."""

    name: str
    url: str
    licence: str
    number: int


class SourceSelect(forms.Select):
    """Names of sources to choose among, which are English in every language and are read out as such."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)
        return {**option, "attrs": {**option["attrs"], "lang": "en"}} if value else option


class FactorForm(forms.Form):
    """What to look for among the factors."""

    q = forms.CharField(label=_("Name, key or source"), required=False, max_length=100)
    region = forms.ChoiceField(label=_("Country or region"), required=False)
    scope = forms.ChoiceField(label=_("Scope"), required=False, choices=[("", _("All")), *SCOPES.items()])
    source = forms.ChoiceField(label=_("Source"), required=False, widget=SourceSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        region: Any = self.fields["region"]
        region.choices = _regions()
        source: Any = self.fields["source"]
        source.choices = [("", gettext("All")), *((each.name, each.name) for each in sources())]

    def found(self) -> list[Factor]:
        """Return the rows that match what was given; a field with a mistake is left out."""
        self.is_valid()
        given = self.cleaned_data
        words = plain(given.get("q", "")).split()
        return [
            row
            for row, text in _searchable(language())
            if all(word in text for word in words)
            and given.get("region", "") in ("", row.region)
            and given.get("scope", "") in ("", row.scope)
            and given.get("source", "") in ("", row.source)
        ]


def region_name(code: str) -> str:
    """Name where a factor holds."""
    if code == WORLD:
        return gettext("World")
    return gettext("European Union") if code == UNION else country_name(code)


def _regions() -> list[tuple[str, str]]:
    codes = {row.region for row in edition.factor_set().rows}
    wide = [(code, region_name(code)) for code in (WORLD, UNION) if code in codes]
    return [("", gettext("All")), *wide, *named(codes - {WORLD, UNION})]


@cache
def _searchable(_language: str) -> tuple[tuple[Factor, str], ...]:
    """Return every row with what it is found by: also its name in the active language, which is the one given."""
    rows = sorted(edition.factor_set().rows, key=lambda row: (row.key, row.region != WORLD, row.region))
    return tuple((row, plain(f"{row.key} {row.name} {say(row.name)} {row.source} {row.unit}")) for row in rows)


@cache
def sources() -> tuple[Source, ...]:
    """Return every source once, the one with most factors first."""
    return tuple(sorted(_counted(edition.factor_set().rows), key=lambda each: (-each.number, each.name)))


def _counted(rows: Iterable[Factor]) -> list[Source]:
    found: dict[str, list[Factor]] = {}
    for row in rows:
        found.setdefault(row.source, []).append(row)
    return [Source(name, given[0].url, given[0].licence, len(given)) for name, given in found.items()]


def _told(row: Factor) -> dict[str, Any]:
    return {"factor": row, "region": region_name(row.region), "basis": BASES[row.basis]}


@require_safe
def factors(request: HttpRequest) -> HttpResponse:
    """The factors, filtered and page by page."""
    form = FactorForm(request.GET)
    page = Paginator(form.found(), PER_PAGE).get_page(request.GET.get("page"))
    rows = [_told(row) for row in page]
    kept = {name: request.GET[name] for name in form.fields if request.GET.get(name)}
    context = {
        "form": form,
        "rows": rows,
        "pager": page,
        "total": page.paginator.count,
        "query": f"{urlencode(kept)}&" if kept else "",
        "is_filtered": bool(kept),
        "version": edition.factor_set().version,
        "all": len(edition.factor_set().rows),
        "sources": sources(),
    }
    return render(request, "calculators/factors/factors.html", context)


@require_safe
@limited(ratelimits.CSV)
def factors_csv(_request: HttpRequest) -> HttpResponse:
    """The very file that the calculators read."""
    return factor_file()


@require_safe
@limited(ratelimits.CSV)
def factors_spreadsheet(_request: HttpRequest) -> HttpResponse:
    """The same as spreadsheets open it, in the page's language."""
    rows = ([harmless_cell(cell) for cell in row] for row in csv.reader(StringIO(edition.factor_text(), newline="")))
    written = opened(rows, language=language(), numbers=("value", "uncertainty"))
    response = HttpResponse("".join(written), content_type="text/csv; charset=utf-8")
    name = f"factors-{edition.factor_set().version}-spreadsheet.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def factor_file() -> HttpResponse:
    """Return the factor set in force as a file, as `manage.py footprint --factors` reads it."""
    response = HttpResponse(edition.factor_text(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="factors-{edition.factor_set().version}.csv"'
    return response
