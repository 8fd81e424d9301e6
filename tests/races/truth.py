"""What is true in the database, asked in plain SQL after a race."""

from __future__ import annotations

import os
from contextlib import contextmanager

from django.db import connection

ROUNDS = int(os.environ.get("RACE_ROUNDS", "5"))
# Races of a few, which are run so seldom only every day; `make races` runs all equally often.
FEWER_ROUNDS = int(os.environ.get("RACE_ROUNDS", "2"))
CROWD = 50

_HOLDING = "status IN ('scheduled', 'waiting', 'live', 'completed', 'no_show') AND during IS NOT NULL"
_BROKEN = {
    "a provider has two sessions at once": f"""
        SELECT count(*) FROM (SELECT * FROM scheduling_session WHERE {_HOLDING}) one
        JOIN (SELECT * FROM scheduling_session WHERE {_HOLDING}) other
          ON one.id < other.id AND one.provider_id = other.provider_id AND one.during && other.during""",
    "a client has two sessions at once": f"""
        SELECT count(*) FROM (SELECT * FROM scheduling_session WHERE {_HOLDING}) one
        JOIN (SELECT * FROM scheduling_session WHERE {_HOLDING}) other
          ON one.id < other.id AND one.client_id = other.client_id AND one.during && other.during""",
    "an answer made no session, or more than one": """
        SELECT count(*) FROM scheduling_rescheduleproposal proposal WHERE kind = 'offer_times' AND status = 'answered'
          AND 1 <> (SELECT count(*) FROM scheduling_session JOIN scheduling_slotoffer offer ON offer.id = booked_from_id
                    WHERE offer.proposal_id = proposal.id)""",
    "a session was made from an offer that nobody chose": """
        SELECT count(*) FROM scheduling_session JOIN scheduling_slotoffer offer ON offer.id = booked_from_id
        JOIN scheduling_rescheduleproposal proposal ON proposal.id = offer.proposal_id
        WHERE proposal.status <> 'answered' OR proposal.chosen_id <> offer.id""",
    "a case is resolved without its session": """
        SELECT count(*) FROM scheduling_conflictcase WHERE (status = 'resolved') <> (session_id IS NOT NULL)""",
    "the waiting list holds an hour that somebody has": f"""
        SELECT count(*) FROM scheduling_conflictcase wait
        JOIN (SELECT * FROM scheduling_session WHERE {_HOLDING}) taken
          ON taken.provider_id = wait.provider_id AND taken.during && wait.wanted
        WHERE wait.status = 'pending_resolution' AND wait.minutes IS NOT NULL""",
    "a booking was not written down, or more than once": """
        SELECT count(*) FROM scheduling_session session CROSS JOIN LATERAL (
          SELECT count(*) AS times FROM clients_auditevent
          WHERE verb = 'session_booked' AND object = 'session:' || session.id) AS written
        WHERE times > 1 OR (times = 0 AND booked_from_id IS NOT NULL)""",
    "a session has two notes of one author": """
        SELECT count(*) FROM (
          SELECT FROM scheduling_sessionnote GROUP BY session_id, author_id HAVING count(*) > 1) AS twice""",
    "a change was not written down, or more than once": """
        SELECT count(*) FROM scheduling_session session WHERE kind = 'booked' AND version - 1 <> (
          SELECT count(*) FROM clients_auditevent
          WHERE object = 'session:' || session.id AND (facts ->> 'version')::int BETWEEN 2 AND session.version)""",
    "something is to be told of a session that is not there": """
        SELECT count(*) FROM clients_outboxmessage message WHERE object LIKE 'session:%'
          AND NOT EXISTS (SELECT FROM scheduling_session WHERE 'session:' || id = message.object)""",
}
# By what would stop a race even if there were no locks, how it goes away, and how it comes back.
_RULES = {
    "session_provider_no_overlap": "scheduling_session",
    "session_client_no_overlap": "scheduling_session",
    "note_once": "scheduling_sessionnote",
    "outbox_once": "clients_outboxmessage",
}
_TRIGGERS = {
    "chosen_once": "scheduling_rescheduleproposal",
    "proposal_status_moves": "scheduling_rescheduleproposal",
    "case_status_moves": "scheduling_conflictcase",
}
# A swap puts these off by name, so something harmless must bear it.
_PUT_OFF = ("session_provider_no_overlap", "session_client_no_overlap")
_INDEXES = ("counter_accepted_once",)


def broken():
    """The invariants that do not hold, with how often."""
    return {what: number for what, sql in _BROKEN.items() if (number := one(sql))}


def one(sql, *values):
    """The single value of a query."""
    with connection.cursor() as cursor:
        cursor.execute(sql.replace("%", "%%") if not values else sql, values or None)
        return cursor.fetchone()[0]


def deadlocks():
    """How many there have been in this database; complete once the site's connections are closed."""
    one("SELECT 1 FROM pg_stat_clear_snapshot()")
    return one("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")


@contextmanager
def rules_away():
    """Without the rules that would stop a race where locks are missing; rows that broke them go with the test."""
    with connection.as_owner():
        kept = {
            name: one(f"SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = '{name}'")
            for name in _RULES
        }
        indexes = {name: one(f"SELECT pg_get_indexdef('{name}'::regclass)") for name in _INDEXES}
        _run(*(f"ALTER TABLE {table} DROP CONSTRAINT {name}" for name, table in _RULES.items()))
        _run(*(f"ALTER TABLE {_RULES[name]} ADD CONSTRAINT {name} UNIQUE (id) DEFERRABLE" for name in _PUT_OFF))
        _run(*(f"DROP INDEX {name}" for name in _INDEXES))
        _run(*(f"ALTER TABLE {table} DISABLE TRIGGER {name}" for name, table in _TRIGGERS.items()))
    try:
        yield
    finally:
        with connection.as_owner():
            _run("TRUNCATE scheduling_session, clients_outboxmessage CASCADE")
            _run(*(f"ALTER TABLE {table} ENABLE TRIGGER {name}" for name, table in _TRIGGERS.items()))
            _run(*(f"ALTER TABLE {_RULES[name]} DROP CONSTRAINT {name}" for name in _PUT_OFF))
            _run(*(f"ALTER TABLE {table} ADD CONSTRAINT {name} {kept[name]}" for name, table in _RULES.items()))
            _run(*indexes.values())


def _run(*statements):
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
