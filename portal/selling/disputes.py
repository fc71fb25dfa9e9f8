"""Disputes, on the desk and for a provider's own people: how they stand, sending what the record of an order says
against them by one click, and giving in."""

from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from wagtail.admin.views.generic import InspectView
from wagtail.log_actions import log

from portal.checkout import disputing
from portal.checkout.models import Order
from portal.desk import Table
from portal.money import shown
from portal.payments import disputes
from portal.payments.models import Dispute, DisputeState

ANSWERS, ANSWERED, GAVE_IN = "payments.answer_dispute", "orders.answer", "orders.give_in"


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


def find(order: Order, *, number: str) -> Dispute | None:
    """Return the dispute about an order that has this number in our rows, or None."""
    return next((each for each in disputes.disputes_of(reference=order.reference) if str(each.pk) == number), None)


def question(dispute: Dispute) -> str:
    """What is about to be done when a dispute is given in to, in a sentence."""
    amount = shown(dispute.amount, dispute.payment.currency, get_language() or "en")
    given = {"amount": amount, "order": dispute.payment.reference}
    return _("Give in to this dispute, so that %(amount)s of order %(order)s goes back to its payer?") % given


def send_evidence(dispute: Dispute, *, by_id: int) -> tuple[bool, str]:
    """Have evidence sent, once. Say whether it is, and what is said of it."""
    if disputing.answer_with_evidence(dispute, by_id=by_id, now=timezone.now()):
        return True, _("The evidence is being sent. How the dispute stands is said below.")
    return False, _("This dispute is open no more, or evidence is being sent already.")


def give_in(dispute: Dispute, *, by_id: int) -> tuple[bool, str]:
    """Have a dispute given in to, once. Say whether it is, and what is said of it."""
    if disputing.give_in(dispute, by_id=by_id, now=timezone.now()):
        return True, _("The dispute is being given in to. How it stands is said below.")
    return False, _("This dispute is open no more, or it is being answered already.")


class OrderAnswer(InspectView):
    """Answering a dispute about an order: by evidence, or by giving in, which is asked once more before it is done."""

    http_method_names: ClassVar = ["post"]
    page_title = gettext_lazy("Give in")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Have it answered, once, and lead back to the order."""
        if not request.user.has_perm(ANSWERS):
            raise PermissionDenied
        dispute = find(self.object, number=request.POST.get("dispute", ""))
        is_conceding = "give_in" in request.POST
        if dispute and is_conceding and "sure" not in request.POST:
            context = {"dispute": dispute, "question": question(dispute)}
            return self.render_to_response(self.get_context_data() | context)
        if dispute:
            by_id: Any = request.user.pk
            is_begun, said = (give_in if is_conceding else send_evidence)(dispute, by_id=by_id)
            if is_begun:
                log(self.object, GAVE_IN if is_conceding else ANSWERED, user=request.user)
            (messages.success if is_begun else messages.error)(request, said)
        return redirect("order:inspect", self.object.pk)
