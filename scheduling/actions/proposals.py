"""Answers to proposals, and their other ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.kernel.actions import action, inside_action

if TYPE_CHECKING:
    import datetime as dt

    from clients.models import User
    from scheduling.models import RescheduleProposal
    from scheduling.wishes import Outcome


def answer_proposal(proposal_id: int, offer_id: int, *, by: User | None, now: dt.datetime) -> Outcome:
    """Take one of the offered times: the wisher's session is made, or the one who was asked moves.

    `by` is None for somebody with a link.  The same answer sent again gets the same outcome, with
    `first` False.
    Locks: provider, clients, cases, session, proposals.  Tells: the coach and the client.
    Raises: OfferGone(offer, still_free), ProposalClosed(proposal, became), OfferUnknown, ClientArchived, NotInCare."""
    raise NotImplementedError


@action
def decline_proposal(
    proposal_id: int, text: str, *, by: User | None, now: dt.datetime, keeps: bool = False
) -> RescheduleProposal:
    """Say that none of the times fits, with `text`; `keeps`: the one who was asked keeps the hour.

    The case stays pending.  Sent again, nothing more happens.  Read both back with `rules.reply_of`.
    Locks: provider, client, proposal.  Tells: the coach.  Raises: ProposalClosed(proposal, became)."""
    raise NotImplementedError


@action
def withdraw_proposal(proposal_id: int, *, by: User, now: dt.datetime) -> RescheduleProposal:
    """Take an open proposal back; what was held for it is free again.

    Locks: provider, client, proposal.  Tells: its recipient.  Raises: ProposalClosed(proposal, became)."""
    raise NotImplementedError


@inside_action
def expire_due(provider_id: int, *, now: dt.datetime) -> list[RescheduleProposal]:
    """End the provider's open proposals whose time is over; the provider is locked by the caller.

    Tells: the coach."""
    raise NotImplementedError
