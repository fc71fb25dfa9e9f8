"""Transfers that are waited for: confirming by hand that money came, and letting the purchaser have more time."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal import ratelimits
from portal.checkout import transfers as checkout
from portal.checkout.models import Order
from portal.checkout.rules import LONGEST_WAIT
from portal.dates import long_date
from portal.fields import all_visible
from portal.money import in_minor_units, is_exact, minor_unit, shown
from portal.payments.transfers import confirming, service
from portal.payments.transfers.matching import Standing
from portal.payments.transfers.models import TransferRequest
from portal.payments.transfers.reference import compact, printed
from portal.payments.transfers.service import Counted
from portal.ratelimits import limited
from portal.selling.entitled import banks_of, providers_of
from portal.selling.transfers import SECONDED

PER_PAGE = 20


class ArrivalForm(forms.Form):
    """Money that somebody saw on the account: how much, when it counts from, and the bank's reference of it."""

    amount = forms.DecimalField(label=gettext_lazy("Amount"), max_digits=20)
    value_date = forms.DateField(
        label=gettext_lazy("Value date"),
        help_text=gettext_lazy("As it stands on the bank statement."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    bank_reference = forms.CharField(
        label=gettext_lazy("The bank's reference"),
        help_text=gettext_lazy("The bank's own number of the booking, by which it is found again."),
        max_length=140,
        validators=[all_visible],
    )

    def __init__(self, data: Any = None, *, request: TransferRequest) -> None:
        self.request, self.currency = request, request.payment.currency
        expected = service.as_expected(request)
        self.missing = in_minor_units(expected.amount - expected.so_far, self.currency)
        super().__init__(data, initial={"amount": self.missing})
        least = str(minor_unit(self.currency))
        self.fields["amount"].widget.attrs |= {"step": least, "min": least}
        self.fields["amount"].help_text = _("%(currency)s. %(missing)s is waited for.") % {
            "currency": self.currency,
            "missing": self.said(self.missing),
        }

    def said(self, amount: Decimal) -> str:
        return shown(amount, self.currency, get_language() or "en")

    def clean_amount(self) -> Decimal:
        amount: Decimal = self.cleaned_data["amount"]
        if amount <= 0:
            raise forms.ValidationError(_("The amount must be more than nothing."))
        if not is_exact(amount, self.currency):
            text = _("%(currency)s has no smaller amount than %(least)s.")
            raise forms.ValidationError(text % {"currency": self.currency, "least": minor_unit(self.currency)})
        return in_minor_units(amount, self.currency)

    def clean_value_date(self) -> date:
        day: date = self.cleaned_data["value_date"]
        if day > timezone.now().date():
            raise forms.ValidationError(_("This day is still to come. Confirm money once it is there."))
        return day

    @property
    def question(self) -> str:
        """What is about to be confirmed, in a sentence, and what follows from it."""
        given = {"amount": self.said(self.cleaned_data["amount"]), "order": self.request.reference}
        if self.cleaned_data["amount"] < self.missing:
            text = _("Confirm that %(amount)s came for order %(order)s? The rest is still waited for then.")
        else:
            text = _("Confirm that %(amount)s came for order %(order)s? Its units are cancelled then, which is final.")
        return text % given

    def carry_out(self, *, by_id: Any) -> Counted:
        """Say that the money came, once."""
        said = {**self.cleaned_data, "reference": self.request.reference, "by_id": by_id}
        return confirming.confirm(**said, now=timezone.now())


class ExtensionForm(forms.Form):
    """Until when a purchaser may pay."""

    until = forms.DateField(
        label=gettext_lazy("Last day on which the money may come"),
        help_text=gettext_lazy("The units stay set aside until its end, UTC. The purchaser sees it with the order."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, data: Any = None, *, before: datetime) -> None:
        super().__init__(data)
        self.before = before

    def clean_until(self) -> datetime:
        until = datetime.combine(self.cleaned_data["until"], time(23, 59, 59), tzinfo=UTC)
        if until <= self.before:
            raise forms.ValidationError(_("The units are set aside for longer already."))
        if until.date() > (timezone.now() + LONGEST_WAIT).date():
            raise forms.ValidationError(_("Units wait at most %(days)s days.") % {"days": LONGEST_WAIT.days})
        return until


@never_cache
@login_required
@require_safe
def awaited_transfers(request: HttpRequest) -> HttpResponse:
    """The transfers that are waited for, found by the order's number or the reference, however it is typed."""
    rows = service.awaited(providers=providers_of(request))
    if sought := compact(request.GET.get("q", "")):
        rows = rows.filter(rf__contains=sought)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    of = Order.objects.filter(reference__in=[each.reference for each in page])
    until = dict(of.values_list("reference", "hold_until"))
    awaited = [(each, printed(each.rf), until.get(each.reference)) for each in page]
    context = {"awaited": awaited, "pager": page, "sought": request.GET.get("q", "")}
    return render(request, "selling/awaited_transfers.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@limited(ratelimits.ORDER)
def awaited_transfer(request: HttpRequest, reference: str) -> HttpResponse:
    """One of them: confirming that money came, asked once more; and more time for its purchaser."""
    own = TransferRequest.objects.filter(bank__in=banks_of(request)).select_related("payment", "bank")
    wanted = get_object_or_404(own, reference=reference)
    if service.standing_of(wanted) is not Standing.OPEN:
        messages.info(request, SECONDED[Counted.TOO_LATE])
        return redirect("awaited_transfers")
    order = get_object_or_404(Order, reference=reference)
    is_extending = "extend" in request.POST
    form = ArrivalForm(None if is_extending else request.POST or None, request=wanted)
    extension = ExtensionForm(request.POST if is_extending else None, before=order.hold_until)
    if extension.is_bound and extension.is_valid():
        return _extend(request, reference, extension.cleaned_data["until"])
    is_asked = form.is_bound and form.is_valid() and "again" not in request.POST
    if is_asked and "sure" in request.POST:
        counted = form.carry_out(by_id=request.user.pk)
        (messages.error if counted is Counted.TOO_LATE else messages.success)(request, SECONDED[counted])
        return redirect("transfers")
    context = {
        "order": order,
        "wanted": wanted,
        "reference": printed(wanted.rf),
        "arrivals": list(wanted.arrivals.select_related("said_by", "seconded_by")),
        "form": form,
        "extension": extension,
        "is_asked": is_asked,
    }
    status = 422 if form.errors or extension.errors else 200
    return render(request, "selling/awaited_transfer.html", context, status=status)


def _extend(request: HttpRequest, reference: str, until: datetime) -> HttpResponse:
    granted = checkout.extend(reference=reference, until=until, now=timezone.now())
    if granted is None:
        messages.error(request, SECONDED[Counted.TOO_LATE])
        return redirect("awaited_transfers")
    text = _("The units are set aside until %(day)s. The purchaser sees it on the page of the order.")
    messages.success(request, text % {"day": long_date(granted.date(), get_language() or "en")})
    return redirect("awaited_transfer", reference)
