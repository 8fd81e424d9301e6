from __future__ import annotations

import pytest

from tests.raw import (
    ADDENDUM,
    CHECK,
    EXPIRES,
    NOTE,
    SESSION,
    UNIQUE,
    cancel,
    delete,
    insert,
    on_demand,
    update,
)

LONGEST = 20_000


@pytest.fixture
def coach(raw):
    return raw.coach()


@pytest.fixture
def session(raw, coach):
    return raw.book(coach, raw.client(coach))


@pytest.fixture
def locked(raw, coach, session):
    return raw.note(session, coach, locked_at=EXPIRES)


def written(session, author, body="first", **columns):
    return insert(NOTE, session_id=session, author_id=author, body=body, **columns)


def added(note, author, body="more"):
    return insert(ADDENDUM, note_id=note, author_id=author, body=body)


def test_locked_note_is_frozen_and_only_added_to(raw, coach, session):
    note = raw.note(session, coach)
    raw(*update(NOTE, note, body="second"))
    raw(*update(NOTE, note, body="at last", locked_at=EXPIRES))
    for change in (update(NOTE, note, body="third"), update(NOTE, note, locked_at=None), delete(NOTE, note)):
        raw.refused(CHECK, "note_locked", change)
    addendum = raw.make(ADDENDUM, note_id=note, author_id=coach, body="more")
    raw.refused(CHECK, "addendum_append_only", update(ADDENDUM, addendum, body="less"))
    raw.refused(CHECK, "addendum_append_only", delete(ADDENDUM, addendum))
    raw.commit()


def test_open_note_can_be_taken_back(raw, coach, session):
    raw(*delete(NOTE, raw.note(session, coach)))
    raw.commit()


def test_session_has_one_note_of_its_coach(raw, coach, session):
    raw.note(session, coach)
    raw.refused(UNIQUE, "note_once", written(session, coach, "another"))


def test_note_is_of_the_sessions_own_provider(raw, coach, session):
    other = raw.coach()
    others = raw.book(other, raw.client(other))
    raw.refused(CHECK, "note_by_provider", written(session, other))
    note = raw.note(session, coach)
    raw.refused(CHECK, "note_by_provider", update(NOTE, note, author_id=other))
    raw.refused(CHECK, "note_by_provider", update(NOTE, note, session_id=others))


def test_note_needs_somebody_who_holds_the_session(raw, coach):
    session = raw.make(SESSION, **on_demand(raw.client()))
    raw.refused(CHECK, "note_by_provider", written(session, coach))
    raw(*update(SESSION, session, status="waiting", provider_id=coach))
    raw.note(session, coach)
    raw.commit()


def test_session_that_changes_hands_leaves_the_note_with_who_wrote_it(raw, coach):
    other = raw.coach()
    session = raw.book(coach, raw.client(coach, other))
    raw.note(session, coach)
    raw(*update(SESSION, session, provider_id=other))
    raw.note(session, other)
    raw.refused(CHECK, "note_by_provider", written(session, coach))
    raw.commit()


def test_note_stays_when_its_session_is_cancelled(raw, coach, session, locked):
    raw(*cancel(session))
    raw.commit()


def test_note_may_be_empty_but_not_locked_so(raw, coach, session):
    note = raw.note(session, coach, body="")
    raw.refused(CHECK, "note_locked_has_words", update(NOTE, note, locked_at=EXPIRES))
    raw.refused(CHECK, "note_locked_has_words", update(NOTE, note, body=" \n\t", locked_at=EXPIRES))


def test_note_has_a_length_that_people_write(raw, coach, session):
    raw.refused(CHECK, "note_body_in_reason", written(session, coach, "ώ" * (LONGEST + 1)))
    note = raw.note(session, coach, body="ώ" * LONGEST)
    raw.refused(CHECK, "note_body_in_reason", update(NOTE, note, body="x" * (LONGEST + 1)))


def test_addendum_needs_a_locked_note(raw, coach, session):
    note = raw.note(session, coach)
    raw.refused(CHECK, "addendum_on_locked_note", added(note, coach))
    raw(*update(NOTE, note, locked_at=EXPIRES))
    raw(*added(note, coach))
    raw(*added(note, coach))
    raw.commit()


def test_addendum_is_by_who_wrote_the_note(raw, coach, locked):
    raw.refused_at_commit("addendum_is_its_authors", added(locked, raw.coach()))


@pytest.mark.parametrize("body", ["", " \n\t"])
def test_addendum_says_something(raw, coach, locked, body):
    raw.refused(CHECK, "addendum_has_words", added(locked, coach, body))


def test_addendum_has_a_length_that_people_write(raw, coach, locked):
    raw.refused(CHECK, "addendum_body_in_reason", added(locked, coach, "x" * (LONGEST + 1)))
    raw(*added(locked, coach, "x" * LONGEST))
    raw.commit()
