"""Answers to proposals, and their other ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clients.actions import records
from config.kernel.actions import action, inside_action
from config.kernel.errors import Busy
from scheduling import rules, slots
from scheduling.actions import book, counter, endings, freed, locks, opened, serve, swap
from scheduling.actions.endings import expire_due
from scheduling.actions.move import tell_move, write_move
from scheduling.actions.serve import end_due
from scheduling.errors import HourTaken, NotMovable, OfferGone, OfferUnknown
from scheduling.states import ProposalKind, ProposalStatus
from scheduling.wishes import Ending, Outcome

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from clients.models import User
    from config.kernel.time import Interval
    from scheduling.models import RescheduleProposal, Session, SlotOffer

__all__ = ["answer_proposal", "decline_proposal", "end_due", "expire_due", "withdraw_proposal"]


def answer_proposal(proposal_id: int, offer_id: int, *, by: User | None, now: dt.datetime) -> Outcome:
    """Take one of the offered times: the wisher's session is made, or the one who was asked moves; to a swap it is a
    yes, and the session moves when the other has said yes too.

    `by` is None for somebody with a link.  The same answer sent again gets the same outcome, with
    `first` False.
    Locks: provider, clients, cases, session, proposals.  Tells: the coach and the client.
    Raises: OfferGone(offer, still_free), ProposalClosed(proposal, became), OfferUnknown, NotMovable, NotInCare,
    ClientArchived, ProviderAway."""
    serve.end_if_due(proposal_id, now=now)
    try:
        return _answer(proposal_id, offer_id, by=by, now=now)
    except HourTaken as taken:
        # The database itself spoke: somebody wrote without waiting for the lock.
        proposal = locks.peek_proposal(proposal_id)
        raise _gone(proposal, proposal.offers.get(pk=offer_id), now) from taken
    except Busy:
        # Whoever keeps the calendar locked for so long may have decided this very question: then that is the answer.
        settled = _settled(locks.peek_proposal(proposal_id), offer_id, now)
        if isinstance(settled, Outcome):
            return settled
        raise


def decline_proposal(
    proposal_id: int,
    text: str,
    *,
    by: User | None,
    now: dt.datetime,
    keeps: bool = False,
    times: Sequence[Interval] = (),
) -> RescheduleProposal:
    """Say that none of the times fits, with `text` and up to three `times` that would; `keeps`: the one who was asked
    keeps the hour, and writes none.

    The case stays pending.  Sent again, nothing more happens.  Read text and `keeps` back with `rules.reply_of`.
    Locks: provider, client, proposal.  Tells: the coach.  Raises: ProposalClosed(proposal, became)."""
    serve.end_if_due(proposal_id, now=now)
    reply, times = rules.Reply(keeps, text), () if keeps else tuple(times)
    return _decline(proposal_id, reply, times, by=by, now=now)


@action
def withdraw_proposal(proposal_id: int, *, by: User, now: dt.datetime) -> RescheduleProposal:
    """Take an open proposal back; what was held for it is free again.

    Locks: provider, client, proposal.  Tells: its recipient.  Raises: ProposalClosed(proposal, became)."""
    _, proposal = freed.lock_proposal_and_around(proposal_id)
    if proposal.status == ProposalStatus.WITHDRAWN:
        return proposal
    endings.must_be_open(proposal, now)
    endings.withdraw(proposal, by=by, now=now)
    return proposal


@action
def _answer(proposal_id: int, offer_id: int, *, by: User | None, now: dt.datetime) -> Outcome:
    provider, proposal = freed.lock_proposal_and_around(proposal_id)
    offer = _settled(proposal, offer_id, now)
    if isinstance(offer, Outcome):
        return offer
    take = _TAKEN[ProposalKind(proposal.kind)]
    return Outcome(proposal=proposal, session=take(provider, proposal, offer, by=by, now=now))


@action
def _decline(
    proposal_id: int, reply: rules.Reply, times: tuple[Interval, ...], *, by: User | None, now: dt.datetime
) -> RescheduleProposal:
    provider, proposal = freed.lock_proposal_and_around(proposal_id)
    is_same = proposal.status == ProposalStatus.DECLINED and rules.reply_of(proposal) == reply
    if is_same and counter.times_of(proposal) == times:
        return proposal
    endings.must_be_open(proposal, now)
    proposal.status, proposal.answered_at = ProposalStatus.DECLINED, now
    proposal.keeps, proposal.counter_text = reply.keeps, reply.text
    proposal.save(update_fields=["status", "answered_at", "keeps", "counter_text"])
    counter.write_times(proposal, times, now=now)
    verb = "proposal_kept" if reply.keeps else "proposal_declined"
    facts = {**_via(by), **({"times": [records.plain(each) for each in times]} if times else {})}
    records.record_audit(verb, f"proposal:{proposal.pk}", by=by, facts=facts, at=now)
    records.queue_message(verb, records.to_user(provider.pk), f"proposal:{proposal.pk}")
    opened.mark_let_go(proposal, by=by, now=now)
    endings.call_off(proposal, by=by, now=now)
    return proposal


@inside_action
def _book_wisher(
    provider: User, proposal: RescheduleProposal, offer: SlotOffer, *, by: User | None, now: dt.datetime
) -> Session:
    case = proposal.case
    assert case is not None
    book.welcome(provider, proposal.recipient)
    session = book.write_session(
        provider, proposal.recipient, offer.interval, by=by, now=now, title=case.title, booked_from=offer, settles=case
    )
    _keep_answer(proposal, offer, session, by=by, now=now)
    endings.resolve_case(case, session, Ending.PICKED, by=by, now=now)
    return session


@inside_action
def _move_asked(
    provider: User, proposal: RescheduleProposal, offer: SlotOffer, *, by: User | None, now: dt.datetime
) -> Session:
    session = proposal.session
    assert session is not None
    book.welcome(provider, session.client)
    if not rules.may_change(session):
        raise NotMovable()
    left = write_move(provider, session, offer.interval, by=by, now=now)
    tell_move(session, left, by=by, now=now)
    _keep_answer(proposal, offer, session, by=by, now=now)
    freed.hour_freed(provider, left, now=now, by=by, left_by=session.client_id)
    return session


@inside_action
def _agree_to_swap(
    provider: User, proposal: RescheduleProposal, _offer: SlotOffer, *, by: User | None, now: dt.datetime
) -> Session:
    session = _session_of(proposal)
    book.welcome(provider, session.client)
    if not rules.may_change(session):
        raise NotMovable()
    return swap.agree(provider, proposal, by=by, now=now)


_TAKEN = {
    ProposalKind.OFFER_TIMES: _book_wisher,
    ProposalKind.ASK_TO_MOVE: _move_asked,
    ProposalKind.SWAP: _agree_to_swap,
}


def _settled(proposal: RescheduleProposal, offer_id: int, now: dt.datetime) -> Outcome | SlotOffer:
    """The outcome of this very answer if it was given before; the offer itself while it can still be taken.

    Raises: ProposalClosed, OfferUnknown, OfferGone."""
    if proposal.status == ProposalStatus.ANSWERED and proposal.chosen_id == offer_id:
        return Outcome(proposal=proposal, session=_session_of(proposal), first=False)
    endings.must_be_open(proposal, now)
    offer = proposal.offers.filter(pk=offer_id).first()
    if offer is None:
        raise OfferUnknown()
    if proposal.agreed_at:
        return Outcome(proposal=proposal, session=_session_of(proposal), first=False)
    # In a swap the other has that hour, and is to leave it.
    if not proposal.is_swap and _is_taken(proposal, offer, now):
        raise _gone(proposal, offer, now)
    return offer


def _keep_answer(
    proposal: RescheduleProposal, offer: SlotOffer, session: Session, *, by: User | None, now: dt.datetime
) -> None:
    proposal.status, proposal.chosen, proposal.answered_at = ProposalStatus.ANSWERED, offer, now
    proposal.save(update_fields=["status", "chosen", "answered_at"])
    # The times that were not chosen are free for others.
    opened.mark_let_go(proposal, by=by, now=now)
    facts = {"offer": offer.pk, "session": session.pk, **_via(by)}
    records.record_audit("proposal_answered", f"proposal:{proposal.pk}", by=by, facts=facts, at=now)
    records.queue_message("proposal_answered", records.to_user(proposal.provider_id), f"proposal:{proposal.pk}")


def _session_of(proposal: RescheduleProposal) -> Session:
    """The session that was asked to move, or the one that the answer made."""
    if proposal.session_id:
        return locks.peek_session(proposal.session_id)
    assert proposal.chosen is not None
    return proposal.chosen.booked_session


def _is_taken(proposal: RescheduleProposal, offer: SlotOffer, now: dt.datetime) -> bool:
    against = slots.explain(
        proposal.provider, offer.interval, now=now, for_client=proposal.recipient, ignoring=proposal.session
    )
    return rules.is_taken(against)


def _gone(proposal: RescheduleProposal, offer: SlotOffer, now: dt.datetime) -> OfferGone:
    others = proposal.offers.exclude(pk=offer.pk).order_by("during", "pk")
    return OfferGone(offer=offer, still_free=[other for other in others if not _is_taken(proposal, other, now)])


def _via(by: User | None) -> dict[str, str]:
    return {} if by else {"via": "link"}
