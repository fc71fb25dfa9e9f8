"""A saved result, as its page shows it."""

from datetime import datetime

import pytest

from portal.calculators import catalogue
from portal.calculators.engine.evaluation import evaluate
from portal.calculators.results import presentation, service


@pytest.mark.django_db
def test_each_site_s_own_figure_stands_beside_its_own_line(now: datetime):
    site = {"electricity": "10000", "supply": "supplier"}
    answers = {"country": "FR", "sites": [{**site, "contract_factor": "0.05"}, {**site, "contract_factor": "0.2"}]}
    made = service.calculate(
        ref="business", title="Office", evaluation=evaluate(catalogue.kind("business"), answers), now=now
    )
    rows = [
        row
        for chapter in presentation.present(made).chapters
        for row in chapter.rows
        if row["figures"]["key"].startswith("own.")
    ]
    assert [(row["factor_kg"], row["amount"], row["unit"], row["kg"]) for row in rows] == [
        ("0.05", "10000", "kWh", "500"),
        ("0.2", "10000", "kWh", "2000"),
    ]


@pytest.mark.django_db
def test_a_source_stands_once_with_all_its_pages(now: datetime):
    answers = {"country": "FR", "participants": 40, "days": 1}
    made = service.calculate(ref="event", title="Event", evaluation=evaluate(catalogue.kind("event"), answers), now=now)
    sources = presentation.present(made).sources
    given = made.result["sources"]
    assert len({(each.name, each.licence) for each in sources}) == len(sources) < len(given)
    assert sorted(url for each in sources for url in each.urls) == sorted(each["url"] for each in given)
