"""One shape for all requests: equal requests look alike, others do not, and nonsense is named."""

import pytest

from portal.registry.answers import Refusal
from portal.registry.ledger.request import Request, flaw
from portal.registry.serials import SerialBlock

CANCEL = {
    "kind": "cancel",
    "reference": "R-1",
    "source": "SOL",
    "destination": "VOLUNTARY-CANCELLATION",
    "series": "IN-5",
    "issuance_start": 101,
    "issuance_end": 200,
    "quantity": 10,
    "purpose": "For the climate",
    "beneficiary": "Alma",
}


def test_the_same_request_has_the_same_fingerprint_and_number():
    assert Request(**CANCEL).digest == Request(**CANCEL).digest
    assert Request(**CANCEL).transaction_number == Request(**CANCEL).transaction_number == "TWKNP6LYDQG4EGH2"


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "forward"},
        {"reference": "R-2"},
        {"source": "NIL"},
        {"destination": "NIL"},
        {"series": "IN-6"},
        {"issuance_start": 100},
        {"issuance_end": 201},
        {"quantity": 11},
        {"first_serial": 101},
        {"purpose": ""},
        {"beneficiary": "Bo"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_every_part_of_a_request_tells_in_its_fingerprint(change):
    assert Request(**CANCEL | change).digest != Request(**CANCEL).digest


def test_named_serials_begin_where_they_are_said_to():
    assert Request(**CANCEL).wanted is None
    assert Request(**CANCEL | {"first_serial": 150}).wanted == SerialBlock(150, 159)


def test_a_request_that_could_work_has_no_flaw():
    assert flaw(Request(**CANCEL)) is None
    assert flaw(Request(**CANCEL | {"quantity": 100, "reference": "R" * 100, "first_serial": 101})) is None


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"reference": ""}, "A reference has between 1 and 100 characters."),
        ({"reference": "R" * 101}, "A reference has between 1 and 100 characters."),
        ({"series": ""}, "The name of a series has between 1 and 60 characters."),
        ({"purpose": "a\0b"}, "Text holds no zero characters."),
        ({"quantity": 0}, "Units are taken in whole numbers from 1, not 0."),
        ({"quantity": -5}, "Units are taken in whole numbers from 1, not -5."),
        ({"quantity": 101}, "Block 101-200 has 100 units; 101 cannot be taken from it."),
        ({"issuance_end": 100}, "A block ends at or after its start, but 100 comes before 101."),
        ({"first_serial": 95}, "Serials 95-104 lie outside the issuance block."),
        ({"first_serial": 195}, "Serials 195-204 lie outside the issuance block."),
    ],
)
def test_what_could_never_work_is_named(change, text):
    assert flaw(Request(**CANCEL | change)) == Refusal("bad_request", text)
