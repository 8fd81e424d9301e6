"""One session as its page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count

from config.kernel.time import Interval
from scheduling import rules
from scheduling.models import ConflictCase, RescheduleProposal
from scheduling.queries import cards
from scheduling.states import CaseStatus, ProposalStatus

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from scheduling.models import Session
    from scheduling.queries.cards import Shown


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """Somebody who wants (some of) the session's hour."""

    case: int
    name: str
    wanted: Interval
    since: dt.datetime


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The open question whether the client would move."""

    offers: int
    since: dt.datetime
    until: dt.datetime


@dataclass(frozen=True, kw_only=True)
class SessionPage:
    """All that the page of a session says."""

    session: Session
    shown: Shown
    asked: Asked | None
    waiting: tuple[Waiting, ...]
    can_change: bool
    is_due: bool


def session_page(session: Session, *, now: dt.datetime) -> SessionPage:
    """The session with what is open about it.  Two queries."""
    asked = _asked(session, now)
    row = {**vars(session), "asked": asked is not None}
    shown = cards.shown_as(row, now=now)
    return SessionPage(
        session=session,
        shown=shown,
        asked=asked,
        waiting=tuple(_waiting(session)),
        can_change=rules.may_change(session),
        is_due=cards.is_due(row, shown),
    )


def _asked(session: Session, now: dt.datetime) -> Asked | None:
    proposals = RescheduleProposal.objects.filter(session=session, status=ProposalStatus.OPEN, expires_at__gte=now)
    row = proposals.annotate(times=Count("offers")).values_list("times", "created_at", "expires_at").first()
    return Asked(offers=row[0], since=row[1], until=row[2]) if row else None


def _waiting(session: Session) -> Iterator[Waiting]:
    cases = ConflictCase.objects.filter(
        provider=session.provider,
        status=CaseStatus.PENDING_RESOLUTION,
        wanted__overlap=session.during,
        client__care__provider=session.provider,
        client__care__ended_at__isnull=True,
    )
    rows = cases.order_by("created_at", "pk").values_list("pk", "client__full_name", "wanted", "created_at")
    for pk, name, wanted, since in rows:
        yield Waiting(case=pk, name=name, wanted=Interval.from_range(wanted), since=since)
