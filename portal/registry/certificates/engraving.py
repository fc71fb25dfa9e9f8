"""Core: line work for printed things: the seal in colour, the guilloche border of a page, and the square code.

All of it is SVG text with presentation attributes only, to be placed by the typesetter.
"""

import math
from functools import lru_cache

import segno

from portal.registry.certificates.seal import seal_paths

PAPER, INK, FOREST, BRASS = "#FBF9F4", "#13221B", "#1E5A44", "#8A6D29"

_WAVE = 24.0
_STRANDS = 4
_STEPS_PER_WAVE = 4


def seal_drawing(serials: str, *, edge: str = FOREST, lace: str = BRASS, line: float = 1.0) -> str:
    """The full seal in two colours: `edge` for outer ring and heart, `lace` between them; `line` widens all lines."""
    seal = seal_paths(serials)
    groups = "".join(
        f'<g stroke="{lace if ring.name == "lace" else edge}" stroke-width="{ring.line * line:g}">'
        + "".join(f'<path d="{path}"/>' for path in ring.paths)
        + "</g>"
        for ring in seal.rings
    )
    reach = seal.radius + 10
    box = f"-{reach} -{reach} {2 * reach} {2 * reach}"
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" fill="none">{groups}</svg>'


def square_code(text: str, *, ink: str = INK) -> str:
    """A QR code of the text, error level M, without a quiet zone: the page leaves four modules free around it."""
    return segno.make(text, error="m", micro=False).svg_inline(dark=ink, border=0)


@lru_cache(maxsize=4)
def border(width: float, height: float, *, inset: float = 31, half: float = 7.5, radius: float = 22) -> str:
    """A braided band around a page, in points: its middle line lies `inset` from the edge and it is 2 `half` wide.

    Waves of one length, shifted against each other, run between two envelopes that swell and thin four times as slowly.
    The number of waves is a multiple of 16, so that all four quarters of the page mirror each other.
    """
    track = _Track(width, height, inset, radius)
    waves = 16 * round(track.length / _WAVE / 16)
    strands = [_strand(track, waves, half, 2 * math.pi * number / _STRANDS) for number in range(_STRANDS)]
    lines = "".join(f'<path d="{strand}"/>' for strand in strands)
    rules = "".join(
        f'<rect x="{edge:g}" y="{edge:g}" width="{width - 2 * edge:g}" height="{height - 2 * edge:g}"'
        f' rx="{radius + inset - edge:g}" stroke-width="{line}"/>'
        for edge, line in ((inset - half - 3, 0.9), (inset + half + 3, 0.35))
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" fill="none">'
        f'<g stroke="{FOREST}" stroke-width="0.4">{lines}</g><g stroke="{BRASS}">{rules}</g></svg>'
    )


class _Track:
    """A rectangle with round corners, walked clockwise from the middle of its top."""

    def __init__(self, width: float, height: float, inset: float, radius: float) -> None:
        across, down = width - 2 * (inset + radius), height - 2 * (inset + radius)
        self._legs = (across, down, across, down)
        self._corners = tuple(
            complex(x, y)
            for x, y in (
                (width - inset - radius, inset + radius),
                (width - inset - radius, height - inset - radius),
                (inset + radius, height - inset - radius),
                (inset + radius, inset + radius),
            )
        )
        self._radius = radius
        self.length = 2 * (across + down) + 2 * math.pi * radius

    def at(self, walked: float) -> tuple[complex, complex]:
        """The place after so many points, and the outward normal there."""
        bend = math.pi / 2 * self._radius
        walked = (walked + self._legs[0] / 2) % self.length
        for side, (leg, corner) in enumerate(zip(self._legs, self._corners, strict=True)):
            normal = -1j * 1j**side
            if walked < leg:
                return corner + normal * self._radius + (walked - leg) * normal * 1j, normal
            if walked < leg + bend:
                turned = normal * complex(
                    math.cos((walked - leg) / self._radius), math.sin((walked - leg) / self._radius)
                )
                return corner + turned * self._radius, turned
            walked -= leg + bend
        raise AssertionError("the walk is taken modulo the length")


def _strand(track: _Track, waves: int, half: float, phase: float) -> str:
    steps = waves * _STEPS_PER_WAVE
    step = track.length / steps

    def place(walked: float) -> complex:
        point, normal = track.at(walked)
        turn = 2 * math.pi * walked / track.length
        swell = 0.72 + 0.28 * math.cos(turn * waves / 4)
        return point + normal * half * swell * math.sin(turn * waves + phase)

    points = [place(number * step) for number in range(steps)]
    handles = [(place(number * step + 0.01) - place(number * step - 0.01)) / 0.02 * step / 3 for number in range(steps)]
    path = [f"M{_pair(points[0])}C{_pair(points[0] + handles[0])} "]
    for number in range(1, steps + 1):
        end, handle = points[number % steps], handles[number % steps]
        path.append(f"{'S' if number > 1 else ''}{_pair(end - handle)} {_pair(end)}")
    return "".join(path) + "Z"


def _pair(point: complex) -> str:
    return f"{point.real:.1f} {point.imag:.1f}"
