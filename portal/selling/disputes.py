"""Disputes on the desk: how they stand, and sending what the record of an order says against them, by one click."""

from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from wagtail.admin.views.generic import InspectView
from wagtail.log_actions import log

from portal.checkout import disputing
from portal.checkout.models import Order
from portal.desk import Table
from portal.money import shown
from portal.payments import disputes
from portal.payments.models import Dispute, DisputeState

ANSWERS, ANSWERED = "payments.answer_dispute", "orders.answer"


def dispute_table(reference: str) -> Table:
    """Tell of all disputes about an order."""
    columns = (_("Number"), _("Amount"), _("State"), _("Reason"), _("Evidence until"), _("Opened"), _("Code"))
    language = get_language() or "en"
    rows = [
        (
            each.number,
            shown(each.amount, each.payment.currency, language),
            each.get_state_display(),
            each.reason,
            each.reply_by or "",
            each.opened_at,
            each.code,
        )
        for each in disputes.disputes_of(reference=reference)
    ]
    return Table(_("Disputes"), columns, rows)


def to_answer(order: Order) -> list[tuple[Dispute, list[str], list[str]]]:
    """Return the open disputes about an order, each with the texts and the names of the files that would be sent."""
    is_open = disputes.disputes_of(reference=order.reference).filter(state=DisputeState.OPEN)
    return [(each, *disputing.preview(order)) for each in is_open]


class OrderAnswer(InspectView):
    """Sending evidence for a dispute about an order."""

    http_method_names: ClassVar = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Have it sent, once, and lead back to the order."""
        if not request.user.has_perm(ANSWERS):
            raise PermissionDenied
        for dispute in disputes.disputes_of(reference=self.object.reference):
            if str(dispute.pk) == request.POST.get("dispute"):
                self._answer(dispute)
        return redirect("order:inspect", self.object.pk)

    def _answer(self, dispute: Dispute) -> None:
        by_id: Any = self.request.user.pk
        if disputing.answer_with_evidence(dispute, by_id=by_id, now=timezone.now()):
            log(self.object, ANSWERED, user=self.request.user)
            messages.success(self.request, _("The evidence is being sent. How the dispute stands is said below."))
        else:
            messages.error(self.request, _("This dispute is open no more, or evidence is being sent already."))
