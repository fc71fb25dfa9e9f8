"""Which kills are tried once, since they leave what others leave and are followed by the same."""

from tests.faults.rounds import twins
from tests.faults.stories import STORIES
from tests.faults.tripwire import Tripwire

CARD_STORY = next(each for each in STORIES if each.name == "card")


def told(*acts: str) -> Tripwire:
    """Each act commits, asks the registry, which commits meanwhile, and commits again."""
    wire = Tripwire()
    for wire.act in acts:
        with wire.passing("commit"):
            pass
        with wire.passing("registry cancel"), wire.passing("commit of the registry"):
            pass
        with wire.passing("commit"):
            pass
    return wire


def test_a_kill_after_a_workers_step_is_one_before_the_next_that_begins_when_it_has_ended() -> None:
    wire = told("cancel")
    assert [each.name for each in wire.steps] == [
        "commit 1",
        "registry cancel 1",
        "commit of the registry 1",
        "commit 2",
    ]
    assert twins(CARD_STORY, wire.steps, wire.followers) == {0: 1, 1: 3, 2: 3}


def test_at_the_end_of_an_act_both_kills_are_tried() -> None:
    wire = told("cancel", "collect")
    assert twins(CARD_STORY, wire.steps, wire.followers) == {0: 1, 1: 3, 2: 3, 4: 5, 5: 7, 6: 7}


def test_of_what_people_do_and_of_writing_both_kills_are_tried_everywhere() -> None:
    wire = told("pay", "write")
    assert twins(CARD_STORY, wire.steps, wire.followers) == {}
