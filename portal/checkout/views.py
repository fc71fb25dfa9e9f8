"""The purchaser's way from a listing to a certificate. Each view makes one domain call and answers with one page."""

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from portal import ratelimits
from portal.checkout import cards, elsewhere, holds, orders, paying, service, transfers, velocity
from portal.checkout.cards import PayForm
from portal.checkout.consent import PublicView
from portal.checkout.forms import DetailsForm, filled_in
from portal.checkout.instructions import come, instructions
from portal.checkout.models import HOLDING_STATES, OrderState
from portal.checkout.quantities import QuantityForm, ends_too_soon
from portal.checkout.rules import LARGEST_ORDER, Ending, NotEnough, PayAt, PayResult, Placed, Refusal
from portal.checkout.ways import template_of, ways_to_pay
from portal.measured import along, brought_by
from portal.money import total
from portal.payments import refunds
from portal.payments.models import PaymentState
from portal.people.models import User
from portal.providers import offers
from portal.providers.offers import Offer
from portal.ratelimits import limited

NEW_WITH_EACH_PAGE = {"csrfmiddlewaretoken", "quantity", "change", "consent", "preview_digest", "shown_total"}
REMEMBERED = 5  # orders that a browser may go back from, one of each listing


def offer_or_404(code: str) -> Offer:
    """Return a listing, whether or not it can still be ordered. Raises Http404 where there is none of this code."""
    listing = offers.offer(code=code)
    if listing is None:
        raise Http404
    return listing


@never_cache
@require_safe
def quantity(request: HttpRequest, code: str) -> HttpResponse:
    """Step 1: how many units. A form that only reads, so it may be bookmarked and repeated."""
    listing = offer_or_404(code)
    left, most, _before = to_be_had(request, listing)
    can_order = left and not ends_too_soon(listing.last_day)
    typed = request.GET if "quantity" in request.GET or can_order else {"quantity": "1"}  # say at once why not
    measured = brought_by(request)
    if measured and "quantity" not in typed:
        typed = {"quantity": str(measured.units_of(min(left, LARGEST_ORDER)))}
    typed_before = typed if "quantity" in typed else None
    form = QuantityForm(typed_before, units_left=left, most=most, last_day=listing.last_day)
    if form.is_valid() and "continue" in request.GET:
        address = f"{reverse('details', args=[code])}?quantity={form.cleaned_data['quantity']}"
        return redirect(along(address, measured))
    return quantity_page(request, listing, form)


def quantity_page(request: HttpRequest, listing: Offer, form: QuantityForm) -> HttpResponse:
    """Ask how many units of a listing, and say what they come to or what is wrong with the number."""
    amount = _amount(listing, form.cleaned_data["quantity"]) if form.is_valid() else None
    context = {"listing": listing, "form": form, "amount": amount, "measured": brought_by(request)}
    chosen = request.session.get("basket", {})
    context["in_basket"] = (
        0 if chosen.get("token") else len(chosen.get("lines", ()))
    )  # what was ordered is no more in it
    return render(request, "checkout/quantity.html", context)


def _said(listing: Offer, quantity: int) -> str:
    """Return what a form says that it comes to, in one written form."""
    return f"{listing.currency} {_amount(listing, quantity)}"


def _amount(listing: Offer, quantity: int) -> Decimal:
    return total(unit_price=listing.unit_price, currency=listing.currency, quantity=quantity)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited(ratelimits.DETAILS)
def details(request: HttpRequest, code: str) -> HttpResponse:
    """Step 2: who, on whose behalf, why; then consent to exactly what was shown."""
    listing = offer_or_404(code)
    if request.method == "POST":
        return _quantity_anew(request, listing) or _sent(request, listing)
    left, most, before = to_be_had(request, listing)
    chosen = QuantityForm(request.GET, units_left=left, most=most, last_day=listing.last_day)
    if not chosen.is_valid():
        return _back_to_quantity(request, listing, request.GET.get("quantity", ""))
    form = DetailsForm(initial=_known_of(request, listing, before), measured=brought_by(request))
    return _details_page(request, listing, form, quantity=chosen.cleaned_data["quantity"])


def _back_to_quantity(request: HttpRequest, listing: Offer, typed: str) -> HttpResponse:
    return redirect(along(f"{listing.url}?{urlencode({'quantity': typed})}", brought_by(request)))


def _details_page(
    request: HttpRequest, listing: Offer, form: DetailsForm, *, quantity: int, preview: PublicView | None = None
) -> HttpResponse:
    form.keep_hidden(quantity, total=_said(listing, quantity))
    context = {"listing": listing, "quantity": quantity, "amount": _amount(listing, quantity)}
    context |= {"form": form, "preview": preview, "measured": brought_by(request)}
    context |= {"kept_days": orders.kept_unpaid().days}
    return render(request, "checkout/details.html", context)


def _sent(request: HttpRequest, listing: Offer) -> HttpResponse:
    """Place the order if all is right; if not, show the page again with everything that was typed."""
    how_many = _quantity_sent(request)
    if how_many is None:
        return _back_to_quantity(request, listing, request.POST.get("quantity", request.GET.get("quantity", "")))
    form = DetailsForm(request.POST, measured=brought_by(request))
    preview = form.preview([(listing, how_many)])
    left = listing.units_on_offer
    if how_many > left:
        left += orders.units_held_by(submission=form.cleaned_data["submission"])
    if "preview" in request.POST:
        form.forgive("consent")
    elif "language" in request.POST:
        form.carry_over()
    elif form.agrees_to(preview, total=_said(listing, how_many)):
        placed = _place(request, listing, form, how_many)
        if isinstance(placed, Placed):
            _remember(request, listing.code, placed.token)
            return redirect("order", token=placed.token)
        if isinstance(placed, Ending):
            return _back_to_quantity(request, listing, str(how_many))
        if isinstance(placed, NotEnough):
            left = placed.units_left
        else:
            form.say_why_not(placed)
    if how_many > left:
        form.say_how_many_are_left(left)
        how_many = left or how_many
        preview = form.preview([(listing, how_many)])
    return _details_page(request, listing, form, quantity=how_many, preview=preview)


def _quantity_anew(request: HttpRequest, listing: Offer) -> HttpResponse | None:
    """Ask again how many units, if that is to change, until it is right; what was typed of the details goes along."""
    if "change" not in request.POST:
        return None
    left, most, _before = to_be_had(request, listing)
    form = QuantityForm(request.POST, units_left=left, most=most, last_day=listing.last_day)
    amount = _amount(listing, form.cleaned_data["quantity"]) if form.is_valid() else None
    if amount is not None and request.POST["change"] == "done":
        here = request.GET.copy()
        here["quantity"] = str(form.cleaned_data["quantity"])
        if here != request.GET:  # 307 sends the form on as it is, to where a reload asks for this number
            return HttpResponseRedirect(f"{request.path}?{here.urlencode()}", status=307)
        details = DetailsForm(request.POST, measured=brought_by(request))
        details.carry_over()
        return _details_page(request, listing, details, quantity=form.cleaned_data["quantity"])
    typed = [
        (name, value) for name, values in request.POST.lists() if name not in NEW_WITH_EACH_PAGE for value in values
    ]
    return render(
        request, "checkout/quantity.html", {"listing": listing, "form": form, "amount": amount, "typed": typed}
    )


def _quantity_sent(request: HttpRequest) -> int | None:
    """Return the number of units a form is about, whether or not so many are left."""
    chosen = QuantityForm(request.POST if "quantity" in request.POST else request.GET, units_left=LARGEST_ORDER)
    return chosen.cleaned_data["quantity"] if chosen.is_valid() else None


def _place(request: HttpRequest, listing: Offer, form: DetailsForm, quantity: int) -> Placed | Refusal:
    return service.place_order(
        listing_code=listing.code,
        quantity=quantity,
        details=form.details(),
        measured=form.measured,
        submission=form.cleaned_data["submission"],
        locale=get_language() or "en",
        purchaser=person(request),
        visitor=ratelimits.visitor_of(request),
        now=timezone.now(),
    )


def _remember(request: HttpRequest, listing_code: str, token: str) -> None:
    """Let this browser go back from an order without losing what was typed, and without ordering twice."""
    before = request.session.get("orders", {})
    if before.get(listing_code) != token:
        others = [(code, each) for code, each in before.items() if code != listing_code]
        request.session["orders"] = dict([*others, (listing_code, token)][-REMEMBERED:])


def _being_corrected(request: HttpRequest, listing: Offer) -> orders.Correctable | None:
    """Return the order of a listing that this browser went back from, while it can still be corrected."""
    token = _remembered(request, listing)
    return orders.correctable(token=token, listing_code=listing.code, now=timezone.now()) if token else None


def _remembered(request: HttpRequest, listing: Offer) -> str:
    return str(request.session.get("orders", {}).get(listing.code, ""))


def to_be_had(request: HttpRequest, listing: Offer) -> tuple[int, int, orders.Correctable | None]:
    """Return how many units are left for this browser, how many an order of it may hold, and the order it has."""
    before = _being_corrected(request, listing)
    left = listing.units_on_offer + (before.quantity if before else 0)
    own = before.submission if before else None
    account = holds.proven(person(request))
    return left, holds.most_units(listing_code=listing.code, left=left, account=account, own=own), before


def person(request: HttpRequest) -> User | None:
    """Return who is signed in, or None."""
    return request.user if request.user.is_authenticated else None


def _known_of(request: HttpRequest, listing: Offer, before: orders.Correctable | None) -> dict[str, Any]:
    if before:
        said = filled_in(before.details, keeps_measured=before.measured is not None)
        return {**said, "submission": before.submission}
    token = _remembered(request, listing)
    if token and (lately := orders.typed_lately(token=token, listing_code=listing.code, now=timezone.now())):
        return filled_in(lately[0], keeps_measured=lately[1])
    if not request.user.is_authenticated:
        return {}
    return {"purchaser_email": request.user.email, "purchaser_name": request.user.get_full_name()}


@csrf_exempt  # it reads what was typed and answers with a part of a page, and depends on no cookie
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited(ratelimits.PREVIEW)
def preview(request: HttpRequest, code: str) -> HttpResponse:
    """What becomes public, as typed so far: a fragment for browsers that keep it up to date."""
    listing = offer_or_404(code)
    if request.method != "POST":
        return _back_to_quantity(request, listing, request.GET.get("quantity", ""))
    form = DetailsForm(request.POST, measured=brought_by(request))
    shown = form.preview([(listing, _quantity_sent(request) or 1)])
    return render(request, "checkout/_preview.html", {"preview": shown, "form": form})


def _order_or_404(token: str) -> orders.OrderView:
    found = orders.order_at(token=token, now=timezone.now())
    if found is None:
        raise Http404
    return found


@never_cache
@require_safe
@limited(ratelimits.ORDER)
def order(request: HttpRequest, token: str) -> HttpResponse:
    """Step 3 and after: one address for an order's whole life, so that going back and second tabs do no harm."""
    shown = _order_or_404(token)
    if shown.state == OrderState.AWAITING_PAYMENT:
        _remember(request, shown.listing_code, token)
    return _order_page(request, shown)


def _order_page(
    request: HttpRequest,
    shown: orders.OrderView,
    *,
    typed: QueryDict | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {"order": shown, "listing": offers.offer(code=shown.listing_code), "problem": problem}
    if shown.state not in HOLDING_STATES:
        context["refunds"] = refunds.done(reference=shown.reference)
    if shown.payment_state in (PaymentState.OFFERED, PaymentState.DECLINED):
        context["come"] = come(reference=shown.reference)
    is_open = shown.state == OrderState.AWAITING_PAYMENT and not shown.is_payment_pending
    if is_open and shown.payment_state and orders.is_spent(reference=shown.reference):
        context |= {"is_spent": True, "problem": cards.PROBLEMS[PayResult.TOO_OFTEN]}
    elif is_open:
        ways = ways_to_pay(token=shown.token)
        context["ways_to_pay"] = ways
        entry = cards.card_entry(ways, currency=shown.currency, now=timezone.now())
        context |= {"ways": [template_of(each) for each in ways], "card_entry": entry}
        context["form"] = PayForm(typed, cards=cards.choices(entry))
        if shown.payment_state == PaymentState.OFFERED:
            context["transfer"] = instructions(reference=shown.reference, until=shown.hold_until)
    response = render(request, "checkout/order.html", context, status=status)
    if context.get("card_entry") and context["card_entry"].kind == "hosted_fields":
        cards.widen_policy(response)
    elsewhere.widen_policy(response, ways=context.get("ways_to_pay", []))
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited(ratelimits.PAY)
def pay(request: HttpRequest, token: str) -> HttpResponse:
    """Hold the money, once. Every outcome leads back to the order's own page.

    The gateway is asked once as well: how cards are entered matters to a page that asks for one, and to no payment.
    """
    shown = _order_or_404(token)
    if request.method != "POST" or shown.state != OrderState.AWAITING_PAYMENT or shown.is_payment_pending:
        return redirect("order", token=token)
    form = PayForm(request.POST)
    if not form.is_valid():
        return _order_page(request, shown, typed=request.POST, status=422)
    if wait := velocity.attempt(request, shown):
        return ratelimits.come_back(request, wait)
    result = paying.pay(token=token, now=timezone.now(), **form.cleaned_data)
    if result in cards.PROBLEMS:
        problem = str(cards.PROBLEMS[result])
        return _order_page(request, _order_or_404(token), problem=problem, status=422)
    return redirect("order", token=token)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited(ratelimits.PAY)
def pay_elsewhere(request: HttpRequest, token: str, rail: str) -> HttpResponse:
    """Send the purchaser to where they agree to the payment, on the pages of others."""
    shown = _order_or_404(token)
    if rail not in elsewhere.LEADING_AWAY:
        raise Http404
    if request.method != "POST" or shown.state != OrderState.AWAITING_PAYMENT or shown.is_payment_pending:
        return redirect("order", token=token)
    if wait := velocity.attempt(request, shown):
        return ratelimits.come_back(request, wait)
    led = elsewhere.go(order=shown, rail=rail, language=get_language() or "en", now=timezone.now())
    if isinstance(led, PayAt):
        return HttpResponseRedirect(led.url, status=303)
    if led in elsewhere.PROBLEMS:
        return _order_page(request, _order_or_404(token), problem=str(elsewhere.PROBLEMS[led]), status=422)
    return redirect("order", token=token)


@never_cache
@require_GET
@limited(ratelimits.PAY_RETURN)
def pay_return(request: HttpRequest, token: str) -> HttpResponse:
    """Come back from there. That proves nothing: the gateway is asked, and what it says is told on the order's page."""
    shown = _order_or_404(token)
    result = elsewhere.come_back(order=shown, now=timezone.now())
    if result in elsewhere.PROBLEMS:
        messages.error(request, elsewhere.PROBLEMS[result])
    return redirect("order", token=token)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited(ratelimits.PAY)
def transfer(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for a transfer: the order's own page then says where to, and under which reference."""
    shown = _order_or_404(token)
    if request.method == "POST" and shown.state == OrderState.AWAITING_PAYMENT and not shown.is_payment_pending:
        if wait := velocity.attempt(request, shown):
            return ratelimits.come_back(request, wait)
        result = transfers.pay(token=token, now=timezone.now())
        if not isinstance(result, str):
            velocity.take_back(reference=shown.reference)
        elif result in cards.PROBLEMS:
            problem = str(cards.PROBLEMS[result])
            return _order_page(request, _order_or_404(token), problem=problem, status=422)
    return redirect("order", token=token)


@never_cache
@require_safe
@limited(ratelimits.PROGRESS)
def progress(request: HttpRequest, token: str) -> HttpResponse:
    """How far a paid order has come: a fragment, asked for until there is something new to show.

    It says when to ask again, so that those who wait for long do not keep the portal busy by asking.
    """
    shown = _order_or_404(token)
    response = render(request, "checkout/_progress.html", {"order": shown})
    response["Retry-After"] = str(shown.look_again)
    if not shown.goes_on:
        response["HX-Refresh"] = "true"
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited(ratelimits.ORDER)
def withdraw(request: HttpRequest, token: str) -> HttpResponse:
    """Give an order up before it is paid."""
    _order_or_404(token)
    if request.method == "POST" and not service.withdraw(token=token, now=timezone.now()):
        messages.info(request, _("This order can no longer be withdrawn."))
    return redirect("order", token=token)
