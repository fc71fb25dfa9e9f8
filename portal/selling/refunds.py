"""What is asked before an order's money is given back, on the desk and by the provider's own people, and what is said
of it afterwards. What is about to be done is shown once more before it is."""

import uuid
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from portal.checkout import refunding
from portal.checkout.models import Order
from portal.desk import Table
from portal.fields import all_visible
from portal.money import in_minor_units, is_exact, minor_unit, shown
from portal.payments import refunds
from portal.payments.models import Refund, RefundState
from portal.payments.refunds import TooMuch


class RefundForm(forms.Form):
    """How much of an order's money is given back, and why; of a transfer, when and how its provider has done so.

    The key is the form's own, so that it counts once however often it is sent.
    """

    key = forms.UUIDField(widget=forms.HiddenInput)
    amount = forms.DecimalField(label=gettext_lazy("Amount"), max_digits=20)
    paid_back_on = forms.DateField(
        label=gettext_lazy("Day on which it was paid back"), widget=forms.DateInput(attrs={"type": "date"})
    )
    bank_reference = forms.CharField(
        label=gettext_lazy("The bank's reference"),
        help_text=gettext_lazy("As it stands on the bank statement. The purchaser is told it."),
        max_length=70,
        validators=[all_visible],
    )
    why = forms.CharField(
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("For the books. The purchaser does not see it."),
        max_length=300,
        validators=[all_visible],
    )

    def __init__(self, data: Any = None, *, order: Order) -> None:
        self.order, self.currency = order, order.currency
        self.left = in_minor_units(refunding.refundable(order), order.currency)
        self.is_by_hand = refunding.is_by_hand(order)
        super().__init__(data, initial={"key": uuid.uuid4(), "amount": self.left})
        if not self.is_by_hand:
            del self.fields["paid_back_on"], self.fields["bank_reference"]
        least = minor_unit(order.currency)
        self.fields["amount"].widget.attrs |= {"step": str(least), "min": str(least), "max": str(self.left)}
        self.fields["amount"].help_text = _("%(currency)s. At most %(most)s can be given back.") % {
            "currency": order.currency,
            "most": self.said(self.left),
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
        if amount > self.left and refunds.find(key=self.cleaned_data.get("key") or uuid.uuid4()) is None:
            raise forms.ValidationError(_("At most %(most)s can be given back.") % {"most": self.said(self.left)})
        return in_minor_units(amount, self.currency)

    def clean_paid_back_on(self) -> Any:
        day = self.cleaned_data["paid_back_on"]
        if day > timezone.now().date():
            raise forms.ValidationError(_("This day is still to come. Write it down once it is paid."))
        return day

    @property
    def question(self) -> str:
        """What is about to be done, in a sentence."""
        given = {"amount": self.said(self.cleaned_data["amount"]), "order": self.order.reference}
        if self.is_by_hand:
            return _("Write down that %(amount)s of order %(order)s was paid back?") % given
        return _("Give %(amount)s of order %(order)s back to its purchaser?") % given

    def carry_out(self, *, by_id: Any, now: datetime) -> Refund | TooMuch:
        """Do what a valid form says, once."""
        act = refunding.record if self.is_by_hand else refunding.give_back
        return act(self.order, **self.cleaned_data, asked_by=by_id, now=now)

    def result(self, refund: Refund | TooMuch) -> str:
        """What became of it, in a sentence."""
        if isinstance(refund, TooMuch):
            return _("Nothing was given back: at most %(most)s can be.") % {"most": self.said(refund.left)}
        if refund.state == RefundState.DONE and self.is_by_hand:
            return _("Written down. The purchaser is told by letter.")
        return str(RESULTS[RefundState(refund.state)]) % {"amount": self.said(refund.amount), "code": refund.code}


RESULTS = {
    RefundState.DONE: gettext_lazy("%(amount)s is given back. The purchaser is told by letter."),
    RefundState.FAILED: gettext_lazy("The gateway refused to give %(amount)s back: %(code)s."),
    RefundState.PENDING: gettext_lazy(
        "The gateway has not given %(amount)s back yet, for instance since the payment has not settled. It is asked "
        "again by itself."
    ),
    RefundState.SENT: gettext_lazy(
        "The gateway gave no answer: nobody knows yet whether %(amount)s was given back. It is looked up by itself; "
        "please do not give it back again."
    ),
    RefundState.REQUESTED: gettext_lazy(
        "The gateway does not answer at the moment. %(amount)s is given back by itself as soon as it does."
    ),
}


def refund_table(reference: str) -> Table:
    """Tell of all refunds of an order."""
    columns = (_("Asked for at"), _("Amount"), _("State"), _("Why"), _("Paid back on"), _("Code"))
    language = get_language() or "en"
    rows = [
        (
            each.asked_at,
            shown(each.amount, each.payment.currency, language),
            each.get_state_display(),
            each.note,
            f"{each.paid_back_on:%Y-%m-%d} {each.bank_reference}" if each.paid_back_on else "",
            each.code,
        )
        for each in refunds.refunds_of(references=[reference])
    ]
    return Table(_("Refunds"), columns, rows)
