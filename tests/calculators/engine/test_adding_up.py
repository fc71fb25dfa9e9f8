"""Whatever is answered, an estimate adds up, and is always the same."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal, localcontext

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.calculators.engine.footprint import MICROGRAM, estimate, savings
from tests.calculators.small import GIVEN, WITH_LEVERS, ready

AMOUNTS = st.decimals(min_value=0, max_value=10**12, places=4).map(str) | st.integers(0, 10**12)
ITEMS = st.lists(
    st.fixed_dictionaries({}, optional={"km": AMOUNTS, "size": st.sampled_from(["small", "large"])}), max_size=5
)
ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "country": st.sampled_from(["FR", "GB", "DE", "NA"]),
        "people": st.integers(1, 9),
        "gas": AMOUNTS,
        "power": AMOUNTS,
        "diet": st.sampled_from(["vegan", "meat"]),
        "cars": ITEMS,
    },
)
PREPARED = ready(WITH_LEVERS)


@given(ANSWERS)
@settings(max_examples=150, deadline=None)
def test_lines_sections_and_scopes_add_up_to_the_total_exactly(answers):
    found = estimate(PREPARED, answers)
    counted = [line.kg for line in found.lines if not line.is_memo]
    assert sum(counted) == sum(reversed(counted)) == found.total
    assert sum(found.by_section().values()) == sum(found.by_scope().values()) == found.total
    assert found.tonnes <= found.units < found.tonnes + 1
    assert 0 <= found.surplus < 1000
    assert found.units * 1000 - found.surplus == found.total
    assert abs(found.per_person * found.shared_by - found.total) <= found.total * Decimal("1e-27")
    assert all(line.kg == line.kg.quantize(MICROGRAM) for line in found.lines)
    assert found.uncertainty >= max((line.uncertainty for line in found.lines), default=0) * Decimal("0.999999")


@given(ANSWERS, st.sampled_from(["gas", "power"]), st.integers(1, 10**6))
@settings(max_examples=100, deadline=None)
def test_more_is_never_less(answers, question, more):
    less = estimate(PREPARED, answers | {question: 5}).total
    assert estimate(PREPARED, answers | {question: 5 + more}).total >= less


@given(ANSWERS)
@settings(max_examples=50, deadline=None)
def test_the_same_answers_give_the_same_figures_to_the_last_digit(answers):
    found = estimate(PREPARED, answers)
    with localcontext(prec=4):
        assert estimate(PREPARED, answers).lines == found.lines
    again = estimate(ready(WITH_LEVERS), answers)
    assert (again, again.assumed, again.factor_set) == (found, found.assumed, found.factor_set)


@given(ANSWERS)
@settings(max_examples=50, deadline=None)
def test_what_is_saved_and_what_is_left_are_the_whole(answers):
    total = estimate(PREPARED, answers).total
    found = savings(estimate(PREPARED, answers), most=9)
    assert all(each.kg > 0 and each.kg + each.left == total for each in found)
    assert [each.kg for each in found] == sorted((each.kg for each in found), reverse=True)


def test_many_threads_find_the_same():
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _n: estimate(PREPARED, GIVEN).lines, range(200)))
    assert found == {estimate(PREPARED, GIVEN).lines}
