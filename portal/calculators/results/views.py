"""Results, each at an address of its own: shown, changed, taken away as tables, kept."""

from collections.abc import Iterator
from typing import cast

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal import ratelimits, spreadsheets
from portal.calculators import pages
from portal.calculators.questionnaire import entries, sheets
from portal.calculators.questionnaire.views import place_or_404
from portal.calculators.results import presentation, service
from portal.calculators.results.models import SavedEstimate
from portal.calculators.wording import language
from portal.ratelimits import limited


def _saved_or_404(address: str) -> SavedEstimate:
    """Return the result of whoever calculated it, by their own address."""
    found = service.find(address=address)
    if found is None:
        raise Http404
    return found


def _shown_or_404(address: str) -> SavedEstimate:
    """Return a result to be read, by either of its addresses."""
    return service.find_to_read(address=address) or _saved_or_404(address)


@never_cache
@require_safe
def estimate(request: HttpRequest, address: str) -> HttpResponse:
    """A result, at addresses that only those know who were told: one to go on from, and one that is for reading."""
    found = _shown_or_404(address)
    is_own = address != found.token
    context = {
        "estimate": found,
        "address": address,
        "is_own": is_own,
        "shown": presentation.present(found),
        "measured": service.take_into_account(estimate=found),
        "link": f"{settings.SITE_URL}{found.get_absolute_url()}",
        "reading_link": f"{settings.SITE_URL}{found.get_reading_url()}",
        "can_change": is_own and pages.place(found.calculator) is not None,
    }
    response = render(request, "calculators/results/result.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response


@never_cache
@require_safe
def change(request: HttpRequest, address: str) -> HttpResponse:
    """The questions again, with the answers that a result came from."""
    found = _saved_or_404(address)
    place = place_or_404(found.calculator)
    given = entries.refill(place.compiled, found.answers)
    sheet = sheets.sheet(place.compiled, given, ref=place.ref, title=place.title)
    response = render(request, "calculators/questionnaire/answers.html", {"place": place, "sheet": sheet})
    response["X-Robots-Tag"] = "noindex"
    return response


@never_cache
@require_safe
@limited(ratelimits.CSV)
def lines(request: HttpRequest, address: str) -> HttpResponse:
    """All lines of a result as CSV."""
    return _table(presentation.line_rows(_shown_or_404(address)), "lines")


@never_cache
@require_safe
@limited(ratelimits.CSV)
def lines_spreadsheet(request: HttpRequest, address: str) -> HttpResponse:
    """The same as spreadsheets open it, in the page's language."""
    return _table(presentation.line_rows(_shown_or_404(address)), "lines-spreadsheet", opened_in=language())


@never_cache
@require_safe
@limited(ratelimits.CSV)
def inventory(request: HttpRequest, address: str) -> HttpResponse:
    """The inventory of an organisation as CSV."""
    return _table(_inventory_or_404(address), "inventory")


@never_cache
@require_safe
@limited(ratelimits.CSV)
def inventory_spreadsheet(request: HttpRequest, address: str) -> HttpResponse:
    """The same as spreadsheets open it, in the page's language."""
    return _table(_inventory_or_404(address), "inventory-spreadsheet", opened_in=language())


def _inventory_or_404(address: str) -> Iterator[list[str]]:
    found = _shown_or_404(address)
    if found.result["inventory"] is None:
        raise Http404
    return presentation.inventory_rows(found)


def _table(rows: Iterator[list[str]], name: str, *, opened_in: str = "") -> HttpResponse:
    """Return a table for machines, or for spreadsheets of a language."""
    numbers = presentation.CSV_NUMBERS
    written = spreadsheets.opened(rows, language=opened_in, numbers=numbers) if opened_in else spreadsheets.lines(rows)
    response = HttpResponse("".join(written), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response["X-Robots-Tag"] = "noindex"
    return response


def _person(request: HttpRequest) -> AbstractBaseUser:
    return cast("AbstractBaseUser", request.user)  # nobody else is let in


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def keep(request: HttpRequest, address: str) -> HttpResponse:
    """Keep a result in the account of whoever is signed in, or take it out again."""
    found = _saved_or_404(address)
    if request.method == "POST" and "let_go" in request.POST:
        service.let_go(estimate=found, owner=_person(request))
    elif request.method == "POST":
        service.keep(estimate=found, owner=_person(request))
    return redirect(found)
