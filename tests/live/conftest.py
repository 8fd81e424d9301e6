"""The site over the test's database, in a process of its own, and who listens to it."""

from __future__ import annotations

import pytest
from django.db import connection

from tests.live.listeners import Listeners, keys_of, until
from tests.races.conftest import Site


@pytest.fixture(scope="session")
def _running_site(django_db_setup, tmp_path_factory):
    log = tmp_path_factory.mktemp("live") / "site.log"
    running = Site("tests.live.site:application", connection.settings_dict["NAME"], log, processes=1).wait()
    yield running
    running.stop()


@pytest.fixture
def site(_running_site, transactional_db):
    """The site as it is; whatever goes wrong inside it fails the test."""
    before = len(_running_site.said())
    yield _running_site
    news = _running_site.said()[before:]
    assert "Traceback" not in news, news[-6000:]


@pytest.fixture
def listeners(site, transactional_db, coach):
    """Who listens; somebody did before, so that the line stands."""
    here = Listeners(site.port)
    (first,) = here.open(*keys_of(coach.user, 1))
    until(lambda: first.has_heard("*"))
    yield here
    here.close()
