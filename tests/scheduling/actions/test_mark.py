from __future__ import annotations

import pytest

from scheduling.actions import mark, move
from scheduling.errors import ChangedMeanwhile, NotPayable, NotToday
from scheduling.models import Session
from scheduling.states import SessionStatus
from tests.factories import NOW, create_client, create_coach, create_session, hour, moment
from tests.scheduling.actions import traces

pytestmark = pytest.mark.django_db
# Now is 11:00 of that day.
TODAY, TOMORROW = "2026-11-20 13:00", "2026-11-21 13:00"


@pytest.fixture
def session(coach):
    return create_session(coach=coach, client=create_client(of=coach), at=TODAY)


def pay(session, paid=True, version=1, now=NOW):
    return mark.mark_paid(session.pk, paid=paid, by=session.provider, now=now, version=version)


def arrive(session, arrived=True, version=1, now=NOW):
    return mark.mark_arrived(session.pk, arrived=arrived, by=session.provider, now=now, version=version)


def payment(session):
    return Session.objects.values_list("paid_at", "paid_by", "version").get(pk=session.pk)


def test_mark_paid_says_when_and_to_whom(session):
    pay(session)
    assert payment(session) == (NOW, session.provider_id, 2)
    assert traces.audit() == [("session_paid", f"session:{session.pk}", session.provider_id)]
    assert traces.outbox() == []


def test_mark_not_paid_takes_both_away(session):
    pay(session)
    pay(session, paid=False, version=2)
    assert payment(session) == (None, None, 3)
    assert traces.audit()[-1] == ("session_unpaid", f"session:{session.pk}", session.provider_id)


@pytest.mark.parametrize("status", [SessionStatus.SCHEDULED, SessionStatus.COMPLETED, SessionStatus.NO_SHOW])
def test_any_session_that_stands_is_paid(coach, status):
    session = create_session(coach=coach, client=create_client(of=coach), at=TOMORROW, status=status)
    assert pay(session).paid_at == NOW


def test_a_cancelled_session_is_not_paid(coach):
    session = create_session(coach=coach, client=create_client(of=coach), at=TOMORROW, status=SessionStatus.CANCELLED)
    with pytest.raises(NotPayable):
        pay(session)


@pytest.mark.parametrize("act", [pay, arrive])
def test_a_mark_sent_twice_is_made_once(session, act):
    act(session)
    before = traces.everything()
    act(session)
    assert traces.everything() == before


@pytest.mark.parametrize("act", [pay, arrive])
def test_what_is_so_already_changes_nothing(session, act):
    act(session)
    before = traces.everything()
    assert act(session, version=2).version == 2
    assert traces.everything() == before


@pytest.mark.parametrize("act", [pay, arrive])
def test_a_mark_from_an_old_page_is_refused(session, act):
    act(session)
    before = traces.everything()
    with pytest.raises(ChangedMeanwhile):
        act(session, False)
    assert traces.everything() == before


def test_a_payment_is_not_taken_for_the_arrival_of_that_version(session):
    pay(session)
    with pytest.raises(ChangedMeanwhile):
        arrive(session)


def test_mark_arrived_says_when(session):
    arrive(session)
    assert Session.objects.values_list("arrived_at", "version").get() == (NOW, 2)
    arrive(session, False, version=2)
    assert Session.objects.values_list("arrived_at", "version").get() == (None, 3)
    verbs = [verb for verb, *_ in traces.audit()]
    assert (verbs, traces.outbox()) == (["session_arrived", "session_not_arrived"], [])


@pytest.mark.parametrize("at", ["2026-11-19 13:00", TOMORROW])
def test_nobody_arrives_on_another_day(coach, at):
    session = create_session(coach=coach, client=create_client(of=coach), at=at)
    with pytest.raises(NotToday):
        arrive(session)


def test_today_is_the_day_of_the_coachs_own_calendar():
    coach = create_coach(zone="Pacific/Auckland")
    session = create_session(coach=coach, client=create_client(of=coach), at="2026-11-21 09:00")
    # There it is 08:00 of the 21st; in UTC, and in Athens, still the 20th.
    assert arrive(session, now=moment("2026-11-20 19:00", zone="UTC")).version == 2


@pytest.mark.parametrize("status", [SessionStatus.COMPLETED, SessionStatus.NO_SHOW, SessionStatus.CANCELLED])
def test_nobody_arrives_for_what_is_over(coach, status):
    session = create_session(coach=coach, client=create_client(of=coach), at=TODAY, status=status)
    with pytest.raises(NotToday):
        arrive(session)


@pytest.mark.parametrize(("to", "stays"), [("2026-11-20 14:00", True), ("2026-11-23 14:00", False)])
def test_who_is_here_is_not_here_on_the_day_that_the_session_is_moved_to(session, to, stays):
    arrive(session)
    moved = move.move_session(session.pk, hour(to), by=session.provider, now=NOW, version=2)
    assert (Session.objects.get(pk=moved.pk).arrived_at is not None) == stays
