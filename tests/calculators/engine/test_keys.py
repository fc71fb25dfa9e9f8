"""Keys that name choices in braces lead to one factor or parameter for every option, and to nothing unforeseen."""

from decimal import Decimal

import pytest

from portal.calculators.engine import keys
from portal.calculators.engine.calculator import Calculator, Choice, Line, Number, Option, Section, Value
from portal.calculators.engine.compilation import CompiledCalculator, compile_calculator
from portal.calculators.engine.factors import WORLD, Factor, FactorSet
from portal.calculators.engine.footprint import estimate
from portal.calculators.engine.formulas import Text, read
from portal.calculators.engine.sentences import Unsound

RATES = {f"exchange.{currency}.{year}": "USD/money" for currency in ("eur", "gbp") for year in ("2022", "2023")}
TYPES = {"currency": Text(("eur", "gbp")), "year": Text(("2022", "2023")), "name": Text()}


def test_a_key_without_braces_is_one_key() -> None:
    assert list(keys.possible("diet.vegan", {})) == ["diet.vegan"]
    assert keys.filled("diet.vegan", {}) == "diet.vegan"


def test_every_option_leads_to_a_key() -> None:
    found = list(keys.possible("exchange.{currency}.{year}", {"currency": ("eur", "gbp"), "year": ("2022", "2023")}))
    assert found == list(RATES)
    assert keys.filled("exchange.{currency}.{year}", {"currency": "gbp", "year": "2022"}) == "exchange.gbp.2022"


@pytest.mark.parametrize("options", [{}, {"currency": ()}])
def test_only_choices_fill_braces(options: dict[str, tuple[str, ...]]) -> None:
    with pytest.raises(Unsound, match=r"'currency' in 'exchange\.\{currency\}' is no choice"):
        list(keys.possible("exchange.{currency}", options))


def test_a_thousand_keys_are_the_most() -> None:
    words = tuple(str(number) for number in range(32))
    with pytest.raises(Unsound, match="lead to more than 1000 factors"):
        list(keys.possible("{one}.{other}", {"one": words, "other": words}))


def test_a_parameter_may_depend_on_choices() -> None:
    formula = read('3 * parameter("exchange.{currency}.{year}")', types=TYPES, functions={}, parameters=RATES)
    answers = {"currency": "gbp", "year": "2023", "parameter:exchange.gbp.2023": Decimal("1.25")}
    assert formula.evaluate(answers) == Decimal("3.75")
    assert {"currency", "year"} <= formula.names


def test_a_value_waits_for_the_choices_its_parameter_needs() -> None:
    """The value stands first and is asked for last."""
    compiled = bought()
    assert estimate(compiled, {"amount": 100, "currency": "gbp"}).total == 125
    assert estimate(compiled, {"amount": 100, "currency": "eur"}).total == 110


def test_a_line_rests_on_an_assumed_choice_that_its_parameter_asked_for() -> None:
    found = estimate(bought(), {"amount": 100})
    assert found.assumed == {"currency"}
    assert [line.is_assumed for line in found.lines] == [True]


def bought() -> CompiledCalculator:
    calculator = Calculator(
        id="spending",
        title="Spending",
        period="",
        sections=(
            Section(
                id="all",
                title="All",
                questions=(
                    Number(id="amount", label="Amount", unit="money"),
                    Choice(
                        id="currency",
                        label="Currency",
                        options=(Option(id="eur", label="EUR"), Option(id="gbp", label="GBP")),
                        default="eur",
                    ),
                ),
            ),
        ),
        values=(Value(id="dollars", formula='amount * parameter("exchange.{currency}.2022")'),),
        lines=(Line(id="all", section="all", label="All", activity="dollars", factor="spend"),),
    )
    rows = [
        row("spend", "USD", "1", "lifecycle"),
        row("exchange.eur.2022", "USD/money", "1.1", "parameter"),
        row("exchange.gbp.2022", "USD/money", "1.25", "parameter"),
    ]
    factors = FactorSet(version="test", rows=rows, parents={})
    return compile_calculator(calculator, factors=factors, functions={}, known={})


def row(key: str, unit: str, value: str, basis: str) -> Factor:
    return Factor(
        key=key,
        name=key,
        value=Decimal(value),
        unit=unit,
        region=WORLD,
        year=2022,
        scope="",
        gases="",
        basis=basis,
        uncertainty=Decimal(0),
        source="a test",
        url="",
        licence="none",
        origin="",
        note="",
    )
