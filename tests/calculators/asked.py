"""The bakery's form, filled in and looked at."""

from typing import Any

from portal.calculators.questionnaire import entries, sheets
from portal.calculators.questionnaire.forms import AnswersForm
from portal.calculators.questionnaire.sheets import Ask
from tests.calculators.bakery import CALCULATOR, bakery


def checked(fields: dict[str, str]) -> AnswersForm:
    return sheets.check(bakery(), entries.collect(CALCULATOR, {f"a-{name}": text for name, text in fields.items()}))


def asks(fields: dict[str, str] | None = None, **options: Any) -> dict[str, Ask]:
    """All questions on the bakery's page by name, items' included."""
    given = entries.collect(CALCULATOR, {f"a-{name}": text for name, text in (fields or {}).items()})
    sheet = sheets.sheet(bakery(), given, ref="bakery", title="A bakery", **options)
    return {ask.name: ask for part in sheet.parts for each in part.asked.all for ask in sheets.questions_in(each)}
