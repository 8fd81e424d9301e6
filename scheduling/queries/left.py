"""A coach's sessions in lists: those of a day, those that nobody said how they went, those that nobody paid."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Case, Count, Exists, OuterRef, Q, Sum, Value, When, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _

from clients.queries import client_in_care
from config.kernel import time
from config.kernel.time import Interval
from scheduling.models import RescheduleProposal, Session
from scheduling.queries.acts import acts_of_row
from scheduling.queries.cards import Shown
from scheduling.states import ProposalStatus, SessionKind, SessionStatus

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from scheduling.models import Coach
    from scheduling.models.session import SessionQuerySet
    from scheduling.queries.acts import Acts

SHOWN, A_PAGE = 5, 50
_ROW = ("pk", "version", "status", "during", "arrived_at", "price", "paid_at", "client__full_name", "in_care")


class Matter(enum.StrEnum):
    """What is to be settled."""

    UNSAID = "unsaid"  # over, and nobody said how it went
    OWED = "owed"  # took place or was missed, has a price, and is not paid


@dataclass(frozen=True, kw_only=True)
class Row:
    """A session in a list.  Without `in_care` it has no name, and is not the coach's to open."""

    pk: int
    version: int
    status: str
    during: Interval
    price: Decimal | None
    paid_at: dt.datetime | None
    name: str
    in_care: bool
    # What one press does with it now; drawn by scheduling/_row_acts.html.
    acts: Acts | None = None

    @property
    def starts_at(self) -> dt.datetime:
        """When it begins."""
        return self.during.starts_at

    @property
    def ends_at(self) -> dt.datetime:
        """When it ends."""
        return self.during.ends_at

    @property
    def is_owed(self) -> bool:
        """Whether it took place or was missed, has a price, and nobody paid it."""
        is_over = self.status in {SessionStatus.COMPLETED, SessionStatus.NO_SHOW}
        return is_over and bool(self.price) and not self.paid_at

    @property
    def was_missed(self) -> bool:
        """Whether the client did not come."""
        return self.status == SessionStatus.NO_SHOW

    @property
    def is_said(self) -> bool:
        """Whether somebody said how it went."""
        return self.status != SessionStatus.SCHEDULED

    @property
    def word(self) -> str:
        """Its status in a word."""
        return str(Shown(self.status).label)


@dataclass(frozen=True, kw_only=True)
class Left:
    """The oldest of them, how many there are in all, and what they come to."""

    rows: tuple[Row, ...] = ()
    count: int = 0
    total: Decimal = Decimal()

    @property
    def more(self) -> int:
        """How many are not among the rows."""
        return self.count - len(self.rows)


def rows_of_day(coach: Coach, day: Interval, *, now: dt.datetime) -> list[dict[str, Any]]:
    """The sessions that touch the day, cancelled ones too, in order, as `row_of` and a card take them.  One query."""
    asked = RescheduleProposal.objects.filter(session=OuterRef("pk"), status=ProposalStatus.OPEN, expires_at__gte=now)
    sessions = _of(coach).annotate(asked=Exists(asked))
    booked = sessions.overlapping(coach.user_id, day).holding()
    # The exclusion rule's index does not know the cancelled ones; they have one of their own.
    cancelled = sessions.filter(
        status=SessionStatus.CANCELLED, during__startswith__gte=day.starts_at, during__startswith__lt=day.ends_at
    )
    columns = (*_ROW, "title", "asked")
    found = booked.values(*columns).union(cancelled.values(*columns), all=True)
    return sorted(found, key=lambda row: (row["during"].lower, row["pk"]))


def owed() -> Q:
    """A booked session that took place or was missed, has a price, and that nobody paid."""
    return Q(
        kind=SessionKind.BOOKED,
        status__in=[SessionStatus.COMPLETED, SessionStatus.NO_SHOW],
        price__gt=0,
        paid_at__isnull=True,
    )


def unsaid(now: dt.datetime) -> Q:
    """A booked session that is over, and of which nobody said how it went."""
    return Q(kind=SessionKind.BOOKED, status=SessionStatus.SCHEDULED, during__endswith__lte=now)


def left_open(coach: Coach, *, now: dt.datetime) -> dict[Matter, Left]:
    """The oldest five of each kind, and how many there are.  One query."""
    matter = Case(When(status=SessionStatus.SCHEDULED, then=Value(Matter.UNSAID)), default=Value(Matter.OWED))
    sessions = _of(coach).filter(Q(unsaid(now), in_care=True) | owed()).annotate(matter=matter)
    counted = sessions.annotate(
        place=Window(RowNumber(), partition_by="matter", order_by=["during", "pk"]),
        count=Window(Count("pk"), partition_by="matter"),
        total=Window(Sum("price"), partition_by="matter"),
    )
    found = list(counted.filter(place__lte=SHOWN).order_by("during", "pk").values(*_ROW, "matter", "count", "total"))
    return {each: _left([row for row in found if row["matter"] == each], coach, now) for each in Matter}


def left_page(coach: Coach, matter: Matter, *, now: dt.datetime, number: int = 1) -> Left:
    """Fifty of one kind, the oldest first; `number` is which fifty.  One query.

    A page beyond the last has no rows and no count."""
    first = (number - 1) * A_PAGE
    return _left(_rows(coach, matter, now)[first : first + A_PAGE], coach, now)


def left_all(coach: Coach, matter: Matter, *, now: dt.datetime) -> Left:
    """All of one kind, for a file."""
    return _left(_rows(coach, matter, now), coach, now)


def _rows(coach: Coach, matter: Matter, now: dt.datetime) -> QuerySet[Session, dict[str, Any]]:
    which = owed() if matter == Matter.OWED else Q(unsaid(now), in_care=True)
    counted = _of(coach).filter(which).annotate(count=Window(Count("pk")), total=Window(Sum("price")))
    rows: QuerySet[Session, dict[str, Any]] = counted.order_by("during", "pk").values(*_ROW, "count", "total")
    return rows


def _of(coach: Coach) -> SessionQuerySet:
    return Session.objects.filter(provider=coach.user_id).annotate(in_care=client_in_care(coach.user_id))


def _left(found: Iterable[dict[str, Any]], coach: Coach, now: dt.datetime) -> Left:
    rows = list(found)
    if not rows:
        return Left()
    return Left(
        rows=tuple(row_of(row, coach, now=now) for row in rows),
        count=rows[0]["count"],
        total=rows[0]["total"] or Decimal(),
    )


def row_of(row: dict[str, Any], coach: Coach, *, now: dt.datetime) -> Row:
    """The line of a list; who is in the care of others now has no name here."""
    return Row(
        **{name: row[name] for name in ("pk", "version", "status", "price", "paid_at", "in_care")},
        during=Interval.from_range(row["during"]),
        name=row["client__full_name"] if row["in_care"] else _("Former client"),
        acts=acts_of_row(row, now=now, where=time.zone(coach.time_zone)) if row["in_care"] else None,
    )
