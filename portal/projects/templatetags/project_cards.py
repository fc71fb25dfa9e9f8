"""Projects on pages of other apps, which do not know this one."""

from typing import Any

from django import template
from django.utils.translation import get_language

from portal.home.models import open_to_all
from portal.projects import catalogue
from portal.projects.models import ProjectIndexPage

register = template.Library()


@register.simple_tag
def newest_projects(number: int) -> dict[str, Any]:
    """Return the newest stories of the active language, their host countries, and where all of them are."""
    index = _index()
    if index is None:
        return {"cards": [], "counts": {}, "url": ""}
    cards, counts = catalogue.newest(stories=index.stories(), base_url=index.get_url(), number=number)
    return {"cards": cards, "counts": counts, "url": index.get_url()}


@register.simple_tag
def all_projects() -> str:
    """Return where all projects of the active language are listed; empty if there is no list."""
    index = _index()
    return index.get_url() or "" if index else ""


def _index() -> ProjectIndexPage | None:
    """Return the index of projects in the active language."""
    return open_to_all(ProjectIndexPage.objects.filter(locale__language_code=get_language())).first()
