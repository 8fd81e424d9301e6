from __future__ import annotations

import asyncio
import signal
import time

import pytest
from django.db import connection, transaction
from procrastinate import exceptions
from procrastinate.contrib.django import app
from procrastinate.worker import Worker

from clients.models import OutboxMessage
from config import working
from tests import mail_server, workers
from tests.factories import create_user
from tests.mail_server import wait_until


@pytest.mark.django_db(transaction=True)
def test_the_worker_is_the_sites_role_and_an_action_in_it_defers_in_its_own_transaction():
    async def look():
        connector = working._connector()
        with app.replace_connector(connector):
            async with app.open_async():
                row = await connector.execute_query_one_async("SELECT current_user AS who, session_user AS login")
                await asyncio.to_thread(defer_and_take_back)
                left = await connector.execute_query_one_async("SELECT count(*) AS number FROM procrastinate_jobs")
        return row["who"], row["who"] == row["login"], left["number"]

    def defer_and_take_back():
        with transaction.atomic():
            app.configure_task("deliver").defer(message_id=7)
            assert workers.one("SELECT count(*) FROM procrastinate_jobs") == 1
            transaction.set_rollback(True)
        connection.close()

    assert asyncio.run(look()) == ("praxis_app", False, 0)


def test_a_job_that_cannot_be_put_away_ends_its_worker(monkeypatch, caplog):
    async def away(*_args, **_how):
        raise exceptions.ConnectorException

    async def put_away():
        worker = working.Giving(app)
        await worker._persist_job_status(job=type("Job", (), {"id": 7}))
        return worker._stop_event.is_set()

    monkeypatch.setattr(Worker, "_persist_job_status", away)
    assert asyncio.run(put_away())
    assert "job 7 could not be put away" in caplog.text


OTHERS = """
  FROM pg_stat_activity WHERE datname = current_database() AND pid NOT IN (pg_backend_pid(), %s)"""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
class TestProcess:
    """A real one."""

    @pytest.fixture
    def server(self):
        with mail_server.running() as running:
            yield running

    def test_it_outlives_the_loss_of_every_connection_and_of_its_own_name_and_ends_politely(self, server, tmp_path):
        user = create_user()
        with workers.at_work(1, server.port, tmp_path) as (worker,):
            ours = workers.one("SELECT pg_backend_pid()")
            with connection.as_owner():
                # To fetch, to listen, to say that it lives.
                wait_until(lambda: workers.one(f"SELECT count(*) {OTHERS}", ours) >= 3)
                workers.one(f"SELECT count(pg_terminate_backend(pid)) {OTHERS}", ours)
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM procrastinate_workers")
            workers.queue([user])
            wait_until(lambda: OutboxMessage.objects.filter(outcome="mailed").exists())
            assert len(server.accepted) == 1
            # A mail that is on its way is brought to its end.
            server.stop_at("DATA")
            workers.queue([user])
            (talk,) = server.stopped("DATA")
            worker.signal(signal.SIGTERM)
            time.sleep(0.2)
            server.go_on(talk)
            assert worker.process.wait(10) == 0
        assert OutboxMessage.objects.filter(outcome="mailed").count() == len(server.accepted) == 2
        assert workers.one("SELECT count(*) FROM procrastinate_workers") == 0
        assert workers.one("SELECT count(*) FROM procrastinate_jobs WHERE task_name IN ('deliver', 'mail')") == 0

    def test_a_mail_server_that_says_nothing_does_not_keep_it_from_leaving(self, server, tmp_path):
        with workers.at_work(1, server.port, tmp_path, WORKER_LEAVE_WITHIN="0.5") as (worker,):
            server.stop_at("DATA")
            workers.queue([create_user()])
            server.stopped("DATA")
            begun = time.monotonic()
            worker.signal(signal.SIGTERM)
            assert worker.process.wait(10) == 1
            assert time.monotonic() - begun < 5
        assert "left to the next worker" in worker.said()
