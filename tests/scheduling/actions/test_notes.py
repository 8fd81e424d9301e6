from __future__ import annotations

import datetime as dt

import pytest

from clients.models import OutboxMessage
from config.kernel.errors import AlreadySent
from scheduling.actions import notes
from scheduling.errors import NoteChangedMeanwhile, NoteEmpty, NoteIsFinal, NoteIsOpen, WrongPeople
from scheduling.models import NoteAddendum, SessionNote
from tests.factories import NOW, create_client, create_note, create_session
from tests.scheduling.actions import traces

pytestmark = pytest.mark.django_db
LATER = NOW + dt.timedelta(minutes=3)
CANARY = "Canary: sleeps badly"


@pytest.fixture
def session(coach):
    return create_session(coach=coach, client=create_client(of=coach), at="2026-11-20 10:00")


def save(session, body=CANARY, version=0, now=NOW, by=None, window=""):
    return notes.save_draft(session, body, by=by or session.provider, now=now, version=version, window=window)


def finish(session, body=CANARY, version=0, now=NOW):
    return notes.finish_note(session, body, by=session.provider, now=now, version=version)


def add(session, body="One thing more", form_key="", now=LATER):
    return notes.add_addendum(session, body, by=session.provider, now=now, form_key=form_key)


def kept():
    return SessionNote.objects.values("session", "author", "body", "version", "created_at", "saved_at", "locked_at")


def test_draft_is_kept_and_then_changed(session):
    assert save(session).version == 1
    assert save(session, "Sleeps better", version=1, now=LATER).version == 2
    assert list(kept()) == [
        {
            "session": session.pk,
            "author": session.provider_id,
            "body": "Sleeps better",
            "version": 2,
            "created_at": NOW,
            "saved_at": LATER,
            "locked_at": None,
        }
    ]


def test_text_is_kept_to_the_letter(session):
    body = "  “Ναι”,\n\n\tείπε. \U0001f642 <b>&amp;\n"
    assert save(session, body).body == body
    assert SessionNote.objects.get().body == body


@pytest.mark.parametrize("body", ["", " \n "])
def test_nothing_typed_writes_nothing(session, body):
    assert save(session, body) is None
    assert not SessionNote.objects.exists()
    assert traces.audit() == []


def test_what_was_written_can_be_emptied(session):
    save(session)
    assert save(session, "", version=1).body == ""


def test_the_same_text_again_is_no_change(session):
    save(session)
    assert save(session, version=0, now=LATER).version == 1
    assert SessionNote.objects.get().saved_at == NOW


def test_text_of_another_window_is_not_overwritten(session):
    save(session, "mine")
    save(session, "of the other window", version=1)
    before = traces.everything(), list(kept())
    with pytest.raises(NoteChangedMeanwhile) as refused:
        save(session, "mine too", version=1)
    assert (refused.value.note.body, refused.value.note.version) == ("of the other window", 2)
    assert refused.value.typed == "mine too"
    assert (traces.everything(), list(kept())) == before


def test_second_window_does_not_begin_a_second_note(session):
    save(session, "mine")
    with pytest.raises(NoteChangedMeanwhile) as refused:
        save(session, "of the other window", version=0)
    assert (refused.value.note.body, refused.value.typed) == ("mine", "of the other window")


def test_mine_is_kept_over_a_version_that_was_seen(session):
    save(session, "mine")
    save(session, "of the other window", version=1)
    assert save(session, "mine all the same", version=2).version == 3


def test_window_that_missed_an_answer_is_not_in_its_own_way(session):
    save(session, "on the", window="phone")
    assert save(session, "on the train", version=0, window="phone").version == 2
    save(session, "at the desk", version=2, window="desk")
    with pytest.raises(NoteChangedMeanwhile):
        save(session, "on the train home", version=0, window="phone")
    with pytest.raises(NoteChangedMeanwhile):
        save(session, "on the train home", version=0)


def test_finish_keeps_the_words_and_locks_them(session):
    save(session, "so far")
    note = finish(session, "to the end", version=1, now=LATER)
    assert (note.body, note.version, note.locked_at) == ("to the end", 2, LATER)
    with pytest.raises(NoteIsFinal) as refused:
        save(session, "and more", version=2)
    assert (refused.value.note.body, refused.value.typed) == ("to the end", "and more")


def test_finish_needs_no_draft_before(session):
    assert finish(session).locked_at == NOW
    assert SessionNote.objects.get().version == 1


def test_finish_sent_twice_finishes_once(session):
    finish(session)
    assert finish(session, now=LATER).locked_at == NOW
    assert len(traces.audit(verb="note_finished")) == 1


def test_finish_does_not_lock_what_another_window_wrote(session):
    save(session, "of the other window")
    with pytest.raises(NoteChangedMeanwhile):
        finish(session, "mine", version=0)
    assert SessionNote.objects.get().locked_at is None


def test_finish_of_a_finished_note_with_other_words_is_refused(session):
    finish(session)
    with pytest.raises(NoteIsFinal):
        finish(session, "other words", version=1)


@pytest.mark.parametrize("body", ["", " \n "])
def test_nothing_is_not_finished(session, body):
    save(session)
    with pytest.raises(NoteEmpty):
        finish(session, body, version=1)
    assert SessionNote.objects.get().locked_at is None


def test_addenda_are_added_with_their_own_times(session):
    note = finish(session)
    add(session, "one")
    add(session, "two", now=LATER + dt.timedelta(days=1))
    rows = NoteAddendum.objects.order_by("pk").values_list("note", "author", "body", "created_at")
    by = session.provider_id
    assert list(rows) == [(note.pk, by, "one", LATER), (note.pk, by, "two", LATER + dt.timedelta(days=1))]


def test_addendum_sent_twice_is_one(session):
    finish(session)
    assert add(session, form_key="k1") == add(session, form_key="k1")
    assert NoteAddendum.objects.count() == 1
    with pytest.raises(AlreadySent):
        add(session, "other words", form_key="k1")


def test_only_a_finished_note_is_added_to(session):
    with pytest.raises(NoteIsOpen):
        add(session)
    save(session)
    with pytest.raises(NoteIsOpen):
        add(session)


def test_addendum_of_nothing_is_refused(session):
    finish(session)
    with pytest.raises(NoteEmpty):
        add(session, " ")


def test_note_of_another_coach_is_refused_by_the_database(session, other_coach):
    with pytest.raises(WrongPeople):
        save(session, by=other_coach.user)
    assert not SessionNote.objects.exists()


def test_deeds_are_written_down_without_a_word_of_the_note(session):
    save(session)
    save(session, CANARY + " at night", version=1, now=LATER)
    finish(session, CANARY + " at all", version=2, now=LATER)
    add(session, CANARY)
    about, by = f"session:{session.pk}", session.provider_id
    assert traces.audit() == [
        ("note_begun", about, by),
        ("note_finished", about, by),
        ("addendum_added", about, by),
    ]
    assert "Canary" not in repr(traces.everything())
    assert not OutboxMessage.objects.exists()


def test_later_sitting_is_written_down_once(session):
    save(session)
    tomorrow = NOW + dt.timedelta(days=1)
    save(session, "one", version=1, now=tomorrow)
    save(session, "two", version=2, now=tomorrow + dt.timedelta(seconds=9))
    assert [verb for verb, *_ in traces.audit()] == ["note_begun", "note_saved"]


def test_refusal_shows_no_words_where_it_is_logged(session):
    create_note(session=session, body=CANARY)
    with pytest.raises(NoteChangedMeanwhile) as refused:
        save(session, "Canary too")
    assert "Canary" not in str(refused.value) + repr(refused.value)


def test_two_first_saves_at_once_leave_one_note_and_both_texts(session, monkeypatch):
    """Without the lock, as if the other window were just ahead: the database has the last word."""
    create_note(session=session, body="of the other window")
    monkeypatch.setattr("scheduling.actions.locks.lock_note", lambda *_: None)
    with pytest.raises(NoteChangedMeanwhile) as refused:
        save(session, "mine")
    assert (refused.value.note.body, refused.value.typed) == ("of the other window", "mine")
    assert [row["body"] for row in kept()] == ["of the other window"]
