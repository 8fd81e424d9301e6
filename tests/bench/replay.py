"""The statements of an action sent once more by raw psycopg, for another unit of the same work."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import psycopg
from django.db import connection
from django.db.backends.postgresql.base import ServerBindingCursor

_MAKES_SESSION = re.compile(r'INSERT INTO "scheduling_session"')
_LOCKS_OR_WRITES = re.compile(r"^(INSERT|UPDATE|DELETE)|FOR NO KEY UPDATE")
_OF_DJANGO_ALONE = ("SAVEPOINT", "RELEASE")


@dataclass(frozen=True)
class Sent:
    """A statement, how many rows it found or changed, and whether the server was to keep its plan."""

    sql: str
    params: Any
    rows: int
    is_planned: bool


def recorded(work):
    """The statements that `work` sends, but for savepoints."""
    sent = []

    def listen(execute, sql, params, many, context):
        done = execute(sql, params, many, context)
        if not sql.startswith(_OF_DJANGO_ALONE):
            cursor = context["cursor"].cursor
            sent.append(Sent(sql, params, cursor.rowcount, isinstance(cursor, ServerBindingCursor)))
        return done

    with connection.execute_wrapper(listen):
        work()
    return sent


class Replay:
    """Sends what an action sent, in one transaction, with new values where a unit has its own.

    `statements` are as `recorded` found them; `own` maps the first unit's values to names, so that another unit's can
    take their place.  The id of a session that the action made ("made") is learned here too, from the database."""

    def __init__(self, raw, statements, own):
        # As Django's two kinds of cursor send them.
        self._raw, self._usual, self._planned = raw, psycopg.ClientCursor(raw), psycopg.Cursor(raw)
        self._statements, self._own = statements, own
        self._made = next((value for value, name in own.items() if name == "made"), None)

    def __len__(self):
        return len(self._statements)

    def __call__(self, new):
        """Do it for a unit whose values are `new`, by the same names; says how many rows each statement had."""
        values = {value: new[name] for value, name in self._own.items() if name in new}
        counts = []
        with self._raw.transaction():
            for each in self._statements:
                cursor = self._planned if each.is_planned else self._usual
                cursor.execute(each.sql, _renewed(each.params, values))
                counts.append(cursor.rowcount)
                if cursor.description:
                    rows = cursor.fetchall()
                    if self._made and _MAKES_SESSION.match(each.sql):
                        values[self._made], values[f"session:{self._made}"] = rows[0][0], f"session:{rows[0][0]}"
        return counts

    def check(self, new):
        """Do it once, and make sure that it locks and changes as many rows as the action did."""
        counts = self(new)
        other = [
            f"{each.rows} rows, now {count}: {each.sql}"
            for each, count in zip(self._statements, counts, strict=True)
            if each.rows != count and _LOCKS_OR_WRITES.search(each.sql)
        ]
        assert not other, "\n".join(other)


def _renewed(value, values):
    if isinstance(value, (list, tuple)):
        return [_renewed(each, values) for each in value]
    if isinstance(value, dict):
        return {key: _renewed(each, values) for key, each in value.items()}
    try:
        return values.get(value, value)
    except TypeError:  # facts are wrapped, and nothing is looked up by them
        return value
