"""How often one visitor may ask for what costs a payment gateway or a database something. All limits stand here.

Counts live in Django's cache: shared by all web processes where the cache is Redis, per process where it is local. A
limit protects what lies behind it and is no security boundary, so a cache that is down limits nothing.
Signing in has limits of its own, in people/adapter.py; who a visitor is (their address, behind a proxy as well) is
asked of allauth for both, so that ALLAUTH_TRUSTED_PROXY_COUNT answers it once.
"""

import logging
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from functools import wraps
from hashlib import blake2s
from ipaddress import IPv6Address, IPv6Network, ip_address
from math import ceil
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

View = Callable[..., HttpResponseBase]
MINUTE = 60  # seconds


@dataclass(frozen=True)
class Limit:
    """At most so many requests of one visitor in each window of `period` seconds. Only `methods` count."""

    name: str
    most: int
    period: int = MINUTE
    methods: tuple[str, ...] = ("GET", "HEAD", "POST")


DETAILS = Limit("details", 30, methods=("POST",))
PREVIEW = Limit("preview", 120, methods=("POST",))
PAY = Limit("pay", 10, methods=("POST",))
PAY_RETURN = Limit("pay_return", 10)
PAGE_PASSWORD = Limit("page_password", 10, period=10 * MINUTE, methods=("POST",))
VERIFY = Limit("verify", 30)
CSV = Limit("csv", 10)
ANSWERS = Limit("answers", 120, methods=("POST",))
LIVE = Limit("live", 240, methods=("POST",))
RESULT = Limit("result", 20, methods=("POST",))
AIRPORTS = Limit("airports", 240)
API = Limit("api", 240)
OWN_PASSWORD = Limit("own-password", 10, period=10 * MINUTE, methods=("POST",))
PICTURE = Limit("picture", 30)
PAPER = Limit("paper", 20)
HISTORY = Limit("history", 120)
ORDER = Limit("order", 60)
PROGRESS = Limit("progress", 240)
STATEMENT = Limit("statement", 60, period=10 * MINUTE, methods=("POST",))
STOP = Limit("stop", 30)
BATCH = Limit("batch", 10, period=10 * MINUTE, methods=("POST",))


def limited(limit: Limit) -> Callable[[View], View]:
    """Decorate a view so that who asks more often gets a 429 that says when to come back, in the page's language."""

    def decorate(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            wait = wait_for(limit, request)
            return come_back(request, wait) if wait else view(request, *args, **kwargs)

        return answer

    return decorate


def wait_for(limit: Limit, request: HttpRequest) -> int:
    """Count a request, and return 0 or how many seconds its visitor should wait. Who is not limited never waits."""
    if not settings.RATE_LIMITS or request.method not in limit.methods:
        return 0
    try:
        return seconds_to_wait(limit, visitor=household(get_adapter(request).get_client_ip(request)), now=time.time())
    except PermissionDenied:
        logger.warning("nobody is limited: the web server tells no client addresses (BEHIND_PROXY, X-Forwarded-For)")
    except RedisError as error:
        logger.warning("nobody is limited: the cache does not answer: %s", error)
    return 0


def wait_for_account(limit: Limit, *, account_id: int) -> int:
    """Count what somebody who is signed in tries, and return 0 or how many seconds that account should wait."""
    return wait_for_one(limit, who=f"account {account_id}")


def wait_for_one(limit: Limit, *, who: str) -> int:
    """Count what somebody tries, by whatever tells them from others, and return 0 or how many seconds to wait."""
    if not settings.RATE_LIMITS:
        return 0
    try:
        return seconds_to_wait(limit, visitor=who, now=time.time())
    except RedisError as error:
        logger.warning("nobody is limited: the cache does not answer: %s", error)
    return 0


def remember(about: str, counted: Collection[tuple[Limit, str]]) -> None:
    """Keep, for as long as it matters, what was counted just now about something: by which limits, and of whom."""
    if not settings.RATE_LIMITS:
        return
    keys = [_key(limit, who, int(time.time() // limit.period)) for limit, who in counted]
    longest = max((limit.period for limit, _who in counted), default=0)
    try:
        cache.set(f"counted:{_digest(about)}", keys, timeout=2 * longest)
    except RedisError as error:
        logger.warning("nothing can be taken back: the cache does not answer: %s", error)


def take_back(about: str) -> None:
    """Let what is remembered about something not count: once, however often this is asked for."""
    if not settings.RATE_LIMITS:
        return
    name = f"counted:{_digest(about)}"
    try:
        keys = cache.get(name, [])
        for key in keys if cache.delete(name) else []:
            with suppress(ValueError):  # its window is over
                cache.decr(key)
    except RedisError as error:
        logger.warning("nothing is taken back: the cache does not answer: %s", error)


def sender_of(request: HttpRequest) -> str:
    """Return a keyed digest that tells a visitor from others, to share something out among them; empty if unknown."""
    try:
        return _digest(household(get_adapter(request).get_client_ip(request)))
    except PermissionDenied:
        return ""


def visitor_of(request: HttpRequest) -> str:
    """Return such a digest for limits that are kept in the database; empty, so that none hold, where limits are off."""
    return sender_of(request) if settings.RATE_LIMITS else ""


def household(address: str) -> str:
    """Return what one visitor has to themselves: an IPv4 address, or the /64 network of an IPv6 address.

    An IPv4 address may come as an IPv6 one (`::ffff:192.0.2.1`), where one socket listens for both: all of those lie in
    one network, which is nobody's own.
    """
    given = ip_address(address)
    plain = given.ipv4_mapped or given if isinstance(given, IPv6Address) else given
    return str(IPv6Network((plain, 64), strict=False) if isinstance(plain, IPv6Address) else plain)


def seconds_to_wait(limit: Limit, *, visitor: str, now: float) -> int:
    """Count one request at `now` (UTC seconds) and return 0, or how many seconds are left of a window that is full.

    Atomic, as `add` and `incr` are in the local cache and in Redis: of simultaneous requests exactly `most` pass.
    Each window has a key of its own, which outlives it, so that no count is lost between the two.
    """
    window = int(now // limit.period)
    key = _key(limit, visitor, window)
    if cache.add(key, 1, timeout=2 * limit.period):
        return 0
    try:
        count = cache.incr(key)
    except ValueError:  # thrown out by a full cache in between
        return 0
    return _rest(limit, window, now) if count > limit.most else 0


def _key(limit: Limit, visitor: str, window: int) -> str:
    return f"limit:{limit.name}:{window}:{_digest(visitor)}"


def _rest(limit: Limit, window: int, now: float) -> int:
    return max(1, ceil((window + 1) * limit.period - now))


def _digest(visitor: str) -> str:
    """Return a keyed digest: addresses are personal data and need not lie about in a cache.

    It keeps to the oldest key there is, so that what somebody has set aside goes on to count when the key is changed.
    """
    key = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS][-1]
    return blake2s(visitor.encode(), key=key.encode()[:32], digest_size=12).hexdigest()


def come_back(request: HttpRequest, wait: int) -> HttpResponse:
    """Answer somebody who should wait so many seconds, in the page's language."""
    minutes = ceil(wait / MINUTE) if wait > 2 * MINUTE else 0  # nobody counts hundreds of seconds
    response = render(request, "429.html", {"wait": wait, "minutes": minutes}, status=429)
    response["Retry-After"] = str(wait)
    return response
