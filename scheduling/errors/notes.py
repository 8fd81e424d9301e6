"""Refusals around private notes.  Their facts hold the words of notes, which no log may show: `Refusal` sees to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from config.kernel.errors import Refusal

if TYPE_CHECKING:
    from scheduling.models import SessionNote


class _AboutANote(Refusal):
    """Carries both texts, so that neither is lost: `note` as it stands, and `typed` as it was sent."""

    @property
    def note(self) -> SessionNote | None:
        """As it stands; None when the database itself spoke."""
        return self.facts.get("note")

    @property
    def typed(self) -> str:
        """What was sent."""
        found: str = self.facts.get("typed", "")
        return found


class NoteChangedMeanwhile(_AboutANote):
    """Somebody else's window has saved another text since this one was read."""

    code = "note_changed_meanwhile"
    message = _("This note was changed in another window. What you typed is kept here, and is not saved yet.")
    next_step = _("Choose which of the two stays.")


class NoteIsFinal(_AboutANote):
    """A locked note is only added to."""

    code = "note_is_final"
    message = _("This note is locked and cannot be changed or deleted.")
    next_step = _("Add to it instead.")


class NoteIsOpen(Refusal):
    """What is not locked is changed, not added to."""

    code = "note_is_open"
    message = _("Only a finished note is added to.")
    next_step = _("Write into the note itself, or finish it first.")


class NoteTooLong(Refusal):
    """More than a note holds."""

    code = "note_too_long"
    status = 422
    message = _("A note has at most 20,000 characters.")
    next_step = _("Make it shorter.")


class NoteEmpty(Refusal):
    """Nothing to keep for good."""

    code = "note_empty"
    status = 422
    message = _("There is nothing written yet.")
    next_step = _("Write something first.")
