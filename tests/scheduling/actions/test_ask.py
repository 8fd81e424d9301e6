from __future__ import annotations

import datetime as dt

import pytest

from clients.errors import ClientArchived, NotInCare
from clients.models import Care
from clients.states import ClientStatus
from config.kernel.errors import AlreadySent
from scheduling.actions.ask import ask_client_to_move, lay_aside
from scheduling.actions.cancel import cancel_session
from scheduling.actions.move import move_session
from scheduling.actions.proposals import answer_proposal, decline_proposal, withdraw_proposal
from scheduling.errors import (
    AlreadyAsked,
    AnswerAfterStart,
    ChangedMeanwhile,
    DeadlinePassed,
    DeadlineTooLate,
    NotMovable,
    OfferNotFree,
    OffersMissing,
    ProposalClosed,
    SessionBegun,
    TakenBackSince,
)
from scheduling.models import Message, RescheduleProposal, Session
from scheduling.states import ProposalKind, ProposalStatus, SessionStatus
from tests.factories import NOW, create_case, create_client, create_session, create_time_off, hour, moment
from tests.scheduling.actions import traces

pytestmark = pytest.mark.django_db
TEN, TOMORROW = "2026-11-24 10:00", moment("2026-11-21 18:00")
OTHERS = ("2026-11-24 12:00", "2026-11-25 10:00")


@pytest.fixture
def maria(coach):
    return create_client(of=coach, full_name="Maria Papadopoulou")


@pytest.fixture
def session(coach, maria):
    return create_session(coach=coach, client=maria, at=TEN)


def ask(session, *, offers=OTHERS, expires_at=TOMORROW, note="", version=1, now=NOW, **fields):
    times = [hour(each) for each in offers]
    return ask_client_to_move(
        session.pk, times, expires_at, note, by=session.provider, now=now, version=version, **fields
    )


def stands(session):
    session.refresh_from_db()
    return session.interval, session.status, session.version


def test_ask_puts_times_to_the_client_and_leaves_the_session_where_it_is(coach, maria, session):
    proposal = ask(session, note="I am away")
    row = RescheduleProposal.objects.get()
    assert (row, row.kind, row.status, row.case, row.session, row.recipient, row.note, row.expires_at) == (
        proposal,
        ProposalKind.ASK_TO_MOVE,
        ProposalStatus.OPEN,
        None,
        session,
        maria,
        "I am away",
        TOMORROW,
    )
    assert [(each.interval, each.held) for each in row.offers.order_by("during")] == [(hour(at), True) for at in OTHERS]
    assert stands(session) == (hour(TEN), SessionStatus.SCHEDULED, 1)
    assert traces.audit() == [("asked_to_move", f"proposal:{proposal.pk}", coach.pk)]
    assert traces.outbox() == [("asked_to_move", f"client:{maria.pk}", f"proposal:{proposal.pk}", 1)]
    assert (Message.objects.get().proposal, Message.objects.get().client) == (proposal, maria)


def test_the_same_form_asks_once_and_with_other_answers_is_refused(session):
    first = ask(session, form_key="k")
    before = traces.everything()
    assert ask(session, form_key="k") == first
    with pytest.raises(AlreadySent):
        ask(session, form_key="k", note="Other")
    assert traces.everything() == before


def test_the_same_form_says_so_when_what_it_asked_was_taken_back_since(session):
    withdraw_proposal(ask(session, form_key="k").pk, by=session.provider, now=NOW)
    before = traces.everything()
    with pytest.raises(TakenBackSince):
        ask(session, form_key="k")
    assert traces.everything() == before
    assert ask(session, form_key="another").status == ProposalStatus.OPEN


def test_a_little_later_on_the_same_day_may_be_offered_but_not_the_very_hour(session):
    assert ask(session, offers=["2026-11-24 10:30"]).offers.count() == 1
    withdraw_proposal(RescheduleProposal.objects.get().pk, by=session.provider, now=NOW)
    with pytest.raises(OfferNotFree) as refused:
        ask(session, offers=[TEN])
    assert (refused.value.offer, refused.value.obstacles) == (hour(TEN), [])


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"offers": ()}, OffersMissing),
        ({"offers": [f"2026-11-25 {at}:00" for at in range(10, 16)]}, OffersMissing),
        ({"expires_at": NOW}, DeadlinePassed),
        ({"offers": ["2026-11-24 09:00"], "expires_at": moment("2026-11-24 09:01")}, DeadlineTooLate),
        ({"version": 2}, ChangedMeanwhile),
        ({"now": moment(TEN), "expires_at": moment("2026-11-24 11:00")}, SessionBegun),
    ],
)
def test_refused_and_nothing_written(session, fields, refusal):
    before = traces.everything()
    with pytest.raises(refusal):
        ask(session, **fields)
    assert traces.everything() == before


def test_the_answer_is_due_before_the_session_begins(session):
    with pytest.raises(AnswerAfterStart) as refused:
        ask(session, offers=["2026-11-25 10:00"], expires_at=moment("2026-11-24 10:01"))
    assert refused.value.facts == {"latest": moment(TEN)}
    assert ask(session, offers=["2026-11-25 10:00"], expires_at=moment(TEN)).status == ProposalStatus.OPEN


def test_times_that_are_taken_or_off_are_refused(coach, session):
    nikos = create_client(of=coach, full_name="Nikos Georgiou")
    create_session(coach=coach, client=nikos, at="2026-11-24 12:30")
    create_time_off(coach=coach, starts="2026-11-25 00:00", ends="2026-11-26 00:00")
    for offer, code in ((OTHERS[0], "session"), (OTHERS[1], "time_off")):
        with pytest.raises(OfferNotFree) as refused:
            ask(session, offers=[offer])
        assert [each.code for each in refused.value.obstacles] == [code]


@pytest.mark.parametrize("status", [SessionStatus.CANCELLED, SessionStatus.COMPLETED, SessionStatus.NO_SHOW])
def test_only_a_scheduled_session_is_asked_about(coach, maria, status):
    with pytest.raises(NotMovable):
        ask(create_session(coach=coach, client=maria, at=TEN, status=status))


def test_whose_care_has_ended_or_who_is_archived_is_not_asked(maria, session):
    maria.status = ClientStatus.ARCHIVED
    maria.save()
    with pytest.raises(ClientArchived):
        ask(session)
    maria.status = ClientStatus.ACTIVE
    maria.save()
    Care.objects.update(ended_at=NOW)
    with pytest.raises(NotInCare):
        ask(session)


def test_who_is_asked_already_is_not_asked_again_until_that_has_ended(session):
    first = ask(session)
    with pytest.raises(AlreadyAsked):
        ask(session)
    later = TOMORROW + dt.timedelta(minutes=1)
    second = ask(session, now=later, expires_at=moment("2026-11-23 18:00"))
    first.refresh_from_db()
    assert (first.status, second.status) == (ProposalStatus.EXPIRED, ProposalStatus.OPEN)


def test_who_picks_a_time_moves_and_the_hour_goes_to_whoever_waits_for_it(coach, session):
    nikos = create_client(of=coach, full_name="Nikos Georgiou")
    case = create_case(coach=coach, client=nikos, blocking=session)
    proposal = ask(session)
    outcome = answer_proposal(proposal.pk, proposal.offers.order_by("during")[1].pk, by=None, now=NOW)
    case.refresh_from_db()
    assert (outcome.session, outcome.first) == (session, True)
    assert stands(session) == (hour(OTHERS[1]), SessionStatus.SCHEDULED, 2)
    assert case.held_until is not None
    assert Session.objects.count() == 1


@pytest.mark.parametrize("keeps", [False, True])
def test_who_declines_or_keeps_stays(session, keeps):
    proposal = decline_proposal(ask(session).pk, "" if keeps else "Mornings", by=None, now=NOW, keeps=keeps)
    assert (proposal.status, proposal.keeps) == (ProposalStatus.DECLINED, keeps)
    assert stands(session) == (hour(TEN), SessionStatus.SCHEDULED, 1)


def test_moving_and_cancelling_take_the_question_back(session):
    first = ask(session)
    move_session(session.pk, hour("2026-11-24 15:00"), by=session.provider, now=NOW, version=1)
    second = ask(session, version=2)
    cancel_session(session.pk, by=session.provider, now=NOW, version=2)
    assert (
        list(RescheduleProposal.objects.filter(pk__in=[first.pk, second.pk]).values_list("status", flat=True))
        == [ProposalStatus.WITHDRAWN] * 2
    )
    with pytest.raises(ProposalClosed):
        answer_proposal(second.pk, second.offers.first().pk, by=None, now=NOW)


def test_laid_aside_is_written_down_once_and_only_when_it_is_over(coach, session):
    proposal = ask(session)
    with pytest.raises(AlreadyAsked):
        lay_aside(proposal.pk, by=session.provider, now=NOW)
    for _ in range(2):
        lay_aside(proposal.pk, by=session.provider, now=TOMORROW + dt.timedelta(minutes=2))
    proposal.refresh_from_db()
    assert proposal.status == ProposalStatus.EXPIRED
    assert traces.audit(verb="ask_laid_aside") == [("ask_laid_aside", f"proposal:{proposal.pk}", coach.pk)]
