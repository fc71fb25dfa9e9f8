"""What no form of the desk sends is answered 400: Wagtail and Django read some of it without expecting nonsense.

Only what fails in the reading counts: a field that is missing, a widget or block that cannot read what was sent, and a
text where a number names a row. Every other failure is a mistake of ours, stays one, and is logged as one.
"""

import logging
import traceback
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.datastructures import MultiValueDictKeyError

logger = logging.getLogger(__name__)

DESK = "/admin/"
NO_NUMBER = "expected a number but got"  # Django's own words for a text where a row's number should be
READING = "value_from_datadict"  # what widgets and blocks read with


class ForgedFormMiddleware:
    """Answers 400 where a request to the desk cannot be read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not request.path.startswith(DESK) or not cannot_be_read(error):
            return None
        logger.warning("a request to %s cannot be read: %s", request.path, type(error).__name__)
        return render(request, "400.html", status=400)


def cannot_be_read(error: Exception) -> bool:
    """Say whether an error is one of reading what was sent, and not of what was done with it."""
    if isinstance(error, MultiValueDictKeyError):
        return True
    if not isinstance(error, (ValueError, TypeError, KeyError, OverflowError)):
        return False
    return NO_NUMBER in str(error) or any(frame.name == READING for frame in traceback.extract_tb(error.__traceback__))
