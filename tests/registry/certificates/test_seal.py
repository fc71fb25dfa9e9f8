"""The seal is a function of the serial numbers, and a picture that tells two cancellations apart."""

import re
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.registry.certificates.seal import RINGS, seal_file, seal_paths

FIRST = "IN-5-197032979-1-1-0-1514 - IN-5-197032979-1-1-0-1514"
SECOND = "IN-5-197042606-2-2-0-1514 - IN-5-197042620-2-2-0-1514"
serial_texts = st.integers(1, 999_999_999_999).map(lambda number: f"BR-5-{number}-1-1-0-8")


def numbers_in(path: str) -> list[int]:
    return [int(number) for number in re.findall(r"-?\d+", path)]


@settings(max_examples=20, deadline=None)
@given(serial_texts)
def test_the_same_units_give_the_same_seal(serials: str) -> None:
    assert seal_paths(serials) == seal_paths(f"\n{serials} ")


def test_another_process_draws_the_same_seal() -> None:
    program = f"from portal.registry.certificates.seal import seal_file; print(seal_file({FIRST!r}), end='')"
    other = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert other.stdout == seal_file(FIRST)


@settings(max_examples=20, deadline=None)
@given(st.lists(serial_texts, min_size=2, max_size=2, unique=True), st.sampled_from(["full", "small"]))
def test_different_units_give_a_different_seal(pair: list[str], size: str) -> None:
    one, other = (seal_paths(serials, size=size) for serials in pair)
    assert [ring.paths for ring in one.rings] != [ring.paths for ring in other.rings]


def test_seals_of_neighbours_differ_in_outline() -> None:
    lobes = [seal_paths(f"IN-5-{number}-2-2-0-1514").lobes for number in range(64)]
    assert set(lobes) == set(range(5, 13))


@settings(max_examples=20, deadline=None)
@given(serial_texts, st.sampled_from(["full", "small"]))
def test_the_drawing_stays_inside_its_square(serials: str, size: str) -> None:
    seal = seal_paths(serials, size=size)
    reach = max(
        abs(number) + ring.line / 2 for ring in seal.rings for path in ring.paths for number in numbers_in(path)
    )
    assert seal.radius * 0.75 < reach < seal.radius * 1.08


@settings(max_examples=20, deadline=None)
@given(serial_texts)
def test_curves_are_closed(serials: str) -> None:
    for ring in seal_paths(serials).rings:
        for path in ring.paths:
            numbers = numbers_in(path)
            assert path.endswith("Z")
            assert numbers[:2] == numbers[-2:]


@settings(max_examples=20, deadline=None)
@given(serial_texts)
def test_the_small_seal_fits_a_history_row(serials: str) -> None:
    assert len(seal_file(serials, size="small")) < 6_000


@pytest.mark.parametrize("size", ["full", "small"])
def test_the_file_has_a_group_for_each_ring_in_the_colour_of_the_page_and_no_style(size: str) -> None:
    svg = seal_file(SECOND, size=size)
    assert svg.startswith('<svg xmlns="http://www.w3.org/2000/svg" viewBox="-')
    assert 'fill="none"' in svg
    assert tuple(re.findall(r'<g id="([^"]+)" stroke="currentColor"', svg)) == RINGS
    assert "style" not in svg
    assert " class=" not in svg
