from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.race

KILLED_AND_ASKED_AGAIN = """
ask("TRUNCATE kept"), ask("INSERT INTO kept VALUES (7)")
connection.close()
for _ in range(3):
    kill_server()
    print(ask("SELECT n FROM kept"))
    connection.close()
"""
# Twenty at a time, half of them through the pool, each holding its connection long enough that the pool must grow.
TWENTY = """
from concurrent.futures import ThreadPoolExecutor

def one(number, alias=""):
    began = time.monotonic()
    alias = alias or ("default" if number % 2 else "pooled")
    try:
        answer = ask("SELECT 1 FROM pg_sleep(0.05)", alias)
    except OperationalError:
        answer = "away"
    finally:
        connections[alias].close()
    return answer, time.monotonic() - began

def twenty(alias=""):
    with ThreadPoolExecutor(20) as threads:
        return list(threads.map(lambda number: one(number, alias), range(20)))
"""


def test_killed_server_is_started_by_the_next_connection(site):
    said = site.run(KILLED_AND_ASKED_AGAIN, django=True)
    assert said.split() == ["7", "7", "7"]


def test_pool_with_many_dead_connections_serves_at_once(site):
    said = site.run(
        TWENTY
        + """
twenty("pooled")
kill_server()
print(json.dumps([twenty("pooled"), twenty("pooled"), connections["pooled"].pool.get_stats()["pool_size"]]))
""",
        django=True,
    )
    after_kill, later, size = json.loads(said)
    assert answers(after_kill) == answers(later) == {1}
    assert longest(after_kill) < 3
    assert size <= 20


def test_frozen_server_is_an_error_within_three_seconds_and_comes_back(site):
    process = site.start(
        TWENTY
        + """
twenty()
ready("frozen?")
print(json.dumps(twenty()))
ready("thawed?")
print(json.dumps(twenty()))
""",
        django=True,
        connect_timeout=2,
    )
    assert process.stdout.readline() == "frozen?\n"
    frozen = [int(pid.name) for pid in site.servers()]
    signal_all(frozen, signal.SIGSTOP)
    try:
        go_on(process)
        meanwhile = json.loads(process.stdout.readline())
        assert process.stdout.readline() == "thawed?\n"
    finally:
        signal_all(frozen, signal.SIGCONT)
    afterwards = json.loads(site.end(process))
    assert answers(meanwhile) == {"away"}
    assert longest(meanwhile) < 3
    assert answers(afterwards) == {1}


def test_server_that_cannot_start_is_an_error_within_three_seconds_and_comes_back(site):
    said = site.run(
        TWENTY
        + """
twenty()
os.rename(f"{folder}/pg/global", f"{folder}/pg/hidden")
kill_server()
print(json.dumps(twenty()))
os.rename(f"{folder}/pg/hidden", f"{folder}/pg/global")
began = time.monotonic()
while {answer for answer, _ in twenty()} != {1}:
    pass
print(time.monotonic() - began)
""",
        django=True,
    )
    meanwhile, back = said.splitlines()
    assert answers(json.loads(meanwhile)) == {"away"}
    assert longest(json.loads(meanwhile)) < 3
    assert float(back) < 5


def test_number_of_the_dead_server_may_belong_to_a_stranger(site):
    process = site.start("ready(ask('SELECT 1'), postmaster())")
    server = int(process.stdout.readline().split()[1])
    os.kill(server, signal.SIGKILL)
    site.kill(process)
    lock = site.cluster / "postmaster.pid"
    owner = lock.stat()
    as_server = {"user": owner.st_uid, "group": owner.st_gid} if os.geteuid() == 0 else {}
    stranger = subprocess.Popen(["sleep", "60"], cwd="/", **as_server)
    try:
        for file in (lock, site.cluster / ".s.PGSQL.5432.lock"):
            file.write_text(file.read_text().replace(str(server), str(stranger.pid), 1))
        assert site.run("print(ask('SELECT 1'))") == "1"
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_lock_files_that_a_crash_left_empty_do_not_stop_it(site):
    long_ago = time.time() - 60
    for file in (site.cluster / "postmaster.pid", site.cluster / ".s.PGSQL.5432.lock"):
        file.touch()
        os.utime(file, (long_ago, long_ago))
    assert site.run("print(ask('SELECT 1'))") == "1"


def test_data_folder_removed_under_a_running_server_means_starting_anew(new_site):
    site = new_site()
    owner = site.start("ask('CREATE TABLE old (n int)'); ready(os.path.realpath(f'{folder}/pg'))")
    old = Path(owner.stdout.readline().strip())
    site.kill(owner)
    shutil.rmtree(site.folder)
    assert site.run("print(ask(\"SELECT to_regclass('old') IS NULL\"))") == "True"
    assert site.servers() == []
    if os.geteuid() == 0:
        assert old.parent == site.cluster.resolve().parent
        assert (old / "PG_VERSION").exists(), "what is not in the data folder is not removed"
        assert not (old / "postmaster.pid").exists(), "its server serves nobody"
        shutil.rmtree(old)


def answers(results):
    return {answer for answer, _ in results}


def longest(results):
    return max(seconds for _, seconds in results)


def signal_all(processes, number):
    for process in processes:
        os.kill(process, number)


def go_on(process):
    process.stdin.write("\n")
    process.stdin.flush()
