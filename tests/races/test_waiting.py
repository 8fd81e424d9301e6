from __future__ import annotations

import uuid

import pytest
from django.urls import reverse

from clients.models import OutboxMessage
from scheduling.models import ConflictCase, Session
from tests.factories import create_client, create_coach, create_session, create_wait, hour
from tests.races import truth
from tests.races.people import Person, all_at_once, days
from tests.races.truth import FEWER_ROUNDS

pytestmark = [pytest.mark.race, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def cancelling(who, session):
    path = reverse("scheduling:session_cancel", args=[session.pk])
    return lambda ready: who.post(path, ready=ready, version=1)


def booking(who, client, day):
    fields = {"client": client.pk, "day": day, "at": "10:00", "minutes": 50, "overrule": "1"}
    fields["form_key"] = uuid.uuid4().hex
    return lambda ready: who.post(reverse("scheduling:session_book"), ready=ready, **fields)


def waiting(coach, day):
    """A session at ten, and somebody who waits for that very time."""
    session = create_session(coach=coach, client=create_client(of=coach), at=f"{day} 10:00")
    wish = {"starts": "10:00", "ends": "11:00", "first": str(day), "last": str(day)}
    return session, create_wait(coach=coach, client=create_client(of=coach), **wish)


def test_an_hour_that_is_freed_and_booked_at_once_is_held_for_nobody_who_cannot_have_it(guarded, transactional_db):
    coach, deadlocks = create_coach(), truth.deadlocks()
    one, other = (Person(guarded.port, coach.user) for _ in range(2))
    for day in days(FEWER_ROUNDS):
        session, case = waiting(coach, day)
        third = create_client(of=coach)
        cancelled, booked = all_at_once([cancelling(one, session), booking(other, third, day)])
        case.refresh_from_db()
        assert (cancelled.status, booked.status) in {(204, 204), (204, 409)}, guarded.said()
        # Who overrules has the hour, and nobody waits for it; else it is held for who waited.
        assert Session.objects.filter(client=third).count() == (booked.status == 204)
        assert case.hour == (None if booked.status == 204 else hour(f"{day} 10:00"))
    assert truth.broken() == {}
    assert truth.deadlocks() == deadlocks


def two_cancelled_at_once(site):
    """Two hours of one day are freed at once; one client waits for any of them."""
    coach, (day,) = create_coach(), days(1)
    client = create_client(of=coach)
    sessions = [create_session(coach=coach, client=client, at=f"{day} {at}") for at in ("10:00", "12:00")]
    case = create_wait(coach=coach, client=create_client(of=coach), first=str(day), last=str(day))
    people = [Person(site.port, coach.user) for _ in sessions]
    deeds = [cancelling(who, session) for who, session in zip(people, sessions, strict=True)]
    assert [answer.status for answer in all_at_once(deeds)] == [204, 204], site.said()
    return ConflictCase.objects.get(pk=case.pk)


def told():
    return OutboxMessage.objects.filter(kind="hour_held").count()


def test_of_two_hours_freed_at_once_one_is_held_and_one_is_told(guarded, transactional_db):
    case = two_cancelled_at_once(guarded)
    assert case.hour is not None
    assert told() == 1
    assert truth.broken() == {}


def test_control_without_locks_both_are_told_and_only_one_is_held(unguarded, transactional_db):
    two_cancelled_at_once(unguarded)
    assert told() == 2
