"""Where a weakness is reported is found where people look for it, and says until when it holds."""

from datetime import UTC, datetime
from typing import Any

from django.test import Client

from portal.security_txt import written

ADDRESS = "/.well-known/security.txt"


def test_it_says_where_until_when_and_in_which_languages(settings: Any) -> None:
    settings.SECURITY_CONTACT = ["mailto:security@example.org", "https://example.org/report"]
    settings.SITE_URL = "https://portal.example.org"
    assert written(now=datetime(2026, 11, 30, 13, 37, 5, 12, tzinfo=UTC)) == (
        "Contact: mailto:security@example.org\n"
        "Contact: https://example.org/report\n"
        "Expires: 2027-02-28T00:00:00Z\n"
        "Preferred-Languages: en, fr, es\n"
        "Canonical: https://portal.example.org/.well-known/security.txt\n"
    )


def test_anybody_may_read_and_keep_it(settings: Any, client: Client) -> None:
    settings.SECURITY_CONTACT = ["mailto:security@example.org"]
    answer = client.get(ADDRESS)
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["Cache-Control"] == "public, max-age=60"
    assert answer.content.startswith(b"Contact: mailto:security@example.org\n")
    assert client.post(ADDRESS).status_code == 405


def test_where_nothing_is_said_there_is_none(db: None, settings: Any, client: Client) -> None:
    settings.SECURITY_CONTACT = []
    assert client.get(ADDRESS).status_code == 404
