"""What stands in the thread of coach and client when something was told: written in the transaction that tells it.

A line keeps ids, instants and codes only: `queries.lines` puts it into words when it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clients.actions import records
from config.kernel.actions import inside_action
from scheduling.actions.messages import SENT, show_change
from scheduling.models import Message, RescheduleProposal, Session
from scheduling.queries.deeds import hours_of_move, made_together
from scheduling.queries.lines import BOOKED, CANCELLED, EXTENDED, MOVED, REMINDED, REMINDER, SERIES
from scheduling.states import MessageKind

if TYPE_CHECKING:
    import datetime as dt
    import uuid
    from collections.abc import Callable, Mapping

    from clients.models import OutboxMessage, User

    Line = Callable[[OutboxMessage, dt.datetime], None]


@inside_action
def _about_session(message: OutboxMessage, now: dt.datetime) -> None:
    """Of a session as it is when it is told; of a move, from where to where."""
    session = Session.objects.select_related("provider").get(pk=message.number)
    if session.provider is None:
        return
    facts = {"session": session.pk, "during": records.plain(session.interval), **_of_the_deed(message)}
    _write(message, session.provider, session.client_id, facts, now=now, session=session)


@inside_action
def _about_proposal(message: OutboxMessage, now: dt.datetime) -> None:
    proposal = RescheduleProposal.objects.select_related("provider", "session").get(pk=message.number)
    facts = {"proposal": proposal.pk, "until": proposal.expires_at.isoformat()}
    _write(message, proposal.provider, proposal.recipient_id, facts, now=now, session=proposal.session)


@inside_action
def _only_shown(message: OutboxMessage, _now: dt.datetime) -> None:
    """A text stands in the thread already; that it was told is news for whoever has the thread open."""
    written = Message.objects.filter(outbox=message).values_list("provider", "client")
    for provider_id, client_id in written:
        show_change(provider_id, client_id)


def _of_the_deed(message: OutboxMessage) -> dict[str, Any]:
    """The hours of a move, and how many a series has."""
    if message.kind == SERIES:
        return {"number": len(made_together(message.number))}
    hours = hours_of_move(message) if message.kind == MOVED else None
    return dict(zip(("from", "to"), map(records.plain, hours), strict=True)) if hours else {}


def _write(
    message: OutboxMessage,
    provider: User,
    client_id: uuid.UUID,
    facts: dict[str, Any],
    *,
    now: dt.datetime,
    session: Session | None,
) -> None:
    Message.objects.create(
        provider=provider,
        client_id=client_id,
        session=session,
        kind=MessageKind.SYSTEM,
        body=message.kind,
        facts=facts,
        outbox=message,
        # Nobody has to read it here: it is told otherwise.
        read_at=now,
        created_at=now,
    )
    show_change(provider.pk, client_id)


LINES: Mapping[str, Line] = {
    **dict.fromkeys((BOOKED, SERIES, MOVED, CANCELLED, REMINDER), _about_session),
    **dict.fromkeys((REMINDED, EXTENDED), _about_proposal),
    SENT: _only_shown,
}
