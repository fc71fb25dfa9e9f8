"""The pro-forma invoice, for whoever has the order's secret address."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal import ratelimits
from portal.checkout.proforma import documents
from portal.ratelimits import limited


@never_cache
@require_safe
@limited(ratelimits.PAPER)
def proforma(request: HttpRequest, token: str) -> HttpResponse:
    """The document, in the language of the order, as long as a transfer is waited for."""
    found = documents.pdf_at(token=token, now=timezone.now())
    if found is None:
        raise Http404
    name, content = found
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response
