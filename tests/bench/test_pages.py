"""How many statements the week page sends, full and empty."""

from __future__ import annotations

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse

from tests.bench import figures
from tests.factories import NOW

pytestmark = [pytest.mark.bench, pytest.mark.django_db(transaction=True)]


def test_week_page(scratch):
    coach = scratch.coach(1_000)
    with scratch.at(1_000), time_machine.travel(NOW, tick=False):
        browser = Browser()
        browser.force_login(coach.user)

        def statements(date):
            page = reverse("scheduling:calendar")
            sent = figures.sent_by(lambda: browser.get(page, {"date": date}))
            return len(sent)

        rows = [("40 sessions", statements("2026-11-23")), ("none", statements("2028-11-20"))]
    figures.table("Week page: statements", ("", ""), *rows)
