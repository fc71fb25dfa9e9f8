"""What every page of the site has around it: its name, the menu, the footer, the same page in other languages."""

import time
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import F, Q
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from wagtail.models import Page

from portal.home.models import HomePage, open_to_all

# A menu stands on every page, and looking it up took half the time of a small one. Any cache may keep whole pages for
# longer than this (`headers.MAX_AGE`).
MENU_KEPT = 10.0  # seconds
MOST_MENUS = 100  # one for each language under each host name
LANGUAGE_NAMES = {"en": "English", "fr": "Français", "es": "Español"}  # each in itself, for those who look for it


@dataclass(frozen=True)
class Listed:
    """A page that editors put into the menu, the footer or both."""

    title: str
    url: str
    in_menu: bool
    in_footer: bool

    def link(self, request: HttpRequest) -> "FrameLink":
        return FrameLink(self.title, self.url, request.path.startswith(self.url))


_kept: dict[tuple[str | None, str], tuple[float, list[Listed]]] = {}


@dataclass(frozen=True)
class FrameLink:
    """A link of the frame. `code` is the language of a language link, empty in the menu."""

    label: str
    url: str
    is_current: bool
    code: str = ""

    @property
    def title(self) -> str:
        return self.label

    @property
    def current(self) -> bool:
        return self.is_current


def frame(request: HttpRequest) -> dict[str, Any]:
    """Return the frame's context. Nothing is looked up for answers that show no frame."""
    around = SimpleLazyObject(lambda: _around(request))
    return {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "menu": SimpleLazyObject(lambda: [each.link(request) for each in around if each.in_menu]),
        "footer": SimpleLazyObject(lambda: [each.link(request) for each in around if each.in_footer]),
        "languages": SimpleLazyObject(lambda: _languages(request)),
        "canonical": SimpleLazyObject(lambda: _canonical(request)),
    }


def _home() -> Page | None:
    return open_to_all(HomePage.objects.filter(locale__language_code=get_language())).first()


def _around(request: HttpRequest) -> list[Listed]:
    """Return what is in the menu and in the footer of this language, as it was some seconds ago at most."""
    key, now = (get_language(), request.get_host()), time.monotonic()
    until, found = _kept.get(key, (now, []))
    if until <= now:
        found = _listed(request)
        if len(_kept) >= MOST_MENUS:
            forget_menus()
        _kept[key] = (now + MENU_KEPT, found)
    return found


def forget_menus() -> None:
    """Look all menus and footers up anew."""
    _kept.clear()


def _listed(request: HttpRequest) -> list[Listed]:
    """Return the pages that editors put into the menu or the footer of this language, and everybody may read."""
    home = _home()
    if home is None:
        return []
    shown = Q(show_in_menus=True) | Q(plainpage__show_in_footer=True)
    pages = open_to_all(home.get_children().filter(shown)).annotate(in_footer=F("plainpage__show_in_footer"))
    addresses = [(page, page.get_url(request)) for page in pages.select_related("locale")]  # none without a site
    return [Listed(page.title, url, page.show_in_menus, bool(page.in_footer)) for page, url in addresses if url]


def _languages(request: HttpRequest) -> list[FrameLink]:
    """Return this page in each language: a page's own translations, or the same address under another prefix."""
    page = _wagtail_page(request)
    translations = {}
    if page is not None:
        same = Page.objects.filter(translation_key=page.translation_key).live().select_related("locale")
        query = f"?{request.META['QUERY_STRING']}" if request.META.get("QUERY_STRING") else ""
        translations = {each.locale.language_code: f"{each.get_url(request)}{query}" for each in same}
    links = []
    for code, _name in settings.LANGUAGES:
        url = translations.get(code) or _translated(request, code, is_page=page is not None)
        links.append(FrameLink(LANGUAGE_NAMES[code], url, code == get_language(), code))
    return links


def _canonical(request: HttpRequest) -> str:
    """Return where the page is that this one stands in for, word for word; empty if it stands in for none."""
    page = _wagtail_page(request)
    parts = page.alias_of.get_url_parts(request) if page is not None and page.alias_of_id else None
    return f"{settings.SITE_URL}{parts[2]}" if parts else ""


def _wagtail_page(request: HttpRequest) -> Page | None:
    route = getattr(request, "_wagtail_route_for_request", None)
    return route.page if route else None


def _translated(request: HttpRequest, code: str, *, is_page: bool) -> str:
    if is_page:  # not translated: the home page of that language is the honest answer
        return f"/{code}/"
    address = translate_url(request.get_full_path(), code)
    return address if address.startswith(f"/{code}/") else f"/{code}/"
