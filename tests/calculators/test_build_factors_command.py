"""The factor set is built from what stands in the repository, byte for byte."""

import re

import pytest
from django.core.management import CommandError, call_command

from portal.calculators.management.commands import build_factors
from portal.calculators.management.commands.build_factors import FACTORS, RECIPES, SOURCES, rows_below


@pytest.fixture
def built(tmp_path, monkeypatch):
    """Where a test builds to, instead of the set in force."""
    path = tmp_path / "factors.csv"
    monkeypatch.setattr(build_factors, "FACTORS", path)
    return path


def test_the_set_in_force_is_what_recipes_and_sources_give(capsys):
    call_command("build_factors", "--check")
    assert re.fullmatch(r"\d+ factors of \d+ kinds\n", capsys.readouterr().out)


def test_it_is_built_again_byte_for_byte(built):
    call_command("build_factors")
    assert built.read_bytes() == FACTORS.read_bytes()


def test_a_set_that_was_changed_by_hand_is_noticed(built):
    built.write_text(FACTORS.read_text(encoding="utf-8").replace("0.", "1.", 1), encoding="utf-8")
    with pytest.raises(CommandError, match="build it again"):
        call_command("build_factors", "--check")


def test_other_sources_give_another_set(built, tmp_path):
    other = tmp_path / "sources.csv"
    first, *rest = [path.read_text(encoding="utf-8") for path in sorted(SOURCES.glob("*.csv"))]
    header = first.partition("\n")[0]
    bodies = [text.removeprefix(f"{header}\n") for text in (first, *rest)]
    other.write_text(f"{header}\n{''.join(bodies)}".replace("CC BY 4.0", "CC BY 5.0"), encoding="utf-8")
    call_command("build_factors", str(other))
    assert built.read_bytes() != FACTORS.read_bytes()
    assert "CC BY 5.0" in built.read_text(encoding="utf-8")


def test_sources_that_are_not_there_are_named(tmp_path):
    with pytest.raises(CommandError, match=r"nowhere\.csv cannot be read"):
        call_command("build_factors", str(tmp_path / "nowhere.csv"))


def test_every_source_is_taken_by_a_recipe_and_says_where_it_is_from():
    origins = {row["origin"] for row in rows_below(RECIPES)}
    sources = rows_below(SOURCES)
    unused = {
        source["key"]
        for source in sources
        if source["key"] not in origins
        and re.sub(r"(?<=\.)[a-z]{2}(?=\.)", "{iso2}", source["key"], count=1) not in origins
    }
    assert unused == set()
    for source in sources:
        assert all(source[name] for name in ("source", "source_url", "year", "licence")), source["key"]
