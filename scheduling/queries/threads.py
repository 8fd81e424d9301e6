"""The threads of a coach, or of a client, each with its last message and how many are unread."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.db.models.functions import Left
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.states import ClientStatus
from config.kernel import dates, letters
from config.postgres import planned
from scheduling.models import Message
from scheduling.queries import messages
from scheduling.sql import written
from scheduling.states import MessageKind

if TYPE_CHECKING:
    import datetime as dt
    import uuid
    from collections.abc import Iterable

    from clients.models import Client, User
    from scheduling.queries.messages import Glance

# So many are listed; whoever has more finds the others by a few letters.
MOST = 100
# So much of a text fits beside a name.
_PREVIEW = 120

# Once for each care, answered by the index over threads and the one over what is unread.
_THREADS = """
SELECT care.client_id, client.full_name, client.status, care.provider_id, coach.full_name, coach.email,
  care.ended_at IS NOT NULL, last.id, last.created_at, unread.number
FROM clients_care care
JOIN clients_client client ON client.id = care.client_id
JOIN clients_user coach ON coach.id = care.provider_id
LEFT JOIN LATERAL (
  SELECT id, created_at FROM scheduling_message message
  WHERE message.provider_id = care.provider_id AND message.client_id = care.client_id
  ORDER BY message.created_at DESC, message.id DESC LIMIT 1) last ON true
CROSS JOIN LATERAL (
  SELECT count(*) AS number FROM scheduling_message message
  LEFT JOIN scheduling_rescheduleproposal asked ON asked.id = message.proposal_id
  WHERE message.provider_id = care.provider_id AND message.client_id = care.client_id AND message.read_at IS NULL
    AND asked.answered_at IS NULL AND asked.agreed_at IS NULL AND"""
_FROM_CLIENT = " message.kind = %(text)s AND message.author_id <> message.provider_id) unread"
_FROM_PROVIDER = " (message.kind = %(proposal)s OR message.author_id = message.provider_id)) unread"
_LATEST_FIRST = " ORDER BY last.created_at DESC NULLS LAST, client.full_name, care.id"
_KINDS = {"text": MessageKind.TEXT, "proposal": MessageKind.RESCHEDULE_PROPOSAL}
_COACHS = written(
    _THREADS, _FROM_CLIENT, " WHERE care.provider_id = %(coach)s AND care.ended_at IS NULL", _LATEST_FIRST, **_KINDS
)
_CLIENTS = written(_THREADS, _FROM_PROVIDER, " WHERE care.client_id = %(client)s", _LATEST_FIRST, **_KINDS)


@dataclass(frozen=True, kw_only=True)
class ThreadLine:
    """One line of the list: with whom, and the last of it.  `name` is the other's; `last` is None before the first word."""

    client: uuid.UUID
    coach: int
    name: str
    is_archived: bool
    has_ended: bool
    unread: int
    message: int | None
    at: dt.datetime | None
    last: Glance | None = None

    @property
    def when(self) -> str:
        """When the last of it was written: the hour today, else the day."""
        if self.at is None:
            return ""
        ago = (timezone.localdate() - timezone.localdate(self.at)).days
        return dates.clock(self.at) if ago == 0 else _("Yesterday") if ago == 1 else dates.short_day(self.at)

    @property
    def initials(self) -> str:
        """Up to two letters for the avatar."""
        return letters.initials(self.name)


@dataclass(frozen=True, kw_only=True)
class ThreadList:
    """What is listed of all threads, and what is not."""

    lines: tuple[ThreadLine, ...]
    # Messages, not threads.
    unread: int
    more: int
    typed: str = ""
    show: str = ""


def threads_of_coach(coach: User, *, typed: str = "", show: str = "", now: dt.datetime) -> ThreadList:
    """The coach's threads, the latest first: with a message in them; `show` "unread" only those with something unread,
    "all" with everybody in care; with letters `typed`, everybody whom they fit.  Two queries."""
    lines = [_line(row, is_coachs=True) for row in planned.rows(_COACHS, {"coach": coach.pk})]
    wanted = [line for line in lines if _is_wanted(line, typed.strip(), show)]
    shown = _with_glance(wanted[:MOST], is_coachs=True, now=now)
    unread = sum(line.unread for line in lines)
    return ThreadList(lines=shown, unread=unread, more=len(wanted) - len(shown), typed=typed.strip(), show=show)


def threads_of_client(client: Client, *, now: dt.datetime) -> ThreadList:
    """The client's threads: with every coach who cares for them, and with those who did if there is a word in it.

    Two queries."""
    lines = [_line(row, is_coachs=False) for row in planned.rows(_CLIENTS, {"client": client.pk})]
    wanted = [line for line in lines if line.message or not line.has_ended]
    return ThreadList(
        lines=_with_glance(wanted, is_coachs=False, now=now), unread=sum(line.unread for line in wanted), more=0
    )


def _is_wanted(line: ThreadLine, typed: str, show: str) -> bool:
    if typed:
        return letters.find(line.name, typed) is not None
    if show == "unread":
        return line.unread > 0
    return show == "all" or line.message is not None


def _line(row: tuple[Any, ...], *, is_coachs: bool) -> ThreadLine:
    client, name, status, coach, coach_name, coach_email, has_ended, message, at, unread = row
    return ThreadLine(
        client=client,
        coach=coach,
        name=name or str(client) if is_coachs else coach_name or coach_email,
        is_archived=status == ClientStatus.ARCHIVED,
        has_ended=has_ended,
        unread=unread,
        message=message,
        at=at,
    )


def _with_glance(lines: Iterable[ThreadLine], *, is_coachs: bool, now: dt.datetime) -> tuple[ThreadLine, ...]:
    """The same lines, each with its last message at a glance.  One query; none for none."""
    lines = tuple(lines)
    numbers = [line.message for line in lines if line.message]
    rows: dict[int, Any] = {}
    if numbers:
        found = Message.objects.select_related("proposal", "outbox", "provider__coach", "client__user").filter(
            pk__in=numbers
        )
        rows = {row.pk: row for row in found.defer("body").annotate(begins=Left("body", _PREVIEW))}
        for row in rows.values():
            row.body = row.begins
    return tuple(
        replace(line, last=messages.glance_of(rows[line.message], is_coachs=is_coachs, now=now))
        if line.message
        else line
        for line in lines
    )
