"""What somebody could be reached by does not become public by accident: it is asked about where it was typed."""

from typing import Any

import pytest
from django.test import Client

from portal.checkout.models import Order
from tests.checkout.details import details
from tests.checkout.purchasing import PERSON, details_page, send
from tests.pages import Page
from tests.world import World

ASKED = (
    "“%s” looks like an e-mail address, a telephone number or a web address, and everybody could read it for ever. "
    "Leave it out, or tick the box “It is written exactly as I mean it” below."
)
NOT_AN_ADDRESS = "This name becomes public. Please do not use an e-mail address as a name."
OWN = {"purpose": "own", "purpose_text": "For questions: alma@example.org or +33 6 12 34 56 78"}


def problems(**changes: Any) -> dict[str, list[str]]:
    return {name: list(errors) for name, errors in details(**changes).errors.items()}


def test_what_would_reach_somebody_is_asked_about_at_its_field() -> None:
    assert problems(**OWN) == {"purpose_text": [ASKED % "alma@example.org"]}
    assert problems(consumption_period="2026, see example.org") == {"consumption_period": [ASKED % "example.org"]}
    assert problems(beneficiary_name="Alma, 06 12 34 56 78") == {"beneficiary_name": [ASKED % "06 12 34 56 78"]}
    same = problems(beneficiary_same="on", purchaser_name="www.prado.pe")
    assert same == {"purchaser_name": [ASKED % "www.prado.pe"]}


def test_who_means_it_says_so_once_for_these_words_and_no_others() -> None:
    both = "alma@example.org +33 6 12 34 56 78"
    asked = details(**OWN)
    assert (asked.is_valid(), asked.asked_about) == (False, both)
    assert problems(**OWN, as_written=both) == {}
    later = details(**{**OWN, "purpose_text": "Write to luz@example.org"}, as_written=both)
    assert list(later.errors) == ["purpose_text"]
    assert "checked" not in str(later["as_written"])


def test_of_what_stays_private_nothing_is_asked() -> None:
    assert problems(**OWN, is_public="no") == {}
    assert problems(purchaser_name="Prado, 06 12 34 56 78") == {}  # buys for a club: not published
    assert problems(**{**OWN, "purpose": "travel"}) == {}


def test_two_doubts_about_one_field_are_both_told() -> None:
    told = problems(purpose="own", purpose_text="\u0410pple, example.org")["purpose_text"]
    assert (len(told), told[1]) == (2, ASKED % "example.org")


def test_an_address_as_a_name_is_refused_and_nothing_is_asked() -> None:
    assert problems(beneficiary_name="alma@example.org") == {"beneficiary_name": [NOT_AN_ADDRESS]}
    same = problems(beneficiary_same="on", purchaser_name="alma@example.org")
    assert same == {"purchaser_name": [NOT_AN_ADDRESS]}


@pytest.mark.parametrize("period", ["2026", "2025/26", "1 to 3 May 2026", "01.05.2026 – 03.05.2026"])
def test_periods_are_periods(period: str) -> None:
    assert problems(consumption_period=period) == {}


def test_nothing_typed_is_lost_while_it_is_asked_about(world: World, client: Client) -> None:
    listing = world.listing()
    first = details_page(client, listing).sent("purchaser_name", **{**PERSON, **OWN})
    asked = Page(send(client, listing, first))
    assert asked.beside("purpose_text") == [ASKED % "alma@example.org"]
    assert OWN["purpose_text"] in asked.main  # as everybody would read it
    again = asked.sent("purchaser_name", as_written="alma@example.org +33 6 12 34 56 78", consent="on")
    assert send(client, listing, again).status_code == 302
    assert Order.objects.get().purpose_text == OWN["purpose_text"]
