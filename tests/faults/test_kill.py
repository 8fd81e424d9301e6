"""`kill -9` of the web process and of PostgreSQL in the middle of twenty writers.

What was acknowledged is there once, nothing is there by half, and nobody has to start anything again."""

from __future__ import annotations

import json
import os
import random
import statistics
import time
from collections import Counter
from contextlib import contextmanager

import pytest
from django.db import connection, transaction

from tests.faults.site import Site, kill
from tests.faults.whole import halves
from tests.faults.writers import Unacceptable, at_work, differences, twenty_writers
from tests.mail_server import wait_until
from tests.races import truth
from tests.races.people import Person

pytestmark = pytest.mark.slow

ROUNDS = int(os.environ.get("FAULT_ROUNDS", "1"))
SERVES_WITHIN = 10


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    running = Site(tmp_path_factory.mktemp("faults") / "data")
    try:
        yield running.wait()
    finally:
        running.stop()


@pytest.fixture
def database(site, django_db_blocker):
    """`with database():` this test looks into the site's database."""
    with django_db_blocker.unblock():
        yield site.database


def served_again(writers, victim, dead, since):
    """Seconds from the kill to the first acknowledged deed that was begun when the dead one had a successor."""
    until, begun_by = since + SERVES_WITHIN, None
    while time.monotonic() < until:
        if begun_by is None and victim() not in {None, dead}:
            begun_by = time.monotonic()
        if begun_by:
            for writer in writers:
                for begun, ended in reversed(writer.acknowledged):
                    if begun < begun_by:
                        break
                    return ended - since
        time.sleep(0.01)
    pytest.fail(f"nothing was acknowledged within {SERVES_WITHIN} s after the kill")


def kill_in_the_middle(site, victim, writers):
    """One round; seconds until it serves again."""
    with at_work(writers):
        time.sleep(random.uniform(0.3, 1.2))
        dead, since = victim(), time.monotonic()
        kill(dead)
        took = served_again(writers, victim, dead, since)
        time.sleep(0.3)
    return took


def worker_of(site):
    """What the site says of its worker."""
    return json.loads(Person(site.port).get("/readyz").body)["findings"]["worker"]


@pytest.mark.parametrize("victim", ["web", "postgres"])
def test_everything_acknowledged_outlives_a_kill_and_nothing_is_half(victim, site, database):
    with database():
        # The people of the demo were written with their past, not with each deed of it.
        usual, writers = truth.broken(), twenty_writers(site)
    took = []
    for _ in range(ROUNDS):
        took.append(kill_in_the_middle(site, getattr(site, victim), writers))
        with database():
            assert differences(writers) == {}
            assert halves(writers) == {}
            assert truth.broken() == usual
    wait_until(lambda: "sign of life" in worker_of(site), seconds=SERVES_WITHIN)
    answers = sum((writer.answers for writer in writers), Counter())
    deeds = sum(len(writer.acknowledged) for writer in writers)
    print(
        f"\n{victim} killed {ROUNDS} times: {deeds} deeds acknowledged, answers {dict(answers)}, "
        f"served again after {statistics.median(took):.2f} s (median), {max(took):.2f} s (longest)"
    )


@contextmanager
def spoilt(*statements):
    """Inside, somebody has laid hands on the database, past its rules; afterwards it is as before."""
    with connection.as_owner(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement)
        yield
        transaction.set_rollback(True)


def test_control_what_goes_missing_is_reported(site, database):
    with database():
        writers = twenty_writers(site)
    with at_work(writers):
        while not all(writer.sessions for writer in writers):
            time.sleep(0.05)
    with database():
        assert (differences(writers), halves(writers)) == ({}, {})
        about = truth.one("SELECT max(id) FROM scheduling_session")
        with spoilt(f"DELETE FROM scheduling_session WHERE id = {about}"):
            (lost,) = differences(writers)
            assert lost.startswith("session lost: ")
            assert "something written down of what is not there" in halves(writers)
        with spoilt(f"DELETE FROM clients_outboxmessage WHERE object = 'session:{about}' AND version = 1"):
            assert halves(writers) == {"a booking without one message": 1}
        with spoilt(f"DELETE FROM clients_auditevent WHERE object = 'session:{about}' AND verb = 'session_booked'"):
            assert halves(writers) == {"a booking without one audit event": 1}
        writers[0].sessions.popitem()
        (extra,) = differences(writers)
        assert extra.startswith("session too many: ")


@contextmanager
def hasty(database):
    """PostgreSQL says that it is done before anything is written."""
    haste = {"synchronous_commit": "off", "wal_writer_delay": "10s", "wal_writer_flush_after": "1GB"}
    set_all = [f"ALTER SYSTEM SET {name} = '{value}'" for name, value in haste.items()]
    for statements in (set_all, ["ALTER SYSTEM RESET ALL"]):
        with database(), connection.as_owner(), connection.cursor() as cursor:
            for statement in (*statements, "SELECT pg_reload_conf()"):
                cursor.execute(statement)
        if statements is set_all:
            yield


def test_control_a_database_that_is_not_durable_loses_what_was_acknowledged(site, database):
    with database():
        writers = twenty_writers(site)
    with hasty(database):
        for _ in range(3):
            try:
                with at_work(writers):
                    time.sleep(1)
                    kill(site.postgres())
            except Unacceptable:  # somebody meets what is gone
                return
            with database():
                if differences(writers):
                    return
    pytest.fail("all of it was there")
