"""Reminding clients of their sessions, by themselves and in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clients.actions import records
from config.kernel.actions import action
from scheduling.queries.reminders import due_reminders
from scheduling.reminding import KIND

if TYPE_CHECKING:
    import datetime as dt


@action
def remind_sessions(*, now: dt.datetime) -> int:
    """Have every client reminded of a session a day before it, and again two hours before it.

    Late, twice, at once or on several machines, whatever their clocks do meanwhile: each reminder is queued once.
    Returns how many were.  Locks: nothing.  Tells: the clients."""
    due = [
        records.Told(
            recipient=records.to_client(each.client_id), about=f"session:{each.session_id}", version=each.version
        )
        for each in due_reminders(now)
    ]
    return len(records.queue_once(KIND, due, not_before=now))
