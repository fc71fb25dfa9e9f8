"""Letters to purchasers, in the language of the order, and the only writer of which are owed.

A letter is owed in the transaction of what it tells, claimed by a conditional UPDATE, and sent by a worker. What the
mail server refuses is tried again by the sweep; what is no longer true by then is not sent.

Whether a letter went out whose sender died is known to nobody. It is sent again when the claim has run out, which is
well after any sender is ended, and under the same Message-ID, by which mail programs know the two for one.
"""

import logging
import uuid
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.template.loader import render_to_string
from django.utils.translation import override

from portal.checkout import rules
from portal.checkout.instructions import instructions
from portal.checkout.models import HOLDING_STATES, LAPSED_STATES, PAID_STATES, Letter, Order, OrderState
from portal.checkout.orders import OrderView, basket_at, view_of, views_of
from portal.checkout.proforma import documents as proforma
from portal.payments import disputes, refunds, standing
from portal.payments.models import PaymentState
from portal.providers import offers
from portal.registry.certificates import documents

logger = logging.getLogger(__name__)

A_DAY = timedelta(days=1)
TIME_LIMIT = timedelta(minutes=2)  # a process that is still at it is ended
RETRY = timedelta(minutes=5)  # a claim is over: well after the time limit, so that nobody is at it any more
OWED_FOR = timedelta(days=7)  # what could not be sent for so long is no news any more
# Orders whose purchaser has something to hear: it is done, it was refused, or it was paid too late.
HAS_ENDED = Q(state__in=(OrderState.COMPLETED, OrderState.REFUSED)) | Q(
    state__in=LAPSED_STATES, needs_attention=rules.PAID_TOO_LATE
)
OUTCOMES = {OrderState.COMPLETED: "certificate", OrderState.REFUSED: "refused"}
TOGETHER = "basket"  # how all orders of one ended
Kind = Letter.Kind
WHERE_TO = (Kind.TRANSFER, Kind.REMINDER)  # say into which account


def owe(order: Order, *, kind: Kind, attempt: str = "", now: datetime) -> None:
    """Write down that a purchaser is to be told something, once: of an `attempt` to pay, once of each.

    From `now` on, which may be in the future: what is no longer true by then is never told.
    """
    Letter.objects.bulk_create([Letter(order=order, kind=kind, attempt=attempt, owed_at=now)], ignore_conflicts=True)


def owe_address(order: Order, *, now: datetime) -> None:
    """Write down that a purchaser is to be told where a new order is found.

    Anybody may write anybody's address into an order: one that was told of `PLACED_LETTERS_PER_ADDRESS` orders within a
    day, and paid for none of them, is told of no more, whatever was added to its name by a plus. The order stands, and
    is reached from the browser it came from.
    """
    if order.basket_id and Order.objects.filter(basket=order.basket_id).exclude(pk=order.pk).exists():
        return  # the letter of the first tells of all
    same = Order.objects.filter(purchaser_mailbox=rules.mailbox(order.purchaser_email))
    told = Letter.objects.filter(kind=Kind.PLACED, owed_at__gt=now - A_DAY, order__in=same)
    unpaid = told.exclude(sent_at=None, order__state__in=PAID_STATES)
    if unpaid.count() >= settings.PLACED_LETTERS_PER_ADDRESS:
        logger.warning("order %s is told of by no letter: its address was told of too many today", order.reference)
        return
    owe(order, kind=Kind.PLACED, now=now)


def owed(*, now: datetime, order_id: int | None = None) -> QuerySet[Letter]:
    """Return the letters to be sent now, the oldest first: those that are still true, and that nobody is sending."""
    is_open = Q(order__state=OrderState.AWAITING_PAYMENT, order__hold_until__gt=now)
    is_waited_for = Exists(standing.live(OuterRef("order__reference")).filter(state=PaymentState.OFFERED))
    beside = Order.objects.filter(basket=OuterRef("order__basket"), state=OrderState.AWAITING_PAYMENT)
    is_true = Q(kind__in=(Kind.PLACED, Kind.NOT_PAID)) & is_open
    is_true |= Q(Exists(beside.filter(hold_until__gt=now)), kind=Kind.PLACED)
    is_true |= Q(is_waited_for, kind__in=WHERE_TO) & is_open
    is_true |= Q(kind=Kind.LAPSED, order__state=OrderState.EXPIRED)
    is_true |= Q(kind=Kind.UNCOLLECTED, order__state=OrderState.COMPLETED)
    is_true |= Q(kind__in=(Kind.REFUNDED, Kind.DISPUTED))
    letters = Letter.objects.filter(is_true, _unclaimed(now), sent_at=None, owed_at__gt=now - OWED_FOR)
    letters = letters.filter(owed_at__lte=now)
    return (letters.filter(order=order_id) if order_id else letters).order_by("owed_at", "id")


def _unclaimed(now: datetime) -> Q:
    return Q(claimed_at=None) | Q(claimed_at__lt=now - RETRY)


def untold(*, now: datetime) -> QuerySet[Order]:
    """Return the orders that have ended and whose purchaser is to be told so now: nobody is telling them.

    The orders of one basket are told of together, once none of them is under way any more: the first stands for all.
    """
    unclaimed = Q(mail_claimed_at=None) | Q(mail_claimed_at__lt=now - RETRY)
    beside = Order.objects.filter(basket=OuterRef("basket"))
    earlier = beside.filter(HAS_ENDED, mailed_at=None, pk__lt=OuterRef("pk"))
    waits = Exists(beside.filter(state__in=HOLDING_STATES)) | Exists(earlier)
    return Order.objects.filter(HAS_ENDED, unclaimed, ~waits, mailed_at=None).order_by("id")


def to_be_told(*, order_id: int, now: datetime) -> Order | None:
    """Return the order whose purchaser is to be told now how an order ended: itself, or the first of its basket."""
    same_basket = Order.objects.filter(pk=order_id, basket__isnull=False).values("basket")
    mine = untold(now=now).filter(Q(pk=order_id) | Q(basket__in=same_basket))
    return mine.select_related("listing", "basket").first()


def send(*, letter_id: int, now: datetime) -> None:
    """Send a letter that is owed, once. Raises what the mail server raises; then it is tried again later.

    `now` is the time, and never that of an earlier beginning: others tell by it until when we may still be at it.
    """
    letter = owed(now=now).select_related("order__listing__provider").filter(pk=letter_id).first()
    # Claimed by the letter's own columns, so that of two workers that found it one has it.
    if letter is None or not Letter.objects.filter(_unclaimed(now), pk=letter_id, sent_at=None).update(claimed_at=now):
        return
    if letter.kind == Kind.DISPUTED:
        _send_to_provider(letter)
    else:
        with override(letter.order.locale):
            _message(letter.order, letter.kind, view_of(letter.order), attempt=letter.attempt).send()
    Letter.objects.filter(pk=letter_id).update(sent_at=now)


def send_owed(*, order_id: int, now: datetime) -> None:
    """Send what the purchaser of an order is owed now."""
    for letter_id in owed(now=now, order_id=order_id).values_list("pk", flat=True):
        send(letter_id=letter_id, now=now)


def send_outcome(order: Order) -> list[int]:
    """Tell the purchaser how an order ended, and those of its basket with it; of those completed with the certificate
    attached. Returns which orders that was. Raises what the mail server raises."""
    together = Order.objects.filter(HAS_ENDED, basket=order.basket_id, mailed_at=None)
    told = list(together.select_related("listing", "basket").order_by("pk")) if order.basket_id else [order]
    with override(order.locale):
        views = views_of(told)
        letter = TOGETHER if len(told) > 1 else OUTCOMES.get(OrderState(order.state), "expired")
        message = _message(order, letter, views[0])
        for certificate in filter(None, (each.certificate for each in views)):
            pdf = documents.pdf(certificate.proven.facts)
            message.attach(f"{certificate.code}.pdf", pdf, "application/pdf")
    message.send()
    return [each.pk for each in told]


def _message(order: Order, letter: str, view: OrderView, *, attempt: str = "") -> EmailMultiAlternatives:
    """Write a letter in the active language."""
    context: dict[str, Any] = {"order": view, "listing": offers.offer(code=view.listing_code)}
    context |= {"site_name": settings.SITE_NAME, "site_url": settings.SITE_URL}
    if order.basket and letter in (TOGETHER, Kind.PLACED):
        context["basket"] = basket_at(token=order.basket.token)
        letter = letter if letter == TOGETHER else "basket_placed"
    if letter in WHERE_TO:
        context["transfer"] = instructions(reference=order.reference, until=order.hold_until)
    if letter == Kind.TRANSFER:
        context["proforma"] = proforma.pdf(order)
    if letter == Kind.REFUNDED:
        context["refund"] = refunds.find(key=uuid.UUID(attempt))
    subject = render_to_string(f"checkout/mail/{letter}.subject.txt", context).strip()
    message = EmailMultiAlternatives(
        subject=" ".join(subject.split()),
        body=render_to_string(f"checkout/mail/{letter}.txt", context),
        to=[order.purchaser_email],
        headers={"Message-ID": _message_id(order, letter, attempt)},
    )
    message.attach_alternative(render_to_string(f"checkout/mail/{letter}.html", context), "text/html")
    if paper := context.get("proforma"):
        message.attach(proforma.name_of(reference=order.reference), paper, "application/pdf")
    return message


def _send_to_provider(letter: Letter) -> None:
    """Tell a provider's people of a dispute, in all languages one after the other, since nobody knows theirs. Where it
    has none, staff alone know."""
    order = letter.order
    people = list(order.listing.provider.members.order_by("email").values_list("email", flat=True))
    number, _dot, state = letter.attempt.rpartition(".")
    dispute = disputes.find(number=number, reference=order.reference)
    if dispute is None or not people:
        return
    subjects, bodies = [], []
    for language, _name in settings.LANGUAGES:
        with override(language):
            context = {"order": order, "dispute": dispute, "state": state}
            context |= {"site_name": settings.SITE_NAME, "site_url": settings.SITE_URL}
            subjects.append(render_to_string("checkout/mail/disputed.subject.txt", context).strip())
            bodies.append(render_to_string("checkout/mail/disputed.txt", context).strip())
    EmailMessage(
        subject=" · ".join(subjects),
        body="\n\n--------\n\n".join(bodies) + "\n",
        to=people,
        headers={"Message-ID": _message_id(order, letter.kind, letter.attempt)},
    ).send()


def _message_id(order: Order, letter: str, attempt: str) -> str:
    """Name a letter by what it tells and of which order, so that it has the same name however often it is sent."""
    parts = (order.reference, letter, attempt)
    return f"<{'.'.join(filter(None, parts))}@{urlsplit(settings.SITE_URL).hostname}>"
