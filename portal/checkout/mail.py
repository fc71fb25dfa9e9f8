"""Letters to purchasers, in the language of the order."""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.translation import override

from portal.checkout.models import Order, OrderState
from portal.checkout.orders import view_of
from portal.registry.certificates import documents

LETTERS = {OrderState.COMPLETED: "certificate", OrderState.REFUSED: "refused"}


def send_outcome(order: Order) -> None:
    """Tell the purchaser how an order ended; of a completed one with the certificate attached. Raises what the mail
    server raises."""
    with override(order.locale):
        letter = LETTERS.get(OrderState(order.state), "expired")
        view = view_of(order)
        context = {"order": view, "site_name": settings.SITE_NAME, "site_url": settings.SITE_URL}
        subject = render_to_string(f"checkout/mail/{letter}.subject.txt", context).strip()
        message = EmailMultiAlternatives(
            subject=" ".join(subject.split()),
            body=render_to_string(f"checkout/mail/{letter}.txt", context),
            to=[order.purchaser_email],
        )
        message.attach_alternative(render_to_string(f"checkout/mail/{letter}.html", context), "text/html")
        if view.certificate:
            pdf = documents.pdf(code=view.certificate.code)
            message.attach(f"{view.certificate.code}.pdf", pdf, "application/pdf")
    message.send()
