"""What is said in public is one value, and every place that keeps or prints it knows all of it."""

from dataclasses import asdict, fields, replace

import pytest

from portal.registry.certificates.words import remarks
from portal.registry.models import Cancellation, LogEntry, Stated
from portal.registry.statement import Footprint, Statement

ALMA = Statement(
    beneficiary_name="Alma Prado", beneficiary_type="person", beneficiary_country="CL", purpose="For the river."
)
MEASURED = replace(
    ALMA,
    consumption_period="2026",
    footprint=Footprint(title="Household footprint 2026", tonnes="7.3981234", factor_set="2026.1-3f2a9c1b"),
)


def test_of_an_anonymous_cancellation_nothing_is_said() -> None:
    assert not any(asdict(Statement.EMPTY).values())
    assert Statement.EMPTY.remarks == ()


@pytest.mark.parametrize("said", [Statement.EMPTY, ALMA, MEASURED, replace(ALMA, preset_purpose="contribute")])
def test_it_survives_its_plain_values(said: Statement) -> None:
    assert Statement.from_dict(said.to_dict()) == said
    assert Statement.from_dict({**said.to_dict(), "code": "7K4M-9QXD-2F6P-H"}) == said


def test_what_was_kept_before_there_were_remarks_can_be_read() -> None:
    younger = ("preset_purpose", "consumption_period", "footprint")
    kept = {name: value for name, value in ALMA.to_dict().items() if name not in younger}
    assert Statement.from_dict(kept) == ALMA
    with pytest.raises(KeyError, match="purpose"):
        Statement.from_dict({name: value for name, value in kept.items() if name != "purpose"})


@pytest.mark.parametrize("model", [Cancellation, LogEntry])
def test_every_part_of_it_has_a_column_and_no_column_is_beside_it(model: type[Stated]) -> None:
    assert {each.name for each in Stated._meta.get_fields()} == {each.name for each in fields(Statement)}
    assert model(**MEASURED.to_dict()).statement == MEASURED
    assert model().statement == Statement.EMPTY


def test_remarks_are_what_was_said_beside_who_and_why() -> None:
    assert ALMA.remarks == ()
    assert replace(ALMA, consumption_period="2026").remarks == ("consumption_period",)
    assert MEASURED.remarks == ("consumption_period", "footprint")


def test_the_certificate_has_words_for_every_remark_and_names_only_what_was_typed() -> None:
    worded = remarks(MEASURED)
    assert tuple(worded) == MEASURED.remarks == tuple(each.name for each in fields(Statement))[5:]
    assert [sentence.format(**MEASURED.texts) for _label, sentence in worded.values()] == [
        "2026",
        "Household footprint 2026, 7.40 t CO₂ equivalent, factor set 2026.1-3f2a9c1b",
    ]
