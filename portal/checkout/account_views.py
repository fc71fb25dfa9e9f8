"""A person's own page: what they ordered, and what their providers offer."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from portal.checkout import orders
from portal.people.models import User
from portal.providers import offers

ORDERS_PER_PAGE = 20


@never_cache
@login_required
def account(request: HttpRequest) -> HttpResponseBase:
    """What a person ordered, and what the providers they belong to have on offer."""
    person = cast(User, request.user)  # nobody else is let in
    pages = Paginator(orders.orders_of(person), ORDERS_PER_PAGE)
    page = pages.get_page(request.GET.get("page"))
    context = {
        "orders": orders.views_of(list(page), now=timezone.now()),
        "pager": page,
        "listings": offers.offers_of_member(user_id=person.pk),
    }
    return render(request, "checkout/account.html", context)
