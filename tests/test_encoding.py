"""What says that it is in another encoding than UTF-8 is not read so: neither its address nor its body."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.core.signals import request_started
from django.db import close_old_connections

from portal.encoding import UNREAD, in_utf_8
from portal.wsgi import application

NO_TEXT = (
    "hex",
    "zlib",
    "rot13",
    "idna",
    "undefined",
    "unicode_escape",
)  # codecs of Python that make no text, or break
OTHER_TEXT = ("cp1252", "utf-16", "utf-7", "utf-8-sig")
FORM = b'--x\r\nContent-Disposition: form-data; name="people"\r\n\r\n4 caf\xc3\xa9s\r\n--x--\r\n'


def sent(media_type: str, **said: Any) -> dict[str, Any]:
    """Return what a web server hands over."""
    environ = {"CONTENT_TYPE": media_type, "QUERY_STRING": "q=%C3%A9", **said}
    setup_testing_defaults(environ)
    return environ


def read(media_type: str) -> WSGIRequest:
    """Return a form of a media type as the portal reads it."""
    requests: list[WSGIRequest] = []

    def note(environ: dict[str, Any], _start: Any) -> list[bytes]:
        requests.append(WSGIRequest(environ))
        return []

    body = {"REQUEST_METHOD": "POST", "wsgi.input": BytesIO(FORM), "CONTENT_LENGTH": str(len(FORM))}
    in_utf_8(note)(sent(media_type, **body), None)
    return requests[0]


def test_an_address_is_utf_8_whatever_else_is_said():
    """In "hex" it is no text, and in "cp1252" another one, which caches would show to whoever asked for this one."""
    for named in ("utf-8", "UTF8", "no-such-thing", *NO_TEXT, *OTHER_TEXT):
        for said in (f"charset={named}", f"charset*=utf-8''{named}", f"charset*={named}''utf-8"):
            assert read(f"text/html; {said}").GET["q"] == "é", said


def test_a_body_in_another_encoding_is_no_form():
    for named in ("utf-8", "UTF8", '"utf-8"'):
        assert read(f"multipart/form-data; boundary=x; charset={named}").POST["people"] == "4 cafés", named
    assert read("multipart/form-data; boundary=x").POST["people"] == "4 cafés"
    for named in (*NO_TEXT, *OTHER_TEXT, "no-such-thing"):
        request = read(f"multipart/form-data; boundary=x; charset={named}")
        assert (request.content_type, dict(request.POST)) == (UNREAD, {}), named


@pytest.fixture
def _connections_left_alone() -> Iterator[None]:
    """Requests close the connections that ran out before them: those of the tests stay as they are, as for Django's
    own client."""
    request_started.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)


@pytest.mark.usefixtures("_connections_left_alone")
def test_web_servers_are_given_what_reads_so():
    statuses: list[str] = []
    environ = sent("text/html; charset=hex", PATH_INFO="/robots.txt", REQUEST_METHOD="GET", HTTP_HOST="localhost")
    application(environ, lambda status, _headers: statuses.append(status))
    assert statuses == ["200 OK"]
