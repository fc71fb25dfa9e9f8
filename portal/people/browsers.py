"""Browsers in which somebody was signed in: whatever others guess elsewhere, they are let in with the right password.

A cookie says which accounts a browser was signed in to, signed, and named by digests. It lets nobody in by itself.
"""

from hashlib import blake2s
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from portal.tokens import new_token

NAME = "browser"
KEPT_FOR = 400 * 24 * 3600  # seconds, as long as browsers keep a cookie at all
MOST_ACCOUNTS = 5


def remember(request: HttpRequest, response: HttpResponse, *, addresses: set[str]) -> None:
    """Let a browser know the accounts it was signed in to, by their e-mail addresses: these, and some before."""
    said = _said(request)
    new = {_digest(each) for each in addresses}
    accounts = [*sorted(new), *(each for each in said.get("accounts", []) if each not in new)][:MOST_ACCOUNTS]
    told = {"browser": said.get("browser") or new_token(), "accounts": accounts}
    response.set_cookie(
        cookie_name(),
        _signer().sign_object(told),
        max_age=KEPT_FOR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def prove(request: HttpRequest, *, address: str) -> None:
    """Let a session count as such a browser, since somebody opened a letter to this address in it."""
    said = request.session.get(NAME, {"browser": new_token(), "accounts": []})
    request.session[NAME] = {**said, "accounts": [*said["accounts"], _digest(address)][-MOST_ACCOUNTS:]}


def known(request: HttpRequest, *, address: str) -> str:
    """Return the name of a browser that was signed in to the account with an e-mail address; empty for all others."""
    for said in (_said(request), request.session.get(NAME, {})):
        if _digest(address) in said.get("accounts", []):
            return str(said["browser"])
    return ""


def cookie_name() -> str:
    """Return the cookie's name, with the prefix by which browsers take it from this very host alone."""
    return f"{settings.COOKIE_PREFIX}{NAME}"


def _said(request: HttpRequest) -> dict[str, Any]:
    try:
        told: dict[str, Any] = _signer().unsign_object(request.COOKIES.get(cookie_name(), ""), max_age=KEPT_FOR)
    except signing.BadSignature:
        return {}
    return told


def _signer() -> signing.TimestampSigner:
    return signing.TimestampSigner(salt="portal.people.browsers")


def _digest(address: str) -> str:
    return blake2s(address.lower().encode(), digest_size=12).hexdigest()
