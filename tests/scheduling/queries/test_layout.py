import datetime as dt

import pytest

from config.kernel.time import Interval
from scheduling.queries import layout
from scheduling.queries.layout import Entry
from tests.factories import hour

HALF = dt.timedelta(minutes=30)


def at(clock, minutes=50):
    return hour(f"2026-11-23 {clock}", minutes=minutes)


def entry(kind, clock, minutes=50, **more):
    return Entry(kind=kind, during=at(clock, minutes), drawn=at(clock, minutes), **more)


def every(step, first, count, minutes=50):
    begin = at(first).starts_at
    return [Interval.lasting(begin + step * number, minutes) for number in range(count)]


def clocks(intervals):
    return [f"{each.starts_at:%H:%M}" for each in intervals]


def test_entries_stand_in_order_of_time_with_open_hours_first():
    free, session, now, opens = (
        entry("free", "12:00"),
        entry("session", "09:00"),
        entry("now", "11:00"),
        entry("open", "10:00"),
    )
    assert layout.in_order([free, now, session, opens]) == [opens, session, now, free]


def test_what_stands_alone_has_the_whole_width():
    alone = [entry("session", "09:00", 60), entry("session", "10:00", 60), entry("free", "11:00", 60)]
    assert layout.side_by_side(alone) == alone


def test_what_shares_an_hour_gets_lanes_session_first():
    wish, session = entry("wish", "13:00"), entry("session", "13:00")
    shown = layout.side_by_side([wish, session])
    assert [(each.kind, each.lane, each.lanes) for each in shown] == [("session", 1, 2), ("wish", 2, 2)]


def test_lanes_are_used_again_within_a_group():
    entries = [entry("session", "09:00", 120), entry("wish", "09:00", 50), entry("hold", "10:00", 50)]
    shown = layout.side_by_side(entries)
    assert [(each.kind, each.lane, each.lanes) for each in shown] == [
        ("session", 1, 2),
        ("wish", 2, 2),
        ("hold", 2, 2),
    ]


def test_three_who_want_one_hour_get_three_lanes():
    shown = layout.side_by_side([entry("session", "13:00"), entry("wish", "13:00"), entry("wish", "13:30")])
    assert [each.lane for each in shown] == [1, 2, 3]


def test_open_hours_and_the_line_of_now_take_no_lane():
    shown = layout.side_by_side([entry("open", "09:00", 300), entry("session", "10:00"), entry("now", "10:10", 5)])
    assert {each.lane for each in shown} == {0}


def test_quiet_keeps_the_first_and_the_full_hours():
    assert clocks(layout.quiet(every(HALF, "09:30", 6), HALF)) == ["07:30", "08:00", "09:00", "10:00"]


def test_quiet_begins_anew_after_a_gap():
    free = [*every(HALF, "09:00", 2), *every(HALF, "11:30", 3)]
    assert clocks(layout.quiet(free, HALF)) == ["07:00", "09:30", "10:00"]


def test_quiet_keeps_what_does_not_overlap():
    free = every(HALF, "09:30", 5, minutes=30)
    assert layout.quiet(free, HALF) == free


def test_quiet_of_nothing():
    assert layout.quiet([], HALF) == []


def test_free_times_are_drawn_down_to_the_next_thing():
    free = [at("09:00"), at("10:00"), at("11:00")]
    drawn = layout.filling(free, [at("11:55").starts_at])
    assert [each.minutes for each in drawn] == [60, 60, 55]


def test_free_times_are_drawn_an_hour_at_most_or_as_long_as_they_are():
    assert layout.filling([at("09:00")], []) == [at("09:00", 60)]
    assert layout.filling([at("09:00", 90)], []) == [at("09:00", 90)]


@pytest.mark.parametrize(
    ("clock", "minutes", "left"),
    [("08:00", 60, None), ("08:30", 60, ("09:00", 30)), ("09:00", 500, ("09:00", 180)), ("12:00", 60, None)],
)
def test_within_is_the_common_part(clock, minutes, left):
    common = layout.within(at(clock, minutes), at("09:00", 180))
    assert common == (at(*left) if left else None)


@pytest.mark.parametrize(
    ("name", "given", "others"),
    [
        ("Maria Papadopoulou", "Maria", " Papadopoulou"),
        ("Petros and Anna", "Petros", " and Anna"),
        ("Cher", "Cher", ""),
    ],
)
def test_names_are_cut_after_the_first_word(name, given, others):
    one = entry("session", "09:00", name=name)
    assert (one.given_name, one.other_names) == (given, others)
