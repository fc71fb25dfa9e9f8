"""What is said in French has the spaces that French has beside its signs, and no line breaks at them."""

from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from types import ModuleType

import pytest

from tests.sources import ROOT


@pytest.fixture(scope="module")
def messages() -> ModuleType:
    loader = SourceFileLoader("messages", str(ROOT / "bin" / "messages"))
    spec = spec_from_loader("messages", loader)
    assert spec
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Projet : éolien", "Projet\u00a0: éolien"),
        ("« Société »", "«\u00a0Société\u00a0»"),
        ("Combien ? Peu ; merci !", "Combien\u202f? Peu\u202f; merci\u202f!"),
        ("Combien\u00a0? Voici\u202f: peu", "Combien\u202f? Voici\u00a0: peu"),
        ("https://example.org/?a=1;b=2 à 10:30", "https://example.org/?a=1;b=2 à 10:30"),
    ],
)
def test_a_french_sign_has_one_kind_of_space(messages: ModuleType, typed: str, meant: str) -> None:
    assert messages.french_spaces(typed) == meant
    assert messages.french_spaces(meant) == meant


def test_the_check_of_translations_finds_every_other_space(messages: ModuleType) -> None:
    catalog = messages.Catalog(locale="fr")
    entry = catalog.add("Provider:", "Fournisseur :")
    assert messages._flaws(entry, "fr") == ["has another space beside a sign than French has there"]
    assert messages._flaws(entry, "es") == []
    entry.string = "Fournisseur\u00a0:"
    assert messages._flaws(entry, "fr") == []
