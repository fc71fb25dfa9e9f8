"""The way of several listings from a basket to their orders, which are paid one by one.

What was chosen is kept with the session; what was ordered has an address of its own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from portal import ratelimits
from portal.checkout import baskets, holds, orders
from portal.checkout.forms import DetailsForm, filled_in
from portal.checkout.quantities import QuantityForm
from portal.checkout.rules import Placed, TooManyHolds
from portal.checkout.views import NEW_WITH_EACH_PAGE, offer_or_404, person, quantity_page, to_be_had
from portal.measured import along, brought_by
from portal.money import total
from portal.providers import offers
from portal.providers.offers import Offer
from portal.ratelimits import limited

CHOSEN = "basket"  # in the session: units by listing, and the address of what was ordered of it, if it was


@dataclass(frozen=True, kw_only=True)
class BasketLine:
    """One listing in a basket, and how many units of it, as far as they can be had."""

    offer: Offer
    form: QuantityForm

    @property
    def quantity(self) -> int:
        return int(self.form.cleaned_data["quantity"])

    @property
    def amount(self) -> Decimal | None:
        """What it comes to, in the currency of its listing; None while the number of units is not right."""
        if not self.form.is_valid():
            return None
        return total(unit_price=self.offer.unit_price, currency=self.offer.currency, quantity=self.quantity)


def _kept(request: HttpRequest) -> dict[str, Any]:
    """Return what is in the basket, with the address of what was ordered of it, while that can still be corrected."""
    kept = {"lines": {}, "token": "", **request.session.get(CHOSEN, {})}
    if kept["token"] and baskets.correctable(token=kept["token"], now=timezone.now()) is None:
        return {"lines": {}, "token": ""}
    return kept


def _keep(request: HttpRequest, *, lines: dict[str, int], token: str = "") -> None:
    request.session[CHOSEN] = {"lines": lines, "token": token}


def _lines(request: HttpRequest, typed: QueryDict | None = None) -> list[BasketLine]:
    """Return what is in the basket, with the numbers that were typed now, else with those kept."""
    kept = _kept(request)
    own = baskets.held(token=kept["token"])
    account = holds.proven(person(request))
    lines = []
    for offer in offers.offers_by_code(kept["lines"]):
        units, submission = own.get(offer.code, (0, None))
        left = offer.units_on_offer + units
        most = holds.most_units(listing_code=offer.code, left=left, account=account, own=submission)
        data = typed or {f"{offer.code}-quantity": str(kept["lines"][offer.code])}
        form = QuantityForm(data, prefix=offer.code, units_left=left, most=most, last_day=offer.last_day)
        form.fields["quantity"].help_text = ""
        form.fields["quantity"].label = _label_of(offer)
        lines.append(BasketLine(offer=offer, form=form))
    return lines


def _label_of(offer: Offer) -> str:
    """Ask how many units, and of what: those who hear a page would else hear the same question for each listing."""
    which = f"{offer.activity_title}, {offer.provider_name}"
    return format_html('{} <span class="visually-hidden" lang="en">{}</span>', _("How many units?"), which)


def _is_right(lines: Sequence[BasketLine]) -> bool:
    wrong = [each for each in lines if not each.form.is_valid()]  # each is asked, so that each says what is wrong
    return bool(lines) and not wrong


def _totals(lines: Iterable[BasketLine]) -> dict[str, Decimal]:
    totals: dict[str, Decimal] = {}
    for each in lines:
        totals[each.offer.currency] = totals.get(each.offer.currency, Decimal(0)) + (each.amount or 0)
    return totals


def _said(lines: Iterable[BasketLine]) -> str:
    """Return what a form says that each of its lines comes to, in one written form."""
    return ", ".join(sorted(f"{each.offer.code} {each.offer.currency} {each.amount}" for each in lines))


def _shown(lines: Sequence[BasketLine]) -> dict[str, Any]:
    """Return what each page of a basket says of it: what it comes to only once all numbers are right."""
    providers = {each.offer.provider_name for each in lines}
    return {"lines": lines, "totals": _totals(lines) if _is_right(lines) else {}, "providers": len(providers)}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited(ratelimits.DETAILS)
def add(request: HttpRequest, code: str) -> HttpResponse:
    """Put units of a listing into the basket, in place of those that are in it."""
    listing = offer_or_404(code)
    if request.method != "POST":
        return redirect(along(listing.url, brought_by(request)))
    left, most, _before = to_be_had(request, listing)
    form = QuantityForm(request.POST, units_left=left, most=most, last_day=listing.last_day)
    if form.is_valid():
        kept = _kept(request)
        lines = {**kept["lines"], code: form.cleaned_data["quantity"]}
        if len(lines) <= baskets.MOST_LINES:
            _keep(request, lines=lines, token=kept["token"])
            return redirect(along(reverse("basket"), brought_by(request)))
        full = _("A basket has room for %(most)s listings. Order those first, or take one out.")
        form.add_error("quantity", forms.ValidationError(full, params={"most": baskets.MOST_LINES}))
    return quantity_page(request, listing, form)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited(ratelimits.DETAILS)
def basket(request: HttpRequest) -> HttpResponse:
    """What is in the basket: numbers to be changed, listings to be taken out."""
    if request.method != "POST":
        return _basket_page(request, _lines(request))
    lines = _changed(request)
    if "continue" in request.POST and _is_right(lines):
        return redirect(along(reverse("basket_details"), brought_by(request)))
    return _basket_page(request, lines)


def _changed(request: HttpRequest) -> list[BasketLine]:
    """Keep what was typed of the numbers, as far as it is right, and take out what is no longer wanted."""
    kept = _kept(request)
    kept["lines"].pop(request.POST.get("remove", ""), None)
    _keep(request, **kept)
    typed = request.POST if any(f"{code}-quantity" in request.POST for code in kept["lines"]) else None
    lines = _lines(request, typed)
    right = {each.offer.code: each.quantity for each in lines if each.form.is_valid()}
    _keep(request, lines={**kept["lines"], **right}, token=kept["token"])
    return lines


def _basket_page(request: HttpRequest, lines: Sequence[BasketLine], *, typed: QueryDict | None = None) -> HttpResponse:
    """Show the basket; what was `typed` of the details goes along."""
    left_out = {*NEW_WITH_EACH_PAGE, "remove", *(each.form.add_prefix("quantity") for each in lines)}
    sent = typed.lists() if typed else ()
    carried = [(name, each) for name, values in sent if name not in left_out for each in values]
    errors = [(each, each.form["quantity"], error) for each in lines for error in each.form["quantity"].errors]
    context = {**_shown(lines), "typed": carried, "errors": errors, "measured": brought_by(request)}
    return render(request, "checkout/basket.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited(ratelimits.DETAILS)
def details(request: HttpRequest) -> HttpResponse:
    """Who, on whose behalf and why, typed once for all; then consent to exactly what was shown."""
    if request.method == "POST" and "change" in request.POST:
        return _changing(request)
    lines = _lines(request)
    if not _is_right(lines):
        return redirect(along(reverse("basket"), brought_by(request)))
    if request.method == "POST":
        return _sent(request, lines)
    return _details_page(request, lines, DetailsForm(initial=_known_of(request), measured=brought_by(request)))


def _changing(request: HttpRequest) -> HttpResponse:
    lines = _changed(request)
    if request.POST["change"] != "done" or not _is_right(lines):
        return _basket_page(request, lines, typed=request.POST)
    form = DetailsForm(request.POST, measured=brought_by(request))
    form.carry_over()
    return _details_page(request, lines, form)


def _sent(request: HttpRequest, lines: Sequence[BasketLine]) -> HttpResponse:
    """Place the orders if all is right; if not, show the page again with everything that was typed."""
    form = DetailsForm(request.POST, measured=brought_by(request))
    preview = form.preview([(each.offer, each.quantity) for each in lines])
    if "preview" in request.POST:
        form.forgive("consent")
    elif "language" in request.POST:
        form.carry_over()
    elif form.agrees_to(preview, total=_said(lines)):
        placed = _place(request, lines, form)
        if isinstance(placed, Placed):
            _keep(request, lines=_kept(request)["lines"], token=placed.token)
            return redirect("basket_orders", token=placed.token)
        if not isinstance(placed.refusal, TooManyHolds):  # the basket says of which listing, and what can be had
            return _basket_page(request, _lines(request), typed=request.POST)
        form.say_why_not(placed.refusal)
    return _details_page(request, lines, form, preview=preview)


def _place(request: HttpRequest, lines: Sequence[BasketLine], form: DetailsForm) -> Placed | baskets.NotPlaced:
    return baskets.place(
        lines={each.offer.code: each.quantity for each in lines},
        details=form.details(),
        measured=form.measured,
        submission=form.cleaned_data["submission"],
        locale=get_language() or "en",
        purchaser=person(request),
        visitor=ratelimits.visitor_of(request),
        now=timezone.now(),
    )


def _known_of(request: HttpRequest) -> dict[str, Any]:
    before = baskets.correctable(token=_kept(request)["token"], now=timezone.now())
    if before:
        said = filled_in(before.details, keeps_measured=before.measured is not None)
        return {**said, "submission": before.submission}
    if not request.user.is_authenticated:
        return {}
    return {"purchaser_email": request.user.email, "purchaser_name": request.user.get_full_name()}


def _details_page(
    request: HttpRequest, lines: Sequence[BasketLine], form: DetailsForm, *, preview: Any = None
) -> HttpResponse:
    form.keep_hidden(sum(each.quantity for each in lines), total=_said(lines))
    context = {**_shown(lines), "form": form, "preview": preview, "measured": brought_by(request)}
    context |= {"kept_days": orders.kept_unpaid().days}
    return render(request, "checkout/basket_details.html", context)


@csrf_exempt  # it reads what was typed and answers with a part of a page, and changes nothing
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited(ratelimits.PREVIEW)
def preview(request: HttpRequest) -> HttpResponse:
    """What becomes public, as typed so far: a fragment for browsers that keep it up to date."""
    lines = _lines(request)
    if request.method != "POST" or not _is_right(lines):
        return redirect("basket")
    form = DetailsForm(request.POST, measured=brought_by(request))
    shown = form.preview([(each.offer, each.quantity) for each in lines])
    return render(request, "checkout/_preview.html", {"preview": shown, "form": form})


@never_cache
@require_safe
@limited(ratelimits.ORDER)
def placed(request: HttpRequest, token: str) -> HttpResponse:
    """The orders of a basket: which are to be paid, and how far the others have come."""
    shown = orders.basket_at(token=token, now=timezone.now())
    if shown is None:
        raise Http404
    known = {each.code: each for each in offers.offers_by_code([each.listing_code for each in shown.orders])}
    rows = [(each, known[each.listing_code]) for each in shown.orders]
    return render(request, "checkout/basket_orders.html", {"basket": shown, "rows": rows})
