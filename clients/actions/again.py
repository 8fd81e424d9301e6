"""Having something told that could not be told before: somebody has mended what was in the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from clients.actions import records
from clients.errors import NoLongerTrue, SentAlready
from clients.models import OutboxMessage
from clients.states import UNDELIVERED, OutboxOutcome
from config.kernel import registry
from config.kernel.actions import action

if TYPE_CHECKING:
    import datetime as dt

    from clients.models import User


@action
def send_again(message_id: int, *, by: User, now: dt.datetime) -> OutboxMessage:
    """Have a message wait anew that was given up, refused or without an address, or bring it forward if it waits.

    What was sent is not sent again, and nothing before its time.  What was told on pages stays told there.
    Locks: the message.  Raises: SentAlready, NoLongerTrue."""
    message = OutboxMessage.objects.select_for_update(no_key=True).get(pk=message_id)
    before = OutboxOutcome(message.outcome)
    if message.sent_at is not None:
        raise SentAlready()
    if before not in UNDELIVERED | {OutboxOutcome.WAITING} or not _is_true(message):
        raise NoLongerTrue()
    message.outcome, message.dropped_at, message.attempts = OutboxOutcome.WAITING, None, 0
    message.not_before = max(message.not_before, now)
    message.save(update_fields=["outcome", "dropped_at", "attempts", "not_before"])
    _forget_waiting_jobs(message.pk)
    records.deliver_later(message.pk, not_before=message.not_before)
    records.record_audit(
        "sent_again", f"outbox:{message.pk}", by=by, facts={"kind": message.kind, "was": before}, at=now
    )
    return message


def _is_true(message: OutboxMessage) -> bool:
    """What this process does not know may be known to the worker."""
    how = registry.outbox_kinds().get(message.kind)
    return how is None or how.still_true(message)


def _forget_waiting_jobs(message_id: int) -> None:
    """A job that waits for its next try would keep a later one from being worked at."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs WHERE lock = %s AND status = 'todo'", [records.job_lock(message_id)]
        )
