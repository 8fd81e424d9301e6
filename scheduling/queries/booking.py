"""What the booking form shows beside its fields: whom to choose from, and how the hour looks."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, F, Max, OuterRef, Q, Subquery

from clients.models import Client
from clients.states import ClientStatus
from config.kernel import letters, time
from config.kernel.time import Interval
from scheduling import slots
from scheduling.models import Session
from scheduling.queries import entries
from scheduling.states import CaseStatus

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable

    from scheduling.models import Coach
    from scheduling.slots import Obstacle

# So many fit the dialog beside the rest; who is looked for may take more room.
SHOWN, SHOWN_FOUND = 5, 8
# Who was here since then comes first.
_RECENT = dt.timedelta(days=90)


@dataclass(frozen=True, kw_only=True)
class Person:
    """A client to choose.  `before`, `hit` and `after` are the name, cut at what was typed."""

    id: uuid.UUID
    before: str
    hit: str
    after: str
    phone: str
    last: dt.datetime | None
    next: dt.datetime | None
    wishes: int
    is_active: bool

    @property
    def name(self) -> str:
        """The name in one piece."""
        return self.before + self.hit + self.after


@dataclass(frozen=True, kw_only=True)
class People:
    """Whom to choose from: the first few, how many more there are, and what was looked for."""

    shown: tuple[Person, ...]
    found: int
    typed: str


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """How an hour looks now.  Only a look: it is judged again, under lock, when it is booked."""

    during: Interval
    obstacles: tuple[Obstacle, ...]
    free_until: dt.datetime | None
    instead: Interval | None

    @property
    def taken(self) -> list[Obstacle]:
        """What nobody can overrule."""
        return [each for each in self.obstacles if each.blocks]

    @property
    def warnings(self) -> list[Obstacle]:
        """What the coach may overrule; nothing while the hour is taken anyway."""
        return [] if self.taken else list(self.obstacles)


def people_for(coach: Coach, typed: str, *, chosen: Client | None, now: dt.datetime) -> People:
    """Active clients in the coach's care that match what was typed, most recent first.

    Five, or eight when somebody is looked for; `chosen` is always among them, and first.  Three queries."""
    rows = Client.objects.filter(
        care__provider=coach.user_id, care__ended_at__isnull=True, status=ClientStatus.ACTIVE
    ).values_list("pk", "full_name", "email", "phone")
    matching = {pk: name for pk, name, *rest in rows if matches(typed, name, *rest)}
    recent = _last_seen(coach, now)
    ranked = sorted(matching, key=lambda pk: (pk not in recent, -recent.get(pk, 0), matching[pk]))
    first = [chosen.pk] if chosen else []
    keys = [*first, *(pk for pk in ranked if pk not in first)][: SHOWN_FOUND if typed.strip() else SHOWN]
    return People(shown=tuple(people_of(coach, keys, typed, now)), found=len(matching), typed=typed)


def outlook(
    coach: Coach,
    during: Interval,
    *,
    now: dt.datetime,
    for_client: Client | None = None,
    ignoring: Session | None = None,
) -> Outlook:
    """How that hour looks for that client; `ignoring` is a session that would move there."""
    obstacles = tuple(slots.explain(coach, during, now=now, for_client=for_client, ignoring=ignoring))
    is_soft = bool(obstacles) and not any(each.blocks for each in obstacles)
    return Outlook(
        during=during,
        obstacles=obstacles,
        free_until=None if obstacles else _free_until(coach, during, now=now, ignoring=ignoring),
        instead=_instead(coach, during, now, for_client, ignoring) if is_soft else None,
    )


def next_free(coach: Coach, *, after: dt.datetime, now: dt.datetime) -> Interval | None:
    """The coach's first free time in the four weeks after that instant."""
    return next(iter(slots.free(coach, Interval(after, after + dt.timedelta(weeks=4)), now=now)), None)


def matches(typed: str, name: str, email: str, phone: str) -> bool:
    """Whether what was typed is in the name or the mail, or is a part of the number; nothing typed is in everything."""
    if not typed.strip():
        return True
    digits = "".join(letter for letter in typed if letter.isdigit())
    numbers = "".join(letter for letter in phone if letter.isdigit())
    is_number = bool(digits) and len(digits) == len(typed.replace(" ", "").lstrip("+"))
    return any(letters.find(text, typed) for text in (name, email)) or (is_number and digits in numbers)


def _last_seen(coach: Coach, now: dt.datetime) -> dict[uuid.UUID, float]:
    span = Interval(now - _RECENT, now)
    seen = Session.objects.overlapping(coach.user_id, span).holding().order_by()
    rows = seen.values_list("client").annotate(last=Max("during__startswith"))
    return {pk: last.timestamp() for pk, last in rows}


def people_of(coach: Coach, keys: list[uuid.UUID], typed: str, now: dt.datetime) -> Iterable[Person]:
    """These clients, in this order, with their last and next session with the coach.  One query."""
    theirs = Session.objects.holding().filter(client=OuterRef("pk"), provider=coach.user_id)
    starts = theirs.annotate(start=F("during__startswith")).values("start")
    is_waiting = Q(cases__provider=coach.user_id, cases__status=CaseStatus.PENDING_RESOLUTION)
    rows = {
        row.pk: row
        for row in Client.objects.filter(pk__in=keys).annotate(
            last=Subquery(starts.filter(start__lte=now).order_by("-start")[:1]),
            next=Subquery(starts.filter(start__gt=now).order_by("start")[:1]),
            wishes=Count("cases", filter=is_waiting),
        )
    }
    for key in keys:
        row = rows[key]
        begin, end = letters.find(row.full_name, typed) or (0, 0)
        yield Person(
            id=row.pk,
            before=row.full_name[:begin],
            hit=row.full_name[begin:end],
            after=row.full_name[end:],
            phone=row.phone,
            last=row.last,
            next=row.next,
            wishes=row.wishes,
            is_active=row.status == ClientStatus.ACTIVE,
        )


def _free_until(coach: Coach, during: Interval, *, now: dt.datetime, ignoring: Session | None) -> dt.datetime:
    """How long the time around that hour stays open and unused."""
    where = time.zone(coach.time_zone)
    rest_of_day = Interval(during.starts_at, time.day_bounds(during.starts_at.astimezone(where).date(), where).ends_at)
    ends = [each.ends_at for each in slots.opening(coach, rest_of_day) if each.contains(during)]
    if not ends or ends[0] <= during.ends_at:
        return during.ends_at
    after = Interval(during.ends_at, ends[0])
    sessions = Session.objects.overlapping(coach.user_id, after).holding()
    others = sessions.exclude(pk=ignoring.pk) if ignoring else sessions
    taken = others.values_list("during", flat=True)
    held = [hold.during for hold in entries.of_holds(coach, after, now=now)]
    begin = [each.starts_at for each in (*map(Interval.from_range, taken), *held)]
    return max(during.ends_at, min([ends[0], *begin]))


def _instead(
    coach: Coach, during: Interval, now: dt.datetime, for_client: Client | None, ignoring: Session | None
) -> Interval | None:
    """The nearest free time of the same day."""
    where = time.zone(coach.time_zone)
    day = time.day_bounds(during.starts_at.astimezone(where).date(), where)
    free = slots.free(coach, day, during.minutes, now=now, for_client=for_client, ignoring=ignoring)
    return min(free, key=lambda each: abs(each.starts_at - during.starts_at), default=None)
