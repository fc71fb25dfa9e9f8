"""Which page is at an address: found by the whole of it at once.

Wagtail looks its site up for each request anew, and goes down from the first page by two queries for each part of the
address: that was a third of what a story took. What is found is the same: a page stands at its own address alone.
"""

import time
from typing import Any

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import get_language
from wagtail.models import Page, Site
from wagtail.views import serve as serve_page

SITE_KEPT = 10.0  # seconds, as a menu: so late other processes see that a site was changed
MOST_SITES = 100  # one for each host name that the portal is asked by

_kept: dict[tuple[str, str], tuple[float, dict[str, Any] | None]] = {}


def serve(request: HttpRequest, path: str) -> HttpResponseBase:
    """Answer with the page at a path below the language, as Wagtail does, who finds what is not found here."""
    site = _site(request)
    page = _page_at(path, site) if site else None
    if page is not None:
        request._wagtail_route_for_request = page.route(request, [])  # where it looks first
    answer: HttpResponseBase = serve_page(request, path)
    return answer


def _site(request: HttpRequest) -> Site | None:
    """Return the site that a request is for, as it was some seconds ago at most, and let Wagtail know."""
    key, now = (request.get_host(), request.get_port()), time.monotonic()
    until, values = _kept.get(key, (now, None))
    if until <= now:
        found = Site.find_for_request(request)
        values = found and {field.attname: getattr(found, field.attname) for field in Site._meta.concrete_fields}
        if len(_kept) >= MOST_SITES:
            forget_sites()
        _kept[key] = (now + SITE_KEPT, values)
    site = Site(**values) if values else None
    request._wagtail_site = site
    return site


@receiver([post_save, post_delete], sender=Site)
def forget_sites(**_kwargs: Any) -> None:
    """Look all sites up anew."""
    _kept.clear()


def _page_at(path: str, site: Site) -> Page | None:
    """Return the published page at a path below the site's first page in the active language, if both are there."""
    first = next((each for each in Site.get_site_root_paths() if _is_first_page(each, site)), None)
    if first is None:
        return None
    wanted = first.root_path + "".join(f"{part}/" for part in path.split("/") if part)
    pages = Page.objects.filter(url_path__in={first.root_path, wanted}, live=True).select_related("locale")
    found = {page.url_path: page for page in pages}
    page = found.get(wanted) if first.root_path in found else None
    if page is None:
        return None
    specific: Page = page.specific
    specific.locale = page.locale  # what shows the page asks for it
    return specific


def _is_first_page(root: Any, site: Site) -> bool:
    return bool(root.site_id == site.pk and root.language_code == get_language())
