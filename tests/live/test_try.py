import asyncio
import os
import pathlib
import time

from django.db import connection

from tests import factories
from tests.live.listeners import *


def proc(pid):
    s = pathlib.Path(f"/proc/{pid}/status").read_text()
    g = lambda k: int([l for l in s.splitlines() if l.startswith(k)][0].split()[1])
    t = pathlib.Path(f"/proc/{pid}/stat").read_text().split()
    return g("VmRSS") / 1024, g("Threads"), (int(t[13]) + int(t[14])) / 100


def test_try(site, transactional_db):
    coach = factories.create_coach()
    users = [coach.user]
    keys = [key_of(coach) for _ in range(20)] * 25
    pid = site.process.pid
    print("before", proc(pid))

    async def run():
        warm = (await opened(site.port, keys[:1]))[0]
        await warm.hears("*")
        print("warm", proc(pid))
        t = time.monotonic()
        ls = await opened(site.port, keys)
        print("opened", time.monotonic() - t, proc(pid), {l.status for l in ls})
        await asyncio.gather(*(l.hears("*") for l in ls))
        print("all", proc(pid))
        print(ls[0].headers)
        for i in range(5):
            await asyncio.sleep(1)
            t = time.monotonic()
            with connection.cursor() as c:
                c.execute(
                    "select pg_notify('praxis', %s)",
                    ['{"topic":"user:%d","names":["n%d"],"id":"x"}' % (coach.user.pk, i)],
                )
            await asyncio.gather(*(l.hears(f"n{i}") for l in ls))
            took = sorted(l.heard[-1].at - t for l in ls)
            print("n", took[250], took[475], took[-1], proc(pid))
        with connection.cursor() as c:
            c.execute(
                "select application_name, state, count(*) from pg_stat_activity where datname=current_database() group by 1,2"
            )
            print(c.fetchall())
        await asyncio.sleep(12)
        print("later", proc(pid), sum(l.ended for l in ls))
        await closed(ls)
        await asyncio.sleep(1)
        print("closed", proc(pid))

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    asyncio.run(run())
    print(site.said()[-3000:])
