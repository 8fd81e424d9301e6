"""Undo, and other changes of one session, against one another and against somebody who wants its hour."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from clients.models import AuditEvent
from scheduling.actions.move import move_session
from scheduling.states import SessionStatus
from tests.factories import create_client, create_coach, create_session, hour
from tests.races import truth
from tests.races.people import Person, all_at_once, by_status, days
from tests.races.truth import FEWER_ROUNDS

pytestmark = [pytest.mark.race, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

TABS = 10


def coach_with(site, people):
    """A coach with so many browsers."""
    coach = create_coach()
    return coach, [Person(site.port, coach.user) for _ in range(people)]


def moved_from_ten(coach, day):
    """A session that was at 10:00 until a moment ago."""
    session = create_session(coach=coach, client=create_client(of=coach), at=f"{day} 10:00")
    return move_session(session.pk, hour(f"{day} 14:00"), by=coach.user, now=timezone.now(), version=1)


def undo(tab, session, version=2):
    to = reverse("scheduling:session_undo", args=[session.pk])
    return lambda ready: tab.post(to, ready=ready, version=version)


def book_ten(tab, coach, day):
    wish = {"client": create_client(of=coach).pk, "day": day, "at": "10:00", "minutes": 50, "overrule": "1"}
    return lambda ready: tab.post(reverse("scheduling:session_book"), ready=ready, form_key=uuid.uuid4().hex, **wish)


def cancel(tab, session, version=1):
    return lambda ready: tab.post(reverse("scheduling:session_cancel", args=[session.pk]), ready=ready, version=version)


def complete(tab, session, version=1):
    return lambda ready: tab.post(
        reverse("scheduling:session_complete", args=[session.pk]), ready=ready, version=version
    )


def test_an_undo_and_a_booking_of_the_freed_hour_have_one_winner(guarded, transactional_db):
    (coach, (one, other)), deadlocks = coach_with(guarded, 2), truth.deadlocks()
    for day in days(FEWER_ROUNDS):
        session = moved_from_ten(coach, day)
        answers = all_at_once([undo(one, session), book_ten(other, coach, day)])
        assert sorted(answer.status for answer in answers) == [204, 409], (answers, guarded.said())
        session.refresh_from_db()
        undone = answers[0].status == 204
        assert (session.interval == hour(f"{day} 10:00"), session.version) == (undone, 3 if undone else 2)
        # Whoever lost reads who has the hour.
        loser = answers[undone].body
        assert ("is taken" if undone else "Taken by") in loser
        assert "dlg-foot" in loser
    assert truth.broken() == {}
    assert truth.deadlocks() == deadlocks


def test_control_without_locks_and_rules_both_get_the_hour(unguarded, no_protection):
    coach, (one, other) = coach_with(unguarded, 2)
    (day,) = days(1)
    answers = all_at_once([undo(one, moved_from_ten(coach, day)), book_ten(other, coach, day)])
    assert by_status(answers) == {204: 2}
    assert truth.broken()["a provider has two sessions at once"] == 1


def test_one_undo_sent_ten_times_at_once_undoes_once_and_always_says_so(guarded, transactional_db):
    coach, tabs = coach_with(guarded, TABS)
    for day in days(FEWER_ROUNDS):
        session = moved_from_ten(coach, day)
        assert by_status(all_at_once([undo(tab, session) for tab in tabs])) == {204: TABS}
        session.refresh_from_db()
        assert (session.interval, session.version) == (hour(f"{day} 10:00"), 3)
    assert AuditEvent.objects.filter(verb="change_undone").count() == FEWER_ROUNDS
    assert truth.broken() == {}


def test_control_without_locks_one_undo_is_done_more_than_once(unguarded, no_protection):
    coach, tabs = coach_with(unguarded, TABS)
    session = moved_from_ten(coach, *days(1))
    all_at_once([undo(tab, session) for tab in tabs])
    assert AuditEvent.objects.filter(verb="change_undone").count() > 1
    assert truth.broken()["a change was not written down, or more than once"] > 0


def pay(tab, session, version=1):
    to = reverse("scheduling:session_paid", args=[session.pk])
    return lambda ready: tab.post(to, ready=ready, version=version, paid="1")


def begun(coach, hours_ago):
    """A session that has begun, so long ago."""
    at = timezone.now().replace(minute=0, second=0, microsecond=0) - dt.timedelta(hours=hours_ago)
    return create_session(coach=coach, client=create_client(of=coach), at=at)


@pytest.mark.parametrize("rival", [cancel, pay])
def test_completing_and_another_change_have_one_winner(rival, guarded, transactional_db):
    (coach, (one, other)), deadlocks = coach_with(guarded, 2), truth.deadlocks()
    for number in range(FEWER_ROUNDS):
        session = begun(coach, number + 1)
        answers = all_at_once([complete(one, session), rival(other, session)])
        assert sorted(answer.status for answer in answers) == [204, 409], (answers, guarded.said())
        session.refresh_from_db()
        won = answers[0].status == 204
        assert (session.status == SessionStatus.COMPLETED, session.version) == (won, 2)
        assert "was changed since you opened the page" in answers[won].body
    assert truth.broken() == {}
    assert truth.deadlocks() == deadlocks


def test_control_without_locks_both_believe_to_have_won(unguarded, no_protection):
    coach, (one, other) = coach_with(unguarded, 2)
    session = begun(coach, 1)
    assert by_status(all_at_once([complete(one, session), pay(other, session)])) == {204: 2}
    assert truth.broken()["a change was not written down, or more than once"] == 1


def test_without_locks_the_rule_alone_lets_nobody_cancel_what_is_completed(unguarded, transactional_db):
    coach, (one, other) = coach_with(unguarded, 2)
    session = begun(coach, 1)
    assert by_status(all_at_once([complete(one, session), cancel(other, session)])) == {204: 1, 409: 1}
