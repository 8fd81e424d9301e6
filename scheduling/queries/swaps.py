"""Sessions that could swap their times, and the clients who were asked to."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce

from config.kernel.errors import Refusal
from scheduling import rules, slots
from scheduling.errors import InOneAnothersWay, NeedsOverrule, SameClient
from scheduling.models import RescheduleProposal, Session
from scheduling.queries.asks import NEWS_FOR, events_about, laid_aside
from scheduling.queries.clash import clash_of, taken
from scheduling.states import ProposalKind, ProposalStatus, SessionKind, SessionStatus

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.db.models import QuerySet

    from clients.models import Client, User
    from config.kernel.time import Interval
    from scheduling.queries.counters import CounterWay
    from scheduling.slots import Obstacle

_MOVED = "session_moved"
# So many sessions are shown to choose from, the nearest ones, so far ahead.
PARTNERS, PARTNERS_WITHIN = 12, dt.timedelta(days=56)


class SwapStand(enum.StrEnum):
    """How such a question to two stands; also the name of the template that says so."""

    AGREED = "agreed"  # both said yes, and something is in the way
    OFF = "off"  # one of the two said no
    ENDED = "ended"  # not both answered in time
    ASKED = "asked"
    DONE = "done"


NEEDS_COACH = frozenset({SwapStand.AGREED, SwapStand.OFF, SwapStand.ENDED})


@dataclass(frozen=True, kw_only=True)
class SwapSide:
    """One of the two.  `hour` is where the session is now, `target` where it would be; `said` is yes, no, or None."""

    proposal: int
    session: int
    client: Client
    hour: Interval
    target: Interval
    said: bool | None


@dataclass(frozen=True, kw_only=True)
class AskedSwap:
    """Two clients who were asked to swap.  `id` is the first question, `why_not` what keeps two who agreed apart."""

    id: int
    stand: SwapStand
    sides: tuple[SwapSide, SwapSide]
    since: dt.datetime
    expires_at: dt.datetime
    # The last reminder to whoever has not answered.
    reminded_at: dt.datetime | None
    answered_at: dt.datetime | None
    why_not: str = ""
    # The coach may swap them all the same.
    may_overrule: bool = False
    # Neither of them has times of their own to write.
    declined: None = None
    counters: tuple[CounterWay, ...] = ()

    @property
    def first(self) -> SwapSide:
        """Who was asked first."""
        return self.sides[0]

    @property
    def second(self) -> SwapSide:
        """The other."""
        return self.sides[1]

    @property
    def silent(self) -> tuple[SwapSide, ...]:
        """Who has not answered."""
        return tuple(side for side in self.sides if side.said is None)

    @property
    def willing(self) -> tuple[SwapSide, ...]:
        """Who said yes."""
        return tuple(side for side in self.sides if side.said)

    @property
    def session(self) -> int:
        """The first one's session, by whose address the question is withdrawn or laid aside."""
        return self.first.session

    @property
    def needs_coach(self) -> bool:
        """Whether nothing more happens unless the coach does something."""
        return self.stand in NEEDS_COACH

    @property
    def template(self) -> str:
        """The part that shows it."""
        return f"scheduling/swap/{self.stand}.html"


def what_speaks_against(provider: User, first: Session, second: Session, *, now: dt.datetime) -> list[Obstacle]:
    """What a coach may overrule, of both hours; nothing when they can simply swap.

    Raises: SameClient, NotMovable, SessionBegun, InOneAnothersWay, HourTaken(clash), ClientBusy."""
    if first.client_id == second.client_id:
        raise SameClient()
    for session in (first, second):
        if refusal := rules.why_not_ask(session, now=now):
            raise refusal
    hours = rules.swapped(first.interval, second.interval)
    if hours[0].overlaps(hours[1]):
        raise InOneAnothersWay()
    found: list[Obstacle] = []
    for session, other, hour in ((first, second, hours[0]), (second, first, hours[1])):
        if clash := clash_of(provider, session.client, hour, now=now, ignoring=(first, second)):
            raise taken(clash)
        # Where a session stands already, one of the same length is nothing new.
        if hour != other.interval:
            against = slots.explain(provider, hour, now=now, for_client=session.client, ignoring=(first, second))
            found += [each for each in against if not each.blocks]
    return found


def partners(session: Session, *, now: dt.datetime, on: Interval | None = None) -> list[Session]:
    """Sessions of the same provider's other clients that are still to come, in order: those nearest to this one,
    or all that begin in `on`; each with `is_asked`, whether its client has to answer something about it.  One query."""
    around = Q(during__startswith__gt=now)
    if on:
        around &= Q(during__startswith__gte=on.starts_at, during__startswith__lt=on.ends_at)
    else:
        around &= Q(during__startswith__gt=session.starts_at - PARTNERS_WITHIN)
        around &= Q(during__startswith__lt=session.starts_at + PARTNERS_WITHIN)
    others = Session.objects.filter(
        around,
        provider=session.provider,
        kind=SessionKind.BOOKED,
        status=SessionStatus.SCHEDULED,
        client__care__provider=session.provider,
        client__care__ended_at__isnull=True,
    ).exclude(client=session.client_id)
    asked = RescheduleProposal.objects.filter(session=OuterRef("pk"), status=ProposalStatus.OPEN, expires_at__gte=now)
    others = others.annotate(is_asked=Exists(asked)).select_related("client")
    found = sorted(others, key=lambda each: abs(each.starts_at - session.starts_at))
    return sorted(found if on else found[:PARTNERS], key=lambda each: each.starts_at)


def asked_swaps(provider: User, *, now: dt.datetime, session: Session | None = None) -> list[AskedSwap]:
    """The questions that still matter, those first that need the coach, then the oldest; of one session, one at most.

    One that is over leaves when the coach lays it aside, when either is asked anew, moved or cancelled, or begins.
    One query, and a few for each to which both agreed."""
    rows = listed(provider, now=now)
    if session:
        rows = rows.filter(Q(session=session) | Q(twin__session=session))
    rows = rows.select_related("recipient", "session__client", "twin__recipient", "twin__session__client")
    swaps = [_swap(row, now) for row in rows.prefetch_related("offers", "twin__offers").order_by("created_at", "pk")]
    swaps = [_with_reason(swap, provider, now) if swap.stand == SwapStand.AGREED else swap for swap in swaps]
    return sorted(swaps, key=lambda swap: not swap.needs_coach)


def listed(provider: User, *, now: dt.datetime) -> QuerySet[RescheduleProposal]:
    """The first question of each, for whoever only counts."""
    both = RescheduleProposal.objects.filter(
        *(
            Q(
                **{
                    f"{side}recipient__care__provider": provider,
                    f"{side}recipient__care__ended_at__isnull": True,
                    f"{side}session__status": SessionStatus.SCHEDULED,
                    f"{side}session__during__startswith__gt": now,
                }
            )
            for side in ("", "twin__")
        ),
        ~Q(status=ProposalStatus.WITHDRAWN, twin__status=ProposalStatus.WITHDRAWN),
        ~Q(status=ProposalStatus.ANSWERED) | Q(answered_at__gt=now - NEWS_FOR),
        provider=provider,
        kind=ProposalKind.SWAP,
        pk__lt=F("twin"),
    )
    sessions = Q(session=OuterRef("session")) | Q(session=OuterRef("twin__session"))
    asked_anew = RescheduleProposal.objects.filter(sessions, pk__gt=OuterRef("twin"))
    over = Coalesce(OuterRef("answered_at"), OuterRef("twin__answered_at"), OuterRef("expires_at"))
    for whose in ("session", "twin__session"):
        both = both.exclude(Exists(events_about("session:", OuterRef(whose), _MOVED).filter(at__gt=over)))
    return both.exclude(Exists(asked_anew)).exclude(Exists(laid_aside(OuterRef("pk"))))


def _swap(row: RescheduleProposal, now: dt.datetime) -> AskedSwap:
    assert row.twin is not None
    first, second = _sides((row, row.twin))
    return AskedSwap(
        id=row.pk,
        stand=_stand(row, row.twin, now),
        sides=(first, second),
        since=row.created_at,
        expires_at=row.expires_at,
        reminded_at=max(
            (at for at in (each.reminded_at for each in (row, row.twin) if not each.agreed_at) if at), default=None
        ),
        answered_at=row.answered_at or row.twin.answered_at,
    )


def _sides(both: Sequence[RescheduleProposal]) -> Iterator[SwapSide]:
    for row in both:
        assert row.session is not None
        (offer,) = row.offers.all()
        has_declined = row.status == ProposalStatus.DECLINED
        yield SwapSide(
            proposal=row.pk,
            session=row.session.pk,
            client=row.recipient,
            hour=row.session.interval,
            target=offer.interval,
            said=False if has_declined else True if row.agreed_at else None,
        )


def _stand(first: RescheduleProposal, second: RescheduleProposal, now: dt.datetime) -> SwapStand:
    if first.status == ProposalStatus.ANSWERED:
        return SwapStand.DONE
    if ProposalStatus.DECLINED in {first.status, second.status}:
        return SwapStand.OFF
    # An open one whose time is over has not been tidied yet.
    if not first.is_open_at(now):
        return SwapStand.ENDED
    return SwapStand.AGREED if first.agreed_at and second.agreed_at else SwapStand.ASKED


def _with_reason(swap: AskedSwap, provider: User, now: dt.datetime) -> AskedSwap:
    """Two who agreed, and what keeps them apart."""
    numbers = [side.session for side in swap.sides]
    sessions = Session.objects.select_related("client").in_bulk(numbers)
    try:
        against = what_speaks_against(provider, *(sessions[number] for number in numbers), now=now)
    except Refusal as refusal:
        return replace(swap, why_not=refusal.words)
    if against:
        return replace(swap, why_not=str(NeedsOverrule.message), may_overrule=True)
    return swap
