"""The telling half: which pages an action concerns, said to PostgreSQL in its own transaction.

A notification leaves when the transaction stands, and never if it does not."""

from __future__ import annotations

import hashlib
import json
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from django.db import connection

from config.kernel import request_id

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterator

# What PostgreSQL calls the line on which all of it is told.
LINE = "praxis"
# Said to a topic whose hearers may do more, or less, than before: their streams end, and come back as they now may.
RIGHTS_CHANGED = "rights:changed"

Names = dict[str, dict[str, None]]

_told: ContextVar[Names | None] = ContextVar("_told", default=None)


def changed(topic: str, *names: str) -> None:
    """Have every page of that topic ("user:5") hear that these parts changed ("calendar:changed").

    Told once the action that runs now stands; outside of one there is nobody to tell."""
    told = _told.get()
    if told is not None:
        told.setdefault(topic, {}).update(dict.fromkeys(names))


def changed_by_now(topic: str, *names: str) -> None:
    """The same outside of an action, for what others (Django, allauth) write: told with the transaction, if there is one."""
    with connection.cursor() as cursor:
        cursor.execute(*statement({topic: dict.fromkeys(names)}))


def for_user(user_id: int) -> str:
    """The topic of one user's pages."""
    return f"user:{user_id}"


def for_client(client_id: uuid.UUID) -> str:
    """The topic of the pages on which a client's own record shows."""
    return f"client:{client_id}"


def for_session(session_key: str) -> str:
    """The topic of the pages of one signed-in browser; the key itself would open them."""
    return f"session:{hashlib.sha256(session_key.encode()).hexdigest()[:24]}"


def for_role(name: str) -> str:
    """The topic of the pages of everybody who has that role."""
    return f"role:{name}"


@contextmanager
def collecting() -> Iterator[Names]:
    """Inside, what is `changed` is collected here, by topic."""
    told: Names = {}
    before = _told.set(told)
    try:
        yield told
    finally:
        _told.reset(before)


def statement(told: Names) -> tuple[str, list[str]]:
    """The SQL that tells it, to be sent at the end of the transaction, and its parameters; empty for nothing.

    The id is that of the request: who sent it has heard already."""
    payloads = [
        json.dumps({"topic": topic, "names": list(names), "id": request_id.current.get()})
        for topic, names in told.items()
    ]
    if not payloads:
        return "", []
    calls = ", ".join(["pg_notify(%s, %s)"] * len(payloads))
    return f"SELECT {calls}", [text for payload in payloads for text in (LINE, payload)]
