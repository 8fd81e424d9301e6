"""What was looked at, and the words for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import psycopg

Rows = list[tuple[Any, ...]]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that was looked at: how it is, and what to do when it is not well."""

    name: str
    ok: bool
    words: str
    next_step: str = ""


def rows(raw: psycopg.Connection, sql: str, *params: Any) -> Rows:
    """What the statement returns."""
    return raw.execute(sql.encode(), params or None).fetchall()
