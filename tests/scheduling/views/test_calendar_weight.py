"""What a full week costs: queries, and bytes on the wire."""

import gzip
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.kernel import registry
from scheduling.models import Session
from tests.scheduling.busy_week import create_busy_week

pytestmark = pytest.mark.django_db

URL = "/calendar/?view=week&date=2026-11-18"


@pytest.fixture(autouse=True)
def marks(monkeypatch):
    """Another room says of every third session which of how many it is."""
    monkeypatch.setitem(registry._marks, "folders", lambda ids: {each: f"{each % 24} / 24" for each in list(ids)[::3]})


def packed(data):
    return len(gzip.compress(data, 9, mtime=0))


def of_ours(address):
    return packed(Path(finders.find(urlsplit(address).path.removeprefix("/static/"))).read_bytes())


@pytest.mark.parametrize("language", ["en", "el"])
def test_a_week_of_sixty_sessions_is_light(signed_in, language):
    coach = create_busy_week(language)
    browser = signed_in(coach)
    page = browser.get(URL).content
    markup = page.decode()
    assert markup.count('<li class="ev ') == 60 + 3 + 1 + 2
    assert packed(page) <= 18 * 1024
    styles = re.findall(r'<link rel="stylesheet" href="([^"]+)"', markup)
    scripts = re.findall(r'<script[^>]* src="([^"]+)"', markup)
    assert styles
    assert len(scripts) >= 2
    assert sum(map(of_ours, styles)) <= 14 * 1024
    assert sum(map(of_ours, scripts)) <= 26 * 1024


@pytest.mark.parametrize("view", ["day", "week", "month", "agenda"])
def test_a_page_asks_nobody_else(signed_in, view):
    page = signed_in(create_busy_week()).get(f"/calendar/?view={view}&date=2026-11-18").content.decode()
    addresses = re.findall(r'(?:href|src|action|hx-get|hx-post)="([^"]+)"', page)
    assert len(addresses) > 20
    assert [each for each in addresses if urlsplit(each).netloc or urlsplit(each).scheme] == []


@pytest.mark.parametrize("history", [1, 3000])
def test_a_week_costs_seven_queries_after_one_session_or_three_thousand(signed_in, history):
    browser = signed_in(create_busy_week(history=history))
    assert Session.objects.count() == 60 + 3 + history
    with CaptureQueriesContext(connection) as seen:
        browser.get(URL)
    assert len(seen) == 7
