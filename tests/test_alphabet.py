"""In which order people look names up."""

from portal.alphabet import alphabetical


def test_letters_with_accents_and_capitals_stand_where_people_look_for_them() -> None:
    names = ["Zimbabwe", "Égypte", "espagne", "Équateur", "Eritrea", "albania", "Åland"]
    assert sorted(names, key=alphabetical) == [
        "Åland",
        "albania",
        "Égypte",
        "Équateur",
        "Eritrea",
        "espagne",
        "Zimbabwe",
    ]
