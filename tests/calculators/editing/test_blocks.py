"""The blocks hold whatever a calculator of the portal has, offer what makes sense, and leave words to translate."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from wagtail_localize.segments.extract import StreamFieldSegmentExtractor

from portal.calculators import catalogue
from portal.calculators.editing import compositions
from portal.calculators.editing.blocks import PURPOSES, CompositionBlock
from portal.calculators.editing.decomposer import decompose
from portal.calculators.editing.factor_chooser import FactorBlock, chosen
from portal.calculators.editing.question_blocks import UNITS, UnitBlock, parameter_choices, unit_choices
from portal.calculators.engine.calculator import Group, Number, Question
from portal.calculators.engine.units import is_unit
from portal.calculators.factors import edition
from portal.calculators.models import CalculatorPage
from portal.registry.vocabulary import Purpose
from tests.calculators.compositions import COMMUTING
from tests.world import World

OFFERED = [unit for _title, units in UNITS for unit in units]


def all_questions(questions: tuple[Question, ...]) -> list[Question]:
    inner = [each for group in questions if isinstance(group, Group) for each in group.questions]
    return [*questions, *inner]


def stored(blocks: Any) -> Any:
    """Blocks after a way through the editor's form and the database."""
    composition = CompositionBlock()
    return composition.get_prep_value(composition.clean(composition.to_python(compositions.completed(blocks))))


@pytest.mark.parametrize("kind", list(catalogue.KINDS))
def test_every_calculator_of_the_portal_passes_through_the_blocks_unharmed(kind: str):
    calculator = catalogue.KINDS[kind]
    before = compositions.ready(decompose(calculator), name=kind, title=calculator.title, intro=calculator.intro)
    after = compositions.ready(stored(decompose(calculator)), name=kind, title=calculator.title, intro=calculator.intro)
    assert after.calculator == before.calculator


@pytest.mark.parametrize("kind", list(catalogue.KINDS))
def test_every_unit_that_a_calculator_asks_in_can_be_chosen(kind: str):
    numbers = [each for each in all_questions(catalogue.KINDS[kind].questions) if isinstance(each, Number)]
    asked = {unit for each in numbers for unit in (each.unit, *(other.unit for other in each.offered)) if unit}
    assert asked <= set(OFFERED)


def test_all_units_are_units_and_stand_once():
    assert [unit for unit in OFFERED if not is_unit(unit)] == []
    assert len(set(OFFERED)) == len(OFFERED)


def test_units_are_chosen_by_their_names():
    with translation.override("en"):
        (plain, none), *groups = unit_choices()
    assert (plain, str(none)) == ("", "a plain number")
    energy = dict(next(units for title, units in groups if str(title) == "Energy"))
    assert energy["kWh/year"] == "kWh a year"


def test_a_number_may_have_no_unit():
    assert UnitBlock().clean("") == ""


def test_what_leads_to_another_kind_of_unit_is_chosen_from_the_parameters():
    offered = {key for key, _label in parameter_choices()}
    assert {"speed.bus", "fuel.natural_gas.heat"} <= offered <= set(edition.factor_set().parameters)
    numbers = [each for kind in catalogue.KINDS.values() for each in all_questions(kind.questions)]
    used = {other.through for each in numbers if isinstance(each, Number) for other in each.offered if other.through}
    assert used <= offered


def test_purposes_are_those_of_orders():
    assert {value: str(label) for value, label in PURPOSES} == {
        value: str(label) for value, label in Purpose.choices if value not in ("unfccc_meeting", "own")
    }


def test_a_factor_is_shown_by_its_name():
    assert FactorBlock(required=False).get_form_state("electricity.grid") == {
        "id": "electricity.grid",
        "edit_url": "",
        "title": str(chosen("electricity.grid")),
    }
    assert FactorBlock(required=False).get_form_state("") is None


def test_a_factor_that_is_gone_is_kept_and_says_so():
    assert str(chosen("car.of.yesteryear")) == "Not in the factor set — car.of.yesteryear"
    assert FactorBlock(required=False).clean("car.of.yesteryear") == "car.of.yesteryear"


@pytest.mark.django_db
def test_words_are_translated_and_nothing_else():
    page = CalculatorPage(kind="own", composition=CompositionBlock().to_python(compositions.completed(COMMUTING)))
    field = CalculatorPage._meta.get_field("composition")
    segments = StreamFieldSegmentExtractor(field, include_overridables=True).handle_stream_block(page.composition)
    said = {segment.path.rpartition(".")[2] for segment in segments if not segment.is_empty()}
    assert sorted(said) == ["label", "shared_label", "title"]


@pytest.mark.parametrize("kind", ["section", "value", "lever", "result"])
def test_each_part_says_what_it_is_for(kind: str):
    block = CompositionBlock().child_blocks[kind]
    assert block.label
    assert block.get_description()
    assert block.meta.icon != "placeholder"


@pytest.mark.parametrize("kind", ["number", "slider", "choice", "yes_no", "airport", "country", "words", "group"])
def test_each_question_says_what_it_is_for_and_shows_itself(kind: str):
    block = CompositionBlock().child_blocks["section"].child_blocks["questions"].child_blocks[kind]
    assert block.get_description()
    assert block.is_previewable
    shown = block.get_preview_value()
    assert str(shown["label"]) in block.render(shown)


def test_a_block_is_previewed_in_the_look_of_the_site(world: World, client: Client):
    client.force_login(world.eda)
    block = CompositionBlock().child_blocks["section"].child_blocks["questions"].child_blocks["airport"]
    shown = client.get(reverse("wagtailadmin_block_preview"), {"id": block.definition_prefix}).content.decode()
    assert "css/tokens.css" in shown
    assert "Name, city or code, such as Nairobi or NBO." in shown
