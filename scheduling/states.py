"""Every status word of this app, with its named sets and the moves that the database allows."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class SessionKind(TextChoices):
    BOOKED = "booked", _("Booked")
    ON_DEMAND = "on_demand", _("On demand")


class SessionStatus(TextChoices):
    PENDING = "pending", _("Waiting for a mechanic")
    SCHEDULED = "scheduled", _("Scheduled")
    WAITING = "waiting", _("Waiting")
    LIVE = "live", _("Live")
    COMPLETED = "completed", _("Completed")
    NO_SHOW = "no_show", _("No-show")
    CANCELLED = "cancelled", _("Cancelled")


# Booked sessions that keep their hour to themselves.
HOLDING = frozenset({SessionStatus.SCHEDULED, SessionStatus.COMPLETED, SessionStatus.NO_SHOW})
# As the exclusion rules list them; an on-demand session has no hour, so its states do no harm there.
EXCLUDING = (
    SessionStatus.SCHEDULED,
    SessionStatus.WAITING,
    SessionStatus.LIVE,
    SessionStatus.COMPLETED,
    SessionStatus.NO_SHOW,
)
SESSION_BORN = (SessionStatus.PENDING, SessionStatus.SCHEDULED)
SESSION_MOVES: dict[str, tuple[str, ...]] = {
    SessionStatus.SCHEDULED: (SessionStatus.COMPLETED, SessionStatus.NO_SHOW, SessionStatus.CANCELLED),
    # Back is the undo of a booked one; the session's shape keeps on-demand ones out.
    SessionStatus.COMPLETED: (SessionStatus.SCHEDULED,),
    SessionStatus.NO_SHOW: (SessionStatus.SCHEDULED,),
    SessionStatus.CANCELLED: (SessionStatus.SCHEDULED,),
    SessionStatus.PENDING: (SessionStatus.WAITING, SessionStatus.CANCELLED),
    SessionStatus.WAITING: (SessionStatus.LIVE, SessionStatus.PENDING, SessionStatus.CANCELLED),
    SessionStatus.LIVE: (SessionStatus.COMPLETED, SessionStatus.CANCELLED),
}


class CaseStatus(TextChoices):
    PENDING_RESOLUTION = "pending_resolution", pgettext_lazy("status of a wish", "Pending")
    RESOLVED = "resolved", _("Resolved")
    WITHDRAWN = "withdrawn", _("Withdrawn")


CASE_BORN = (CaseStatus.PENDING_RESOLUTION,)
CASE_MOVES: dict[str, tuple[str, ...]] = {
    CaseStatus.PENDING_RESOLUTION: (CaseStatus.RESOLVED, CaseStatus.WITHDRAWN),
}


class ProposalKind(TextChoices):
    OFFER_TIMES = "offer_times", _("Other times offered")
    ASK_TO_MOVE = "ask_to_move", _("Asked to move")
    SWAP = "swap", _("Asked to swap")


# What is asked about a session that its recipient has, which stays where it is until the answer.
ASKING = frozenset({ProposalKind.ASK_TO_MOVE, ProposalKind.SWAP})


class ProposalStatus(TextChoices):
    OPEN = "open", _("Open")
    ANSWERED = "answered", _("Answered")
    DECLINED = "declined", _("None fits")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    EXPIRED = "expired", _("Ended")


PROPOSAL_BORN = (ProposalStatus.OPEN,)
PROPOSAL_MOVES: dict[str, tuple[str, ...]] = {
    ProposalStatus.OPEN: (
        ProposalStatus.ANSWERED,
        ProposalStatus.DECLINED,
        ProposalStatus.WITHDRAWN,
        ProposalStatus.EXPIRED,
    ),
}


class FeedNames(TextChoices):
    """What a calendar's own address calls its sessions: it may be read by others than the coach."""

    SESSION = "session", _("“Session” only")
    INITIALS = "initials", _("The client’s initials")


class MessageKind(TextChoices):
    TEXT = "text", _("Text")
    RESCHEDULE_PROPOSAL = "reschedule_proposal", _("Offer of times")
    SYSTEM = "system", _("Note by the system")


def arrows(moves: dict[str, tuple[str, ...]]) -> list[str]:
    """The moves as 'from>to', as the triggers take them."""
    return [f"{start}>{end}" for start, ends in moves.items() for end in ends]
