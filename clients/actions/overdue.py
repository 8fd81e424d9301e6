"""What waits in the outbox although its time has come, and has no job that would see to it."""

from __future__ import annotations

import datetime as dt

from django.db.models import CharField, Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.jobs import Status

from clients.actions.records import deliver_later, job_lock
from clients.models import OutboxMessage
from config.kernel.actions import action

# What is younger may just be on its way.
GRACE = dt.timedelta(minutes=1)
AT_ONCE = 1000


@action
def defer_overdue(*, now: dt.datetime) -> int:
    """Have delivered what has no job any more, for whatever reason; how many messages.

    Two machines that do this at once make two jobs for a message, of which the second finds nothing to do."""
    left = _waiting(now - GRACE).filter(~Exists(_jobs())).order_by("not_before")[:AT_ONCE]
    ids = list(left.values_list("pk", flat=True))
    for message_id in ids:
        deliver_later(message_id)
    return len(ids)


def _waiting(before: dt.datetime) -> QuerySet[OutboxMessage]:
    return OutboxMessage.objects.filter(sent_at=None, dropped_at=None, not_before__lt=before)


def _jobs() -> QuerySet[ProcrastinateJob]:
    lock = Concat(Value(job_lock("")), Cast(OuterRef("pk"), CharField()))
    return ProcrastinateJob.objects.filter(lock=lock, status__in=[Status.TODO.value, Status.DOING.value])
