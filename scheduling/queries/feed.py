"""Somebody's own sessions, as other programs are shown them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _

from clients.access import is_client, is_coach
from clients.models import AccessLink, AuditEvent, Care
from config.kernel.time import Interval
from scheduling.access import FEED_LINK
from scheduling.calendar_files import entry_for_client, entry_of
from scheduling.models import Session
from scheduling.states import FeedNames, SessionStatus

if TYPE_CHECKING:
    import uuid
    from collections.abc import Container, Iterable

    from django.db.models import QuerySet

    from clients.models import User
    from scheduling.calendar_files import Entry

# So long what was is still shown, and what was cancelled is shown as such.
BACK = dt.timedelta(weeks=4)
# Further ahead than anything can be booked.
_AHEAD = dt.timedelta(days=3650)
_SHOWN = 3


@dataclass(frozen=True)
class Shown:
    """A session as others would see it: when, and under which name."""

    during: Interval
    zone: str
    summary: str


def feed_since(user: User) -> dt.datetime | None:
    """When the address of the user's calendar was made; None while there is none."""
    made = AccessLink.objects.filter(purpose=FEED_LINK, object=f"user:{user.pk}")
    return made.values_list("created_at", flat=True).first()


def feed_entries(user: User, *, now: dt.datetime) -> list[Entry]:
    """The user's own sessions of the last four weeks and all that come, in order of time, in the active language."""
    as_coach, as_client = _as_coach(user, now=now), _as_client(user, now=now)
    changed = _changed_at([*as_coach, *as_client])
    cared_for = _cared_for(user, as_coach)
    entries = [
        entry_of(
            each,
            _name_of(each, cared_for),
            url=reverse("scheduling:session_detail", args=[each.pk]),
            changed_at=changed[each.pk],
        )
        for each in as_coach
    ]
    entries += [entry_for_client(each, changed_at=changed[each.pk]) for each in as_client]
    return sorted(entries, key=lambda entry: (entry.during, entry.session_id))


def feed_example(user: User, *, now: dt.datetime) -> list[Shown]:
    """The next sessions, as whoever reads the address sees them."""
    ahead = [each for each in feed_entries(user, now=now) if not each.is_cancelled and each.during.ends_at > now]
    return [Shown(each.during, each.zone, each.summary) for each in ahead[:_SHOWN]]


def _as_coach(user: User, *, now: dt.datetime) -> list[Session]:
    if not is_coach(user):
        return []
    rows = Session.objects.select_related("provider__coach", "client")
    taking_place = rows.holding().overlapping(user, _span(now))
    return [*taking_place, *_lately_cancelled(rows.filter(provider=user), now)]


def _as_client(user: User, *, now: dt.datetime) -> list[Session]:
    if not is_client(user):
        return []
    rows = Session.objects.select_related("provider__coach")
    taking_place = rows.holding().of_client_overlapping(user.client, _span(now))
    return [*taking_place, *_lately_cancelled(rows.filter(client=user.client), now)]


def _span(now: dt.datetime) -> Interval:
    return Interval(now - BACK, now + _AHEAD)


def _lately_cancelled(rows: QuerySet[Session], now: dt.datetime) -> QuerySet[Session]:
    since = now - BACK
    return rows.filter(status=SessionStatus.CANCELLED, cancelled_at__gt=since, during__startswith__gte=since)


def _name_of(session: Session, cared_for: Container[uuid.UUID]) -> str:
    """As the coach has chosen; of who is not in their care any more, nothing."""
    assert session.provider is not None
    chosen = session.provider.coach.feed_names
    if chosen == FeedNames.INITIALS and session.client_id in cared_for and session.client.initials:
        return _("Session (%(initials)s)") % {"initials": session.client.initials}
    return _("Session")


def _cared_for(user: User, sessions: Iterable[Session]) -> set[uuid.UUID]:
    care = Care.objects.filter(provider=user, ended_at__isnull=True, client__in={each.client_id for each in sessions})
    return set(care.values_list("client", flat=True))


def _changed_at(sessions: Iterable[Session]) -> dict[int, dt.datetime]:
    """When each session became what it is."""
    since = {f"session:{each.pk}": each for each in sessions}
    events = AuditEvent.objects.filter(object__in=since).values_list("object").annotate(Max("at"))
    last = dict(events.order_by())
    return {each.pk: last.get(name, each.created_at) for name, each in since.items()}
