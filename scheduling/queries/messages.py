"""A thread as one of the two reads it: texts, questions with how they stand, and the house's own lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from config.kernel import dates
from scheduling.models import Message, Session
from scheduling.queries import lines
from scheduling.queries.delivery import Delivery, delivery_of
from scheduling.queries.proposed import Proposed, proposed_of, stand_of, title_of
from scheduling.states import MessageKind, SessionStatus

if TYPE_CHECKING:
    import datetime as dt

    from django.db.models import QuerySet

    from scheduling.access import Thread
    from scheduling.queries.lines import Words

# So many are shown at once.
A_PAGE = 50


@dataclass(frozen=True, kw_only=True)
class Glance:
    """The last of a thread, as the list shows it."""

    text: str
    is_own: bool
    is_trouble: bool


@dataclass(frozen=True, kw_only=True)
class ShownMessage:
    """One message.  `day` is said before the first of a day; a line of the house has `line` and no author."""

    id: int
    at: dt.datetime
    day: str
    is_own: bool
    is_new: bool
    author: str
    text: str
    line: Words | None
    session: int | None
    proposed: Proposed | None
    delivery: Delivery


@dataclass(frozen=True, kw_only=True)
class ThreadPage:
    """Some messages in a row, the newest last.  `earlier` is where those before them are asked for; None for none."""

    messages: tuple[ShownMessage, ...]
    earlier: int | None
    is_newest: bool

    @property
    def last(self) -> int:
        """The greatest number of them, 0 for none: who waited for the thread's lock has a later one than its time says."""
        return max((each.id for each in self.messages), default=0)

    @property
    def unread(self) -> int:
        """How many are new to the reader."""
        return sum(each.is_new for each in self.messages)

    @property
    def is_moving(self) -> bool:
        """Whether what became of one of them may change any moment."""
        return any(each.delivery.is_moving for each in self.messages)

    def since(self, number: int) -> int:
        """How many of the other's came after the one of that number."""
        return sum(each.id > number and not each.is_own and each.line is None for each in self.messages)


def thread_page(thread: Thread, *, now: dt.datetime, before: int | None = None) -> ThreadPage:
    """The newest fifty messages, or the fifty before that one.  One query, and one more for an earlier page; two more
    where times were proposed."""
    found = list(_before(_rows(thread), before)[: A_PAGE + 1])
    rows = found[:A_PAGE][::-1]
    return ThreadPage(
        messages=tuple(_shown(rows, thread, now=now)),
        earlier=rows[0].pk if len(found) > A_PAGE else None,
        is_newest=before is None,
    )


def glance_of(message: Message, *, is_coachs: bool, now: dt.datetime) -> Glance:
    """A message in one line; its body may be only how the text begins."""
    text = " ".join(message.body.split())
    if message.kind == MessageKind.RESCHEDULE_PROPOSAL:
        assert message.proposal is not None
        text = f"{title_of(message.proposal)}: {stand_of(message.proposal, now=now)[1]}"
    elif message.kind == MessageKind.SYSTEM:
        text = lines.words_of(message).text
    is_own = message.is_providers if is_coachs else message.is_clients
    delivery = delivery_of(message, message.client, is_coachs=is_coachs, now=now)
    return Glance(text=text, is_own=is_own, is_trouble=is_own and delivery.is_trouble)


def next_session(thread: Thread, *, now: dt.datetime) -> Session | None:
    """The next session of the two that is still ahead, if there is one."""
    ahead = Session.objects.filter(
        provider=thread.provider, client=thread.client, status=SessionStatus.SCHEDULED, during__startswith__gt=now
    )
    return ahead.order_by("during", "pk").first()


def _rows(thread: Thread) -> QuerySet[Message]:
    rows = Message.objects.filter(provider=thread.provider, client=thread.client)
    rows = rows.select_related("proposal__case", "proposal__session", "outbox")
    return rows.prefetch_related("proposal__offers", "proposal__counter_times").order_by("-created_at", "-pk")


def _before(rows: QuerySet[Message], number: int | None) -> QuerySet[Message]:
    """Those before that one; all of them if there is none of that number in the thread."""
    at = rows.filter(pk=number).values_list("created_at", flat=True).first() if number else None
    if at is None:
        return rows
    # The first says the same more loosely, for the index.
    return rows.filter(Q(created_at__lte=at) & (Q(created_at__lt=at) | Q(pk__lt=number)))


def _shown(rows: list[Message], thread: Thread, *, now: dt.datetime) -> list[ShownMessage]:
    today, last, shown = timezone.localdate(now), None, []
    for row in rows:
        # What they share is there already.
        row.provider, row.client = thread.provider, thread.client
        day = timezone.localdate(row.created_at)
        words = _day(row.created_at, (today - day).days) if day != last else ""
        shown.append(ShownMessage(day=words, **_said(row, thread, now=now)))
        last = day
    return shown


def _said(row: Message, thread: Thread, *, now: dt.datetime) -> dict[str, Any]:
    is_own = row.is_providers if thread.is_coachs else row.is_clients
    is_line = row.kind == MessageKind.SYSTEM
    proposal = row.proposal
    author = thread.provider.get_full_name() if row.is_providers else thread.client.first_name
    return {
        "id": row.pk,
        "at": row.created_at,
        "is_own": is_own,
        "is_new": row.read_at is None and not is_own and not is_line,
        "author": "" if is_line else author,
        "text": "" if is_line else row.body,
        "line": lines.words_of(row) if is_line else None,
        "session": row.session_id if thread.is_coachs else None,
        "proposed": proposed_of(proposal, thread.provider, is_coachs=thread.is_coachs, now=now) if proposal else None,
        "delivery": delivery_of(row, thread.client, is_coachs=thread.is_coachs, now=now)
        if is_own or (is_line and thread.is_coachs)
        else Delivery(words=""),
    }


def _day(at: dt.datetime, ago: int) -> str:
    return {0: _("Today"), 1: _("Yesterday")}.get(ago) or dates.day(at)
