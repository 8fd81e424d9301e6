from __future__ import annotations

import datetime as dt

import pytest

from clients.errors import ClientArchived, NotInCare
from clients.models import AuditEvent, Care, Client, OutboxMessage
from clients.states import ClientStatus
from scheduling.actions.extend import extend_proposal
from scheduling.actions.proposals import answer_proposal
from scheduling.errors import AnswerAfterStart, DeadlineTooLate, NotLater, ProposalClosed
from scheduling.states import ProposalStatus
from tests.factories import NOW, create_case, create_client, create_proposal, create_session, moment
from tests.scheduling.actions import traces

pytestmark = pytest.mark.django_db
FIRST = NOW + dt.timedelta(hours=3)
LATER = NOW + dt.timedelta(hours=8)


@pytest.fixture
def session(coach):
    return create_session(coach=coach, client=create_client(of=coach), at="2026-11-24 10:00")


@pytest.fixture
def offered(coach, session):
    case = create_case(coach=coach, client=create_client(of=coach), blocking=session)
    return create_proposal(case=case, offers=["2026-11-25 12:00"], expires_at=FIRST)


@pytest.fixture
def asked(session):
    return create_proposal(session=session, offers=["2026-11-25 12:00"], expires_at=FIRST)


def extend(proposal, coach, until=LATER, now=NOW):
    return extend_proposal(proposal.pk, until, by=coach.user, now=now)


@pytest.mark.parametrize("kind", ["offered", "asked"])
def test_answer_may_come_later_and_the_recipient_is_told(coach, kind, request):
    proposal = request.getfixturevalue(kind)
    extend(proposal, coach)
    told = OutboxMessage.objects.get(kind="proposal_extended")
    assert (told.recipient, told.object) == (f"client:{proposal.recipient_id}", f"proposal:{proposal.pk}")
    answer_proposal(proposal.pk, proposal.offers.get().pk, by=None, now=LATER)
    proposal.refresh_from_db()
    assert (proposal.status, proposal.expires_at) == (ProposalStatus.ANSWERED, LATER)


def test_sent_again_changes_nothing_more(coach, offered):
    extend(offered, coach)
    before = traces.everything()
    extend(offered, coach)
    assert traces.everything() == before


def test_time_is_given_and_not_taken_away(coach, offered):
    before = traces.everything()
    with pytest.raises(NotLater):
        extend(offered, coach, FIRST - dt.timedelta(minutes=1))
    assert traces.everything() == before


def test_answer_leaves_notice_enough_for_the_first_time(coach, offered):
    coach.notice_minutes = 120
    coach.save()
    with pytest.raises(DeadlineTooLate) as refused:
        extend(offered, coach, moment("2026-11-25 11:00"))
    assert refused.value.latest == moment("2026-11-25 10:00")


def test_answer_comes_before_the_session_that_is_to_move(coach, asked, session):
    with pytest.raises(AnswerAfterStart):
        extend(asked, coach, session.starts_at + dt.timedelta(minutes=1))


def test_what_ended_meanwhile_is_not_opened_again_and_is_marked_as_ended(coach, offered):
    with pytest.raises(ProposalClosed) as refused:
        extend(offered, coach, now=FIRST + dt.timedelta(minutes=1))
    offered.refresh_from_db()
    assert (offered.status, refused.value.became) == (ProposalStatus.EXPIRED, ProposalStatus.EXPIRED)
    assert not AuditEvent.objects.filter(verb="proposal_extended").exists()


@pytest.mark.parametrize("why", [ClientArchived, NotInCare])
def test_who_could_not_answer_gets_no_more_time(coach, offered, why):
    if why is ClientArchived:
        Client.objects.filter(pk=offered.recipient_id).update(status=ClientStatus.ARCHIVED)
    else:
        Care.objects.filter(client=offered.recipient_id).update(ended_at=NOW)
    before = traces.everything()
    with pytest.raises(why):
        extend(offered, coach)
    assert traces.everything() == before


def test_what_was_answered_meanwhile_is_over(coach, offered):
    answer_proposal(offered.pk, offered.offers.get().pk, by=None, now=NOW)
    before = traces.everything()
    with pytest.raises(ProposalClosed):
        extend(offered, coach)
    assert traces.everything() == before
