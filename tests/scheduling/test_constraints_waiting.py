from __future__ import annotations

import pytest

from tests.raw import CASE, CHECK, LATE, UNIQUE, delete, hours, insert, update

WINDOW = "scheduling_waitingwindow"


def waits(provider, client, **columns):
    row = {"provider_id": provider, "client_id": client, "minutes": 50, "first_date": "2027-03-01"}
    return row | {"last_date": "2027-03-29"} | columns


def window(case, weekday=1, starts="17:00", ends="20:00"):
    return {"case_id": case, "weekday": weekday, "starts_at": starts, "ends_at": ends}


@pytest.fixture
def coach(raw):
    return raw.coach()


@pytest.fixture
def nikos(raw, coach):
    return raw.client(coach)


@pytest.fixture
def case(raw, coach, nikos):
    """Somebody who waits for a Tuesday evening."""
    number = raw.make(CASE, **waits(coach, nikos))
    raw.make(WINDOW, **window(number))
    raw.commit()
    return number


def test_case_is_a_clash_or_on_the_list(raw, coach, nikos):
    session = raw.book(coach, raw.client(coach))
    raw.case(coach, nikos, session)
    clash = {"wanted": hours(), "blocking_session_id": session}
    for row in (
        waits(coach, nikos, **clash, held_until=LATE),
        waits(coach, nikos, last_date=None),
        waits(coach, nikos, first_date=None),
        waits(coach, nikos, minutes=None),
        {"provider_id": coach, "client_id": nikos, "wanted": hours()},
        {"provider_id": coach, "client_id": nikos, "blocking_session_id": session},
        {"provider_id": coach, "client_id": nikos, **clash, "minutes": 50, "held_until": LATE},
    ):
        raw.refused(CHECK, "case_shape", insert(CASE, **row))


def test_hour_on_the_list_is_held_while_it_is_there(raw, case):
    raw.refused(CHECK, "case_match_is_held", update(CASE, case, wanted=hours()))
    raw.refused(CHECK, "case_match_is_held", update(CASE, case, held_until=LATE))
    raw(*update(CASE, case, wanted=hours(), held_until=LATE))
    raw.refused(CHECK, "case_match_is_held", update(CASE, case, held_until=None))
    raw(*update(CASE, case, wanted=None, held_until=None))


def test_hour_that_was_booked_off_the_list_stays_in_the_case(raw, coach, nikos, case):
    session = raw.book(coach, nikos)
    raw(*update(CASE, case, status="resolved", session_id=session, wanted=hours()))
    raw.commit()


@pytest.mark.parametrize("minutes", [4, 481])
def test_length_on_the_list_is_in_reason(raw, coach, nikos, minutes):
    raw.refused(CHECK, "case_minutes_in_reason", insert(CASE, **waits(coach, nikos, minutes=minutes)))


@pytest.mark.parametrize("last", ["2027-02-28", "2028-03-01"])
def test_dates_on_the_list_are_in_order_and_within_a_year(raw, coach, nikos, last):
    raw.refused(CHECK, "case_dates_in_reason", insert(CASE, **waits(coach, nikos, last_date=last)))


def test_longest_wait_is_a_year(raw, case):
    raw(*update(CASE, case, last_date="2028-02-29"))
    raw(*update(CASE, case, last_date="2027-03-01"))


def test_who_waits_has_a_window(raw, coach, nikos, case):
    raw.refused_at_commit("case_has_window", insert(CASE, **waits(coach, nikos)), state=CHECK)
    only = raw.one(f"SELECT id FROM {WINDOW} WHERE case_id = %s", case)
    raw.refused_at_commit("window_of_waiting_case", delete(WINDOW, only), state=CHECK)
    raw(*delete(WINDOW, only))
    raw.make(WINDOW, **window(case, weekday=None))
    raw.commit()


def test_only_who_waits_has_a_window(raw, coach, nikos):
    clash = raw.case(coach, nikos, raw.book(coach, raw.client(coach)))
    raw.commit()
    raw.refused_at_commit("window_of_waiting_case", insert(WINDOW, **window(clash)), state=CHECK)


def test_window_cannot_go_to_another_case_and_leave_none(raw, coach, nikos, case):
    other = raw.make(CASE, **waits(coach, nikos))
    moved = raw.make(WINDOW, **window(other))
    raw.commit()
    raw.refused_at_commit("window_of_waiting_case", update(WINDOW, moved, case_id=case, weekday=3), state=CHECK)


@pytest.mark.parametrize("weekday", [-1, 7])
def test_window_is_on_a_weekday_or_on_any(raw, case, weekday):
    raw.refused(CHECK, "window_weekday_known", insert(WINDOW, **window(case, weekday=weekday)))
    raw.make(WINDOW, **window(case, weekday=None))


@pytest.mark.parametrize("ends", ["17:00", "16:59"])
def test_window_ends_after_it_starts(raw, case, ends):
    raw.refused(CHECK, "window_ends_after_start", insert(WINDOW, **window(case, ends=ends)))


def test_window_is_there_once(raw, case):
    raw.refused(UNIQUE, "window_once", insert(WINDOW, **window(case)))
    raw.make(WINDOW, **window(case, weekday=None))
    raw.refused(UNIQUE, "window_once", insert(WINDOW, **window(case, weekday=None)))
