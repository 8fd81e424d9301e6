from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from clients.errors import ClientArchived, NotInCare
from clients.models import AuditEvent
from config.kernel.errors import AlreadySent
from scheduling.actions.cancel import cancel_session
from scheduling.actions.conflicts import withdraw_case
from scheduling.actions.wait import change_wait, put_on_list
from scheduling.errors import CannotWait, CaseClosed, TakenBackSince, TimesFreeNow, WaitOutOfReason
from scheduling.models import ConflictCase, WaitingWindow
from scheduling.states import CaseStatus
from scheduling.windows import Window
from scheduling.wishes import WaitFor
from tests.factories import NOW, create_case, create_client, create_session, create_wait, hour

pytestmark = pytest.mark.django_db

LAST = dt.date(2026, 12, 18)
EVENING = Window(1, dt.time(17), dt.time(20))
MORNING = Window(1, dt.time(9), dt.time(12))


@pytest.fixture
def nikos(coach):
    return create_client(of=coach, full_name="Nikos")


def wish(client, *windows, **fields):
    fields = {"minutes": 50, "last_date": LAST} | fields
    return WaitFor(client=client, windows=windows or (EVENING,), **fields)


def put(coach, asked, *, now=NOW):
    return put_on_list(asked, by=coach.user, now=now)


def test_a_client_waits_for_what_suits(coach, nikos):
    case = put(coach, wish(nikos, EVENING, Window(3, dt.time(17), dt.time(20)), book_when_freed=True))
    case = ConflictCase.objects.get(pk=case.pk)
    assert (case.client, case.provider, case.hour, case.minutes) == (nikos, coach.user, None, 50)
    assert (case.first_date, case.last_date, case.book_when_freed) == (dt.date(2026, 11, 20), LAST, True)
    assert sorted(case.windows.values_list("weekday", flat=True)) == [1, 3]
    assert AuditEvent.objects.get(verb="wait_began").object == f"case:{case.pk}"


def test_the_same_form_twice_is_one_place(coach, nikos):
    asked = wish(nikos, form_key="key")
    assert put(coach, asked) == put(coach, asked)
    with pytest.raises(AlreadySent):
        put(coach, dataclasses.replace(asked, minutes=30))
    assert ConflictCase.objects.count() == 1


def test_the_same_form_after_the_wish_was_taken_back_says_so(coach, nikos):
    asked = wish(nikos, form_key="key")
    withdraw_case(put(coach, asked).pk, by=coach.user, now=NOW)
    with pytest.raises(TakenBackSince):
        put(coach, asked)
    assert put(coach, dataclasses.replace(asked, form_key="other")).status == CaseStatus.PENDING_RESOLUTION


def test_the_same_wish_again_keeps_its_place(coach, nikos):
    first = put(coach, wish(nikos))
    later = put(coach, wish(nikos, last_date=dt.date(2027, 1, 8)), now=NOW + dt.timedelta(days=2))
    assert later == first
    first.refresh_from_db()
    assert (first.created_at, first.last_date, WaitingWindow.objects.count()) == (NOW, dt.date(2027, 1, 8), 1)


def test_the_same_wish_until_earlier_gives_up_an_hour_held_after_that(coach, nikos):
    case = create_wait(coach=coach, client=nikos, weekdays=[1], starts="17:00", ends="20:00", at="2026-11-24 17:00")
    again = put(coach, wish(nikos, last_date=dt.date(2026, 11, 23), anyway=True))
    again.refresh_from_db()
    assert (again.pk, again.hour, again.held_until) == (case.pk, None, None)


def test_another_wish_is_another_place(coach, nikos):
    assert put(coach, wish(nikos)) != put(coach, wish(nikos, minutes=30))


def test_who_need_not_wait_is_told_so_first(coach, nikos):
    with pytest.raises(TimesFreeNow) as refusal:
        put(coach, wish(nikos, MORNING))
    times = ("11-24 09:00", "11-24 10:00", "11-24 11:00", "12-01 09:00", "12-01 10:00")
    assert refusal.value.times == tuple(hour(f"2026-{at}") for at in times)
    assert not ConflictCase.objects.exists()
    assert put(coach, wish(nikos, MORNING, anyway=True)).pk


def test_nobody_waits_who_cannot_be_booked(coach, nikos):
    with pytest.raises(NotInCare):
        put(coach, wish(create_client()))
    nikos.status = "archived"
    nikos.save(update_fields=["status"])
    with pytest.raises(ClientArchived):
        put(coach, wish(nikos))


def test_nobody_waits_for_more_than_a_year(coach, nikos):
    with pytest.raises(WaitOutOfReason):
        put(coach, wish(nikos, last_date=dt.date(2027, 11, 21), anyway=True))


def test_change_keeps_the_place_in_line(coach, nikos):
    case = put(coach, wish(nikos))
    change_wait(case.pk, wish(nikos, MORNING, minutes=30), by=coach.user, now=NOW + dt.timedelta(days=1))
    case.refresh_from_db()
    assert (case.created_at, case.minutes, case.windows.get().starts_at) == (NOW, 30, dt.time(9))
    change_wait(case.pk, wish(nikos, MORNING, minutes=30), by=coach.user, now=NOW + dt.timedelta(days=1))
    assert AuditEvent.objects.filter(verb="wait_changed").count() == 1


def test_change_gives_up_a_held_hour_that_suits_no_longer(coach, nikos):
    session = create_session(coach=coach, client=create_client(of=coach), at="2026-11-24 10:00")
    case = create_wait(coach=coach, client=nikos)
    second = create_wait(coach=coach, client=create_client(of=coach), starts="10:00", ends="11:00")
    cancel_session(session.pk, by=coach.user, now=NOW, version=1)
    change_wait(case.pk, wish(nikos, EVENING), by=coach.user, now=NOW)
    case.refresh_from_db()
    second.refresh_from_db()
    assert (case.hour, case.held_until, second.hour) == (None, None, hour("2026-11-24 10:00"))


def test_change_keeps_a_held_hour_that_still_suits(coach, nikos):
    case = create_wait(coach=coach, client=nikos, at="2026-11-24 10:00")
    change_wait(case.pk, wish(nikos, MORNING), by=coach.user, now=NOW)
    case.refresh_from_db()
    assert case.hour == hour("2026-11-24 10:00")


def test_only_an_open_place_on_the_list_is_changed(coach, nikos):
    session = create_session(coach=coach, client=create_client(of=coach), at="2026-11-24 10:00")
    clash = create_case(coach=coach, client=nikos, blocking=session)
    with pytest.raises(CannotWait):
        change_wait(clash.pk, wish(nikos), by=coach.user, now=NOW)
    case = put(coach, wish(nikos))
    with pytest.raises(CannotWait):
        change_wait(case.pk, wish(create_client(of=coach)), by=coach.user, now=NOW)
    withdraw_case(case.pk, by=coach.user, now=NOW)
    with pytest.raises(CaseClosed):
        change_wait(case.pk, wish(nikos), by=coach.user, now=NOW)
