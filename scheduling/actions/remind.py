"""A reminder to whoever has not answered yet: by the coach's press, or once by itself before the time is over."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from clients.actions import records
from config.kernel.actions import action, inside_action
from scheduling.actions import endings, freed, locks, serve
from scheduling.errors import RemindedAlready

if TYPE_CHECKING:
    from clients.models import User
    from scheduling.models import RescheduleProposal

# Oftener than this is pestering.
REST = dt.timedelta(hours=12)
# By itself, a day before the answer is due: late enough to be needed, early enough to be of use.
BEFORE = dt.timedelta(hours=24)

REMINDED = "proposal_reminded"


def remind_proposal(proposal_id: int, *, by: User, now: dt.datetime) -> list[RescheduleProposal]:
    """Remind whoever has yet to answer; of two who were asked to swap, those who have not said yes.

    Locks: provider, clients, cases, session, proposals.  Tells: them, at once.
    Raises: ProposalClosed(proposal, became), RemindedAlready(at, again) within twelve hours of the last time."""
    serve.end_if_due(proposal_id, now=now)
    return _remind(proposal_id, by=by, now=now)


@action
def remind_due(provider_id: int, *, now: dt.datetime) -> int:
    """Remind everybody whose answer is due within a day, each once: not who got the question in the last twelve hours,
    and nobody who was reminded by hand.  Late, twice or by two machines, it is done once.

    Returns how many.  Locks: provider, proposals.  Tells: them."""
    locks.lock_provider(provider_id)
    due = locks.lock_unreminded(provider_id, now, before=now + BEFORE, since=now - REST)
    for proposal in due:
        _write(proposal, by=None, now=now)
    return len(due)


@action
def _remind(proposal_id: int, *, by: User, now: dt.datetime) -> list[RescheduleProposal]:
    _, proposal = freed.lock_proposal_and_around(proposal_id)
    endings.must_be_open(proposal, now)
    silent = [each for each in locks.lock_swap(proposal).values() if each.agreed_at is None]
    lately = [each.reminded_at for each in silent if each.reminded_at and each.reminded_at > now - REST]
    if lately:
        raise RemindedAlready(at=max(lately), again=max(lately) + REST)
    for each in silent:
        _write(each, by=by, now=now)
    return silent


@inside_action
def _write(proposal: RescheduleProposal, *, by: User | None, now: dt.datetime) -> None:
    proposal.reminded_at = now
    proposal.save(update_fields=["reminded_at"])
    records.record_audit(REMINDED, f"proposal:{proposal.pk}", by=by, at=now)
    records.queue_message(REMINDED, records.to_client(proposal.recipient_id), f"proposal:{proposal.pk}")
