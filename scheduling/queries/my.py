"""The client's own page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import F

from config.kernel import time
from scheduling import letters
from scheduling.models import ConflictCase, RescheduleProposal, Session
from scheduling.queries.offers import about_of, there_of
from scheduling.states import CaseStatus, ProposalStatus, SessionStatus
from scheduling.suits import words_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping

    from clients.models import Client, User
    from config.kernel.time import Interval

_NEXT, _PAST = 8, 3


@dataclass(frozen=True, kw_only=True)
class Question:
    """An open proposal on the client's own page."""

    id: int
    asks_to_move: bool
    is_swap: bool
    # Said yes to a swap; the other has not answered yet.
    has_agreed: bool
    coach: str
    # The session that is to move, or the hour that cannot be had; None for times out of the waiting list.
    about: Interval | None
    expires_at: dt.datetime
    zone: str


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A session on the client's own page."""

    id: int
    during: Interval
    coach: str
    status: str
    # The status as the client reads it.
    word: str
    is_asked: bool
    is_swap: bool
    zone: str
    there: str
    # Over, and nobody has said yet how it went.
    is_unsaid: bool
    # Going on at this moment.
    is_now: bool

    @property
    def is_ordinary(self) -> bool:
        """Whether its state is what one expects of it anyway."""
        return self.status in {SessionStatus.SCHEDULED, SessionStatus.COMPLETED} and not self.is_asked


@dataclass(frozen=True, kw_only=True)
class Wait:
    """A place on a coach's waiting list on the client's own page."""

    suits: str
    coach: str


@dataclass(frozen=True, kw_only=True)
class MyPage:
    """The client's own page: what needs an answer, what comes, what was."""

    questions: tuple[Question, ...]
    coming: tuple[Visit, ...]
    past: tuple[Visit, ...]
    coaches: tuple[str, ...]
    waits: tuple[Wait, ...]
    # Whether there is more to come than is shown.
    has_more: bool

    @property
    def later(self) -> tuple[Visit, ...]:
        """What comes after the next one."""
        return self.coming[1:]


def my_page(user: User, *, now: dt.datetime) -> MyPage:
    """What a client finds when they have signed in."""
    client: Client = user.client
    open_ones = RescheduleProposal.objects.filter(
        recipient=client, status=ProposalStatus.OPEN, expires_at__gte=now
    ).select_related("provider__coach", "case", "session")
    proposals = list(open_ones.order_by("expires_at", "pk"))
    asked = {proposal.session_id: proposal.is_swap for proposal in proposals}
    sessions = Session.objects.filter(client=client, during__isnull=False).select_related("provider__coach")
    coming = sessions.filter(status=SessionStatus.SCHEDULED, during__endswith__gt=now).order_by("during", "pk")[
        : _NEXT + 1
    ]
    past = sessions.filter(during__endswith__lte=now).order_by("-during", "-pk")[:_PAST]
    visits = [_visit(session, client, asked, now=now) for session in coming]
    return MyPage(
        questions=tuple(_question(proposal) for proposal in proposals),
        coming=tuple(visits[:_NEXT]),
        past=tuple(_visit(session, client, asked, now=now) for session in past),
        coaches=tuple(dict.fromkeys(visit.coach for visit in visits)),
        waits=tuple(_waits(client, now=now)),
        has_more=len(visits) > _NEXT,
    )


def _waits(client: Client, *, now: dt.datetime) -> Iterator[Wait]:
    """The client's places on waiting lists of coaches who care for them, until their last day is over."""
    cases = ConflictCase.objects.filter(
        client=client,
        minutes__isnull=False,
        status=CaseStatus.PENDING_RESOLUTION,
        client__care__provider=F("provider"),
        client__care__ended_at__isnull=True,
    )
    for case in cases.select_related("provider__coach").prefetch_related("windows").order_by("created_at", "pk"):
        today = now.astimezone(time.zone(letters.zone_of(case.provider))).date()
        if case.last_date and case.last_date >= today:
            yield Wait(suits=words_of(case), coach=case.provider.get_full_name())


def _question(proposal: RescheduleProposal) -> Question:
    return Question(
        id=proposal.pk,
        asks_to_move=proposal.asks,
        is_swap=proposal.is_swap,
        has_agreed=proposal.agreed_at is not None,
        coach=proposal.provider.get_full_name(),
        about=None if proposal.case and proposal.case.is_waiting else about_of(proposal),
        expires_at=proposal.expires_at,
        zone=letters.zone_of(proposal.provider),
    )


def _visit(session: Session, client: Client, asked: Mapping[int | None, bool], *, now: dt.datetime) -> Visit:
    assert session.provider is not None
    zone = letters.zone_of(session.provider)
    return Visit(
        id=session.pk,
        during=session.interval,
        coach=session.provider.get_full_name(),
        status=session.status,
        word=str(SessionStatus(session.status).label),
        is_asked=session.pk in asked,
        is_swap=asked.get(session.pk, False),
        zone=zone,
        there=there_of(session.interval, time.zone(zone), client),
        is_unsaid=session.status == SessionStatus.SCHEDULED and session.interval.ends_at <= now,
        is_now=session.interval.starts_at <= now < session.interval.ends_at,
    )
