from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection

from clients.actions import overdue, records
from clients.models import OutboxMessage
from config.kernel.actions import action
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@action
def queue(number, *, not_before=NOW, has_job=False):
    message = records.queue_message("told", "user:1", f"session:{number}", version=1, not_before=not_before)
    if not has_job:
        sql("DELETE FROM procrastinate_jobs WHERE lock = %s", f"outbox:{message.pk}")
    return message


def sql(statement, *params):
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall() if cursor.description else None


def deferred():
    return sql("SELECT task_name, (args ->> 'message_id')::bigint, scheduled_at FROM procrastinate_jobs ORDER BY id")


def test_what_waits_without_a_job_is_deferred_once_and_the_oldest_first():
    younger, older = queue(1, not_before=NOW + dt.timedelta(seconds=1)), queue(2)
    at = NOW + dt.timedelta(minutes=2)
    assert [overdue.defer_overdue(now=at) for _ in range(2)] == [2, 0]
    assert deferred() == [("deliver", older.pk, None), ("deliver", younger.pk, None)]


def test_what_has_a_job_waiting_or_at_work_is_left_alone():
    queue(1, has_job=True)
    queue(2, has_job=True)
    before = deferred()
    sql("UPDATE procrastinate_jobs SET status = 'doing' WHERE args ->> 'message_id' = %s", str(before[0][1]))
    assert overdue.defer_overdue(now=NOW + dt.timedelta(hours=1)) == 0
    sql("UPDATE procrastinate_jobs SET status = 'failed' WHERE args ->> 'message_id' = %s", str(before[0][1]))
    assert overdue.defer_overdue(now=NOW + dt.timedelta(hours=1)) == 1
    assert deferred()[2][1] == before[0][1]


def test_what_is_young_early_told_or_dropped_is_left_alone():
    queue(1, not_before=NOW + dt.timedelta(hours=1))
    told, dropped = queue(2), queue(3)
    OutboxMessage.objects.filter(pk=told.pk).update(sent_at=NOW, outcome="mailed")
    OutboxMessage.objects.filter(pk=dropped.pk).update(dropped_at=NOW, outcome="stale")
    queue(4, not_before=NOW + dt.timedelta(minutes=5))
    assert overdue.defer_overdue(now=NOW + dt.timedelta(minutes=5, seconds=50)) == 0
