"""The statements of an action sent once more by raw psycopg, for another unit of the same work."""

from __future__ import annotations

import re

import psycopg

_INSERTS = re.compile(r'INSERT INTO "(scheduling_session)".* RETURNING "scheduling_session"\."id"', re.DOTALL)


class Replay:
    """Sends what an action sent, in one transaction, with new values where a unit has its own.

    `statements` are (sql, params) as `figures.sent_by` found them; `own` maps the first unit's values to names, so that
    another unit's can take their place.  What the action learned from the database on its way (the id of the session
    that it made) is learned here too."""

    def __init__(self, raw, statements, own):
        self._raw, self._cursor = raw, psycopg.ClientCursor(raw)
        # Without its own BEGIN and savepoints: one transaction around them all does the same.
        self._statements = [(sql, params) for sql, params in statements if not sql.startswith(("SAVEPOINT", "RELEASE"))]
        self._own = own

    def __call__(self, new):
        """Do it for a unit whose values are `new`, by the same names."""
        said = {value: new[name] for value, name in self._own.items() if name in new}
        with self._raw.transaction():
            for sql, params in self._statements:
                self._cursor.execute(sql, _renewed(params, said))
                if not self._cursor.description:
                    continue
                rows = self._cursor.fetchall()
                if _INSERTS.search(sql) and (made := self._old("made")):
                    said[made], said[f"session:{made}"] = rows[0][0], f"session:{rows[0][0]}"

    def _old(self, name):
        return next((value for value, called in self._own.items() if called == name), None)


def _renewed(value, said):
    if isinstance(value, (list, tuple)):
        return [_renewed(each, said) for each in value]
    if isinstance(value, dict):
        return {key: _renewed(each, said) for key, each in value.items()}
    try:
        return said.get(value, value)
    except TypeError:  # facts are wrapped, and nothing is looked up by them
        return value
