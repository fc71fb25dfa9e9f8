"""Milliseconds for a certificate as PDF, for its share image and for its seal."""

import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from bench.figures import Spread, spread, table
from bench.machine import machine

FIRST_SERIAL = 85_000_001
UNITS = 3  # tonnes on each certificate


def measure(*, rounds: int) -> dict[str, Any]:
    """Draw `rounds` certificates with other facts each, and everything else on them as often. Times in milliseconds.

    One of each is drawn before the clock runs, since the first loads fonts and the border.
    """
    import django

    django.setup()
    from portal.registry.certificates.drawing import render_pdf, share_image
    from portal.registry.certificates.seal import seal_file
    from portal.registry.certificates.words import words

    measured_on = machine({"Typst": version("typst")})
    facts = [_facts(number) for number in range(rounds + 1)]
    said = [words(each) for each in facts]
    tasks: dict[str, Callable[[int], object]] = {
        "PDF, new facts each": lambda number: render_pdf(facts[number], said[number]),
        "PDF, the same facts again": lambda _number: render_pdf(facts[0], said[0]),
        "share image, new facts each": lambda number: share_image(facts[number], said[number]),
        "words of the certificate": lambda number: words(facts[number]),
        "seal, full, new serials each": lambda number: seal_file(f"full {facts[number].serials}"),
        "seal, small, new serials each": lambda number: seal_file(f"small {facts[number].serials}", size="small"),
        "seal, small, drawn before": lambda number: seal_file(facts[0].serials, size="small"),
    }
    return {
        "machine": measured_on,
        "parameters": {"rounds": rounds},
        "milliseconds": {name: asdict(_times(task, rounds)) for name, task in tasks.items()},
    }


def text(result: dict[str, Any]) -> str:
    """Set the result of `measure` as a table."""
    rows = [(name, Spread(**times)) for name, times in result["milliseconds"].items()]
    return table(("drawn", "ms"), rows)


def _times(task: Callable[[int], object], rounds: int) -> Spread:
    """Time a task with the numbers 1 to `rounds`, after 0 has warmed it up."""
    task(0)
    taken = []
    for number in range(1, rounds + 1):
        started = time.perf_counter()
        task(number)
        taken.append(1000 * (time.perf_counter() - started))
    return spread(taken)


def _facts(number: int) -> Any:
    from portal.registry.certificates.facts import CertificateFacts, PrintedBlock
    from portal.registry.statement import Statement

    first = FIRST_SERIAL + UNITS * number
    block = PrintedBlock(f"IN-5-{first}-1-1-0-33", f"IN-5-{first + UNITS - 1}-1-1-0-33", UNITS)
    code = f"GZA1-{number:04}-PFXP-S"
    return CertificateFacts(
        code=code,
        version=1,
        locale="en",
        verify_url=f"http://localhost:8000/c/{code}",
        unit_type="CER",
        unit_status="",
        quantity=UNITS,
        serial_blocks=(block,),
        activity_code="CDM-0033",
        activity_title="A wind farm (sample)",
        host_country="IN",
        technology="Wind",
        methodologies="ACM0002",
        monitoring_start=datetime(2019, 1, 1, tzinfo=UTC).date(),
        monitoring_end=datetime(2019, 12, 31, tzinfo=UTC).date(),
        vintage_year=None,
        registry_name="Embedded registry (demonstration)",
        registry_transaction=f"SAMPLE-{number:06}",
        cancelled_at=datetime(2026, 11, 23, 9, 0, tzinfo=UTC),
        statement=Statement(
            beneficiary_name=f"Sample beneficiary No. {number}",
            beneficiary_type="person",
            beneficiary_country="FR",
            purpose="To contribute to climate action",
        ),
        provider_name="Sample provider",
        is_sample=True,
    )
