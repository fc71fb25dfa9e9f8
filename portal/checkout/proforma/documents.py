"""The pro-forma invoice of an order as its purchaser gets it, by letter and from the order's page.

It is drawn each time, and kept nowhere: it names the purchaser, is of use for a few days, and the same facts give the
same bytes. Whoever asks for it is a purchaser or the worker that writes letters, neither of which a cancellation waits
for.
"""

from datetime import datetime

from portal.checkout.instructions import Instructions, instructions
from portal.checkout.models import Order, OrderState
from portal.checkout.proforma.drawing import render_pdf
from portal.checkout.proforma.facts import Party, Payee, ProForma
from portal.checkout.proforma.words import words
from portal.money import in_minor_units
from portal.providers import offers


def name_of(*, reference: str) -> str:
    """Name the file, by the order's number."""
    return f"pro-forma-{reference}.pdf"


def pdf_at(*, token: str, now: datetime) -> tuple[str, bytes] | None:
    """Return a file's name and content for the order with this secret address, as long as a transfer is waited for."""
    orders = Order.objects.filter(token=token, state=OrderState.AWAITING_PAYMENT, hold_until__gt=now)
    order = orders.select_related("listing__provider").first()
    content = pdf(order) if order else None
    return (name_of(reference=order.reference), content) if order and content else None


def pdf(order: Order) -> bytes | None:
    """Return it as PDF/UA-1 in the language of the order; None where no transfer is waited for."""
    asked = instructions(reference=order.reference, until=order.hold_until)
    if asked is None:
        return None
    facts = facts_of(order, asked)
    return render_pdf(facts, words(facts))


def facts_of(order: Order, asked: Instructions) -> ProForma:
    """Return all that it says of an order whose purchaser was asked for a transfer."""
    offer = offers.offer(code=order.listing.code)
    if offer is None:
        raise ValueError("an order has a listing")
    return ProForma(
        locale=order.locale,
        number=order.reference,
        asked_at=asked.asked_at,
        until=asked.until,
        seller=Party(name=order.provider_name, address=offer.provider_address, country=offer.provider_country),
        purchaser=Party(name=order.purchaser_name, address=order.purchaser_email, country=order.purchaser_country),
        unit_type=offer.unit_type,
        quantity=order.quantity,
        unit_price=in_minor_units(order.unit_price, order.currency),
        amount=asked.amount,
        currency=asked.currency,
        activity_code=offer.activity_code,
        activity_title=offer.activity_title,
        host_country=offer.host_country,
        monitoring_start=offer.monitoring_start,
        monitoring_end=offer.monitoring_end,
        vintage_year=offer.vintage_year,
        payee=_payee(asked),
        reference=asked.reference_printed,
        code=asked.code,
        is_sample=offer.is_sample or order.listing.provider.is_sample,
    )


def _payee(asked: Instructions) -> Payee:
    return Payee(
        holder=asked.holder,
        iban=asked.iban_printed,
        number=asked.number,
        bic=asked.bic,
        bank=", ".join(filter(None, (asked.bank_name, asked.bank_address))),
        intermediary=asked.intermediary,
    )
