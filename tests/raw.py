"""Plain SQL as the site's role, for tests of what the database itself refuses."""

from __future__ import annotations

import itertools

import psycopg
import pytest
from django.db import connection

USER, CLIENT, CARE = "clients_user", "clients_client", "clients_care"
COACH, SESSION = "scheduling_coach", "scheduling_session"
CASE, PROPOSAL, OFFER = "scheduling_conflictcase", "scheduling_rescheduleproposal", "scheduling_slotoffer"
NOTE, ADDENDUM = "scheduling_sessionnote", "scheduling_noteaddendum"

DAY = "2027-03-02"
EXPIRES = "2027-03-01 12:00+02"
ANSWERED = "2027-03-01 11:00+02"
LATE = "2027-03-01 13:00+02"

# SQLSTATEs by what they mean.
CHECK, UNIQUE, FOREIGN, EXCLUDED, DENIED = "23514", "23505", "23503", "23P01", "42501"

# SET CONSTRAINTS ALL changes these too; they must be put back to their own mode.
_IMMEDIATE = "session_provider_no_overlap, session_client_no_overlap"
_number = itertools.count(1)


def hours(starts="10:00", ends="10:50", day=DAY):
    """A `tstzrange` literal in winter time of Athens."""
    return f"[{day} {starts}+02,{day} {ends}+02)"


def insert(table, **columns):
    names, places = ", ".join(columns), ", ".join(["%s"] * len(columns))
    return f"INSERT INTO {table} ({names}) VALUES ({places})", *columns.values()


def update(table, row, key="id", **columns):
    """`update(SESSION, 7, status="cancelled")`."""
    changes = ", ".join(f"{name} = %s" for name in columns)
    return f"UPDATE {table} SET {changes} WHERE {key} = %s", *columns.values(), row


def delete(table, row, key="id"):
    return f"DELETE FROM {table} WHERE {key} = %s", row


class Raw:
    """One transaction of the site's role.  `commit()` runs every deferred rule as COMMIT would."""

    def __init__(self):
        connection.ensure_connection()
        self.connection = connection.connection
        self("SET LOCAL ROLE praxis_app")

    def __call__(self, sql, *values):
        return self.connection.execute(sql, values)

    def one(self, sql, *values):
        return self(sql, *values).fetchone()[0]

    def make(self, table, **columns):
        """Insert a row; its id."""
        sql, *values = insert(table, **columns)
        return self.one(f"{sql} RETURNING {'user_id' if table == COACH else 'id'}", *values)

    def commit(self):
        for mode in ("ALL IMMEDIATE", "ALL DEFERRED", f"{_IMMEDIATE} IMMEDIATE"):
            self(f"SET CONSTRAINTS {mode}")

    def refused(self, state, rule, *steps):
        """The last of these statements is refused at once, by exactly this rule; nothing of them remains."""
        self("SAVEPOINT before")
        *earlier, (sql, *values) = steps
        for step in earlier:
            self(*step)
        with pytest.raises(psycopg.Error) as refusal:
            self(sql, *values)
        self("ROLLBACK TO before")
        self._is(refusal.value, state, rule)

    def refused_at_commit(self, rule, *steps, state=FOREIGN):
        """All these statements pass, and COMMIT is refused by this rule: a composite foreign key, or what `state` is."""
        self("SAVEPOINT before")
        for sql, *values in steps:
            self(sql, *values)
        with pytest.raises(psycopg.Error) as refusal:
            self.commit()
        self("ROLLBACK TO before")
        self._is(refusal.value, state, rule)

    def _is(self, error, state, rule):
        assert (error.sqlstate, error.diag.constraint_name) == (state, rule), str(error)

    def as_owner(self):
        """From here on with the rights of who runs migrations."""
        self("SET LOCAL ROLE NONE")

    # People and rows, each valid by itself

    def user(self):
        return self.make(USER, email=f"raw{next(_number)}@praxis.test")

    def coach(self):
        return self.make(COACH, user_id=self.user())

    def client(self, *providers):
        """A client in the care of these."""
        client = self.make(CLIENT, full_name="Raw")
        for provider in providers:
            self.make(CARE, client_id=client, provider_id=provider)
        return client

    def book(self, provider, client, starts="10:00", ends="10:50", day=DAY, **columns):
        return self.make(SESSION, **booked(provider, client, hours(starts, ends, day)), **columns)

    def case(self, provider, client, blocking, **columns):
        row = {"provider_id": provider, "client_id": client, "wanted": hours(), "blocking_session_id": blocking}
        return self.make(CASE, **(row | columns))

    def offer_times(self, case, provider, recipient):
        return self.make(PROPOSAL, **proposed("offer_times", provider, recipient, case=case))

    def ask_to_move(self, session, provider, recipient, case=None):
        return self.make(PROPOSAL, **proposed("ask_to_move", provider, recipient, case=case, session=session))

    def offer(self, proposal, starts="12:00", ends="12:50", day=DAY):
        return self.make(OFFER, proposal_id=proposal, during=hours(starts, ends, day))

    def note(self, session, author, **columns):
        return self.make(NOTE, **({"session_id": session, "author_id": author, "body": "first"} | columns))


def booked(provider, client, during):
    """The columns of a booked session."""
    row = {"kind": "booked", "status": "scheduled", "provider_id": provider, "client_id": client, "during": during}
    return row


def on_demand(client, request=1, **columns):
    """The columns of a session on demand that nobody has taken."""
    return {"kind": "on_demand", "status": "pending", "client_id": client, "request_id": request} | columns


def proposed(kind, provider, recipient, *, case=None, session=None):
    """The columns of an open proposal."""
    return {
        "kind": kind,
        "case_id": case,
        "session_id": session,
        "provider_id": provider,
        "recipient_id": recipient,
        "expires_at": EXPIRES,
    }


def answer(proposal, offer, at=ANSWERED):
    return update(PROPOSAL, proposal, status="answered", chosen_id=offer, answered_at=at)


def cancel(session, at=EXPIRES):
    return update(SESSION, session, status="cancelled", cancelled_at=at)


def move(session, starts, ends, day=DAY):
    return update(SESSION, session, during=hours(starts, ends, day))
