"""Why not: every reason against a time, as facts, and in the coach's words."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import translation

from scheduling import slots
from tests.factories import (
    NOW,
    create_care,
    create_case,
    create_client,
    create_coach,
    create_override,
    create_proposal,
    create_session,
    create_time_off,
    create_user,
    hour,
    moment,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

MONDAY, TUESDAY, FRIDAY, SUNDAY = "2026-11-23", "2026-11-24", "2026-11-27", "2026-11-29"
FRIDAY_HOURS = [(4, "09:00", "13:00"), (4, "16:00", "21:00")]


def why(coach, at, *, minutes=50, now=NOW, **asked):
    return slots.explain(coach, hour(at, minutes=minutes, zone=coach.time_zone), now=now, **asked)


def codes(*args, **asked):
    return [obstacle.code for obstacle in why(*args, **asked)]


def words(*args, **asked):
    return [obstacle.words for obstacle in why(*args, **asked)]


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def fridays():
    return create_coach(hours=FRIDAY_HOURS)


@pytest.fixture
def maria(coach):
    return create_client(of=coach, full_name="Maria Papadopoulou")


@pytest.fixture
def nikos(coach):
    return create_client(of=coach, full_name="Nikos Georgiou")


def test_nothing_is_in_the_way_of_a_free_time_on_the_step_or_off_it(coach):
    assert why(coach, f"{MONDAY} 10:00") == []
    assert why(coach, f"{MONDAY} 10:05") == []


def test_a_coach_may_be_given_as_user(coach):
    assert slots.explain(coach.user, hour(f"{SUNDAY} 10:00"), now=NOW) == why(coach, f"{SUNDAY} 10:00")


def test_no_hours():
    coach = create_coach(hours=[])
    assert words(coach, f"{MONDAY} 10:00") == ["No opening hours yet. Without weekly hours, no time can be offered."]
    assert [obstacle.code for obstacle in slots.explain(create_user(), hour(f"{MONDAY} 10:00"), now=NOW)] == [
        "no_hours"
    ]
    create_override(coach=coach, date=TUESDAY, starts_at="10:00", ends_at="11:00")
    assert codes(coach, f"{MONDAY} 10:00") == ["outside_hours"]
    assert codes(coach, f"{TUESDAY} 10:00") == []


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (f"{FRIDAY} 20:30", "20 minutes outside your hours. Friday ends at 21:00, this session at 21:20."),
        (f"{FRIDAY} 20:11", "1 minute outside your hours. Friday ends at 21:00, this session at 21:01."),
        (f"{FRIDAY} 08:40", "20 minutes outside your hours. Friday starts at 09:00, this session at 08:40."),
        (f"{FRIDAY} 12:30", "Outside your hours. Friday is open 09:00–13:00, 16:00–21:00."),
        (f"{FRIDAY} 14:00", "Outside your hours. Friday is open 09:00–13:00, 16:00–21:00."),
        (f"{FRIDAY} 22:00", "Outside your hours. Friday is open 09:00–13:00, 16:00–21:00."),
        (f"{SUNDAY} 10:00", "Outside your hours. Sunday is closed."),
    ],
)
def test_outside_the_hours(fridays, at, said):
    assert words(fridays, at) == [said]


def test_outside_the_hours_has_the_facts(fridays):
    (obstacle,) = why(fridays, f"{FRIDAY} 20:30")
    assert (obstacle.code, obstacle.blocks, obstacle.headline) == (
        "outside_hours",
        False,
        "20 minutes outside your hours",
    )
    assert obstacle.facts == {
        "minutes": 20,
        "edge": "end",
        "hours": (
            (moment(f"{FRIDAY} 09:00"), moment(f"{FRIDAY} 13:00")),
            (moment(f"{FRIDAY} 16:00"), moment(f"{FRIDAY} 21:00")),
        ),
        "starts_at": moment(f"{FRIDAY} 20:30"),
        "ends_at": moment(f"{FRIDAY} 21:20"),
    }


def test_a_time_longer_than_the_day_says_how_the_day_is(fridays):
    create_override(coach=fridays, date=FRIDAY, starts_at="10:00", ends_at="11:00")
    assert words(fridays, f"{FRIDAY} 09:30", minutes=120) == ["Outside your hours. Friday is open 10:00–11:00."]


def test_a_date_that_is_closed_this_once(coach):
    create_override(coach=coach, date=MONDAY)
    assert words(coach, f"{MONDAY} 10:00") == ["Outside your hours. Monday is closed."]


def test_words_show_the_coachs_clock_whatever_the_readers_is():
    coach = create_coach(hours=[(4, "09:00", "21:00")], zone="Pacific/Auckland")
    assert words(coach, f"{FRIDAY} 20:30") == [
        "20 minutes outside your hours. Friday ends at 21:00, this session at 21:20."
    ]


def test_time_off_says_its_reason_and_last_day(coach):
    create_time_off(coach=coach, starts=f"{MONDAY} 00:00", ends="2026-11-25 00:00", reason="Winter break")
    create_time_off(coach=coach, starts="2026-11-26 09:00", ends="2026-11-26 10:30")
    (obstacle,) = why(coach, f"{MONDAY} 10:00")
    assert (obstacle.code, obstacle.blocks) == ("time_off", False)
    assert obstacle.words == "Time off: Winter break. Until Tuesday 24 November."
    assert words(coach, "2026-11-26 10:00") == ["Time off. Until Thursday 26 November, 10:30."]


def test_a_session_in_the_way_blocks_and_is_named(coach, maria):
    session = create_session(coach=coach, client=maria, at=f"{MONDAY} 10:00")
    (obstacle,) = why(coach, f"{MONDAY} 10:30")
    assert (obstacle.code, obstacle.blocks) == ("session", True)
    assert obstacle.facts == {
        "session": session.pk,
        "client": "Maria Papadopoulou",
        "starts_at": session.starts_at,
        "ends_at": session.ends_at,
    }
    assert obstacle.words == "Taken by Maria Papadopoulou. 10:00–10:50."
    assert why(coach, f"{MONDAY} 10:30", ignoring=session) == []


def test_all_sessions_in_the_way_are_named_in_order_and_before_what_only_warns(coach, maria, nikos):
    create_session(coach=coach, client=nikos, at=f"{MONDAY} 16:30", minutes=30)
    create_session(coach=coach, client=maria, at=f"{MONDAY} 15:40")
    found = why(coach, f"{MONDAY} 16:20")
    assert [(obstacle.code, obstacle.facts.get("client")) for obstacle in found] == [
        ("session", "Maria Papadopoulou"),
        ("session", "Nikos Georgiou"),
        ("outside_hours", None),
    ]


def test_a_client_who_is_busy_elsewhere_blocks_and_it_is_not_told_with_whom(coach, other_coach, maria):
    create_care(client=maria, provider=other_coach)
    create_session(coach=other_coach, client=maria, at=f"{MONDAY} 10:00")
    assert why(coach, f"{MONDAY} 10:30") == []
    (obstacle,) = why(coach, f"{MONDAY} 10:30", for_client=maria)
    assert (obstacle.code, obstacle.blocks) == ("client_busy", True)
    assert obstacle.facts == {"client": "Maria Papadopoulou"}
    assert obstacle.words == "Maria Papadopoulou is busy then."


def test_their_session_with_the_same_coach_is_said_once(coach, maria):
    create_session(coach=coach, client=maria, at=f"{MONDAY} 10:00")
    assert codes(coach, f"{MONDAY} 10:30", for_client=maria) == ["session"]


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("10:55", "A pause of only 5 minutes. Before it: Maria Papadopoulou, until 10:50. Your pause: 15 min."),
        ("10:50", "No pause between two sessions. Before it: Maria Papadopoulou, until 10:50. Your pause: 15 min."),
        ("09:09", "A pause of only 1 minute. After it: Maria Papadopoulou, from 10:00. Your pause: 15 min."),
    ],
)
def test_the_pause_beside_a_session_only_warns(maria, at, said):
    coach = create_coach(buffer=15)
    create_care(client=maria, provider=coach)
    create_session(coach=coach, client=maria, at=f"{MONDAY} 10:00")
    (obstacle,) = why(coach, f"{MONDAY} {at}")
    assert (obstacle.code, obstacle.blocks, obstacle.words) == ("buffer", False, said)
    assert why(coach, f"{MONDAY} 11:05") == []
    assert why(coach, f"{MONDAY} 08:55") != []


def test_a_hold_says_for_whom_and_until_when(coach, maria, nikos):
    blocking = create_session(coach=coach, client=maria, at=f"{TUESDAY} 10:00")
    case = create_case(coach=coach, client=nikos, blocking=blocking)
    create_proposal(case=case, offers=[f"{MONDAY} 10:00"], expires_at=moment("2026-11-22 18:00"))
    (obstacle,) = why(coach, f"{MONDAY} 10:30", for_client=maria)
    assert (obstacle.code, obstacle.blocks) == ("hold", False)
    assert obstacle.facts == {
        "client": "Nikos Georgiou",
        "until": moment("2026-11-22 18:00"),
        "starts_at": moment(f"{MONDAY} 10:00"),
        "ends_at": moment(f"{MONDAY} 10:50"),
    }
    assert obstacle.words == "Held for Nikos Georgiou. Until Sunday 22 November, 18:00."
    assert why(coach, f"{MONDAY} 10:30", for_client=nikos) == []


def test_a_freed_hour_says_for_whom_it_is_kept(coach, maria, nikos):
    moved = create_session(coach=coach, client=maria, at=f"{TUESDAY} 10:00")
    until = NOW + dt.timedelta(hours=48)
    create_case(coach=coach, client=nikos, blocking=moved, at=f"{MONDAY} 10:00", held_until=until)
    assert words(coach, f"{MONDAY} 10:00") == ["Held for Nikos Georgiou. Until Sunday 22 November, 11:00."]


def test_the_past_the_notice_and_the_horizon():
    coach = create_coach(notice=180, horizon=30)
    assert words(coach, "2026-11-20 10:30") == ["This time is past. It began on Friday 20 November, 10:30."]
    assert words(coach, "2026-11-20 13:59") == [
        "Shorter notice than you ask for. By your rule, the earliest time is Friday 20 November, 14:00."
    ]
    assert why(coach, "2026-11-20 14:00") == []
    later = NOW + dt.timedelta(days=1)
    assert why(coach, "2026-12-21 10:30", now=later) == []
    assert words(coach, "2026-12-21 11:00", now=later) == [
        "Further ahead than you plan. By your rule, times are open until Monday 21 December, 11:00."
    ]
    assert {obstacle.blocks for obstacle in why(coach, "2026-11-20 09:30") + why(coach, "2026-12-21 11:00")} == {False}


def test_this_very_instant_is_not_past(coach):
    assert why(coach, "2026-11-20 11:00") == []
    assert codes(coach, "2026-11-20 10:59") == ["past"]


def test_everything_at_once_is_said_at_once(coach, maria):
    create_time_off(coach=coach, starts="2026-11-16 00:00", ends="2026-11-21 00:00")
    create_session(coach=coach, client=maria, at="2026-11-19 16:30", minutes=30)
    assert codes(coach, "2026-11-19 16:30") == ["session", "time_off", "outside_hours", "past"]
