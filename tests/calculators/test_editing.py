"""Eda composes calculators: previewed before they are saved, refused with reasons, copied, translated, brought back."""

from copy import deepcopy
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from wagtail.models import Locale
from wagtail_localize.models import Translation, TranslationSource

from portal.calculators import catalogue
from portal.calculators.engine.calculator import Choice, Country, Group, Number
from portal.calculators.engine.footprint import estimate
from portal.calculators.factors import edition
from portal.calculators.models import CalculatorIndexPage, CalculatorPage
from portal.calculators.wording import say
from tests.calculators.compositions import ANSWERS, COMMUTING, FAULTY, page_form, question, section
from tests.calculators.shelf import composed, kg
from tests.world import World

pytestmark = pytest.mark.usefixtures("contexts")


def add_address(index: CalculatorIndexPage) -> str:
    return reverse("wagtailadmin_pages:add", args=["calculators", "calculatorpage", index.pk])


# --- Writing


def test_an_editor_publishes_a_calculator_of_her_own(editor: Client, index: CalculatorIndexPage):
    response = editor.post(add_address(index), page_form(COMMUTING) | {"action-publish": "1"})
    assert response.status_code == 302, response.context["form"].errors.as_data()
    page = CalculatorPage.objects.get(live=True)
    assert page.ref == f"page-{page.translation_key.hex}"
    factor = edition.factor_set().factor("car.average.diesel", "")
    lines = [line for line in estimate(page.compiled(), ANSWERS).lines if not line.part]
    assert [(line.label, line.kg) for line in lines] == [("Driving to work", 4 * 20 * 200 * factor.value)]
    shown = editor.get(page.get_url()).content.decode()
    assert "Kilometres a day" in shown


def test_what_she_left_without_a_name_is_named_and_keeps_its_name(editor: Client, index: CalculatorIndexPage):
    editor.post(add_address(index), page_form(COMMUTING) | {"action-publish": "1"})
    page = CalculatorPage.objects.get()
    blocks = page.composition.get_prep_value()
    asked = blocks[1]["value"]["questions"][2]["value"]
    assert asked["id"] == "kilometres_a_day"
    asked["label"] = "How far is it, there and back?"
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert editor.post(edit, page_form(blocks) | {"action-publish": "1"}).status_code == 302
    again = CalculatorPage.objects.get().composition.get_prep_value()[1]["value"]["questions"][2]["value"]
    assert (again["id"], again["label"]) == ("kilometres_a_day", "How far is it, there and back?")


def errors_of(response: Any) -> Any:
    """The one error there is."""
    ((field, errors),) = response.context["form"].errors.as_data().items()
    assert field == "composition"
    (error,) = errors
    return error.as_json_data()


def test_what_is_wrong_is_said_at_its_block(editor: Client, index: CalculatorIndexPage):
    response = editor.post(add_address(index), page_form(FAULTY) | {"action-publish": "1"})
    shown_if = {"messages": ["'kilometres' gives a number of km/year, and a yes or no is needed"]}
    assert errors_of(response) == {"blockErrors": {0: {"blockErrors": {"questions": {"blockErrors": {1: shown_if}}}}}}
    mended = deepcopy(FAULTY)
    mended[0]["value"]["questions"][1]["value"]["shown_if"] = ""
    response = editor.post(add_address(index), page_form(mended) | {"action-publish": "1"})
    line = {"messages": ["'kilometers' is neither a question nor a value"]}
    assert errors_of(response) == {"blockErrors": {0: {"blockErrors": {"lines": {"blockErrors": {0: line}}}}}}
    assert CalculatorPage.objects.count() == 0


def test_a_line_needs_one_way_to_become_kilograms(editor: Client, index: CalculatorIndexPage):
    wanted = "Give a line one of these: a factor, a factor that answers lead to, or the person's own figure."
    none = {"label": "Driving", "activity": "kilometres"}
    both = {**none, "factor": "car.average.diesel", "factor_pattern": "car.{size}"}
    for line in (none, both):
        blocks = [section(question("number", "Kilometres", unit="km/year"), lines=[line])]
        response = editor.post(add_address(index), page_form(blocks) | {"action-publish": "1"})
        error = {"blockErrors": {"lines": {"blockErrors": {0: {"messages": [wanted]}}}}}
        assert errors_of(response) == {"blockErrors": {0: error}}


def test_a_composition_of_nothing_is_refused(editor: Client, index: CalculatorIndexPage):
    response = editor.post(add_address(index), page_form([]) | {"action-publish": "1"})
    wanted = ["A calculator needs a section with questions", "A calculator needs a line of the result"]
    assert errors_of(response) == {"messages": wanted}


def test_a_draft_may_have_faults(editor: Client, index: CalculatorIndexPage):
    assert editor.post(add_address(index), page_form(FAULTY)).status_code == 302
    page = CalculatorPage.objects.get()
    assert (page.live, len(page.composition)) == (False, 1)
    assert editor.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200


def test_a_draft_of_a_published_page_may_have_faults_and_moves_nothing(editor: Client, index: CalculatorIndexPage):
    page = composed(index)
    before = kg(page)
    assert editor.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), page_form(FAULTY)).status_code == 302
    assert kg(CalculatorPage.objects.get()) == before


def test_blocks_stay_unread_where_another_calculator_is_chosen(editor: Client, index: CalculatorIndexPage):
    form = page_form(FAULTY, kind="flight") | {"action-publish": "1"}
    assert editor.post(add_address(index), form).status_code == 302
    assert CalculatorPage.objects.get().compiled() is catalogue.kind("flight")


def test_nobody_publishes_past_the_form(index: CalculatorIndexPage):
    with pytest.raises(Exception, match="StreamBlock"):
        composed(index, FAULTY)


# --- Beginning from a calculator that works


@pytest.mark.parametrize("kind", list(catalogue.LISTED))
def test_a_copy_of_any_calculator_of_the_portal_calculates_the_same(
    editor: Client, index: CalculatorIndexPage, kind: str
):
    assert editor.post(add_address(index), page_form([], begin_with=kind)).status_code == 302
    page = CalculatorPage.objects.get()
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert editor.get(edit).status_code == 200
    blocks = page.get_latest_revision_as_object().composition.get_prep_value()
    response = editor.post(edit, page_form(blocks) | {"action-publish": "1"})
    assert response.status_code == 302, response.context["form"].errors.as_data()
    copy = CalculatorPage.objects.get(live=True).compiled()
    answers = _everything(kind)
    original = estimate(catalogue.kind(kind), answers)
    assert estimate(copy, answers).total == original.total
    assert original.total > 0


def _everything(kind: str) -> dict[str, Any]:
    """An answer to every number, and one item of every group."""
    answers: dict[str, Any] = {}
    for each in catalogue.KINDS[kind].questions:
        if isinstance(each, Group):
            answers[each.id] = [{inner.id: _some(inner) for inner in each.questions if _some(inner) is not None}]
        elif (answer := _some(each)) is not None:
            answers[each.id] = answer
    return answers


def _some(asked: Any) -> Any:
    if isinstance(asked, Number):
        return max(Decimal(asked.minimum), min(Decimal(asked.maximum), Decimal(2)))
    if isinstance(asked, Choice) and asked.is_required:
        return asked.options[0].id
    if isinstance(asked, Country):
        return "KE"
    return {"origin": "NBO", "destination": "GVA"}.get(asked.id)


def test_a_copy_speaks_the_language_of_its_page(editor: Client, index: CalculatorIndexPage):
    french = CalculatorIndexPage.objects.get(locale__language_code="fr")
    editor.post(add_address(french), page_form([], begin_with="flight"))
    page = CalculatorPage.objects.get()
    with translation.override("fr"):
        assert page.composition[1].value["title"] == say("Flights")


def test_what_is_there_is_not_replaced_by_a_copy(editor: Client, index: CalculatorIndexPage):
    response = editor.post(add_address(index), page_form(COMMUTING, begin_with="flight"))
    wanted = ["Something is composed here already; remove it first."]
    assert response.context["form"].errors == {"begin_with": wanted}


def test_nor_is_what_is_wrong_in_itself(editor: Client, index: CalculatorIndexPage):
    blocks = [section(question("number", ""))]
    response = editor.post(add_address(index), page_form(blocks, begin_with="flight") | {"action-publish": "1"})
    found = response.context["form"].errors.as_data()
    assert {field: len(errors) for field, errors in found.items()} == {"begin_with": 1, "composition": 1}
    assert found["begin_with"][0].messages == ["Something is composed here already; remove it first."]


def test_a_copy_is_for_what_is_composed_on_the_page(editor: Client, index: CalculatorIndexPage):
    response = editor.post(add_address(index), page_form([], kind="flight", begin_with="flight"))
    wanted = ["Choose first that the calculator is composed on this page."]
    assert response.context["form"].errors == {"begin_with": wanted}


# --- Previews


def test_a_calculator_is_previewed_before_it_is_saved(editor: Client, index: CalculatorIndexPage):
    address = reverse("wagtailadmin_pages:preview_on_add", args=["calculators", "calculatorpage", index.pk])
    assert editor.post(address, page_form(COMMUTING)).json() == {"is_valid": True, "is_available": True}
    shown = editor.get(address).content.decode()
    assert "Kilometres a day" in shown
    assert "cannot be used" not in shown
    assert CalculatorPage.objects.count() == 0


def test_the_preview_says_what_is_wrong_so_far(editor: Client, index: CalculatorIndexPage):
    address = reverse("wagtailadmin_pages:preview_on_add", args=["calculators", "calculatorpage", index.pk])
    editor.post(address, page_form(FAULTY))
    shown = editor.get(address).content.decode()
    fault = "<strong>Meals:</strong> &#x27;kilometres&#x27; gives a number of km/year, and a yes or no is needed"
    assert fault in shown


def test_visitors_are_told_and_nothing_breaks_where_a_factor_is_gone(client: Client, index: CalculatorIndexPage):
    page = composed(index)
    blocks = page.composition.get_prep_value()
    blocks[1]["value"]["lines"][0]["value"]["factor"] = "car.of.yesteryear"
    CalculatorPage.objects.filter(pk=page.pk).update(composition=blocks)
    response = client.get(page.get_url())
    assert response.status_code == 200
    assert "This calculator cannot be used at the moment" in response.content.decode()
    assert "car.of.yesteryear" not in response.content.decode()


# --- Versions and copies


def test_history_brings_back_an_earlier_calculator(editor: Client, index: CalculatorIndexPage):
    page = composed(index)
    before, first = kg(page), page.latest_revision
    blocks = page.composition.get_prep_value()
    blocks[1]["value"]["lines"][0]["value"]["activity"] = "2 * cars * kilometres_a_day * days"
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert editor.post(edit, page_form(blocks) | {"action-publish": "1"}).status_code == 302
    assert kg(CalculatorPage.objects.get()) == 2 * before
    earlier = first.as_object().composition.get_prep_value()
    compare = reverse("wagtailadmin_pages:revisions_compare", args=[page.pk, first.pk, "latest"])
    assert editor.get(compare).status_code == 200
    assert editor.get(reverse("wagtailadmin_pages:revisions_revert", args=[page.pk, first.pk])).status_code == 200
    form = page_form(earlier) | {"action-publish": "1", "revision": str(first.pk)}
    assert editor.post(edit, form).status_code == 302
    assert kg(CalculatorPage.objects.get()) == before


def test_a_title_that_stands_on_certificates_is_seen(editor: Client, index: CalculatorIndexPage):
    page = composed(index)
    form = page_form(COMMUTING) | {"title": "Flights\U000e0041", "action-publish": "1"}
    said = editor.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), form).context["form"].errors
    assert said == {"title": ["This contains invisible control characters. Please type it again."]}


def test_a_duplicate_is_a_calculator_of_its_own(editor: Client, index: CalculatorIndexPage):
    page = composed(index)
    form = {
        "new_title": "Another",
        "new_slug": "another",
        "new_parent_page": str(index.pk),
        "publish_copies": "on",
        "alias": "",
    }
    assert editor.post(reverse("wagtailadmin_pages:copy", args=[page.pk]), form).status_code == 302
    copy = CalculatorPage.objects.get(slug="another")
    assert kg(copy) == kg(page)
    assert copy.ref != page.ref


def test_only_editors_compose(client: Client, world: World, index: CalculatorIndexPage):
    client.force_login(world.nil)
    for address in (add_address(index), reverse("factor_chooser:choose")):
        assert client.get(address).status_code == 302


# --- Translating

FRENCH = {
    "Coming to work": "Venir au travail",
    "By car.": "En voiture.",
    "Commuting": "Trajets",
    "staff": "personnes",
    "People": "Gens",
    "Cars": "Voitures",
    "Kilometres a day": "Kilomètres par jour",
    "Days": "Jours",
    "Driving to work": "Conduire au travail",
}


def translated(editor: Client, page: CalculatorPage) -> CalculatorPage:
    """Submit a page for translation into French, translate all of it and publish, as the desk does."""
    french = Locale.objects.get(language_code="fr")
    submit = reverse("wagtail_localize:submit_page_translation", args=[page.pk])
    assert editor.post(submit, {"locales": [str(french.pk)]}).status_code == 302
    source = TranslationSource.objects.get_for_instance(page)
    found = Translation.objects.get(source=source, target_locale=french)
    texts = {segment.string.data: segment for segment in source.stringsegment_set.select_related("string")}
    assert set(texts) == set(FRENCH)  # words only: no name, no formula, no unit, no factor
    for words, segment in texts.items():
        address = reverse("wagtail_localize:edit_string_translation", args=[found.pk, segment.pk])
        typed = urlencode({"value": FRENCH[words]})
        assert editor.put(address, typed, content_type="application/x-www-form-urlencoded").status_code == 201
    target = page.get_translation(french)
    assert editor.post(reverse("wagtailadmin_pages:edit", args=[target.pk]), {"action": "publish"}).status_code == 302
    return CalculatorPage.objects.get(locale=french)


def test_a_translation_says_it_in_french_and_calculates_the_same(editor: Client, index: CalculatorIndexPage):
    page = composed(index)
    french = translated(editor, page)
    assert kg(french) == kg(page)
    assert french.ref == page.ref
    calculator = french.compiled().calculator
    assert [each.label for each in calculator.questions] == ["Gens", "Voitures", "Kilomètres par jour", "Jours"]
    assert [each.id for each in calculator.questions] == ["people", "cars", "kilometres_a_day", "days"]
    assert (calculator.title, calculator.lines[0].label) == ("Venir au travail", "Conduire au travail")


def test_a_formula_that_changes_changes_in_all_languages(editor: Client, index: CalculatorIndexPage):
    page = composed(index)
    french = translated(editor, page)
    before = kg(french)
    blocks = page.composition.get_prep_value()
    blocks[1]["value"]["lines"][0]["value"]["activity"] = "3 * cars * kilometres_a_day * days"
    page.composition = page.composition.stream_block.to_python(blocks)
    page.save_revision().publish()
    source = TranslationSource.objects.get_for_instance(page)
    update = reverse("wagtail_localize:update_translations", args=[source.pk])
    assert editor.post(update, {"publish_translations": "on"}).status_code == 302
    french = CalculatorPage.objects.get(pk=french.pk)
    assert kg(french) == 3 * before
    assert french.compiled().calculator.questions[1].label == "Voitures"
