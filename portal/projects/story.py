"""What stands beside a story: facts of the activity, what is on offer of it, and what was cancelled of it last."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import get_language

from portal.projects.catalogue import content_language
from portal.providers import offers
from portal.registry import history

if TYPE_CHECKING:
    from portal.projects.models import ProjectPage

LATEST = 5
NOTHING_KNOWN: dict[str, Any] = {
    "activity": None,
    "blocks": [],
    "listings": [],
    "history": [],
    "history_url": "",
    "registry_url": "",
}


def facts_of(page: "ProjectPage") -> dict[str, Any]:
    """Return the context of a story's page. A preview may show one that is not saved yet, or names no activity yet."""
    language = content_language(page) if page.locale_id else get_language()
    if page.activity_id is None:
        return {**NOTHING_KNOWN, "content_language": language}
    activity = page.activity
    filters = history.Filters(activity=activity.code)
    return {
        "activity": activity,
        "blocks": list(activity.issuance_blocks.order_by("monitoring_start_date", "vintage_year")),
        "listings": offers.offers_for(activity_id=activity.pk),
        "history": history.page(filters, size=LATEST).rows,
        "history_url": f"{reverse('history')}?{urlencode({'activity': activity.code})}",
        "registry_url": registry_url(activity.code),
        "content_language": language,
    }


def registry_url(code: str) -> str:
    """Return where the registry's own public record of a CDM activity is found by its number; empty for others."""
    return "https://cdm.unfccc.int/Projects/projsearch.html" if code.startswith("CDM-") else ""
