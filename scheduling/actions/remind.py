"""A reminder to whoever has not answered yet: by the coach's press, or once by itself before the time is over."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from clients.actions import records
from config.kernel.actions import action, inside_action
from config.kernel.errors import Refusal
from scheduling import rules
from scheduling.actions import book, endings, freed, locks, serve
from scheduling.errors import BothSaidYes, RemindedAlready

if TYPE_CHECKING:
    from clients.models import User
    from scheduling.models import RescheduleProposal

REST = rules.REMIND_REST
# By itself, a day before the answer is due: late enough to be needed, early enough to be of use.
BEFORE = dt.timedelta(hours=24)

REMINDED = "proposal_reminded"


def remind_proposal(proposal_id: int, *, by: User, now: dt.datetime) -> list[RescheduleProposal]:
    """Remind whoever has yet to answer; of two who were asked to swap, those who have not said yes.

    Locks: provider, clients, cases, session, proposals.  Tells: them, at once.
    Raises: ProposalClosed(proposal, became), RemindedAlready(at, again) within twelve hours of the last time, BothSaidYes
    when nobody has yet to answer, ClientArchived, NotInCare, ProviderAway."""
    serve.end_if_due(proposal_id, now=now)
    return _remind(proposal_id, by=by, now=now)


@action
def remind_due(provider_id: int, *, now: dt.datetime) -> int:
    """Remind everybody whose answer is due within a day, each once: not who got the question in the last twelve hours,
    nobody who was reminded by hand, and nobody who could not answer: archived, or not in that care any more.  Late, twice
    or by two machines, it is done once.

    Returns how many.  Locks: provider, proposals.  Tells: them."""
    provider = locks.lock_provider(provider_id)
    unreminded = locks.lock_unreminded(provider_id, now, before=now + BEFORE, since=now - REST)
    due = [each for each in unreminded if _is_welcome(provider, each)]
    for proposal in due:
        _write(proposal, by=None, now=now)
    return len(due)


@action
def _remind(proposal_id: int, *, by: User, now: dt.datetime) -> list[RescheduleProposal]:
    provider, proposal = freed.lock_proposal_and_around(proposal_id)
    endings.must_be_open(proposal, now)
    silent = [each for each in locks.lock_swap(proposal).values() if each.agreed_at is None]
    if not silent:
        raise BothSaidYes()
    last = max((each.reminded_at for each in silent if each.reminded_at), default=None)
    if again := rules.remind_again(last, now=now):
        raise RemindedAlready(at=last, again=again)
    for each in silent:
        book.welcome(provider, each.recipient)
    for each in silent:
        _write(each, by=by, now=now)
    return silent


@inside_action
def _is_welcome(provider: User, proposal: RescheduleProposal) -> bool:
    try:
        book.welcome(provider, proposal.recipient)
    except Refusal:
        return False
    return True


@inside_action
def _write(proposal: RescheduleProposal, *, by: User | None, now: dt.datetime) -> None:
    proposal.reminded_at = now
    proposal.save(update_fields=["reminded_at"])
    records.record_audit(REMINDED, f"proposal:{proposal.pk}", by=by, at=now)
    records.queue_message(REMINDED, records.to_client(proposal.recipient_id), f"proposal:{proposal.pk}")
