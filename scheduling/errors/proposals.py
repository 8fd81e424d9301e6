"""Refusals around wishes, and the times proposed for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from config.kernel import dates
from config.kernel.errors import Refusal
from scheduling.errors.booking import CancelledSince

if TYPE_CHECKING:
    import datetime as dt

    from config.kernel.time import Interval
    from scheduling.models import ConflictCase, RescheduleProposal, Session, SlotOffer
    from scheduling.slots import Obstacle
    from scheduling.wishes import Clash


class HourFreeNow(Refusal):
    """What was in the way has gone: the wish can simply be booked."""

    code = "hour_free_now"
    message = _("This hour has become free meanwhile. Nothing was sent.")
    next_step = _("Book it now.")


class CannotAsk(Refusal):
    """Nobody could make room by moving.  `clash` says why."""

    code = "cannot_ask"
    message = _("Nobody can be asked to move out of this hour. Nothing was sent.")
    next_step = _("Offer other times instead.")

    @property
    def clash(self) -> Clash | None:
        """What is in the way."""
        return self.facts.get("clash")


class AlreadyAsked(Refusal):
    """The session has an open proposal already."""

    code = "already_asked"
    message = _("This client has been asked already, and has not answered yet.")
    next_step = _("Wait for the answer, or offer other times.")


class OffersMissing(Refusal):
    """A proposal needs one to five times."""

    code = "offers_missing"
    status = 422
    message = _("Choose between one and five times to offer.")
    next_step = _("Tick the times that suit you.")


class OfferNotFree(Refusal):
    """One of the times to be offered cannot be had.  `offer` is the time, `obstacles` say why."""

    code = "offer_not_free"
    next_step = _("Untick it, or choose another time. Nothing was sent.")

    @property
    def offer(self) -> Interval:
        """The time that is not free."""
        found: Interval = self.facts["offer"]
        return found

    @property
    def obstacles(self) -> list[Obstacle]:
        """Why it is not."""
        return list(self.facts.get("obstacles", ()))

    @property
    def words(self) -> str:
        """The reason, in the reader's language."""
        return _("%(time)s is not free any more.") % {"time": dates.day_time(self.offer.starts_at)}


class DeadlinePassed(Refusal):
    """Nobody could answer by then."""

    code = "deadline_passed"
    status = 422
    message = _("The answer is due at a time that has passed.")
    next_step = _("Choose a later one.")


class DeadlineTooLate(Refusal):
    """The answer would come too late for the first of the times.  `latest` is what would do."""

    code = "deadline_too_late"
    status = 422

    @property
    def latest(self) -> dt.datetime:
        """The last moment that leaves notice enough."""
        found: dt.datetime = self.facts["latest"]
        return found

    @property
    def words(self) -> str:
        """The reason, in the reader's language."""
        return _("The answer must be due by %(time)s: the first of these times needs that notice.") % {
            "time": dates.day_time(self.latest)
        }

    next_step = _("Choose an earlier time for the answer, or later times to offer.")


class AnswerAfterStart(DeadlineTooLate):
    """The answer would come when the session that is to move has begun.  `latest` is what would do."""

    code = "answer_after_start"

    @property
    def words(self) -> str:
        """The reason, in the reader's language."""
        return _("The answer must be due by %(time)s: the session begins then.") % {"time": dates.day_time(self.latest)}

    next_step = _("Choose an earlier time for the answer.")


class TakenBackSince(Refusal):
    """The same form came again, and what it had sent was taken back in between."""

    code = "taken_back_since"
    message = _("This was sent once, and has been taken back since. Nothing was sent again.")
    next_step = _("Look at it once more; sent from here, it is new.")


class NotLater(Refusal):
    """More time was to be given, and it would have been less."""

    code = "not_later"
    status = 422
    message = _("The answer is due later than that already.")
    next_step = _("Choose a later time, or leave it as it is.")


class RemindedAlready(Refusal):
    """Somebody was reminded not long ago.  `at` is when, `again` from when on it can be done again."""

    code = "reminded_already"

    @property
    def words(self) -> str:
        """The reason, in the reader's language."""
        return _("There was a reminder %(time)s already. Nobody was reminded now.") % {
            "time": dates.near(self.facts["at"])
        }

    @property
    def next_words(self) -> str:
        """The way on, in the reader's language."""
        return _("From %(time)s on you can remind once more; until then hand over the link, or call.") % {
            "time": dates.near(self.facts["again"])
        }


class RemindedTooLate(Refusal):
    """A reminder set after the time to answer is over."""

    code = "reminded_too_late"
    message = _("The time to answer is over. Nobody was reminded.")
    next_step = _("Offer new times instead.")


class SessionBegun(Refusal):
    """Nobody can be asked to move out of an hour that has begun or is past."""

    code = "session_begun"
    message = _("This session has begun or is over. Nobody was asked to move.")
    next_step = _("Look at how it stands now, or book a new one.")


class CaseClosed(Refusal):
    """The wish has found its end.  `case` is how it stands now."""

    code = "case_closed"
    message = _("This wish is closed already. Nothing was changed.")
    next_step = _("See what became of it in the calendar.")

    @property
    def case(self) -> ConflictCase:
        """As it stands now."""
        found: ConflictCase = self.facts["case"]
        return found


class OfferUnknown(Refusal):
    """The chosen time is none of this proposal's."""

    code = "offer_unknown"
    status = 422
    message = _("This is not one of the times offered.")
    next_step = _("Choose one of the list.")


class OfferGone(Refusal):
    """The chosen time was taken a moment before.  `offer` is it, `still_free` are what is left of the others."""

    code = "offer_gone"
    next_step = _("Choose one of the times that are free now.")

    @property
    def offer(self) -> SlotOffer:
        """The time that was chosen."""
        found: SlotOffer = self.facts["offer"]
        return found

    @property
    def still_free(self) -> list[SlotOffer]:
        """The times that can still be chosen, by start."""
        return list(self.facts.get("still_free", ()))

    @property
    def words(self) -> str:
        """The reason, in the reader's language."""
        return _("%(time)s was just taken") % {"time": dates.day_time(self.offer.interval.starts_at)}


class ProposalClosed(Refusal):
    """It cannot be answered any more.  `proposal` is how it stands now, `became` its status."""

    code = "proposal_closed"
    message = _("This offer has ended. Nothing was changed.")
    next_step = _("Ask for new times if you need some.")

    @property
    def proposal(self) -> RescheduleProposal:
        """As it stands now."""
        found: RescheduleProposal = self.facts["proposal"]
        return found

    @property
    def became(self) -> str:
        """answered, declined, withdrawn or expired."""
        found: str = self.facts["became"]
        return found


class CounterCancelled(CancelledSince):
    """One of the times that the client wrote was taken before, and what came of it is cancelled by now.  `session` is it."""

    code = "counter_cancelled"
    message = _(
        "One of these times was taken before, and its session has been cancelled since. Nothing was changed now."
    )
    next_step = _("Book the hour again if the session is to take place after all.")


class CounterPassed(Refusal):
    """The time that the client wrote has come and gone; nobody can overrule that."""

    code = "counter_passed"
    message = _("This time is past by now. Nothing was changed.")
    next_step = _("Offer new times instead.")


class CounterTaken(Refusal):
    """Another of the times that the client wrote was taken before.  `session` is what came of that one."""

    code = "counter_taken"
    next_step = _("See the session in the calendar, and move it there if that suits better.")

    @property
    def session(self) -> Session:
        """The session at the time that was taken."""
        found: Session = self.facts["session"]
        return found

    @property
    def words(self) -> str:
        """The reason, in the reader's language."""
        return _("Another of these times was taken already: %(time)s.") % {
            "time": dates.day_time(self.session.starts_at)
        }
