"""What every page of the site has around it: its name, the menu, the same page in other languages."""

import time
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from wagtail.models import Page

from portal.home.models import HomePage

# A menu stands on every page, and looking it up took half the time of a small one. Any cache may keep whole pages for
# longer than this (`headers.MAX_AGE`).
MENU_KEPT = 10.0  # seconds
MOST_MENUS = 100  # one for each language under each host name
_menus: dict[tuple[str | None, str], tuple[float, list[tuple[str, str]]]] = {}
LANGUAGE_NAMES = {"en": "English", "fr": "Français", "es": "Español"}  # each in itself, for those who look for it


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
    return {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "menu": SimpleLazyObject(lambda: _menu(request)),
        "languages": SimpleLazyObject(lambda: _languages(request)),
    }


def _home() -> Page | None:
    return HomePage.objects.filter(locale__language_code=get_language()).live().first()


def _menu(request: HttpRequest) -> list[FrameLink]:
    """Return the menu of this language, as it was some seconds ago at most."""
    key, now = (get_language(), request.get_host()), time.monotonic()
    until, found = _menus.get(key, (now, []))
    if until <= now:
        found = _in_menu(request)
        if len(_menus) >= MOST_MENUS:
            forget_menus()
        _menus[key] = (now + MENU_KEPT, found)
    return [FrameLink(title, url, request.path.startswith(url)) for title, url in found]


def forget_menus() -> None:
    """Look all menus up anew."""
    _menus.clear()


def _in_menu(request: HttpRequest) -> list[tuple[str, str]]:
    """Return titles and addresses of the live pages below the home page of this language that editors put there."""
    home = _home()
    if home is None:
        return []
    pages = home.get_children().live().in_menu().select_related("locale")
    addresses = [(page.title, page.get_url(request)) for page in pages]  # none without a site
    return [(title, url) for title, url in addresses if url]


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


def _wagtail_page(request: HttpRequest) -> Page | None:
    route = getattr(request, "_wagtail_route_for_request", None)
    return route.page if route else None


def _translated(request: HttpRequest, code: str, *, is_page: bool) -> str:
    if is_page:  # not translated: the home page of that language is the honest answer
        return f"/{code}/"
    address = translate_url(request.get_full_path(), code)
    return address if address.startswith(f"/{code}/") else f"/{code}/"
