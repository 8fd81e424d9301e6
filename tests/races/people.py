"""Many people at once, each with a connection, a session and a CSRF token of their own."""

from __future__ import annotations

import datetime as dt
import http.client
import http.cookies
import secrets
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from time import monotonic
from urllib.parse import urlencode

from django.conf import settings
from django.test import Client as Browser
from django.utils import timezone

from config.kernel import time
from tests.factories import ATHENS

PATIENCE = 60
# All that came back from deeds done at once, since the race began.
seen = []


@dataclass(frozen=True)
class Answer:
    """What came back, and where it leads; 0 for nothing at all."""

    status: int
    body: str = ""
    seconds: float = 0.0
    to: str = ""


class Person:
    """Somebody with a browser in front of the running site, who has been there: it holds a CSRF cookie."""

    def __init__(self, port, user=None):
        self.port, self.cookies = port, {settings.CSRF_COOKIE_NAME: secrets.token_hex(16)}
        if user is not None:
            browser = Browser()
            browser.force_login(user)
            self.cookies[settings.SESSION_COOKIE_NAME] = browser.cookies[settings.SESSION_COOKIE_NAME].value

    def get(self, path):
        return self._ask("GET", path)

    def post(self, path, *, ready=None, htmx=True, **fields):
        """Send a form; with `ready`, only when everybody stands at the start."""
        fields["csrfmiddlewaretoken"] = self.cookies[settings.CSRF_COOKIE_NAME]
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://127.0.0.1:{self.port}"}
        if htmx:
            headers["HX-Request"] = "true"
        return self._ask("POST", path, body=urlencode(fields), headers=headers, ready=ready)

    def _ask(self, method, path, *, body=None, headers=None, ready=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.connect()
            if ready:
                ready.wait(PATIENCE)
            cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            begun = monotonic()
            connection.request(method, path, body, {"Cookie": cookies, **(headers or {})})
            response = connection.getresponse()
            self._keep(response.headers.get_all("Set-Cookie") or [])
            body = response.read().decode()
            return Answer(response.status, body, monotonic() - begun, response.headers.get("Location", ""))
        except (OSError, http.client.HTTPException) as exc:
            return Answer(0, repr(exc))
        finally:
            connection.close()

    def _keep(self, lines):
        for line in lines:
            for name, morsel in http.cookies.SimpleCookie(line).items():
                self.cookies[name] = morsel.value


def all_at_once(deeds):
    """Start every deed at the same moment; their answers, in order.  Each takes `ready` and waits for it."""
    ready = threading.Barrier(len(deeds))
    with ThreadPoolExecutor(len(deeds)) as crowd:
        answers = [each.result() for each in [crowd.submit(deed, ready) for deed in deeds]]
    seen.extend(answers)
    return answers


def by_status(answers):
    """How many answers of each status."""
    return {status: sum(each.status == status for each in answers) for status in {each.status for each in answers}}


def figures(what, answers):
    """A line for `make races`: how many of each, and how long they took."""
    counted = ", ".join(f"{number} × {status}" for status, number in sorted(by_status(answers).items()))
    return "\n" + spread(f"{what}: {counted}", [1000 * each.seconds for each in answers])


def spread(what, took):
    """A line for `make races`: how long something took, in ms."""
    took = sorted(took)
    return f"{what}, median {took[len(took) // 2]:.0f} ms, p99 {took[int(len(took) * 0.99)]:.0f} ms"


def days(count):
    """So many workdays, a week away and more: nothing but the others is in the way there."""
    today = timezone.now().astimezone(time.zone(ATHENS)).date()
    first = time.monday_of(today) + dt.timedelta(weeks=2)
    return [first + dt.timedelta(weeks=number // 5, days=number % 5) for number in range(count)]
