"""`bin/bench pages|purchase|journey|faults|rehearse|certificate|calculators`: measure, and print tables or JSON."""

import argparse
import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from bench import calculators, certificate, faults, journey, pages, purchase, rehearse
from bench.installation import BenchError
from bench.machine import described
from portal.home.demo.processes import DemoError

RAILS = ("card", "paypal", "transfer")
MOST_SECONDS = 30.0  # for one page in one round


def main(arguments: list[str] | None = None) -> int:
    """Return the exit status: 0 when all was measured, 1 with one clear sentence otherwise."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    options = parser().parse_args(given)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    try:
        is_on_servers = options.command in ("purchase", "faults") or (options.command == "journey" and not options.var)
        if is_on_servers and "DATABASE_URL" not in os.environ:
            return purchase.on_own_servers(given)
        result, text = _measured(options)
    except (BenchError, DemoError, OSError, ValueError) as error:
        sys.stderr.write(f"bench: {error}\n")
        return 1
    if options.json:
        sys.stdout.write(f"{json.dumps(result, indent=2)}\n")
    else:
        sys.stdout.write(f"{described(result['machine'])}\n{text(result)}")
    return 0


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line, with every bound it keeps."""
    whole = argparse.ArgumentParser(prog="bin/bench", description="Measure this portal on this machine.")
    commands = whole.add_subparsers(dest="command", required=True)
    one = commands.add_parser("pages", help="requests per second of the public pages, beside an empty view")
    one.add_argument(
        "--var", type=Path, metavar="FOLDER", help="a demo's data to use and keep; made if it is not there"
    )
    one.add_argument("--connections", type=_whole(1, 64), default=8, help="open at the same time (8)")
    one.add_argument("--rounds", type=_whole(1, 50), default=5, help="(5)")
    one.add_argument("--seconds", type=_seconds, default=3.0, help="for each page in each round (3)")
    two = commands.add_parser("purchase", help="complete purchases per second on PostgreSQL and Redis")
    two.add_argument("--rounds", type=_whole(1, 20), default=3, help="(3)")
    two.add_argument("--purchases", type=_whole(1, 5000), default=200, help="in each round (200)")
    two.add_argument("--buyers", type=_whole(1, 32), default=4, help="at the same time (4)")
    two.add_argument("--listings", type=_whole(1, 100), default=8, help="each of a provider of its own (8)")
    two.add_argument("--counted", type=_whole(1, 500), default=30, help="step by step, before the rounds (30)")
    two.add_argument("--rails", type=_rails, default=list(RAILS), help=f"ways to pay, in turn ({','.join(RAILS)})")
    two.add_argument("--books", type=_whole(0, 1_000_000), default=0, help="made-up purchases to measure among (0)")
    three = commands.add_parser("rehearse", help="cancellations per second through the embedded registry")
    three.add_argument("--rounds", type=_whole(1, 20), default=3, help="(3)")
    three.add_argument("--rows", type=_whole(1, 100_000), default=2000, help="generated cancellations (2000)")
    three.add_argument("--blocks", type=_whole(1, 1000), default=50, help="generated issuance blocks (50)")
    three.add_argument("--issuances", type=Path, metavar="CSV", help="instead of generated ones")
    three.add_argument("--cancellations", type=Path, metavar="CSV", help="instead of generated ones")
    three.add_argument("--limit", type=_whole(1, 1_000_000), help="only the first so many of a file")
    four = commands.add_parser("certificate", help="milliseconds for PDF, share image and seal")
    four.add_argument("--rounds", type=_whole(1, 2000), default=30, help="of each (30)")
    five = commands.add_parser("calculators", help="estimates per second, in the engine and over HTTP; rows of tables")
    five.add_argument("--rounds", type=_whole(1, 50), default=5, help="(5)")
    five.add_argument("--estimates", type=_whole(1, 100_000), default=500, help="of each kind in each round (500)")
    five.add_argument("--rows", type=_whole(1, 100_000), default=100_000, help="flights in each round (100000)")
    five.add_argument("--connections", type=_whole(1, 64), default=8, help="open at the same time (8)")
    five.add_argument("--seconds", type=_seconds, default=3.0, help="for each kind over HTTP in each round (3)")
    five.add_argument("--no-http", action="store_true", help="leave the server out")
    six = commands.add_parser("journey", help="a purchase as a browser asks for it, from story to certificate, by step")
    six.add_argument("--var", type=Path, metavar="FOLDER", help="a demo's data to use and keep, on SQLite")
    six.add_argument("--purchasers", type=_several, default=[1, 4, 16, 64], help="at a time, in turn (1,4,16,64)")
    six.add_argument("--journeys", type=_whole(1, 1000), default=64, help="by each number of purchasers (64)")
    six.add_argument("--counted", type=_whole(1, 500), default=30, help="by one alone, for CPU time by step (30)")
    six.add_argument("--servers", type=_whole(1, 16), default=2, help="web processes, of eight threads each (2)")
    six.add_argument(
        "--busy-after", type=_wait, default=0.0, help="seconds, then what only reads is refused; 0: never (0)"
    )
    seven = commands.add_parser("faults", help="what is lost, doubled or stuck when each step goes wrong in every way")
    seven.add_argument("--rounds", type=_whole(1, 1000), default=1, help="of each step and fault (1)")
    seven.add_argument("--only", default="", metavar="NAME", help="stories whose names begin so, such as PayPal")
    for each in (one, two, three, four, five, six, seven):
        each.add_argument("--json", action="store_true", help="print one JSON object instead of tables")
    return whole


def _whole(lowest: int, highest: int) -> Callable[[str], int]:
    """Return a reader of whole numbers within bounds: a measurement should end."""

    def read(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not lowest <= int(text) <= highest:
            raise argparse.ArgumentTypeError(f"a whole number from {lowest} to {highest}, not {text}")
        return int(text)

    return read


def _several(text: str) -> list[int]:
    """Read numbers of purchasers, separated by commas."""
    return [_whole(1, 64)(part) for part in text.split(",")]


def _rails(text: str) -> list[str]:
    """Read ways to pay, separated by commas."""
    rails = text.split(",")
    if not set(rails) <= set(RAILS):
        raise argparse.ArgumentTypeError(f"some of {','.join(RAILS)}, not {text}")
    return rails


def _seconds(text: str) -> float:
    value = float(text)
    if not 0.1 <= value <= MOST_SECONDS:
        raise argparse.ArgumentTypeError(f"from 0.1 to {MOST_SECONDS:.0f} seconds, not {text}")
    return value


def _wait(text: str) -> float:
    value = float(text)
    if not 0 <= value <= MOST_SECONDS:
        raise argparse.ArgumentTypeError(f"from 0 to {MOST_SECONDS:.0f} seconds, not {text}")
    return value


def _measured(options: argparse.Namespace) -> tuple[dict[str, Any], Callable[[dict[str, Any]], str]]:
    """Make one measurement and return it with what sets it as text."""
    given = {name: value for name, value in vars(options).items() if name not in ("command", "json")}
    if options.command == "pages":
        return pages.measure(folder=given.pop("var"), **given), pages.text
    if options.command == "purchase":
        return purchase.measure(**given), purchase.text
    if options.command == "faults":
        return faults.measure(**given), faults.text
    if options.command == "journey":
        return journey.measure(folder=given.pop("var"), **given), journey.text
    if options.command == "calculators":
        return calculators.measure(**given), calculators.text
    if options.command == "rehearse":
        if bool(options.issuances) != bool(options.cancellations):
            raise BenchError("Rehearsing files takes both --issuances and --cancellations.")
        return rehearse.measure(**given), rehearse.text
    return certificate.measure(**given), certificate.text


def _stop(number: int, _frame: FrameType | None) -> None:
    """End as after an error, so that servers and folders of the measurement go with it."""
    sys.exit(128 + number)


if __name__ == "__main__":
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, _stop)
    sys.exit(main())
