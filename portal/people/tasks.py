"""Nudges for the worker: make one call. And what goes by itself."""

from datetime import timedelta
from importlib import import_module

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from portal.people import letters
from portal.people.models import User


@shared_task(autoretry_for=(OSError,), retry_backoff=30, max_retries=5)
def send_letter(*, subject: str, text: str, html: str, to: list[str], **_: object) -> None:
    """Send a letter about an account; what the mail server refuses is tried again for a quarter of an hour."""
    letters.send(subject=subject, text=text, html=html, to=to)


@shared_task
def clear_sessions(**_: object) -> None:
    """Throw away sessions that have run out, as `manage.py clearsessions` does."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


@shared_task
def forget_unconfirmed(**_: object) -> None:
    """Delete accounts whose address nobody confirmed in time."""
    User.objects.forget_unconfirmed(before=timezone.now() - timedelta(days=settings.UNCONFIRMED_KEPT_DAYS))
