"""Seal all that is sealed anew with the first of PROVIDER_KEYS, so that the other keys can go."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal import rotation


class Command(BaseCommand):
    help = (
        "Seals all that is sealed anew with the first of PROVIDER_KEYS, value by value. It may be stopped at any time "
        "and run again; once nothing is left, the other keys can go. Fails where something is left, or lost."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--count", action="store_true", help="only say how many are left; change nothing")

    def handle(self, *, count: bool, **_options: Any) -> None:
        done = 0 if count else rotation.rotate()
        found = rotation.look()
        self.stdout.write(f"{done} sealed anew, {found.left} left, {len(found.lost)} that no key opens.")
        for name in found.lost:
            self.stdout.write(f"No key opens what is sealed of {name}. Type it in again, or bring its key back.")
        if found.left or found.lost:
            raise CommandError("The other keys are still needed." if found.left else "Some cannot be opened.")
