"""The conflict dialog as a browser would send it."""

from __future__ import annotations

import re

import pytest

from tests import factories
from tests.legible import words

HTMX = {"HX-Request": "true"}
OFFER, ASK = "/conflicts/offer/", "/conflicts/ask/"


def title(response):
    """As a browser shows it."""
    return " ".join(re.search(r"<title>(.*?)</title>", words(response), re.DOTALL)[1].split())


def filled(response):
    """The fields of the form in the answer, as they would be sent: {name: [values]}."""
    page = words(response)
    fields = {}
    for tag in re.findall(r"<input [^>]*>", page):
        name, value = (re.search(rf'{key}="([^"]*)"', tag) for key in ("name", "value"))
        is_box = 'type="checkbox"' in tag or 'type="radio"' in tag
        if name and (not is_box or " checked" in tag):
            fields.setdefault(name[1], []).append(value[1] if value else "on" if is_box else "")
    for name, options in re.findall(r'<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        fields[name] = re.findall(r'<option value="([^"]*)" selected>', options)
    fields.pop("preview", None)
    return fields


class Desk:
    """A coach with Maria at Monday 13:00, Nikos who wants that hour, and a signed-in browser."""

    def __init__(self, coach, browser):
        self.coach, self.browser = coach, browser
        self.maria = factories.create_client(of=coach, full_name="Maria Papadopoulou", language="el")
        self.nikos = factories.create_client(of=coach, full_name="Nikos Georgiou")
        self.session = factories.create_session(coach=coach, client=self.maria, at="2026-11-23 13:00")

    def book(self, *, at="13:00", htmx=True, **more):
        data = {"client": self.nikos.pk, "day": "2026-11-23", "at": at, "minutes": 50, "notify": "1", **more}
        return self.browser.post("/sessions/book/", data, headers=HTMX if htmx else {})

    def send(self, url, fields, *, htmx=True, headers=None):
        return self.browser.post(url, fields, headers={**(HTMX if htmx else {}), **(headers or {})})


@pytest.fixture
def desk(coach, signed_in):
    return Desk(coach, signed_in(coach))
