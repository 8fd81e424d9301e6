"""To a client: times to choose from, a request to move or to swap, and what becomes of them without an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from clients.actions import links
from clients.mail import Button, Mail
from config.kernel import time
from scheduling import letters
from scheduling.access import PROPOSAL_LINK
from scheduling.models import RescheduleProposal
from scheduling.news.mails import frame
from scheduling.rules import SHOWS_OUTCOME
from scheduling.states import SessionStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from clients.models import OutboxMessage
    from scheduling.letters import Letter


def asked(message: OutboxMessage) -> Mail:
    """The question itself: the very letter that the coach saw before it was sent."""
    proposal = _proposal(message)
    return _answered_here(message, proposal, letters.letter_of(proposal))


def reminded(message: OutboxMessage) -> Mail:
    """The same once more, to who has not answered."""
    proposal = _proposal(message)
    return _answered_here(message, proposal, letters.reminder_of(proposal))


def extended(message: OutboxMessage) -> Mail:
    """There is more time for the answer."""
    proposal = _proposal(message)
    return _answered_here(message, proposal, letters.extension_of(proposal))


def withdrawn(message: OutboxMessage) -> Mail:
    """Nobody needs to answer any more."""
    proposal = _proposal(message)
    with letters.reading_as(proposal.recipient):
        opening = _("The times that we offered you are not free any more. You need not answer.")
        if proposal.asks:
            opening = _("You need not answer our question about your session any more.")
        return _closed(proposal, _("You need not answer any more"), opening)


def fell_through(message: OutboxMessage) -> Mail:
    """Of a swap to which they had said yes, nothing came."""
    proposal = _proposal(message)
    with letters.reading_as(proposal.recipient):
        opening = _("Thank you for your yes. The swap did not come about: there was no answer in time.")
        return _closed(proposal, _("Your session stays as it is"), opening)


def _answered_here(message: OutboxMessage, proposal: RescheduleProposal, letter: Letter) -> Mail:
    token = links.kept_link(
        PROPOSAL_LINK,
        f"proposal:{proposal.pk}",
        kept_by=f"outbox:{message.pk}",
        expires_at=proposal.expires_at + SHOWS_OUTCOME,
        now=time.now(),
    )
    with letters.reading_as(proposal.recipient):
        label = _("Say yes or no") if proposal.is_swap else _("Choose a time")
    return Mail(
        language=letter.language,
        subject=letter.subject,
        greeting=letter.greeting,
        paragraphs=(letter.opening,),
        times=letter.times,
        note=letter.note,
        button=Button(label=label, url=frame.at_site(reverse("scheduling:proposal_answer", args=[token]))),
        small=(letter.deadline,),
        signature=letter.signature,
        thread=_thread(proposal),
    )


def _closed(proposal: RescheduleProposal, subject: str, opening: str) -> Mail:
    session, stays = proposal.session, ""
    if session is not None and session.status == SessionStatus.SCHEDULED:
        when = {"time": letters.when(session.starts_at, proposal.provider)}
        stays = _("Your session is on: %(time)s.") % when
    return frame.to_client(proposal.recipient, proposal.provider, subject, opening, stays, thread=_thread(proposal))


def _thread(proposal: RescheduleProposal) -> str:
    return f"session:{proposal.session_id}" if proposal.session_id else f"case:{proposal.case_id}"


def _proposal(message: OutboxMessage) -> RescheduleProposal:
    rows = RescheduleProposal.objects.select_related("recipient", "provider__coach", "session", "case")
    return rows.get(pk=message.number)


MAILS: Mapping[str, Callable[[OutboxMessage], Mail | None]] = {
    "times_offered": asked,
    "asked_to_move": asked,
    "swap_proposed": asked,
    "proposal_reminded": reminded,
    "proposal_extended": extended,
    "proposal_withdrawn": withdrawn,
}
