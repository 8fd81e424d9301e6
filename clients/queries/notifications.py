"""What somebody's bell says: how much is new, and one page of it in words."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.mail import Said
from clients.models import Client, Notification, User
from config.kernel import registry

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

PER_PAGE, IN_DIALOG = 50, 20
# Beyond, it does not matter how many more there are.
MOST_COUNTED = 99
# What was read is shown for so long.
KEPT_FOR = dt.timedelta(days=90)


@dataclass(frozen=True, kw_only=True)
class News:
    """One line: the sentence, when it was told, and where it leads; `url` may be empty."""

    id: int
    said: Said
    at: dt.datetime
    url: str
    is_new: bool


@dataclass(frozen=True, kw_only=True)
class NewsPage:
    """One page of news by day, the newest first; `newest` is the highest id of the first page, 0 on others."""

    days: tuple[tuple[dt.date, tuple[News, ...]], ...]
    newest: int
    number: int
    has_next: bool


def unread_count(user: User) -> int:
    """How many of the user's news are unread; one more than MOST_COUNTED stands for any number above.  One query."""
    unread = Notification.objects.filter(user=user, read_at__isnull=True)
    return unread.order_by()[: MOST_COUNTED + 1].count()


def news_page(
    user: User, *, now: dt.datetime, number: int = 1, only_unread: bool = False, most: int = PER_PAGE
) -> NewsPage:
    """One page of the user's news, from 1, by the days of the reader.  Three queries at most, however many lines."""
    unread = Q(read_at__isnull=True)
    rows = Notification.objects.filter(unread if only_unread else unread | Q(created_at__gt=now - KEPT_FOR), user=user)
    start = (number - 1) * most
    found = list(rows.order_by("-created_at", "-pk")[start : start + most + 1])
    lines = _in_words(user, found[:most])
    return NewsPage(
        days=tuple((day, tuple(told)) for day, told in groupby(lines, key=_day)),
        newest=max((each.id for each in lines), default=0) if number == 1 else 0,
        number=number,
        has_next=len(found) > most,
    )


def _in_words(user: User, rows: Sequence[Notification]) -> list[News]:
    name_of = _names(user, [each.facts for each in rows])
    return [
        News(
            id=each.pk,
            said=_said(each, name_of(each.facts)),
            at=each.created_at,
            url=each.url,
            is_new=each.read_at is None,
        )
        for each in rows
    ]


def _said(notification: Notification, name: str) -> Said:
    how = registry.outbox_kinds().get(notification.kind)
    if how is None or how.words is None:
        # Told by a room that is not here any more.
        return Said(words=_("Something has changed"), icon="bell")
    said: Said = how.words(notification.facts, name)
    return said


def _names(user: User, facts: Sequence[Mapping[str, Any]]) -> Callable[[Mapping[str, Any]], str]:
    """Who is named by the facts of each line: clients only as long as the reader cares for them."""
    clients = {each["client"] for each in facts if "client" in each}
    coaches = {each["coach"] for each in facts if "coach" in each}
    names: dict[Any, str] = {}
    if clients:
        seen = Client.objects.filter(pk__in=clients, care__provider=user, care__ended_at__isnull=True)
        names |= {each.pk: str(each) for each in seen.only("full_name")}
    if coaches:
        names |= {each.pk: str(each) for each in User.objects.filter(pk__in=coaches).only("full_name", "email")}

    def name_of(said: Mapping[str, Any]) -> str:
        who = uuid.UUID(said["client"]) if "client" in said else said.get("coach")
        return names.get(who, _("Somebody"))

    return name_of


def _day(news: News) -> dt.date:
    return timezone.localtime(news.at).date()
