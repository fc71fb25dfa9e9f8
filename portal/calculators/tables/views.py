"""Tables of many rows: sent, watched, fetched. Whoever has a table's address may see it; nobody else finds it."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal import measured, ratelimits
from portal.calculators import catalogue
from portal.calculators.tables import service
from portal.calculators.tables.grid import MOST_BYTES, MOST_ROWS, TOO_MANY_BYTES, NotATable, choices, column_names
from portal.calculators.tables.models import Batch
from portal.calculators.wording import say
from portal.ratelimits import limited

KINDS = ("trip", "flight")  # what a row can hold: neither needs a group of things
NO_ROOM, NO_SHARE = "no_room", "no_share"


def _kinds() -> list[tuple[str, str]]:
    return [(name, say(catalogue.KINDS[name].title)) for name in KINDS]


class UploadForm(forms.Form):
    """A table, and what its rows are."""

    kind = forms.ChoiceField(
        label=_("What the rows are"),
        choices=lazy(_kinds, list),
        widget=forms.RadioSelect,
        initial=KINDS[0],
        error_messages={"required": _("Choose what the rows are.")},
    )
    file = forms.FileField(
        label=_("Table as CSV"),
        help_text=_("At most 100,000 rows and 12 MB. Commas, semicolons or tabs between the cells."),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,text/csv"}),
        error_messages={"required": _("Choose a file.")},
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            params = {"size": -(-file.size // 1024**2), "most": MOST_BYTES // 1024**2}
            raise forms.ValidationError(gettext(TOO_MANY_BYTES) % params)
        return file

    def take_in(self, *, sender: str) -> Batch | None:
        """Take the table in, or say at the file why not."""
        file = self.cleaned_data["file"]
        try:
            return service.take_in(
                kind=self.cleaned_data["kind"],
                data=file.read(),
                file_name=file.name,
                language=get_language() or "en",
                sender=sender,
                now=timezone.now(),
            )
        except NotATable as error:
            self.add_error("file", gettext(error.message) % error.params)
        except service.NoRoom as error:
            code = NO_SHARE if isinstance(error, service.ShareTaken) else NO_ROOM
            self.add_error("file", forms.ValidationError(gettext(error.message), code=code))
        return None


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited(ratelimits.BATCH)
def upload(request: HttpRequest) -> HttpResponseBase:
    """Send a table."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_bound and form.is_valid() and (batch := form.take_in(sender=ratelimits.sender_of(request))):
        return redirect(batch)
    context = {"form": form, "kinds": _columns(), "most_rows": MOST_ROWS, "kept_days": service.KEPT_FOR.days}
    return render(request, "calculators/tables/upload.html", context, status=_status(form))


def _status(form: UploadForm) -> int:
    if not form.is_bound:
        return 200
    if form.has_error("file", NO_SHARE):
        return 429
    return 503 if form.has_error("file", NO_ROOM) else 422  # the file may be as it should be


def _columns() -> list[dict[str, Any]]:
    """Return what a table of each kind may have: its columns, and the words that some of these may hold."""
    kinds = [(title, catalogue.kind(name)) for name, title in _kinds()]
    return [{"title": title, "columns": column_names(kind), "choices": choices(kind)} for title, kind in kinds]


def _batch_or_404(address: str) -> Batch:
    found = service.find(address=address)
    if found is None:
        raise Http404
    return found


@never_cache
@require_safe
def batch(request: HttpRequest, address: str) -> HttpResponse:
    """How far a table is, and what it amounts to. With htmx, only the part that changes."""
    found = service.progress(_batch_or_404(address))
    brought = service.measured_by(found)
    context = {
        "progress": found,
        "title": say(catalogue.KINDS[found.batch.calculator].title),
        "measured": measured.sign(brought) if brought else "",
        "kept_days": service.KEPT_FOR.days,
    }
    is_part = bool(getattr(request, "htmx", False))
    response = render(
        request, "calculators/tables/_progress.html" if is_part else "calculators/tables/batch.html", context
    )
    response["X-Robots-Tag"] = "noindex"
    return response


@never_cache
@require_safe
@limited(ratelimits.CSV)
def batch_result(request: HttpRequest, address: str) -> StreamingHttpResponse:
    """The table with its result, as far as it is."""
    found = _batch_or_404(address)
    response = StreamingHttpResponse(service.result_lines(found), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.calculator}-result.csv"'
    response["X-Robots-Tag"] = "noindex"
    return response
