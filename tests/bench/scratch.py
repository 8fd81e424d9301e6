"""Databases of a certain size beside the test database, filled by INSERT … SELECT and dropped afterwards."""

from __future__ import annotations

from contextlib import contextmanager

import psycopg
from django.db import connections

from scheduling.models import Coach
from tests.factories import NOW

OVERLAP_RULES = ("session_provider_no_overlap", "session_client_no_overlap")
SESSIONS_A_COACH, CLIENTS_A_COACH = 10_000, 50

# Everyone works Monday to Friday 08:00–20:00 in Athens and has eight sessions a day, half of them before now.
FILL = """
INSERT INTO clients_user (email) SELECT 'coach' || n || '@bench.test' FROM generate_series(1, %(coaches)s) n;
INSERT INTO scheduling_coach (user_id, time_zone, horizon_days) SELECT id, 'Europe/Athens', 730 FROM clients_user;
INSERT INTO scheduling_availabilityrule (coach_id, weekday, starts_at, ends_at)
  SELECT user_id, weekday, '08:00', '20:00' FROM scheduling_coach, generate_series(0, 4) weekday;
INSERT INTO clients_client (id, full_name)
  SELECT lpad(to_hex(id * 1000 + n), 32, '0')::uuid, 'Client ' || n FROM clients_user, generate_series(1, %(clients)s) n;
INSERT INTO clients_care (client_id, provider_id)
  SELECT lpad(to_hex(id * 1000 + n), 32, '0')::uuid, id FROM clients_user, generate_series(1, %(clients)s) n;
INSERT INTO scheduling_session (kind, status, provider_id, client_id, during)
  SELECT 'booked', 'scheduled', id, lpad(to_hex(id * 1000 + 1 + n %% %(clients)s), 32, '0')::uuid,
    tstzrange(starts_at, starts_at + interval '50 minutes')
  FROM clients_user, generate_series(0, %(each)s - 1) n, LATERAL (
    SELECT date_trunc('week', %(now)s::timestamptz, 'UTC')
      + make_interval(weeks => n / 40 - %(each)s / 80, days => n %% 40 / 8, hours => 7 + n %% 8) AS starts_at
  ) AS hour;
"""


class Scratch:
    """The test database's shape, several times, each with so many sessions."""

    def __init__(self):
        self._home = connections["default"]
        self._there = {}

    def fill(self, sessions):
        """Make and fill one, unless it is there."""
        if sessions in self._there:
            return
        there = self._there[sessions] = self._home.copy()
        name = there.settings_dict["NAME"] = f"{self._home.settings_dict['NAME']}_{sessions}"
        self._drop(name)
        self._home.close()
        with self._home._nodb_cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{self._home.settings_dict["NAME"]}"')
        each = min(sessions, SESSIONS_A_COACH)
        sizes = {"coaches": sessions // each, "each": each, "clients": CLIENTS_A_COACH, "now": NOW}
        with self.raw(sessions) as raw:
            _fill(raw, sizes)
            raw.execute("VACUUM ANALYZE")

    @contextmanager
    def at(self, sessions):
        """Django's own connection is the one to that database; it stays open."""
        self.fill(sessions)
        connections["default"] = self._there[sessions]
        try:
            yield
        finally:
            connections["default"] = self._home

    def closed(self, sessions):
        """The connection to that database with nothing open, for processes that make their own of it."""
        self._home.close()
        self._there[sessions].close()
        return self._there[sessions]

    def name(self, sessions):
        """What that database is called."""
        return self._there[sessions].settings_dict["NAME"]

    def coach(self, sessions):
        with self.at(sessions):
            return Coach.objects.select_related("user").order_by("pk").first()

    def raw(self, sessions):
        """A connection of psycopg's own, as a program without Django would have it."""
        params = self._there[sessions].get_connection_params()
        address = {key: params[key] for key in ("host", "port", "user", "password", "dbname") if params.get(key)}
        raw = psycopg.connect(**address, autocommit=True)
        raw.execute("SET TIME ZONE 'UTC'")
        return raw

    def drop(self):
        for there in self._there.values():
            there.close()
            self._drop(there.settings_dict["NAME"])

    def _drop(self, name):
        with self._home._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _fill(raw, sizes):
    rules = {
        rule: raw.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [rule]).fetchone()[
            0
        ]
        for rule in OVERLAP_RULES
    }
    # An index built at the end is built many times quicker than row by row, and no row needs a trigger's look.
    raw.execute("SET session_replication_role = replica")
    raw.execute("SET maintenance_work_mem = '512MB'")
    for rule in OVERLAP_RULES:
        raw.execute(f"ALTER TABLE scheduling_session DROP CONSTRAINT {rule}")
    psycopg.ClientCursor(raw).execute(FILL, sizes)
    for rule, definition in rules.items():
        raw.execute(f"ALTER TABLE scheduling_session ADD CONSTRAINT {rule} {definition}")
