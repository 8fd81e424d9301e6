"""To a coach: what became of a question, and of an hour for which somebody waited.

Who reads along in a mailbox learns a first name and a time, and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from scheduling import letters
from scheduling.models import ConflictCase, RescheduleProposal
from scheduling.news.mails import frame, questions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from clients.mail import Mail
    from clients.models import OutboxMessage


def answered(message: OutboxMessage) -> Mail:
    """A time was chosen, or a swap has happened."""
    proposal = _proposal(message)
    assert proposal.chosen is not None
    with frame.reading_as_coach(proposal.provider):
        said = {
            "name": proposal.recipient.first_name,
            "time": letters.when(proposal.chosen.interval.starts_at, proposal.provider),
        }
        words = _("%(name)s chose: %(time)s. The session is booked.")
        if proposal.asks:
            words = _("%(name)s said yes. The session is now on: %(time)s.")
        return _mail(proposal, _("An answer to your question"), words % said)


def declined(message: OutboxMessage) -> Mail:
    """None of the times will do; other times may be written instead."""
    proposal = _proposal(message)
    with frame.reading_as_coach(proposal.provider):
        words = _("None of the times suits %(name)s.") % {"name": proposal.recipient.first_name}
        own = _("Other times were suggested instead.") if proposal.counter_times.exists() else ""
        return _mail(proposal, _("An answer to your question"), words, own)


def kept(message: OutboxMessage) -> Mail:
    """Who was asked to move, or to swap, stays."""
    proposal = _proposal(message)
    with frame.reading_as_coach(proposal.provider):
        words = _("%(name)s would like to keep the time. The session stays as it is.")
        return _mail(proposal, _("An answer to your question"), words % {"name": proposal.recipient.first_name})


def agreed(message: OutboxMessage) -> Mail:
    """The first yes to a swap."""
    proposal = _proposal(message)
    with frame.reading_as_coach(proposal.provider):
        words = _("%(name)s said yes to the swap. It happens when the other says yes, too.")
        return _mail(proposal, _("An answer to your question"), words % {"name": proposal.recipient.first_name})


def expired(message: OutboxMessage) -> Mail:
    """Nobody answered in time; who had said yes to a swap hears of it in other words."""
    if message.recipient.startswith("client:"):
        return questions.fell_through(message)
    proposal = _proposal(message)
    with frame.reading_as_coach(proposal.provider):
        words = _("There was no answer from %(name)s in time.")
        if proposal.is_swap:
            words = _("One of the two whom you asked to swap did not answer in time. Both sessions stay as they are.")
        stays = _("The session stays as it is.") if proposal.asks and not proposal.is_swap else ""
        return _mail(proposal, _("No answer in time"), words % {"name": proposal.recipient.first_name}, stays)


def held(message: OutboxMessage) -> Mail:
    """An hour has become free for who waits for it."""
    case = _case(message)
    assert case.held_until is not None
    with frame.reading_as_coach(case.provider):
        coach = case.provider
        words = _("An hour is free for %(name)s: %(time)s. It is kept until: %(until)s.") % {
            "name": case.client.first_name,
            "time": letters.when(case.interval.starts_at, coach),
            "until": letters.when(case.held_until, coach),
        }
        pending = reverse("scheduling:conflict_list")
        subject = _("An hour is free for somebody who waits")
        return frame.to_coach(coach, subject, words, to=pending, label=_("Book it"), thread=f"case:{case.pk}")


def booked_by_itself(message: OutboxMessage) -> Mail:
    """An hour has become free and was booked at once, as the coach had wished."""
    case = _case(message)
    assert case.session is not None
    with frame.reading_as_coach(case.provider):
        words = _("An hour became free and is booked for %(name)s: %(time)s.") % {
            "name": case.client.first_name,
            "time": letters.when(case.session.starts_at, case.provider),
        }
        page = reverse("scheduling:session_detail", args=[case.session_id])
        subject, label = _("A session has booked itself"), _("See the session")
        return frame.to_coach(case.provider, subject, words, to=page, label=label, thread=f"case:{case.pk}")


def _mail(proposal: RescheduleProposal, subject: str, *paragraphs: str) -> Mail:
    to = reverse("scheduling:conflict_list")
    if proposal.session_id and not proposal.case_id:
        to = reverse("scheduling:session_detail", args=[proposal.session_id])
    thread = f"proposal:{proposal.pk}"
    return frame.to_coach(proposal.provider, subject, *paragraphs, to=to, label=_("See how it stands"), thread=thread)


def _proposal(message: OutboxMessage) -> RescheduleProposal:
    rows = RescheduleProposal.objects.select_related("recipient", "provider__coach", "chosen")
    return rows.get(pk=message.number)


def _case(message: OutboxMessage) -> ConflictCase:
    rows = ConflictCase.objects.select_related("client", "provider__coach", "session")
    return rows.get(pk=message.number)


MAILS: Mapping[str, Callable[[OutboxMessage], Mail | None]] = {
    "proposal_answered": answered,
    "proposal_declined": declined,
    "proposal_kept": kept,
    "proposal_expired": expired,
    "swap_agreed": agreed,
    "hour_held": held,
    "case_booked": booked_by_itself,
}
