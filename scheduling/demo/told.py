"""What the people of the demo have been told by now, and what the worker tells them when it first starts."""

from __future__ import annotations

import datetime as dt

from clients.models import AuditEvent, OutboxMessage
from clients.states import OutboxOutcome
from scheduling.queries.outbox import is_still_true

RECENT = dt.timedelta(days=1)


def tell_the_past(now: dt.datetime) -> None:
    """Whatever is old, or nobody need hear any more, was told when it happened; what is open or new is left to the worker."""
    for message in OutboxMessage.objects.filter(sent_at=None, dropped_at=None):
        events = AuditEvent.objects.filter(object=message.object, verb=message.kind).order_by("-at")
        at = events.values_list("at", flat=True).first() or now
        if at <= now - RECENT or not is_still_true(message):
            OutboxMessage.objects.filter(pk=message.pk).update(
                outcome=OutboxOutcome.MAILED,
                not_before=at,
                created_at=at,
                told_at=at,
                sent_at=at,
                attempts=1,
            )
