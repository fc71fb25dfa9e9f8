"""What holds for the whole public API, whatever is asked: no cookies, any origin, limits, and problems as answers.

It stands before all that the site's pages need. Below the API's address the site has no other addresses, so that
nothing leads a machine to a page in some language.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request, ngettext, override

from portal import problems, ratelimits
from portal.problems import MEDIA_TYPE, Kind

ADDRESS = "/api/public/"
URLS = "portal.api"
LONGEST_BODY = 256 * 1024  # bytes
JSON = "application/json"
METHODS = "GET, HEAD, POST, OPTIONS"


class PublicApiMiddleware:
    """Answers below ADDRESS for machines; lets everything else pass."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(ADDRESS):
            return self.get_response(request)
        request.COOKIES = {}
        request.urlconf = URLS
        with override(get_language_from_request(request)):
            response = self._answer(request)
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = "Retry-After, Content-Language"
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        if request.method == "OPTIONS":
            return _preflight()
        wait = ratelimits.wait_for(ratelimits.API, request)
        if wait:
            detail = ngettext(
                "Please come back in %(seconds)s second.", "Please come back in %(seconds)s seconds.", wait
            ) % {"seconds": wait}
            return _refusal(request, problems.RATE_LIMITED, detail=detail, headers={"Retry-After": str(wait)})
        if request.method == "POST" and (kind := _wrong_body(request)):
            return _refusal(request, kind)
        is_head = request.method == "HEAD"
        if is_head:
            request.method = "GET"
        response = self.get_response(request)
        if response.status_code >= 400 and response.get("Content-Type") != MEDIA_TYPE:
            response = _as_problem(request, response)
        return _without_body(response) if is_head else response


def _preflight() -> HttpResponse:
    headers = {
        "Allow": METHODS,
        "Access-Control-Allow-Methods": METHODS,
        "Access-Control-Allow-Headers": "Accept, Accept-Language, Content-Type",
        "Access-Control-Max-Age": "86400",
        "Cache-Control": "no-store",
    }
    return HttpResponse(status=204, headers=headers)


def _wrong_body(request: HttpRequest) -> Kind | None:
    """Look at what is said of a body before any of it is read."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal():
        return problems.BAD_REQUEST
    if int(length) > LONGEST_BODY:
        return problems.TOO_LARGE
    return None if request.content_type == JSON else problems.UNSUPPORTED_MEDIA_TYPE


def _refusal(
    request: HttpRequest, kind: Kind, *, detail: str = "", headers: dict[str, str] | None = None
) -> HttpResponse:
    response = problems.problem(request, kind, detail=detail, headers=headers)
    response["Cache-Control"] = "no-store"
    patch_vary_headers(response, ["Accept-Language"])
    return response


def _as_problem(request: HttpRequest, plain: HttpResponse) -> HttpResponse:
    """Say as a problem what something below said in its own way, such as a page that was not found."""
    response = _refusal(request, problems.kind_of(plain.status_code))
    for name in ("Allow", "Retry-After"):
        if plain.has_header(name):
            response[name] = plain[name]
    return response


def _without_body(response: HttpResponse) -> HttpResponse:
    length = str(len(response.content))
    response.content = b""
    response["Content-Length"] = length
    return response
