"""Whatever is freed and whoever waits: a matched hour suits, is free, and nobody else has it."""

from __future__ import annotations

import datetime as dt
import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.kernel import time
from config.kernel.time import Interval
from scheduling import slots
from scheduling.actions.cancel import cancel_session
from scheduling.actions.proposals import end_due
from scheduling.models import ConflictCase, Session
from scheduling.queries.waiting import span_of
from tests.factories import create_client, create_coach, create_session, create_wait

pytestmark = pytest.mark.django_db

# Nights on which clocks change, and an ordinary day.
DAYS = [("Europe/Athens", "2027-03-28"), ("Europe/Athens", "2026-10-25"), ("Australia/Lord_Howe", "2027-04-04")]
DAYS += [("Europe/Athens", "2026-11-24"), ("America/New_York", "2027-03-14")]
QUARTERS = st.integers(0, 95)
WISHES = st.tuples(st.sampled_from([None, 1, 6]), QUARTERS, QUARTERS, st.sampled_from([15, 30, 50, 90]), st.booleans())


def clock(quarter):
    return f"{quarter // 4:02}:{quarter % 4 * 15:02}"


@settings(
    max_examples=int(os.environ.get("SLOT_EXAMPLES", "12")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    where=st.sampled_from(DAYS),
    booked=st.lists(QUARTERS, min_size=1, max_size=4, unique=True),
    wishes=st.lists(WISHES, min_size=1, max_size=4),
    buffer=st.sampled_from([0, 15]),
)
def test_a_matched_hour_suits_and_is_free_and_no_two_share_it(where, booked, wishes, buffer, db):
    zone, day = where
    date = dt.date.fromisoformat(day)
    now = time.day_bounds(date, time.zone(zone)).starts_at - dt.timedelta(days=3)
    coach = create_coach(hours=[(each, "00:00", "23:59") for each in range(7)], zone=zone, step=15, buffer=buffer)
    begin = time.day_bounds(date, time.zone(zone)).starts_at
    sessions, busy_until = [], begin
    for quarter in sorted(booked):
        at = begin + dt.timedelta(minutes=15 * quarter)
        if at >= busy_until:
            sessions.append(create_session(coach=coach, client=create_client(of=coach), at=at, minutes=60))
            busy_until = at + dt.timedelta(minutes=60)
    for weekday, one, other, minutes, books in wishes:
        first, last = sorted((one, other))
        create_wait(
            coach=coach,
            client=create_client(of=coach),
            weekdays=[weekday],
            starts=clock(first),
            ends=clock(last + 1) if last < 95 else "23:59",
            minutes=minutes,
            first=(date - dt.timedelta(days=3)).isoformat(),
            last=(date + dt.timedelta(days=7)).isoformat(),
            book_when_freed=books,
        )
    for session in sessions:
        cancel_session(session.pk, by=coach.user, now=now, version=1)

    found = [case for case in ConflictCase.objects.filter(provider=coach.user) if case.hour]
    pause = dt.timedelta(minutes=buffer)
    freed = [Interval(each.starts_at - pause, each.ends_at + pause) for each in sessions]
    for case in found:
        hour = case.hour
        assert span_of(case, coach).suits(hour)
        assert hour.minutes == case.minutes
        assert any(each.overlaps(hour) for each in freed)
        if case.session is None:
            assert slots.explain(coach, hour, now=now, for_client=case.client) == []
    hours = [case.hour for case in found]
    assert not any(one.overlaps(other) for at, one in enumerate(hours) for other in hours[:at])
    # When all holds are over nobody keeps a dead hour.
    end_due(coach.pk, now=now + dt.timedelta(days=20))
    assert not ConflictCase.objects.filter(provider=coach.user, held_until__isnull=False).exists()
    assert Session.objects.filter(provider=coach.user).exists()
