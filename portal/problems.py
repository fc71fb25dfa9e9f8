"""What goes wrong in the API, said as RFC 9457 has it: `application/problem+json`, one stable code for each kind.

Problems and all other answers are written as JSON by `encoded`: the same data, the same bytes.
"""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext, gettext_noop

MEDIA_TYPE = "application/problem+json"
LIST = "/api/public/v1/problems.json"  # where every kind is described; the type of a problem leads there


@dataclass(frozen=True)
class Kind:
    """One kind of problem. `code` and `status` never change; `is_retryable` says that the same request may do later."""

    code: str
    status: int
    title: str
    is_retryable: bool = False

    @property
    def type(self) -> str:
        return f"{settings.SITE_URL}{LIST}#{self.code}"


BAD_REQUEST = Kind("bad-request", 400, gettext_noop("This cannot be understood"))
INVALID_JSON = Kind("invalid-json", 400, gettext_noop("The body is not JSON"))
INVALID_REQUEST = Kind("invalid-request", 400, gettext_noop("The request has not the form that is described"))
FORBIDDEN = Kind("forbidden", 403, gettext_noop("This is not allowed"))
NOT_FOUND = Kind("not-found", 404, gettext_noop("There is nothing here"))
METHOD_NOT_ALLOWED = Kind("method-not-allowed", 405, gettext_noop("This address does not know that method"))
TOO_LARGE = Kind("too-large", 413, gettext_noop("The body is too large"))
UNSUPPORTED_MEDIA_TYPE = Kind("unsupported-media-type", 415, gettext_noop("The body is in a form that is not read"))
INVALID_ANSWERS = Kind("invalid-answers", 422, gettext_noop("Some answers cannot be used"))
NO_SUCH_CALCULATOR = Kind("no-such-calculator", 422, gettext_noop("There is no such calculator"))
RATE_LIMITED = Kind("rate-limited", 429, gettext_noop("Too many requests"), is_retryable=True)
BUSY = Kind("busy", 503, gettext_noop("Busy at the moment"), is_retryable=True)
INTERNAL = Kind("internal", 500, gettext_noop("Something went wrong here"), is_retryable=True)

KINDS: Sequence[Kind] = (
    *(BAD_REQUEST, INVALID_JSON, INVALID_REQUEST, FORBIDDEN, NOT_FOUND, METHOD_NOT_ALLOWED),
    *(TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, INVALID_ANSWERS, NO_SUCH_CALCULATOR, RATE_LIMITED, BUSY, INTERNAL),
)
_BY_STATUS = {kind.status: kind for kind in reversed(KINDS)}  # the first of each status


@dataclass(frozen=True, kw_only=True)
class Detail:
    """What is wrong with one part of a request: where in the body (a JSON Pointer), and a sentence.

    `path` is where among the answers, such as `trips.0.origin`, as a calculator names it.
    """

    pointer: str
    detail: str
    path: str = ""

    def as_data(self) -> dict[str, str]:
        return {"path": self.path, "pointer": self.pointer, "detail": self.detail}


class RequestRefused(Exception):
    """A request that is not answered, and why. `detail` and `errors` are in the language of the answer."""

    def __init__(self, kind: Kind, detail: str = "", errors: Sequence[Detail] = ()) -> None:
        super().__init__(detail or kind.title)
        self.kind, self.detail, self.errors = kind, detail, tuple(errors)


def encoded(data: Any) -> bytes:
    """Write data as JSON in UTF-8; half characters, which JSON may spell and UTF-8 may not, as JSON spells them."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")


def kind_of(status: int) -> Kind:
    """Return the kind of problem that an HTTP status means."""
    return _BY_STATUS.get(status) or (INTERNAL if status >= 500 else BAD_REQUEST)


def new_request_id() -> str:
    """Return a name for one request, to be found again in the log."""
    return uuid.uuid4().hex


def problem(
    request: HttpRequest,
    kind: Kind,
    *,
    detail: str = "",
    errors: Sequence[Detail] = (),
    headers: Mapping[str, str] | None = None,
    request_id: str = "",
) -> HttpResponse:
    """Answer with a problem, in the language that is active."""
    data: dict[str, Any] = {
        "type": kind.type,
        "title": gettext(kind.title),
        "status": kind.status,
        "detail": detail or gettext(kind.title),
        "instance": request.path,
        "code": kind.code,
        "retryable": kind.is_retryable,
        "request_id": request_id or new_request_id(),
    }
    if errors:
        data["errors"] = [each.as_data() for each in errors]
    return HttpResponse(encoded(data), status=kind.status, content_type=MEDIA_TYPE, headers=headers)
