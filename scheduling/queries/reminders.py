"""Which sessions are to be brought to their clients' minds now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clients.queries import is_in_care
from clients.states import ClientStatus
from config.kernel import time
from config.postgres import planned
from scheduling.models import Session
from scheduling.queries.changes import UNDONE
from scheduling.reminding import KIND, REMINDERS, reminder_of, version_of
from scheduling.rules import UNDO_FOR
from scheduling.sql import written
from scheduling.states import SessionKind, SessionStatus

if TYPE_CHECKING:
    import datetime as dt
    import uuid


@dataclass(frozen=True)
class Due:
    """A reminder that is due: of which session, to whom, and the version by which it is known."""

    session_id: int
    client_id: uuid.UUID
    version: int


# The exclusion rules’ indexes answer.  What was queued before is left
# out first: nearly always, that is all there is.
_AHEAD = """
SELECT session.id, session.client_id, session.provider_id, session.created_at, lower(session.during) AS starts_at,
  reminder.ahead, told.version
FROM scheduling_session session
JOIN unnest(%(places)s::int[], %(ahead)s::interval[], %(until)s::interval[]) AS reminder (place, ahead, until)
  ON lower(session.during) - reminder.ahead <= %(now)s AND lower(session.during) - reminder.until > %(now)s
CROSS JOIN LATERAL (
  SELECT floor(extract(epoch FROM lower(session.during)) / 60)::int * %(number)s::int + reminder.place AS version) told
WHERE session.during && tstzrange(%(now)s, %(now)s + %(furthest)s, '[]') AND session.during IS NOT NULL
  AND session.status = %(scheduled)s AND session.kind = %(booked)s
  AND NOT EXISTS (
    SELECT FROM clients_outboxmessage message
    WHERE message.kind = %(kind)s AND message.object = 'session:' || session.id AND message.version = told.version
    AND message.recipient = 'client:' || session.client_id)"""

# Who is not cared for any more, and whose record is laid aside, hears nothing: somebody else will see to that session.
_TO_BE_TOLD = """
SELECT ahead.id, ahead.client_id, ahead.version FROM ahead
JOIN clients_client client ON client.id = ahead.client_id AND client.status = %(active)s
JOIN clients_user provider ON provider.id = ahead.provider_id AND provider.is_active
JOIN clients_care care
  ON care.client_id = ahead.client_id AND care.provider_id = ahead.provider_id AND care.ended_at IS NULL
LEFT JOIN clients_user account ON account.id = client.user_id AND account.is_active
WHERE (account.id IS NOT NULL OR client.email <> '' AND client.wants_reminders)"""

# When it was put where it is: by the last move that was not taken back, or when it was booked.
_PUT_THERE = """
SELECT max(moved.at) FROM clients_auditevent moved
WHERE moved.object = 'session:' || ahead.id AND moved.verb = %(moved)s
  AND NOT EXISTS (
    SELECT FROM clients_auditevent undone
    WHERE undone.object = moved.object AND undone.verb = %(undone)s
    AND undone.facts -> 'undid' = moved.facts -> 'version')"""

_DUE = written(
    "WITH ahead AS MATERIALIZED (",
    _AHEAD,
    ")",
    _TO_BE_TOLD,
    " AND coalesce((",
    _PUT_THERE,
    "), ahead.created_at) <= least(ahead.starts_at - ahead.ahead, %(now)s - %(undo)s) ORDER BY ahead.id, ahead.version",
    booked=SessionKind.BOOKED,
    scheduled=SessionStatus.SCHEDULED,
    active=ClientStatus.ACTIVE,
    kind=KIND,
    moved="session_moved",
    undone=UNDONE,
)


def due_reminders(now: dt.datetime) -> list[Due]:
    """The reminders that are due and were not queued yet, by session.

    None of what was booked or moved after the reminder was due: that news has just told it.  None within the time in
    which a change can be undone; it comes after that."""
    params = {
        "now": now,
        "furthest": max(each.ahead for each in REMINDERS),
        "undo": UNDO_FOR,
        "number": len(REMINDERS),
        "places": list(range(len(REMINDERS))),
        "ahead": [each.ahead for each in REMINDERS],
        "until": [each.of_use_until for each in REMINDERS],
    }
    return [Due(*row) for row in planned.rows(_DUE, params)]


def is_of_use(session_id: int, version: int) -> bool:
    """Whether the session still begins when the reminder says, and its client is to be told of that now."""
    sessions = Session.objects.filter(pk=session_id, kind=SessionKind.BOOKED, status=SessionStatus.SCHEDULED)
    session = sessions.select_related("client", "provider").first()
    if session is None or session.provider is None:
        return False
    reminder = reminder_of(version)
    stands = version_of(session.starts_at, reminder) == version
    is_welcome = session.client.is_active and session.provider.is_active
    return (
        stands
        and is_welcome
        and reminder.is_of_use(session.starts_at, time.now())
        and is_in_care(session.client, session.provider)
    )
