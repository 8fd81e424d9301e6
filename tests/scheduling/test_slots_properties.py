"""Random calendars: the engine says what a naive one says, and `free` and `explain` say the same."""

from __future__ import annotations

import datetime as dt
import os
from contextlib import contextmanager

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.kernel import time
from config.kernel.time import Interval
from scheduling import slots
from tests.scheduling.naive_calendar import MINUTE, Booked, Hold, World

pytestmark = pytest.mark.django_db

# Zones with a day of theirs around which clocks change, or not at all.
NIGHTS = [
    *(("Europe/Athens", "2027-03-28"), ("Europe/Athens", "2026-10-25"), ("Europe/Athens", "2026-11-24")),
    *(("Pacific/Auckland", "2026-09-27"), ("Pacific/Auckland", "2027-04-04"), ("Australia/Lord_Howe", "2027-04-04")),
    *(("America/Sao_Paulo", "2018-11-04"), ("America/Sao_Paulo", "2018-02-18"), ("America/Sao_Paulo", "2027-01-01")),
    *(("America/Havana", "2026-11-01"), ("Africa/Casablanca", "2027-03-14"), ("Asia/Kathmandu", "2026-11-24")),
]
DAYS = 3
asking = settings(
    max_examples=int(os.environ.get("SLOT_EXAMPLES", "40")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@contextmanager
def undone():
    """Rows that are gone afterwards: each example begins with none.  Actions may begin inside, as in a test."""
    block = transaction.atomic()
    block._from_testcase = True
    with block:
        yield
        transaction.set_rollback(True)


@st.composite
def hours(draw):
    """Up to three openings of a day, apart from one another; nights are likelier than noons."""
    times = st.one_of(st.integers(0, 6 * 60), st.integers(0, 24 * 60 - 1), st.just(24 * 60 - 1))
    edges = sorted(draw(st.sets(times, max_size=6)))
    return [tuple(f"{at // 60:02}:{at % 60:02}" for at in pair) for pair in zip(edges[::2], edges[1::2], strict=False)]


@st.composite
def pieces(draw, begin, *, most, longest, shortest=5):
    """Pieces of time in the days that are looked at, that may overlap."""
    starts = draw(st.lists(st.tuples(st.integers(0, DAYS * 1440), st.integers(shortest, longest)), max_size=most))
    return [Interval.lasting(begin + at * MINUTE, minutes) for at, minutes in starts]


def apart(booked):
    """Those that overlap no earlier one: the database would refuse them."""
    kept = []
    for one in booked:
        if not any(one.during.overlaps(other.during) for other in kept):
            kept.append(one)
    return kept


@st.composite
def worlds(draw):
    where, night = draw(st.sampled_from(NIGHTS))
    night = dt.date.fromisoformat(night)
    begin = time.day_bounds(night - dt.timedelta(days=1), time.zone(where)).starts_at
    cut = draw(st.integers(0, 1440))
    minutes = draw(st.one_of(st.integers(5, 60), st.integers(5, 480)))
    sessions = [
        Booked(during, draw(st.booleans()), draw(st.booleans())) for during in draw(pieces(begin, most=6, longest=200))
    ]
    sessions = apart(sessions)
    with_others = [Booked(during, mine=True) for during in draw(pieces(begin, most=2, longest=200))]
    of_mine = [booked for booked in sessions if booked.mine]
    with_others = [booked for booked in apart(of_mine + with_others) if booked not in of_mine]
    flags = st.tuples(st.booleans(), st.booleans(), st.sampled_from([False, False, True]))
    return World(
        where=where,
        now=begin + draw(st.one_of(st.just(-4000), st.integers(-4000, 3000))) * MINUTE,
        between=Interval(begin + cut * MINUTE, begin + DAYS * dt.timedelta(days=1)),
        minutes=minutes,
        step=draw(st.integers(5, 240)),
        buffer=draw(st.one_of(st.just(0), st.integers(0, 90))),
        notice=draw(st.one_of(st.just(0), st.integers(0, 3000))),
        horizon=draw(st.one_of(st.just(30), st.integers(1, 6))),
        rules=[(weekday, *times) for weekday in range(7) for times in draw(hours())],
        overrides=draw(st.dictionaries(st.sampled_from([night - dt.timedelta(days=1), night]), hours(), max_size=2)),
        away=draw(pieces(begin, most=2, longest=700, shortest=1)),
        sessions=sessions,
        elsewhere=with_others,
        holds=[Hold(during, *draw(flags)) for during in draw(pieces(begin, most=3, longest=200))],
        for_mine=draw(st.booleans()),
        ignoring=draw(st.none() | st.integers(0, len(sessions) - 1)) if sessions else None,
    )


def asked(world, client, ignoring):
    return {"now": world.now, "for_client": client, "ignoring": ignoring}


@given(world=worlds())
@asking
def test_free_times_are_those_of_the_naive_calendar(world):
    with undone():
        coach, client, ignoring = world.build()
        found = slots.free(coach, world.between, **asked(world, client, ignoring))
    assert [slot.starts_at for slot in found] == world.starts()
    assert all(slot.minutes == world.minutes for slot in found)


@given(world=worlds(), data=st.data())
@asking
def test_a_time_is_free_just_when_nothing_explains_why_not(world, data):
    grid = [start for start in world.grid() if start >= world.between.starts_at]
    some = data.draw(st.lists(st.sampled_from(grid), max_size=8, unique=True)) if grid else []
    with undone():
        coach, client, ignoring = world.build()
        question = asked(world, client, ignoring)
        free = slots.free(coach, world.between, **question)
        for start in some:
            slot = Interval.lasting(start, world.minutes)
            assert (slots.explain(coach, slot, **question) == []) == (slot in free)


@given(world=worlds(), starts=st.lists(st.integers(0, DAYS * 1440), min_size=1, max_size=8))
@asking
def test_the_reasons_are_those_of_the_naive_calendar_on_the_step_and_off_it(world, starts):
    begin = world.between.starts_at
    with undone():
        coach, client, ignoring = world.build()
        for at in starts:
            slot = Interval.lasting(begin + at * MINUTE, world.minutes)
            found = slots.explain(coach, slot, **asked(world, client, ignoring))
            assert {obstacle.code for obstacle in found} == world.reasons(slot)
            assert all(obstacle.words for obstacle in found)


@given(world=worlds(), cut=st.integers(1, DAYS * 1440 - 1440))
@asking
def test_asking_in_two_parts_finds_the_same(world, cut):
    middle = world.between.ends_at - cut * MINUTE
    with undone():
        coach, client, ignoring = world.build()
        question = asked(world, client, ignoring)
        whole = slots.free(coach, world.between, **question)
        if middle <= world.between.starts_at:
            return
        parts = [Interval(world.between.starts_at, middle), Interval(middle, world.between.ends_at)]
        assert [slot for part in parts for slot in slots.free(coach, part, **question)] == whole
