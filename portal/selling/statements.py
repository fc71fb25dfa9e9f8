"""Bank statements that a provider's people upload, on pages of the site: sent, watched, and why one was refused."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal import ratelimits
from portal.payments.transfers import uploads
from portal.payments.transfers.models import BankAccount, BankStatement, StatementState
from portal.payments.transfers.statements.illegible import Illegible
from portal.ratelimits import limited
from portal.selling.entitled import banks_of

PER_PAGE = 20
ENDED = (StatementState.DONE, StatementState.REFUSED)


class StatementForm(forms.Form):
    """A file of the bank, as it was downloaded there."""

    file = forms.FileField(
        label=gettext_lazy("Bank statement"),
        help_text=gettext_lazy("camt.053, camt.054, MT940 or CSV, or a ZIP file of these; at most 160 MB."),
        allow_empty_file=True,
        error_messages={"required": gettext_lazy("Choose a file.")},
    )

    def take_in(self, *, bank: BankAccount, by_id: Any, now: datetime) -> BankStatement | None:
        """Keep the file and have it read in the background, or say beside the field why not."""
        file = self.cleaned_data["file"]
        try:
            return uploads.upload(bank=bank, file=file, name=file.name, by_id=by_id, now=now)
        except Illegible as error:
            self.add_error("file", error.sentence(_))
        return None


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@limited(ratelimits.STATEMENT)
def bank_statements(request: HttpRequest, pk: int) -> HttpResponse:
    """The statements of a bank account, the youngest first, and uploading another one."""
    bank = get_object_or_404(banks_of(request), pk=pk)
    form = StatementForm(request.POST, request.FILES) if request.method == "POST" else StatementForm()
    now = timezone.now()
    if form.is_bound and form.is_valid() and (taken := form.take_in(bank=bank, by_id=request.user.pk, now=now)):
        if taken.uploaded_at != now:
            messages.info(request, _("This file was uploaded before. Nothing changes."))
        return redirect("bank_statement", taken.pk)
    page = Paginator(uploads.of_bank(bank), PER_PAGE).get_page(request.GET.get("page"))
    context = {"bank": bank, "form": form, "statements": list(page), "pager": page}
    return render(request, "selling/bank_statements.html", context, status=422 if form.errors else 200)


@never_cache
@login_required
@require_safe
@limited(ratelimits.PROGRESS)
def bank_statement(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a statement is, what came of it, or why it was refused. With htmx, only the part that changes."""
    own = BankStatement.objects.filter(bank__in=banks_of(request)).select_related("bank__account__provider")
    statement = get_object_or_404(own, pk=pk)
    context = {
        "statement": statement,
        "bank": statement.bank,
        "has_ended": statement.state in ENDED,
        "percent": uploads.percent(statement),
        "problem": uploads.problem_of(statement, say=_),
        "tally": uploads.tally(statement=statement),
    }
    is_part = bool(getattr(request, "htmx", False))
    return render(request, f"selling/{'_' * is_part}bank_statement.html", context)
