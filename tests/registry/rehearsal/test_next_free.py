"""What "the next free serials" means: two orders, two offers, and a reason for every difference."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.registry.rehearsal.next_free import (
    Finding,
    RowOrder,
    Stock,
    Supply,
    in_order,
    judge,
    predict,
    share_out,
    successors,
    without,
)
from portal.registry.rehearsal.rows import CancelledRow, Issuance
from portal.registry.serials import SerialBlock

BLOCK = Issuance("IN-5", SerialBlock(101, 200))
OTHER_BLOCK = Issuance("IN-5", SerialBlock(201, 300))
DAY_0 = datetime(2015, 9, 21, tzinfo=UTC)


def rows(*given, issuance=BLOCK):
    """Write rows as (first serial, last serial, day of completion), platform orders unless they end in 'other'."""
    return [
        CancelledRow(
            line=line,
            issuance=issuance,
            serials=SerialBlock(start, end),
            completed_at=DAY_0 + timedelta(days=day),
            from_platform=not other,
        )
        for line, (start, end, day, *other) in enumerate(given, start=2)
    ]


def lines(ordered):
    return [row.line for row in ordered]


def replay(listed, supply=Supply.PORTION, order=RowOrder.STARTED):
    """Predict the rows and return, by line, the predicted blocks and the finding."""
    ordered = in_order(listed, order)
    stocks = share_out(ordered, supply)
    predicted = predict(ordered, stocks)
    findings = judge(ordered, predicted, stocks, supply)
    return {line: (tuple(map(str, predicted[line])), findings[line]) for line in sorted(predicted)}


# --- Order


def test_completed_means_the_published_times_and_then_the_list():
    assert lines(in_order(rows((101, 101, 9), (102, 102, 1), (103, 103, 1)), RowOrder.COMPLETED)) == [3, 4, 2]


def test_started_keeps_the_list_whatever_was_completed_when():
    assert lines(in_order(rows((101, 101, 9), (102, 102, 1), (103, 103, 4)), RowOrder.STARTED)) == [2, 3, 4]


def test_rows_of_others_are_merged_by_the_latest_moment_they_can_have_started():
    listed = rows(
        (150, 150, 5, "other"),  # before line 4, so not after day 3
        (151, 151, 9, "other"),
        (152, 152, 3, "other"),
        (101, 101, 2),
        (102, 102, 8),  # before line 7, so not after day 4
        (103, 103, 4),
    )
    assert lines(in_order(listed, RowOrder.STARTED)) == [5, 2, 3, 4, 6, 7]


def test_no_rows_have_an_order_too():
    assert in_order([], RowOrder.STARTED) == in_order([], RowOrder.COMPLETED) == []


# --- What is on offer


def test_the_portion_begins_with_the_first_sale_and_leaves_out_what_others_cancelled():
    listed = rows((121, 125, 1), (111, 115, 2), (131, 140, 3, "other"), (105, 106, 4, "other"))
    assert share_out(listed, Supply.PORTION) == {
        BLOCK: Stock(
            offered=(SerialBlock(121, 130), SerialBlock(141, 200)),
            rest=(SerialBlock(101, 104), SerialBlock(107, 120)),
            others=(SerialBlock(105, 106), SerialBlock(131, 140)),
        )
    }


def test_the_whole_block_leaves_out_only_what_others_cancelled():
    listed = rows((121, 125, 1), (131, 140, 3, "other"))
    assert share_out(listed, Supply.WHOLE_BLOCK) == {
        BLOCK: Stock(offered=(SerialBlock(101, 130), SerialBlock(141, 200)), rest=(), others=(SerialBlock(131, 140),))
    }


def test_a_block_the_platform_never_sold_is_not_offered():
    listed = rows((131, 140, 3, "other"))
    assert share_out(listed, Supply.PORTION)[BLOCK] == Stock(
        offered=(), rest=(SerialBlock(101, 130), SerialBlock(141, 200)), others=(SerialBlock(131, 140),)
    )


def test_blocks_less_units():
    blocks = (SerialBlock(1, 5), SerialBlock(8, 10))
    assert without(blocks, (SerialBlock(4, 8),)) == (SerialBlock(1, 3), SerialBlock(9, 10))
    assert without(blocks, ()) == blocks


# --- Prediction and finding


def test_sales_one_after_the_other_are_predicted():
    assert replay(rows((121, 125, 1), (126, 126, 2), (127, 130, 3))) == {
        2: (("121-125",), Finding.GIVEN),
        3: (("126",), Finding.EQUAL),
        4: (("127-130",), Finding.EQUAL),
    }


def test_without_the_first_sale_given_only_the_lowest_unit_of_the_block_will_do():
    assert replay(rows((121, 125, 1), (126, 126, 2)), Supply.WHOLE_BLOCK) == {
        2: (("101-105",), Finding.PASSED_OVER),
        3: (("106",), Finding.SHIFTED),
    }
    assert replay(rows((101, 105, 1), (106, 106, 2)), Supply.WHOLE_BLOCK) == {
        2: (("101-105",), Finding.EQUAL),
        3: (("106",), Finding.EQUAL),
    }


def test_units_others_cancelled_are_passed_over():
    listed = rows((121, 125, 1), (131, 132, 2), (126, 130, 3, "other"))
    assert replay(listed)[3] == (("131-132",), Finding.EQUAL)
    assert successors(listed, share_out(listed, Supply.PORTION)) == {2: 101, 3: 131}


def test_one_deviation_shifts_what_follows():
    assert replay(rows((121, 125, 1), (136, 140, 2), (141, 142, 3))) == {
        2: (("121-125",), Finding.GIVEN),
        3: (("126-130",), Finding.PASSED_OVER),
        4: (("131-132",), Finding.SHIFTED),
    }


def test_two_lots_of_one_block_sold_in_turn_are_told_apart_from_units_never_sold():
    assert replay(rows((121, 125, 1), (151, 155, 2), (126, 130, 3), (156, 160, 4))) == {
        2: (("121-125",), Finding.GIVEN),
        3: (("126-130",), Finding.OTHER_LOT),
        4: (("131-135",), Finding.WENT_BACK),
        5: (("136-140",), Finding.OTHER_LOT),
    }


def test_a_sale_that_falls_apart_around_others_units_is_scattered():
    listed = rows((121, 125, 1), (129, 130, 2), (131, 131, 3), (127, 128, 4, "other"))
    assert replay(listed)[3] == (("126", "129"), Finding.PASSED_OVER)
    listed = rows((121, 121, 1), (122, 125, 2), (124, 124, 3, "other"))[:2]
    stocks = {BLOCK: Stock(offered=(SerialBlock(121, 123), SerialBlock(125, 200)), rest=(), others=())}
    assert judge(listed, predict(listed, stocks), stocks, Supply.PORTION)[3] is Finding.SCATTERED


def test_when_the_portion_runs_out_the_rest_of_the_block_is_offered():
    assert replay(rows((191, 195, 1), (101, 108, 2), (109, 110, 3))) == {
        2: (("191-195",), Finding.GIVEN),
        3: (("101-108",), Finding.EQUAL),
        4: (("109-110",), Finding.EQUAL),
    }


def test_what_cannot_be_had_at_all_is_predicted_as_nothing():
    listed = rows((191, 195, 1), (101, 200, 2))
    stocks = {BLOCK: Stock(offered=(SerialBlock(191, 200),), rest=(), others=())}
    assert predict(listed, stocks) == {2: (SerialBlock(191, 195),), 3: ()}


def test_blocks_do_not_mix():
    other = CancelledRow(9, OTHER_BLOCK, SerialBlock(250, 251), DAY_0 + timedelta(days=2), from_platform=True)
    listed = [*rows((121, 125, 1)), other]
    assert replay(listed) == {2: (("121-125",), Finding.GIVEN), 9: (("250-251",), Finding.GIVEN)}


@pytest.mark.parametrize("order", RowOrder)
def test_rows_completed_in_the_order_they_started_are_the_same_in_both_orders(order):
    listed = rows((121, 125, 1), (126, 130, 2), (131, 131, 3))
    assert [finding for _, finding in replay(listed, order=order).values()] == [
        Finding.GIVEN,
        Finding.EQUAL,
        Finding.EQUAL,
    ]
