from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clients.models import Care
from scheduling.queries import home, left
from scheduling.queries.cards import Shown
from scheduling.queries.left import Left, Matter
from scheduling.states import SessionStatus
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _athens():
    with timezone.override(factories.ATHENS):
        yield


@pytest.fixture
def maria(coach):
    return factories.create_client(of=coach, full_name="Maria Papadopoulou")


def done(coach, client, at, *, status=SessionStatus.COMPLETED, price=60, **more):
    return factories.create_session(coach=coach, client=client, at=at, status=status, price=price, **more)


def test_owed_is_what_took_place_or_was_missed_with_a_price_and_unpaid(coach, maria):
    second = done(coach, maria, "2026-11-12 10:00", status=SessionStatus.NO_SHOW)
    first = done(coach, maria, "2026-11-05 10:00")
    done(coach, maria, "2026-11-06 10:00", price=None)
    done(coach, maria, "2026-11-06 11:00", price=0)
    done(coach, maria, "2026-11-06 12:00", status=SessionStatus.CANCELLED)
    done(coach, maria, "2026-11-06 13:00", paid_at=NOW, paid_by=coach.user)
    factories.create_session(coach=coach, client=maria, at="2026-11-30 10:00", price=60)
    owed = left.left_open(coach, now=NOW)[Matter.OWED]
    assert [row.pk for row in owed.rows] == [first.pk, second.pk]
    assert [row.name for row in owed.rows] == ["Maria Papadopoulou"] * 2
    assert [row.word for row in owed.rows] == ["Completed", "No-show"]
    assert (owed.count, owed.total, owed.more) == (2, Decimal(120), 0)
    assert all(row.is_owed for row in owed.rows)


def test_unsaid_is_over_and_still_scheduled(coach, maria):
    over = factories.create_session(coach=coach, client=maria, at="2026-11-19 10:00")
    # 10:10 to 11:00: over at this very moment.
    just_over = factories.create_session(coach=coach, client=maria, at="2026-11-20 10:10")
    factories.create_session(coach=coach, client=maria, at="2026-11-20 11:00")
    done(coach, maria, "2026-11-18 10:00")
    unsaid = left.left_open(coach, now=NOW)[Matter.UNSAID]
    assert [row.pk for row in unsaid.rows] == [over.pk, just_over.pk]
    assert not any(row.is_owed for row in unsaid.rows)


def test_only_the_oldest_five_are_read_and_all_are_counted(coach, maria):
    for day in range(1, 8):
        done(coach, maria, f"2026-11-0{day} 10:00")
        factories.create_session(coach=coach, client=maria, at=f"2026-11-0{day} 12:00")
    found = left.left_open(coach, now=NOW)
    assert [(len(each.rows), each.count, each.more) for each in found.values()] == [(5, 7, 2), (5, 7, 2)]
    assert found[Matter.OWED].total == Decimal(420)
    assert str(found[Matter.OWED].rows[0].starts_at.date()) == "2026-11-01"


def test_former_clients_owe_without_a_name_and_are_not_asked_about(coach, maria):
    done(coach, maria, "2026-11-05 10:00")
    factories.create_session(coach=coach, client=maria, at="2026-11-06 10:00")
    Care.objects.update(ended_at=NOW)
    found = left.left_open(coach, now=NOW)
    (row,) = found[Matter.OWED].rows
    assert (row.name, row.in_care) == ("Former client", False)
    assert found[Matter.UNSAID] == Left()


def test_nothing_of_another_coach_is_left(coach, other_coach):
    client = factories.create_client(of=[coach, other_coach])
    done(other_coach, client, "2026-11-05 10:00")
    factories.create_session(coach=other_coach, client=client, at="2026-11-06 10:00")
    assert left.left_open(coach, now=NOW) == {Matter.UNSAID: Left(), Matter.OWED: Left()}
    assert left.left_page(coach, Matter.OWED, now=NOW) == Left()


def test_pages_hold_fifty(coach, maria, monkeypatch):
    monkeypatch.setattr(left, "A_PAGE", 2)
    made = [done(coach, maria, f"2026-11-0{day} 10:00").pk for day in range(1, 6)]
    pages = [left.left_page(coach, Matter.OWED, now=NOW, number=number) for number in (1, 2, 3, 4)]
    assert [[row.pk for row in page.rows] for page in pages] == [made[:2], made[2:4], made[4:], []]
    assert [page.count for page in pages] == [5, 5, 5, 0]
    assert len(left.left_all(coach, Matter.OWED, now=NOW).rows) == 5


def test_today_is_in_order_with_what_is_now_and_next(coach, maria):
    nikos = factories.create_client(of=coach, full_name="Nikos Georgiou")
    later = factories.create_session(coach=coach, client=nikos, at="2026-11-20 16:00", title="first")
    soon = factories.create_session(coach=coach, client=nikos, at="2026-11-20 13:00")
    going_on = factories.create_session(coach=coach, client=maria, at="2026-11-20 10:30")
    early = done(coach, maria, "2026-11-20 09:00")
    off = factories.create_session(coach=coach, client=nikos, at="2026-11-20 12:00", status=SessionStatus.CANCELLED)
    factories.create_session(coach=coach, client=maria, at="2026-11-21 09:00")
    today = home.today_of(coach, now=NOW)
    assert [visit.row.pk for visit in today.visits] == [early.pk, going_on.pk, off.pk, soon.pk, later.pk]
    assert [visit.shown for visit in today.visits] == [
        Shown.COMPLETED, Shown.LIVE, Shown.CANCELLED, Shown.SCHEDULED, Shown.SCHEDULED
    ]  # fmt: skip
    assert [visit.is_next for visit in today.visits] == [False, False, False, True, False]
    assert [visit.can_settle for visit in today.visits] == [True, True, False, False, False]
    assert (today.count, today.ahead, today.visits[-1].note) == (4, 2, "first")


def test_today_keeps_the_hour_of_a_former_client_without_a_name(coach, maria):
    factories.create_session(coach=coach, client=maria, at="2026-11-20 10:00")
    factories.create_session(coach=coach, client=maria, at="2026-11-20 12:00", status=SessionStatus.CANCELLED)
    Care.objects.update(ended_at=NOW)
    (visit,) = home.today_of(coach, now=NOW).visits
    assert (visit.row.name, visit.row.in_care, visit.can_settle, visit.note) == ("Former client", False, False, "")


def test_today_is_the_coachs_own_day():
    coach = factories.create_coach(zone="Pacific/Auckland")
    client = factories.create_client(of=coach)
    # There it is ten in the evening.
    factories.create_session(coach=coach, client=client, at="2026-11-20 23:00")
    factories.create_session(coach=coach, client=client, at="2026-11-21 09:00")
    today = home.today_of(coach, now=NOW)
    assert (str(today.date), today.count) == ("2026-11-20", 1)


def test_free_days_are_the_next_three_with_a_few_times_each(coach, maria):
    factories.create_session(coach=coach, client=maria, at="2026-11-20 12:00")
    days = home.free_days(coach, now=NOW)
    assert [str(day.date) for day in days] == ["2026-11-20", "2026-11-23", "2026-11-24"]
    assert [f"{timezone.localtime(each.starts_at):%H:%M}" for each in days[0].times] == [
        "11:00", "13:00", "14:00", "15:00"
    ]  # fmt: skip


def test_free_days_of_a_coach_without_hours_are_none():
    assert home.free_days(factories.create_coach(hours=()), now=NOW) == ()


def test_what_waits_is_counted_by_kind(coach, maria):
    nikos, priya = (factories.create_client(of=coach) for _ in range(2))
    hers = factories.create_session(coach=coach, client=maria, at="2026-11-24 10:00")
    gone = factories.create_session(coach=coach, client=maria, at="2026-11-25 10:00", status=SessionStatus.CANCELLED)
    factories.create_case(coach=coach, client=nikos, blocking=gone)  # its hour is free
    factories.create_case(coach=coach, client=priya, blocking=hers)  # nobody is asked
    asked = factories.create_case(coach=coach, client=nikos, blocking=hers)
    tonight = factories.moment("2026-11-20 23:59")
    factories.create_proposal(case=asked, offers=["2026-11-26 10:00"], expires_at=tonight)
    factories.create_session(coach=coach, client=maria, at="2026-11-19 10:00")
    waiting = home.waiting_for(coach.user, coach, now=NOW)
    assert (waiting.free, waiting.stuck, waiting.ending, waiting.left.count) == (1, 1, 1, 1)
    assert not waiting.is_nothing


def test_an_offer_that_ends_tomorrow_can_wait(coach, maria):
    hers = factories.create_session(coach=coach, client=maria, at="2026-11-24 10:00")
    case = factories.create_case(coach=coach, client=factories.create_client(of=coach), blocking=hers)
    midnight = factories.moment("2026-11-21 00:00")
    factories.create_proposal(case=case, offers=["2026-11-26 10:00"], expires_at=midnight)
    waiting = home.waiting_for(coach.user, coach, now=NOW)
    assert (waiting.ending, waiting.is_nothing) == (0, True)


@pytest.mark.parametrize("number", [1, 3])
def test_each_part_of_home_costs_the_same_however_much_there_is(coach, maria, number):
    for day in range(number):
        done(coach, maria, f"2026-11-0{day + 1} 10:00")
        hers = factories.create_session(coach=coach, client=maria, at=f"2026-11-2{day + 4} 10:00")
        case = factories.create_case(coach=coach, client=factories.create_client(of=coach), blocking=hers)
        factories.create_proposal(case=case, session=hers, offers=[f"2026-11-2{day + 4} 15:00"])
    costs = []
    for ask in (
        lambda: home.today_of(coach, now=NOW),
        lambda: home.waiting_for(coach.user, coach, now=NOW),
        lambda: home.free_days(coach, now=NOW),
    ):
        with CaptureQueriesContext(connection) as queries:
            ask()
        costs.append(len(queries))
    assert costs == [1, 9, 1]


def test_rows_hold_what_is_asked_before_a_session_is_settled(coach, maria):
    needed = {"pk", "status", "during", "arrived_at", "price", "paid_at", "version"}
    factories.create_session(coach=coach, client=maria, at="2026-11-20 10:00")
    (row,) = left.rows_of_day(coach, factories.hour("2026-11-20 00:00", minutes=1440), now=NOW)
    assert needed <= row.keys()
    (listed,) = left.left_page(coach, Matter.UNSAID, now=NOW + factories.dt.timedelta(days=1)).rows
    assert (listed.pk, listed.version, listed.status) == (row["pk"], 1, "scheduled")
