"""What comes by bank transfer and waits for a provider's people: entries of statements, each with why it waits and what
may be done about it, and money that a second person has to confirm."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal import ratelimits
from portal.checkout import refunding
from portal.checkout import transfers as checkout
from portal.desk import WaitingSummary, counted
from portal.fields import all_visible
from portal.payments.transfers import confirming, entries, service
from portal.payments.transfers.entries import Decided
from portal.payments.transfers.matching import Meaning
from portal.payments.transfers.models import Arrival, StatementEntry
from portal.payments.transfers.reference import printed
from portal.payments.transfers.remedies import EXPLAINED, WHY, Remedy
from portal.payments.transfers.service import Counted
from portal.providers.models import Provider
from portal.ratelimits import limited
from portal.selling.entitled import LOOKS_AFTER_ALL, banks_of, providers_of

PER_PAGE = 20
MOST = 50  # of what else waits, the oldest first; what follows appears as these are worked off
DONE = {  # what was done, as an entry says it afterwards
    Remedy.ACCEPT: gettext_lazy("Accepted as full payment."),
    Remedy.WAIT: gettext_lazy("The rest was waited for."),
    Remedy.TAKE_UP: gettext_lazy("It paid its order after all."),
    Remedy.ASSIGN: gettext_lazy("It was said which order it is for."),
    Remedy.PAY_BACK: gettext_lazy("It is paid back."),
    Remedy.NOT_OURS: gettext_lazy("It is about no order here."),
    Remedy.NOTED: gettext_lazy("Seen."),
    Remedy.MATCHED: gettext_lazy("Counted by itself."),
    Remedy.COMPLETED: gettext_lazy("The rest came, and the payment is whole."),
}
SAID = {
    Decided.GONE: gettext_lazy("Somebody decided about this a moment ago, or it is about something else by now."),
    Decided.NOT_OFFERED: gettext_lazy("That can no longer be done about this entry. See what may be done now."),
    Decided.NO_SUCH_ORDER: gettext_lazy("No order that was to be paid to you has this number or reference."),
    Decided.STAYS: gettext_lazy("It is known now which order it is for. Decide what is done about it."),
    Decided.TOO_LATE: gettext_lazy(
        "It is too late for that: the order was given up or paid otherwise, or there are not enough units. Nothing"
        " happened; pay the money back."
    ),
}
SECONDED = {
    Counted.PAID: gettext_lazy("Confirmed. The order is paid, and its units are being cancelled."),
    Counted.PART: gettext_lazy("Confirmed. It counts as a part of the payment; the rest is still waited for."),
    Counted.SECOND: gettext_lazy("Written down. It counts as soon as a second person confirms it too."),
    Counted.TOO_LATE: gettext_lazy("This transfer is waited for no more: it has come, or the time to pay is over."),
}


class DecisionForm(forms.Form):
    """What is done about an entry: one of what may be, as it was seen."""

    seen = forms.CharField(widget=forms.HiddenInput)
    choice = forms.ChoiceField(
        label=gettext_lazy("What is to be done"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what is to be done.")},
    )
    names = forms.CharField(
        label=gettext_lazy("Which order it is for"),
        help_text=gettext_lazy("The number of the order, or the reference for its transfer."),
        required=False,
        max_length=60,
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        help_text=gettext_lazy("For your colleagues. It is kept with your name."),
        required=False,
        max_length=500,
        validators=[all_visible],
    )

    def __init__(self, data: Any = None, *, entry: StatementEntry) -> None:
        offered = entries.offered(entry)
        names = entry.candidates[0] if len(entry.candidates) == 1 else ""
        super().__init__(data, initial={"seen": entries.as_seen(entry), "names": names})
        self.fields["choice"].choices = [(each, _(EXPLAINED[each])) for each in offered]
        if Remedy.ASSIGN not in offered:
            del self.fields["names"]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("choice") == Remedy.ASSIGN and not given.get("names"):
            self.add_error("names", _("Say which order it is for."))
        return given

    def carry_out(self, entry: StatementEntry, *, by_id: Any) -> Decided:
        """Do it, once. What names no order is said beside its field."""
        given = {**self.cleaned_data, "choice": Remedy(self.cleaned_data["choice"])}
        decided = checkout.decide(entry_id=entry.pk, **given, by_id=by_id, now=timezone.now())
        if decided is Decided.NO_SUCH_ORDER:
            self.add_error("names", SAID[decided])
        return decided


class PaidBackForm(forms.Form):
    """When money was paid back at the bank, and how it is found there."""

    paid_back_on = forms.DateField(
        label=gettext_lazy("Day on which it was paid back"), widget=forms.DateInput(attrs={"type": "date"})
    )
    bank_reference = forms.CharField(
        label=gettext_lazy("The bank's reference"),
        help_text=gettext_lazy("As it stands on the bank statement. The purchaser is told it."),
        max_length=70,
        validators=[all_visible],
    )

    def __init__(self, data: Any = None, *, entry: StatementEntry) -> None:
        super().__init__(data)
        if entry.request is None or entry.currency != entry.request.payment.currency:  # which no purchaser is told of
            self.fields["bank_reference"].help_text = _("As it stands on the bank statement.")

    def clean_paid_back_on(self) -> date:
        day: date = self.cleaned_data["paid_back_on"]
        if day > timezone.now().date():
            raise forms.ValidationError(_("This day is still to come. Write it down once it is paid."))
        return day

    def carry_out(self, entry: StatementEntry, *, by_id: Any) -> bool:
        """Write it down, once."""
        return refunding.paid_back(entry_id=entry.pk, **self.cleaned_data, by_id=by_id, now=timezone.now())


def why(entry: StatementEntry) -> str:
    """Say why an entry waits, or waited."""
    known = WHY.get(Meaning(entry.meaning))
    return _(known) if known else ""


@never_cache
@login_required
@require_safe
def transfers(request: HttpRequest) -> HttpResponse:
    """All that waits for the people of a provider, and the ways to its bank accounts."""
    own = list(providers_of(request))
    page = Paginator(entries.queue(providers=own), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "banks": list(banks_of(request)),
        "waiting": [(each, why(each)) for each in page],
        "pager": page,
        "to_pay_back": list(entries.to_pay_back(providers=own)[:MOST]),
        "seconds": list(service.waiting_for_second(providers=own)[:MOST]),
        "awaited": service.awaited(providers=own).count(),
    }
    return render(request, "selling/transfers.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@limited(ratelimits.ORDER)
def transfer_entry(request: HttpRequest, pk: int) -> HttpResponse:
    """One entry: why it waits, and deciding about it, or what was decided."""
    own = StatementEntry.objects.filter(bank__in=banks_of(request))
    entry = get_object_or_404(
        own.select_related("bank", "statement", "request__payment", "handled_by", "paid_back_by"), pk=pk
    )
    form = _form_about(entry, request.POST or None)
    if form is None and request.method == "POST":
        messages.error(request, SAID[Decided.GONE])
        return redirect("transfer_entry", pk)
    if form and form.is_bound and form.is_valid() and (answer := _carried_out(request, entry, form)):
        return answer
    context = {
        "entry": entry,
        "why": why(entry),
        "form": form,
        "done": DONE[Remedy(entry.choice)] if entry.choice else "",
        "reference": printed(entry.request.rf) if entry.request else "",
        "candidates": [printed(each) for each in entry.candidates],
    }
    return render(request, "selling/transfer_entry.html", context, status=422 if form and form.errors else 200)


def _form_about(entry: StatementEntry, data: Any) -> DecisionForm | PaidBackForm | None:
    """Return what is still to be said of an entry, as far as it was sent; None where there is nothing more."""
    if not entry.handled_at:
        return DecisionForm(data, entry=entry)
    is_open = entry.choice == Remedy.PAY_BACK and entry.paid_back_on is None
    return PaidBackForm(data if data and "paid_back_on" in data else None, entry=entry) if is_open else None


def _carried_out(request: HttpRequest, entry: StatementEntry, form: DecisionForm | PaidBackForm) -> HttpResponse | None:
    """Do what a valid form says, and lead on. None where the form has to be shown again."""
    by_id: Any = request.user.pk
    if isinstance(form, DecisionForm):
        decided = form.carry_out(entry, by_id=by_id)
        return None if decided is Decided.NO_SUCH_ORDER else _after(request, entry, decided)
    if form.carry_out(entry, by_id=by_id):
        messages.success(request, _("Written down."))
    else:
        messages.error(request, SAID[Decided.GONE])
    return redirect("transfer_entry", entry.pk)


def _after(request: HttpRequest, entry: StatementEntry, decided: Decided) -> HttpResponse:
    """Say what became of a decision, and lead to what is next."""
    if decided is Decided.DONE:
        messages.success(request, _("Done. What was decided stays on the entry, with your name."))
        return redirect("transfers")
    say = messages.info if decided is Decided.STAYS else messages.error
    say(request, SAID[decided])
    return redirect("transfer_entry", entry.pk)


@never_cache
@login_required
@require_POST
@limited(ratelimits.ORDER)
def second_arrival(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm what somebody else confirmed before."""
    get_object_or_404(Arrival.objects.filter(request__bank__in=banks_of(request)), pk=pk)
    by_id: Any = request.user.pk
    counted = confirming.second(arrival_id=pk, by_id=by_id, now=timezone.now())
    if counted is None:
        text = _("This was decided a moment ago, or you were the first to confirm it: the second is somebody else.")
        messages.error(request, text)
    else:
        (messages.error if counted is Counted.TOO_LATE else messages.success)(request, SECONDED[counted])
    return redirect("transfers")


class EntriesSummary(WaitingSummary):
    """How many entries of bank statements wait for a decision."""

    order = 311
    needed_permission = LOOKS_AFTER_ALL

    def waiting(self) -> tuple[str, str]:
        count = entries.queue(providers=Provider.objects.all()).count()
        text = ngettext("%(number)s bank entry needs a decision", "%(number)s bank entries need a decision", count)
        return text % {"number": counted(count)}, reverse("transfers")
