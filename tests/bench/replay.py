"""The statements of an action sent once more by raw psycopg, for another unit of the same work."""

from __future__ import annotations

import re

import psycopg
from django.db import connection

_MAKES_SESSION = re.compile(r'INSERT INTO "scheduling_session"')
_LOCKS_OR_WRITES = re.compile(r"^(INSERT|UPDATE|DELETE)|FOR NO KEY UPDATE")
_OF_DJANGO_ALONE = ("SAVEPOINT", "RELEASE")


def recorded(work):
    """The statements that `work` sends, each as (sql, parameters, rows found or touched); no savepoints."""
    sent = []

    def listen(execute, sql, params, many, context):
        done = execute(sql, params, many, context)
        if not sql.startswith(_OF_DJANGO_ALONE):
            sent.append((sql, params, context["cursor"].rowcount))
        return done

    with connection.execute_wrapper(listen):
        work()
    return sent


class Replay:
    """Sends what an action sent, in one transaction, with new values where a unit has its own.

    `statements` are as `recorded` found them; `own` maps the first unit's values to names, so that another unit's can
    take their place.  The id of a session that the action made ("made") is learned here too, from the database."""

    def __init__(self, raw, statements, own):
        self._raw, self._cursor = raw, psycopg.ClientCursor(raw)
        self._statements, self._own = statements, own
        self._made = next((value for value, name in own.items() if name == "made"), None)

    def __len__(self):
        return len(self._statements)

    def __call__(self, new):
        """Do it for a unit whose values are `new`, by the same names; says how many rows each statement had."""
        values = {value: new[name] for value, name in self._own.items() if name in new}
        counts = []
        with self._raw.transaction():
            for sql, params, _rows in self._statements:
                self._cursor.execute(sql, _renewed(params, values))
                counts.append(self._cursor.rowcount)
                if self._cursor.description:
                    rows = self._cursor.fetchall()
                    if self._made and _MAKES_SESSION.match(sql):
                        values[self._made], values[f"session:{self._made}"] = rows[0][0], f"session:{rows[0][0]}"
        return counts

    def check(self, new):
        """Do it once, and make sure that it locks and changes as many rows as the action did."""
        counts = self(new)
        other = [
            f"{rows} rows, now {count}: {sql}"
            for (sql, _, rows), count in zip(self._statements, counts, strict=True)
            if rows != count and _LOCKS_OR_WRITES.search(sql)
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
