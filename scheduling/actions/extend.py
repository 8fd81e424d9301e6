"""More time for somebody who has not answered yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clients.actions import records
from config.kernel.actions import action
from scheduling.actions import book, endings, freed, locks, propose, serve
from scheduling.errors import NotLater

if TYPE_CHECKING:
    import datetime as dt

    from clients.models import User
    from scheduling.models import RescheduleProposal


def extend_proposal(proposal_id: int, until: dt.datetime, *, by: User, now: dt.datetime) -> RescheduleProposal:
    """Let an open proposal be answered until a later moment, in a swap both; what is held for it stays held.

    Sent again, nothing more happens.
    Locks: provider, clients, cases, session, proposal.  Tells: who has yet to answer, at once.
    Raises: ProposalClosed(proposal, became), NotLater, DeadlinePassed, DeadlineTooLate(latest),
    AnswerAfterStart(latest), and of who has yet to answer and could not: ClientArchived, NotInCare, ProviderAway."""
    serve.end_if_due(proposal_id, now=now)
    return _extend(proposal_id, until, by=by, now=now)


@action
def _extend(proposal_id: int, until: dt.datetime, *, by: User, now: dt.datetime) -> RescheduleProposal:
    provider, proposal = freed.lock_proposal_and_around(proposal_id)
    endings.must_be_open(proposal, now)
    if proposal.expires_at == until:
        return proposal
    if until < proposal.expires_at:
        raise NotLater()
    both = locks.lock_swap(proposal)
    asked = list(both.values())
    for each in asked:
        if not each.agreed_at:
            book.welcome(provider, each.recipient)
    offers = [offer.interval for each in asked for offer in each.offers.all()]
    for each in asked:
        propose.check_deadline(provider, offers, until, now=now, session=each.session)
    for each in asked:
        each.expires_at = until
        each.save(update_fields=["expires_at"])
        facts = {"until": until.isoformat()}
        records.record_audit("proposal_extended", f"proposal:{each.pk}", by=by, facts=facts, at=now)
        if not each.agreed_at:
            records.queue_message("proposal_extended", records.to_client(each.recipient_id), f"proposal:{each.pk}")
    return both[proposal.pk]
