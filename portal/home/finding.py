"""What search engines are told: which pages there are, each in its languages, and what is no use to them."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from wagtail.models import Page

from portal.home.models import open_to_all

VIEWS = ("history", "verify", "factors", "api")
# What is somebody's own, or a form on the way to it. Secret addresses stay secret: only how they all begin is said.
CLOSED = (
    "/admin/",
    "/api/",
    "/c/",
    "/hooks/",
    "/*/account/",
    "/*/accounts/",
    "/*/basket/",
    "/*/baskets/",
    "/*/buy/",
    "/*/orders/",
    "/*/_util/",
)


class OwnAddresses(Sitemap[Any]):
    """Addresses at SITE_URL, whatever host a request names, each with those of the same page in other languages."""

    i18n = True
    alternates = True

    def get_protocol(self, protocol: str | None = None) -> str:
        return urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site: Any = None) -> str:
        return urlsplit(settings.SITE_URL).netloc


class PagesSitemap(OwnAddresses):
    """What editors publish for everybody. What stands in for a translation is the same text again, and left out."""

    def items(self) -> list[dict[str, Page]]:
        found: dict[Any, dict[str, Page]] = defaultdict(dict)
        pages = open_to_all(Page.objects.filter(depth__gt=1, alias_of=None))
        for page in pages.select_related("locale").order_by("path"):
            if _path(page):
                found[page.translation_key][page.locale.language_code] = page
        return list(found.values())

    def get_languages_for_item(self, item: dict[str, Page]) -> list[str]:
        return [code for code, _name in settings.LANGUAGES if code in item]

    def location(self, item: dict[str, Page]) -> str:
        return _path(item[get_language() or settings.LANGUAGE_CODE])

    def lastmod(self, item: dict[str, Page]) -> datetime | None:
        return max((page.last_published_at for page in item.values() if page.last_published_at), default=None)


def _path(page: Page) -> str:
    """Where a page is found on the site, without scheme and host; empty if it is nowhere."""
    parts = page.get_url_parts()
    return str(parts[2]) if parts and parts[2] else ""


class ViewsSitemap(OwnAddresses):
    """What everybody can read that no editor writes."""

    def items(self) -> Iterable[str]:
        return VIEWS

    def location(self, item: str) -> str:
        return reverse(item)


SITEMAPS = {"pages": PagesSitemap, "views": ViewsSitemap}


@require_safe
def robots(_request: HttpRequest) -> HttpResponse:
    """What is closed to robots, and where the sitemap is."""
    closed = "\n".join(f"Disallow: {path}" for path in CLOSED)
    text = f"User-agent: *\n{closed}\n\nSitemap: {settings.SITE_URL}/sitemap.xml\n"
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
