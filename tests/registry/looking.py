"""What tests of the public pages share: the languages, odd things to type, and what a page or a table of them holds."""

import csv
import io
from typing import Any

from tests.pages import Page

LANGUAGES = ("en", "fr", "es")
ODD = [
    "abc",
    "-1",
    "0",
    "99999",
    "9" * 30,
    "1.5",
    "\x00",
    "a\x00b",
    "'; DROP TABLE x;--",
    "%",
    "_",
    "\u202e",
    "é" * 5000,
    "[]",
    "\ud7ff\U0001f30d",
]


def codes(page: Page) -> list[str]:
    """The certificates on a page of the history, from top to bottom."""
    return [link.split("/")[3] for link in page.links() if link.startswith("/en/certificates/")]


def read_csv(answer: Any) -> list[dict[str, str]]:
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))
