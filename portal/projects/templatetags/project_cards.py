"""Projects on pages of other apps, which do not know this one."""

from typing import Any

from django import template

from portal.projects import catalogue

register = template.Library()


@register.simple_tag
def newest_projects(number: int) -> dict[str, Any]:
    """Return the newest stories of the active language, their host countries, and where all of them are."""
    index = catalogue.index_of_language()
    if index is None:
        return {"cards": [], "counts": {}, "url": ""}
    cards, counts = catalogue.newest(index, number)
    return {"cards": cards, "counts": counts, "url": index.get_url()}


@register.simple_tag
def all_projects() -> str:
    """Return where all projects of the active language are listed; empty if there is no list."""
    index = catalogue.index_of_language()
    return index.get_url() or "" if index else ""
