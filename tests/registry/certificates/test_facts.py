"""The facts of a certificate keep what they are, and contradict themselves nowhere."""

import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from portal.registry.certificates.facts import CertificateFacts, PrintedBlock
from tests.registry.certificates.drawn import FACTS, with_blocks


def test_facts_survive_their_json_form() -> None:
    nothing = replace(FACTS, monitoring_start=None, monitoring_end=None, vintage_year=None, is_sample=True)
    for facts in (FACTS, with_blocks(3), nothing):
        assert CertificateFacts.from_json(facts.to_json()) == facts
        assert CertificateFacts.from_json(facts.to_json()).to_json() == facts.to_json()
        assert CertificateFacts.from_dict(json.loads(json.dumps(facts.to_dict()))) == facts


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"quantity": 16}, "add up"),
        ({"cancelled_at": FACTS.cancelled_at.replace(tzinfo=None)}, "UTC"),
        ({"cancelled_at": datetime(2026, 11, 21, 14, tzinfo=timezone(timedelta(hours=1)))}, "UTC"),
        ({"serial_blocks": (PrintedBlock("IN-５", "IN-６", 15),)}, "ASCII"),
    ],
)
def test_facts_that_contradict_themselves_are_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replace(FACTS, **changes)


def test_the_seal_does_not_depend_on_the_order_of_blocks() -> None:
    facts = with_blocks(3)
    assert replace(facts, serial_blocks=facts.serial_blocks[::-1]).serials == facts.serials
