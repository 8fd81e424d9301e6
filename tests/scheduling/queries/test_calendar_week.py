import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients.models import Care
from scheduling.queries import entries
from scheduling.queries.calendar.week import week_of
from scheduling.queries.cards import Shown
from scheduling.states import SessionStatus
from tests import factories
from tests.bench.figures import sent_by
from tests.scheduling.history import create_history

pytestmark = pytest.mark.django_db

# The week after the fixed present, which is Friday 20 November, 11:00 in Athens.
MONDAY = dt.date(2026, 11, 23)
THIS_MONDAY = dt.date(2026, 11, 16)


@pytest.fixture
def maria(coach):
    return factories.create_client(of=coach, full_name="Maria Papadopoulou")


@pytest.fixture
def nikos(coach):
    return factories.create_client(of=coach, full_name="Nikos Georgiou")


@pytest.fixture
def book(coach, maria):
    return lambda at, **more: factories.create_session(coach=coach, client=maria, at=at, **more)


@pytest.fixture
def week(coach, now):
    return lambda monday=MONDAY, **more: week_of(coach, monday, now=more.pop("now", now), **more)


def of_kind(day, kind):
    return [entry for entry in day.entries if entry.kind == kind]


def only(day, kind):
    (entry,) = of_kind(day, kind)
    return entry


def test_week_has_seven_days_from_monday(week):
    shown = week()
    assert [day.date.day for day in shown.days] == [23, 24, 25, 26, 27, 28, 29]
    assert (shown.monday, shown.sunday, shown.number) == (MONDAY, dt.date(2026, 11, 29), 48)


def test_open_hours_are_painted_and_closed_days_said(week):
    shown = week()
    assert only(shown.days[0], "open").during == factories.hour("2026-11-23 09:00", minutes=480)
    assert [day.is_off for day in shown.days] == [False] * 5 + [True] * 2
    assert not shown.is_shut
    assert only(shown.days[6], "block").name == ""


def test_hours_drawn_begin_one_before_the_first_open(week):
    shown = week()
    assert (shown.first_hour, shown.last_hour) == (8, 17)
    assert shown.hours == tuple(range(8, 17))


def test_what_is_booked_outside_is_drawn_too(coach, maria, week):
    factories.create_session(coach=coach, client=maria, at="2026-11-28 06:30")
    factories.create_session(coach=coach, client=maria, at="2026-11-28 23:30", minutes=60)
    shown = week()
    saturday = shown.days[5]
    assert (shown.first_hour, shown.last_hour) == (6, 24)
    assert not saturday.is_off
    late = of_kind(saturday, "session")[1]
    assert (late.during.minutes, late.drawn.minutes) == (60, 30)


def test_sessions_count_and_cancelled_ones_do_not(coach, maria, nikos, week):
    factories.create_session(coach=coach, client=maria, at="2026-11-23 10:00", minutes=90)
    factories.create_session(coach=coach, client=nikos, at="2026-11-24 10:00", status=SessionStatus.CANCELLED)
    shown = week()
    assert [day.sessions for day in shown.days] == [1, 0, 0, 0, 0, 0, 0]
    assert (shown.sessions, shown.booked_minutes, shown.open_minutes) == (1, 90, 5 * 480)
    cancelled = only(shown.days[1], "session")
    assert (cancelled.name, cancelled.shown, cancelled.note) == ("Nikos Georgiou", Shown.CANCELLED, "cancelled")


def test_others_sessions_are_not_here(other_coach, week):
    client = factories.create_client(of=other_coach)
    factories.create_session(coach=other_coach, client=client, at="2026-11-23 10:00")
    assert week().sessions == 0


@pytest.mark.parametrize(
    ("at", "fields", "shown"),
    [
        ("2026-11-20 10:30", {}, Shown.LIVE),
        ("2026-11-20 11:30", {"arrived_at": factories.NOW}, Shown.WAITING),
        ("2026-11-20 11:30", {}, Shown.SCHEDULED),
        ("2026-11-19 10:30", {}, Shown.SCHEDULED),
        ("2026-11-19 10:30", {"arrived_at": factories.NOW}, Shown.SCHEDULED),
        ("2026-11-19 10:30", {"status": SessionStatus.COMPLETED}, Shown.COMPLETED),
        ("2026-11-19 10:30", {"status": SessionStatus.NO_SHOW}, Shown.NO_SHOW),
    ],
)
def test_card_says_what_a_session_is_at_this_moment(book, week, at, fields, shown):
    book(at, **fields)
    (card,) = [entry for day in week(THIS_MONDAY).days for entry in of_kind(day, "session")]
    assert card.shown == shown


@pytest.mark.parametrize(
    ("fields", "note", "is_due"),
    [
        ({}, "", False),
        ({"price": 60}, "", True),
        ({"price": 0}, "", False),
        ({"price": 60, "title": "couple"}, "", True),
    ],
)
def test_card_says_what_is_owed_only_after_the_session(book, week, fields, note, is_due):
    book("2026-11-19 10:00", status=SessionStatus.COMPLETED, **fields)
    book("2026-11-20 15:00", **fields)
    done, ahead = [entry for day in week(THIS_MONDAY).days for entry in of_kind(day, "session")]
    assert (done.note, done.is_due) == (note, is_due)
    assert (ahead.note, ahead.is_due) == (fields.get("title", ""), False)


def test_card_says_that_it_is_paid(coach, maria, week):
    paid = {"price": 60, "paid_at": factories.NOW, "paid_by": coach.user}
    factories.create_session(coach=coach, client=maria, at="2026-11-23 10:00", title="couple", **paid)
    card = only(week().days[0], "session")
    assert (card.note, card.is_due) == ("couple, paid", False)


def test_asked_session_and_the_wish_beside_it(coach, maria, nikos, week):
    session = factories.create_session(coach=coach, client=maria, at="2026-11-23 13:00")
    case = factories.create_case(coach=coach, client=nikos, blocking=session)
    factories.create_proposal(session=session, case=case, offers=["2026-11-24 10:00"])
    monday, tuesday = week().days[:2]
    asked, wish = only(monday, "session"), only(monday, "wish")
    assert (asked.shown, asked.note, asked.lane) == (Shown.PROPOSED, "asked", 1)
    assert (wish.shown, wish.note, wish.lane, wish.name) == (Shown.PENDING, "waits", 2, "Nikos Georgiou")
    hold = only(tuesday, "hold")
    assert (hold.name, hold.until) == ("Maria Papadopoulou", factories.moment("2026-11-24 09:00"))
    assert tuesday.held == 1


def test_ended_question_is_no_question(coach, maria, week, now):
    session = factories.create_session(coach=coach, client=maria, at="2026-11-23 13:00")
    factories.create_proposal(session=session, offers=["2026-11-24 10:00"], expires_at=now)
    later = week(now=now + dt.timedelta(seconds=1))
    assert only(later.days[0], "session").shown == Shown.SCHEDULED
    assert of_kind(later.days[1], "hold") == []


def test_freed_hour_is_held_for_who_waits(coach, maria, nikos, week, now):
    gone = factories.create_session(coach=coach, client=maria, at="2026-11-23 13:00", status=SessionStatus.CANCELLED)
    until = now + dt.timedelta(hours=48)
    factories.create_case(coach=coach, client=nikos, blocking=gone, held_until=until)
    monday = week().days[0]
    held = only(monday, "wish")
    assert (held.until, held.lane) == (until, 2)
    assert "11:00" not in {f"{free.during.starts_at:%H:%M}" for free in of_kind(monday, "free")}


def test_hold_that_was_booked_all_the_same_is_gone(coach, maria, nikos, week):
    session = factories.create_session(coach=coach, client=maria, at="2026-11-23 13:00")
    factories.create_proposal(session=session, offers=["2026-11-24 10:00"])
    factories.create_session(coach=coach, client=nikos, at="2026-11-24 10:00")
    assert of_kind(week().days[1], "hold") == []


def test_free_times_are_ahead_and_inside_hours(coach, maria, week):
    factories.create_session(coach=coach, client=maria, at="2026-11-23 10:00")
    factories.create_session(coach=coach, client=maria, at="2026-11-23 12:00", minutes=60)
    monday = week().days[0]
    local = [f"{free.during.starts_at:%H:%M}" for free in of_kind(monday, "free")]
    assert local == ["07:00", "09:00", "11:00", "12:00", "13:00", "14:00"]
    assert [of_kind(day, "free") for day in week(THIS_MONDAY).days[:4]] == [[], [], [], []]


def test_time_off_is_drawn_with_its_reason(coach, week):
    factories.create_time_off(coach=coach, starts="2026-11-24 12:00", ends="2026-11-24 13:00", reason="Supervision")
    factories.create_time_off(coach=coach, starts="2026-11-25 00:00", ends="2026-11-27 00:00", reason="Holiday")
    _monday, tuesday, wednesday, thursday, *_rest = week().days
    supervision = only(tuesday, "block")
    assert (supervision.name, supervision.drawn) == ("Supervision", factories.hour("2026-11-24 12:00", minutes=60))
    assert [(day.is_off, day.reason) for day in (tuesday, wednesday, thursday)] == [
        (False, "Supervision"),
        (True, "Holiday"),
        (True, "Holiday"),
    ]


class TestHolidays:
    # Christmas is a Friday, the day after it a Saturday.
    MONDAY = dt.date(2026, 12, 21)

    @pytest.fixture
    def keeper(self, coach):
        coach.closed_on_holidays = True
        return coach

    def test_kept_they_close_the_day_and_label_it(self, keeper, week):
        *_, thursday, friday, saturday, sunday = week(self.MONDAY).days
        assert [day.holiday for day in (thursday, friday, saturday, sunday)] == [
            "",
            "Christmas",
            "Second day of Christmas",
            "",
        ]
        assert [day.is_off for day in (thursday, friday, saturday)] == [False, True, True]
        assert only(friday, "block").name == "Christmas, public holiday"
        assert only(saturday, "block").name == "Second day of Christmas, public holiday"
        assert only(sunday, "block").name == ""

    def test_not_kept_they_are_named_and_the_day_is_open(self, coach, week):
        friday = week(self.MONDAY).days[4]
        assert (friday.holiday, friday.is_off) == ("Christmas", False)
        assert of_kind(friday, "free")
        assert of_kind(friday, "block") == []

    def test_the_coachs_own_words_label_the_day_they_are_away(self, keeper, week):
        factories.create_time_off(coach=keeper, starts="2026-12-25 00:00", ends="2026-12-26 00:00", reason="Skiing")
        friday = week(self.MONDAY).days[4]
        assert (friday.holiday, only(friday, "block").name) == ("Christmas", "Skiing")

    def test_what_is_booked_on_them_is_shown(self, keeper, maria, week):
        factories.create_session(coach=keeper, client=maria, at="2026-12-25 10:00")
        friday = week(self.MONDAY).days[4]
        assert (friday.holiday, friday.is_off, friday.sessions) == ("Christmas", False, 1)
        assert of_kind(friday, "open") == []

    def test_they_cost_no_query(self, keeper, week, django_assert_num_queries):
        with django_assert_num_queries(4):
            week(self.MONDAY)


def test_now_is_a_line_and_a_label(coach, week):
    shown = week(THIS_MONDAY)
    friday = shown.days[4]
    assert shown.now == factories.NOW
    assert only(friday, "now").during.starts_at == factories.NOW
    assert 11 not in shown.hours
    assert 10 in shown.hours
    assert [day.is_past for day in shown.days] == [True] * 4 + [False] * 3
    assert friday.is_today


def test_now_is_not_drawn_outside_the_hours(week):
    shown = week(THIS_MONDAY, now=factories.moment("2026-11-20 22:00"))
    assert shown.now is None
    assert shown.is_present
    assert shown.hours == tuple(range(8, 17))


@pytest.mark.parametrize(
    ("asked", "near"),
    [(23, [23, 24, 25]), (26, [26, 27, 28]), (28, [27, 28, 29]), (None, [23, 24, 25])],
)
def test_three_days_are_near_the_one_asked_for(week, asked, near):
    shown = week(asked=MONDAY.replace(day=asked) if asked else None)
    assert [day.date.day for day in shown.days if day.is_near] == near


def test_coach_without_hours_has_a_blank_week(now):
    coach = factories.create_coach(hours=())
    shown = week_of(coach, MONDAY, now=now)
    assert shown.is_blank
    client = factories.create_client(of=coach)
    factories.create_session(coach=coach, client=client, at="2026-11-23 10:00")
    assert not week_of(coach, MONDAY, now=now).is_blank


def test_week_of_holidays_is_shut_but_not_blank(coach, week):
    factories.create_time_off(coach=coach, starts="2026-11-23 00:00", ends="2026-11-30 00:00")
    shown = week()
    assert shown.is_shut
    assert not shown.is_blank


def test_week_of_the_clock_change_has_its_free_times(coach, now):
    coach = factories.create_coach(hours=[(6, "01:00", "06:00")], horizon=200)
    sunday = week_of(coach, dt.date(2027, 3, 22), now=now).days[6]
    assert [f"{free.during.starts_at:%H:%M}" for free in of_kind(sunday, "free")] == [
        "23:00",
        "00:00",
        "01:00",
        "02:00",
    ]


def test_sessions_and_cancelled_ones_are_found_by_index(coach, maria, now):
    create_history(coach, maria)
    week = factories.hour("2026-11-23 00:00", minutes=7 * 1440)
    ((statement, params),) = sent_by(lambda: list(entries.rows_of(coach, week, now=now)))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {statement}", params)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "session_provider_no_overlap" in plan
    assert "session_cancelled" in plan


def test_queries_are_as_many_with_three_rows_as_with_one(coach, maria, nikos, week):
    def fill(day):
        session = factories.create_session(coach=coach, client=maria, at=f"2026-11-{day} 13:00")
        case = factories.create_case(coach=coach, client=nikos, blocking=session)
        factories.create_proposal(session=session, case=case, offers=[f"2026-11-{day} 15:00"])
        factories.create_session(coach=coach, client=maria, at=f"2026-11-{day} 09:00", status=SessionStatus.CANCELLED)
        factories.create_time_off(coach=coach, starts=f"2026-11-{day} 12:00", ends=f"2026-11-{day} 13:00")

    counts = []
    for days in ([23], [24, 25]):
        for day in days:
            fill(day)
        with CaptureQueriesContext(connection) as queries:
            week()
        counts.append(len(queries))
    assert counts == [4, 4]


def test_hour_of_a_client_whose_care_has_ended_is_only_busy(coach, maria, nikos, week):
    session = factories.create_session(coach=coach, client=maria, at="2026-11-23 13:00", title="couple")
    case = factories.create_case(coach=coach, client=nikos, blocking=session)
    factories.create_proposal(session=session, case=case, offers=["2026-11-24 10:00"])
    factories.create_session(coach=coach, client=maria, at="2026-11-23 09:00", status=SessionStatus.CANCELLED)
    Care.objects.update(ended_at=factories.NOW)
    monday, tuesday = week().days[:2]
    busy = only(monday, "session")
    assert (busy.name, busy.pk, busy.note, busy.during) == ("Busy", None, "", session.interval)
    assert of_kind(monday, "wish") == []
    assert only(tuesday, "hold").name == "Busy"
