from __future__ import annotations

import datetime as dt
import os
import socket
import time
from contextlib import contextmanager
from unittest import mock

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test import Client

from config import health


@pytest.fixture
def site():
    return Client()


@contextmanager
def database_at(monkeypatch, host, port):
    """Every new connection goes there."""
    monkeypatch.setattr(connection, "get_connection_params", lambda: {"host": host, "port": port, "dbname": "praxis"})
    yield


@pytest.fixture
def silent_server():
    """Takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        yield door.getsockname()


class FakeRows:
    """A connection that returns these rows, whatever is asked."""

    def __init__(self, *answers):
        self.answers = list(answers)

    def execute(self, sql, params):
        return self

    def fetchall(self):
        return self.answers.pop(0)


def test_healthz_asks_no_database(site, django_assert_num_queries):
    response = site.get("/healthz", headers={"Cookie": "sessionid=whatever"})
    assert (response.status_code, response.content) == (200, b"ok\n")


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_health_is_only_read(site, method):
    assert getattr(site, method)("/healthz").status_code == 405


@pytest.mark.django_db
def test_readyz_is_ready(site):
    response = site.get("/readyz")
    assert response.status_code == 200
    assert response.json()["ready"] is True
    # Nobody sends the news: that is told, but people may come.
    assert response.json()["findings"] == {
        "database": mock.ANY,
        "migrations": "All migrations are applied.",
        "worker": "No worker runs.",
        "outbox": "Nobody waits for news.",
    }


@pytest.mark.django_db
def test_readyz_says_which_migration_waits(site, monkeypatch):
    monkeypatch.setattr(health, "_last_migrations", lambda: {("clients", "0099_later")})
    response = site.get("/readyz")
    assert response.status_code == 503
    assert response.json()["findings"]["migrations"] == "Migrations are waiting: clients 0099_later."


def test_readyz_with_database_away_is_503_in_words_without_secrets(site, monkeypatch, unused_port):
    with database_at(monkeypatch, "127.0.0.1", unused_port):
        response = site.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"ready": False, "findings": {"database": "The database does not answer."}}


def test_readyz_with_a_silent_database_answers_within_3_seconds(site, monkeypatch, silent_server):
    started = time.monotonic()
    with database_at(monkeypatch, *silent_server):
        assert site.get("/readyz").status_code == 503
    assert time.monotonic() - started < 3


def test_folder_that_must_not_be_used_is_said_in_its_own_words(monkeypatch):
    def refuse():
        raise ImproperlyConfigured("This folder is not ours.")

    monkeypatch.setattr(connection, "get_connection_params", refuse)
    assert [finding.words for finding in health.ready()] == ["This folder is not ours."]


@pytest.mark.django_db
def test_a_database_that_was_never_migrated_is_an_answer_too(monkeypatch):
    def missing(_raw):
        raise psycopg.errors.UndefinedTable("relation procrastinate_workers does not exist")

    monkeypatch.setattr(health, "worker", missing)
    assert [finding.name for finding in health.ready()] == ["database", "migrations"]


@pytest.mark.django_db
def test_all_is_well_in_a_migrated_database():
    with health.fresh_connection() as raw:
        looks = (health.database, health.migrations, health.rules, health.clock)
        assert [look(raw).ok for look in looks] == [True] * 4


def test_old_server_is_named():
    finding = health.database(FakeRows([("15.20", 150020)]))
    assert (finding.ok, finding.words) == (False, "PostgreSQL 15.20 is too old.")


def test_missing_role_is_named():
    finding = health.database(FakeRows([("18.4", 180004)], [(False,)]))
    assert not finding.ok
    assert "praxis_app" in finding.words


def test_missing_rule_is_named():
    finding = health.rules(FakeRows([("session_client_no_overlap",)]))
    assert not finding.ok
    assert finding.words.startswith("The database lets sessions overlap: session_provider_no_overlap")


def test_empty_database_waits_for_its_migrations():
    finding = health.migrations(FakeRows([(None,)]))
    assert not finding.ok
    assert " more." in finding.words


def test_clock_that_is_off_is_named():
    finding = health.clock(FakeRows([(dt.datetime.now(dt.UTC) - dt.timedelta(seconds=10),)]))
    assert (finding.ok, finding.words) == (False, "The clocks of this machine and of the database are 10 s apart.")


@pytest.mark.django_db
def test_zone_that_nobody_knows_is_named(settings):
    settings.PRACTICE_TIME_ZONE = "Mars/Olympus"
    with health.fresh_connection() as raw:
        finding = health.clock(raw)
    assert (finding.ok, finding.words) == (False, "This machine does not know the time zone Mars/Olympus.")


def test_database_with_other_zone_rules_is_named(settings):
    present, never = [(dt.datetime.now(dt.UTC),)], [(dt.datetime(2000, 1, 1),)]  # noqa: DTZ001 (as the database answers)
    finding = health.clock(FakeRows(present, never))
    assert (finding.ok, finding.words) == (
        False,
        "This machine and the database disagree about the time in Europe/Athens.",
    )


@pytest.mark.parametrize(("compiled", "ok"), [(None, False), (-5, False), (5, True)])
def test_translations_are_compiled_after_they_were_written(settings, tmp_path, compiled, ok):
    settings.LOCALE_PATHS = [tmp_path]
    folder = tmp_path / "el" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    po, mo = folder / "django.po", folder / "django.mo"
    po.touch()
    if compiled is not None:
        mo.touch()
        os.utime(mo, (po.stat().st_mtime + compiled,) * 2)
    finding = health.translations()
    assert finding.ok is ok
    assert ok or finding.words == "Translations are not compiled: el."


@pytest.fixture
def unused_port():
    with socket.create_server(("127.0.0.1", 0)) as door:
        return door.getsockname()[1]
