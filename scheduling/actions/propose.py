"""Putting times to somebody: the steps that both ways out of a clash share."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection

from clients.actions import records, submitted
from config.kernel.actions import inside_action
from scheduling import rules, slots
from scheduling.actions import locks, messages
from scheduling.errors import (
    AnswerAfterStart,
    DeadlinePassed,
    DeadlineTooLate,
    OfferNotFree,
    OffersMissing,
    TakenBackSince,
)
from scheduling.models import Message, RescheduleProposal, SlotOffer
from scheduling.states import MessageKind, ProposalKind, ProposalStatus
from scheduling.wishes import MOST_OFFERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clients.models import User
    from config.kernel.time import Interval
    from scheduling.models import ConflictCase, Session

_NEXT_NUMBERS = (
    "SELECT nextval(pg_get_serial_sequence('scheduling_rescheduleproposal', 'id')) FROM generate_series(1, %s)"
)


@dataclass(frozen=True, kw_only=True)
class Times:
    """What is put to somebody: the times, until when, and a few words."""

    offers: tuple[Interval, ...]
    expires_at: dt.datetime
    note: str


@inside_action
def sent_before(by: User, form_key: str, fingerprint: str) -> RescheduleProposal | None:
    """What the same form put to somebody when it was first carried out; None when this is the first time.

    Raises: AlreadySent, TakenBackSince when that was withdrawn in between."""
    first = submitted.first_answer(by, form_key, fingerprint)
    if first is None:
        return None
    proposal = locks.lock_proposal(first["proposal"])
    if proposal.status == ProposalStatus.WITHDRAWN:
        raise TakenBackSince()
    return proposal


@inside_action
def offer_to_wisher(
    provider: User, case: ConflictCase, times: Times, *, by: User, now: dt.datetime
) -> RescheduleProposal:
    """Put times to the one who wants in; the case is locked, and nothing is open on it.  Tells: that client.

    Raises: OffersMissing, OfferNotFree(offer, obstacles), DeadlinePassed, DeadlineTooLate(latest)."""
    offers = _counted(times.offers)
    for offer in offers:
        if obstacles := rules.taking(slots.explain(provider, offer, now=now, for_client=case.client)):
            raise OfferNotFree(offer=offer, obstacles=obstacles)
    check_deadline(provider, offers, times.expires_at, now=now)
    proposal = RescheduleProposal(kind=ProposalKind.OFFER_TIMES, case=case, recipient=case.client)
    return _send(proposal, provider, offers, times, "times_offered", by=by, now=now)


@inside_action
def ask_for_move(
    provider: User, case: ConflictCase | None, session: Session, times: Times, *, by: User, now: dt.datetime
) -> RescheduleProposal:
    """Put times to the client of a session, who need not take any; all locked, nothing open on either.

    `case` is the wish that the session is in the way of; without one, nobody else wants the hour.
    Tells: the client of the session.
    Raises: OffersMissing, OfferNotFree(offer, obstacles), DeadlinePassed, DeadlineTooLate(latest)."""
    offers = _counted(times.offers)
    for offer in offers:
        found = slots.explain(provider, offer, now=now, for_client=session.client, ignoring=session)
        obstacles = rules.taking(found)
        # A move within the wanted hour would make no room, and one to where it is would be none.
        is_idle = offer.overlaps(case.interval) if case else offer == session.interval
        if obstacles or is_idle:
            raise OfferNotFree(offer=offer, obstacles=obstacles)
    check_deadline(provider, offers, times.expires_at, now=now, session=session)
    proposal = RescheduleProposal(kind=ProposalKind.ASK_TO_MOVE, case=case, session=session, recipient=session.client)
    return _send(proposal, provider, offers, times, "asked_to_move", by=by, now=now)


@inside_action
def ask_to_swap(
    provider: User,
    sides: Sequence[tuple[Session, Interval]],
    times: Times,
    *,
    by: User,
    now: dt.datetime,
) -> list[RescheduleProposal]:
    """Ask the clients of two sessions to swap, each offered the hour that it would have; nothing open on either.

    The hours are judged by the caller; `times.offers` is not looked at.  Tells: both clients.
    Raises: DeadlinePassed, DeadlineTooLate(latest), AnswerAfterStart(latest)."""
    hours = [hour for _session, hour in sides]
    for session, _hour in sides:
        check_deadline(provider, hours, times.expires_at, now=now, session=session)
    numbers = _next_numbers(len(sides))
    return [
        _send(
            RescheduleProposal(
                pk=number, twin_id=twin, kind=ProposalKind.SWAP, session=session, recipient=session.client
            ),
            provider,
            [hour],
            times,
            "swap_proposed",
            by=by,
            now=now,
        )
        for (session, hour), number, twin in zip(sides, numbers, reversed(numbers), strict=True)
    ]


def _next_numbers(count: int) -> list[int]:
    """Ids for rows that must name each other from the first."""
    with connection.cursor() as cursor:
        cursor.execute(_NEXT_NUMBERS, [count])
        return sorted(number for (number,) in cursor.fetchall())


def _counted(offers: tuple[Interval, ...]) -> list[Interval]:
    once = sorted(set(offers))
    if not 1 <= len(once) <= MOST_OFFERS:
        raise OffersMissing()
    return once


def check_deadline(
    provider: User,
    offers: Sequence[Interval],
    expires_at: dt.datetime,
    *,
    now: dt.datetime,
    session: Session | None = None,
) -> None:
    """Make sure that an answer by then is in time: for the first offer, and for the session that is to move.

    Raises: DeadlinePassed, DeadlineTooLate(latest), AnswerAfterStart(latest)."""
    if expires_at <= now:
        raise DeadlinePassed()
    coach = getattr(provider, "coach", None)
    notice = dt.timedelta(minutes=coach.notice_minutes if coach else 0)
    if expires_at > (latest := rules.latest_answer(offers, notice, now=now)):
        raise DeadlineTooLate(latest=latest)
    if session and expires_at > session.starts_at:
        raise AnswerAfterStart(latest=session.starts_at)


def _send(
    proposal: RescheduleProposal,
    provider: User,
    offers: list[Interval],
    times: Times,
    verb: str,
    *,
    by: User,
    now: dt.datetime,
) -> RescheduleProposal:
    proposal.provider, proposal.note, proposal.expires_at = provider, times.note, times.expires_at
    proposal.created_at = now
    proposal.save(force_insert=True)
    # Two who swap keep their hours from everybody by themselves.
    held = proposal.kind != ProposalKind.SWAP
    SlotOffer.objects.bulk_create(SlotOffer(proposal=proposal, during=each.as_range(), held=held) for each in offers)
    outbox = records.queue_message(verb, records.to_client(proposal.recipient_id), f"proposal:{proposal.pk}")
    Message.objects.create(
        provider=provider,
        client=proposal.recipient,
        author=by,
        kind=MessageKind.RESCHEDULE_PROPOSAL,
        body=times.note,
        proposal=proposal,
        outbox=outbox,
        created_at=now,
    )
    messages.show_change(provider.pk, proposal.recipient_id)
    facts = {
        "case": proposal.case_id,
        "session": proposal.session_id,
        "offers": [records.plain(each) for each in offers],
        # As it was said then; there may be more time later.
        "until": proposal.expires_at.isoformat(),
    }
    records.record_audit(verb, f"proposal:{proposal.pk}", by=by, facts=facts, at=now)
    return proposal
