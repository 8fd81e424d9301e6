"""A note is written down among the events of its session, and changes nothing about what those say."""

from __future__ import annotations

import datetime as dt

import pytest

from scheduling.actions import finish, notes
from scheduling.actions.undo import undo_change
from scheduling.models import Session
from scheduling.queries.changes import change_to
from scheduling.states import SessionStatus
from tests.factories import NOW, create_client, create_session
from tests.races import truth

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(coach):
    """Completed just now, and its private note finished after that: both are at their second version."""
    session = create_session(coach=coach, client=create_client(of=coach), at="2026-11-20 10:30")
    notes.save_draft(session, "Canary", by=coach.user, now=NOW, version=0)
    finish.complete_session(session.pk, by=coach.user, now=NOW, version=1)
    notes.finish_note(session, "Canary, asleep", by=coach.user, now=NOW, version=1)
    return session


def test_what_was_done_last_is_the_change_and_not_the_note(session):
    assert change_to(session.pk, 2).verb == "session_completed"
    assert change_to(session.pk, 1) is None


def test_a_change_is_undone_although_the_note_was_finished_since(session, coach):
    undo_change(session.pk, by=coach.user, now=NOW + dt.timedelta(seconds=5), version=2)
    assert Session.objects.get().status == SessionStatus.SCHEDULED


def test_a_press_sent_twice_is_one_although_the_note_was_finished_since(session, coach):
    finish.complete_session(session.pk, by=coach.user, now=NOW, version=1)
    assert Session.objects.get().version == 2


def test_what_is_true_after_races_knows_notes_from_changes(session):
    assert session.pk
    assert truth.broken() == {}
