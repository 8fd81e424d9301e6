from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from config.postgres import place, postmaster

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def port():
    with socket.create_server(("127.0.0.1", 0)) as door:
        return door.getsockname()[1]


def demo(port, data_dir, **streams):
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.demo", "DATA_DIR": str(data_dir)}
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "manage.py", "demo", "--port", str(port)]
    return subprocess.Popen(command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, **streams)


def database_is_up(data_dir):
    where = place.find(data_dir)
    return where is not None and postmaster.whereabouts(where.cluster) is not None


def run_once(port, data_dir, ending):
    """Start the demo, see it answer, end it; seconds until it answered."""
    started = time.monotonic()
    running = demo(port, data_dir)
    try:
        assert f"Praxis is ready at http://127.0.0.1:{port}/\n" in iter(running.stdout.readline, "")
        took = time.monotonic() - started
        assert "praxis-demo" in running.stdout.readline()
        assert running.stdout.readline().split() == ["coach@praxis.test", "coach"]
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            assert answer.status == 200
        assert database_is_up(data_dir)
        running.send_signal(ending)
        assert running.wait(timeout=10) == 0
    finally:
        running.kill()
        running.communicate()
    assert not database_is_up(data_dir)
    with socket.socket() as visitor:
        assert visitor.connect_ex(("127.0.0.1", port)) != 0
    return took


@pytest.mark.slow
def test_demo_answers_twice_and_leaves_nothing_behind(tmp_path, port):
    run_once(port, tmp_path, signal.SIGTERM)
    second = run_once(port, tmp_path, signal.SIGINT)
    # 5 s on a quiet machine; beside other tests it may take longer, but not as long as a first start.
    assert second < 10


def test_busy_port_is_one_clear_sentence(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
        running = demo(port, tmp_path, stderr=subprocess.PIPE)
        said, complaint = running.communicate(timeout=30)
    assert running.returncode == 1
    assert said == ""
    assert complaint == f"CommandError: Port {port} is in use already. Choose another, such as: make run PORT=8123\n"
    assert list(tmp_path.iterdir()) == []
