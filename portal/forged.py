"""What no form of the desk sends is answered 400: Wagtail and Django read some of it without expecting nonsense.

Only what fails in the reading counts: a field that is missing, a widget or block that cannot read what was sent, a form
of Wagtail's that stumbles over what is not there, and a text where a number names a row or a part of a list. Every
other failure is a mistake of ours, stays one, and is logged as one. What is done to a page among others cannot be done
to the root of all, and is answered in the same way: Wagtail would lock it, and then look for the page above.
"""

import logging
import re
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.paginator import InvalidPage
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.datastructures import MultiValueDictKeyError

logger = logging.getLogger(__name__)

DESK = "/admin/"
NO_NUMBER = "expected a number but got"  # Django's own words for a text where a row's number should be
NO_WHOLE_NUMBER = "invalid literal for int()"  # Python's
READING = "value_from_datadict"  # what widgets and blocks read with
WAGTAILS_VIEWS = re.compile(r"/wagtail/admin/views/")
WAGTAILS_FORMS = re.compile(r"/wagtail/(.+/)?forms(\.py|/)")
AMONG_OTHERS = frozenset(
    f"wagtailadmin_pages:{each}" for each in ("lock", "unlock", "set_page_position", "move", "move_confirm")
)


class ForgedFormMiddleware:
    """Answers 400 where a request to the desk cannot be read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: Any, args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if request.resolver_match is None or request.resolver_match.view_name not in AMONG_OTHERS:
            return None
        page = next(iter((*args, *kwargs.values())))
        is_root = apps.get_model("wagtailcore", "page").objects.filter(pk=page, depth=1).exists()
        return _refused(request, "the root is no page among others") if is_root else None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not request.path.startswith(DESK) or not cannot_be_read(error):
            return None
        return _refused(request, type(error).__name__)


def _refused(request: HttpRequest, why: str) -> HttpResponse:
    logger.warning("a request to %s cannot be read: %s", request.path, why)
    return render(request, "400.html", status=400)


def cannot_be_read(error: Exception) -> bool:
    """Say whether an error is one of reading what was sent, and not of what was done with it."""
    if isinstance(error, (MultiValueDictKeyError, InvalidPage)):
        return True
    frames = traceback.extract_tb(error.__traceback__)
    failed_in = Path(frames[-1].filename).as_posix() if frames else ""
    if isinstance(error, (AttributeError, KeyError)) and WAGTAILS_FORMS.search(failed_in):
        return True
    if not isinstance(error, (ValueError, TypeError, KeyError, OverflowError)):
        return False
    if NO_WHOLE_NUMBER in str(error) and WAGTAILS_VIEWS.search(failed_in):
        return True
    return NO_NUMBER in str(error) or any(frame.name == READING for frame in frames)
