"""What the columns of a bank's CSV files are, said once: by a sample of a file, with what would be read of it.

The sample travels in the form, so that nothing of it is kept before somebody says that it is right.
"""

import io
from base64 import b64decode, b64encode
from itertools import islice
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal import ratelimits
from portal.payments.transfers import banks
from portal.payments.transfers.statements import table
from portal.payments.transfers.statements.encodings import ENCODINGS
from portal.payments.transfers.statements.entry import BankEntry
from portal.payments.transfers.statements.illegible import Illegible
from portal.payments.transfers.statements.table import ColumnMap
from portal.payments.transfers.statements.written import DATE_ORDERS, DECIMAL_SIGNS, THOUSANDS, NumberStyle
from portal.ratelimits import limited
from portal.selling.entitled import banks_of

MOST_SAMPLE = 32 * 1024  # bytes
ROWS, READ = 12, 8  # rows of the sample that are shown, and entries that are read of it
SEPARATORS = {"semicolon": ";", "comma": ",", "tab": "\t", "bar": "|"}
SIGNS = {
    "": gettext_lazy("nothing"),
    " ": gettext_lazy("space"),
    "'": gettext_lazy("apostrophe"),
    ".": gettext_lazy("full stop"),
    ",": gettext_lazy("comma"),
}
DAY = {"d": gettext_lazy("day"), "m": gettext_lazy("month"), "y": gettext_lazy("year")}
LABELS = {
    "date": gettext_lazy("Booking date"),
    "value_date": gettext_lazy("Value date"),
    "amount": gettext_lazy("Amount, in one column"),
    "credit": gettext_lazy("What came"),
    "debit": gettext_lazy("What went"),
    "sign": gettext_lazy("Whether it came or went"),
    "currency": gettext_lazy("Currency"),
    "payer": gettext_lazy("Payer"),
    "text_1": gettext_lazy("Written on the transfer"),
    "text_2": gettext_lazy("Written on the transfer, continued"),
    "text_3": gettext_lazy("Written on the transfer, continued once more"),
    "end_to_end": gettext_lazy("The payer's own reference"),
    "reference": gettext_lazy("The bank's own number of the booking"),
    "account": gettext_lazy("Account"),
}
WORDS = ("came", "went")
TEXTS = ("text_1", "text_2", "text_3")


class SampleForm(forms.Form):
    """A file of the bank, of which the beginning is looked at, and how it is written."""

    file = forms.FileField(label=gettext_lazy("A CSV file of this bank"), required=False)
    separator = forms.ChoiceField(
        label=gettext_lazy("Between the columns"),
        choices=[
            ("semicolon", gettext_lazy("semicolon")),
            ("comma", gettext_lazy("comma")),
            ("tab", gettext_lazy("tab")),
            ("bar", gettext_lazy("vertical bar")),
        ],
    )
    encoding = forms.ChoiceField(label=gettext_lazy("Encoding"), choices=[(each, each) for each in ENCODINGS])
    sample = forms.CharField(required=False, widget=forms.HiddenInput)

    content = b""
    rows: list[list[str]]

    @property
    def carried(self) -> str:
        """What of the file travels in the form."""
        return b64encode(self.content).decode()

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        upload, self.rows = given.get("file"), []
        self.content = _whole_lines(upload.read(MOST_SAMPLE)) if upload else _decoded(given.get("sample", ""))
        if not self.content:
            self.add_error("file", _("Choose a file."))
        if self.errors:
            return given
        written = {"separator": SEPARATORS[given["separator"]], "encoding": given["encoding"]}
        try:
            self.rows = table.preview(io.BytesIO(self.content), **written, most=ROWS)
        except Illegible as error:
            self.add_error("encoding", error.of(_("The file")).sentence(_))
        return given


def _whole_lines(head: bytes) -> bytes:
    """Leave out a line that was cut at the end of the sample. In UTF-16 a line feed has two bytes."""
    if len(head) < MOST_SAMPLE:
        return head
    end = head.rfind(b"\n") + 1
    return head[: end + 1] if head[:2] == b"\xff\xfe" else head[:end]


def _decoded(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)[:MOST_SAMPLE]
    except ValueError:
        return b""


class ColumnsForm(forms.Form):
    """What stands in which column, by the names in the row that has them, and how amounts and dates are written."""

    header = forms.TypedChoiceField(label=gettext_lazy("The line that names the columns"), coerce=int)
    decimal = forms.ChoiceField(
        label=gettext_lazy("Before the decimals"), choices=[(each, SIGNS[each]) for each in DECIMAL_SIGNS]
    )
    thousands = forms.ChoiceField(
        label=gettext_lazy("Between thousands"), required=False, choices=[(each, SIGNS[each]) for each in THOUSANDS]
    )
    dates = forms.ChoiceField(label=gettext_lazy("Order of dates"))
    currency_is = forms.CharField(
        label=gettext_lazy("Currency, where no column has it"), required=False, min_length=3, max_length=3
    )
    came = forms.CharField(
        label=gettext_lazy("Words for what came"),
        help_text=gettext_lazy("Where a word says whether money came or went. Several with commas between them."),
        required=False,
        max_length=200,
    )
    went = forms.CharField(label=gettext_lazy("Words for what went"), required=False, max_length=200)

    def __init__(self, data: Any, *, rows: list[list[str]], known: ColumnMap | None, currencies: list[str]) -> None:
        at = _header_in(rows, data.get("header", ""))
        names = list(dict.fromkeys(filter(None, (" ".join(cell.split()) for cell in rows[at])))) if rows else []
        self.of = "\x1f".join(names)  # an answer is about just these names
        super().__init__(data if data.get("of") == self.of else None, initial=_initial(known, names, currencies, at))
        self.fields["header"].choices = [(i, f"{i + 1}: {' | '.join(row)[:80]}") for i, row in enumerate(rows)]
        self.fields["dates"].choices = [(each, " ".join(str(DAY[part]) for part in each)) for each in DATE_ORDERS]
        for name, label in LABELS.items():
            choices = [("", "–"), *((each, each) for each in names)]
            self.fields[name] = forms.ChoiceField(label=label, required=name == "date", choices=choices)
        self.order_fields(["header", *LABELS, "currency_is", "decimal", "thousands", "dates", "came", "went"])

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if bool(given.get("amount")) is bool(given.get("credit") and given.get("debit")):
            self.add_error("amount", _("Say where the amount is: in one column, or in two for what came and went."))
        if not given.get("currency") and not given.get("currency_is"):
            self.add_error("currency", _("Say in which column the currency is, or which it is."))
        if given.get("decimal") == given.get("thousands"):
            self.add_error("thousands", _("Decimals and thousands cannot have the same sign before them."))
        return given

    def column_map(self, *, separator: str, encoding: str) -> ColumnMap:
        """Return what a valid form says."""
        given = self.cleaned_data
        said = {name: _words(given[name]) for name in WORDS}
        return ColumnMap(
            columns={what: given[what] for what in table.FIELDS if given.get(what)},
            text=tuple(dict.fromkeys(filter(None, (given[name] for name in TEXTS)))),
            separator=SEPARATORS[separator],
            encoding=encoding,
            numbers=NumberStyle(decimal=given["decimal"], thousands=given["thousands"]),
            dates=given["dates"],
            currency=given["currency_is"].upper(),
            **{name: words for name, words in said.items() if words},
        )


def _header_in(rows: list[list[str]], wanted: str) -> int:
    """Return which row names the columns: the one that was chosen, else the first that has the most cells."""
    if wanted.isascii() and wanted.isdigit() and int(wanted) < len(rows):
        return int(wanted)
    filled = [sum(bool(cell.strip()) for cell in row) for row in rows]
    return filled.index(max(filled)) if filled else 0


def _initial(known: ColumnMap | None, names: list[str], currencies: list[str], at: int) -> dict[str, Any]:
    """What was said before, as far as it is about these names; else the plainest."""
    initial: dict[str, Any] = {"header": at, "currency_is": currencies[0] if len(currencies) == 1 else ""}
    if known is None:
        return initial
    columns = {**known.columns, **dict(zip(TEXTS, known.text, strict=False))}
    initial |= {what: name for what, name in columns.items() if name in names}
    written = {"decimal": known.numbers.decimal, "thousands": known.numbers.thousands, "dates": known.dates}
    own = {name: ", ".join(said) for name in WORDS if (said := getattr(known, name)) != getattr(ColumnMap, name)}
    return initial | written | own | {"currency_is": known.currency}


def _words(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (word.strip() for word in text.split(","))))


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@limited(ratelimits.STATEMENT)
def bank_columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Look at a file, say what stands in its columns, see what is read of it, and keep that."""
    bank = get_object_or_404(banks_of(request), pk=pk)
    known = banks.columns_of(bank)
    form = SampleForm(request.POST or None, request.FILES or None, initial=_as_written(known))
    context: dict[str, Any] = {"bank": bank, "form": form, "known": known}
    if form.is_bound and form.is_valid():
        columns = ColumnsForm(request.POST, rows=form.rows, known=known, currencies=bank.account.currencies)
        found = _read(form, columns) if columns.is_bound and columns.is_valid() else None
        if found and "keep" in request.POST:
            banks.keep_columns(bank, columns=found[0])
            messages.success(request, _("The columns are kept. Upload the file now."))
            return redirect("bank_statements", bank.pk)
        context |= {"columns": columns, "found": found[1] if found else None}
    is_wrong = form.errors or ("columns" in context and context["columns"].errors)
    return render(request, "selling/bank_columns.html", context, status=422 if is_wrong else 200)


def _as_written(known: ColumnMap | None) -> dict[str, str]:
    if known is None:
        return {}
    names = {sign: name for name, sign in SEPARATORS.items()}
    return {"separator": names[known.separator], "encoding": known.encoding}


def _read(form: SampleForm, columns: ColumnsForm) -> tuple[ColumnMap, list[BankEntry]] | None:
    """Read the sample as was said. What does not fit is said at the top of the form, with its line."""
    written = {name: form.cleaned_data[name] for name in ("separator", "encoding")}
    meant = columns.column_map(**written)
    try:
        found = list(islice(table.read(io.BytesIO(form.content), columns=meant), READ))
    except Illegible as error:
        columns.add_error(None, error.of(_("The file")).sentence(_))
        return None
    if not found:
        columns.add_error(None, _("No entry is read of this. See which line names the columns."))
        return None
    return meant, found
