"""Random calendars: the engine says what a naive one says, and listing, booking and explaining say the same.

SLOT_EXAMPLES sets how many of them each test looks at (`make soak` at many)."""

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
from scheduling.actions.book import book_session
from scheduling.errors import ClientBusy, HourTaken, NeedsOverrule
from scheduling.models import Session
from scheduling.wishes import Booking
from tests.factories import create_client
from tests.scheduling.naive_calendar import MINUTE, Booked, Hold, World

pytestmark = pytest.mark.django_db

# Zones with a day of theirs around which clocks change, or a Greek holiday lies, or neither.
NIGHTS = [
    *(("Europe/Athens", "2027-03-28"), ("Europe/Athens", "2026-10-25"), ("Europe/Athens", "2026-11-24")),
    *(("Pacific/Auckland", "2026-09-27"), ("Pacific/Auckland", "2027-04-04"), ("Australia/Lord_Howe", "2027-04-04")),
    *(("America/Sao_Paulo", "2018-11-04"), ("America/Sao_Paulo", "2018-02-18"), ("America/Sao_Paulo", "2027-01-01")),
    *(("America/Havana", "2026-11-01"), ("Africa/Casablanca", "2027-03-14"), ("Asia/Kathmandu", "2026-11-24")),
    *(("Europe/London", "2027-03-28"), ("Europe/London", "2026-10-25"), ("Australia/Lord_Howe", "2026-10-04")),
    *(("America/New_York", "2027-03-14"), ("America/New_York", "2026-11-01"), ("Asia/Tehran", "2018-03-22")),
    *(("Europe/Athens", "2026-10-28"), ("Europe/Athens", "2027-05-02"), ("Europe/London", "2026-12-26")),
    *(("Pacific/Apia", "2026-10-28"), ("Pacific/Apia", "2027-05-03"), ("America/New_York", "2027-03-15")),
    *(("Asia/Kathmandu", "2027-01-06"), ("Australia/Lord_Howe", "2027-05-01"), ("Pacific/Auckland", "2027-04-30")),
]
DAYS = 3
asking = settings(
    max_examples=int(os.environ.get("SLOT_EXAMPLES", "15")),
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
        keeps_holidays=draw(st.booleans()),
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


def book(coach, client, slot, *, now, overrule=False):
    return book_session(Booking(client=client, during=slot, overrule=overrule), by=coach.user, now=now)


@given(world=worlds(), data=st.data())
@asking
def test_every_listed_time_books_and_leaves_the_others_listed(world, data):
    with undone():
        coach, client, _ = world.build()
        client = client or create_client(of=coach)
        listed = slots.free(coach, world.between, now=world.now, for_client=client)
        some = data.draw(st.lists(st.sampled_from(listed), max_size=3, unique=True)) if listed else []
        for slot in some:
            with undone():
                assert book(coach, client, slot, now=world.now).interval == slot
                left = slots.free(coach, world.between, now=world.now, for_client=client)
            assert left == [other for other in listed if gap(other, slot) >= world.buffer * MINUTE]


def gap(one, other):
    """How far apart they are; negative when they overlap."""
    return max(other.starts_at - one.ends_at, one.starts_at - other.ends_at)


@given(world=worlds(), data=st.data())
@asking
def test_every_other_time_is_refused_for_the_reasons_explained_or_lies_free_off_the_step(world, data):
    grid = [start for start in world.grid() if start >= world.between.starts_at]
    minutes = st.integers(0, DAYS * 1440).map(lambda at: world.between.starts_at + at * MINUTE)
    starts = data.draw(st.lists(st.sampled_from(grid) | minutes if grid else minutes, min_size=1, max_size=5))
    with undone():
        coach, client, _ = world.build()
        client = client or create_client(of=coach)
        listed = {slot.starts_at for slot in slots.free(coach, world.between, now=world.now, for_client=client)}
        for start in set(starts) - listed:
            slot = Interval.lasting(start, world.minutes)
            explained = slots.explain(coach, slot, now=world.now, for_client=client)
            if explained:
                with undone():
                    check_is_refused(coach, client, slot, explained, now=world.now)
            else:
                assert start not in grid or start >= world.between.ends_at
                with undone():
                    assert book(coach, client, slot, now=world.now).interval == slot


def check_is_refused(coach, client, slot, explained, *, now):
    """Booking names what was explained and writes nothing; what nobody else has can be had all the same."""
    before = Session.objects.count()
    taking = [obstacle for obstacle in explained if obstacle.blocks]
    with pytest.raises(HourTaken if taking else NeedsOverrule) as refused:
        book(coach, client, slot, now=now)
    assert Session.objects.count() == before
    if not taking:
        assert refused.value.obstacles == explained
        assert book(coach, client, slot, now=now, overrule=True).interval == slot
        return
    sessions = [obstacle.facts["session"] for obstacle in taking if obstacle.code == "session"]
    assert [session.pk for session in refused.value.clash.sessions] == sessions
    own = any(session.client_id == client.pk for session in refused.value.clash.sessions)
    is_busy = any(obstacle.code == "client_busy" for obstacle in taking)
    assert isinstance(refused.value, ClientBusy) == (is_busy and not own)
    with pytest.raises(HourTaken):
        book(coach, client, slot, now=now, overrule=True)
