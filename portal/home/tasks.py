"""Nudges for the worker: make one call."""

from celery import shared_task
from django.utils import timezone

from portal.home import publishing


@shared_task
def publish_due(**_: object) -> None:
    """Publish and withdraw the pages whose time has come."""
    publishing.publish_due(now=timezone.now())
