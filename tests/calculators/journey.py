"""A flight from Zurich to Nairobi, told to the flights' calculator as a browser sends it."""

from typing import Any

from django.test import Client

from tests.pages import Page, words

ANSWERS = "/en/calculators/answers/flight/"
TRIP = {"a-trips-0-origin": "ZRH", "a-trips-0-destination": "NBO"}


def press(client: Client, page: Page, field: str = "at", address: str = ANSWERS, **typed: str) -> Any:
    """Send the form on a page as a browser does, with what is typed and the button that is pressed."""
    return client.post(address, page.sent(field, **typed))


def first(client: Client) -> Page:
    """The flights' form as it is to begin with; there is no page about them."""
    return Page(client.get(ANSWERS))


def mistakes(page: Page) -> list[str]:
    box = page.soup.find(attrs={"data-error-summary": True})
    return [words(each) for each in box.find_all("li")] if box else []
