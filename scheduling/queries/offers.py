"""A proposal as its recipient sees it."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone

from clients.queries import is_in_care
from config.kernel import dates, time
from scheduling import letters, rules, slots
from scheduling.models import ConflictCase, RescheduleProposal, Session
from scheduling.states import CaseStatus, ProposalStatus, SessionStatus

if TYPE_CHECKING:
    import datetime as dt

    from clients.models import Client
    from config.kernel.time import Interval
    from scheduling.models import CounterTime, SlotOffer


class Stage(enum.StrEnum):
    """What a proposal is to the one who opens it."""

    OPEN = "open"
    AGREED = "agreed"  # yes to a swap, and the other has not answered
    CALL = "call"  # open, but not to be answered here: the two do not work together any more
    MOVED = "moved"  # answered, and the session is at the chosen time
    CHANGED = "changed"  # answered, and the session was moved or cancelled since
    DECLINED = "declined"
    KEPT = "kept"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One of the offered times.  `there` is the same moment by the client's own clock, if that shows another."""

    id: int
    during: Interval
    is_free: bool
    is_same_day: bool
    there: str


@dataclass(frozen=True, kw_only=True)
class ProposalPage:
    """All that the client's page shows of a proposal.  Times are by the coach's clock, whose city is `place`."""

    id: int
    stage: Stage
    asks_to_move: bool
    is_swap: bool
    coach: str
    client: Client
    # What the client has (asked to move), or wanted (offered other times); of the waiting list, the first time offered.
    about: Interval
    # Whether that hour is one that the client named or has.
    is_named: bool
    # Whether that can be said to be unavailable.
    is_unavailable: bool
    minutes: int
    choices: tuple[Choice, ...]
    expires_at: dt.datetime
    note: str
    reply: str
    # Times that the client wrote instead.
    written: tuple[Interval, ...]
    session: Session | None
    # Of one that ended or was taken back: what the same coach asks or offers since, and is still open.
    newer: int | None
    zone: str
    place: str
    elsewhere: str

    @property
    def free_choices(self) -> tuple[Choice, ...]:
        """The times that can still be chosen."""
        return tuple(choice for choice in self.choices if choice.is_free)

    @property
    def instead(self) -> Choice:
        """In a swap: the hour that it would be."""
        return self.choices[0]

    @property
    def about_there(self) -> str:
        """When that is by the client's own clock, if it shows another."""
        return there_of(self.about, time.zone(self.zone), self.client)

    @property
    def session_there(self) -> str:
        """The session's beginning, in the same way."""
        return there_of(self.session.interval, time.zone(self.zone), self.client) if self.session else ""

    @property
    def has_session(self) -> bool:
        """Whether there is a session that still takes place."""
        return self.session is not None and self.session.status == SessionStatus.SCHEDULED


def open_proposal_of(case: ConflictCase, *, now: dt.datetime) -> RescheduleProposal | None:
    """What somebody can still answer about this wish."""
    rows = case.proposals.select_related("recipient", "provider__coach", "case", "session")
    return rows.filter(status=ProposalStatus.OPEN, expires_at__gte=now).first()


def proposal_page(proposal: RescheduleProposal, *, now: dt.datetime) -> ProposalPage:
    """The proposal as it stands at that moment; each offered time is judged by the one engine."""
    asks = proposal.asks
    counters = _counters(proposal)
    accepted = next((each for each in counters if each.accepted_at), None)
    session = proposal.session if asks else _made(proposal, accepted)
    stage = _stage(proposal, session, accepted, now)
    about = about_of(proposal)
    zone = letters.zone_of(proposal.provider)
    return ProposalPage(
        id=proposal.pk,
        stage=stage,
        asks_to_move=asks,
        is_swap=proposal.is_swap,
        coach=proposal.provider.get_full_name(),
        client=proposal.recipient,
        about=about,
        is_named=_is_named(proposal),
        is_unavailable=not asks
        and _is_named(proposal)
        and letters.is_worth_naming(about, proposal.recipient, proposal.provider, at=proposal.created_at),
        minutes=about.minutes,
        choices=_choices(proposal, about, now) if stage in {Stage.OPEN, Stage.AGREED} else (),
        expires_at=proposal.expires_at,
        note=proposal.note,
        reply=rules.reply_of(proposal).text,
        written=tuple(each.interval for each in counters),
        session=session,
        newer=_newer(proposal, now) if stage in {Stage.ENDED, Stage.WITHDRAWN} else None,
        zone=zone,
        place=letters.place_of(zone),
        elsewhere=letters.place_of(proposal.recipient.time_zone) if _elsewhere(proposal, now) else "",
    )


def session_of(proposal: RescheduleProposal) -> Session | None:
    """The session that takes place after an answer, or that it was asked about; None while there is none."""
    accepted = next((each for each in _counters(proposal) if each.accepted_at), None)
    session = proposal.session if proposal.asks else _made(proposal, accepted)
    return session if session and session.status == SessionStatus.SCHEDULED else None


def _stage(
    proposal: RescheduleProposal, session: Session | None, accepted: CounterTime | None, now: dt.datetime
) -> Stage:
    if proposal.status == ProposalStatus.OPEN:
        return _open_stage(proposal) if proposal.is_open_at(now) else Stage.ENDED
    if agreed := accepted or proposal.chosen:
        stays = session and session.status != SessionStatus.CANCELLED and session.during == agreed.during
        return Stage.MOVED if stays else Stage.CHANGED
    if proposal.status == ProposalStatus.DECLINED:
        return _declined_stage(proposal)
    return Stage.WITHDRAWN if proposal.status == ProposalStatus.WITHDRAWN else Stage.ENDED


def _open_stage(proposal: RescheduleProposal) -> Stage:
    can_meet = proposal.recipient.is_active and proposal.provider.is_active
    can_move = proposal.session is None or rules.may_change(proposal.session)
    if can_meet and can_move and is_in_care(proposal.recipient, proposal.provider):
        return Stage.AGREED if proposal.agreed_at else Stage.OPEN
    return Stage.CALL


def _declined_stage(proposal: RescheduleProposal) -> Stage:
    if rules.reply_of(proposal).keeps:
        return Stage.KEPT
    # Once the wish is given up or settled, nobody will come back with other times.
    is_over = proposal.case is not None and proposal.case.status != CaseStatus.PENDING_RESOLUTION
    return Stage.WITHDRAWN if is_over else Stage.DECLINED


def _newer(proposal: RescheduleProposal, now: dt.datetime) -> int | None:
    since = RescheduleProposal.objects.filter(
        recipient=proposal.recipient_id, provider=proposal.provider_id, pk__gt=proposal.pk
    )
    found = since.filter(status=ProposalStatus.OPEN, expires_at__gte=now).order_by("pk").last()
    return found.pk if found else None


def _counters(proposal: RescheduleProposal) -> list[CounterTime]:
    """What the client wrote instead; only with "none fits" there can be any."""
    if proposal.status != ProposalStatus.DECLINED or proposal.keeps:
        return []
    return list(proposal.counter_times.order_by("place"))


def _made(proposal: RescheduleProposal, accepted: CounterTime | None) -> Session | None:
    """The session that the answer made; without one, what the wish was settled with otherwise, if it was."""
    if accepted or proposal.chosen_id is None:
        return proposal.case.session if proposal.case else None
    return Session.objects.filter(booked_from=proposal.chosen_id).first()


def about_of(proposal: RescheduleProposal) -> Interval:
    """The session's time that is to move, or the hour that was wanted; without one, the first that was offered."""
    if proposal.session is not None:
        return proposal.session.interval
    assert proposal.case is not None
    if proposal.case.asked_for:
        return proposal.case.asked_for
    return proposal.offers.order_by("during", "pk")[0].interval


def _is_named(proposal: RescheduleProposal) -> bool:
    return proposal.session is not None or (proposal.case is not None and not proposal.case.is_waiting)


def _choices(proposal: RescheduleProposal, about: Interval, now: dt.datetime) -> tuple[Choice, ...]:
    where = time.zone(letters.zone_of(proposal.provider))
    day = about.starts_at.astimezone(where).date()
    return tuple(
        Choice(
            id=offer.pk,
            during=offer.interval,
            is_free=not _is_taken(proposal, offer, now),
            is_same_day=offer.interval.starts_at.astimezone(where).date() == day,
            there=there_of(offer.interval, where, proposal.recipient),
        )
        for offer in proposal.offers.order_by("during", "pk")
    )


def _is_taken(proposal: RescheduleProposal, offer: SlotOffer, now: dt.datetime) -> bool:
    if proposal.is_swap:
        # Who has that hour is asked to leave it.
        return False
    against = slots.explain(
        proposal.provider, offer.interval, now=now, for_client=proposal.recipient, ignoring=proposal.session
    )
    return rules.is_taken(against)


def _elsewhere(proposal: RescheduleProposal, now: dt.datetime) -> bool:
    here = now.astimezone(time.zone(letters.zone_of(proposal.provider)))
    return here.utcoffset() != now.astimezone(time.zone(proposal.recipient.time_zone)).utcoffset()


def there_of(during: Interval, where: dt.tzinfo, client: Client) -> str:
    """The same moment by the client's clock: the hour, with the day where that differs too; empty if all is the same."""
    here, there = during.starts_at.astimezone(where), during.starts_at.astimezone(time.zone(client.time_zone))
    if here.replace(tzinfo=None) == there.replace(tzinfo=None):
        return ""
    with timezone.override(there.tzinfo):
        return dates.clock(there) if here.date() == there.date() else dates.short_day_time(there)
