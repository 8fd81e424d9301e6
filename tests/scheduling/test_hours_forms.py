from __future__ import annotations

import datetime as dt

import pytest
from django.http import QueryDict

from scheduling.hours import Fate, Span, WeeklyHours
from scheduling.hours_forms import MOST_SPANS, WeekForm, decisions_in

OPEN = Span(dt.time(9), dt.time(17))
CLOSED = WeeklyHours(((),) * 7)


def typed(**fields):
    data = QueryDict(mutable=True)
    for name, value in fields.items():
        for each in value if isinstance(value, list) else [value]:
            data.appendlist(name.replace("_", "-"), each)
    return WeekForm.typed(data)


def press(form, **button):
    data = QueryDict(mutable=True)
    for name, value in button.items():
        data.setlist(name.replace("_", "-"), value if isinstance(value, list) else [value])
    assert form.press(data)
    return form


def monday(*spans):
    return {
        f"mon_{side}_{number}": text
        for number, span in enumerate(spans)
        for side, text in zip(("from", "to"), span, strict=True)
    }


@pytest.mark.parametrize(("starts", "ends"), [("9", "17"), ("9:00", "17:00"), ("0900", "1700"), ("9.00", "17.00")])
def test_clocks_are_read_as_people_write_them(starts, ends):
    form = typed(**monday((starts, ends)))
    assert form.is_valid()
    assert form.week.days[0] == (OPEN,)


@pytest.mark.parametrize("ends", ["24", "24:00", "2400", "24.00", "0:00", "00:00", "23:59"])
def test_midnight_is_an_end_and_shown_as_24(ends):
    form = typed(**monday(("18:00", ends)))
    assert form.is_valid()
    assert str(form.week.days[0][0]) == "18:00–24:00"
    assert form.week.minutes == 6 * 60
    assert WeekForm.of(form.week).days[0].rows[0].ends == "24:00"


def test_midnight_is_no_start():
    form = typed(**monday(("24:00", "24:00")))
    assert not form.is_valid()


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (("17:00", "09:00"), "The end must come after the start."),
        (("09:00", "09:00"), "The end must come after the start."),
        (("22:00", "02:00"), "Hours past midnight end at 24:00"),
        (("09:00", ""), "Say until when"),
        (("", "17:00"), "Say from when"),
        (("25:00", "26:00"), "“25:00” is not a time."),
        (("nine", "17:00"), "“nine” is not a time."),
        (("９:00", "17:00"), "is not a time."),
    ],
)
def test_mistake_is_named_beside_its_row(span, words):
    form = typed(**monday(("07:00", "08:00"), span))
    assert not form.is_valid()
    assert words in form.days[0].rows[1].error
    assert form.problems == [("mon-from-1", f"Monday: {form.days[0].rows[1].error}")]


def test_overlap_names_the_other_span():
    form = typed(**monday(("09:00", "14:00"), ("13:00", "17:00")))
    assert not form.is_valid()
    assert form.days[0].rows[1].error == "Overlaps 09:00–14:00."


def test_spans_may_touch_and_stand_in_any_order():
    form = typed(**monday(("14:00", "17:00"), ("09:00", "14:00")))
    assert form.is_valid()
    assert [str(span) for span in form.week.days[0]] == ["09:00–14:00", "14:00–17:00"]


def test_empty_rows_are_nothing():
    form = typed(**monday(("", ""), ("09:00", "17:00")))
    assert form.is_valid()
    assert form.week.days[0] == (OPEN,)


def test_more_spans_than_a_day_has_are_refused():
    form = typed(**monday(*((f"{hour}:00", f"{hour}:30") for hour in range(MOST_SPANS + 1))))
    assert not form.is_valid()
    assert form.days[0].error == "At most 6 spans a day."


def test_add_gives_an_empty_row_with_the_focus():
    form = press(typed(**monday(("09:00", "17:00"))), add="mon")
    assert [(row.starts, row.ends, row.is_new) for row in form.days[0].rows] == [
        ("09:00", "17:00", False),
        ("", "", True),
    ]


def test_add_stops_at_the_most():
    form = typed(**monday(*((f"{hour}:00", f"{hour}:30") for hour in range(MOST_SPANS))))
    assert len(press(form, add="mon").days[0].rows) == MOST_SPANS


def test_drop_takes_the_row_away_and_keeps_what_is_typed():
    form = press(typed(**monday(("09:00", "14:00"), ("nonsense", "17:00"))), drop="mon-0")
    assert [(row.starts, row.ends) for row in form.days[0].rows] == [("nonsense", "17:00")]


@pytest.mark.parametrize("value", ["mon-9", "mon-", "mon-x", "mon-²", "nowhere-0", "", "mon-" + "9" * 5000])
def test_drop_of_what_is_not_there_drops_nothing(value):
    form = press(typed(**monday(("09:00", "14:00"))), drop=value)
    assert len(form.days[0].rows) == 1


def test_copy_replaces_the_days_that_are_ticked():
    form = typed(**monday(("09:00", "14:00")), tue_from_0="10:00", tue_to_0="11:00")
    press(form, copy="mon", copy_mon=["tue", "thu", "mon", "nowhere"])
    assert [[(row.starts, row.ends) for row in day.rows] for day in form.days] == [
        [("09:00", "14:00")],
        [("09:00", "14:00")],
        [],
        [("09:00", "14:00")],
        [],
        [],
        [],
    ]
    assert form.said == "Copied to: Tuesday, Thursday"


def test_days_alike_are_folded_but_the_first_and_those_touched():
    week = WeeklyHours(((OPEN,), (OPEN,), (), (OPEN,), (), (), ()))
    form = WeekForm.of(week)
    assert [day.is_alike for day in form.days] == [False, True, False, True, False, False, False]
    both = {**monday(("09:00", "17:00")), "tue_from_0": "09:00", "tue_to_0": "17:00"}
    assert [day.is_alike for day in press(typed(**both), add="tue").days[:2]] == [False, False]


def test_decisions_are_what_was_said_and_makes_sense():
    data = QueryDict("fate-4=cancel&seen-4=2&fate-5=explode&seen-5=x&fate-x=keep&fate-6=ask&cancel_reason=+ill+")
    found = decisions_in(data)
    assert found.fates == {4: Fate.CANCEL, 6: Fate.ASK}
    assert (found.versions, found.reason) == ({4: 2}, "ill")


def test_decisions_for_all_count_for_each():
    data = QueryDict("fate-4=cancel&fate-5=keep&all=ask")
    assert decisions_in(data).fates == {4: Fate.ASK, 5: Fate.ASK}
