"""A session's private note: a draft that saves itself, then locked for good and only added to."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from clients.actions import records, submitted
from config.kernel.actions import action, inside_action
from scheduling.actions import locks
from scheduling.errors import NoteChangedMeanwhile, NoteEmpty, NoteIsFinal, NoteIsOpen
from scheduling.models import NoteAddendum, SessionNote
from scheduling.wishes import fingerprint_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from clients.models import User
    from scheduling.models import Session

# A draft saves itself every few seconds; the audit says once a sitting that somebody was writing.
SITTING = dt.timedelta(minutes=10)


def save_draft(
    session: Session, body: str, *, by: User, now: dt.datetime, version: int, window: str = ""
) -> SessionNote | None:
    """Keep what is written so far, in the one note that `by`, the session's provider, has on it; None for
    nothing at all.

    `version` is the one that the window showed, 0 for no note yet; `window` its key: what it saved itself before
    is never in its way.  The same text again changes nothing.
    Locks: session, note.  Tells: nobody.  Raises: NoteChangedMeanwhile(note, typed), NoteIsFinal(note, typed)."""
    return _with_both_texts(_save, session, body, by=by, now=now, version=version, window=window)


def finish_note(
    session: Session, body: str, *, by: User, now: dt.datetime, version: int, window: str = ""
) -> SessionNote:
    """Keep what is written, and lock it for good.  Finished twice with the same words is finished once.

    Locks: session, note.  Tells: nobody.
    Raises: NoteEmpty, NoteChangedMeanwhile(note, typed), NoteIsFinal(note, typed)."""
    if not body.strip():
        raise NoteEmpty()
    note = _with_both_texts(_finish, session, body, by=by, now=now, version=version, window=window)
    assert note is not None
    return note


@action
def add_addendum(session: Session, body: str, *, by: User, now: dt.datetime, form_key: str = "") -> NoteAddendum:
    """Add to a locked note, for good as well.  The same form sent again gives the first addendum.

    Locks: session, note.  Tells: nobody.  Raises: NoteIsOpen, NoteEmpty, AlreadySent."""
    locks.lock_session(session.pk)
    note = locks.lock_note(session.pk, by)
    if note is None or note.locked_at is None:
        raise NoteIsOpen()
    if not body.strip():
        raise NoteEmpty()
    fingerprint = fingerprint_of("addendum", note.pk, body)
    if answer := submitted.first_answer(by, form_key, fingerprint):
        return note.addenda.get(pk=answer["addendum"])
    addendum = NoteAddendum.objects.create(note=note, author=by, body=body, created_at=now)
    submitted.remember(by, form_key, fingerprint, {"addendum": addendum.pk})
    _record("addendum_added", note, by=by, now=now, addendum=addendum.pk)
    return addendum


def _with_both_texts(
    work: Callable[..., SessionNote | None], session: Session, body: str, **how: Any
) -> SessionNote | None:
    try:
        return work(session, body, **how)
    except NoteChangedMeanwhile as refusal:
        if refusal.note:
            raise
        # The database spoke, for two windows began the note at once: what does the other one say?
        raise NoteChangedMeanwhile(note=locks.peek_note(session.pk, how["by"]), typed=body) from refusal


@action
def _save(session: Session, body: str, *, by: User, now: dt.datetime, version: int, window: str) -> SessionNote | None:
    note = _lock(session, body, by=by, version=version, window=window)
    if note is None:
        if not body.strip():
            return None
        note = SessionNote(session=session, author=by)
    elif note.body == body:
        return note
    return _write(note, body, by=by, now=now, window=window)


@action
def _finish(session: Session, body: str, *, by: User, now: dt.datetime, version: int, window: str) -> SessionNote:
    note = _lock(session, body, by=by, version=version, window=window) or SessionNote(session=session, author=by)
    if note.locked_at:
        return note
    note.locked_at = now
    return _write(note, body, by=by, now=now, window=window)


def _lock(session: Session, body: str, *, by: User, version: int, window: str) -> SessionNote | None:
    """The note, locked, as one that may get this text; None while there is none.

    Raises: NoteIsFinal, NoteChangedMeanwhile; neither if it says the very same already."""
    locks.lock_session(session.pk)
    note = locks.lock_note(session.pk, by)
    if note is None or note.body == body:
        return note
    if note.locked_at:
        raise NoteIsFinal(note=note, typed=body)
    is_own = bool(window) and note.saved_in == window
    if note.version != version and not is_own:
        raise NoteChangedMeanwhile(note=note, typed=body)
    return note


@inside_action
def _write(note: SessionNote, body: str, *, by: User, now: dt.datetime, window: str) -> SessionNote:
    """Put the text down as the next version, and say so where it is new to anybody."""
    is_new, before = note.pk is None, note.saved_at
    note.body, note.saved_at, note.saved_in = body, now, window
    if is_new:
        note.created_at = now
        note.save(force_insert=True)
    else:
        note.version += 1
        note.save(update_fields=["body", "saved_at", "saved_in", "locked_at", "version"])
    if note.locked_at:
        _record("note_finished", note, by=by, now=now)
    elif is_new:
        _record("note_begun", note, by=by, now=now)
    elif now - before >= SITTING:
        _record("note_saved", note, by=by, now=now)
    return note


@inside_action
def _record(verb: str, note: SessionNote, *, by: User, now: dt.datetime, **more: int) -> None:
    # Not "version": that is the session's own, which a note leaves as it is.
    facts = {"note": note.pk, "note_version": note.version, **more}
    records.record_audit(verb, f"session:{note.session_id}", by=by, facts=facts, at=now)
