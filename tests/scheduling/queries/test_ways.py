from __future__ import annotations

import datetime as dt

import pytest

from config.kernel.time import Interval
from scheduling.queries import ways
from tests import factories
from tests.factories import NOW, hour, moment

pytestmark = pytest.mark.django_db


def local(instants):
    return [f"{at.astimezone(dt.timezone(dt.timedelta(hours=2))):%a %H:%M}" for at in instants]


def starts(intervals):
    return local(each.starts_at for each in intervals)


def test_deadlines_are_usual_hours_ahead(coach):
    found = ways.deadlines([], coach, now=NOW)
    assert local(found) == ["Fri 18:00", "Fri 20:00", "Sat 12:00", "Sat 18:00", "Sun 12:00", "Sun 20:00"]


def test_deadlines_end_before_the_first_time_and_its_notice(coach):
    offers = [hour("2026-11-24 10:00"), hour("2026-11-21 13:00")]
    assert local(ways.deadlines(offers, coach, now=NOW)) == ["Fri 18:00", "Fri 20:00", "Sat 12:00"]
    coach.notice_minutes = 120
    assert local(ways.deadlines(offers, coach, now=NOW)) == ["Fri 18:00", "Fri 20:00"]


def test_deadline_of_times_that_are_near_is_the_last_moment(coach):
    assert ways.deadlines([hour("2026-11-20 15:00")], coach, now=NOW) == [moment("2026-11-20 15:00")]
    coach.notice_minutes = 60
    assert ways.deadlines([hour("2026-11-20 15:00")], coach, now=NOW) == [moment("2026-11-20 14:00")]


def test_times_too_near_have_no_deadline(coach):
    coach.notice_minutes = 240
    assert ways.deadlines([hour("2026-11-20 15:00")], coach, now=NOW) == []


def test_deadlines_are_of_the_coachs_clock_through_a_change_of_clocks(coach):
    at = moment("2027-03-27 17:30")
    assert [f"{each:%d %H:%M}" for each in ways.deadlines([], coach, now=at)][:4] == [
        "27 18:00",  # 20:00 in Athens, before the change
        "28 09:00",
        "28 15:00",
        "29 09:00",
    ]


def test_times_soon_are_shown_but_not_ticked(coach):
    nikos = factories.create_client(of=coach)
    found = ways.suggestions_for_wisher(coach, nikos, hour("2026-11-20 13:00"), now=NOW)
    assert starts(found.shown)[:2] == ["Fri 14:00", "Fri 15:00"]
    assert starts(found.ticked) == ["Mon 13:00", "Tue 13:00", "Wed 13:00", "Thu 13:00", "Fri 13:00"]
    assert set(found.ticked) <= set(found.shown)


def test_times_within_a_day_are_ticked_only_where_few_begin_later():
    hours = [(4, "14:00", "20:00"), (5, "09:00", "13:00"), (0, "10:00", "11:00"), (1, "10:00", "11:00")]
    for later, first in ((hours, "Sat 11:00"), (hours[:1] + hours[2:3], "Fri 15:00")):
        coach = factories.create_coach(hours=later)
        coach.horizon_days = 6
        coach.save()
        nikos = factories.create_client(of=coach)
        found = ways.suggestions_for_wisher(coach, nikos, hour("2026-11-20 14:00"), now=NOW)
        assert starts(found.shown)[0] in {"Fri 15:00", "Fri 16:00"}
        assert starts(found.ticked)[0] == first
        assert len(found.ticked) >= min(3, len(found.shown))


def test_when_all_is_soon_it_is_ticked_all_the_same(coach):
    coach.horizon_days = 1
    coach.save()
    nikos = factories.create_client(of=coach)
    found = ways.suggestions_for_wisher(coach, nikos, hour("2026-11-20 12:00"), now=NOW)
    assert found.ticked
    assert found.ticked == found.shown[:5]


def test_times_to_move_leave_the_wanted_hour_free(coach):
    maria = factories.create_client(of=coach)
    session = factories.create_session(coach=coach, client=maria, at="2026-11-23 13:00")
    wanted = hour("2026-11-23 13:30")
    found = ways.suggestions_to_move(coach, session, wanted, now=NOW)
    assert len(found.ticked) == 3
    assert not any(each.overlaps(wanted) for each in found.shown)
    assert {each.minutes for each in found.shown} == {50}


def test_no_hours_no_suggestions():
    coach = factories.create_coach(hours=())
    nikos = factories.create_client(of=coach)
    found = ways.suggestions_for_wisher(coach, nikos, hour("2026-11-23 13:00"), now=NOW)
    assert found == ways.Suggestions((), ())


def test_first_session_is_one_with_this_coach(coach, other_coach):
    nikos = factories.create_client(of=[coach, other_coach])
    factories.create_session(coach=other_coach, client=nikos, at="2026-11-23 13:00")
    assert ways.is_first_session(nikos, coach.user)
    assert not ways.is_first_session(nikos, other_coach.user)


def test_short_names_tell_people_apart(coach):
    maria, nikos, other = (
        factories.create_client(full_name=name) for name in ("Maria Papadopoulou", "Nikos Georgiou", "Maria Melas")
    )
    assert ways.short_names(maria, nikos) == ("Maria", "Nikos")
    assert ways.short_names(maria, other) == ("Maria Papadopoulou", "Maria Melas")


def test_interval_of_a_chip_is_sent_in_the_coachs_clock(coach):
    from scheduling.conflict_forms import OfferForm

    nikos = factories.create_client(of=coach)
    ticked = (Interval.lasting(moment("2026-11-24 10:00"), 50),)
    form = OfferForm(coach=coach, minutes=50, preselected=ticked)
    way = ways.way_to_offer(form, coach, nikos, hour("2026-11-23 13:00"), ways.Suggestions(), called="Nikos", now=NOW)
    assert [(chip.value, chip.is_ticked) for chip in way.chips] == [("2026-11-24T10:00+02:00", True)]
    assert (way.count, local([way.ends_at])) == (1, ["Sat 18:00"])
