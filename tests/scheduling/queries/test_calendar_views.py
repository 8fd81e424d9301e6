import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients.models import Care
from scheduling.queries.calendar.agenda import agenda_of
from scheduling.queries.calendar.day import day_of
from scheduling.queries.calendar.month import month_of
from scheduling.queries.cards import Shown
from scheduling.states import SessionStatus
from tests import factories

pytestmark = pytest.mark.django_db

# The fixed present is Friday 20 November, 11:00 in Athens.
TODAY, TUESDAY = dt.date(2026, 11, 20), dt.date(2026, 11, 24)


@pytest.fixture
def maria(coach):
    return factories.create_client(of=coach, full_name="Maria Papadopoulou")


@pytest.fixture
def nikos(coach):
    return factories.create_client(of=coach, full_name="Nikos Georgiou")


@pytest.fixture
def book(coach, maria):
    return lambda at, **more: factories.create_session(coach=coach, client=more.pop("client", maria), at=at, **more)


def kinds(entries):
    return [(entry.kind, entry.name) for entry in entries if entry.kind != "free"]


def cell(month, date):
    (found,) = [each for week in month.weeks for each in week if each.date == date]
    return found


class TestDay:
    def test_day_has_its_column_and_the_strip_of_its_week(self, coach, book, now):
        book("2026-11-24 10:00")
        book("2026-11-25 10:00")
        one = day_of(coach, TUESDAY, now=now)
        assert [day.date for day in one.days] == [TUESDAY]
        assert [day.sessions for day in one.strip] == [0, 1, 1, 0, 0, 0, 0]
        assert [day.date.day for day in one.strip if day.is_asked] == [24]
        assert (one.sessions, one.booked_minutes, one.open_minutes, len(one.day.free)) == (1, 50, 480, 7)

    def test_day_draws_only_its_own_hours(self, coach, book, now):
        book("2026-11-25 06:00")
        assert (day_of(coach, TUESDAY, now=now).first_hour, day_of(coach, TUESDAY, now=now).last_hour) == (8, 17)

    def test_today_says_what_is_now_next_and_left(self, coach, book, nikos, now):
        book("2026-11-20 07:00", price=60, status=SessionStatus.COMPLETED)
        book("2026-11-20 08:00")
        book("2026-11-20 10:30", client=nikos)
        book("2026-11-20 15:00")
        one = day_of(coach, TODAY, now=now)
        assert (one.live.name, one.live.shown) == ("Nikos Georgiou", Shown.LIVE)
        assert one.next.during == factories.hour("2026-11-20 15:00")
        assert [entry.during for entry in one.unsaid] == [factories.hour("2026-11-20 08:00")]
        assert [(entry.during, entry.owed) for entry in one.unpaid] == [(factories.hour("2026-11-20 07:00"), 60)]
        assert one.now == now

    def test_facts_of_a_session_are_those_of_its_row(self, coach, book, now):
        session = book("2026-11-20 15:00", price=60, title="couple")
        (entry,) = [entry for entry in day_of(coach, TODAY, now=now).day.entries if entry.kind == "session"]
        assert entry.facts == {
            "pk": session.pk,
            "during": session.interval.as_range(),
            "status": "scheduled",
            "title": "couple",
            "arrived_at": None,
            "price": 60,
            "paid_at": None,
            "version": 1,
        }

    def test_nothing_is_left_of_what_was_paid_missed_or_cancelled(self, coach, book, now):
        book("2026-11-20 07:00", price=60, status=SessionStatus.COMPLETED, paid_at=now, paid_by=coach.user)
        book("2026-11-20 08:00", status=SessionStatus.NO_SHOW)
        book("2026-11-20 15:00", status=SessionStatus.CANCELLED)
        one = day_of(coach, TODAY, now=now)
        assert (one.live, one.next, one.unsaid, one.unpaid) == (None, None, (), ())

    def test_day_without_anybody_is_empty_and_a_wish_is_somebody(self, coach, book, nikos, now):
        assert day_of(coach, TUESDAY, now=now).is_empty
        session = book("2026-11-23 10:00")
        factories.create_case(coach=coach, client=nikos, blocking=session, at="2026-11-24 10:00")
        one = day_of(coach, TUESDAY, now=now)
        assert (one.is_empty, one.wishes) == (False, 1)

    def test_hour_of_a_client_whose_care_has_ended_is_nobodys(self, coach, book, now):
        book("2026-11-20 10:30")
        Care.objects.update(ended_at=now)
        one = day_of(coach, TODAY, now=now)
        assert (one.live, one.sessions, one.is_empty) == (None, 1, False)

    def test_day_of_the_clock_change_has_its_free_times(self, now):
        coach = factories.create_coach(hours=[(6, "01:00", "06:00")], horizon=200)
        assert len(day_of(coach, dt.date(2027, 3, 28), now=now).day.free) == 4


class TestMonth:
    def test_month_has_six_weeks_from_a_monday(self, coach, now):
        month = month_of(coach, TUESDAY, now=now)
        cells = [each for week in month.weeks for each in week]
        assert (len(month.weeks), len(cells)) == (6, 42)
        assert (cells[0].date, cells[-1].date) == (dt.date(2026, 10, 26), dt.date(2026, 12, 6))
        assert [each.date.day for each in cells if each.is_today] == [20]
        assert sum(not each.is_out for each in cells) == 30

    @pytest.mark.parametrize(
        ("asked", "first", "last"),
        [
            ("2027-02-14", "2027-02-01", "2027-03-14"),
            ("2026-12-31", "2026-11-30", "2027-01-10"),
            ("2027-01-01", "2026-12-28", "2027-02-07"),
            ("2028-02-29", "2028-01-31", "2028-03-12"),
        ],
    )
    def test_month_at_the_ends_of_years(self, coach, now, asked, first, last):
        month = month_of(coach, dt.date.fromisoformat(asked), now=now)
        assert (f"{month.weeks[0][0].date}", f"{month.weeks[-1][-1].date}") == (first, last)

    def test_cell_has_three_lines_and_the_number_of_the_rest(self, coach, book, now):
        for clock in ("09:00", "10:00", "11:00", "12:00", "13:00"):
            book(f"2026-11-24 {clock}")
        found = cell(month_of(coach, TODAY, now=now), TUESDAY)
        assert [f"{entry.during.starts_at:%H}" for entry in found.lines] == ["07", "08", "09"]
        assert (found.more, found.sessions) == (2, 5)

    def test_today_begins_with_what_is_not_over(self, coach, book, now):
        for clock in ("08:00", "09:00", "10:30", "12:00", "13:00"):
            book(f"2026-11-20 {clock}")
        found = cell(month_of(coach, TODAY, now=now), TODAY)
        assert [f"{entry.during.starts_at:%H:%M}" for entry in found.lines] == ["08:30", "10:00", "11:00"]

    def test_cell_shows_holds_and_wishes_and_counts_only_sessions(self, coach, book, nikos, now):
        session = book("2026-11-24 13:00")
        case = factories.create_case(coach=coach, client=nikos, blocking=session)
        factories.create_proposal(session=session, case=case, offers=["2026-11-24 10:00"])
        found = cell(month_of(coach, TODAY, now=now), TUESDAY)
        assert kinds(found.lines) == [
            ("hold", "Maria Papadopoulou"),
            ("session", "Maria Papadopoulou"),
            ("wish", "Nikos Georgiou"),
        ]
        assert found.sessions == 1

    def test_month_counts_itself_alone(self, coach, book, now):
        book("2026-11-30 10:00", minutes=60)
        book("2026-12-01 10:00", minutes=60)
        book("2026-11-24 10:00", status=SessionStatus.CANCELLED)
        month = month_of(coach, TODAY, now=now)
        assert (month.sessions, month.booked_hours, month.open_hours) == (1, 1, 21 * 8)

    def test_closed_days_say_why(self, coach, book, now):
        factories.create_time_off(coach=coach, starts="2026-11-24 00:00", ends="2026-11-26 00:00", reason="Conference")
        book("2026-11-25 10:00")
        month = month_of(coach, TODAY, now=now)
        shut, busy, sunday = (cell(month, dt.date(2026, 11, day)) for day in (24, 25, 29))
        assert (shut.is_off, shut.reason) == (True, "Conference")
        assert (busy.is_off, busy.sessions) == (False, 1)
        assert (sunday.is_off, sunday.reason) == (True, "")

    def test_coach_without_hours_has_a_blank_month(self, now):
        assert month_of(factories.create_coach(hours=()), TODAY, now=now).is_blank


class TestAgenda:
    def test_agenda_is_two_weeks_from_the_day(self, coach, book, now):
        book("2026-11-24 10:00")
        agenda = agenda_of(coach, TODAY, now=now)
        assert (agenda.first, agenda.last, agenda.weeks) == (TODAY, dt.date(2026, 12, 3), 2)
        assert (agenda.following, agenda.sessions) == (dt.date(2026, 12, 4), 1)

    def test_longer_agenda_begins_with_the_same_days(self, coach, now):
        two, four = agenda_of(coach, TODAY, now=now), agenda_of(coach, TODAY, 4, now=now)
        assert [day.date for day in four.days[:14]] == [day.date for day in two.days]
        assert len(four.days) == 28

    def test_day_lists_all_but_free_times_which_are_named(self, coach, book, nikos, now):
        session = book("2026-11-24 13:00")
        case = factories.create_case(coach=coach, client=nikos, blocking=session)
        factories.create_proposal(session=session, case=case, offers=["2026-11-24 10:00"])
        (tuesday,) = [day for day in agenda_of(coach, TODAY, now=now).days if day.date == TUESDAY]
        assert kinds(tuesday.entries) == [
            ("hold", "Maria Papadopoulou"),
            ("session", "Maria Papadopoulou"),
            ("wish", "Nikos Georgiou"),
        ]
        assert [f"{free.starts_at:%H}" for free in tuesday.times] == ["07", "09", "10", "12", "13", "14"]
        assert (tuesday.more, tuesday.all_free) == (0, 6)

    def test_of_many_free_times_six_are_named(self, coach, now):
        (tuesday,) = [day for day in agenda_of(coach, TODAY, now=now).days if day.date == TUESDAY]
        assert (len(tuesday.times), tuesday.more, tuesday.all_free) == (6, 2, 8)

    def test_now_stands_between_the_things_of_today(self, coach, book, now):
        book("2026-11-20 09:00")
        book("2026-11-20 15:00")
        agenda = agenda_of(coach, TODAY, now=now)
        assert [entry.kind for entry in agenda.days[0].entries] == ["session", "now", "session"]
        assert [entry.kind for day in agenda.days[1:] for entry in day.entries] == []

    def test_agenda_without_anybody_is_empty_but_not_blank(self, coach, now):
        agenda = agenda_of(coach, TODAY, now=now)
        assert (agenda.is_empty, agenda.is_blank) == (True, False)
        assert agenda_of(factories.create_coach(hours=()), TODAY, now=now).is_blank

    def test_closed_days_say_why(self, coach, now):
        factories.create_time_off(coach=coach, starts="2026-11-24 00:00", ends="2026-11-25 00:00", reason="Conference")
        days = {day.date.day: day for day in agenda_of(coach, TODAY, now=now).days}
        assert [(days[day].is_off, days[day].reason) for day in (24, 25, 29)] == [
            (True, "Conference"),
            (False, ""),
            (True, ""),
        ]


@pytest.mark.parametrize(
    ("read", "queries"),
    [
        (lambda coach, now: day_of(coach, TUESDAY, now=now), 4),
        (lambda coach, now: month_of(coach, TUESDAY, now=now), 3),
        (lambda coach, now: agenda_of(coach, TODAY, now=now), 4),
        (lambda coach, now: agenda_of(coach, TODAY, 12, now=now), 4),
    ],
)
def test_queries_are_as_many_with_three_rows_as_with_one(coach, book, nikos, now, read, queries):
    counts = []
    for days in ([23], [24, 25]):
        for day in days:
            session = book(f"2026-11-{day} 13:00")
            case = factories.create_case(coach=coach, client=nikos, blocking=session)
            factories.create_proposal(session=session, case=case, offers=[f"2026-11-{day} 15:00"])
        with CaptureQueriesContext(connection) as seen:
            read(coach, now)
        counts.append(len(seen))
    assert counts == [queries, queries]
