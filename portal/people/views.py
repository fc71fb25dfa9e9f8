"""Doors before the one page to sign in, for the desk and for pages that are not for everybody.

Who is signed in and still not let in is told so here: sent on to sign in, they would come straight back, for ever.
"""

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache

ACCESS, DESK = "wagtailadmin.access_admin", "/admin/"


@never_cache
def desk_door(request: HttpRequest) -> HttpResponse:
    """Send strangers to sign in, and tell others why the desk stays closed."""
    if request.user.is_authenticated and not request.user.has_perm(ACCESS):
        list(messages.get_messages(request))  # the page says what Wagtail says, and it is said once
        return _closed(request, is_desk=True)
    return redirect_to_login(_wanted(request, else_to=DESK), resolve_url("account_login"))


@never_cache
def page_door(request: HttpRequest) -> HttpResponse:
    """Send strangers to sign in, and tell others that a page is for groups they are not in."""
    if request.user.is_authenticated:
        return _closed(request, is_desk=False)
    return redirect_to_login(_wanted(request), resolve_url("account_login"))


def _wanted(request: HttpRequest, *, else_to: str = "/") -> str:
    """Return the address that was asked for, if it is one of ours."""
    address = request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(address, allowed_hosts=None) and address.startswith("/")
    return address if is_ours else else_to


def _closed(request: HttpRequest, *, is_desk: bool) -> HttpResponse:
    context = {"is_desk": is_desk, "next": DESK if is_desk else _wanted(request)}
    return render(request, "account/closed.html", context, status=403)
