"""A real site and a real browser: uvicorn over the test database, Chromium in front of it.

Runs as a pytest call of its own: Playwright keeps an event loop in the main thread until the end,
which other tests could not live with."""

from __future__ import annotations

import os
import shutil

import pytest

from tests.browser.cast import set_stage
from tests.browser.house import Database, application, serving

# Playwright's loop makes Django believe that it is in async code; here it is not.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

# The first draws for nobody, and needs half the time of a browser with a window.
BROWSERS = ("chromium-headless-shell", "chromium", "google-chrome")
CHROMIUM = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
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
# ms. A page of ours answers at once; what takes longer is missing, and should say so soon.
PATIENCE = 8000
DESK, PHONE = {"width": 1280, "height": 800}, {"width": 360, "height": 740}


def pytest_collection_modifyitems(items):
    if CHROMIUM:
        return
    if os.environ.get("REQUIRE_BROWSER") == "1":
        raise pytest.UsageError(
            "REQUIRE_BROWSER=1, but no Chromium was found. On Debian: apt-get install chromium-headless-shell"
        )
    for item in items:
        item.add_marker(pytest.mark.skip(reason="no Chromium here; on Debian: apt-get install chromium-headless-shell"))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": QUIET}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {**browser_context_args, "viewport": DESK, "locale": "en-GB", "timezone_id": "Europe/Athens"}


@pytest.fixture(scope="session")
def server(django_db_setup):
    """One server for the whole run; its door is open only while a test uses it."""
    with serving(application()) as running:
        yield running


@pytest.fixture
def transactional_db(database):
    """The test's own rows, committed; gone when it is over."""
    with database.rows():
        yield


@pytest.fixture(scope="session")
def database(django_db_setup, django_db_blocker):
    return Database(django_db_blocker)


@pytest.fixture
def site(transactional_db, server, settings):
    """The address of the running site, on the test's own database."""
    settings.SITE_URL = server.address
    with server.opened():
        yield server.address


@pytest.fixture(autouse=True)
def _patience(context):
    context.set_default_timeout(PATIENCE)


@pytest.fixture
def plain(browser, site):
    """A browser without JavaScript."""
    context = browser.new_context(java_script_enabled=False, locale="en-GB", timezone_id="Europe/Athens")
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


@pytest.fixture
def stage(transactional_db):
    """Elena and her clients; everybody reads English."""
    return set_stage()
