"""Refusals of what a coach marks on a session, and of undo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from config.kernel import dates
from config.kernel.errors import Refusal
from scheduling.errors.booking import ChangedMeanwhile
from scheduling.states import SessionStatus

if TYPE_CHECKING:
    from scheduling.models import Session

# What can be done instead, as the session stands.
_INSTEAD: dict[str, Any] = {
    SessionStatus.SCHEDULED: _("Move or cancel it if that is not right."),
    SessionStatus.COMPLETED: _("Reopen it if that is not right."),
    SessionStatus.NO_SHOW: _("Reopen it if that is not right."),
    SessionStatus.CANCELLED: _("Book the hour again if the session is to take place after all."),
}


class NotYetBegun(Refusal):
    """Nobody knows yet whether it takes place.  `session` is it."""

    code = "not_yet_begun"
    message = _("This session has not begun yet.")
    next_step = _("From %(when)s on it can be marked as completed or missed.")

    @property
    def next_words(self) -> str:
        """From when on it can be done."""
        return str(self.next_step) % {"when": dates.day_time(self.facts["session"].starts_at)}


class NotFinishable(Refusal):
    """Only a scheduled session is completed or missed."""

    code = "not_finishable"
    message = _("Only a scheduled session can be marked as completed or missed.")
    next_step = _("Look at how it stands now.")


class NotReopenable(Refusal):
    """Only a completed or missed session is reopened."""

    code = "not_reopenable"
    message = _("Only a completed or missed session can be reopened.")
    next_step = _("Look at how it stands now.")


class NotPayable(Refusal):
    """A cancelled session is not paid."""

    code = "not_payable"
    message = _("A cancelled session cannot be marked as paid.")
    next_step = _("Book the hour again if the session is to take place after all.")


class NotToday(Refusal):
    """Somebody arrives on the day of a scheduled session, or not at all."""

    code = "not_today"
    message = _("Only for a scheduled session of today can it be marked whether the client is here.")
    next_step = _("Look at how it stands now.")


class UndoRefused(ChangedMeanwhile):
    """Base of what is said instead of undoing; `session` is how it is now."""

    code = "undo_refused"
    next_step = _("Look at how it stands now.")

    @property
    def next_words(self) -> str:
        """What can be done instead."""
        session: Session = self.facts["session"]
        return str(_INSTEAD.get(session.status, self.next_step))


class TooLateToUndo(UndoRefused):
    """The seconds for undo are over; who had to hear of the change is told."""

    code = "too_late_to_undo"
    message = _("It is too late to undo this: that can be done for 20 seconds.")


class NotTheLastChange(UndoRefused):
    """Something else was done to the session since."""

    code = "not_the_last_change"
    message = _("This session was changed again since, so this cannot be undone.")


class NothingToUndo(UndoRefused):
    """The last change is none that can be taken back: others know of it already."""

    code = "nothing_to_undo"
    message = _("This cannot be undone.")
