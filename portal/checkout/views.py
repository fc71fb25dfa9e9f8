"""The purchaser's way from a listing to a certificate. Each view makes one domain call and answers with one page."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.checkout import cards, hooks, offers, orders, service
from portal.checkout.forms import DetailsForm, PayForm, QuantityForm
from portal.checkout.models import OrderState
from portal.checkout.money import total
from portal.checkout.offers import Offer

ORDERS_PER_PAGE = 20


def _offer_or_404(code: str) -> Offer:
    listing = offers.offer(code=code)
    if listing is None:
        raise Http404
    return listing


@never_cache
@require_GET
def quantity(request: HttpRequest, code: str) -> HttpResponse:
    """Step 1: how many units. A form that only reads, so it may be bookmarked and repeated."""
    listing = _offer_or_404(code)
    form = QuantityForm(request.GET if "quantity" in request.GET else None, units_left=listing.units_left)
    if form.is_valid() and "continue" in request.GET:
        return redirect(f"{reverse('details', args=[code])}?quantity={form.cleaned_data['quantity']}")
    return render(request, "checkout/quantity.html", {"listing": listing, "form": form, "amount": _amount(listing, form)})


def _amount(listing: Offer, form: QuantityForm) -> Any:
    if not form.is_valid():
        return None
    return total(unit_price=listing.unit_price, currency=listing.currency, quantity=form.cleaned_data["quantity"])


@never_cache
@require_http_methods(["GET", "POST"])
def details(request: HttpRequest, code: str) -> HttpResponse:
    """Step 2: who, on whose behalf, why; then consent to exactly what was shown."""
    listing = _offer_or_404(code)
    chosen = QuantityForm(request.GET, units_left=listing.units_left)
    form = DetailsForm(request.POST or None, initial=_known_of(request))
    if not chosen.is_valid() and not (request.method == "POST" and _was_sent_before(form)):
        return redirect(f"{reverse('quantity', args=[code])}?quantity={request.GET.get('quantity', '')}")
    how_many = chosen.cleaned_data.get("quantity", 0)
    preview = form.preview(listing, how_many) if form.is_bound else None
    if form.is_bound and "preview" not in request.POST and form.agrees_to(preview):
        placed = service.place_order(
            listing_code=code,
            quantity=how_many,
            details=form.details(),
            submission=form.cleaned_data["submission"],
            locale=get_language() or "en",
            purchaser=request.user if request.user.is_authenticated else None,
            now=timezone.now(),
        )
        if isinstance(placed, service.Placed):
            return redirect("order", token=placed.token)
        return redirect(f"{reverse('quantity', args=[code])}?quantity={how_many}")
    context = {"listing": listing, "quantity": how_many, "amount": _amount(listing, chosen), "form": form}
    return render(request, "checkout/details.html", {**context, "preview": preview})


def _was_sent_before(form: DetailsForm) -> bool:
    """Say whether this very form already became an order, whatever is left of the listing since."""
    form.is_valid()
    submission = form.cleaned_data.get("submission")
    return submission is not None and service.was_placed(submission=submission)


def _known_of(request: HttpRequest) -> dict[str, Any]:
    known: dict[str, Any] = {"submission": uuid.uuid4()}
    if request.user.is_authenticated:
        known |= {"purchaser_email": request.user.email, "purchaser_name": request.user.get_full_name()}
    return known


@never_cache
@require_POST
def preview(request: HttpRequest, code: str) -> HttpResponse:
    """What becomes public, as typed so far: a fragment for browsers that keep it up to date."""
    listing = _offer_or_404(code)
    form = DetailsForm(request.POST)
    chosen = QuantityForm(request.GET, units_left=listing.units_left)
    how_many = chosen.cleaned_data["quantity"] if chosen.is_valid() else 1
    return render(request, "checkout/_preview.html", {"preview": form.preview(listing, how_many), "form": form})


def _order_or_404(token: str) -> orders.OrderView:
    order = orders.order_at(token=token)
    if order is None:
        raise Http404
    return order


@never_cache
@require_GET
def order(request: HttpRequest, token: str) -> HttpResponse:
    """Step 3 and after: one address for an order's whole life, so that going back and second tabs do no harm."""
    return _order_page(request, _order_or_404(token))


def _order_page(
    request: HttpRequest, shown: orders.OrderView, *, form: PayForm | None = None, problem: str = "", status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {"order": shown, "listing": offers.offer(code=shown.listing_code), "problem": problem}
    if shown.state == OrderState.AWAITING_PAYMENT and not shown.is_payment_pending:
        entry = cards.card_entry(token=shown.token)
        context |= {"card_entry": entry, "form": form or PayForm(cards=cards.choices(entry))}
    response = render(request, "checkout/order.html", context, status=status)
    if context.get("card_entry") and context["card_entry"].kind == "hosted_fields":
        cards.widen_policy(response)
    return response


@never_cache
@require_POST
def pay(request: HttpRequest, token: str) -> HttpResponse:
    """Hold the money, once. Every outcome leads back to the order's own page."""
    shown = _order_or_404(token)
    if shown.state != OrderState.AWAITING_PAYMENT or shown.is_payment_pending:
        return redirect("order", token=token)
    entry = cards.card_entry(token=token)
    form = PayForm(request.POST, cards=cards.choices(entry))
    if not form.is_valid():
        return _order_page(request, shown, form=form, status=422)
    result = service.pay(token=token, now=timezone.now(), **form.cleaned_data)
    if result in cards.PROBLEMS:
        problem = str(cards.PROBLEMS[result])
        return _order_page(request, _order_or_404(token), problem=problem, status=422)
    return redirect("order", token=token)


@never_cache
@require_GET
def progress(request: HttpRequest, token: str) -> HttpResponse:
    """How far a paid order has come: a fragment, asked for until there is something new to show."""
    shown = _order_or_404(token)
    response = render(request, "checkout/_progress.html", {"order": shown})
    if shown.state != OrderState.PAID and not shown.is_payment_pending:
        response["HX-Refresh"] = "true"
    return response


@never_cache
@require_POST
def withdraw(request: HttpRequest, token: str) -> HttpResponse:
    """Give an order up before it is paid."""
    _order_or_404(token)
    if not service.withdraw(token=token):
        messages.info(request, _("This order can no longer be withdrawn."))
    return redirect("order", token=token)


@never_cache
@login_required
def account(request: HttpRequest) -> HttpResponseBase:
    """What a person ordered, and what the providers they belong to have on offer."""
    pages = Paginator(orders.orders_of(request.user), ORDERS_PER_PAGE)
    page = pages.get_page(request.GET.get("page"))
    context = {
        "orders": [orders.view_of(each) for each in page],
        "pager": page,
        "listings": offers.offers_of_member(user_id=request.user.pk),
    }
    return render(request, "checkout/account.html", context)


@csrf_exempt
@require_http_methods(["GET", "POST"])
def braintree_hook(request: HttpRequest, hook_key: str) -> HttpResponse:
    """A provider's gateway says that something happened. Verified, then used as a hint only."""
    return hooks.answer(request, hook_key=hook_key)


