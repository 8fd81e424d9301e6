"""What the audit says of the very deed that is told: from when to when a session was moved, which were booked together."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from clients.models import AuditEvent
from config.kernel.time import Interval

if TYPE_CHECKING:
    from clients.models import OutboxMessage


def hours_of_move(message: OutboxMessage) -> tuple[Interval, Interval] | None:
    """The hour that the session left and the one that it got, whoever moved it; None where nothing was written down."""
    moves = AuditEvent.objects.filter(object=message.object, verb=message.kind, facts__version=message.version)
    facts = moves.values_list("facts", flat=True).first()
    if facts is None:
        return None
    left, got = (Interval(*map(dt.datetime.fromisoformat, facts[name])) for name in ("from", "to"))
    return left, got


def made_together(session_id: int) -> list[int]:
    """The sessions, by id, that were booked as a series of which this one is the first."""
    made = AuditEvent.objects.filter(object=f"session:{session_id}", verb="series_booked").values_list("facts")
    return [number for (facts,) in made for number in facts["sessions"]]
