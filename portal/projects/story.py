"""What stands beside a story: facts of the activity, what is on offer of it, and what was cancelled of it last."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.urls import reverse

from portal.checkout import offers
from portal.projects.catalogue import content_language
from portal.registry import history

if TYPE_CHECKING:
    from portal.projects.models import ProjectPage

LATEST = 5


def facts_of(page: "ProjectPage") -> dict[str, Any]:
    """Return the context of a story's page."""
    activity = page.activity
    filters = history.Filters(activity=activity.code)
    return {
        "activity": activity,
        "blocks": list(activity.issuance_blocks.order_by("monitoring_start_date", "vintage_year")),
        "listings": offers.offers_for(activity_id=activity.pk),
        "history": history.page(filters, size=LATEST).rows,
        "history_url": f"{reverse('history')}?{urlencode({'activity': activity.code})}",
        "registry_url": registry_url(activity.code),
        "content_language": content_language(page),
    }


def registry_url(code: str) -> str:
    """Return where the registry's own public record of a CDM activity is found by its number; empty for others."""
    return "https://cdm.unfccc.int/Projects/projsearch.html" if code.startswith("CDM-") else ""
