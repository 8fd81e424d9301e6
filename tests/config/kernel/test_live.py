from __future__ import annotations

import asyncio

from config.kernel.live.box import ROOM, Box, Hearer, Told
from config.kernel.live.listening import Exchange


def hearer(*topics, since=None, asked_at=0.0):
    return Hearer(frozenset(topics), user_id=1, session_key="k", proof="p", since=since, asked_at=asked_at)


def told(name, at=1.0):
    return Told("user:1", (name,), "r", at)


def test_news_are_taken_in_order_and_once():
    async def run():
        box = Box(hearer("user:1"))
        for name in "abc":
            box.put(told(name))
        assert [each.names for each in await box.take(within=1)] == [("a",), ("b",), ("c",)]
        assert await box.take(within=0.001) == ()

    asyncio.run(run())


def test_who_reads_slowly_is_told_to_read_everything_and_costs_no_more_room():
    async def run():
        box = Box(hearer("user:1"))
        for number in range(10 * ROOM):
            box.put(told(str(number)))
        assert len(box._news) <= ROOM
        assert await box.take(within=1) is None
        box.put(told("next"))
        assert [each.names for each in await box.take(within=1)] == [("next",)]

    asyncio.run(run())


def test_who_has_left_wakes_up_and_leaves_nothing_behind():
    async def run():
        exchange = Exchange(lambda hearers: ())
        exchange._listening = asyncio.ensure_future(asyncio.sleep(60))
        box = exchange.enter(hearer("user:1", "role:coach"))
        waits = asyncio.ensure_future(box.take(within=60))
        await asyncio.sleep(0)
        exchange.leave(box)
        exchange.leave(box)
        await asyncio.wait_for(waits, 1)
        assert box.is_closed
        assert (dict(exchange._boxes), dict(exchange._all)) == ({}, {})
        exchange._listening.cancel()

    asyncio.run(run())


def test_what_is_not_ours_on_the_line_is_nothing():
    async def run():
        exchange = Exchange(lambda hearers: ())
        exchange._listening = asyncio.ensure_future(asyncio.sleep(60))
        box = exchange.enter(hearer("user:1"))
        for payload in ("", "{", "[]", "7", '{"topic": "user:1"}', '{"topic": "user:1", "names": 5, "id": ""}'):
            exchange._tell(payload)
        exchange._tell('{"topic": "user:1", "names": ["a"], "id": "r"}')
        assert [each.names for each in await box.take(within=1)] == [("a",)]
        exchange._listening.cancel()

    asyncio.run(run())


def test_who_was_let_in_before_their_rights_changed_does_not_hear():
    """The change came after somebody looked, and before they were in."""

    async def run():
        exchange = Exchange(lambda hearers: ())
        exchange._listening = asyncio.ensure_future(asyncio.sleep(60))
        exchange._heard_since = 1.0
        exchange._recent.append(Told("user:1", ("rights:changed",), "r", 5.0))
        assert exchange.enter(hearer("user:1", asked_at=4.0)).is_closed
        assert not exchange.enter(hearer("user:1", asked_at=6.0)).is_closed
        # Nobody knows what was said before the line stood.
        assert exchange.enter(hearer("user:2", asked_at=0.5)).is_closed
        exchange._listening.cancel()

    asyncio.run(run())
