"""Refusals around the waiting list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from config.kernel.errors import Refusal

if TYPE_CHECKING:
    from config.kernel.time import Interval


class TimesFreeNow(Refusal):
    """Nobody need wait: there is a time that suits.  `times` are the first of them."""

    code = "times_free_now"
    message = _("There is a free time that suits. Nobody is on the list yet.")
    next_step = _("Book one of these times, or put the client on the list all the same.")

    @property
    def times(self) -> tuple[Interval, ...]:
        """The first free times that suit."""
        found: tuple[Interval, ...] = self.facts.get("times", ())
        return found


class NoHourHeld(Refusal):
    """On the waiting list, and no hour is held at the moment."""

    code = "no_hour_held"
    message = _("No hour is held for this client any more. Nothing was booked.")
    next_step = _("Look in Pending which free times suit, or let the client wait on.")


class CannotWait(Refusal):
    """A wish for one hour is no place on the waiting list, and the other way round."""

    code = "cannot_wait"
    message = _("A wish is either for one hour that is taken, or for any time that suits.")
    next_step = _("Reload the page to see how things stand, then try again.")


class WaitWithoutWindow(Refusal):
    """Who waits must be able to come at some time."""

    code = "wait_without_window"
    status = 422
    message = _("Say on which days and at what time an hour would suit.")
    next_step = _("Without a day any day suits; without a time, any time.")


class WaitOutOfReason(Refusal):
    """A place on the list ends after it begins, and within a year."""

    code = "wait_out_of_reason"
    status = 422
    message = _("A place on the waiting list ends after it begins, and within a year.")
    next_step = _("Choose another last day.")


class WindowTwice(Refusal):
    """The same day and time twice in one wish."""

    code = "window_twice"
    status = 422
    message = _("The same day and time is there twice.")
    next_step = _("Name it once.")
