"""Lives of rows that must be possible; what is refused on the way stands in the files beside."""

from __future__ import annotations

from tests.raw import CASE, EXCLUDED, EXPIRES, LATE, SESSION, answer, booked, cancel, hours, move, on_demand, update

DEFER = "SET CONSTRAINTS session_provider_no_overlap, session_client_no_overlap DEFERRED"


def test_client_who_was_asked_moves_and_the_freed_hour_is_booked(raw):
    coach = raw.coach()
    here, wisher = raw.client(coach), raw.client(coach)
    session = raw.book(coach, here)
    case = raw.case(coach, wisher, session)
    proposal = raw.ask_to_move(session, coach, here, case=case)
    offer = raw.offer(proposal, "12:00", "12:50")
    raw.commit()
    raw(*answer(proposal, offer))
    raw(*move(session, "12:00", "12:50"))
    raw(*update(CASE, case, held_until=LATE))
    raw.commit()
    mine = raw.book(coach, wisher)
    raw(*update(CASE, case, status="resolved", session_id=mine, held_until=None))
    raw.commit()


def test_wisher_takes_one_of_the_offered_times(raw):
    coach = raw.coach()
    here, wisher = raw.client(coach), raw.client(coach)
    case = raw.case(coach, wisher, raw.book(coach, here))
    proposal = raw.offer_times(case, coach, wisher)
    offer = raw.offer(proposal, "12:00", "12:50")
    raw.commit()
    mine = raw.book(coach, wisher, "12:00", "12:50", booked_from_id=offer)
    raw(*answer(proposal, offer))
    raw(*update(CASE, case, status="resolved", session_id=mine))
    raw.commit()


def test_cancel_complete_and_no_show_can_be_undone(raw):
    coach = raw.coach()
    session = raw.book(coach, raw.client(coach))
    for status, cancelled_at in (("cancelled", EXPIRES), ("completed", None), ("no_show", None)):
        raw(*update(SESSION, session, status=status, cancelled_at=cancelled_at))
        raw.commit()
        raw(*update(SESSION, session, status="scheduled", cancelled_at=None))
        raw.commit()


def test_undo_of_a_cancel_is_refused_when_the_hour_was_taken(raw):
    coach = raw.coach()
    session = raw.book(coach, raw.client(coach))
    raw(*cancel(session))
    raw.book(coach, raw.client(coach))
    raw.commit()
    undo = update(SESSION, session, status="scheduled", cancelled_at=None)
    raw.refused(EXCLUDED, "session_provider_no_overlap", undo)


def test_two_sessions_swap_when_the_rule_waits_for_the_commit(raw):
    coach = raw.coach()
    early = raw.book(coach, raw.client(coach), "10:00", "10:50")
    late = raw.book(coach, raw.client(coach), "11:00", "11:50")
    raw.commit()
    raw.refused(EXCLUDED, "session_provider_no_overlap", move(early, "11:00", "11:50"))
    raw(DEFER)
    raw(*move(early, "11:00", "11:50"))
    raw(*move(late, "10:00", "10:50"))
    raw.commit()


def test_client_of_two_coaches_swaps_their_hours(raw):
    one, other = raw.coach(), raw.coach()
    client = raw.client(one, other)
    early, late = raw.book(one, client, "10:00", "10:50"), raw.book(other, client, "11:00", "11:50")
    raw.commit()
    raw(DEFER)
    raw(*move(early, "11:00", "11:50"))
    raw(*move(late, "10:00", "10:50"))
    raw.commit()


def test_session_changes_hands(raw):
    one, other = raw.coach(), raw.coach()
    session = raw.book(one, raw.client(one, other))
    raw(*update(SESSION, session, provider_id=other))
    raw.commit()


def test_provider_has_many_sessions_on_demand_beside_a_booked_hour(raw):
    coach = raw.coach()
    client = raw.client(coach)
    for request in range(1, 4):
        session = raw.make(SESSION, **on_demand(client, request))
        raw(*update(SESSION, session, status="waiting", provider_id=coach))
    raw.book(coach, client)
    raw.commit()


def test_session_on_demand_is_accepted_released_and_accepted_again(raw):
    one, other = raw.coach(), raw.coach()
    session = raw.make(SESSION, **on_demand(raw.client()))
    raw(*update(SESSION, session, status="waiting", provider_id=one))
    raw(*update(SESSION, session, status="pending", provider_id=None))
    raw(*update(SESSION, session, status="waiting", provider_id=other))
    raw(*update(SESSION, session, status="live", started_at=EXPIRES))
    raw(*update(SESSION, session, status="completed", ended_at=LATE))
    raw(*update(SESSION, session, rating=5))
    raw.commit()


def test_session_on_demand_is_cancelled_before_and_while_it_is_live(raw):
    untaken = raw.make(SESSION, **on_demand(raw.client(), 1))
    live = raw.make(SESSION, **on_demand(raw.client(), 2))
    raw(*update(SESSION, live, status="waiting", provider_id=raw.coach()))
    raw(*update(SESSION, live, status="live", started_at=EXPIRES))
    raw(*cancel(untaken))
    raw(*cancel(live))
    raw.commit()


def test_client_record_passes_all_it_has_to_another(raw):
    coach = raw.coach()
    kept, merged = raw.client(coach), raw.client(coach)
    session = raw.make(SESSION, **booked(coach, merged, hours()))
    raw.commit()
    raw(*update(SESSION, session, client_id=kept))
    raw.commit()
