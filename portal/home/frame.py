"""What every page of the site has around it: its name, the menu, the same page in other languages."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from wagtail.models import Page

from portal.home.models import HomePage

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
    """Return the live pages below the home page of this language that editors put into menus."""
    home = _home()
    if home is None:
        return []
    pages = home.get_children().live().in_menu().select_related("locale")
    addresses = [(page.title, page.get_url(request)) for page in pages]  # none without a site
    return [FrameLink(title, url, request.path.startswith(url)) for title, url in addresses if url]


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
