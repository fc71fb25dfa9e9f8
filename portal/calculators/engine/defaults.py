"""Core: what stands in for no answer whatever else is answered: a default that names nothing, worked out once."""

from decimal import Decimal, localcontext

from portal.calculators.engine.answers import Unread, bounded
from portal.calculators.engine.calculator import Number, _
from portal.calculators.engine.formulas import ARITHMETIC, Formula
from portal.calculators.engine.sentences import Unsound, said

NO_FIGURE = _("%(text)s divides by nought, or gives a number beyond all measure")
REFUSED = _("its default %(text)s would be refused as an answer: %(reason)s")


def fixed(question: Number, default: Formula) -> Decimal | None:
    """Return what a default in the question's unit always gives; None for one that depends on something.

    Raises Unsound for what gives no number, and for what nobody could answer: a setting's default stands in the form.
    """
    if default.names:
        return None
    try:
        with localcontext(ARITHMETIC):
            found = default.evaluate({})
        return bounded(question, found)  # type: ignore[arg-type]  # it is in a unit, and so a number
    except ArithmeticError as error:
        raise Unsound(said(NO_FIGURE, text=repr(default.text))) from error
    except Unread as error:
        reason = said(error.message, **error.params)
        raise Unsound(said(REFUSED, text=repr(default.text), reason=reason)) from error
