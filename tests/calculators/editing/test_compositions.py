"""Composed calculators are quick, and never stale; what is wrong with them is said in the language of the desk."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from portal.calculators import catalogue
from portal.calculators.editing import compositions
from portal.calculators.editing.decomposer import decompose
from portal.calculators.engine.sentences import said
from portal.calculators.engine.shape import DefinitionError
from portal.calculators.models import CalculatorIndexPage, CalculatorPage
from tests.calculators.compositions import FAULTY
from tests.calculators.shelf import composed


def test_reasons_are_given_in_the_language_of_the_desk():
    sentence = said("%(model_name)s with this %(field_label)s already exists.", model_name=said("Yes"), field_label="x")
    with translation.override("fr"):
        assert compositions.in_words(sentence) == "Un objet Oui avec ce champ x existe déjà."


def test_a_page_is_compiled_once_for_each_of_its_versions(client: Client, index: CalculatorIndexPage):
    page = composed(index, title="Compiled once")
    _hits, before = compositions.how_often_kept()
    for _time in range(5):
        assert client.get(page.get_url()).status_code == 200
    hits, after = compositions.how_often_kept()
    assert after - before <= 1
    blocks = page.composition.get_prep_value()
    blocks[1]["value"]["questions"][0]["value"]["label"] = "Heads"
    page.composition = page.composition.stream_block.to_python(blocks)
    page.save_revision().publish()
    assert "Heads" in client.get(page.get_url()).content.decode()
    assert compositions.how_often_kept()[1] - after <= 2
    assert hits > 0


def test_what_keeps_a_composition_from_working_is_found_out_once(client: Client, index: CalculatorIndexPage):
    page = composed(index, title="Faulty for long")
    faulty = page.composition.stream_block.to_python(FAULTY)
    CalculatorPage.objects.filter(pk=page.pk).update(composition=faulty)
    page = CalculatorPage.objects.get(pk=page.pk)
    _hits, before = compositions.how_often_kept()
    for _time in range(3):
        with pytest.raises(DefinitionError) as raised:
            page.compiled()
        assert "'kilometres' gives a number of km/year" in str(raised.value)
        assert client.get(page.get_url()).status_code == 200
    assert compositions.how_often_kept()[1] - before == 1


def test_a_composed_page_asks_the_database_one_thing_more_than_any_other_its_languages(
    client: Client, index: CalculatorIndexPage
):
    own = composed(index)
    kept = CalculatorPage(title="Flights", slug="flights", kind="flight", summary="Far.", locale=index.locale)
    index.add_child(instance=kept)
    counts = []
    for page in (own, kept):
        client.get(page.get_url())
        with CaptureQueriesContext(connection) as asked:
            client.get(page.get_url())
        counts.append(len(asked))
    assert counts[0] == counts[1] + 2  # which translations are live, and which of these are for everybody


def test_a_calculator_as_large_as_a_household_s_is_ready_in_a_moment_the_second_time(index: CalculatorIndexPage):
    page = composed(index, decompose(catalogue.KINDS["household"]), title="As large")
    assert page.compiled() is page.compiled()
