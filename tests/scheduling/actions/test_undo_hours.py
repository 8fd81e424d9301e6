"""Undo of a move and of a cancellation: the hour it wants back, and the one it leaves."""

from __future__ import annotations

import datetime as dt

import pytest

from scheduling.actions import book, cancel, conflicts, freed, move
from scheduling.actions import undo as undoing
from scheduling.actions.undo import undo_change
from scheduling.errors import ClientBusy, HourTaken, NeedsOverrule
from scheduling.models import ConflictCase, RescheduleProposal, Session
from scheduling.queries.clash import clash_of
from scheduling.states import CaseStatus, ProposalStatus, SessionStatus
from scheduling.wishes import Booking, ClashKind
from tests.factories import (
    NOW,
    create_care,
    create_case,
    create_client,
    create_proposal,
    create_session,
    create_time_off,
    create_wait,
    hour,
)
from tests.scheduling.actions import traces

pytestmark = pytest.mark.django_db
TEN, NOON = "2026-11-24 10:00", "2026-11-24 12:00"


@pytest.fixture
def session(coach):
    return create_session(coach=coach, client=create_client(of=coach), at=TEN)


def move_away(session):
    return move.move_session(session.pk, hour(NOON), by=session.provider, now=NOW, version=1)


def cancel_it(session):
    return cancel.cancel_session(session.pk, by=session.provider, now=NOW, version=1, reason="ill")


def undo(session, version=2):
    return undo_change(session.pk, by=session.provider, now=NOW + dt.timedelta(seconds=5), version=version)


def book_it(coach, at=TEN, client=None):
    booking = Booking(client=client or create_client(of=coach), during=hour(at))
    return book.book_session(booking, by=coach.user, now=NOW)


def news():
    return [(kind, recipient) for kind, recipient, *_ in traces.outbox()]


FREE_TEN = pytest.mark.parametrize("free_ten", [move_away, cancel_it])


@FREE_TEN
def test_the_hour_is_had_again_while_nobody_has_it(session, free_ten):
    free_ten(session)
    undo(session)
    session.refresh_from_db()
    assert (session.status, session.interval, session.version) == (SessionStatus.SCHEDULED, hour(TEN), 3)


@FREE_TEN
def test_an_hour_that_was_booked_meanwhile_names_who_has_it(coach, session, free_ten):
    free_ten(session)
    other = book_it(coach)
    before = traces.everything()
    with pytest.raises(HourTaken) as refused:
        undo(session)
    assert (refused.value.clash.kind, refused.value.clash.sessions) == (ClashKind.ONE, (other,))
    assert (refused.value.clash.client, refused.value.clash.during) == (session.client, hour(TEN))
    assert traces.everything() == before


@FREE_TEN
def test_an_hour_that_booked_itself_for_who_waits_is_taken(coach, session, free_ten):
    case = create_case(coach=coach, client=create_client(of=coach), blocking=session, book_when_freed=True)
    free_ten(session)
    case.refresh_from_db()
    before = traces.everything()
    with pytest.raises(HourTaken) as refused:
        undo(session)
    assert refused.value.clash.sessions == (case.session,)
    assert traces.everything() == before


@FREE_TEN
def test_an_hour_that_the_client_spends_with_somebody_else_by_now_is_not_had(other_coach, session, free_ten):
    free_ten(session)
    create_care(client=session.client, provider=other_coach.user)
    create_session(coach=other_coach, client=session.client, at=TEN)
    before = traces.everything()
    with pytest.raises(ClientBusy) as refused:
        undo(session)
    assert refused.value.clash.sessions == ()
    assert traces.everything() == before


def test_an_hour_that_the_client_has_again_already_is_not_had_twice(coach, session):
    cancel_it(session)
    again = book_it(coach, client=session.client)
    with pytest.raises(HourTaken) as refused:
        undo(session)
    assert (refused.value.clash.kind, refused.value.clash.own) == (ClashKind.OWN, again)


@FREE_TEN
def test_a_hold_that_came_of_the_change_goes_with_it_and_the_case_waits_on(coach, session, free_ten):
    case = create_case(coach=coach, client=create_client(of=coach), blocking=session, resolution="notice")
    free_ten(session)
    assert ConflictCase.objects.get(pk=case.pk).held_until == NOW + freed.HELD_FOR
    undo(session)
    case.refresh_from_db()
    assert (case.status, case.held_until, case.resolution) == (CaseStatus.PENDING_RESOLUTION, None, "notice")
    assert Session.objects.get(pk=session.pk).interval == hour(TEN)
    assert ("hour_let_go", f"case:{case.pk}", coach.pk) in traces.audit()


@FREE_TEN
def test_a_hold_that_was_given_on_meanwhile_is_not_broken(coach, session, free_ten):
    first = create_case(coach=coach, client=create_client(of=coach), blocking=session)
    second = create_case(coach=coach, client=create_client(of=coach), blocking=session)
    free_ten(session)
    conflicts.let_go(first.pk, by=coach.user, now=NOW)
    before = traces.everything()
    with pytest.raises(NeedsOverrule) as refused:
        undo(session)
    assert [(each.code, each.facts["client"]) for each in refused.value.obstacles] == [
        ("hold", second.client.full_name)
    ]
    assert traces.everything() == before


def test_who_has_let_that_hour_go_keeps_the_one_that_came_since(coach, session):
    other = create_session(coach=coach, client=create_client(of=coach), at=NOON)
    case = create_wait(coach=coach, client=create_client(of=coach), weekdays=[1], starts="10:00", ends="13:00")
    cancel_it(session)
    conflicts.let_go(case.pk, by=coach.user, now=NOW)
    cancel_it(other)
    case.refresh_from_db()
    since = case.interval
    undo(session)
    case.refresh_from_db()
    assert (case.hour, case.held_until) == (since, NOW + freed.HELD_FOR)


def test_who_loses_the_hour_again_has_the_one_that_was_let_go_with_it(coach, session):
    create_proposal(session=session, offers=["2026-11-24 14:00"])
    case = create_wait(coach=coach, client=create_client(of=coach), weekdays=[1], starts="10:00", ends="15:00")
    cancel_it(session)
    case.refresh_from_db()
    assert case.hour == hour(TEN)
    undo(session)
    case.refresh_from_db()
    assert case.hour == hour("2026-11-24 14:00")


@FREE_TEN
def test_an_hour_on_offer_to_somebody_else_by_now_is_not_taken_from_them_unasked(coach, session, free_ten):
    blocking = create_session(coach=coach, client=create_client(of=coach), at="2026-11-25 10:00")
    case = create_case(coach=coach, client=create_client(of=coach), blocking=blocking)
    free_ten(session)
    create_proposal(case=case, offers=[TEN])
    with pytest.raises(NeedsOverrule):
        undo(session)


@FREE_TEN
def test_opening_hours_and_time_off_do_not_stand_in_the_way(coach, session, free_ten):
    free_ten(session)
    create_time_off(coach=coach, starts="2026-11-24 00:00", ends="2026-11-24 11:00")
    undo(session)
    assert Session.objects.get(pk=session.pk).interval == hour(TEN)


@FREE_TEN
def test_who_had_times_on_offer_hears_that_they_stay_withdrawn(coach, session, free_ten):
    case = create_case(coach=coach, client=create_client(of=coach), blocking=session)
    proposal = create_proposal(case=case, session=session, offers=["2026-11-25 10:00"])
    free_ten(session)
    told = ("proposal_withdrawn", f"client:{session.client_id}")
    assert told not in news()
    assert undo(session).withdrawn
    assert news().count(told) == 1
    assert RescheduleProposal.objects.get(pk=proposal.pk).status == ProposalStatus.WITHDRAWN


@FREE_TEN
def test_without_times_on_offer_nobody_hears_of_an_undo(session, free_ten):
    free_ten(session)
    before = news()
    assert not undo(session).withdrawn
    assert news() == before


def test_the_hour_that_a_move_back_leaves_goes_to_who_waits_for_it(coach, session):
    move_away(session)
    case = create_case(coach=coach, client=create_client(of=coach), blocking=session)
    assert case.interval == hour(TEN)
    waits = create_case(coach=coach, client=create_client(of=coach), blocking=session, at=NOON)
    undo(session)
    assert ConflictCase.objects.get(pk=waits.pk).held_until == NOW + dt.timedelta(minutes=15) + freed.HELD_FOR
    assert ConflictCase.objects.get(pk=case.pk).held_until is None


def test_the_hour_that_a_move_back_leaves_books_itself_where_the_coach_ticked_so(coach, session):
    move_away(session)
    waits = create_case(coach=coach, client=create_client(of=coach), blocking=session, at=NOON, book_when_freed=True)
    undo(session)
    waits.refresh_from_db()
    assert (waits.status, waits.session.interval) == (CaseStatus.RESOLVED, hour(NOON))


def test_what_was_asked_about_the_new_hour_is_withdrawn_and_told(coach, session):
    move_away(session)
    case = create_case(coach=coach, client=create_client(of=coach), blocking=session, at=NOON)
    proposal = create_proposal(case=case, session=session, offers=["2026-11-25 10:00"])
    undo(session)
    assert RescheduleProposal.objects.get(pk=proposal.pk).status == ProposalStatus.WITHDRAWN
    assert ("proposal_withdrawn", f"client:{session.client_id}") in news()


def test_undo_of_a_change_of_length_needs_only_the_rest(coach, session):
    move.move_session(session.pk, hour(TEN, minutes=30), by=coach.user, now=NOW, version=1)
    book_it(coach, "2026-11-24 11:00")
    undo(session)
    assert Session.objects.get(pk=session.pk).interval == hour(TEN)


def test_when_the_database_itself_speaks_the_answer_still_names_who_is_there(coach, session, monkeypatch):
    move_away(session)
    other = book_it(coach)
    # Blind the first time, as for a writer who waits for no lock; the database sees what it does not.
    blind = iter([True])
    monkeypatch.setattr(undoing, "clash_of", lambda *who, **how: None if next(blind, False) else clash_of(*who, **how))
    with pytest.raises(HourTaken) as refused:
        undo(session)
    assert refused.value.clash.sessions == (other,)
