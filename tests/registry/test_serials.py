"""Serial numbers: arithmetic that loses no unit and doubles none, and two printed forms that read back as they were."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.registry.serials import (
    LAST_SERIAL,
    UNIT_TYPE_CODES,
    A64Serial,
    KyotoSerial,
    SerialBlock,
    SerialError,
    a64_series,
    count,
    join,
    kyoto_series,
    lowest,
    named,
    parse_serial,
    printed,
)

serials = st.integers(1, LAST_SERIAL)
small = st.integers(1, 60)
letters = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=2)


@st.composite
def blocks(draw: st.DrawFn, ends: st.SearchStrategy[int] = serials) -> SerialBlock:
    return SerialBlock(*sorted((draw(ends), draw(ends))))


@st.composite
def separate_blocks(draw: st.DrawFn) -> list[SerialBlock]:
    """Blocks that share no unit, in any order; some of them touch."""
    ends = sorted(draw(st.sets(small, min_size=2, max_size=12)))
    pairs = zip(ends[:-1:2], ends[1::2], strict=False)
    return draw(st.permutations([SerialBlock(start, end - 1) for start, end in pairs if end > start]))


def units(*given_blocks: SerialBlock) -> list[int]:
    """Write every serial number out: the slow truth that the arithmetic must agree with."""
    return sorted(serial for block in given_blocks for serial in range(block.start, block.end + 1))


kyoto_serials = st.builds(
    KyotoSerial,
    party=letters,
    unit_type=st.sampled_from(sorted(UNIT_TYPE_CODES)),
    serial=serials,
    original_period=st.integers(1, 9),
    applicable_period=st.integers(1, 9),
    lulucf=st.integers(0, 9),
    activity=st.integers(1, 9_999_999),
)
a64_serials = st.builds(
    A64Serial,
    party=letters,
    activity=st.from_regex(r"[A-Z0-9]{1,8}(-[A-Z0-9]{1,8}){0,3}", fullmatch=True),
    vintage_year=st.integers(1000, 9999),
    serial=serials,
)


# --- Blocks


def test_a_real_issuance_block_has_the_units_its_registry_report_says():
    assert SerialBlock(85316059, 85448545).count == 132_487


@pytest.mark.parametrize(
    ("start", "end", "why"),
    [
        (0, 5, "between 1 and 999999999999999, not at 0"),
        (-3, 5, "not at -3"),
        (9, 8, "8 comes before 9"),
        (1, LAST_SERIAL + 1, f"not at {LAST_SERIAL + 1}"),
        (1.0, 2, "whole numbers, not 1.0 to 2"),
        ("1", "2", "whole numbers, not '1' to '2'"),
        (True, 2, "whole numbers, not True to 2"),
    ],
)
def test_what_is_no_block_is_refused_with_the_reason(start, end, why):
    with pytest.raises(SerialError, match=why):
        SerialBlock(start, end)


def test_a_block_prints_as_one_number_or_as_its_two_ends():
    assert [str(SerialBlock(7, 7)), str(SerialBlock(7, 9))] == ["7", "7-9"]


def test_taking_splits_off_the_lowest_units():
    assert SerialBlock(11, 20).take(4) == (SerialBlock(11, 14), SerialBlock(15, 20))
    assert SerialBlock(11, 20).take(10) == (SerialBlock(11, 20), None)


@pytest.mark.parametrize("quantity", [0, -1, 1.5, True, "3"])
def test_units_are_taken_in_whole_numbers_only(quantity):
    with pytest.raises(SerialError, match="whole numbers from 1"):
        SerialBlock(11, 20).take(quantity)


def test_more_than_there_is_cannot_be_taken():
    with pytest.raises(SerialError, match="Block 11-20 has 10 units; 11 cannot be taken"):
        SerialBlock(11, 20).take(11)


def test_subtracting_leaves_none_one_or_two_blocks():
    whole = SerialBlock(10, 20)
    assert whole.subtract(SerialBlock(1, 30)) == ()
    assert whole.subtract(SerialBlock(10, 12)) == (SerialBlock(13, 20),)
    assert whole.subtract(SerialBlock(18, 40)) == (SerialBlock(10, 17),)
    assert whole.subtract(SerialBlock(15, 15)) == (SerialBlock(10, 14), SerialBlock(16, 20))
    assert whole.subtract(SerialBlock(21, 30)) == (whole,)


@given(blocks(small), blocks(small))
def test_block_arithmetic_agrees_with_counting_unit_by_unit(one, other):
    shared = one.shared_with(other)
    assert one.overlaps(other) is bool(set(units(one)) & set(units(other))) is (shared is not None)
    assert one.contains(other) is (set(units(other)) <= set(units(one)))
    assert units(*one.subtract(other)) == sorted(set(units(one)) - set(units(other)))
    assert units(*((shared,) if shared else ())) == sorted(set(units(one)) & set(units(other)))


@given(blocks(), st.data())
def test_what_is_taken_and_what_is_left_join_to_what_was(block, data):
    taken, rest = block.take(data.draw(st.integers(1, block.count)))
    assert join([rest, taken] if rest else [taken]) == (block,)


@given(blocks(), blocks())
def test_what_is_cut_out_and_what_is_left_join_to_what_was(block, cut):
    shared = block.shared_with(cut)
    assert join([*block.subtract(cut), *([shared] if shared else [])]) == (block,)


@given(separate_blocks())
def test_joining_keeps_every_unit_in_the_fewest_blocks(separate):
    joined = join(separate)
    assert units(*joined) == units(*separate)
    assert all(lower.end + 1 < upper.start for lower, upper in pairwise(joined))
    assert join(joined) == joined


def test_a_unit_named_twice_is_an_error_not_one_unit():
    with pytest.raises(SerialError, match="Blocks 1-5 and 5-9 share units"):
        join([SerialBlock(5, 9), SerialBlock(1, 5)])


# --- Choosing units among many blocks


@given(separate_blocks(), st.integers(1, 70))
def test_the_lowest_units_are_chosen_or_none_at_all(held, quantity):
    chosen = lowest(held, quantity)
    if quantity > count(held):
        assert chosen is None
    else:
        assert chosen is not None
        assert units(*chosen) == units(*held)[:quantity]
        assert all(any(block.contains(piece) for block in held) for piece in chosen)


@given(separate_blocks(), blocks(small))
def test_named_units_are_chosen_if_every_one_is_there(held, wanted):
    chosen = named(held, wanted)
    if set(units(wanted)) <= set(units(*held)):
        assert chosen is not None
        assert join(chosen) == (wanted,)
        assert all(any(block.contains(piece) for block in held) for piece in chosen)
    else:
        assert chosen is None


# --- Printing and reading


def test_a_cer_prints_as_the_cdm_registry_displays_it():
    first = KyotoSerial(
        party="BR", unit_type="CER", serial=85316059, original_period=1, applicable_period=1, lulucf=0, activity=8
    )
    assert str(first) == "BR-5-85316059-1-1-0-8"
    assert first.series == "BR-5"
    assert printed(first, SerialBlock(85316059, 85448545)) == ("BR-5-85316059-1-1-0-8", "BR-5-85448545-1-1-0-8")


def test_an_a64er_prints_its_immutable_identity():
    unit = A64Serial(party="KE", activity="A64S001", vintage_year=2025, serial=17)
    assert str(unit) == "UN01-KE-A64S001-2025-17"
    assert unit.series == "UN01-KE-A64S001-2025"
    assert printed(unit, SerialBlock(17, 17)) == ("UN01-KE-A64S001-2025-17", "UN01-KE-A64S001-2025-17")


def test_unit_type_codes_are_those_of_the_registries():
    assert UNIT_TYPE_CODES == {"CER": 5, "tCER": 6, "lCER": 7}
    assert [kyoto_series(party="IN", unit_type=name) for name in UNIT_TYPE_CODES] == ["IN-5", "IN-6", "IN-7"]


@given(st.one_of(kyoto_serials, a64_serials))
def test_what_is_printed_reads_back_the_same(unit):
    assert parse_serial(str(unit)) == unit


def test_an_activity_identifier_may_hold_hyphens_and_even_look_like_a_vintage():
    tricky = A64Serial(party="CO", activity="A-2025-1", vintage_year=2026, serial=5)
    assert parse_serial("UN01-CO-A-2025-1-2026-5") == tricky


@given(st.one_of(kyoto_serials, a64_serials), st.integers(0, 60), st.text("BUN-0159 x", max_size=2))
def test_a_serial_number_with_a_slip_is_refused_or_is_another_serial_number(unit, place, slip):
    text = str(unit)[:place] + slip + str(unit)[place + 1 :]
    try:
        read = str(parse_serial(text))
    except SerialError:
        read = None
    assert read in (None, text)


@pytest.mark.parametrize(
    "junk",
    [
        "",
        "BR-5-85316059-1-1-0",
        "BR-5-85316059-1-1-0-8-9",
        " BR-5-85316059-1-1-0-8",
        "BR-5-85316059-1-1-0-8\n",
        "br-5-85316059-1-1-0-8",
        "BR-1-85316059-1-1-0-8",
        "BR-5-085316059-1-1-0-8",
        "BR-5-85316059-1-1-0-0008",
        "BR-5-0-1-1-0-8",
        "BR-5-1000000000000000-1-1-0-8",
        "BR-5-8531605٩-1-1-0-8",
        "BR-5--85316059-1-1-0-8",
        "UN02-KE-A64S001-2025-1",
        "UN01-KE-A64S001-25-1",
        "UN01-KE-A64S001-2025-0",
        "UN01-KE-A64S001-2025-01",
        "UN01-KE--2025-1",
        "UN01-KE-a64s001-2025-1",
    ],
)
def test_junk_is_refused(junk):
    with pytest.raises(SerialError):
        parse_serial(junk)


def test_the_refusal_shows_what_was_read_and_what_was_expected():
    with pytest.raises(
        SerialError, match=r"'VC221/2015' is neither a Kyoto serial number \(BR-5-.*\) nor one of an A6"
    ):
        parse_serial("VC221/2015")


@pytest.mark.parametrize(
    ("part", "value", "why"),
    [
        ("party", "BRA", "Party 'BRA'"),
        ("unit_type", "AAU", "CER, tCER, lCER, not 'AAU'"),
        ("serial", 0, "not at 0"),
        ("original_period", 0, "do not make a Kyoto serial number"),
        ("applicable_period", 10, "do not make a Kyoto serial number"),
        ("lulucf", -1, "do not make a Kyoto serial number"),
        ("activity", 0, "do not make a Kyoto serial number"),
    ],
)
def test_parts_that_could_not_be_read_back_make_no_kyoto_serial(part, value, why):
    parts = {"party": "BR", "unit_type": "CER", "serial": 1, "original_period": 1, "applicable_period": 1}
    with pytest.raises(SerialError, match=why):
        KyotoSerial(**{**parts, "lulucf": 0, "activity": 8, part: value})


@pytest.mark.parametrize(
    ("part", "value", "why"),
    [
        ("party", "K", "Party 'K'"),
        ("activity", "A_1", "activity 'A_1'"),
        ("activity", "", "activity ''"),
        ("vintage_year", 25, "vintage 25"),
        ("serial", 0, "not at 0"),
    ],
)
def test_parts_that_could_not_be_read_back_make_no_a64er_serial(part, value, why):
    parts = {"party": "KE", "activity": "A64S001", "vintage_year": 2025, "serial": 1}
    with pytest.raises(SerialError, match=why):
        A64Serial(**{**parts, part: value})


def test_series_are_named_in_one_place():
    assert a64_series(party="KE", activity="A64S001", vintage_year=2025) == "UN01-KE-A64S001-2025"
    with pytest.raises(SerialError, match="Party 'in', unit type 'CER'"):
        kyoto_series(party="in", unit_type="CER")
