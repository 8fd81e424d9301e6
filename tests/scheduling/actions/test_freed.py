from __future__ import annotations

import datetime as dt

import pytest

from clients.states import ClientStatus
from scheduling.actions import cancel
from scheduling.models import ConflictCase, Session
from scheduling.states import CaseStatus
from tests.factories import (
    NOW,
    create_case,
    create_client,
    create_coach,
    create_proposal,
    create_session,
    create_time_off,
    hour,
)
from tests.scheduling.actions import traces

pytestmark = pytest.mark.django_db
TEN = "2026-11-24 10:00"


@pytest.fixture
def session(coach):
    return create_session(coach=coach, client=create_client(of=coach), at=TEN)


def waits(coach, session, *, days_ago=1, client=None, **fields):
    case = create_case(coach=coach, client=client or create_client(of=coach), blocking=session, **fields)
    ConflictCase.objects.filter(pk=case.pk).update(created_at=NOW - dt.timedelta(days=days_ago))
    return case


def free_it(session):
    return cancel.cancel_session(session.pk, by=session.provider, now=NOW, version=session.version)


def held():
    """The cases for which an hour is held."""
    return list(ConflictCase.objects.filter(held_until__isnull=False).order_by("pk"))


def test_hour_freed_is_held_two_days_for_the_oldest(coach, session):
    waits(coach, session, days_ago=1)
    oldest = waits(coach, session, days_ago=3)
    free_it(session)
    assert held() == [oldest]
    assert held()[0].held_until == NOW + dt.timedelta(hours=48)
    assert ("hour_held", f"case:{oldest.pk}", coach.pk) in traces.audit()
    assert ("hour_held", f"user:{coach.pk}", f"case:{oldest.pk}", 1) in traces.outbox()


def test_hour_freed_is_held_no_longer_than_to_its_start(coach):
    session = create_session(coach=coach, client=create_client(of=coach), at="2026-11-20 16:00")
    waits(coach, session)
    free_it(session)
    assert held()[0].held_until == hour("2026-11-20 16:00").starts_at


def test_hour_freed_in_part_is_nobodys(coach, session):
    create_session(coach=coach, client=create_client(of=coach), at="2026-11-24 11:00")
    waits(coach, session, at="2026-11-24 10:30")
    free_it(session)
    assert held() == []


def test_hour_freed_passes_over_whoever_cannot_come(coach, other_coach, session):
    archived = create_client(of=coach, status=ClientStatus.ARCHIVED)
    busy = create_client(of=[coach, other_coach])
    create_session(coach=other_coach, client=busy, at=TEN)
    waits(coach, session, days_ago=5, client=archived)
    waits(coach, session, days_ago=4, client=busy)
    can_come = waits(coach, session, days_ago=1)
    free_it(session)
    assert held() == [can_come]


def test_hour_freed_while_the_coach_is_away_is_nobodys(coach, session):
    waits(coach, session)
    create_time_off(coach=coach, starts="2026-11-24 00:00", ends="2026-11-25 00:00")
    free_it(session)
    assert held() == []


def test_hour_freed_that_has_passed_is_nobodys(coach):
    session = create_session(coach=coach, client=create_client(of=coach), at="2026-11-19 10:00")
    waits(coach, session)
    free_it(session)
    assert held() == []


def test_hour_freed_of_another_coach_is_not_given_away(coach, other_coach, session):
    elsewhere = create_session(coach=other_coach, client=create_client(of=other_coach), at=TEN)
    waits(other_coach, elsewhere)
    free_it(session)
    assert held() == []


def test_hour_freed_that_is_on_offer_to_somebody_else_waits(coach, session):
    case = waits(coach, session, at="2026-11-25 12:00")
    create_proposal(case=case, offers=["2026-11-24 10:30"])
    waits(coach, session)
    free_it(session)
    assert held() == []


def test_hour_freed_books_itself_where_the_coach_ticked_so(coach, session):
    case = waits(coach, session, book_when_freed=True, title="First")
    free_it(session)
    case.refresh_from_db()
    booked = Session.objects.holding().get()
    assert (booked.interval, booked.client, booked.title) == (hour(TEN), case.client, "First")
    assert (case.status, case.session, case.resolution, case.held_until) == (
        CaseStatus.RESOLVED,
        booked,
        "freed",
        None,
    )
    news = [(kind, recipient) for kind, recipient, *_ in traces.outbox()]
    assert ("session_booked", f"client:{case.client_id}") in news
    assert ("case_booked", f"user:{coach.pk}") in news


def test_hour_freed_that_cannot_book_itself_is_held_and_says_why():
    coach = create_coach(notice=7 * 24 * 60)
    session = create_session(coach=coach, client=create_client(of=coach), at=TEN)
    case = waits(coach, session, book_when_freed=True)
    free_it(session)
    case.refresh_from_db()
    assert (case.status, case.resolution) == (CaseStatus.PENDING_RESOLUTION, "notice")
    assert held() == [case]


def test_hour_freed_with_nobody_waiting_is_just_free(coach, session):
    free_it(session)
    assert (held(), [verb for verb, *_ in traces.audit()]) == ([], ["session_cancelled"])


def test_hour_freed_again_does_not_hold_twice(coach, session):
    case = waits(coach, session, held_until=NOW + dt.timedelta(hours=1))
    free_it(session)
    case.refresh_from_db()
    assert case.held_until == NOW + dt.timedelta(hours=1)
    assert [kind for kind, *_ in traces.outbox()] == ["session_cancelled"]
