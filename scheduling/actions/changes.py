"""What every change of a session shares: its next version, and a record from which it can be taken back."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from clients.actions import records
from config.kernel.actions import inside_action
from config.kernel.time import Interval
from scheduling.actions import locks
from scheduling.errors import ChangedMeanwhile
from scheduling.queries.changes import change_to

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clients.models import User
    from scheduling.models import Session

_INSTANTS = frozenset({"arrived_at", "paid_at"})


@inside_action
def lock_session(session_id: int) -> tuple[User, Session]:
    """Lock a booked session that keeps its hour whatever is done, after everything that goes before it."""
    seen = locks.peek_session(session_id)
    assert seen.provider_id is not None
    provider = locks.lock_provider(seen.provider_id)
    locks.lock_client(seen.client_id)
    return provider, locks.lock_session(session_id)


@inside_action
def was_sent(session: Session, *verbs: str, version: int, refusal: type[ChangedMeanwhile] = ChangedMeanwhile) -> bool:
    """Whether this very change of that version was made before; then there is nothing more to do.

    Raises: `refusal` when the locked session is at another version for any other reason."""
    if session.version == version:
        return False
    last = change_to(session.pk, session.version) if session.version == version + 1 else None
    if last is None or last.verb not in verbs:
        raise refusal(session=session)
    return True


def as_it_is(session: Session, *names: str) -> dict[str, Any]:
    """These fields as plain facts: ids, instants and codes only, for they are kept for good."""
    return {name: _fact(getattr(session, name)) for name in names}


def put_back(session: Session, before: Mapping[str, Any]) -> None:
    """Give the fields the values that `as_it_is` wrote down; nothing is saved."""
    for name, fact in before.items():
        setattr(session, name, _value(name, fact))


@inside_action
def write(session: Session, *names: str) -> None:
    """Save these fields of a locked session as its next version."""
    session.version += 1
    session.save(update_fields=[*names, "version"])


@inside_action
def record(
    session: Session,
    verb: str,
    *,
    by: User | None,
    now: dt.datetime,
    undo: Mapping[str, Any] | None = None,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Write down what made the session's present version; with `undo`, how it was before, it can be taken back."""
    said = {**(facts or {}), "version": session.version, **({"undo": dict(undo)} if undo is not None else {})}
    records.record_audit(verb, f"session:{session.pk}", by=by, facts=said, at=now)


@inside_action
def tell_client(session: Session, kind: str, *, not_before: dt.datetime) -> None:
    """Have the client hear of the session's present version."""
    records.queue_message(
        kind,
        records.to_client(session.client_id),
        f"session:{session.pk}",
        version=session.version,
        not_before=not_before,
    )


def _fact(value: Any) -> Any:
    if isinstance(value, DateTimeTZRange):
        return records.plain(Interval.from_range(value))
    return value.isoformat() if isinstance(value, dt.datetime) else value


def _value(name: str, fact: Any) -> Any:
    if fact is None:
        return None
    if name == "during":
        return Interval(*(dt.datetime.fromisoformat(edge) for edge in fact)).as_range()
    return dt.datetime.fromisoformat(fact) if name in _INSTANTS else fact
