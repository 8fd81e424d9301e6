from __future__ import annotations

import pytest

from tests.raw import (
    CARE,
    CASE,
    CHECK,
    EXCLUDED,
    EXPIRES,
    LATE,
    OFFER,
    SESSION,
    UNIQUE,
    booked,
    cancel,
    delete,
    hours,
    insert,
    move,
    on_demand,
    update,
)

NOT_SANE = [
    "[2027-03-02 10:00+02,2027-03-02 10:04+02)",
    "[2027-03-02 10:00+02,2027-03-02 18:01+02)",
    "empty",
    "[2027-03-02 10:00+02,)",
    "(,2027-03-02 10:00+02)",
    "(,)",
    "(2027-03-02 10:00+02,2027-03-02 10:50+02)",
    "[2027-03-02 10:00+02,2027-03-02 10:50+02]",
    "[2027-03-02 10:00+02,infinity)",
    "[-infinity,2027-03-02 10:00+02)",
]


def test_provider_has_one_session_at_a_time(raw):
    coach = raw.coach()
    one, other = raw.client(coach), raw.client(coach)
    raw.book(coach, one, "10:00", "10:50")
    raw.book(coach, other, "10:50", "11:40")
    raw.commit()
    for starts, ends in (("10:30", "10:45"), ("09:00", "12:00"), ("11:35", "12:00"), ("10:00", "10:50")):
        overlapping = insert(SESSION, **booked(coach, raw.client(coach), hours(starts, ends)))
        raw.refused(EXCLUDED, "session_provider_no_overlap", overlapping)


def test_client_has_one_session_at_a_time_with_whomever(raw):
    one, other = raw.coach(), raw.coach()
    client = raw.client(one, other)
    raw.book(one, client, "10:00", "10:50")
    raw.commit()
    raw.refused(
        EXCLUDED, "session_client_no_overlap", insert(SESSION, **booked(other, client, hours("10:40", "11:30")))
    )
    raw.book(other, client, "10:50", "11:40")
    raw.commit()


@pytest.mark.parametrize("status", ["completed", "no_show"])
def test_hour_that_was_used_or_missed_stays_taken(raw, status):
    coach = raw.coach()
    session = raw.book(coach, raw.client(coach))
    raw(*update(SESSION, session, status=status))
    again = insert(SESSION, **booked(coach, raw.client(coach), hours()))
    raw.refused(EXCLUDED, "session_provider_no_overlap", again)


def test_cancelled_hour_is_free(raw):
    coach = raw.coach()
    session = raw.book(coach, raw.client(coach))
    raw(*cancel(session))
    raw.book(coach, raw.client(coach))
    raw.commit()


def test_two_coaches_see_two_clients_at_one_time(raw):
    for _ in range(2):
        coach = raw.coach()
        raw.book(coach, raw.client(coach))
    raw.commit()


def test_move_into_a_taken_hour_is_refused(raw):
    coach = raw.coach()
    session = raw.book(coach, raw.client(coach), "10:00", "10:50")
    raw.book(coach, raw.client(coach), "11:00", "11:50")
    raw.refused(EXCLUDED, "session_provider_no_overlap", move(session, "11:30", "12:20"))
    raw(*move(session, "10:05", "10:55"))
    raw.commit()


@pytest.mark.parametrize("during", NOT_SANE)
def test_time_of_a_session_wish_and_offer_is_sane(raw, during):
    coach = raw.coach()
    client = raw.client(coach)
    session = raw.book(coach, client)
    wish = {"provider_id": coach, "client_id": client, "blocking_session_id": session, "wanted": during}
    proposal = raw.offer_times(raw.case(coach, client, session), coach, client)
    raw.refused(CHECK, "session_during_is_sane", insert(SESSION, **booked(coach, client, during)))
    raw.refused(CHECK, "case_wanted_is_sane", insert(CASE, **wish))
    raw.refused(CHECK, "offer_during_is_sane", insert(OFFER, proposal_id=proposal, during=during))


def test_session_may_last_five_minutes_or_eight_hours(raw):
    coach = raw.coach()
    client = raw.client(coach)
    raw.book(coach, client, "10:00", "10:05")
    raw.book(coach, client, "11:00", "19:00")
    raw.commit()


@pytest.mark.parametrize(
    "wrong",
    [{"provider_id": None}, {"during": None}, {"request_id": 7}, {"status": "pending"}],
    ids="_".join,
)
def test_booked_session_has_a_provider_a_time_and_no_request(raw, wrong):
    coach = raw.coach()
    row = booked(coach, raw.client(coach), hours())
    raw.refused(CHECK, "session_shape", insert(SESSION, **(row | wrong)))


@pytest.mark.parametrize(
    "wrong",
    [{"request_id": None}, {"during": hours()}, {"status": "scheduled"}],
    ids="_".join,
)
def test_session_on_demand_has_a_request_and_no_time(raw, wrong):
    raw.refused(CHECK, "session_shape", insert(SESSION, **(on_demand(raw.client()) | wrong)))


def test_session_on_demand_has_a_provider_from_when_it_is_taken(raw):
    session, coach = raw.make(SESSION, **on_demand(raw.client())), raw.coach()
    raw.refused(CHECK, "session_shape", update(SESSION, session, provider_id=coach))
    raw.refused(CHECK, "session_shape", update(SESSION, session, status="waiting"))
    raw(*update(SESSION, session, status="waiting", provider_id=coach))
    raw.refused(CHECK, "session_shape", update(SESSION, session, provider_id=None))
    raw.refused(CHECK, "session_shape", update(SESSION, session, request_id=None))


def test_session_on_demand_is_not_booked_from_an_offer(raw):
    coach = raw.coach()
    client = raw.client(coach)
    offer = raw.offer(raw.ask_to_move(raw.book(coach, client), coach, client))
    raw.refused(CHECK, "session_shape", insert(SESSION, **on_demand(client, booked_from_id=offer)))


def test_session_keeps_its_kind(raw):
    coach = raw.coach()
    session = raw.book(coach, raw.client(coach))
    raw.refused(CHECK, "session_kind_known", update(SESSION, session, kind="walk"))
    raw.refused(CHECK, "session_shape", update(SESSION, session, kind="on_demand"))


def test_cancelled_session_says_when_and_no_other_does(raw):
    coach = raw.coach()
    session = raw.book(coach, raw.client(coach))
    raw.refused(CHECK, "session_cancelled_has_time", update(SESSION, session, status="cancelled"))
    raw.refused(CHECK, "session_cancelled_has_time", update(SESSION, session, cancelled_at=EXPIRES))


def test_paid_session_says_to_whom(raw):
    coach = raw.coach()
    session = raw.book(coach, raw.client(coach))
    raw.refused(CHECK, "session_paid_has_payee", update(SESSION, session, paid_at=EXPIRES))
    raw.refused(CHECK, "session_paid_has_payee", update(SESSION, session, paid_by_id=coach))
    raw(*update(SESSION, session, paid_at=EXPIRES, paid_by_id=coach))
    raw.commit()


def test_price_is_not_negative(raw):
    coach = raw.coach()
    session = raw.book(coach, raw.client(coach), price="0.00")
    raw.refused(CHECK, "session_price_not_negative", update(SESSION, session, price="-0.01"))


@pytest.mark.parametrize("rating", [0, 6])
def test_rating_is_one_to_five_and_of_a_completed_session(raw, rating):
    coach = raw.coach()
    session = raw.book(coach, raw.client(coach))
    raw.refused(CHECK, "session_rating_one_to_five", update(SESSION, session, rating=3))
    raw(*update(SESSION, session, status="completed", rating=5))
    raw.refused(CHECK, "session_rating_one_to_five", update(SESSION, session, rating=rating))


def test_live_session_on_demand_says_since_when(raw):
    session = raw.make(SESSION, **on_demand(raw.client()))
    raw(*update(SESSION, session, status="waiting", provider_id=raw.coach()))
    raw.refused(CHECK, "session_live_has_start", update(SESSION, session, status="live"))
    raw(*update(SESSION, session, status="live", started_at=LATE))
    raw.refused(CHECK, "session_ends_after_start", update(SESSION, session, status="completed", ended_at=EXPIRES))


def test_request_has_one_session(raw):
    raw.make(SESSION, **on_demand(raw.client(), 7))
    raw.refused(UNIQUE, "session_request_once", insert(SESSION, **on_demand(raw.client(), 7)))


def test_booked_session_needs_care_for_as_long_as_it_stands(raw):
    coach, client = raw.coach(), raw.client()
    raw.refused_at_commit("session_booked_in_care", insert(SESSION, **booked(coach, client, hours())))
    care = raw.make(CARE, client_id=client, provider_id=coach)
    raw.book(coach, client)
    raw.commit()
    raw.refused_at_commit("session_booked_in_care", delete(CARE, care))
    raw(*update(CARE, care, ended_at=EXPIRES))
    raw.commit()
