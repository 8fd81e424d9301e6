from __future__ import annotations

import datetime as dt

import pytest

from scheduling import rules
from scheduling.actions import book, proposals
from scheduling.errors import ProposalClosed
from scheduling.models import ConflictCase, Session
from scheduling.states import CaseStatus, ProposalStatus
from scheduling.wishes import Booking
from tests.factories import (
    NOW,
    create_case,
    create_client,
    create_proposal,
    create_session,
    hour,
)
from tests.scheduling.actions import traces

pytestmark = pytest.mark.django_db
TEN, NOON, TWO = "2026-11-24 10:00", "2026-11-24 12:00", "2026-11-24 14:00"


@pytest.fixture
def session(coach):
    return create_session(coach=coach, client=create_client(of=coach), at=TEN)


@pytest.fixture
def case(coach, session):
    return create_case(coach=coach, client=create_client(of=coach), blocking=session, title="First")


@pytest.fixture
def offered(case):
    """Noon and two o'clock, put to the wisher."""
    return create_proposal(case=case, offers=[NOON, TWO])


@pytest.fixture
def asked(case, session):
    """Noon and two o'clock, put to whoever has the hour."""
    return create_proposal(case=case, session=session, offers=[NOON, TWO])


def offer_at(proposal, at):
    return proposal.offers.get(during=hour(at).as_range())


def answer(proposal, at=NOON, *, by=None, now=NOW):
    return proposals.answer_proposal(proposal.pk, offer_at(proposal, at).pk, by=by, now=now)


def decline(proposal, text="Only mornings", now=NOW, **fields):
    return proposals.decline_proposal(proposal.pk, text, by=None, now=now, **fields)


def test_decline_proposal_keeps_the_case_pending_and_tells_the_coach(coach, case, offered):
    declined = decline(offered)
    case.refresh_from_db()
    offered.refresh_from_db()
    assert (offered.status, offered.answered_at, rules.reply_of(offered)) == (
        ProposalStatus.DECLINED,
        NOW,
        rules.Reply(keeps=False, text="Only mornings"),
    )
    assert (declined, case.status, Session.objects.count()) == (offered, CaseStatus.PENDING_RESOLUTION, 1)
    assert traces.audit() == [("proposal_declined", f"proposal:{offered.pk}", None)]
    assert traces.outbox() == [("proposal_declined", f"user:{coach.pk}", f"proposal:{offered.pk}", 1)]
    assert "mornings" not in repr(traces.everything()["AuditEvent"])


@pytest.mark.parametrize("text", ["", "Sorry!"])
def test_decline_proposal_can_say_that_the_hour_is_kept(text, asked, session):
    decline(asked, text, keeps=True)
    asked.refresh_from_db()
    session.refresh_from_db()
    assert (rules.reply_of(asked), session.interval, session.version) == (
        rules.Reply(keeps=True, text=text),
        hour(TEN),
        1,
    )
    assert [verb for verb, *_ in traces.audit()] == ["proposal_kept"]


def test_decline_proposal_frees_the_times_for_others(coach, offered):
    decline(offered)
    wish = Booking(client=create_client(of=coach), during=hour(NOON))
    made = book.book_session(wish, by=coach.user, now=NOW)
    assert made.interval == hour(NOON)


def test_decline_proposal_sent_again_declines_once(offered):
    decline(offered)
    before = traces.everything()
    assert decline(offered).status == ProposalStatus.DECLINED
    assert traces.everything() == before


def test_decline_proposal_too_late_or_after_an_answer_is_refused(offered, case):
    with pytest.raises(ProposalClosed) as refused:
        decline(offered, now=offered.expires_at + dt.timedelta(seconds=1))
    assert refused.value.became == ProposalStatus.EXPIRED
    fresh = create_proposal(case=case, offers=[TWO])
    answer(fresh, TWO)
    with pytest.raises(ProposalClosed) as refused:
        decline(fresh)
    assert refused.value.became == ProposalStatus.ANSWERED


def test_withdraw_proposal_takes_it_back_and_tells_its_recipient(coach, asked, session):
    withdrawn = proposals.withdraw_proposal(asked.pk, by=coach.user, now=NOW)
    assert (withdrawn.status, traces.audit()) == (
        ProposalStatus.WITHDRAWN,
        [("proposal_withdrawn", f"proposal:{asked.pk}", coach.pk)],
    )
    assert traces.outbox() == [("proposal_withdrawn", f"client:{session.client_id}", f"proposal:{asked.pk}", 1)]
    before = traces.everything()
    proposals.withdraw_proposal(asked.pk, by=coach.user, now=NOW)
    assert traces.everything() == before


def test_withdraw_proposal_after_the_answer_is_refused(coach, offered):
    answer(offered)
    with pytest.raises(ProposalClosed):
        proposals.withdraw_proposal(offered.pk, by=coach.user, now=NOW)


def test_end_due_ends_only_what_is_over_and_only_ones_own(coach, other_coach, case, offered):
    over = NOW + dt.timedelta(days=9)
    assert proposals.end_due(other_coach.pk, now=over) == []
    assert proposals.end_due(coach.pk, now=offered.expires_at) == []
    assert proposals.end_due(coach.pk, now=over) == [offered]
    assert traces.outbox() == [("proposal_expired", f"user:{coach.pk}", f"proposal:{offered.pk}", 1)]
    assert ConflictCase.objects.get(pk=case.pk).status == CaseStatus.PENDING_RESOLUTION
