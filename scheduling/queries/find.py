"""Finding a client or a session by a few letters or a day.  Nothing that was written down of anybody is searched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Case, Count, Exists, F, OuterRef, Q, Value, When, Window
from django.db.models.functions import Greatest, Least

from clients.models import Client
from config.kernel import letters, time
from config.kernel.time import Interval
from scheduling.models import RescheduleProposal, Session
from scheduling.queries import cards
from scheduling.queries.booking import Person, matches, people_of
from scheduling.states import ProposalStatus, SessionKind
from scheduling.typed_days import day_in

if TYPE_CHECKING:
    import datetime as dt
    import uuid

    from scheduling.models import Coach
    from scheduling.queries.cards import Shown

# So many of each are listed; of whom there are more than the last, no sessions are looked for.
CLIENTS, SESSIONS, TOO_MANY = 8, 20, 200
_CARD = ("pk", "status", "during", "title", "arrived_at", "price", "paid_at", "client__full_name", "asked", "found")
# A day further away than this is a number that means something else.
_YEARS = 20


@dataclass(frozen=True, kw_only=True)
class FoundSession:
    """A line of the sessions found."""

    pk: int
    name: str
    during: Interval
    shown: Shown
    note: str
    is_due: bool


@dataclass(frozen=True, kw_only=True)
class Found:
    """What fits the letters: the first few, and how many there are."""

    typed: str
    day: dt.date | None = None
    people: tuple[Person, ...] = ()
    people_found: int = 0
    sessions: tuple[FoundSession, ...] = ()
    sessions_found: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing fits."""
        return not self.people and not self.sessions

    @property
    def more_people(self) -> int:
        """How many clients are not listed."""
        return self.people_found - len(self.people)

    @property
    def more_sessions(self) -> int:
        """How many sessions are not listed."""
        return self.sessions_found - len(self.sessions)


def found(coach: Coach, typed: str, *, now: dt.datetime) -> Found:
    """Clients in the coach's care by name, mail or phone; sessions by the client, the title or a day, upcoming first.

    At most four queries; none without letters."""
    typed = typed.strip()
    if not typed:
        return Found(typed="")
    in_care = Client.objects.filter(care__provider=coach.user_id, care__ended_at__isnull=True)
    rows = in_care.order_by("full_name", "pk").values_list("pk", "full_name", "email", "phone")
    matching = {pk: name for pk, name, *rest in rows if matches(typed, name, *rest)}
    best = sorted(matching, key=lambda pk: not letters.plain(matching[pk]).startswith(letters.plain(typed)))[:CLIENTS]
    day = _day(coach, typed, now)
    sessions = _sessions(coach, typed, list(matching), day, now)
    return Found(
        typed=typed,
        day=day,
        people=tuple(people_of(coach, best, typed, now)) if best else (),
        people_found=len(matching),
        sessions=tuple(_line(row, now) for row in sessions),
        sessions_found=sessions[0]["found"] if sessions else 0,
    )


def _day(coach: Coach, typed: str, now: dt.datetime) -> dt.date | None:
    today = now.astimezone(time.zone(coach.time_zone)).date()
    day = day_in(typed, today)
    return day if day and abs(day.year - today.year) <= _YEARS else None


def _sessions(
    coach: Coach, typed: str, clients: list[uuid.UUID], day: dt.date | None, now: dt.datetime
) -> list[dict[str, Any]]:
    """The rows of sessions that fit, nearest first, those ahead before those past."""
    mine = Session.objects.filter(
        provider=coach.user_id,
        kind=SessionKind.BOOKED,
        client__care__provider=coach.user_id,
        client__care__ended_at__isnull=True,
    )
    titles = mine.exclude(title="").order_by().values_list("title", flat=True).distinct()
    wanted = Q(title__in=[title for title in titles if letters.find(title, typed)])
    if len(clients) <= TOO_MANY:
        wanted |= Q(client__in=clients)
    if day:
        wanted |= Q(during__overlap=time.day_bounds(day, time.zone(coach.time_zone)).as_range())
    asked = RescheduleProposal.objects.filter(session=OuterRef("pk"), status=ProposalStatus.OPEN, expires_at__gte=now)
    start, present = F("during__startswith"), Value(now)
    rows = mine.filter(wanted).annotate(
        asked=Exists(asked),
        found=Window(Count("*")),
        is_past=Case(When(during__endswith__gt=now, then=0), default=1),
        away=Greatest(start, present) - Least(start, present),
    )
    return list(rows.order_by("is_past", "away", "pk").values(*_CARD)[:SESSIONS])


def _line(row: dict[str, Any], now: dt.datetime) -> FoundSession:
    shown = cards.shown_as(row, now=now)
    return FoundSession(
        pk=row["pk"],
        name=row["client__full_name"],
        during=Interval.from_range(row["during"]),
        shown=shown,
        note=cards.note_of(row, shown),
        is_due=cards.is_due(row, shown),
    )
