"""Nudges for the worker: make one call."""

from celery import shared_task

from portal.people import letters


@shared_task(autoretry_for=(OSError,), retry_backoff=30, max_retries=5)
def send_letter(*, subject: str, text: str, html: str, to: list[str], **_: object) -> None:
    """Send a letter about an account; what the mail server refuses is tried again for a quarter of an hour."""
    letters.send(subject=subject, text=text, html=html, to=to)
