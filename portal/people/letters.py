"""Letters about accounts, on their way to the mail server: the worker sends them, so that pages never wait for it.

How long a page takes therefore tells nobody whether there was a letter to send, and to whom.
"""

import logging

from django.core.mail import EmailMessage, EmailMultiAlternatives
from kombu.exceptions import OperationalError

from portal.celery import nudge

logger = logging.getLogger(__name__)

TASK = "portal.people.tasks.send_letter"


def send_soon(message: EmailMessage) -> None:
    """Hand a letter to the worker. There is no row to find it again: without a broker it is sent at once."""
    subject, text, to = str(message.subject), str(message.body), list(message.to)
    html = next((str(text) for text, kind in getattr(message, "alternatives", []) if kind == "text/html"), "")
    try:
        nudge(TASK, subject=subject, text=text, html=html, to=to)
    except OperationalError:
        logger.warning("the broker does not answer: a letter is sent without the worker")
        send(subject=subject, text=text, html=html, to=to)


def send(*, subject: str, text: str, html: str, to: list[str]) -> None:
    """Send a letter. Raises what the mail server raises."""
    message = EmailMultiAlternatives(subject=subject, body=text, to=to)
    if html:
        message.attach_alternative(html, "text/html")
    message.send()
