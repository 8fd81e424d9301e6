"""A real site and a real browser: uvicorn over the test database, Chromium in front of it.

Runs as a pytest call of its own: Playwright keeps an event loop in the main thread until the end,
which other tests could not live with."""

from __future__ import annotations

import os
import shutil
import socket
import threading
import time

import pytest

# Playwright's loop makes Django believe that it is in async code; here it is not.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
DESK, PHONE = {"width": 1280, "height": 800}, {"width": 360, "height": 740}


def pytest_collection_modifyitems(items):
    if CHROMIUM:
        return
    if os.environ.get("REQUIRE_BROWSER") == "1":
        raise pytest.UsageError("REQUIRE_BROWSER=1, but no Chromium was found. On Debian: apt-get install chromium")
    for item in items:
        item.add_marker(pytest.mark.skip(reason="no Chromium here; on Debian: apt-get install chromium"))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": QUIET}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {**browser_context_args, "viewport": DESK, "locale": "en-GB", "timezone_id": "Europe/Athens"}


@pytest.fixture
def site(transactional_db, settings):
    """The address of the running site, on the test's own database."""
    import uvicorn

    from config.asgi import application

    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    settings.SITE_URL = f"http://127.0.0.1:{port}"
    server = uvicorn.Server(
        uvicorn.Config(application, lifespan="off", log_level="warning", timeout_graceful_shutdown=1)
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield settings.SITE_URL
    server.should_exit = True
    thread.join(5)
    listener.close()
    assert not thread.is_alive()


@pytest.fixture(autouse=True)
def _patience(context):
    # A page of ours answers at once; what takes longer is missing, and should say so soon.
    context.set_default_timeout(8000)
