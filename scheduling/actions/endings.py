"""How proposals and cases end, whoever ends them: steps that the actions share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clients.actions import records
from config.kernel.actions import inside_action
from scheduling.actions import line, locks, opened
from scheduling.errors import ProposalClosed
from scheduling.states import CaseStatus, ProposalStatus

if TYPE_CHECKING:
    import datetime as dt

    from clients.models import User
    from scheduling.models import ConflictCase, RescheduleProposal, Session
    from scheduling.wishes import Ending


@inside_action
def expire_due(provider_id: int, *, now: dt.datetime) -> list[RescheduleProposal]:
    """End the provider's open proposals whose time is over, and holds for wishes; the provider is locked.

    What was held goes to whoever is next.

    Returns the proposals.  Tells: the coach, of a swap once; whoever had said yes to one."""
    due = locks.lock_due_proposals(provider_id, now)
    for proposal in due:
        _end(proposal, ProposalStatus.EXPIRED, by=None, now=now)
    for proposal in due:
        records.record_audit("proposal_expired", f"proposal:{proposal.pk}", by=None, at=now)
        if proposal.twin_id is None or proposal.pk < proposal.twin_id:
            records.queue_message("proposal_expired", records.to_user(provider_id), f"proposal:{proposal.pk}")
        if proposal.agreed_at:
            records.queue_message(
                "proposal_expired", records.to_client(proposal.recipient_id), f"proposal:{proposal.pk}"
            )
        call_off(proposal, by=None, now=now)
    line.release_due(provider_id, now=now)
    return due


def must_be_open(proposal: RescheduleProposal, now: dt.datetime) -> None:
    """Make sure that it can still be answered.  Raises: ProposalClosed(proposal, became)."""
    if not proposal.is_open_at(now):
        is_late = proposal.status == ProposalStatus.OPEN
        raise ProposalClosed(proposal=proposal, became=ProposalStatus.EXPIRED if is_late else proposal.status)


@inside_action
def withdraw(
    proposal: RescheduleProposal, *, by: User | None, now: dt.datetime, tell: bool = True, tell_twin: bool = True
) -> None:
    """Take an open, locked proposal back, and with it the other question of a swap; `tell` its recipient, and
    `tell_twin` who was asked the other, unless other news says it already."""
    _end(proposal, ProposalStatus.WITHDRAWN, by=by, now=now)
    actor = records.actor_about(proposal.recipient, by, provider_id=proposal.provider_id)
    records.record_audit("proposal_withdrawn", f"proposal:{proposal.pk}", by=actor, at=now)
    if tell:
        records.queue_message("proposal_withdrawn", records.to_client(proposal.recipient_id), f"proposal:{proposal.pk}")
    call_off(proposal, by=by, now=now, tell=tell_twin)


@inside_action
def call_off(proposal: RescheduleProposal, *, by: User | None, now: dt.datetime, tell: bool = True) -> None:
    """One question of a swap has ended without a swap: the other is withdrawn with it, if that has no end yet."""
    if proposal.twin_id and (twin := locks.lock_proposal(proposal.twin_id)).status == ProposalStatus.OPEN:
        withdraw(twin, by=by, now=now, tell=tell)


@inside_action
def withdraw_asked(session: Session, *, by: User, now: dt.datetime, tell: bool) -> list[int]:
    """Take back what the client of a locked session was asked about it; returns which proposals that were."""
    asked = locks.lock_open_proposals("session", session)
    for proposal in asked:
        withdraw(proposal, by=by, now=now, tell=tell)
    return [proposal.pk for proposal in asked]


@inside_action
def withdraw_open(case: ConflictCase, *, by: User | None, now: dt.datetime, tell_wisher: bool = True) -> None:
    """Take back what is open about a locked case; whoever was asked to move always hears of it."""
    for proposal in locks.lock_open_proposals("case", case):
        withdraw(proposal, by=by, now=now, tell=tell_wisher or proposal.asks)


@inside_action
def resolve_case(case: ConflictCase, session: Session, ending: Ending, *, by: User | None, now: dt.datetime) -> None:
    """Close a locked, pending case: its wisher has this session.  They hear of the session, not of the case.

    Another hour that was held for them goes to whoever is next."""
    withdraw_open(case, by=by, now=now, tell_wisher=False)
    if case.is_waiting:
        # An hour may have been found for it, or given up, since it was locked.
        case.refresh_from_db(fields=["wanted", "held_until"])
    given_up = case.hour if case.held_until and case.held_until > now else None
    case.session, case.resolution = session, ending
    if case.is_waiting:
        case.wanted = session.during
    _close(case, CaseStatus.RESOLVED, now)
    records.record_audit("case_resolved", f"case:{case.pk}", by=by, facts={"session": session.pk}, at=now)
    if given_up and given_up != session.interval:
        opened.mark(case.provider_id, [given_up], by=by, now=now, left_by=case.client_id)


@inside_action
def drop_case(case: ConflictCase, ending: Ending, *, by: User, now: dt.datetime) -> None:
    """Close a locked, pending case without a session; whoever had times to choose from hears of it."""
    withdraw_open(case, by=by, now=now)
    case.resolution = ending
    if case.is_waiting:
        case.wanted = None
    _close(case, CaseStatus.WITHDRAWN, now)
    records.record_audit("case_withdrawn", f"case:{case.pk}", by=by, at=now)


def _end(proposal: RescheduleProposal, status: ProposalStatus, *, by: User | None, now: dt.datetime) -> None:
    proposal.status = status
    proposal.save(update_fields=["status"])
    opened.mark_let_go(proposal, by=by, now=now)


def _close(case: ConflictCase, status: CaseStatus, now: dt.datetime) -> None:
    case.status, case.closed_at, case.held_until = status, now, None
    case.save(update_fields=["status", "session", "resolution", "closed_at", "held_until", "wanted"])
