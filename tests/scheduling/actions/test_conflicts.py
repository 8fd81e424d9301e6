from __future__ import annotations

import datetime as dt

import pytest

from clients.errors import ClientArchived, NotInCare
from clients.states import ClientStatus
from config.kernel.errors import AlreadySent
from scheduling.actions import conflicts
from scheduling.actions.proposals import withdraw_proposal
from scheduling.errors import (
    CannotAsk,
    ChangedMeanwhile,
    DeadlinePassed,
    DeadlineTooLate,
    HourFreeNow,
    HourTaken,
    OfferNotFree,
    OffersMissing,
    TakenBackSince,
)
from scheduling.models import ConflictCase, Message, RescheduleProposal, Session
from scheduling.states import CaseStatus, MessageKind, ProposalKind, ProposalStatus
from scheduling.wishes import AskToMove, Booking, ClashKind, OfferTimes
from tests.factories import (
    NOW,
    create_case,
    create_client,
    create_coach,
    create_proposal,
    create_session,
    hour,
    moment,
)
from tests.scheduling.actions import traces

pytestmark = pytest.mark.django_db
TEN, TOMORROW = "2026-11-24 10:00", moment("2026-11-21 18:00")
OTHERS = ("2026-11-24 12:00", "2026-11-25 10:00")


@pytest.fixture
def maria(coach):
    return create_client(of=coach, full_name="Maria Papadopoulou")


@pytest.fixture
def nikos(coach):
    return create_client(of=coach, full_name="Nikos Georgiou")


@pytest.fixture
def session(coach, maria):
    return create_session(coach=coach, client=maria, at=TEN)


def offer(coach, client, *, at=TEN, offers=OTHERS, expires_at=TOMORROW, **fields):
    booking = Booking(client=client, during=hour(at), title="First")
    wish = OfferTimes(booking=booking, offers=tuple(hour(each) for each in offers), expires_at=expires_at, **fields)
    return conflicts.offer_times(wish, by=coach.user, now=NOW)


def ask(coach, client, session, *, at=TEN, offers=OTHERS, expires_at=TOMORROW, version=1, **fields):
    wish = AskToMove(
        booking=Booking(client=client, during=hour(at), title="First"),
        session_id=session.pk,
        session_version=version,
        offers=tuple(hour(each) for each in offers),
        expires_at=expires_at,
        **fields,
    )
    return conflicts.ask_to_move(wish, by=coach.user, now=NOW)


def either(way, coach, client, session, **fields):
    return offer(coach, client, **fields) if way == "offer" else ask(coach, client, session, **fields)


def test_offer_times_opens_a_case_with_a_proposal_and_books_nothing(coach, nikos, session):
    proposal = offer(coach, nikos, note="Hello")
    assert ConflictCase.objects.values("provider", "client", "wanted", "blocking_session", "status", "title").get() == {
        "provider": coach.pk,
        "client": nikos.pk,
        "wanted": hour(TEN).as_range(),
        "blocking_session": session.pk,
        "status": CaseStatus.PENDING_RESOLUTION,
        "title": "First",
    }
    row = RescheduleProposal.objects.get()
    assert (row, row.kind, row.status, row.recipient, row.session, row.note, row.expires_at) == (
        proposal,
        ProposalKind.OFFER_TIMES,
        ProposalStatus.OPEN,
        nikos,
        None,
        "Hello",
        TOMORROW,
    )
    assert [(each.interval, each.held) for each in row.offers.order_by("during")] == [(hour(at), True) for at in OTHERS]
    assert list(Session.objects.all()) == [session]


def test_offer_times_writes_message_audit_and_outbox(coach, nikos, session):
    proposal = offer(coach, nikos, note="Canary note")
    case = f"case:{proposal.case_id}"
    assert traces.audit() == [("case_opened", case, coach.pk), ("times_offered", f"proposal:{proposal.pk}", coach.pk)]
    assert traces.outbox() == [("times_offered", f"client:{nikos.pk}", f"proposal:{proposal.pk}", 1)]
    message = Message.objects.get()
    assert (message.kind, message.client, message.author, message.body, message.proposal) == (
        MessageKind.RESCHEDULE_PROPOSAL,
        nikos,
        coach.user,
        "Canary note",
        proposal,
    )
    assert "Canary" not in repr(traces.everything()["AuditEvent"]) + repr(traces.everything()["OutboxMessage"])


def test_a_wish_that_is_taken_up_again_books_itself_as_before(coach, maria, nikos, session):
    case = ask(coach, nikos, session, book_when_freed=True)
    offer(coach, nikos)
    case.refresh_from_db()
    assert case.book_when_freed


def test_ask_to_move_opens_a_case_and_leaves_the_session_where_it_is(coach, maria, nikos, session):
    case = ask(coach, nikos, session, note="Could we?", book_when_freed=True)
    session.refresh_from_db()
    assert (session.interval, session.version, Session.objects.count()) == (hour(TEN), 1, 1)
    assert (case.client, case.blocking_session, case.status, case.book_when_freed) == (
        nikos,
        session,
        CaseStatus.PENDING_RESOLUTION,
        True,
    )
    proposal = RescheduleProposal.objects.get()
    assert (proposal.kind, proposal.session, proposal.case, proposal.recipient) == (
        ProposalKind.ASK_TO_MOVE,
        session,
        case,
        maria,
    )
    assert traces.outbox() == [("asked_to_move", f"client:{maria.pk}", f"proposal:{proposal.pk}", 1)]
    assert [verb for verb, *_ in traces.audit()] == ["case_opened", "asked_to_move"]


def test_ask_to_move_of_a_session_already_asked_waits_in_line(coach, nikos, session):
    ask(coach, nikos, session)
    second = ask(coach, create_client(of=coach), session)
    assert (second.status, second.proposals.count()) == (CaseStatus.PENDING_RESOLUTION, 0)
    assert RescheduleProposal.objects.filter(status=ProposalStatus.OPEN).count() == 1
    assert [kind for kind, *_ in traces.outbox()] == ["asked_to_move"]


def test_ask_to_move_after_the_earlier_one_ended_asks_anew(coach, nikos, session):
    old = create_proposal(
        case=create_case(coach=coach, client=create_client(of=coach), blocking=session),
        session=session,
        offers=["2026-11-25 12:00"],
        expires_at=NOW - dt.timedelta(hours=1),
    )
    case = ask(coach, nikos, session)
    old.refresh_from_db()
    assert (old.status, case.proposals.count()) == (ProposalStatus.EXPIRED, 1)


@pytest.mark.parametrize("way", ["offer", "ask"])
def test_either_way_is_refused_when_the_hour_is_free_now(way, coach, nikos, session):
    before = traces.everything()
    with pytest.raises(HourFreeNow):
        either(way, coach, nikos, session, at="2026-11-24 14:00")
    assert traces.everything() == before


@pytest.mark.parametrize("way", ["offer", "ask"])
@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"offers": ()}, OffersMissing),
        ({"offers": [f"2026-11-25 {number}:00" for number in range(10, 16)]}, OffersMissing),
        ({"expires_at": NOW}, DeadlinePassed),
        ({"expires_at": moment("2026-11-24 12:01")}, DeadlineTooLate),
        ({"offers": ["2026-11-19 10:00"]}, OfferNotFree),
        ({"offers": [TEN]}, OfferNotFree),
    ],
)
def test_either_way_judges_times_and_deadline_and_writes_nothing(way, fields, refusal, coach, session):
    nikos = create_client(of=coach)
    before = traces.everything()
    with pytest.raises(refusal):
        either(way, coach, nikos, session, **fields)
    assert traces.everything() == before


def test_offer_times_names_the_time_that_is_not_free(coach, nikos, session):
    create_session(coach=coach, client=create_client(of=coach), at=OTHERS[1])
    with pytest.raises(OfferNotFree) as refused:
        offer(coach, nikos)
    assert (refused.value.offer, [each.code for each in refused.value.obstacles]) == (hour(OTHERS[1]), ["session"])


def test_offer_times_leaves_the_notice_before_the_first_of_them():
    coach = create_coach(notice=24 * 60)
    session = create_session(coach=coach, client=create_client(of=coach), at=TEN)
    with pytest.raises(DeadlineTooLate) as refused:
        offer(coach, create_client(of=coach), expires_at=moment("2026-11-23 12:01"))
    assert refused.value.latest == moment("2026-11-23 12:00")
    offer(coach, create_client(of=coach), expires_at=moment("2026-11-23 12:00"))
    assert session.blocks_cases.count() == 1


def test_offer_times_twice_for_one_hour_is_one_wish_with_the_newer_times(coach, nikos, session):
    first = offer(coach, nikos)
    second = offer(coach, nikos, offers=["2026-11-25 14:00"])
    first.refresh_from_db()
    assert (ConflictCase.objects.count(), first.status, second.case) == (1, ProposalStatus.WITHDRAWN, first.case)


def test_offer_times_to_a_client_who_is_elsewhere_tells_nothing_of_it(coach, other_coach):
    client = create_client(of=[coach, other_coach])
    elsewhere = create_session(coach=other_coach, client=client, at=TEN)
    proposal = offer(coach, client)
    assert (proposal.case.blocking_session, proposal.provider) == (elsewhere, coach.user)
    with pytest.raises(CannotAsk) as refused:
        ask(coach, client, elsewhere)
    assert (refused.value.clash.kind, refused.value.clash.sessions) == (ClashKind.CLIENT_BUSY, ())


def test_ask_to_move_among_several_is_refused(coach, nikos, session):
    create_session(coach=coach, client=create_client(of=coach), at="2026-11-24 11:00")
    with pytest.raises(CannotAsk) as refused:
        ask(coach, nikos, session, at="2026-11-24 10:30")
    assert refused.value.clash.kind == ClashKind.SEVERAL


def test_ask_to_move_when_somebody_else_has_the_hour_now_names_them(coach, nikos, session):
    other = create_session(coach=coach, client=create_client(of=coach), at="2026-11-24 12:00")
    with pytest.raises(HourTaken) as refused:
        ask(coach, nikos, session, at="2026-11-24 12:00", offers=["2026-11-25 10:00"])
    assert refused.value.clash.sessions == (other,)


def test_ask_to_move_from_an_old_page_is_refused(coach, nikos, session):
    with pytest.raises(ChangedMeanwhile) as refused:
        ask(coach, nikos, session, version=7)
    assert refused.value.session == session


def test_ask_to_move_may_offer_half_of_its_own_hour_but_not_of_the_wanted_one(coach, nikos, session):
    with pytest.raises(OfferNotFree):
        ask(coach, nikos, session, at="2026-11-24 10:30", offers=["2026-11-24 09:50"])
    case = ask(coach, nikos, session, at="2026-11-24 10:30", offers=["2026-11-24 09:30"])
    assert case.proposals.get().offers.get().interval == hour("2026-11-24 09:30")


@pytest.mark.parametrize("way", ["offer", "ask"])
def test_either_way_needs_an_active_client_in_care(way, coach, other_coach, session):
    with pytest.raises(ClientArchived):
        either(way, coach, create_client(of=coach, status=ClientStatus.ARCHIVED), session)
    with pytest.raises(NotInCare):
        either(way, coach, create_client(of=other_coach), session)


@pytest.mark.parametrize("way", ["offer", "ask"])
def test_either_way_sent_twice_happens_once(way, coach, nikos, session):
    first = either(way, coach, nikos, session, form_key="abc")
    before = traces.everything()
    assert either(way, coach, nikos, session, form_key="abc") == first
    assert traces.everything() == before
    with pytest.raises(AlreadySent):
        either(way, coach, nikos, session, form_key="abc", note="other words")


@pytest.mark.parametrize("way", ["offer", "ask"])
def test_either_way_sent_again_after_it_was_taken_back_says_so(way, coach, nikos, session):
    either(way, coach, nikos, session, form_key="abc")
    withdraw_proposal(RescheduleProposal.objects.get().pk, by=coach.user, now=NOW)
    before = traces.everything()
    with pytest.raises(TakenBackSince):
        either(way, coach, nikos, session, form_key="abc")
    assert traces.everything() == before
    either(way, coach, nikos, session, form_key="another")
    assert RescheduleProposal.objects.filter(status="open").count() == 1
