"""Serial numbers: arithmetic over blocks of units, and the two printed forms.

A block is a run of consecutive serial numbers within one series; each number is one unit, that is one tonne of CO2
equivalent. A series is the space in which serial numbers are unique:

- Kyoto units (CER, tCER, lCER): host Party and unit type, since the CDM registry counts upward from 1 for each of these
  and not for each activity. Example: `IN-5`.
- A6.4ERs: mechanism, host Party, activity and vintage year (procedure A6.4-PROC-REGS-001). Example:
  `UN01-KE-A64S001-2025`.

Everything here is pure: values in, values out. Whatever is not a serial number raises `SerialError`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

LAST_SERIAL = 999_999_999_999_999  # the data exchange standards of the Kyoto registries allow fifteen digits
UNIT_TYPE_CODES = {"CER": 5, "tCER": 6, "lCER": 7}
MECHANISM = "UN01"

_UNIT_TYPES = {code: name for name, code in UNIT_TYPE_CODES.items()}
_NUMBER = "(0|[1-9][0-9]{0,14})"
_KYOTO = re.compile(f"([A-Z]{{2}})-([567])-{_NUMBER}-([1-9])-([1-9])-([0-9])-([1-9][0-9]{{0,6}})")
_PARTY = re.compile("[A-Z]{2}")
_A64_ACTIVITY = re.compile("[A-Z0-9]+(?:-[A-Z0-9]+)*")
_A64 = re.compile(f"{MECHANISM}-({_PARTY.pattern})-({_A64_ACTIVITY.pattern})-([0-9]{{4}})-{_NUMBER}")


class SerialError(ValueError):
    """What was given is no serial number, no block, or cannot be done to one. The message says why, for people."""


@dataclass(frozen=True, order=True, slots=True)
class SerialBlock:
    """Consecutive serial numbers, both ends included. Never empty.

    Raises SerialError unless 1 <= start <= end <= LAST_SERIAL.
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if type(self.start) is not int or type(self.end) is not int:
            raise SerialError(f"Serial numbers are whole numbers, not {self.start!r} to {self.end!r}.")
        if not 1 <= self.start <= LAST_SERIAL:
            raise SerialError(f"A serial number lies between 1 and {LAST_SERIAL}, not at {self.start}.")
        if self.end < self.start:
            raise SerialError(f"A block ends at or after its start, but {self.end} comes before {self.start}.")
        if self.end > LAST_SERIAL:
            raise SerialError(f"A serial number lies between 1 and {LAST_SERIAL}, not at {self.end}.")

    def __str__(self) -> str:
        return str(self.start) if self.start == self.end else f"{self.start}-{self.end}"

    @property
    def count(self) -> int:
        """Units in the block, tonnes of CO2 equivalent."""
        return self.end - self.start + 1

    def contains(self, other: "SerialBlock") -> bool:
        """Say whether every unit of the other block is in this one."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: "SerialBlock") -> bool:
        """Say whether the two blocks share a unit."""
        return self.start <= other.end and other.start <= self.end

    def shared_with(self, other: "SerialBlock") -> "SerialBlock | None":
        """Return the units that both blocks name."""
        if not self.overlaps(other):
            return None
        return SerialBlock(max(self.start, other.start), min(self.end, other.end))

    def take(self, quantity: int) -> "tuple[SerialBlock, SerialBlock | None]":
        """Split off the lowest units: what was taken, and what is left, if anything.

        Raises SerialError if the quantity is no positive whole number or more than the block has.
        """
        if type(quantity) is not int or quantity < 1:
            raise SerialError(f"Units are taken in whole numbers from 1, not {quantity!r}.")
        if quantity > self.count:
            raise SerialError(f"Block {self} has {self.count} units; {quantity} cannot be taken from it.")
        taken = SerialBlock(self.start, self.start + quantity - 1)
        return taken, None if quantity == self.count else SerialBlock(taken.end + 1, self.end)

    def subtract(self, other: "SerialBlock") -> "tuple[SerialBlock, ...]":
        """Return what is left of this block without the units of the other: none, one or two blocks, lowest first."""
        if not self.overlaps(other):
            return (self,)
        below = (SerialBlock(self.start, other.start - 1),) if self.start < other.start else ()
        above = (SerialBlock(other.end + 1, self.end),) if other.end < self.end else ()
        return below + above


def join(blocks: Iterable[SerialBlock]) -> tuple[SerialBlock, ...]:
    """Write the same units in the fewest blocks, lowest first.

    Raises SerialError if two blocks share a unit: a unit exists once, so that would be an error worth hearing of.
    """
    joined: list[SerialBlock] = []
    for block in sorted(blocks):
        if joined and joined[-1].overlaps(block):
            raise SerialError(f"Blocks {joined[-1]} and {block} share units.")
        if joined and joined[-1].end + 1 == block.start:
            joined[-1] = SerialBlock(joined[-1].start, block.end)
        else:
            joined.append(block)
    return tuple(joined)


def count(blocks: Iterable[SerialBlock]) -> int:
    """Units in all the blocks together, tonnes of CO2 equivalent."""
    return sum(block.count for block in blocks)


def lowest(blocks: Iterable[SerialBlock], quantity: int) -> tuple[SerialBlock, ...] | None:
    """Choose the lowest serial numbers among the blocks; None if they have fewer units than asked.

    The answer has one piece for each block touched, so that its owner knows which block to split.
    """
    pieces: list[SerialBlock] = []
    missing = quantity
    for block in sorted(blocks):
        pieces.append(block.take(min(missing, block.count))[0])
        missing -= pieces[-1].count
        if not missing:
            return tuple(pieces)
    return None


def named(blocks: Iterable[SerialBlock], wanted: SerialBlock) -> tuple[SerialBlock, ...] | None:
    """Choose exactly the wanted serial numbers; None unless the blocks have every one of them.

    The answer has one piece for each block touched.
    """
    pieces = tuple(piece for block in sorted(blocks) if (piece := block.shared_with(wanted)))
    return pieces if count(pieces) == wanted.count else None


@dataclass(frozen=True, slots=True)
class KyotoSerial:
    """One CER, tCER or lCER by its full identity. Printed as the CDM registry displays it: `BR-5-85316059-1-1-0-8`.

    The parts are host Party, unit type code, serial number, original and applicable commitment period, LULUCF activity
    (0 if none) and activity number. Raises SerialError if a part could not be printed and read back.
    """

    party: str
    unit_type: str
    serial: int
    original_period: int
    applicable_period: int
    lulucf: int
    activity: int

    def __post_init__(self) -> None:
        if self.unit_type not in UNIT_TYPE_CODES:
            raise SerialError(f"Kyoto unit types are {', '.join(UNIT_TYPE_CODES)}, not {self.unit_type!r}.")
        SerialBlock(self.serial, self.serial)
        if not _KYOTO.fullmatch(str(self)):
            raise SerialError(f"The parts of {self} do not make a Kyoto serial number.")

    def __str__(self) -> str:
        return (
            f"{self.series}-{self.serial}-{self.original_period}-{self.applicable_period}-{self.lulucf}-{self.activity}"
        )

    @property
    def series(self) -> str:
        """Host Party and unit type code, within which serial numbers are unique."""
        return kyoto_series(party=self.party, unit_type=self.unit_type)


@dataclass(frozen=True, slots=True)
class A64Serial:
    """One A6.4ER by the part of its identity that never changes.

    The procedure names the parts (mechanism `UN01`, host Party, activity, vintage year, serial number) but neither
    their order in print nor a delimiter. The portal chooses, here and nowhere else: that order, joined by hyphens, as
    Kyoto serial numbers are. Authorization and first transfer can change in a unit's life and are left out.
    Hyphens within the activity identifier are allowed, since vintage and serial are always the last two parts.
    """

    party: str
    activity: str
    vintage_year: int
    serial: int

    def __post_init__(self) -> None:
        SerialBlock(self.serial, self.serial)
        if not _A64.fullmatch(str(self)):
            raise SerialError(f"The parts of {self} do not make an A6.4ER serial number.")

    def __str__(self) -> str:
        return f"{self.series}-{self.serial}"

    @property
    def series(self) -> str:
        """Mechanism, host Party, activity and vintage year, within which serial numbers are unique."""
        return a64_series(party=self.party, activity=self.activity, vintage_year=self.vintage_year)


def kyoto_series(*, party: str, unit_type: str) -> str:
    """Name the series of a Kyoto unit, for example `IN-5`. Raises SerialError for parts in another form."""
    if not _PARTY.fullmatch(party) or unit_type not in UNIT_TYPE_CODES:
        raise SerialError(f"No Kyoto series: Party {party!r}, unit type {unit_type!r}.")
    return f"{party}-{UNIT_TYPE_CODES[unit_type]}"


def a64_series(*, party: str, activity: str, vintage_year: int) -> str:
    """Name the series of an A6.4ER, for example `UN01-KE-A64S001-2025`. Raises SerialError likewise."""
    if not _PARTY.fullmatch(party) or not _A64_ACTIVITY.fullmatch(activity) or not 1000 <= vintage_year <= 9999:
        raise SerialError(f"No A6.4ER series: Party {party!r}, activity {activity!r}, vintage {vintage_year!r}.")
    return f"{MECHANISM}-{party}-{activity}-{vintage_year}"


def parse_serial(text: str) -> KyotoSerial | A64Serial:
    """Read a printed serial number of either form. Raises SerialError for anything else, spaces included."""
    if match := _KYOTO.fullmatch(text):
        party, code, *numbers = match.groups()
        serial, original, applicable, lulucf, activity = map(int, numbers)
        return KyotoSerial(party, _UNIT_TYPES[int(code)], serial, original, applicable, lulucf, activity)
    if match := _A64.fullmatch(text):
        party, name, vintage, serial_text = match.groups()
        return A64Serial(party, name, int(vintage), int(serial_text))
    raise SerialError(f"{text!r} is neither a Kyoto serial number (BR-5-85316059-1-1-0-8) nor one of an A6.4ER.")


def printed(example: KyotoSerial | A64Serial, block: SerialBlock) -> tuple[str, str]:
    """Print the first and the last serial number of a block whose units share all else with the example."""
    return str(replace(example, serial=block.start)), str(replace(example, serial=block.end))
