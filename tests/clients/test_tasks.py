from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from procrastinate.jobs import Job

from clients import tasks
from clients.actions import deliver, overdue, records
from tests.factories import NOW

AN_HOUR_ON = NOW + dt.timedelta(hours=1)


def job(attempts):
    return Job(id=1, queue="default", lock=None, queueing_lock=None, task_name="deliver", attempts=attempts)


def again(exception, attempts=0):
    return (tasks.Backoff().get_retry_decision(exception=exception, job=job(attempts)).retry_at - NOW).total_seconds()


def test_again_when_it_was_said_and_never_in_a_hot_loop(clock):
    assert again(deliver.NotYet(AN_HOUR_ON)) == 3600
    assert again(deliver.NotDelivered(NOW + dt.timedelta(seconds=8))) == 8
    # The database's clock is ahead of ours.
    assert again(deliver.NotYet(NOW)) == tasks.SHORTEST_PAUSE


def test_whatever_else_goes_wrong_is_tried_again_for_ever_after_longer_and_longer_pauses(clock):
    pauses = [again(RuntimeError(), attempts) for attempts in (0, 1, 2, 8, 9, 10**6)]
    assert pauses == [1, 2, 4, 256, 300, 300]


@pytest.mark.django_db
@pytest.mark.parametrize("has_mail", [True, False])
def test_a_mail_waits_in_a_queue_of_its_own(monkeypatch, clock, has_mail):
    told = []
    monkeypatch.setattr(deliver, "tell", lambda number, now: told.append((number, now)) or has_mail)
    tasks.deliver_message(7)
    assert told == [(7, NOW)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, queue_name, lock, args FROM procrastinate_jobs")
        found = cursor.fetchall()
    assert found == ([("mail", records.MAILS, "outbox:7", '{"message_id": 7}')] if has_mail else [])


def test_jobs_call_what_they_are_named_after(monkeypatch, clock):
    done = []
    monkeypatch.setattr(deliver, "deliver", lambda number, now: done.append((number, now)))
    monkeypatch.setattr(overdue, "defer_overdue", lambda now: done.append(("sweep", now)))
    tasks.mail_message(7)
    tasks.sweep(0)
    assert done == [(7, NOW), ("sweep", NOW)]
