"""Refusals of booking, moving and cancelling."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from config.kernel import dates
from config.kernel.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from config.kernel.time import Interval
    from scheduling.models import Session
    from scheduling.slots import Obstacle
    from scheduling.wishes import Clash


# So many hours are named one by one; the page marks them all.
_NAMED = 3


class HourTaken(Refusal):
    """Somebody has that hour.  `clash` says who; None when the database itself spoke, and it may be gone again."""

    code = "hour_taken"
    message = _("This hour is taken. Nothing was changed.")
    next_step = _("Choose another time, or offer times to one of the two.")

    @property
    def clash(self) -> Clash | None:
        """What is in the way."""
        return self.facts.get("clash")


class ClientBusy(HourTaken):
    """The client has another session then; with whom is not told."""

    code = "client_busy"
    message = _("The client is busy then. Nothing was changed.")
    next_step = _("Choose another time, or offer some.")


class NeedsOverrule(Refusal):
    """Nothing forbids it, but something speaks against it; the coach may overrule."""

    code = "needs_overrule"
    message = _("Something speaks against this time. Nothing was changed.")
    next_step = _("Choose another time, or do it all the same.")

    @property
    def obstacles(self) -> list[Obstacle]:
        """What speaks against it, each with its words."""
        return list(self.facts.get("obstacles", ()))


class SeriesNotFree(Refusal):
    """Of several hours that go together, some cannot be had.  `found` has what stands against each, in order of time."""

    code = "series_not_free"
    next_step = _("Nothing was booked. Choose other times for these dates, or leave them out.")

    @property
    def found(self) -> Mapping[Interval, Sequence[Obstacle]]:
        """What stands against which hour."""
        return dict(self.facts.get("found", {}))

    @property
    def words(self) -> str:
        """The reason, in the reader's language: each hour with what is in its way."""
        lines = [
            f"{dates.short_day_time(hour.starts_at)}: {', '.join(each.headline for each in against)}"
            for hour, against in self.found.items()
        ]
        if len(lines) <= _NAMED:
            return "; ".join(lines) + "."
        more = len(lines) - _NAMED
        named = "; ".join(lines[:_NAMED])
        return _("%(named)s; and %(more)s more.") % {"named": named, "more": more}


class SeriesOverlapsItself(Refusal):
    """Two hours of one series share time."""

    code = "series_overlaps_itself"
    status = 422
    message = _("Two of these times overlap. Nothing was booked.")
    next_step = _("Choose another time for one of the two.")


class CancelledSince(Refusal):
    """The form was carried out before, and what it made is cancelled by now.  `session` is it."""

    code = "cancelled_since"
    message = _("This was booked before and has been cancelled since. Nothing was booked now.")
    next_step = _("Send it once more to book it anew.")

    @property
    def session(self) -> Session:
        """What was made then."""
        found: Session = self.facts["session"]
        return found


class ChangedMeanwhile(Refusal):
    """The session is not what it was when the page was opened.  `session` is how it is now."""

    code = "changed_meanwhile"
    message = _("This session was changed since you opened the page. Nothing was changed now.")
    next_step = _("Look at it again, and choose anew.")

    @property
    def session(self) -> Session | None:
        """As it is now."""
        return self.facts.get("session")


class NotMovable(Refusal):
    """Only a scheduled session moves."""

    code = "not_movable"
    message = _("Only a scheduled session can be moved.")
    next_step = _("Look at how it stands now, or book a new one.")


class NotCancellable(Refusal):
    """Only a scheduled session is cancelled."""

    code = "not_cancellable"
    message = _("Only a scheduled session can be cancelled.")
    next_step = _("Reload the page to see how things stand, then try again.")


class ProviderAway(Refusal):
    """Whoever may not sign in any more would never hear of a new session.  `name` is theirs."""

    code = "provider_away"
    message = _("%(name)s cannot take bookings at the moment. Nothing was changed.")
    next_step = _("Call the practice: somebody there finds another way.")
