from __future__ import annotations

import datetime as dt

import pytest

from clients.errors import ClientArchived
from clients.states import ClientStatus
from config.kernel.errors import AlreadySent
from scheduling.actions import conflicts
from scheduling.actions.proposals import withdraw_proposal
from scheduling.errors import (
    AlreadyAsked,
    CannotAsk,
    CaseClosed,
    HourFreeNow,
    HourTaken,
    NeedsOverrule,
    OfferNotFree,
    TakenBackSince,
)
from scheduling.models import ConflictCase, RescheduleProposal, Session
from scheduling.states import CaseStatus, ProposalKind, ProposalStatus, SessionStatus
from tests.factories import NOW, create_case, create_client, create_proposal, create_session, hour, moment
from tests.scheduling.actions import traces

pytestmark = pytest.mark.django_db
TEN, TOMORROW = "2026-11-24 10:00", moment("2026-11-21 18:00")
TIMES = (hour("2026-11-24 14:00"), hour("2026-11-25 14:00"))


@pytest.fixture
def session(coach):
    return create_session(coach=coach, client=create_client(of=coach), at=TEN)


@pytest.fixture
def case(coach, session):
    return create_case(coach=coach, client=create_client(of=coach), blocking=session, title="First")


def again(what, case, offers=TIMES, **fields):
    return what(case.pk, offers, TOMORROW, "A note", by=case.provider, now=NOW, **fields)


def do(what, case, **fields):
    return what(case.pk, by=case.provider, now=NOW, **fields)


def make_free(session):
    Session.objects.filter(pk=session.pk).update(status=SessionStatus.CANCELLED, cancelled_at=NOW)


def close(case):
    return do(conflicts.withdraw_case, case)


def test_offer_again_puts_times_to_the_wisher(case):
    proposal = again(conflicts.offer_again, case)
    assert (proposal.kind, proposal.recipient, proposal.case, proposal.note) == (
        ProposalKind.OFFER_TIMES,
        case.client,
        case,
        "A note",
    )
    assert [offer.interval for offer in proposal.offers.order_by("during")] == list(TIMES)
    assert traces.audit() == [("times_offered", f"proposal:{proposal.pk}", case.provider_id)]
    assert traces.outbox() == [("times_offered", f"client:{case.client_id}", f"proposal:{proposal.pk}", 1)]


def test_offer_again_replaces_what_was_offered_with_one_message(case):
    old = create_proposal(case=case, offers=["2026-11-25 10:00"])
    again(conflicts.offer_again, case)
    assert RescheduleProposal.objects.get(pk=old.pk).status == ProposalStatus.WITHDRAWN
    assert [kind for kind, *_ in traces.outbox()] == ["times_offered"]


def test_offer_again_tells_whoever_need_not_move_any_more(case, session):
    old = create_proposal(case=case, session=session, offers=["2026-11-25 10:00"])
    again(conflicts.offer_again, case)
    withdrawn = ("proposal_withdrawn", f"client:{session.client_id}", f"proposal:{old.pk}", 1)
    assert withdrawn in traces.outbox()


def test_ask_again_puts_times_to_whoever_has_the_hour_now(coach, case, session):
    make_free(session)
    other = create_session(coach=coach, client=create_client(of=coach), at=TEN)
    proposal = again(conflicts.ask_again, case)
    case.refresh_from_db()
    assert (proposal.kind, proposal.session, proposal.recipient, case.blocking_session) == (
        ProposalKind.ASK_TO_MOVE,
        other,
        other.client,
        other,
    )
    assert traces.outbox() == [("asked_to_move", f"client:{other.client_id}", f"proposal:{proposal.pk}", 1)]


def test_ask_again_takes_back_what_the_wisher_had_and_says_so(case):
    old = create_proposal(case=case, offers=["2026-11-25 10:00"])
    again(conflicts.ask_again, case)
    assert traces.outbox()[0][:2] == (
        "proposal_withdrawn",
        f"client:{case.client_id}",
    )
    assert RescheduleProposal.objects.get(pk=old.pk).status == ProposalStatus.WITHDRAWN


def test_ask_again_while_another_case_asks_is_refused(coach, case, session):
    other = create_case(coach=coach, client=create_client(of=coach), blocking=session)
    create_proposal(case=other, session=session, offers=["2026-11-25 10:00"])
    with pytest.raises(AlreadyAsked):
        again(conflicts.ask_again, case)


def test_ask_again_for_a_free_hour_is_refused(case, session):
    make_free(session)
    with pytest.raises(HourFreeNow):
        again(conflicts.ask_again, case)


def test_ask_again_when_nobody_can_move_is_refused(coach, session):
    case = create_case(coach=coach, client=session.client, blocking=session)
    with pytest.raises(CannotAsk):
        again(conflicts.ask_again, case)


@pytest.mark.parametrize("what", [conflicts.offer_again, conflicts.ask_again])
def test_times_again_are_judged_and_nothing_is_written(what, case):
    create_proposal(case=case, offers=["2026-11-25 10:00"])
    before = traces.everything()
    with pytest.raises(OfferNotFree):
        again(what, case, offers=[hour(TEN)])
    assert traces.everything() == before


@pytest.mark.parametrize("what", [conflicts.offer_again, conflicts.ask_again])
def test_times_again_sent_twice_go_out_once(what, case):
    first = again(what, case, form_key="abc")
    before = traces.everything()
    assert again(what, case, form_key="abc") == first
    assert traces.everything() == before
    with pytest.raises(AlreadySent):
        again(what, case, offers=TIMES[:1], form_key="abc")


@pytest.mark.parametrize("what", [conflicts.offer_again, conflicts.ask_again])
def test_times_again_sent_again_after_they_were_taken_back_say_so(what, case):
    first = again(what, case, form_key="abc")
    withdraw_proposal(first.pk, by=first.provider, now=NOW)
    with pytest.raises(TakenBackSince):
        again(what, case, form_key="abc")
    conflicts.withdraw_case(case.pk, by=first.provider, now=NOW)
    with pytest.raises(CaseClosed):
        again(what, case, form_key="abc")


@pytest.mark.parametrize("what", [conflicts.offer_again, conflicts.ask_again])
def test_times_again_for_a_closed_case_are_refused(what, case):
    close(case)
    with pytest.raises(CaseClosed) as refused:
        again(what, case)
    assert (refused.value.case, refused.value.case.status) == (case, CaseStatus.WITHDRAWN)


def test_book_freed_makes_the_session_and_resolves_the_case(case, session):
    make_free(session)
    create_proposal(case=case, offers=["2026-11-25 10:00"])
    booked = do(conflicts.book_freed, case)
    case.refresh_from_db()
    assert (booked.interval, booked.client, booked.title) == (hour(TEN), case.client, "First")
    assert (case.status, case.session, case.held_until, case.resolution) == (CaseStatus.RESOLVED, booked, None, "freed")
    assert [verb for verb, *_ in traces.audit()] == ["session_booked", "proposal_withdrawn", "case_resolved"]
    assert traces.outbox() == [("session_booked", f"client:{case.client_id}", f"session:{booked.pk}", 1)]


def test_book_freed_clicked_twice_books_once(case, session):
    make_free(session)
    booked = do(conflicts.book_freed, case)
    before = traces.everything()
    assert do(conflicts.book_freed, case) == booked
    assert traces.everything() == before


def test_book_freed_clicked_again_when_its_session_was_cancelled_says_so(case, session):
    make_free(session)
    make_free(do(conflicts.book_freed, case))
    with pytest.raises(CaseClosed):
        do(conflicts.book_freed, case)


def test_book_freed_into_a_taken_hour_names_the_clash(case, session):
    before = traces.everything()
    with pytest.raises(HourTaken) as refused:
        do(conflicts.book_freed, case)
    assert refused.value.clash.sessions == (session,)
    assert traces.everything() == before


def test_book_freed_while_it_is_held_for_another_needs_to_be_overruled(coach, case, session):
    make_free(session)
    create_case(coach=coach, client=create_client(of=coach), blocking=session, held_until=TOMORROW)
    with pytest.raises(NeedsOverrule) as refused:
        do(conflicts.book_freed, case)
    assert [obstacle.code for obstacle in refused.value.obstacles] == ["hold"]
    assert do(conflicts.book_freed, case, overrule=True).interval == hour(TEN)


def test_book_freed_for_an_archived_client_is_refused(coach, session):
    client = create_client(of=coach, status=ClientStatus.ARCHIVED)
    case = create_case(coach=coach, client=client, blocking=session)
    make_free(session)
    with pytest.raises(ClientArchived):
        do(conflicts.book_freed, case)


def test_book_freed_of_a_withdrawn_case_is_refused(case, session):
    make_free(session)
    close(case)
    with pytest.raises(CaseClosed):
        do(conflicts.book_freed, case)


def test_withdraw_case_ends_it_and_what_was_open(case):
    old = create_proposal(case=case, offers=["2026-11-25 10:00"])
    close(case)
    case.refresh_from_db()
    old.refresh_from_db()
    assert (case.status, case.closed_at, old.status) == (CaseStatus.WITHDRAWN, NOW, ProposalStatus.WITHDRAWN)
    assert [verb for verb, *_ in traces.audit()] == ["proposal_withdrawn", "case_withdrawn"]
    assert traces.outbox() == [("proposal_withdrawn", f"client:{case.client_id}", f"proposal:{old.pk}", 1)]


def test_withdraw_case_clicked_twice_happens_once(case):
    close(case)
    before = traces.everything()
    assert close(case).status == CaseStatus.WITHDRAWN
    assert traces.everything() == before


def test_withdraw_case_that_is_resolved_is_refused(case, session):
    make_free(session)
    do(conflicts.book_freed, case)
    with pytest.raises(CaseClosed):
        close(case)


@pytest.mark.parametrize("what", [conflicts.withdraw_case, conflicts.let_go])
def test_a_held_hour_given_up_goes_to_the_next_in_line(what, coach, session):
    first, second = (create_case(coach=coach, client=create_client(of=coach), blocking=session) for _ in range(2))
    make_free(session)
    ConflictCase.objects.filter(pk=first.pk).update(held_until=TOMORROW)
    do(what, first)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.held_until, second.held_until) == (None, NOW + dt.timedelta(hours=48))
    assert ("hour_held", f"user:{coach.pk}", f"case:{second.pk}", 1) in traces.outbox()


def test_let_go_keeps_the_case_pending(case, session):
    make_free(session)
    ConflictCase.objects.filter(pk=case.pk).update(held_until=TOMORROW)
    do(conflicts.let_go, case)
    case.refresh_from_db()
    assert (case.status, case.held_until) == (CaseStatus.PENDING_RESOLUTION, None)
    assert traces.audit() == [("hour_let_go", f"case:{case.pk}", case.provider_id)]


def test_let_go_of_nothing_changes_nothing_and_of_a_closed_case_is_refused(case):
    before = traces.everything()
    do(conflicts.let_go, case)
    assert traces.everything() == before
    close(case)
    with pytest.raises(CaseClosed):
        do(conflicts.let_go, case)
