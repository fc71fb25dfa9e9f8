"""What a provider has sold, for its own people, on pages of the site: they are no staff, and have no desk.

Whoever is not of the provider is told that there is no such order. Of purchasers they see what stands in public.
"""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal import ratelimits
from portal.checkout import releasing
from portal.checkout.models import Order, OrderState
from portal.payments import disputes, refunds
from portal.payments.models import Refund
from portal.people.models import User
from portal.ratelimits import limited
from portal.selling import disputes as answering
from portal.selling.refunds import RefundForm
from portal.selling.releases import ReleaseForm

PER_PAGE = 20


def orders_sold_by(person: User) -> QuerySet[Order]:
    """Return the orders that the providers of a person were paid for, the youngest first."""
    paid = Order.objects.filter(state__in=(OrderState.PAID, OrderState.COMPLETED, OrderState.REFUSED))
    return paid.filter(listing__provider__members=person).select_related("listing__provider")


@never_cache
@login_required
@require_safe
def sold(request: HttpRequest) -> HttpResponse:
    """What the providers of a person have sold."""
    page = Paginator(orders_sold_by(cast("User", request.user)), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "selling/sold.html", {"orders": list(page), "pager": page})


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@limited(ratelimits.ORDER)
def sold_order(request: HttpRequest, reference: str) -> HttpResponse:
    """One of them, and giving its money back: asked once more, then done."""
    person = cast("User", request.user)
    order = get_object_or_404(orders_sold_by(person), reference=reference)
    form = RefundForm(request.POST if request.method == "POST" else None, order=order)
    is_asked = form.is_valid() and "again" not in request.POST
    if is_asked and "sure" in request.POST:
        refund = form.carry_out(by_id=person.pk, now=timezone.now())
        is_well = isinstance(refund, Refund) and refund.state != "failed"
        (messages.success if is_well else messages.error)(request, form.result(refund))
        return redirect("sold_order", reference=reference)
    context = {"order": order, "form": form, "is_asked": is_asked}
    context["refunds"] = list(refunds.refunds_of(references=[reference]))
    context["releases"] = releasing.is_possible(order)
    context["disputes"] = list(disputes.disputes_of(reference=reference))
    return render(request, "selling/sold_order.html", context, status=422 if form.errors else 200)


@never_cache
@login_required
@require_POST
@limited(ratelimits.ORDER)
def sold_dispute(request: HttpRequest, reference: str) -> HttpResponse:
    """Answering a dispute about one of them: by evidence, or by giving in, which is asked once more before it is done.

    What the evidence says of its purchaser is sent, and not shown.
    """
    person = cast("User", request.user)
    order = get_object_or_404(orders_sold_by(person), reference=reference)
    dispute = answering.find(order, number=request.POST.get("dispute", ""))
    if dispute is None:
        raise Http404
    is_conceding = "give_in" in request.POST
    if is_conceding and "sure" not in request.POST:
        context = {"order": order, "dispute": dispute, "question": answering.question(dispute)}
        return render(request, "selling/give_in.html", context)
    answer = answering.give_in if is_conceding else answering.send_evidence
    is_begun, said = answer(dispute, by_id=person.pk)
    (messages.success if is_begun else messages.error)(request, said)
    return redirect("sold_order", reference=reference)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@limited(ratelimits.ORDER)
def sold_release(request: HttpRequest, reference: str) -> HttpResponse:
    """Giving up one of them whose units are not cancelled yet: the page says what that means."""
    person = cast("User", request.user)
    order = get_object_or_404(orders_sold_by(person), reference=reference)
    form = ReleaseForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        is_done, said = form.carry_out(order, by_id=person.pk)
        (messages.success if is_done else messages.error)(request, said)
        return redirect("sold_order", reference=reference)
    return render(request, "selling/release.html", {"order": order, "form": form}, status=422 if form.errors else 200)
