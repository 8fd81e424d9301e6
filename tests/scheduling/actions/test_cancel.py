from __future__ import annotations

import datetime as dt

import pytest

from clients.models import OutboxMessage
from scheduling.actions import book, cancel, freed
from scheduling.errors import ChangedMeanwhile, NotCancellable
from scheduling.models import ConflictCase, RescheduleProposal, Session
from scheduling.states import ProposalStatus, SessionStatus
from scheduling.wishes import Booking
from tests.factories import NOW, create_case, create_client, create_proposal, create_session
from tests.scheduling.actions import traces

pytestmark = pytest.mark.django_db
TEN = "2026-11-23 10:00"


@pytest.fixture
def session(coach):
    return create_session(coach=coach, client=create_client(of=coach), at=TEN)


def cancel_it(session, version=1, reason="ill"):
    return cancel.cancel_session(session.pk, by=session.provider, now=NOW, version=version, reason=reason)


def test_cancel_session_says_when_by_whom_and_why(session):
    cancel_it(session)
    assert Session.objects.values(
        "status", "cancelled_at", "cancelled_by", "cancellation_reason", "version", "during"
    ).get() == {
        "status": SessionStatus.CANCELLED,
        "cancelled_at": NOW,
        "cancelled_by": session.provider_id,
        "cancellation_reason": "ill",
        "version": 2,
        "during": session.during,
    }


def test_cancel_session_leaves_an_audit_row_and_tells_the_client_after_the_undo(session):
    cancel_it(session, reason="Canary reason")
    assert traces.audit() == [("session_cancelled", f"session:{session.pk}", session.provider_id)]
    assert traces.outbox() == [("session_cancelled", f"client:{session.client_id}", f"session:{session.pk}", 2)]
    assert OutboxMessage.objects.get().not_before == NOW + dt.timedelta(seconds=20)
    assert "Canary" not in repr(traces.everything()["AuditEvent"])


def test_cancel_session_makes_room(coach, session):
    cancel_it(session)
    again = Booking(client=create_client(of=coach), during=session.interval)
    assert book.book_session(again, by=coach.user, now=NOW).interval == session.interval


def test_cancel_session_sent_twice_cancels_once(session):
    cancel_it(session)
    before = traces.everything()
    assert cancel_it(session).status == SessionStatus.CANCELLED
    assert traces.everything() == before


def test_cancel_session_from_an_old_page_is_refused(session):
    Session.objects.filter(pk=session.pk).update(version=5)
    before = traces.everything()
    with pytest.raises(ChangedMeanwhile) as refused:
        cancel_it(session)
    assert refused.value.session.version == 5
    assert traces.everything() == before


@pytest.mark.parametrize("status", [SessionStatus.COMPLETED, SessionStatus.NO_SHOW, SessionStatus.CANCELLED])
def test_cancel_session_that_is_over_is_refused(coach, status):
    session = create_session(coach=coach, client=create_client(of=coach), at=TEN, status=status)
    with pytest.raises(NotCancellable):
        cancel_it(session)


def test_cancel_session_withdraws_what_its_client_was_asked_and_gives_the_hour_on(coach, session):
    case = create_case(coach=coach, client=create_client(of=coach), blocking=session)
    proposal = create_proposal(case=case, session=session, offers=["2026-11-24 10:00"])
    cancel_it(session)
    assert RescheduleProposal.objects.get(pk=proposal.pk).status == ProposalStatus.WITHDRAWN
    assert ConflictCase.objects.get(pk=case.pk).held_until == NOW + freed.HELD_FOR


def test_cancel_session_that_breaks_at_the_end_leaves_nothing(session, monkeypatch):
    def fail(*_args, **_kwargs):
        raise RuntimeError("the power is off")

    monkeypatch.setattr(freed, "hour_freed", fail)
    before = traces.everything()
    with pytest.raises(RuntimeError, match="the power is off"):
        cancel_it(session)
    assert traces.everything() == before
