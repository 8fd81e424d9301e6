from __future__ import annotations

import pytest
from django.db import connection

from config import tasks

pytestmark = pytest.mark.django_db


def sql(statement, *params):
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall() if cursor.description else None


def worker(*, silent_for):
    made = "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s * interval '1 s') RETURNING id"
    ((number,),) = sql(made, silent_for)
    return number


def job(of=None, *, status="doing", once=None, lock=None):
    ((number,),) = sql(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, status, worker_id, queueing_lock, lock)"
        " VALUES ('default', 'tried', %s, %s, %s, %s) RETURNING id",
        status, of, once, lock,
    )  # fmt: skip
    return number


def jobs():
    return dict(sql("SELECT id, status::text FROM procrastinate_jobs"))


def test_jobs_of_the_dead_are_given_to_the_living(settings):
    settings.WORKER_STALLED_AFTER = 10
    alive, dead = worker(silent_for=9), worker(silent_for=11)
    held, stalled, nobodys = job(alive, lock="a"), job(dead, lock="b"), job(lock="c")
    done = job(dead, status="failed")
    tasks.take_up_stalled(0)
    assert jobs() == {held: "doing", stalled: "todo", nobodys: "todo", done: "failed"}
    assert sql("SELECT id FROM procrastinate_workers") == [(alive,)]
    assert sql("SELECT attempts, scheduled_at <= now() FROM procrastinate_jobs WHERE id = %s", stalled) == [(1, True)]
    tasks.take_up_stalled(0)
    assert sql("SELECT attempts FROM procrastinate_jobs WHERE id = %s", stalled) == [(1,)]


def test_of_what_may_wait_once_one_waits():
    waiting, doubled = job(status="todo", once="tick"), job(once="tick")
    first, second = job(once="sweep"), job(once="sweep")
    tasks.take_up_stalled(0)
    assert jobs() == {waiting: "todo", first: "todo"}
    assert doubled not in jobs()
    assert second not in jobs()
