"""Whether what waits to be told is still so: what was undone, or overtaken by later news, is not sent."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef

from clients.models import AuditEvent, Care
from clients.states import OutboxOutcome
from config.kernel import time
from scheduling.models import ConflictCase, Message, RescheduleProposal, Session
from scheduling.models.message import FROM_PROVIDER
from scheduling.queries.changes import UNDONE, changes_of
from scheduling.queries.deeds import made_together
from scheduling.queries.reminders import is_of_use
from scheduling.rules import UNDO_FOR
from scheduling.states import MessageKind, ProposalStatus, SessionStatus

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet

    from clients.models import OutboxMessage
    from scheduling.queries.changes import Change

# The changes of a session that its client hears of.
TOLD = frozenset({"session_moved", "session_cancelled"})
# Who was told by mail that there is something to read is not told again so soon.
BURST = dt.timedelta(minutes=10)
# What tells how sessions are, and not what was done to them.
_OF_THEMSELVES = frozenset({"session_booked", "series_booked", "session_reminder"})


def is_still_true(message: OutboxMessage) -> bool:
    """Whether a message of this room may still be sent; to be asked just before that.

    News of a session's change is dropped when it was undone, or when later news of the same session overtook it.
    A change that nobody is told of (paid, arrived…) does not overtake it.  A question, more time for it and a reminder of
    it are dropped when it cannot be answered any more, a message when it was read.  A reminder is dropped when its session
    is not then, or it is too late.  Any other kind is news of an end, and always true."""
    asked = _ASKED.get(message.kind)
    return asked is None or asked(message.number, message.version)


def is_in_burst(message: OutboxMessage) -> bool:
    """Whether a mail about a text may be left out: ten minutes ago at most, another told of a text of the same thread that
    is still unread."""
    text = Message.objects.filter(pk=message.number).first()
    if text is None:
        return False
    others = Message.objects.filter(provider=text.provider_id, client=text.client_id, author=text.author_id)
    mailed = others.filter(
        kind=MessageKind.TEXT,
        read_at__isnull=True,
        outbox__outcome=OutboxOutcome.MAILED,
        outbox__sent_at__gt=time.now() - BURST,
    )
    return mailed.exclude(pk=text.pk).exists()


def undoable_until(message: OutboxMessage, *, now: dt.datetime) -> dt.datetime | None:
    """Until when the coach may take back a change of the sessions that a message is about; None when there is none.

    Until then it is not known what is true of them: told one way, the client would never hear of the other."""
    if message.kind not in _OF_THEMSELVES:
        return None
    sessions = made_together(message.number) if message.kind == "series_booked" else [message.number]
    young = AuditEvent.objects.filter(
        object__in=[f"session:{each}" for each in sessions], verb__in=[*TOLD, UNDONE], at__gt=now - UNDO_FOR
    )
    undone = {(each.object, each.facts["undid"]) for each in young if each.verb == UNDONE}
    open_ones = [
        each.at for each in young if "undo" in each.facts and (each.object, each.facts["version"]) not in undone
    ]
    return max(open_ones) + UNDO_FOR if open_ones else None


def _is_last_news(session_id: int, version: int) -> bool:
    """Whether the change that made this version stands, and none that stands since is told too."""
    news = [each for each in _standing(changes_of(session_id, since=version)) if each.verb in TOLD]
    return bool(news) and news[-1].version == version


def _takes_place(session_id: int, _version: int) -> bool:
    return Session.objects.filter(pk=session_id).exclude(status=SessionStatus.CANCELLED).exists()


def _any_takes_place(session_id: int, _version: int) -> bool:
    """Of a series, told with its first session: whether one of them stands."""
    together = Session.objects.filter(pk__in=made_together(session_id))
    return together.exclude(status=SessionStatus.CANCELLED).exists()


def _is_held(case_id: int, _version: int) -> bool:
    return ConflictCase.objects.filter(pk=case_id, held_until__gt=time.now()).exists()


def _is_open(proposal_id: int, _version: int) -> bool:
    """Whether it can still be answered."""
    return _open(proposal_id).exists()


def _is_awaited(proposal_id: int, _version: int) -> bool:
    """Whether it can still be answered, and its recipient has not said yes to a swap already."""
    return _open(proposal_id).filter(agreed_at__isnull=True).exists()


def _has_agreed(proposal_id: int, _version: int) -> bool:
    """Whether the yes to a swap was not taken back, nor the swap called off."""
    stands = [ProposalStatus.OPEN, ProposalStatus.ANSWERED]
    return RescheduleProposal.objects.filter(pk=proposal_id, status__in=stands, agreed_at__isnull=False).exists()


def _open(proposal_id: int) -> QuerySet[RescheduleProposal]:
    return RescheduleProposal.objects.filter(pk=proposal_id, status=ProposalStatus.OPEN, expires_at__gte=time.now())


def _is_unread(message_id: int, _version: int) -> bool:
    """Whether whom it was written to has not read it yet, and may still read it: a coach only while the care goes on."""
    unread = Message.objects.filter(pk=message_id, read_at__isnull=True)
    care = Care.objects.filter(client=OuterRef("client"), provider=OuterRef("provider"), ended_at__isnull=True)
    return unread.filter(FROM_PROVIDER | Exists(care)).exists()


def _standing(changes: list[Change]) -> list[Change]:
    undone = {each.undid for each in changes if each.verb == UNDONE}
    return [each for each in changes if each.version not in undone and each.verb != UNDONE]


_ASKED: dict[str, Callable[[int, int], bool]] = {
    "session_moved": _is_last_news,
    "session_cancelled": _is_last_news,
    "session_booked": _takes_place,
    "session_reminder": is_of_use,
    "series_booked": _any_takes_place,
    "hour_held": _is_held,
    "times_offered": _is_open,
    "asked_to_move": _is_open,
    "proposal_extended": _is_open,
    "swap_proposed": _is_awaited,
    "proposal_reminded": _is_awaited,
    "swap_agreed": _has_agreed,
    "message_sent": _is_unread,
}
