"""The week page of sixty sessions, beside a plain Django page of as many bytes."""

from __future__ import annotations

import pytest
import time_machine
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.template import Template
from django.test import Client as Browser
from django.test import RequestFactory, override_settings

from tests.bench import figures
from tests.bench.plain import views as plain
from tests.factories import NOW
from tests.scheduling.busy_week import create_busy_week

pytestmark = [pytest.mark.bench, pytest.mark.django_db(transaction=True)]

CALLS = 60
DAY = "2026-11-18"
OURS, PLAIN = f"/calendar/?view=week&date={DAY}", f"/plain/?date={DAY}"


@pytest.fixture
def _as_in_production(settings, monkeypatch):
    """Connections stay open, and templates are not watched as they are in tests; for both alike."""
    settings.ROOT_URLCONF = "tests.bench.plain.views"
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    monkeypatch.setattr(Template, "_render", getattr(Template._render, "__wrapped__", _render))
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def _render(self, context):
    return self.nodelist.render(context)


@pytest.mark.usefixtures("_as_in_production")
@pytest.mark.parametrize("language", ["en", "el"])
def test_week_page_beside_a_plain_one(language):
    coach = create_busy_week(language, history=3000)
    browser = Browser()
    browser.force_login(coach.user)
    ours, other = Site(browser), Site(browser, MIDDLEWARE=plain.MIDDLEWARE)
    contestants = {"ours": lambda: ours.get(OURS), "plain": lambda: other.get(PLAIN)}
    with time_machine.travel(NOW, tick=False):
        plain.FILLING["text"] = ""
        weight = len(ours.get(OURS))
        plain.FILLING["text"] = "x" * (weight - len(other.get(PLAIN)))
        assert len(other.get(PLAIN)) == weight
        queries = {name: len(figures.sent_by(work)) for name, work in contestants.items()}
        seconds = figures.rounds(contestants, calls=CALLS)
    figures.table(
        f"Week of 60 sessions, {language}, {weight:,} bytes; median of {figures.ROUNDS} rounds",
        ("", "queries", "ms", "a second"),
        *(
            (name, queries[name], figures.milliseconds(took), f"{1 / sorted(took)[figures.ROUNDS // 2]:.0f}")
            for name, took in seconds.items()
        ),
        ("ours as a share of plain", "", "", figures.times(seconds["plain"], seconds["ours"])),
    )


class Site:
    """The whole of Django between a request's environment and the bytes, with its own middleware."""

    def __init__(self, browser, **changed):
        self._cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in browser.cookies.items())
        with override_settings(**changed):
            self._handler = WSGIHandler()

    def get(self, url):
        environ = RequestFactory().get(url, HTTP_COOKIE=self._cookies).environ
        said = []
        response = self._handler(environ, lambda status, headers: said.append(status))
        body = b"".join(response)
        response.close()
        assert said == ["200 OK"], said
        return body
