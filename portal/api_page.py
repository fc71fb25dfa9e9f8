"""The page that shows people the public API: its calls, an example that works, its problems."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from portal import problems
from portal.api import api
from portal.calculators.engine.examples import EXAMPLES

SHOWN = "flight"


@require_safe
def api_page(request: HttpRequest) -> HttpResponse:
    """Show what the OpenAPI document says, in the words of the site."""
    document = api.get_openapi_schema()
    calls: list[dict[str, Any]] = [
        {"method": method.upper(), "path": path, "summary": gettext(operation["summary"])}
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    ]
    kinds = [{"code": kind.code, "status": kind.status, "title": gettext(kind.title)} for kind in problems.KINDS]
    body = json.dumps({"kind": SHOWN, "inputs": EXAMPLES[SHOWN]}, indent=2)
    return render(request, "api.html", {"calls": calls, "problems": kinds, "body": body})
