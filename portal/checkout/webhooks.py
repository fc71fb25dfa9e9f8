"""Webhooks of payment gateways: verified with the provider's own keys, then nothing more than a hint to look."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from portal.celery import nudge
from portal.payments import cards, notifications
from portal.payments.gateway import BadSignature, GatewayUnavailable, Notice
from portal.payments.models import Account


@csrf_exempt
@require_http_methods(["GET", "POST"])
def braintree_hook(request: HttpRequest, hook_key: str) -> HttpResponse:
    """Answer a gateway's call to one account's address. A bad signature is a 400 and changes nothing."""
    try:
        if request.method == "GET":
            challenge = cards.challenge_answer(hook_key=hook_key, challenge=request.GET.get("bt_challenge", ""))
            return HttpResponse(challenge, content_type="text/plain")
        payload = request.POST.get("bt_payload", "")
        account_id, notice = cards.notice_in(
            hook_key=hook_key, signature=request.POST.get("bt_signature", ""), payload=payload
        )
    except Account.DoesNotExist as error:
        raise Http404 from error
    except BadSignature:
        return HttpResponseBadRequest("bad signature", content_type="text/plain")
    _hear(account_id, notice, body=payload.encode())
    return HttpResponse(status=204)


@csrf_exempt
@require_POST
def paypal_hook(request: HttpRequest, hook_key: str) -> HttpResponse:
    """Answer PayPal's call to one account's address. While PayPal cannot confirm that it was, it is to call again."""
    try:
        account_id, notice = notifications.verified(
            hook_key=hook_key, headers=request.headers, body=request.body, now=timezone.now()
        )
    except Account.DoesNotExist as error:
        raise Http404 from error
    except BadSignature:
        return HttpResponseBadRequest("bad signature", content_type="text/plain")
    except GatewayUnavailable:
        return HttpResponse("not verified yet", status=503, content_type="text/plain", headers={"Retry-After": "60"})
    _hear(account_id, notice, body=request.body)
    return HttpResponse(status=204)


def _hear(account_id: int, notice: Notice, *, body: bytes) -> None:
    """Have the gateway asked about what a verified webhook is about, once, if it may be ours, and keep it.

    It is kept last: while no worker can be told of it, it is to come again.
    """
    if notifications.is_known(account_id=account_id, notice=notice, body=body):
        return
    if notice.dispute_id:
        nudge("portal.checkout.tasks.check_dispute", account_id=account_id, number=notice.dispute_id)
    elif _may_be_ours(notice.reference):
        nudge("portal.checkout.tasks.check_payment", key=notice.reference)
    notifications.keep(account_id=account_id, notice=notice, body=body, now=timezone.now())


def _may_be_ours(reference: str) -> bool:
    """Say whether it has the form of our payment keys: a provider's own shop may be paid into the same account."""
    try:
        uuid.UUID(reference)
    except ValueError:
        return False
    return True
