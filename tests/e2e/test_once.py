"""What `bin/demo --once` does, on each rail: one purchase over HTTP, and its proof in the public history."""

import re

import pytest

from portal.home.demo.once import purchase
from tests.e2e.running import Portal


@pytest.mark.parametrize("rail", ["card", "paypal", "transfer"])
def test_one_purchase_by_http_ends_in_the_public_history(portal: Portal, rail: str) -> None:
    made = purchase(portal.url, rail=rail, hand_in=portal.hand_in)
    assert made["quantity"] == 3
    assert re.fullmatch(rf"{portal.url}/en/certificates/[\w-]+/", made["certificate_url"])
