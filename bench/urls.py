"""The site with one view more: an empty one, to compare with. Only `bin/bench pages` serves it."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from portal.urls import urlpatterns as site

EMPTY = "bench/empty/"


def empty(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


urlpatterns = [path(EMPTY, empty), *site]
