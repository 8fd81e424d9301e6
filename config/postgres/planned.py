"""Statements written by hand that many pages send: the server reads and plans them once a connection, not each time.

What is sent often enough is prepared by psycopg (`prepare_threshold` in the settings says how often that is).  For
Django's own queries this is not meant: they are put together anew each time, and some are not understood without
their values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.db.backends.utils import CursorWrapper


def cursor() -> CursorWrapper:
    """A cursor for such statements; the usual one of a connection that knows no such thing."""
    own: Callable[[], CursorWrapper] = getattr(connection, "planned_cursor", connection.cursor)
    return own()


def rows(statement: str, params: Mapping[str, Any]) -> list[Any]:
    """What such a statement finds."""
    with cursor() as asked:
        asked.execute(statement, params)
        return list(asked.fetchall())
