from __future__ import annotations

import asyncio

import pytest
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpResponse
from django.test import AsyncRequestFactory

from config import asgi
from config.asgi import InTurn

EVERYBODY = 5


class Crowd:
    """Requests at one handler, each of which takes until `let_go`."""

    def __init__(self, monkeypatch):
        self.inside, self.most = 0, 0
        self.may_go, self.all_in = asyncio.Event(), asyncio.Event()
        monkeypatch.setattr(ASGIHandler, "get_response_async", self._work)
        self.handler = InTurn()

    async def _work(self, _handler_or_request, *_):
        self.inside += 1
        self.most = max(self.most, self.inside)
        if self.inside == EVERYBODY:
            self.all_in.set()
        await self.may_go.wait()
        self.inside -= 1
        return HttpResponse()

    def ask(self, path):
        return asyncio.ensure_future(self.handler.run_get_response(AsyncRequestFactory().get(path)))


@pytest.fixture
def crowd(monkeypatch, settings):
    settings.REQUESTS_AT_ONCE = 2
    return lambda: Crowd(monkeypatch)


async def settle():
    for _ in range(20):
        await asyncio.sleep(0)


def test_so_many_are_worked_at_and_all_have_their_turn(crowd):
    async def run():
        here = crowd()
        asked = [here.ask("/calendar/") for _ in range(7)]
        await settle()
        assert here.inside == 2
        here.may_go.set()
        answers = await asyncio.gather(*asked)
        assert ([each.status_code for each in answers], here.most) == ([200] * 7, 2)

    asyncio.run(run())


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_whoever_asks_for_its_health_need_not_wait(crowd, path):
    async def run():
        here = crowd()
        asked = [here.ask("/calendar/") for _ in range(3)] + [here.ask(path)]
        await settle()
        assert here.inside == 3
        here.may_go.set()
        await asyncio.gather(*asked)

    asyncio.run(run())


def test_who_leaves_while_waiting_takes_nobodys_place(crowd):
    async def run():
        here = crowd()
        first, leaves, stays = here.ask("/1"), here.ask("/2"), here.ask("/3")
        await settle()
        leaves.cancel()
        await settle()
        here.may_go.set()
        assert [each.status_code for each in await asyncio.gather(first, stays)] == [200, 200]
        assert (await here.ask("/4")).status_code == 200

    asyncio.run(run())


def test_who_has_been_at_it_for_long_keeps_nobody_waiting(crowd, monkeypatch):
    monkeypatch.setattr(asgi, "LONGEST_TURN", 0.01)

    async def run():
        here = crowd()
        asked = [here.ask("/calendar/") for _ in range(EVERYBODY)]
        await settle()
        assert here.inside == 2
        await here.all_in.wait()
        here.may_go.set()
        await asyncio.gather(*asked)
        # Each has given its place back once.
        here.may_go.clear()
        again = [here.ask("/calendar/") for _ in range(EVERYBODY)]
        await settle()
        assert here.inside == 2
        here.may_go.set()
        await asyncio.gather(*again)

    asyncio.run(asyncio.wait_for(run(), 10))
