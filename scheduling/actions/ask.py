"""Asking a client to move although nobody else wants the hour: the coach is away, or would like the day otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clients.actions import records, submitted
from config.kernel.actions import action
from scheduling import rules
from scheduling.actions import book, endings, locks, propose, serve
from scheduling.errors import AlreadyAsked, ChangedMeanwhile
from scheduling.queries.asks import LAID_ASIDE, is_laid_aside
from scheduling.wishes import fingerprint_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from clients.models import User
    from config.kernel.time import Interval
    from scheduling.models import RescheduleProposal


@action
def ask_client_to_move(
    session_id: int,
    offers: Sequence[Interval],
    expires_at: dt.datetime,
    note: str,
    *,
    by: User,
    now: dt.datetime,
    version: int,
    form_key: str = "",
) -> RescheduleProposal:
    """Put other times to the client of a session, which stays where it is until they pick one.

    `version` is the one the page showed.  The same form sent again returns the first proposal.
    Locks: provider, client, session, proposals.  Tells: the client.
    Raises: NotMovable, SessionBegun, ChangedMeanwhile(session), AlreadyAsked, OffersMissing,
    OfferNotFree(offer, obstacles), DeadlinePassed, DeadlineTooLate(latest), ClientArchived, NotInCare, ProviderAway,
    AlreadySent, TakenBackSince."""
    seen = locks.peek_session(session_id)
    assert seen.provider_id is not None
    provider = locks.lock_provider(seen.provider_id)
    client = locks.lock_client(seen.client_id)
    fingerprint = fingerprint_of("ask_client", session_id, version, *offers, expires_at, note)
    if first := propose.sent_before(by, form_key, fingerprint):
        return first
    session = locks.lock_session(session_id)
    if refusal := rules.why_not_ask(session, now=now):
        raise refusal
    if session.version != version:
        raise ChangedMeanwhile(session=session)
    book.welcome(provider, client)
    endings.expire_due(provider.pk, now=now)
    if locks.lock_open_proposals("session", session):
        raise AlreadyAsked()
    times = propose.Times(offers=tuple(offers), expires_at=expires_at, note=note)
    proposal = propose.ask_for_move(provider, None, session, times, by=by, now=now)
    submitted.remember(by, form_key, fingerprint, {"proposal": proposal.pk})
    return proposal


def lay_aside(proposal_id: int, *, by: User, now: dt.datetime) -> None:
    """The coach has seen what came of a question, and needs it listed no more; again, nothing more happens.

    Locks: provider, proposal.  Raises: AlreadyAsked while it can still be answered."""
    serve.end_if_due(proposal_id, now=now)
    _lay_aside(proposal_id, by=by, now=now)


@action
def _lay_aside(proposal_id: int, *, by: User, now: dt.datetime) -> None:
    locks.lock_provider(locks.peek_proposal(proposal_id).provider_id)
    proposal = locks.lock_proposal(proposal_id)
    if proposal.is_open_at(now):
        raise AlreadyAsked()
    if not is_laid_aside(proposal):
        records.record_audit(LAID_ASIDE, f"proposal:{proposal.pk}", by=by, at=now)
