"""The seal: a guilloche rosette computed from serial numbers.

Security printers drew such figures with a geometric lathe: a few circles rolling on circles. Here SHA-256 of the serial
text sets the gears, so the same units always give the same figure and other units a visibly different one. It proves
nothing by itself (the serial numbers and the public record do); it lets an eye see at once whether two documents speak
of the same units.

Every curve is a sum of rotating vectors,

    z(t) = sum of  length * e^(i (turns t + phase)),   0 <= t < 2 pi,

which covers epitrochoids (two vectors turning the same way), hypotrochoids (opposite ways) and a wave braided between
two waving envelopes. The curves are written as cubic Bezier segments whose handles are the exact derivatives, so they
stay smooth at any size.
"""

import cmath
import hashlib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

Size = Literal["full", "small"]
SIZES: tuple[Size, ...] = ("full", "small")
RINGS = ("edge", "lace", "heart")
Vector = tuple[float, int, float]

FINE, COARSE = 10, 1
"""Path units per unit of design: whole numbers stay short, and fine ones are exact to 1/4000 of the seal's width."""


@dataclass(frozen=True)
class Ring:
    """Curves of one ring as SVG path data, all drawn with one line width, in the units of their seal."""

    name: Literal["edge", "lace", "heart"]
    paths: tuple[str, ...]
    line: float


@dataclass(frozen=True)
class Seal:
    """One rosette around (0, 0): its rings from the outside in, and the number of lobes of its outline.

    It fills a square of side 2 `radius`, up to the width of a line.
    """

    rings: tuple[Ring, ...]
    lobes: int
    radius: int


@dataclass(frozen=True)
class _Gear:
    """One trochoid: its points, the turns until it closes, and whether the second circle turns against the first."""

    points: int
    turns: int
    opposite: bool


@dataclass(frozen=True)
class _Gears:
    """What the digest decides. Lengths for a radius of 200, angles in radians."""

    lobes: int
    strands: int
    waves: int
    swing: float
    swell: float
    lag: float
    twist: float
    lace_inner: float
    lace_gear: _Gear
    heart_gear: _Gear


def canonical(serials: Iterable[Sequence[str]]) -> str:
    """Write serial numbers, pairs of first and last, in the one form that seals are drawn from: sorted lines."""
    return "\n".join(sorted(f"{first} - {last}" for first, last in serials))


@lru_cache(maxsize=128)
def seal_paths(serials: str, *, size: Size = "full") -> Seal:
    """Draw the seal of a canonical serial text.

    The same text always gives the same paths, in every process; surrounding white space does not count.
    `size="small"` has fewer, bolder curves with the same lobes, points and turns, meant for about 40 pixels.
    """
    gears = _gears(hashlib.sha256(serials.strip().encode()).digest())
    if size == "full":
        return Seal(rings=_full_rings(gears), lobes=gears.lobes, radius=200 * FINE)
    return Seal(rings=_small_rings(gears), lobes=gears.lobes, radius=200 * COARSE)


def view_box(size: Size) -> str:
    """The square that a seal of a size fills, as an SVG `viewBox`."""
    radius = 200 * (FINE if size == "full" else COARSE)
    return f"-{radius} -{radius} {2 * radius} {2 * radius}"


def seal_file(serials: str, *, size: Size = "full") -> str:
    """The seal as an SVG file without style attributes and without text: a group for each of RINGS, by that id.

    Each is drawn in currentColor, so that a page which takes it from there (`<use>`) colours it by setting `color`.
    """
    groups = "".join(
        f'<g id="{ring.name}" stroke="currentColor" stroke-width="{ring.line}">'
        + "".join(f'<path d="{path}"/>' for path in ring.paths)
        + "</g>"
        for ring in seal_paths(serials, size=size).rings
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{view_box(size)}"'
        f' fill="none" stroke-linejoin="round">{groups}</svg>'
    )


class _Draws:
    """Reads a digest as a row of choices, two bytes for each."""

    def __init__(self, digest: bytes) -> None:
        self._digest = digest
        self._at = 0

    def below(self, limit: int) -> int:
        pair = self._digest[self._at : self._at + 2]
        self._at += 2
        return int.from_bytes(pair) % limit

    def gear(self, points: int, *, turns: range) -> _Gear:
        """A gear whose turns share no factor with its points: the curve closes only after meeting all of them."""
        fitting = [count for count in turns if math.gcd(count, points) == 1]
        return _Gear(points=points, turns=fitting[self.below(len(fitting))], opposite=bool(self.below(2)))


def _gears(digest: bytes) -> _Gears:
    draws = _Draws(digest)
    lobes, strands = 5 + draws.below(8), 5 + draws.below(4)
    return _Gears(
        lobes=lobes,
        strands=strands,
        waves=_waves(lobes, strands, around=26 + draws.below(14)),
        swing=5 + draws.below(8),
        swell=3 + draws.below(4),
        lag=draws.below(4) * math.pi / 2,
        twist=draws.below(2) * math.pi / lobes,
        lace_inner=66 + draws.below(26),
        lace_gear=draws.gear(lobes * round((17 + draws.below(14)) / lobes), turns=range(4, 9)),
        heart_gear=draws.gear(5 + draws.below(10), turns=range(2, 6)),
    )


def _waves(lobes: int, strands: int, *, around: int) -> int:
    """Waves in all turns together, about `around` on each. They share no factor with the strands, so these braid."""
    if math.gcd(lobes, strands) == 1:
        return lobes * (strands * max(2, round(around / lobes)) + 1)
    return around * strands + 1


def _full_rings(gears: _Gears) -> tuple[Ring, ...]:
    lace = [_trochoid(gears.lace_inner, 140, gears.lace_gear, narrowing=0.2 * copy) for copy in range(4)]
    heart = [_trochoid(12, gears.lace_inner - 7, gears.heart_gear, narrowing=0.22 * copy) for copy in range(3)]
    return (
        Ring("edge", (_path(_braid(gears), 4.4, FINE),), 6),
        Ring("lace", tuple(_path(curve, 5, FINE) for curve in lace), 5),
        Ring("heart", tuple(_path(curve, 6, FINE) for curve in heart), 6),
    )


def _small_rings(gears: _Gears) -> tuple[Ring, ...]:
    inner = gears.lace_inner
    lace = replace(gears.lace_gear, points=gears.lace_gear.points // 2, turns=1)
    heart = replace(gears.heart_gear, turns=2 if gears.heart_gear.points % 2 else 1)
    return (
        Ring("edge", tuple(_path(_outline(gears, radius), 5, COARSE) for radius in (178, 160)), 9),
        Ring("lace", (_path(_trochoid(inner, 132, lace), 4, COARSE),), 6),
        Ring("heart", (_path(_trochoid(8, inner - 14, heart), 5, COARSE),), 7),
    )


def _braid(gears: _Gears) -> list[Vector]:
    """A wave of `strands` turns between two envelopes that swing out at each lobe and swell or thin there."""
    middle, half = 165.0, 16.0
    turns, lobe = gears.strands, gears.lobes * gears.strands
    vectors: list[Vector] = [(middle, turns, gears.twist)]
    vectors += _both(gears.swing, turns, lobe, gears.twist, 0)
    vectors += _both(half, turns, gears.waves, gears.twist, 0)
    vectors += _both(gears.swell / 2, turns, gears.waves + lobe, gears.twist, gears.lag)
    vectors += _both(gears.swell / 2, turns, gears.waves - lobe, gears.twist, -gears.lag)
    return vectors


def _outline(gears: _Gears, radius: float) -> list[Vector]:
    return [(radius, 1, gears.twist), *_both(gears.swing + 6, 1, gears.lobes, gears.twist, 0)]


def _both(length: float, turns: int, beat: int, twist: float, phase: float) -> list[Vector]:
    """The two vectors that add  length * cos(beat t + phase)  to the radius of a curve of so many turns."""
    return [(length / 2, turns + beat, twist + phase), (length / 2, turns - beat, twist - phase)]


def _trochoid(inner: float, outer: float, gear: _Gear, *, narrowing: float = 0) -> list[Vector]:
    """The gear's trochoid between two radii, or within a narrower band half way between them."""
    middle, half = (inner + outer) / 2, (outer - inner) / 2 * (1 - narrowing)
    return [
        (middle, gear.turns, 0.0),
        (half, gear.turns - gear.points if gear.opposite else gear.turns + gear.points, 0.0),
    ]


def _path(vectors: list[Vector], steps_per_wave: float, scale: int) -> str:
    """SVG path data of one closed curve in whole path units; handles a third of the derivative make joints smooth."""
    steps = math.ceil(steps_per_wave * max(abs(turns) for _, turns, _ in vectors))
    step = 2 * math.pi / steps
    points, handles = [], []
    for number in range(steps):
        point = slope = 0j
        for length, turns, phase in vectors:
            arm = cmath.rect(length * scale, turns * number * step + phase)
            point += arm
            slope += turns * arm
        points.append(point)
        handles.append(slope * 1j * step / 3)
    parts = [f"M{_pair(points[0])}C{_pair(points[0] + handles[0])} "]
    for end, handle in zip(points[1:] + points[:1], handles[1:] + handles[:1], strict=True):
        parts.append(f"{_pair(end - handle)} {_pair(end)}S")
    return "".join(parts)[:-1] + "Z"


def _pair(point: complex) -> str:
    return f"{round(point.real)} {round(point.imag)}"
