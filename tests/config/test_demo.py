from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
import urllib.request

import pytest

from config.postgres import place, postmaster
from tests import demo
from tests.mail_server import wait_until


@pytest.fixture
def port():
    with socket.create_server(("127.0.0.1", 0)) as door:
        return door.getsockname()[1]


def database_is_up(data_dir):
    where = place.find(data_dir)
    return where is not None and postmaster.whereabouts(where.cluster) is not None


def ask(port):
    """What /readyz has found."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=30) as answer:
        assert answer.status == 200
        return json.loads(answer.read())["findings"]


def run_once(port, data_dir, ending, *, losing_its_children=False):
    """Start the demo, see it answer, end it; seconds until it answered."""
    started = time.monotonic()
    running = demo.start(port, data_dir)
    try:
        assert f"Praxis is ready at http://127.0.0.1:{port}/\n" in iter(running.stdout.readline, "")
        took = time.monotonic() - started
        assert "praxis-demo" in running.stdout.readline()
        assert running.stdout.readline().split() == ["coach@praxis.test", "coach"]
        ask(port)
        assert database_is_up(data_dir)
        if losing_its_children:
            another_answers(running, port)
            another_works(running, port)
        children = [demo.web_process(running), demo.worker(running)]
        running.send_signal(ending)
        assert running.wait(timeout=20) == (-ending if ending == signal.SIGKILL else 0)
    finally:
        running.kill()
        # What is said ends when nobody is left who could say something.
        running.communicate(timeout=30)
    assert not database_is_up(data_dir)
    assert None not in children
    # A process closes its mouth a moment before it is gone.
    wait_until(lambda: not any(demo.lives(each) for each in children))
    with socket.socket() as visitor:
        assert visitor.connect_ex(("127.0.0.1", port)) != 0
    return took


def another_answers(running, port):
    """The web process dies, and who asks next is answered by a new one."""
    first = demo.web_process(running)
    os.kill(first, signal.SIGKILL)
    ask(port)
    assert demo.web_process(running) not in {None, first}


def another_works(running, port):
    """The worker dies, and a new one does what there is to do."""
    first = demo.worker(running)
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: demo.worker(running) not in {None, first})
    # The open questions of the demo are told to its people.
    wait_until(lambda: ask(port)["outbox"] == "Nobody waits for news.")
    assert ask(port)["worker"].startswith("A worker gave a sign of life")


@pytest.mark.slow
def test_demo_answers_each_time_and_leaves_nothing_behind_however_it_ends(tmp_path, port):
    run_once(port, tmp_path, signal.SIGTERM, losing_its_children=True)
    second = run_once(port, tmp_path, signal.SIGINT)
    # 5 s on a quiet machine; beside other tests it may take longer, but not as long as a first start.
    assert second < 20
    run_once(port, tmp_path, signal.SIGKILL)


def test_busy_port_is_one_clear_sentence(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
        running = demo.start(port, tmp_path, stderr=subprocess.PIPE)
        said, complaint = running.communicate(timeout=30)
    assert running.returncode == 1
    assert said == ""
    assert complaint == f"CommandError: Port {port} is in use already. Choose another, such as: make run PORT=8123\n"
    assert list(tmp_path.iterdir()) == []
