from __future__ import annotations

import datetime as dt
import os
from collections import Counter
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clients.models import Care
from config.kernel import time
from scheduling import slots
from scheduling.models import RescheduleProposal, Session
from scheduling.queries import reports
from scheduling.queries.reports import Answers, Came, Load, Owed, Period
from scheduling.states import ProposalKind, ProposalStatus, SessionStatus
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db

counting = settings(
    max_examples=int(os.environ.get("REPORT_EXAMPLES", "12")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
MINUTE = dt.timedelta(minutes=1)
# Zones with a Monday of theirs in whose week clocks change, by an hour or by half of one, or not at all.
MONDAYS = [
    *(("Europe/Athens", "2027-03-22"), ("Europe/Athens", "2026-10-19"), ("Europe/Athens", "2026-11-16")),
    *(("Australia/Lord_Howe", "2027-03-29"), ("America/Havana", "2026-10-26"), ("Asia/Kathmandu", "2026-11-16")),
]
END = {"completed": SessionStatus.COMPLETED, "missed": SessionStatus.NO_SHOW, "off": SessionStatus.CANCELLED}


def week(monday, zone="Europe/Athens", *, weeks=1):
    first = dt.date.fromisoformat(monday)
    return Period(name="8w", first=first, last=first + dt.timedelta(days=7 * weeks - 1), where=time.zone(zone))


def minutes_of(intervals, span):
    """Every minute of the intervals inside the span."""
    return {
        each.starts_at + number * MINUTE
        for each in intervals
        for number in range(each.minutes)
        if span.starts_at <= each.starts_at + number * MINUTE < span.ends_at
    }


def counted_minute_by_minute(coach, period, sessions):
    """The engine's open time, and what is booked, told a second time in plain Python."""
    is_open = minutes_of(slots.opening(coach, period.span), period.span)
    is_booked = minutes_of(sessions, period.span)
    found = {"open": is_open, "booked": is_open & is_booked, "outside": is_booked - is_open}
    return {
        name: Counter((local.weekday(), local.hour) for at in minutes if (local := at.astimezone(period.where)))
        for name, minutes in found.items()
    }


def as_counted(loads):
    return {
        name: Counter({place: getattr(load, name) for place, load in loads.hours.items() if getattr(load, name)})
        for name in ("open", "booked", "outside")
    }


@given(data=st.data(), where=st.sampled_from(MONDAYS))
@counting
def test_loads_are_what_a_clock_on_the_wall_would_count(data, where):
    zone, monday = where
    period = week(monday, zone)
    minutes = st.integers(0, 24 * 60 - 1)
    with transaction.atomic():
        hours = []
        for weekday in range(7):
            begin, end = sorted((data.draw(minutes), data.draw(minutes)))
            if begin < end:
                hours.append((weekday, *(f"{at // 60:02}:{at % 60:02}" for at in (begin, end))))
        coach = factories.create_coach(hours=hours, zone=zone)
        if data.draw(st.booleans()):
            factories.create_time_off(coach=coach, starts=f"{monday} 10:00", ends=f"{monday} 15:30")
        at, booked = period.span.starts_at - 30 * MINUTE, []
        for pause, length in data.draw(st.lists(st.tuples(st.integers(0, 1400), st.integers(5, 200)), max_size=8)):
            at += pause * MINUTE
            session = factories.create_session(
                coach=coach, client=factories.create_client(of=coach), at=at, minutes=length
            )
            at = session.ends_at
            booked.append(session.interval)
        loads = reports.loads(coach, period)
        assert as_counted(loads) == counted_minute_by_minute(coach, period, booked)
        whole = loads.whole
        assert whole.open == sum(each.open for each in loads.hours.values())
        assert whole.booked == sum(each.booked for each in loads.hours.values()) <= whole.open
        transaction.set_rollback(True)


def test_loads_of_weeks_add_up_and_empty_ones_are_there(coach):
    client = factories.create_client(of=coach)
    factories.create_session(coach=coach, client=client, at="2026-11-16 10:00", status=SessionStatus.COMPLETED)
    factories.create_session(coach=coach, client=client, at="2026-11-17 16:30", status=SessionStatus.NO_SHOW)
    factories.create_session(coach=coach, client=client, at="2026-11-18 10:00", status=SessionStatus.CANCELLED)
    found = reports.loads(coach, week("2026-11-16", weeks=2))
    assert found.weeks == {
        dt.date(2026, 11, 16): Load(open=2400, booked=80, outside=20),
        dt.date(2026, 11, 23): Load(open=2400),
    }
    assert found.hours[0, 10] == Load(open=120, booked=50)
    assert found.hours[1, 17] == Load(outside=20)


def test_loads_of_the_repeated_hour_count_it_twice():
    coach = factories.create_coach(hours=[(6, "02:00", "05:00")])
    loads = reports.loads(coach, week("2026-10-19"))
    assert {hour: load.open for (_day, hour), load in loads.hours.items()} == {2: 60, 3: 120, 4: 60}


def test_loads_of_the_skipped_hour_leave_it_out():
    coach = factories.create_coach(hours=[(6, "02:00", "05:00")])
    loads = reports.loads(coach, week("2027-03-22"))
    assert {hour: load.open for (_day, hour), load in loads.hours.items()} == {2: 60, 4: 60}


@given(
    sessions=st.lists(
        st.tuples(st.integers(0, 90), st.integers(0, 22), st.sampled_from(["", *END]), st.integers(0, 2)), max_size=12
    )
)
@counting
def test_who_came_and_what_is_owed_are_what_one_counts_by_hand(sessions):
    period, today = week("2026-09-07", weeks=11), dt.date(2026, 11, 20)
    came, owed = {month: [0, 0] for month in period.months}, [[0, Decimal()] for _ in range(3)]
    with transaction.atomic():
        coach, client = factories.create_coach(), factories.create_client()
        factories.create_care(client=client, provider=coach)
        for days, hour, end, price in {session[:2]: session for session in sessions}.values():
            day = today - dt.timedelta(days=days)
            session = factories.create_session(
                coach=coach,
                client=client,
                at=f"{day} {hour:02}:00",
                status=END.get(end, SessionStatus.SCHEDULED),
                price=[None, 0, Decimal("60.50")][price],
            )
            if end in {"completed", "missed"}:
                if period.first <= day <= period.last:
                    month = max(each for each in period.months if each <= day)
                    came[month][end == "missed"] += 1
                if price == 2:
                    age = 0 if days <= 30 else 1 if days <= 60 else 2
                    owed[age][0] += 1
                    owed[age][1] += session.price
        assert reports.came(coach, period) == {month: Came(*each) for month, each in came.items()}
        found = reports.unpaid(coach, now=NOW)
        assert [[each.count, each.total] for each in found] == owed
        transaction.set_rollback(True)


def test_unpaid_names_the_oldest_and_knows_the_paid(coach):
    client = factories.create_client(of=coach)
    done = {"coach": coach, "client": client, "status": SessionStatus.COMPLETED, "price": 60}
    first = factories.create_session(at="2026-11-02 10:00", **done)
    factories.create_session(at="2026-11-03 10:00", **done)
    factories.create_session(at="2026-11-04 10:00", **done, paid_at=NOW, paid_by=coach.user)
    assert reports.unpaid(coach, now=NOW) == [Owed(2, Decimal(120), first.starts_at), Owed(), Owed()]


def test_an_hour_around_midnight_ages_by_the_coachs_calendar():
    coach = factories.create_coach(zone="Pacific/Auckland")
    client = factories.create_client(of=coach)
    done = {"coach": coach, "client": client, "status": SessionStatus.COMPLETED, "price": 60}
    # There it is the 20th already: the 21st of October is 30 days ago.
    factories.create_session(at="2026-10-21 00:00", **done)
    factories.create_session(at="2026-10-20 22:00", **done)
    assert [each.count for each in reports.unpaid(coach, now=NOW)] == [1, 1, 0]


def told(session, status, *, sent=0, took=None, **more):
    """A proposal sent so many days ago that was answered after so many hours."""
    created = NOW - dt.timedelta(days=sent)
    offer = dt.datetime(2027, 1, 4, 8, 0, tzinfo=dt.UTC) + dt.timedelta(days=RescheduleProposal.objects.count())
    proposal = factories.create_proposal(session=session, offers=[offer], created_at=created, **more)
    changes = {"status": status}
    if took is not None:
        changes["answered_at"] = created + dt.timedelta(hours=took)
    if status == ProposalStatus.ANSWERED:
        changes["chosen"] = proposal.offers.get()
    RescheduleProposal.objects.filter(pk=proposal.pk).update(**changes)


def test_answers_are_counted_with_how_long_they_took(coach):
    client = factories.create_client(of=coach)
    session = factories.create_session(coach=coach, client=client, at="2026-12-21 10:00")
    for took in (1, 2, 4):
        told(session, ProposalStatus.ANSWERED, sent=3, took=took)
    told(session, ProposalStatus.DECLINED, sent=2, took=10)
    told(session, ProposalStatus.EXPIRED, sent=4)
    told(session, ProposalStatus.WITHDRAWN, sent=4)
    told(session, ProposalStatus.ANSWERED, sent=90, took=1)
    # Its time is over, though nobody has tidied it yet.
    told(session, ProposalStatus.OPEN, sent=4, expires_at=NOW - dt.timedelta(minutes=1))
    found = reports.answers(coach, week("2026-11-16"), now=NOW)
    assert found[ProposalKind.ASK_TO_MOVE] == Answers(
        answered=3, declined=1, expired=2, undecided=1, median=dt.timedelta(hours=3), ninth=dt.timedelta(hours=8.2)
    )
    assert found[ProposalKind.OFFER_TIMES] == Answers()
    assert found[None] == found[ProposalKind.ASK_TO_MOVE]
    assert (found[None].decided, found[None].replied, found[None].rate) == (6, 4, 4 / 6)


def test_offers_to_the_two_sides_are_told_apart(coach):
    mine, other = factories.create_client(of=coach), factories.create_client(of=coach)
    session = factories.create_session(coach=coach, client=mine, at="2026-12-21 10:00")
    case = factories.create_case(coach=coach, client=other, blocking=session)
    factories.create_proposal(case=case, offers=["2026-12-22 10:00"])
    told(session, ProposalStatus.DECLINED, took=1)
    found = reports.answers(coach, week("2026-11-16"), now=NOW)
    assert (found[ProposalKind.OFFER_TIMES].undecided, found[ProposalKind.ASK_TO_MOVE].declined) == (1, 1)
    assert (found[None].undecided, found[None].declined) == (1, 1)


def test_nothing_of_another_coach_is_counted(coach, other_coach):
    client = factories.create_client(of=other_coach)
    done = {"coach": other_coach, "client": client, "status": SessionStatus.COMPLETED, "price": 60}
    factories.create_session(at="2026-11-16 10:00", **done)
    coming = factories.create_session(coach=other_coach, client=client, at="2026-12-21 10:00")
    told(coming, ProposalStatus.DECLINED, took=1)
    period = week("2026-11-16")
    assert reports.period_of(coach, "year", now=NOW) is None
    assert reports.loads(coach, period).whole == Load(open=2400)
    assert set(reports.came(coach, period).values()) == {Came()}
    assert reports.unpaid(coach, now=NOW) == [Owed()] * 3
    assert set(reports.answers(coach, period, now=NOW).values()) == {Answers()}


@pytest.mark.parametrize(("name", "first"), [("8w", "2026-09-28"), ("quarter", "2026-08-24"), ("year", "2025-11-24")])
def test_period_is_whole_weeks_with_the_present_one(coach, name, first):
    factories.create_session(coach=coach, client=factories.create_client(of=coach), at="2024-05-06 10:00")
    period = reports.period_of(coach, name, now=NOW)
    assert (str(period.first), str(period.last)) == (first, "2026-11-22")
    assert len(period.mondays) == reports.RANGES[name]
    assert period.span.ends_at - period.span.starts_at <= slots.engine.LONGEST


def test_period_begins_with_the_coachs_first_session(coach):
    client = factories.create_client(of=coach)
    factories.create_session(coach=coach, client=client, at="2026-10-29 10:00")
    period = reports.period_of(coach, "year", now=NOW)
    assert (str(period.first), [str(month) for month in period.months]) == ("2026-10-26", ["2026-10-26", "2026-11-01"])


def test_period_of_who_begins_next_week_is_this_week(coach):
    factories.create_session(coach=coach, client=factories.create_client(of=coach), at="2026-12-07 10:00")
    assert str(reports.period_of(coach, "8w", now=NOW).first) == "2026-11-16"


def test_period_follows_the_coachs_calendar_over_midnight():
    coach = factories.create_coach(zone="Pacific/Auckland")
    factories.create_session(coach=coach, client=factories.create_client(of=coach), at="2026-11-23 10:00")
    sunday_in_london = dt.datetime(2026, 11, 22, 13, 0, tzinfo=dt.UTC)
    assert str(reports.period_of(coach, "8w", now=sunday_in_london).last) == "2026-11-29"


def test_sessions_of_former_clients_are_counted_all_the_same(coach):
    client = factories.create_client(of=coach)
    factories.create_session(
        coach=coach, client=client, at="2026-11-16 10:00", status=SessionStatus.COMPLETED, price=60
    )
    Care.objects.update(ended_at=NOW)
    assert reports.loads(coach, week("2026-11-16")).whole.booked == 50
    assert reports.unpaid(coach, now=NOW)[0].count == 1


def test_each_figure_costs_the_same_however_much_there_is(coach):
    period, counts = week("2026-11-16"), []
    for number in (1, 3):
        for place in range(number):
            client = factories.create_client(of=coach)
            at = f"2026-11-{15 + number} 1{place}:00"
            factories.create_session(coach=coach, client=client, at=at, status=SessionStatus.COMPLETED, price=60)
        with CaptureQueriesContext(connection) as queries:
            reports.loads(coach, period)
            reports.came(coach, period)
            reports.unpaid(coach, now=NOW)
            reports.answers(coach, period, now=NOW)
        counts.append(len(queries))
    assert (counts, Session.objects.count()) == ([5, 5], 4)
