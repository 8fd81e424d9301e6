"""Open wishes as the coach sees them: what each waits for, and whether it is the coach's turn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from scheduling import rules
from scheduling.models import ConflictCase, RescheduleProposal, Session
from scheduling.queries.around import is_busy, is_gone, name_of, read_around
from scheduling.queries.stands import NEEDS_COACH, WHY_NOT, Stand
from scheduling.queries.waiting import with_windows
from scheduling.states import CaseStatus, ProposalStatus
from scheduling.suits import words_of

if TYPE_CHECKING:
    import datetime as dt
    from typing import Any

    from django.db.models import QuerySet

    from clients.models import Client, User
    from config.kernel.time import Interval
    from scheduling.queries.around import Around
    from scheduling.queries.counters import CounterWay

CLOSED_SHOWN = 50
_BY_PROPOSAL = {
    ProposalStatus.EXPIRED: Stand.ENDED,
    ProposalStatus.ANSWERED: Stand.NOBODY_ASKED,
    ProposalStatus.WITHDRAWN: Stand.NOBODY_ASKED,
}


@dataclass(frozen=True, kw_only=True)
class PendingWish:
    """One wish.  `proposal` is the last that was put to anybody; `holder` is whose session is in the way now."""

    id: int
    stand: Stand
    client: Client
    # The hour that is wanted, or held; None while somebody on the waiting list has none.
    wanted: Interval | None
    since: dt.datetime
    held_until: dt.datetime | None
    books_itself: bool
    # Why it did not book itself when the hour became free, as a sentence.
    why_not: str
    proposal: RescheduleProposal | None
    offers: int
    reply: str
    # Who has it, with a name only for those in care, and whether they can be asked anything.
    holder: Session | None
    holder_name: str = ""
    may_ask_holder: bool = False
    in_the_way: int
    # Only in line: who comes before, until when that is open, and whether they were asked to move for nobody.
    behind: str
    behind_until: dt.datetime | None
    is_behind_plain_ask: bool = False
    session: Session | None
    closed_at: dt.datetime | None
    # Only of the waiting list: what would suit, in words, and the first free times that do.
    suits: str = ""
    times: tuple[Interval, ...] = ()
    # Filled in by `queries.counters.with_counters`.
    counters: tuple[CounterWay, ...] = ()

    @property
    def declined(self) -> int | None:
        """The proposal to which somebody said that none of its times fits, where that is how the wish stands."""
        return self.proposal.pk if self.proposal and self.stand == Stand.NONE_FITS else None

    @property
    def needs_coach(self) -> bool:
        """Whether nothing more happens unless the coach does something."""
        return self.stand in NEEDS_COACH

    @property
    def template(self) -> str:
        """The part that shows it."""
        return f"scheduling/wish/{self.stand}.html"

    @property
    def asked(self) -> Client | None:
        """Who got the last times, where it was not the wisher."""
        asks = self.proposal is not None and self.proposal.asks
        return self.proposal.recipient if self.proposal and asks else None

    @property
    def may_ask(self) -> bool:
        """Whether somebody could make room by moving."""
        is_another = self.holder is not None and self.holder.client_id != self.client.pk
        return is_another and self.in_the_way == 1 and self.may_ask_holder


def pending_cases(provider: User, *, now: dt.datetime) -> list[PendingWish]:
    """Every open wish, the oldest first.

    Six queries, however many there are; two more if anybody is on the waiting list."""
    open_ones = _cases(provider).filter(status=CaseStatus.PENDING_RESOLUTION)
    cases = list(open_ones.order_by("created_at", "pk"))
    around = read_around(provider, cases, now)
    return [_wish(case, around) for case in cases]


def pending_case(provider: User, case_id: int, *, now: dt.datetime) -> PendingWish | None:
    """One of them."""
    return next((wish for wish in pending_cases(provider, now=now) if wish.id == case_id), None)


def closed_cases(provider: User) -> list[PendingWish]:
    """The wishes that found their end, the latest first."""
    ended = _cases(provider).exclude(status=CaseStatus.PENDING_RESOLUTION).select_related("client", "session")
    cases = list(ended.order_by("-closed_at", "-pk")[:CLOSED_SHOWN])
    with_windows(cases)
    return [_closed(case) for case in cases]


def _cases(provider: User) -> QuerySet[ConflictCase]:
    """Whose care has ended is no longer the coach's to see, and neither is what they wished for."""
    in_care = Q(client__care__provider=provider, client__care__ended_at__isnull=True)
    return ConflictCase.objects.filter(in_care, provider=provider).select_related("client")


def _wish(case: ConflictCase, around: Around) -> PendingWish:
    told = around.proposals.get(case.pk, [])
    last = told[-1] if told else None
    hour = case.hour_at(around.now)
    blocking = [session for session in around.mine if hour and session.interval.overlaps(hour)]
    behind, until = _before(case, blocking, around)
    return PendingWish(
        id=case.pk,
        stand=_stand(case, last, blocking, behind, around),
        client=case.client,
        wanted=hour,
        since=case.created_at,
        held_until=case.held_until if case.held_until and case.held_until > around.now else None,
        books_itself=case.book_when_freed,
        why_not=str(WHY_NOT.get(case.resolution, "")) if case.book_when_freed else "",
        proposal=last,
        offers=len(last.offers.all()) if last else 0,
        reply=rules.reply_of(last).text if last else "",
        holder=blocking[0] if blocking else None,
        holder_name=name_of(blocking[0]) if blocking else "",
        may_ask_holder=bool(blocking and blocking[0].in_care and blocking[0].client.is_active),
        in_the_way=len(blocking),
        behind=behind,
        behind_until=until,
        is_behind_plain_ask=any(_is_plain(around.asked.get(session.pk)) for session in blocking),
        session=None,
        closed_at=None,
        suits=words_of(case),
        times=tuple(around.times.get(case.pk, ())),
    )


def _stand(
    case: ConflictCase, last: RescheduleProposal | None, blocking: list[Any], behind: str, around: Around
) -> Stand:
    hour = case.hour_at(around.now)
    if hour and hour.starts_at <= around.now:
        return Stand.PAST
    if hour and not blocking and not behind and not is_busy(case.client_id, hour, around):
        return Stand.FREE
    if last and last.is_open_at(around.now):
        return _open_stand(last, around)
    if case.is_waiting:
        return _waiting_stand(case, last, around)
    if behind:
        return Stand.IN_LINE
    return _last_stand(last) if last else Stand.NOBODY_ASKED


def _waiting_stand(case: ConflictCase, last: RescheduleProposal | None, around: Around) -> Stand:
    """Of a place on the list: what was written back is read first; else it waits as long as nothing suits."""
    if last and last.status == ProposalStatus.DECLINED:
        return Stand.NONE_FITS
    if around.times.get(case.pk):
        return Stand.FITS
    assert case.last_date is not None
    return Stand.OVER if case.last_date < around.today else Stand.WAITING


def _open_stand(proposal: RescheduleProposal, around: Around) -> Stand:
    if all(is_gone(proposal, offer.interval, around) for offer in proposal.offers.all()):
        return Stand.TAKEN
    return Stand.ASKED if proposal.asks else Stand.OFFERED


def _last_stand(proposal: RescheduleProposal) -> Stand:
    if proposal.status == ProposalStatus.DECLINED:
        return Stand.KEPT if rules.reply_of(proposal).keeps else Stand.NONE_FITS
    # An open one whose time is over has not been tidied yet.
    return _BY_PROPOSAL.get(ProposalStatus(proposal.status), Stand.ENDED)


def _before(case: ConflictCase, blocking: list[Any], around: Around) -> tuple[str, dt.datetime | None]:
    """Who comes before this wish: somebody for whom the hour is held, or for whom its holder is being asked."""
    hour = case.hour_at(around.now)
    for other in around.cases if hour else ():
        kept = other.hour if other.held_until and other.held_until > around.now else None
        if hour and kept and kept.overlaps(hour) and other.pk != case.pk:
            return str(other.client), other.held_until
    for session in blocking:
        asked = around.asked.get(session.pk)
        if asked and asked.case_id != case.pk:
            return name_of(session), asked.expires_at
    return "", None


def _is_plain(asked: RescheduleProposal | None) -> bool:
    return asked is not None and asked.case_id is None


def _closed(case: ConflictCase) -> PendingWish:
    return PendingWish(
        id=case.pk,
        stand=Stand.BOOKED if case.status == CaseStatus.RESOLVED else Stand.WITHDRAWN,
        client=case.client,
        wanted=case.hour,
        since=case.created_at,
        held_until=None,
        books_itself=False,
        why_not="",
        proposal=None,
        offers=0,
        reply="",
        holder=None,
        in_the_way=0,
        behind="",
        behind_until=None,
        session=case.session,
        closed_at=case.closed_at,
        suits=words_of(case),
    )
