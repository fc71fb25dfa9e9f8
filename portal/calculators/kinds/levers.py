"""Core: ways to reduce that several calculators propose, and how they write what changes."""

from portal.calculators.engine.calculator import Lever, _
from portal.calculators.kinds.choices import is_among


def changed(*answers: str, by: str) -> dict[str, str]:
    """Return the same change of several answers, such as `* 0.8`; one of a group is written `cars.distance`."""
    return {answer: f"{answer.rpartition('.')[2]} {by}" for answer in answers}


def economy(*, cabin: str, when: str = "") -> Lever:
    """Return the lever that takes all flights in economy class. `cabin` is the question for the class."""
    return Lever(id="economy", label=_("Fly economy class"), changes={cabin: '"economy"'}, when=when)


def nearer_freight(*, distance: str) -> Lever:
    """Return the lever that shortens the way of goods. `distance` is the question how far they go."""
    return Lever(id="nearer_freight", label=_("Carry goods a fifth less far"), changes=changed(distance, by="* 0.8"))


def rail_freight(*, by: str) -> Lever:
    """Return the lever that takes goods off the road. `by` is the question how they go."""
    name = by.rpartition(".")[2]
    on_road = is_among(name, ["truck", "truck_articulated", "truck_rigid"])
    changes = {by: f'"rail" if {on_road} else {name}'}
    return Lever(id="rail_freight", label=_("Send goods by rail instead of road"), changes=changes)


LESS_WASTE = Lever(id="less_waste", label=_("Throw a fifth less away"), changes=changed("waste.mass", by="* 0.8"))
