"""XML in and out: what the SDK writes is understood, what is written is understood by the SDK, tricks are refused."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from portal.payments.braintree.gateway import braintree
from portal.payments.simulator import wire

XmlUtil = braintree.util.XmlUtil


def test_what_the_sdk_writes_is_understood():
    request = {"search": {"order_id": {"is": 'a<b>&"c" é'}, "ids": ["one", "two"], "flag": True, "amount": Decimal(3)}}
    assert wire.read(XmlUtil.xml_from_dict(request).encode()) == {
        "search": {"order_id": {"is": 'a<b>&"c" é'}, "ids": ["one", "two"], "flag": "true", "amount": "3"}
    }


def test_what_is_written_is_understood_by_the_sdk():
    answer = {
        "text_with_dashes": "a<b>&c é",
        "nothing": None,
        "yes": True,
        "count": 3,
        "amount": Decimal("10.00"),
        "moment": datetime(2026, 11, 23, 12, 30, tzinfo=UTC),
        "none_of_them": wire.Items("item", []),
        "two_of_them": wire.Items("item", ["one", "two"]),
    }
    assert XmlUtil.dict_from_xml(wire.document("answer", answer)) == {
        "answer": {
            "text_with_dashes": "a<b>&c é",
            "nothing": None,
            "yes": True,
            "count": 3,
            "amount": "10.00",
            "moment": datetime(2026, 11, 23, 12, 30),  # noqa: DTZ001 - the SDK's times carry no zone
            "none_of_them": [],
            "two_of_them": ["one", "two"],
        }
    }


def test_an_empty_body_is_an_empty_document():
    assert wire.read(b" ") == {}


def test_characters_xml_cannot_hold_are_left_out():
    assert wire.write("text", "a\x00b\x1fc\n") == "<text>abc\n</text>"


def test_only_known_kinds_of_values_are_written():
    with pytest.raises(TypeError, match="float"):
        wire.write("amount", 1.5)


@pytest.mark.parametrize(
    "body",
    [
        b"<a><b></a>",
        b"<a/><b/>",
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        b'<!DOCTYPE a [<!ENTITY lol "lol"><!ENTITY lots "&lol;&lol;">]><a>&lots;</a>',
        b"<a>&unknown;</a>",
        b"<a>" * 30 + b"</a>" * 30,
        b"<a>" + b"x" * wire.SIZE_LIMIT + b"</a>",
        b"\xff\xfe\xff",
    ],
)
def test_broken_and_suspicious_documents_are_refused(body):
    with pytest.raises(wire.DocumentError):
        wire.read(body)
