"""Nudges for the worker: make one call. And what goes by itself."""

from importlib import import_module

from celery import shared_task
from django.conf import settings

from portal.people import letters


@shared_task(autoretry_for=(OSError,), retry_backoff=30, max_retries=5)
def send_letter(*, subject: str, text: str, html: str, to: list[str], **_: object) -> None:
    """Send a letter about an account; what the mail server refuses is tried again for a quarter of an hour."""
    letters.send(subject=subject, text=text, html=html, to=to)


@shared_task
def clear_sessions(**_: object) -> None:
    """Throw away sessions that have run out, as `manage.py clearsessions` does."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
