from __future__ import annotations

import datetime as dt

import pytest

from clients.models import AuditEvent, OutboxMessage
from config.kernel.time import Interval
from scheduling.actions.away import take_time_off
from scheduling.actions.book import book_session
from scheduling.actions.cancel import cancel_session
from scheduling.actions.conflicts import ask_again, book_freed, let_go, offer_again, offer_times, withdraw_case
from scheduling.actions.finish import complete_session
from scheduling.actions.freed import HELD_FOR
from scheduling.actions.move import move_session
from scheduling.actions.proposals import answer_proposal, end_due
from scheduling.actions.undo import undo_change
from scheduling.errors import BreaksSessions, CannotWait, CaseClosed, NeedsOverrule, NoHourHeld
from scheduling.hours import Absence, Decisions, token_of_loose
from scheduling.models import ConflictCase, Session
from scheduling.queries.outbox import is_still_true
from scheduling.states import CaseStatus
from scheduling.wishes import Booking, OfferTimes
from tests.factories import (
    NOW,
    create_case,
    create_client,
    create_coach,
    create_session,
    create_wait,
    hour,
    moment,
)

pytestmark = pytest.mark.django_db

# A Tuesday.
TEN, ELEVEN, NOON = "2026-11-24 10:00", "2026-11-24 11:00", "2026-11-24 12:00"
TUESDAY = 1


@pytest.fixture
def session(coach):
    return create_session(coach=coach, client=create_client(of=coach, full_name="Dimitra"), at=TEN, minutes=60)


@pytest.fixture
def nikos(coach):
    return create_client(of=coach, full_name="Nikos")


def wait(coach, client=None, **fields):
    return create_wait(coach=coach, client=client or create_client(of=coach), **fields)


def cancel(session, *, now=NOW):
    return cancel_session(session.pk, by=session.provider, now=now, version=session.version)


def held(case):
    case.refresh_from_db()
    return case.hour


def test_a_freed_hour_is_held_for_who_waits_for_any_that_suits(coach, session, nikos):
    case = wait(coach, nikos, weekdays=[TUESDAY], starts="09:00", ends="12:00")
    cancel(session)
    assert held(case) == hour(TEN)
    assert case.held_until == NOW + HELD_FOR
    assert OutboxMessage.objects.get(kind="hour_held").object == f"case:{case.pk}"


@pytest.mark.parametrize(
    "wish",
    [
        {"weekdays": [2]},
        {"starts": "10:30", "ends": "11:00"},
        {"starts": "17:00"},
        {"starts": "10:00", "ends": "10:49"},
        {"first": "2026-11-25"},
        {"first": "2026-11-10", "last": "2026-11-23"},
        {"minutes": 480},
    ],
)
def test_an_hour_that_does_not_suit_is_not_held(wish, coach, session):
    create_session(coach=coach, client=create_client(of=coach), at=ELEVEN)
    case = wait(coach, **wish)
    cancel(session)
    assert held(case) is None


def test_the_earliest_start_on_the_step_that_suits_is_held(coach, session):
    case = wait(coach, starts="10:10", ends="12:00", minutes=30)
    cancel(session)
    assert held(case) == hour("2026-11-24 10:30", minutes=30)


def test_a_longer_session_may_begin_in_the_freed_time_and_go_on_into_free_time(coach, session):
    case = wait(coach, starts="10:00", ends="13:00", minutes=90)
    cancel(session)
    assert held(case) == hour(TEN, minutes=90)


def test_days_and_times_are_the_coachs_even_when_the_clocks_change():
    coach = create_coach(hours=[(6, "00:00", "23:59")])
    client, now = create_client(of=coach), moment("2026-10-20 09:00")
    session = create_session(coach=coach, client=client, at="2026-10-25 17:00", minutes=60)
    fits = create_wait(
        coach=coach, client=create_client(of=coach), weekdays=[6], starts="17:00", ends="18:00", first="2026-10-20"
    )
    late = create_wait(
        coach=coach,
        client=create_client(of=coach),
        weekdays=[6],
        starts="18:00",
        ends="19:00",
        first="2026-10-20",
        created_at=NOW - dt.timedelta(days=9),
    )
    cancel(session, now=now)
    assert held(fits) == hour("2026-10-25 17:00")
    assert held(late) is None


def test_there_is_one_line_for_both_kinds(coach, session):
    older, newer = NOW - dt.timedelta(hours=2), NOW - dt.timedelta(hours=1)
    listed = wait(coach, created_at=older)
    clash = create_case(coach=coach, client=create_client(of=coach), blocking=session, created_at=newer)
    cancel(session)
    clash.refresh_from_db()
    assert (held(listed), clash.held_until) == (hour(TEN), None)


def test_an_older_clash_comes_before_the_list(coach, session):
    older = NOW - dt.timedelta(hours=2)
    clash = create_case(coach=coach, client=create_client(of=coach), blocking=session, created_at=older)
    listed = wait(coach)
    cancel(session)
    clash.refresh_from_db()
    assert (held(listed), clash.held_until) == (None, NOW + HELD_FOR)


def test_two_hours_go_to_two_who_wait(coach, session):
    other = create_session(coach=coach, client=create_client(of=coach), at=NOON)
    first, second = wait(coach), wait(coach)
    cancel(session)
    cancel(other)
    assert (held(first), held(second)) == (hour(TEN), hour(NOON))


def test_one_long_stretch_goes_to_all_who_fit_into_it_and_undo_takes_it_back_from_all(coach):
    long = create_session(coach=coach, client=create_client(of=coach), at=TEN, minutes=120)
    clash = create_case(coach=coach, client=create_client(of=coach), blocking=long, at=TEN, minutes=50, created_at=NOW)
    listed, third = wait(coach, starts="10:00", ends="12:00"), wait(coach, starts="10:00", ends="12:00")
    cancel(long)
    clash.refresh_from_db()
    assert clash.held_until == NOW + HELD_FOR
    assert (held(listed), held(third)) == (hour(ELEVEN), None)
    undo_change(long.pk, by=coach.user, now=NOW, version=2)
    clash.refresh_from_db()
    assert (clash.held_until, held(listed)) == (None, None)
    assert Session.objects.get(pk=long.pk).interval == long.interval


def test_a_time_that_begins_before_the_freed_one_is_possible_only_since_then(coach, session):
    create_session(coach=coach, client=create_client(of=coach), at=ELEVEN)
    case = wait(coach, starts="09:00", ends="10:30")
    cancel(session)
    assert held(case) == hour("2026-11-24 09:30")


def test_a_pause_around_a_freed_hour_is_freed_with_it():
    coach = create_coach(buffer=15, hours=[(TUESDAY, "09:00", "17:00")])
    session = create_session(coach=coach, client=create_client(of=coach), at=TEN, minutes=60)
    case = wait(coach, starts="09:00", ends="09:55", minutes=50)
    cancel(session)
    assert held(case) == hour("2026-11-24 09:00")


def test_two_wishes_of_one_client_are_not_held_the_same_hour(coach, session, nikos):
    one, other = wait(coach, nikos), wait(coach, nikos, starts="09:00")
    cancel(session)
    assert held(one) == hour(TEN)
    assert held(other) is None


@pytest.mark.parametrize("books", [True, False])
def test_the_hour_that_one_wish_of_a_client_has_is_not_given_to_another_that_named_it(coach, session, nikos, books):
    listed = wait(coach, nikos, created_at=NOW - dt.timedelta(hours=2))
    named = create_case(coach=coach, client=nikos, blocking=session, book_when_freed=books)
    cancel(session)
    named.refresh_from_db()
    assert held(listed) == hour(TEN)
    assert (named.status, named.held_until) == (CaseStatus.PENDING_RESOLUTION, None)
    assert not Session.objects.filter(client=nikos).exists()


def test_who_has_gone_or_is_busy_elsewhere_is_passed_over(coach, other_coach, session):
    gone, busy = create_client(of=other_coach), create_client(of=[coach, other_coach])
    create_session(coach=other_coach, client=busy, at=TEN, minutes=60)
    passed = [wait(coach, gone), wait(coach, busy)]
    able = wait(coach)
    cancel(session)
    assert [held(case) for case in passed] == [None, None]
    assert held(able) == hour(TEN)


def test_it_books_itself_if_so_ticked(coach, session, nikos):
    case = wait(coach, nikos, book_when_freed=True)
    cancel(session)
    case.refresh_from_db()
    assert (case.status, case.session.interval, case.hour) == (CaseStatus.RESOLVED, hour(TEN), hour(TEN))
    kinds = OutboxMessage.objects.values_list("kind", flat=True)
    assert {"case_booked", "session_booked"} <= set(kinds)


def test_a_move_gives_the_hour_that_it_leaves(coach, session):
    case = wait(coach, starts="10:00", ends="11:00")
    move_session(session.pk, hour("2026-11-24 15:00"), by=coach.user, now=NOW, version=1)
    assert held(case) == hour(TEN)


def test_one_press_books_what_is_held(coach, session, nikos):
    case = wait(coach, nikos)
    cancel(session)
    made = book_freed(case.pk, by=coach.user, now=NOW)
    case.refresh_from_db()
    assert (made.interval, case.status, case.session) == (hour(TEN), CaseStatus.RESOLVED, made)
    assert book_freed(case.pk, by=coach.user, now=NOW) == made


def test_booking_by_hand_at_the_held_hour_settles_the_wish(coach, session, nikos):
    case = wait(coach, nikos)
    cancel(session)
    made = book_session(Booking(client=nikos, during=hour(TEN)), by=coach.user, now=NOW)
    case.refresh_from_db()
    assert (case.status, case.session, case.hour) == (CaseStatus.RESOLVED, made, hour(TEN))
    assert not AuditEvent.objects.filter(verb="hour_let_go").exists()


def test_booking_another_hour_passes_the_held_one_on(coach, session, nikos):
    case, second = wait(coach, nikos), wait(coach, starts="09:00", ends="11:00")
    cancel(session)
    wish = Booking(client=nikos, during=hour("2026-11-25 10:00"), case_id=case.pk)
    made = book_session(wish, by=coach.user, now=NOW)
    case.refresh_from_db()
    assert (case.status, case.hour) == (CaseStatus.RESOLVED, made.interval)
    assert held(second) == hour(TEN)


def test_let_go_goes_to_the_next_and_the_first_waits_on(coach, session):
    first, second = wait(coach), wait(coach)
    cancel(session)
    let_go(first.pk, by=coach.user, now=NOW)
    assert (held(first), first.status) == (None, CaseStatus.PENDING_RESOLUTION)
    assert held(second) == hour(TEN)
    with pytest.raises(NoHourHeld):
        book_freed(first.pk, by=coach.user, now=NOW)


def test_withdrawn_goes_to_the_next(coach, session):
    first, second = wait(coach), wait(coach)
    cancel(session)
    withdraw_case(first.pk, by=coach.user, now=NOW)
    assert (held(first), first.status) == (None, CaseStatus.WITHDRAWN)
    assert held(second) == hour(TEN)


def test_a_hold_that_is_over_goes_to_the_next_with_the_next_thing_done(coach, session):
    first, second = wait(coach), wait(coach)
    cancel(session)
    later = NOW + HELD_FOR
    other = create_session(coach=coach, client=create_client(of=coach), at=NOW - dt.timedelta(hours=1))
    complete_session(other.pk, version=1, by=coach.user, now=later)
    assert held(first) is None
    assert (held(second), second.held_until) == (hour(TEN), moment(TEN))
    end_due(coach.pk, now=moment(TEN))
    assert held(second) is None


def test_a_hold_that_is_over_is_not_booked(coach, session):
    case = wait(coach)
    cancel(session)
    with pytest.raises(NoHourHeld):
        book_freed(case.pk, by=coach.user, now=NOW + HELD_FOR)


def test_an_hour_that_is_taken_all_the_same_is_held_no_more_and_nobody_is_told_of_it(coach, session, nikos):
    case = wait(coach, nikos)
    cancel(session)
    stranger = create_client(of=coach)
    with pytest.raises(NeedsOverrule):
        book_session(Booking(client=stranger, during=hour(TEN)), by=coach.user, now=NOW)
    book_session(Booking(client=stranger, during=hour(TEN), overrule=True), by=coach.user, now=NOW)
    assert (held(case), case.held_until, case.status) == (None, None, CaseStatus.PENDING_RESOLUTION)
    assert not is_still_true(OutboxMessage.objects.get(kind="hour_held"))


def test_a_move_onto_a_held_hour_frees_who_waits_for_another(coach, session):
    case = wait(coach)
    cancel(session)
    other = create_session(coach=coach, client=create_client(of=coach), at="2026-11-26 10:00")
    move_session(other.pk, hour(TEN), by=coach.user, now=NOW, version=1, overrule=True)
    assert held(case) == hour("2026-11-26 10:00")


def test_undo_takes_the_hour_back_from_the_list(coach, session):
    case = wait(coach)
    cancel(session)
    undo_change(session.pk, by=coach.user, now=NOW + dt.timedelta(seconds=5), version=2)
    session.refresh_from_db()
    assert (held(case), case.held_until, session.interval) == (None, None, hour(TEN, minutes=60))


def test_time_off_gives_no_hour_to_a_closed_door(coach, session):
    case = wait(coach)
    absence = Absence(during=Interval(moment("2026-11-24 00:00"), moment("2026-11-25 00:00")), reason="")
    Session.objects.filter(pk=session.pk).update(status="cancelled", cancelled_at=NOW)
    take_time_off(absence, by=coach.user, now=NOW)
    assert held(case) is None


def test_time_off_over_a_held_hour_lets_wait_on(coach, nikos):
    case = wait(coach, nikos, at=TEN)
    day = Interval(moment("2026-11-24 00:00"), moment("2026-11-25 00:00"))
    try:
        take_time_off(Absence(during=day, reason=""), by=coach.user, now=NOW)
    except BreaksSessions as refusal:
        seen = Decisions(listed=token_of_loose(refusal.loose))
        take_time_off(Absence(during=day, reason=""), by=coach.user, now=NOW, decisions=seen)
    assert (held(case), case.status) == (None, CaseStatus.PENDING_RESOLUTION)


def test_the_answer_to_an_offer_resolves_a_wait_like_any_other(coach, session, nikos):
    case = wait(coach, nikos)
    proposal = offer_again(case.pk, [hour("2026-11-26 10:00")], moment("2026-11-22 18:00"), "", by=coach.user, now=NOW)
    outcome = answer_proposal(proposal.pk, proposal.offers.get().pk, by=None, now=NOW)
    case.refresh_from_db()
    assert (case.status, case.session, case.hour) == (CaseStatus.RESOLVED, outcome.session, hour("2026-11-26 10:00"))


def test_nobody_is_asked_to_move_for_a_wait(coach, session):
    case = wait(coach)
    with pytest.raises(CannotWait):
        ask_again(case.pk, [hour(NOON)], moment("2026-11-22 18:00"), "", by=coach.user, now=NOW)


def test_a_clash_of_who_has_a_held_hour_is_a_wish_of_its_own(coach, other_coach, session):
    busy = create_client(of=[coach, other_coach])
    case = wait(coach, busy)
    cancel(session)
    create_session(coach=other_coach, client=busy, at=TEN)
    wish = OfferTimes(
        booking=Booking(client=busy, during=hour(TEN)),
        offers=(hour("2026-11-26 10:00"),),
        expires_at=moment("2026-11-22 18:00"),
    )
    proposal = offer_times(wish, by=coach.user, now=NOW)
    assert proposal.case != case
    assert ConflictCase.objects.filter(client=busy).count() == 2


def test_what_is_closed_is_not_let_go(coach, session):
    case = wait(coach)
    withdraw_case(case.pk, by=coach.user, now=NOW)
    with pytest.raises(CaseClosed):
        let_go(case.pk, by=coach.user, now=NOW)
