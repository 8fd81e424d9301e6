from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.kernel import charts
from config.kernel.charts import Amount

some = st.lists(st.integers(0, 5000), max_size=60)
heights = st.floats(0, 10_000, allow_nan=False)


@given(length=st.integers(0, 900), parts=some)
def test_split_parts_are_together_the_whole(length, parts):
    lengths = charts.split(length, parts)
    assert len(lengths) == len(parts)
    assert sum(lengths) == (length if sum(parts) else 0)
    assert all(each >= 0 for each in lengths)
    assert all(abs(each - length * part / (sum(parts) or 1)) < 1 for each, part in zip(lengths, parts, strict=True))


@pytest.mark.parametrize(("length", "parts", "lengths"), [(10, [1, 1, 1], [4, 3, 3]), (7, [0, 3], [0, 7]), (5, [], [])])
def test_split_in_figures(length, parts, lengths):
    assert charts.split(length, parts) == lengths


@pytest.mark.parametrize(
    ("share", "step"), [(0, 0), (0.16, 0), (0.17, 1), (0.5, 3), (0.83, 4), (0.84, 5), (1, 5), (1.2, 5), (-1, 0)]
)
def test_step_is_one_of_six(share, step):
    assert charts.step_of(share) == step


@given(top=heights)
def test_ticks_reach_the_top_in_even_steps(top):
    ticks = charts.ticks(top)
    assert (ticks[0], len(ticks)) == (0, 4)
    assert ticks[-1] >= top
    assert len({after - before for before, after in itertools.pairwise(ticks)}) == 1


@pytest.mark.parametrize(
    ("top", "ticks"), [(0, [0, 1, 2, 3]), (36, [0, 12, 24, 36]), (100, [0, 34, 68, 102]), (1000, [0, 340, 680, 1020])]
)
def test_ticks_in_figures(top, ticks):
    assert charts.ticks(top) == ticks


@given(
    amounts=st.lists(st.tuples(heights, heights), max_size=60),
    width=st.sampled_from([charts.NARROW, charts.WIDE]),
    mark=st.none() | heights,
)
def test_columns_never_leave_the_frame_nor_touch(amounts, width, mark):
    drawn = charts.columns(
        [Amount(part=min(pair), whole=max(pair), number="1", label="47") for pair in amounts],
        width=width,
        mark=None if mark is None else (mark, "mean"),
    )
    frame = drawn.frame
    boxes = [box for column in drawn.columns for box in (column.part, column.whole)]
    assert all(frame.x <= box.x and box.right <= frame.right <= width for box in boxes)
    assert all(frame.y <= box.y and box.bottom == frame.bottom < drawn.height for box in boxes)
    assert all(column.part.height <= column.whole.height for column in drawn.columns)
    assert all(one.part.right <= two.part.x for one, two in itertools.pairwise(drawn.columns))
    assert mark is None or frame.y <= drawn.mark.y <= frame.bottom


def test_columns_without_room_keep_every_other_label_and_no_number():
    drawn = charts.columns([Amount(part=5, number="5", label=str(week)) for week in range(52)], width=charts.WIDE)
    labels = [column.label for column in drawn.columns]
    assert labels[:5] == ["0", "", "2", "", "4"]
    assert {column.number for column in drawn.columns} == {""}


def test_number_of_a_low_or_pale_column_stands_above_it():
    high, low, pale = charts.columns(
        [
            Amount(part=30, number="30", label=""),
            Amount(part=1, number="1", label=""),
            Amount(part=30, number="30", label="", is_pale=True),
        ]
    ).columns
    assert (high.is_inside, low.is_inside, pale.is_inside) == (True, False, False)
    assert high.part.y < high.number_y < high.part.bottom
    assert low.number_y < low.part.y


@given(rows=st.integers(1, 7), columns=st.integers(1, 24), shares=st.lists(st.floats(0, 1), min_size=1, max_size=9))
def test_heat_map_has_a_field_for_every_hour_inside_its_frame(rows, columns, shares):
    places = [(row, column) for row in range(rows) for column in range(columns)]
    given_ones = dict(zip(places, shares, strict=False))
    drawn = charts.heat_map(
        {row: str(row) for row in range(rows)}, {column: str(column) for column in range(columns)}, given_ones
    )
    boxes = [cell.box for cell in drawn.cells]
    assert [cell.number for cell in drawn.cells] == [
        round(given_ones[place] * 100) if place in given_ones else None for place in places
    ]
    assert all(box.x > 0 and box.right <= drawn.width and box.y > 0 and box.bottom <= drawn.height for box in boxes)
    assert len({(box.x, box.y) for box in boxes}) == len(boxes)
    assert (len(drawn.down), len(drawn.across)) == (rows, columns)


@given(values=st.lists(st.integers(0, 500), min_size=1, max_size=4), others=st.integers(0, 900))
def test_strip_fills_its_share_of_the_width_and_no_more(values, others):
    of = sum(values) + others
    pieces = charts.strip(values, of=of, height=20)
    assert [piece.value for piece in pieces] == values
    assert sum(piece.box.width for piece in pieces) == (round(charts.NARROW * sum(values) / of) if sum(values) else 0)
    assert all(one.box.right == two.box.x for one, two in itertools.pairwise(pieces))
