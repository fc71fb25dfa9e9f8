"""Public proof: certificates, how they are verified, and the history of all cancellations. Nothing needs a session."""

from collections.abc import Iterator
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from portal import ratelimits, spreadsheets
from portal.ratelimits import limited
from portal.registry import history
from portal.registry.certificates import documents, words
from portal.registry.certificates.seal import SIZES, Size, seal_file
from portal.registry.codes import read_code
from portal.registry.forms import HistoryForm, VerifyForm
from portal.registry.models import Certificate
from portal.registry.statement import Statement
from portal.registry.vocabulary import Purpose, UnitType

YEAR = 365 * 24 * 3600  # seconds


def _certificate_or_404(code: str) -> Certificate:
    certificate = documents.newest(code=code) if read_code(code) == code else None
    if certificate is None:
        raise Http404
    return certificate


@require_safe
def certificate(request: HttpRequest, code: str) -> HttpResponse:
    """The proof of one cancellation, for anyone who has its address."""
    written = read_code(code)
    if written and written != code:
        return redirect("certificate", code=written, permanent=True)
    found = _certificate_or_404(code)
    facts = documents.facts(found)
    context = {
        "facts": facts,
        "our_purpose": Purpose.preset(facts.statement.preset_purpose),
        "remarks": _remarks(facts.statement),
        "claim": UnitType(facts.kind).claim,
        "version": found.version,
        "pdf_url": reverse("certificate_pdf", args=[code]),
        "image_url": f"{settings.SITE_URL}{reverse('certificate_image', args=[code])}",
        "verify_url": facts.verify_url,
    }
    return render(request, "registry/certificate.html", context)


def _remarks(said: Statement) -> list[tuple[str, str]]:
    """Labels and sentences, with what people typed isolated, so that it cannot reorder the words around it."""
    typed = {name: format_html("<bdi>{}</bdi>", text) for name, text in said.texts.items()}
    return [(label, format_html(sentence, **typed)) for label, sentence in words.remarks(said).values()]


@require_safe
def certificate_pdf(request: HttpRequest, code: str) -> HttpResponse:
    """The certificate as a document, the same in every byte each time."""
    found = _certificate_or_404(code)
    response = HttpResponse(documents.pdf(documents.facts(found)), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="certificate-{code}.pdf"'
    return response


@require_safe
@limited(ratelimits.PICTURE)
def certificate_image(request: HttpRequest, code: str) -> HttpResponse:
    """The picture that other sites show beside a link to the certificate."""
    return HttpResponse(documents.image(_certificate_or_404(code)), content_type="image/png")


@require_safe
def seal(request: HttpRequest, code: str, size: Size) -> HttpResponse:
    """The seal of a certificate as a file that pages draw it from: the same units, so the same for ever."""
    if size not in SIZES:
        raise Http404
    drawn = seal_file(documents.facts(_certificate_or_404(code)).serials, size=size)
    response = HttpResponse(drawn, content_type="image/svg+xml")
    response["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    return response


def short_link(request: HttpRequest, code: str) -> HttpResponse:
    """The address in the QR code: short, in no language, and forgiving about how the code is written."""
    read = read_code(code)
    if read is None:
        raise Http404
    return HttpResponsePermanentRedirect(reverse("certificate", args=[read]))


@require_safe
@limited(ratelimits.VERIFY)
def verify(request: HttpRequest) -> HttpResponse:
    """Find a certificate by the code that stands on it."""
    form = VerifyForm(request.GET if "code" in request.GET else None)
    not_found = False
    if form.is_valid():
        code = form.cleaned_data["code"]
        if documents.newest(code=code):
            return redirect("certificate", code=code)
        not_found = True
    return render(request, "registry/verify.html", {"form": form, "not_found": not_found})


@require_safe
@limited(ratelimits.HISTORY)
def show_history(request: HttpRequest) -> HttpResponse:
    """All cancellations, newest first. Pages are addressed by key, so that they never shift."""
    form = HistoryForm(request.GET)
    filters = form.filters()
    before = form.cleaned_data.get("before")
    kept = {key: value for key, value in request.GET.items() if key != "before" and value}
    context = {"form": form, "rows": [], "is_answered": filters is not None}
    if filters is not None:
        found = history.page(filters, before=before)
        query = f"?{urlencode(kept)}" if kept else ""
        context |= {
            "rows": found.rows,
            "next_url": f"?{urlencode({**kept, 'before': found.older_than})}" if found.older_than else "",
            "newest_url": f"?{urlencode(kept)}" if before else "",
            "csv_url": f"{reverse('history_csv')}{query}",
            "spreadsheet_url": f"{reverse('history_spreadsheet')}{query}",
            "total": history.total(filters),
        }
    template = "registry/_history_rows.html" if getattr(request, "htmx", False) else "registry/history.html"
    return render(request, template, context)


@require_safe
@limited(ratelimits.CSV)
def history_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The history as CSV for machines, row by row, however long it is."""
    rows = history.csv_rows(HistoryForm(request.GET).filters())
    return _table(spreadsheets.lines(rows), name="cancellations.csv")


@require_safe
@limited(ratelimits.CSV)
def history_spreadsheet(request: HttpRequest) -> StreamingHttpResponse:
    """The same as spreadsheets open it, in the page's language."""
    rows = history.csv_rows(HistoryForm(request.GET).filters())
    return _table(spreadsheets.opened(rows, language=get_language() or "en"), name="cancellations-spreadsheet.csv")


def _table(written: Iterator[str], *, name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(written, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
