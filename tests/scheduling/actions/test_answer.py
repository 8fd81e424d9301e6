from __future__ import annotations

import datetime as dt

import pytest

from clients.errors import ClientArchived
from clients.models import Client, User
from clients.states import ClientStatus
from config.kernel.errors import Busy
from scheduling.actions import book, proposals
from scheduling.errors import HourTaken, NotMovable, OfferGone, OfferUnknown, ProposalClosed, ProviderAway
from scheduling.models import ConflictCase, RescheduleProposal, Session
from scheduling.states import CaseStatus, ProposalStatus, SessionStatus
from tests.factories import (
    NOW,
    create_care,
    create_case,
    create_client,
    create_proposal,
    create_session,
    create_time_off,
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


def test_answer_offer_times_makes_the_session_and_resolves_the_case(offered, case, session):
    outcome = answer(offered)
    case.refresh_from_db()
    offered.refresh_from_db()
    made = Session.objects.exclude(pk=session.pk).get()
    assert (outcome.session, outcome.first) == (made, True)
    assert (made.interval, made.client, made.title, made.booked_from) == (
        hour(NOON),
        case.client,
        "First",
        offer_at(offered, NOON),
    )
    assert (offered.status, offered.chosen, offered.answered_at) == (ProposalStatus.ANSWERED, made.booked_from, NOW)
    assert (case.status, case.session, case.closed_at, case.resolution) == (CaseStatus.RESOLVED, made, NOW, "picked")


def test_answer_offer_times_is_told_and_written_down(coach, offered, case):
    made = answer(offered).session
    assert traces.audit() == [
        ("session_booked", f"session:{made.pk}", None),
        ("proposal_answered", f"proposal:{offered.pk}", None),
        ("case_resolved", f"case:{case.pk}", None),
    ]
    assert traces.outbox() == [
        ("session_booked", f"client:{case.client_id}", f"session:{made.pk}", 1),
        ("proposal_answered", f"user:{coach.pk}", f"proposal:{offered.pk}", 1),
    ]


def test_answer_ask_to_move_moves_that_very_row(asked, case, session):
    outcome = answer(asked)
    session.refresh_from_db()
    case.refresh_from_db()
    asked.refresh_from_db()
    assert (outcome.session, session.interval, session.version, session.booked_from) == (session, hour(NOON), 2, None)
    assert (asked.status, asked.chosen) == (ProposalStatus.ANSWERED, offer_at(asked, NOON))
    assert (case.status, case.held_until) == (CaseStatus.PENDING_RESOLUTION, NOW + dt.timedelta(hours=48))
    assert Session.objects.count() == 1


def test_answer_ask_to_move_is_told_at_once_and_written_down(coach, asked, case, session):
    answer(asked)
    assert traces.audit() == [
        ("session_moved", f"session:{session.pk}", None),
        ("proposal_answered", f"proposal:{asked.pk}", None),
        ("hour_held", f"case:{case.pk}", None),
    ]
    assert traces.outbox() == [
        ("session_moved", f"client:{session.client_id}", f"session:{session.pk}", 2),
        ("proposal_answered", f"user:{coach.pk}", f"proposal:{asked.pk}", 1),
        ("hour_held", f"user:{coach.pk}", f"case:{case.pk}", 1),
    ]


def test_answer_ask_to_move_books_the_waiting_one_where_so_ticked(asked, case, session):
    ConflictCase.objects.filter(pk=case.pk).update(book_when_freed=True)
    answer(asked)
    case.refresh_from_db()
    assert (case.status, case.session.interval, case.session.client) == (CaseStatus.RESOLVED, hour(TEN), case.client)
    assert Session.objects.holding().count() == 2


def test_answer_says_who_did_it_or_that_a_link_did(coach, offered):
    answer(offered, by=coach.user)
    facts = [row["facts"] for row in traces.everything()["AuditEvent"] if row["verb"] == "proposal_answered"]
    assert facts == [{"offer": offer_at(offered, NOON).pk, "session": Session.objects.latest("pk").pk}]


@pytest.mark.parametrize("kind", ["offered", "asked"])
def test_answer_of_a_time_just_taken_says_what_is_left(kind, coach, request):
    proposal = request.getfixturevalue(kind)
    taken_by = create_session(coach=coach, client=create_client(of=coach), at=NOON)
    before = traces.everything()
    with pytest.raises(OfferGone) as refused:
        answer(proposal)
    assert (refused.value.offer, refused.value.still_free) == (offer_at(proposal, NOON), [offer_at(proposal, TWO)])
    assert traces.everything() == before
    assert answer(proposal, TWO).session.interval == hour(TWO)
    assert taken_by.interval == hour(NOON)


def test_answer_of_a_time_held_for_somebody_else_is_refused(coach, session, offered):
    other = create_case(coach=coach, client=create_client(of=coach), blocking=session)
    create_proposal(case=other, offers=[NOON])
    with pytest.raises(OfferGone):
        answer(offered)


def test_answer_after_the_coach_took_the_day_off_is_refused(coach, offered):
    create_time_off(coach=coach, starts="2026-11-24 11:00", ends="2026-11-24 13:00")
    with pytest.raises(OfferGone) as refused:
        answer(offered)
    assert refused.value.still_free == [offer_at(offered, TWO)]


def test_answer_when_the_client_is_elsewhere_meanwhile_is_refused(coach, other_coach, case, offered):
    create_care(client=case.client, provider=other_coach)
    create_session(coach=other_coach, client=case.client, at=NOON)
    with pytest.raises(OfferGone):
        answer(offered)


def test_answer_sent_again_gets_the_first_outcome(offered):
    first = answer(offered)
    before = traces.everything()
    second = answer(offered)
    assert (second.session, second.first) == (first.session, False)
    assert traces.everything() == before


def test_answer_with_another_time_after_the_first_is_refused(offered):
    answer(offered)
    with pytest.raises(ProposalClosed) as refused:
        answer(offered, TWO)
    assert (refused.value.became, refused.value.proposal) == (ProposalStatus.ANSWERED, offered)


def test_answer_on_the_last_second_counts_and_one_later_does_not(case, offered):
    late = offered.expires_at + dt.timedelta(seconds=1)
    with pytest.raises(ProposalClosed) as refused:
        answer(offered, now=late)
    assert refused.value.became == ProposalStatus.EXPIRED
    assert RescheduleProposal.objects.get(pk=offered.pk).status == ProposalStatus.EXPIRED
    fresh = create_proposal(case=case, offers=[TWO])
    assert answer(fresh, TWO, now=fresh.expires_at).session.interval == hour(TWO)


@pytest.mark.parametrize("status", [ProposalStatus.WITHDRAWN, ProposalStatus.EXPIRED])
def test_answer_of_what_has_ended_says_what_became_of_it(status, offered):
    RescheduleProposal.objects.filter(pk=offered.pk).update(status=status)
    with pytest.raises(ProposalClosed) as refused:
        answer(offered)
    assert refused.value.became == status


def test_answer_with_another_proposals_time_is_refused(coach, session, offered):
    other = create_case(coach=coach, client=create_client(of=coach), blocking=session)
    foreign = create_proposal(case=other, offers=[TWO], held=False)
    with pytest.raises(OfferUnknown):
        proposals.answer_proposal(offered.pk, foreign.offers.get().pk, by=None, now=NOW)


def test_answer_for_an_archived_client_is_refused(case, offered):
    Client.objects.filter(pk=case.client_id).update(status=ClientStatus.ARCHIVED)
    with pytest.raises(ClientArchived):
        answer(offered)


@pytest.mark.parametrize("kind", ["offered", "asked"])
def test_answer_to_a_coach_who_may_not_sign_in_any_more_is_refused(kind, request, coach):
    proposal = request.getfixturevalue(kind)
    User.objects.filter(pk=coach.pk).update(is_active=False)
    sessions = list(Session.objects.values_list("pk", "during", "version"))
    with pytest.raises(ProviderAway) as refused:
        answer(proposal)
    assert "Elena Marinou" in refused.value.words
    assert list(Session.objects.values_list("pk", "during", "version")) == sessions


def test_answer_for_a_session_that_is_over_is_refused(asked, session):
    Session.objects.filter(pk=session.pk).update(status=SessionStatus.COMPLETED)
    with pytest.raises(NotMovable):
        answer(asked)


def test_answer_that_only_the_database_refuses_is_told_the_same_way(coach, offered, monkeypatch):
    def too_late(*_args, **_kwargs):
        raise HourTaken(constraint="session_provider_no_overlap")

    monkeypatch.setattr(book, "write_session", too_late)
    with pytest.raises(OfferGone) as refused:
        answer(offered)
    assert refused.value.still_free == [offer_at(offered, TWO)]


@pytest.fixture
def locked_for_long(monkeypatch):
    """Somebody keeps the calendar locked for longer than we wait."""

    def wait_in_vain(_user_id):
        raise Busy()

    return lambda: monkeypatch.setattr(proposals.locks, "lock_provider", wait_in_vain)


def test_answer_that_waited_in_vain_says_what_was_decided_meanwhile(offered, locked_for_long):
    first = answer(offered)
    locked_for_long()
    again = answer(offered)
    assert (again.session, again.first) == (first.session, False)
    with pytest.raises(ProposalClosed):
        answer(offered, TWO)


def test_answer_that_waited_in_vain_for_an_open_question_is_told_so(coach, offered, locked_for_long):
    create_session(coach=coach, client=create_client(of=coach), at=NOON)
    locked_for_long()
    with pytest.raises(OfferGone):
        answer(offered)
    with pytest.raises(Busy):
        answer(offered, TWO)


def test_answer_that_breaks_at_the_end_leaves_nothing(offered, monkeypatch):
    def fail(*_args, **_kwargs):
        raise RuntimeError("the power is off")

    monkeypatch.setattr(proposals.endings, "resolve_case", fail)
    before = traces.everything()
    with pytest.raises(RuntimeError, match="the power is off"):
        answer(offered)
    assert traces.everything() == before
