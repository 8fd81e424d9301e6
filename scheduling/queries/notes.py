"""The private note on a session, for its author alone."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from config.kernel import dates
from scheduling.models import NoteAddendum, SessionNote

if TYPE_CHECKING:
    import datetime as dt

    from clients.models import User
    from scheduling.models import Session


@dataclass(frozen=True, kw_only=True)
class Addition:
    """What was added to a finished note."""

    body: str
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class NotePage:
    """All that the part of a page about a note shows.  `version` 0: there is none yet."""

    author: User
    body: str = ""
    version: int = 0
    saved_at: dt.datetime | None = None
    locked_at: dt.datetime | None = None
    addenda: tuple[Addition, ...] = ()
    # What stands in the window, where that is something else.
    typed: str | None = None
    form_key: str = field(default_factory=lambda: uuid.uuid4().hex)

    @property
    def written(self) -> str:
        """What the window shows to be changed."""
        return self.body if self.typed is None else self.typed

    @property
    def saved(self) -> str:
        """ "Saved 14:02", with the day when it is not today; empty while nothing is saved."""
        return saved_words(self.saved_at)


def saved_words(at: dt.datetime | None) -> str:
    """ "Saved 14:02", with the day when it is not today; empty while nothing is saved."""
    return _("Saved %(time)s") % {"time": dates.lately(at)} if at else ""


def note_page(session: Session, author: User) -> NotePage:
    """The author's own note on the session: one query, two when it is locked."""
    note = SessionNote.objects.filter(session=session, author=author).first()
    if note is None:
        return NotePage(author=author)
    return NotePage(
        author=author,
        body=note.body,
        version=note.version,
        saved_at=note.saved_at,
        locked_at=note.locked_at,
        addenda=tuple(_addenda(note)) if note.locked_at else (),
    )


def _addenda(note: SessionNote) -> list[Addition]:
    rows = NoteAddendum.objects.filter(note=note).order_by("created_at", "pk")
    return [Addition(body=body, at=at) for body, at in rows.values_list("body", "created_at")]
