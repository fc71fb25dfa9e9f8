"""The portal's own application, with the addresses of `bench.urls`."""

from django.conf import settings

from portal.wsgi import application

__all__ = ["application"]

settings.ROOT_URLCONF = "bench.urls"
