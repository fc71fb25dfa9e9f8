"""Webhooks of payment gateways: verified with the provider's own keys, then nothing more than a hint to look."""

import logging
import uuid

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest

from portal.celery import nudge
from portal.checkout.models import Provider
from portal.payments.gateway import BadSignature
from portal.payments.rails import gateway_for

logger = logging.getLogger(__name__)


def answer(request: HttpRequest, *, hook_key: str) -> HttpResponse:
    """Answer a gateway's call to one provider's address. A bad signature is a 400 and changes nothing."""
    provider = Provider.objects.filter(hook_key=hook_key).first()
    if provider is None:
        raise Http404
    gateway = gateway_for(provider)
    try:
        if request.method == "GET":
            challenge = gateway.challenge_answer(challenge=request.GET.get("bt_challenge", ""))
            return HttpResponse(challenge, content_type="text/plain")
        reference = gateway.reference_in(
            signature=request.POST.get("bt_signature", ""), payload=request.POST.get("bt_payload", "")
        )
    except BadSignature:
        logger.warning("a webhook for provider %s had a bad signature", provider.slug)
        return HttpResponseBadRequest("bad signature", content_type="text/plain")
    if _may_be_ours(reference):
        nudge("portal.checkout.tasks.check_payment", key=reference)
    return HttpResponse(status=204)


def _may_be_ours(reference: str) -> bool:
    """Say whether it has the form of our payment keys: a provider's own shop may be paid into the same account."""
    try:
        uuid.UUID(reference)
    except ValueError:
        return False
    return True
