"""What was done and what is to be told: written in the very transaction that made it true."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection
from procrastinate.contrib.django import app as jobs

from clients.models import AuditEvent, OutboxMessage
from config.kernel import request_id
from config.kernel.actions import inside_action

if TYPE_CHECKING:
    import datetime as dt
    import uuid
    from collections.abc import Mapping, Sequence

    from clients.models import Client, User
    from config.kernel.time import Interval

# The queue of what waits for a mail server.
MAILS = "mail"
# The priority of what time brings: it comes before whatever else waits.
SOON = 10
_ABOUT = "outbox:"
# Whoever comes second waits for the first, and then finds what it wrote.
_QUEUE_ONCE = """
INSERT INTO clients_outboxmessage (kind, recipient, object, version, not_before)
SELECT %(kind)s, told.*, %(not_before)s
FROM unnest(%(recipients)s::text[], %(objects)s::text[], %(versions)s::int[]) AS told (recipient, object, version)
ORDER BY told.object, told.version, told.recipient
ON CONFLICT ON CONSTRAINT outbox_once DO NOTHING RETURNING id"""


@dataclass(frozen=True, kw_only=True)
class Told:
    """Whom to tell, of which version of which row."""

    recipient: str
    about: str
    version: int


@inside_action
def record_audit(
    verb: str, obj: str, *, by: User | None, facts: dict[str, Any] | None = None, at: dt.datetime
) -> AuditEvent:
    """Write down who did what to which row ("session:42").

    `by` is None for somebody with a link, and for the house itself.  `facts` are ids, instants and
    codes; never names, texts of people, or tokens, for this is kept for good."""
    return AuditEvent.objects.create(**_event(verb, obj, by, facts or {}, at))


@inside_action
def record_audits(
    verb: str, facts_of: Mapping[str, dict[str, Any]], *, by: User | None, at: dt.datetime
) -> list[AuditEvent]:
    """The same deed done to several rows at once, each written down for itself; `facts_of` by row ("session:42")."""
    return AuditEvent.objects.bulk_create(
        AuditEvent(**_event(verb, obj, by, facts, at)) for obj, facts in facts_of.items()
    )


@inside_action
def queue_message(
    kind: str, recipient: str, obj: str, *, version: int | None = None, not_before: dt.datetime | None = None
) -> OutboxMessage:
    """Have somebody told about a row, once this transaction stands; a worker sends it, not before that instant.

    `version` is the row's own, by which a message overtaken by a later change is known; rows without
    one are counted here: 1 for the first message of that kind, and so on (under the caller's lock)."""
    if version is None:
        version = 1 + OutboxMessage.objects.filter(kind=kind, object=obj, recipient=recipient).count()
    when = {} if not_before is None else {"not_before": not_before}
    message = OutboxMessage.objects.create(kind=kind, recipient=recipient, object=obj, version=version, **when)
    deliver_later(message.pk, not_before=not_before)
    return message


@inside_action
def queue_once(kind: str, news: Sequence[Told], *, not_before: dt.datetime) -> list[int]:
    """As `queue_message`, for several at once, and only those that were never queued: however often this is done, and
    by however many at once.

    Returns the new messages, by id."""
    if not news:
        return []
    params: dict[str, Any] = {
        "kind": kind,
        "not_before": not_before,
        "recipients": [each.recipient for each in news],
        "objects": [each.about for each in news],
        "versions": [each.version for each in news],
    }
    with connection.cursor() as cursor:
        cursor.execute(_QUEUE_ONCE, params)
        new = [message_id for (message_id,) in cursor.fetchall()]
    for message_id in new:
        deliver_later(message_id, not_before=not_before)
    return new


@inside_action
def deliver_later(message_id: int, *, not_before: dt.datetime | None = None) -> None:
    """Have a worker deliver a message of the outbox, at once or not before that instant."""
    _defer("deliver", message_id, schedule_at=not_before)


def mail_later(message_id: int) -> None:
    """Have a worker send the mail of a message that has been told, after those that wait already."""
    _defer("mail", message_id, queue=MAILS)


def job_lock(message_id: Any) -> str:
    """What the jobs about a message have in common: of them, one is worked at, in the order in which they came."""
    return f"{_ABOUT}{message_id}"


def _defer(task: str, message_id: int, **how: Any) -> None:
    jobs.configure_task(task, lock=job_lock(message_id), **how).defer(message_id=message_id)


def _event(verb: str, obj: str, by: User | None, facts: dict[str, Any], at: dt.datetime) -> dict[str, Any]:
    request = request_id.current.get()
    return {"actor": by, "verb": verb, "object": obj, "facts": facts, "at": at, "request_id": request}


def actor_about(client: Client, by: User | None, *, provider_id: int) -> User | None:
    """Who did what is written down about this client; the house, where another client's deed brought it about: whoever reads
    of the one learns nothing of the other."""
    is_known = by is not None and (by.pk in {provider_id, client.user_id} or by.is_staff)
    return by if is_known else None


def to_client(client_id: uuid.UUID) -> str:
    """A client as the recipient of a message."""
    return f"client:{client_id}"


def to_user(user_id: int) -> str:
    """A user as the recipient of a message."""
    return f"user:{user_id}"


def plain(during: Interval) -> list[str]:
    """An interval as it is kept among facts."""
    return [during.starts_at.isoformat(), during.ends_at.isoformat()]
