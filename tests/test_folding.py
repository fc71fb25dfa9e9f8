"""Words are found whatever their accents and capitals, alike by each database."""

import pytest

from portal.folding import fold
from portal.registry.models import Activity
from tests.world import World


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Société Générale d’ÉLECTRICITÉ", "societe generale d’electricite"),
        ("Señal Ñandú", "senal nandu"),
        ("Čez Łódź", "cez łodz"),
        ("Αθήνα", "αθηνα"),
        ("ﬁnal ½", "final 1⁄2"),
        ("राष्ट्रीय", "राष्ट्रीय"),
    ],
)
def test_accents_and_capitals_are_left_out(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_columns_say_a_word_whatever_its_accents(world: World) -> None:
    names = {"Société d’Électricité", "societe anonyme", "Señal", "100 % sûr_", "İzmir"}
    for number, name in enumerate(sorted(names), start=1):
        world.activity(f"CDM-{number}", title=name)
    for typed, found in {
        "SOCIETE": {"Société d’Électricité", "societe anonyme"},
        "électricité": {"Société d’Électricité"},
        "senal": {"Señal"},
        "%": {"100 % sûr_"},
        "sur_": {"100 % sûr_"},
        "izmir": {"İzmir"},
        "rien": set(),
    }.items():
        rows = Activity.objects.filter(title__says=typed)
        assert {each.title for each in rows} == found, typed
    assert [each.code for each in Activity.objects.filter(number__says="3")] == ["CDM-3"]
