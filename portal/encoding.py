"""Requests that say they are in another encoding than UTF-8, which no page of ours lets a browser do, are not read.

Django reads all of a request in what its media type names, its address included, and does so before any middleware can
look at it. Any codec of Python's will do: half of these read no text at all, and by the others an answer to something
else than was asked for would lie in the caches that hold public pages.
"""

import codecs
from collections.abc import Callable, Iterable
from typing import Any

from django.utils.http import parse_header_parameters

UNREAD = "application/octet-stream"  # no form, and nothing that the API takes

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


def in_utf_8(application: Application) -> Application:
    """Let a WSGI application read addresses as UTF-8 whatever is said, and bodies only where nothing else is said."""

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if not _is_utf_8(environ.get("CONTENT_TYPE", "")):
            environ["CONTENT_TYPE"] = UNREAD
        return application(environ, start_response)

    return answer


def _is_utf_8(media_type: str) -> bool:
    try:
        _kind, said = parse_header_parameters(media_type)
        return codecs.lookup(said.get("charset", "utf-8")).name == "utf-8"
    except (LookupError, ValueError):  # of an encoding that nobody knows, also where it is that of the name itself
        return False
