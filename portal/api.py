"""The public API: JSON below /api/public/v1/, described by OpenAPI 3.1, open to everyone without a key.

It is the site's one urlconf for such addresses (portal.api_middleware), so that whatever goes wrong, wherever, is
answered as a problem and never as a page. Each app has its part as a router. The one page is for people, and stands
among the site's own.
"""

import json
import logging
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from django.views.decorators.http import require_safe
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.parser import Parser

from portal import problems
from portal.calculators.api.document import complete
from portal.calculators.api.endpoints import router as calculators
from portal.calculators.engine.examples import EXAMPLES
from portal.problems import Detail, RequestRefused, encoded, problem

logger = logging.getLogger(__name__)

VERSION = "1.0.0"
SHOWN = "flight"  # whose answers are the example for people
DESCRIPTION = (
    "Calculate footprints, read what calculators ask, and look up the emission factors behind them. No key, no cookie, "
    "any origin. Errors are problems as RFC 9457 has them. Inside a major version only additions are made."
)


class StrictParser(Parser):
    """Reads JSON as RFC 8259 has it: UTF-8, no NaN, no Infinity."""

    def parse_body(self, request: HttpRequest) -> Any:
        return json.loads(request.body.decode("utf-8"), parse_constant=_refused_constant)


def _refused_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


class PublicApi(NinjaAPI):
    """Ninja's API, whose document says of problems and answers what Ninja cannot know."""

    def get_openapi_schema(self, **kwargs: Any) -> OpenAPISchema:
        return complete(super().get_openapi_schema(**kwargs))


api = PublicApi(
    title=f"{settings.SITE_NAME}: public API",
    version=VERSION,
    description=DESCRIPTION,
    docs_url=None,
    parser=StrictParser(),
    urls_namespace="public_api",
    servers=[{"url": settings.SITE_URL}],
    openapi_extra={"tags": [{"name": "Calculators"}, {"name": "About"}]},
)
api.add_router("", calculators)


@api.get(
    "/problems.json",
    operation_id="listProblems",
    summary=_("List kinds of problems"),
    tags=["About"],
    response=dict[str, Any],
)
def list_problems(request: HttpRequest) -> HttpResponse:
    """List every kind of problem that an answer may be. Unknown codes are to be treated by their HTTP status."""
    kinds = [
        {
            "type": kind.type,
            "code": kind.code,
            "status": kind.status,
            "title": gettext(kind.title),
            "retryable": kind.is_retryable,
        }
        for kind in problems.KINDS
    ]
    return HttpResponse(encoded({"data": kinds}), content_type="application/json; charset=utf-8")


@api.exception_handler(RequestRefused)
def _refused(request: HttpRequest, error: RequestRefused) -> HttpResponse:
    return problem(request, error.kind, detail=error.detail, errors=error.errors)


@api.exception_handler(ValidationError)
def _not_in_form(request: HttpRequest, error: ValidationError) -> HttpResponse:
    details = [Detail(pointer=_pointer(each["loc"]), detail=str(each["msg"])) for each in error.errors]
    return problem(request, problems.INVALID_REQUEST, errors=details)


def _pointer(location: tuple[str | int, ...]) -> str:
    """Return the place in the body, without Ninja's words for where and of which parameter, or a query's name."""
    source, *names = location
    if source == "body":
        names = names[1:]
    return "".join(f"/{str(each)[:60].replace('~', '~0').replace('/', '~1')}" for each in names)


@api.exception_handler(HttpError)
def _unread(request: HttpRequest, error: HttpError) -> HttpResponse:
    kind = problems.INVALID_JSON if error.status_code == 400 else problems.kind_of(error.status_code)
    return problem(request, kind)


@api.exception_handler(Http404)
def handler404(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer where nothing is."""
    return problem(request, problems.NOT_FOUND)


@api.exception_handler(Exception)
def _failed(request: HttpRequest, error: Exception) -> HttpResponse:
    request_id = problems.new_request_id()
    logger.error("request %s failed at %s", request_id, request.path, exc_info=error)
    return problem(request, problems.INTERNAL, request_id=request_id)


def handler400(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what Django itself refuses."""
    return problem(request, problems.BAD_REQUEST)


def handler403(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what is forbidden."""
    return problem(request, problems.FORBIDDEN)


def handler500(request: HttpRequest) -> HttpResponse:
    """Answer what failed outside of the API's own views; Django has logged it."""
    return problem(request, problems.INTERNAL)


urlpatterns = [path("api/public/v1/", api.urls)]


@require_safe
def api_page(request: HttpRequest) -> HttpResponse:
    """Show people what the OpenAPI document says, in the words of the site: calls, an example that works, problems."""
    document = api.get_openapi_schema()
    calls: list[dict[str, Any]] = [
        {"method": method.upper(), "path": path, "summary": gettext(operation["summary"])}
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    ]
    kinds = [{"code": kind.code, "status": kind.status, "title": gettext(kind.title)} for kind in problems.KINDS]
    body = json.dumps({"kind": SHOWN, "inputs": EXAMPLES[SHOWN]}, indent=2)
    return render(request, "api.html", {"calls": calls, "problems": kinds, "body": body})
