from __future__ import annotations

import datetime as dt

import pytest

from scheduling.actions import cancel, finish, move
from scheduling.errors import ChangedMeanwhile, NotFinishable, NotReopenable, NotYetBegun
from scheduling.models import RescheduleProposal, Session
from scheduling.states import ProposalStatus, SessionStatus
from tests.factories import NOW, create_case, create_client, create_proposal, create_session, hour
from tests.scheduling.actions import traces

pytestmark = pytest.mark.django_db
# Now is 11:00 of that day.
BEGUN, LATER = "2026-11-20 10:30", "2026-11-20 11:01"
FINISH = [
    (finish.complete_session, SessionStatus.COMPLETED, "session_completed"),
    (finish.miss_session, SessionStatus.NO_SHOW, "session_no_show"),
]


@pytest.fixture
def session(coach):
    return create_session(coach=coach, client=create_client(of=coach), at=BEGUN)


def press(act, session, version=1, now=NOW):
    return act(session.pk, by=session.provider, now=now, version=version)


def stand(session):
    return Session.objects.values_list("status", "version").get(pk=session.pk)


@pytest.mark.parametrize(("act", "status", "verb"), FINISH)
def test_a_session_that_has_begun_is_finished(session, act, status, verb):
    press(act, session)
    assert stand(session) == (status, 2)
    assert traces.audit() == [(verb, f"session:{session.pk}", session.provider_id)]


@pytest.mark.parametrize(("act", "status", "verb"), FINISH)
def test_nobody_hears_of_how_it_ended(session, act, status, verb):
    press(act, session)
    assert traces.outbox() == []


@pytest.mark.parametrize(("act", "status", "verb"), FINISH)
def test_finishing_sent_twice_finishes_once(session, act, status, verb):
    press(act, session)
    before = traces.everything()
    assert press(act, session).status == status
    assert traces.everything() == before


@pytest.mark.parametrize(("act", "status", "verb"), FINISH)
def test_a_session_that_has_not_begun_is_not_finished(clock, coach, act, status, verb):
    session = create_session(coach=coach, client=create_client(of=coach), at=LATER)
    before = traces.everything()
    with pytest.raises(NotYetBegun) as refused:
        press(act, session)
    assert refused.value.next_words == ("From Friday 20 November, 11:01 on it can be marked as completed or missed.")
    assert traces.everything() == before
    assert press(act, session, now=session.starts_at).status == status


def test_completed_is_not_missed_as_well(session):
    press(finish.complete_session, session)
    before = traces.everything()
    with pytest.raises(ChangedMeanwhile) as refused:
        press(finish.miss_session, session)
    assert refused.value.session.status == SessionStatus.COMPLETED
    with pytest.raises(NotFinishable):
        press(finish.miss_session, session, version=2)
    assert traces.everything() == before


@pytest.mark.parametrize("act", [finish.complete_session, finish.miss_session, finish.reopen_session])
def test_from_an_old_page_nothing_is_done(session, act):
    Session.objects.filter(pk=session.pk).update(version=5)
    before = traces.everything()
    with pytest.raises(ChangedMeanwhile) as refused:
        press(act, session)
    assert refused.value.session.version == 5
    assert traces.everything() == before


def test_a_move_to_the_next_version_is_not_taken_for_the_same_press(coach):
    session = create_session(coach=coach, client=create_client(of=coach), at=BEGUN)
    move.move_session(session.pk, hour("2026-11-20 10:40"), by=coach.user, now=NOW, version=1, overrule=True)
    with pytest.raises(ChangedMeanwhile):
        press(finish.complete_session, session)


def test_a_cancelled_session_is_not_finished(coach, session):
    cancel.cancel_session(session.pk, by=coach.user, now=NOW, version=1)
    with pytest.raises(NotFinishable):
        press(finish.complete_session, session, version=2)


def test_what_its_client_was_asked_is_withdrawn_and_the_client_told(coach, session):
    case = create_case(coach=coach, client=create_client(of=coach), blocking=session)
    proposal = create_proposal(case=case, session=session, offers=["2026-11-24 10:00"])
    press(finish.complete_session, session)
    assert RescheduleProposal.objects.get(pk=proposal.pk).status == ProposalStatus.WITHDRAWN
    assert traces.outbox() == [("proposal_withdrawn", f"client:{session.client_id}", f"proposal:{proposal.pk}", 1)]


@pytest.mark.parametrize("act", [finish.complete_session, finish.miss_session])
def test_a_finished_session_is_reopened_however_late(session, act):
    press(act, session)
    press(finish.reopen_session, session, version=2, now=NOW + dt.timedelta(days=90))
    assert stand(session) == (SessionStatus.SCHEDULED, 3)
    assert traces.audit()[-1] == ("session_reopened", f"session:{session.pk}", session.provider_id)


def test_reopening_keeps_what_was_paid_and_takes_the_rating(session):
    paid = {"paid_at": NOW, "paid_by": session.provider}
    Session.objects.filter(pk=session.pk).update(status=SessionStatus.COMPLETED, rating=4, **paid)
    press(finish.reopen_session, session)
    assert Session.objects.values_list("rating", "paid_at").get() == (None, NOW)


def test_reopening_sent_twice_reopens_once(session):
    press(finish.complete_session, session)
    press(finish.reopen_session, session, version=2)
    before = traces.everything()
    press(finish.reopen_session, session, version=2)
    assert traces.everything() == before


@pytest.mark.parametrize("status", [SessionStatus.SCHEDULED, SessionStatus.CANCELLED])
def test_what_is_not_over_is_not_reopened(coach, status):
    session = create_session(coach=coach, client=create_client(of=coach), at=BEGUN, status=status)
    with pytest.raises(NotReopenable):
        press(finish.reopen_session, session)


def test_facts_hold_no_word_of_anybody(session):
    Session.objects.update(title="Canary", cancellation_reason="Canary")
    press(finish.complete_session, session)
    assert "Canary" not in repr(traces.everything()["AuditEvent"])
