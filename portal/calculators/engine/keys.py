"""Core: keys of factors and parameters that name choices in braces, such as `diet.{diet}`."""

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence

from portal.calculators.engine.calculator import _
from portal.calculators.engine.sentences import Unsound, said

MOST = 1000  # that the choices of one key may lead to
TOO_MANY = _("the choices in %(key)s lead to more than %(most)s factors")
_HOLE = re.compile(r"\{(\w*)\}")


def holes(template: str) -> list[str]:
    """Return the names in braces."""
    return _HOLE.findall(template)


def filled(template: str, names: Mapping[str, object]) -> str:
    """Return the key that some answers lead to."""
    return _HOLE.sub(lambda hole: str(names[hole[1]]), template) if "{" in template else template


def possible(template: str, options: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Yield every key that the options of the choices may lead to. Raises Unsound where a hole is filled by no choice,
    or where there are too many.
    """
    choices = []
    for name in holes(template):
        if not options.get(name):
            raise Unsound(said(_("%(name)s in %(key)s is no choice"), name=repr(name), key=repr(template)))
        choices.append(options[name])
    for number, words in enumerate(itertools.product(*choices)):
        if number >= MOST:
            raise Unsound(said(TOO_MANY, key=repr(template), most=MOST))
        filling = iter(words)
        yield _HOLE.sub(lambda _hole, filling=filling: next(filling), template)  # type: ignore[misc]
