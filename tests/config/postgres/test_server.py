from __future__ import annotations

import os
import signal
import time
from pathlib import Path

IS_ROOT = os.geteuid() == 0
KEEP_OPEN = "ready(ask('SELECT 1'))"


def test_first_connection_makes_and_starts_it_and_nothing_is_left(fresh):
    said = fresh.run("""
ask("CREATE TABLE kept (n int)"), ask("INSERT INTO kept VALUES (7)")
names = "server_version_num server_encoding listen_addresses unix_socket_permissions max_connections".split()
print(*(ask(f"SHOW {name}") for name in names), ask("SELECT datcollate || ' ' || datlocprovider::text FROM pg_database LIMIT 1"))
""")
    assert said[:2] == "18"
    assert said[6:].split() == ["UTF8", "0700", "200", "C", "b"]
    assert fresh.servers() == []
    said = fresh.run("print(ask('SELECT n FROM kept')); kill_server(); print(ask('SELECT n FROM kept'))")
    assert said.split() == ["7", "7"]
    assert fresh.servers() == []


def test_eight_first_starts_at_once_make_one_server(new_site):
    site = new_site()
    eight = [site.start("ready(ask('SELECT pg_postmaster_start_time()'))") for _ in range(8)]
    starts = {process.stdout.readline() for process in eight}
    for process in eight:
        site.end(process)
    assert len(starts) == 1
    assert site.servers() == []


def test_long_path_has_its_socket_elsewhere(new_site):
    site = new_site("with spaces " + "and length " * 9 + "x" * 19, ordinary=IS_ROOT)
    host, said = site.run("print(server.ensure_running(folder)['host'], ask('SELECT 1'), sep='|')").split("|")
    assert said == "1"
    assert not host.startswith(str(site.folder))
    assert not Path(host).exists(), "the socket's folder is left behind"
    assert site.servers() == []


def test_environment_does_not_redirect_it(site):
    env = {"PGDATA": "/nowhere", "PGPORT": "6000", "PGHOST": "/nowhere", "PGUSER": "nobody", "LC_ALL": "xx", "KEY": "x"}
    said = site.run("print(ask('SELECT 1'), 'KEY' in open(f'/proc/{postmaster()}/environ').read())", env=env)
    assert said == "1 False"


def test_server_settings_are_used_and_durability_is_the_default(site):
    said = site.run("""
options["server_settings"] = {}
print(ask("SHOW fsync"), ask("SHOW full_page_writes"), ask("SHOW synchronous_commit"))
server.stop(folder)
options["server_settings"] = {"fsync": False, "work_mem": "7MB", "cluster_name": "a 'quoted' $name"}
print(ask("SHOW fsync"), ask("SHOW work_mem"), ask("SHOW cluster_name"))
""")
    assert said.splitlines() == ["on on on", "off 7MB a 'quoted' $name"]


def test_log_holds_no_statements(site):
    site.run("""
try:
    ask("INSERT INTO kept VALUES ('a secret')")
except psycopg.Error:
    pass
""")
    assert "a secret" not in (site.folder / "pg.log").read_text()
    assert (site.folder / "pg.log").stat().st_mode & 0o777 == 0o600


def test_last_one_out_stops_it(site):
    first, second = site.start(KEEP_OPEN), site.start(KEEP_OPEN)
    assert [first.stdout.readline(), second.stdout.readline()] == ["1\n", "1\n"]
    site.end(first)
    assert site.servers()
    site.end(second)
    assert site.servers() == []


def test_release_leaves_it_to_the_others(site):
    other = site.start(KEEP_OPEN)
    assert other.stdout.readline() == "1\n"
    assert site.run("ask('SELECT 1'); server.release(folder); print(ask('SELECT 2'))") == "2"
    assert site.servers()
    site.end(other)


def test_killed_client_leaves_a_server_that_the_next_one_uses_and_stops(site):
    process = site.start(KEEP_OPEN)
    process.stdout.readline()
    site.kill(process)
    assert site.servers()
    assert site.run("print(ask('SELECT 1'))") == "1"
    assert site.servers() == []


def test_client_killed_while_starting_leaves_a_usable_state_under_an_odd_path(new_site):
    site = new_site("a $HOME, `id` \"b\" 'c'", ordinary=IS_ROOT)
    process = site.start(KEEP_OPEN)
    time.sleep(0.4)
    site.kill(process)
    assert site.run("print(ask('SELECT 1'))") == "1"
    assert site.servers() == []


def test_sigterm_turned_into_an_end_leaves_nothing(site):
    process = site.start("signal.signal(signal.SIGTERM, lambda *_: sys.exit(0)); " + KEEP_OPEN)
    process.stdout.readline()
    site.kill(process, signal.SIGTERM)
    assert process.returncode == 0
    assert site.servers() == []


def test_plain_sigterm_leaves_a_usable_state(site):
    process = site.start(KEEP_OPEN)
    process.stdout.readline()
    site.kill(process, signal.SIGTERM)
    assert site.run("print(ask('SELECT 1'))") == "1"


def test_ctrl_c_is_not_for_the_server(site):
    said = site.run("""
os.setpgrp()
signal.signal(signal.SIGINT, lambda *_: None)
ask("SELECT 1")
before = postmaster()
os.killpg(0, signal.SIGINT)
print(ask("SELECT 2"), postmaster() == before)
""")
    assert said == "2 True"


def test_stop_stops_it_for_everybody_and_the_next_connection_starts_it(site):
    other = site.start(KEEP_OPEN + "\nprint(ask('SELECT 3'))")
    assert other.stdout.readline() == "1\n"
    site.run("server.stop(folder)")
    assert site.servers() == []
    assert site.end(other) == "3"
    assert site.servers() == []


def test_stop_without_a_server_does_nothing(new_site):
    site = new_site()
    assert site.run("server.stop(folder); server.release(folder); print(os.path.exists(folder))") == "False"


def test_forked_child_has_a_share_of_its_own(site):
    parent = site.start("""
ask("SELECT 1")
child = os.fork()
if not child:
    os.close(1), os.close(2)
    ask("SELECT 1")
    sys.stdin.readline()
    os._exit(0)
ready(child)
""")
    child = int(parent.stdout.readline())
    parent.stdin.write("\n")
    parent.stdin.flush()
    assert parent.wait(20) == 0
    try:
        assert site.servers(), "the child still uses it"
        assert site.run("print(ask('SELECT 1'))") == "1"
    finally:
        os.kill(child, signal.SIGKILL)
        parent.communicate(timeout=20)
    site.run("ask('SELECT 1')")


def test_child_that_never_asks_does_not_keep_it(site):
    said = site.run("""
ask("SELECT 1")
child = os.fork()
if not child:
    sys.exit(0)
os.waitpid(child, 0)
print(ask("SELECT 2"))
""")
    assert said == "2"


def test_dbshell_reaches_it(site):
    said = site.run(
        """
from django.core.management import call_command
call_command("dbshell", "--", "-Atc", "SELECT current_database()")
""",
        django=True,
    )
    assert said == "praxis"


def test_another_server_is_used_as_django_would(site, new_site):
    other = site.start("ready(server.ensure_running(folder)['host'])")
    host = other.stdout.readline().strip()
    plain = new_site("never made")
    said = plain.run(
        "print(ask('SHOW data_directory'))", django=True, data_dir="", host=host, port=5432, user="postgres"
    )
    site.end(other)
    assert said == str(site.cluster.resolve())
    assert not plain.folder.exists()
