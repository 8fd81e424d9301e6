"""Coaches at work, all at once: they book, move, offer, have it answered and cancel, and note what was acknowledged.

What gets no answer, or that the calendar cannot be reached, is sent again as a person would: the same form."""

from __future__ import annotations

import datetime as dt
import re
import threading
import time
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from django.urls import reverse
from django.utils import timezone

from scheduling.models import ConflictCase, RescheduleProposal, Session
from tests.factories import create_client, create_coach, hour
from tests.races.people import Person, days

COACHES, EACH = 4, 5
HOURS = [(weekday, "06:00", "22:00") for weekday in range(5)]
DAYS = days(60)
AWAY = "We cannot reach your calendar"
PAUSE = 0.1
GIVES_UP_AFTER = 60


class Unacceptable(AssertionError):
    """An answer that no fault excuses."""


class Writer:
    """One browser of a coach, on days of its own: nobody else is in its way there."""

    def __init__(self, site, coach, place):
        self.site, self.coach, self.place = site, coach, place
        self.browser, self.phone = Person(site.port, coach.user), Person(site.port)
        self.client, self.wisher = create_client(of=coach), create_client(of=coach)
        self.turn = 0
        # (client, when) → how it stands, as far as it was acknowledged.
        self.sessions, self.wishes = {}, {}
        # When each acknowledged deed was first begun to be sent for the last time, and when its answer came.
        self.acknowledged, self.answers = [], Counter()

    def work(self, stop):
        """Turn after turn, until it is time to stop; then the deed that was begun is brought to its end."""
        while not stop.is_set():
            self.turn += 1
            for deed in self._deeds():
                deed()
                if stop.is_set():
                    break

    def _deeds(self):
        day = DAYS[self.place + EACH * ((self.turn - 1) // 5)]
        first = 6 + 3 * ((self.turn - 1) % 5)
        a, b, c = (f"{day} {at:02}:00" for at in range(first, first + 3))
        yield lambda: self._book(a)
        number = self._newest(day)
        yield lambda: self._move(number, a, b)
        page = []
        yield lambda: page.append(self._offer(b, c))
        if page:
            yield lambda: self._answer(page[0], b, c)
        yield lambda: self._cancel(number, b)

    def _book(self, at):
        self._send("session_book", **_hour(at), client=self.client.pk, form_key=uuid.uuid4().hex)
        self.sessions[self.client.pk, hour(at)] = "scheduled"

    def _newest(self, day):
        """The number of the session that was booked last, as the calendar shows it."""
        shown = self._until_answered(lambda: self.browser.get(f"{reverse('scheduling:calendar')}?view=day&date={day}"))
        numbers = [int(each) for each in re.findall(r"/sessions/(\d+)/", shown.body)]
        if not numbers:
            raise Unacceptable("what was booked is not in the calendar")
        return max(numbers)

    def _move(self, number, old, new):
        self._send("session_move", number, **_hour(new), version=1)
        self.sessions[self.client.pk, hour(new)] = self.sessions.pop((self.client.pk, hour(old)))

    def _offer(self, wanted, offered):
        until = timezone.now().replace(minute=0, second=0, microsecond=0) + dt.timedelta(days=1)
        times = {"offer": hour(offered).starts_at.isoformat(), "expires": until.isoformat()}
        wish = {**_hour(wanted), "client": self.wisher.pk, "form_key": uuid.uuid4().hex}
        answer = self._send("conflict_offer", **wish, **times)
        self.wishes[self.wisher.pk, hour(wanted)] = "pending_resolution"
        if link := re.search(r"/p/[^/\"]+/", answer.body):
            return link[0]
        raise Unacceptable(f"the offer was made, but {answer.status} {answer.to} has no link")

    def _answer(self, page, wanted, offered):
        shown = self._until_answered(lambda: self.phone.get(page)).body
        offer = re.search(r'name="offer" value="(\d+)"', shown)[1]
        form = {"offer": offer, "form_key": uuid.uuid4().hex}
        self._acknowledge(lambda: self.phone.post(page, htmx=False, **form))
        self.wishes[self.wisher.pk, hour(wanted)] = "resolved"
        self.sessions[self.wisher.pk, hour(offered)] = "scheduled"

    def _cancel(self, number, at):
        self._send("session_cancel", number, version=2)
        self.sessions[self.client.pk, hour(at)] = "cancelled"

    def _send(self, name, *args, **form):
        path = reverse(f"scheduling:{name}", args=args)
        return self._acknowledge(lambda: self.browser.post(path, htmx=False, **form))

    def _acknowledge(self, ask):
        answer = self._until_answered(ask)
        ended = time.monotonic()
        self.acknowledged.append((ended - answer.seconds, ended))
        return answer

    def _until_answered(self, ask):
        until = time.monotonic() + GIVES_UP_AFTER
        while time.monotonic() < until:
            answer = ask()
            self.answers[answer.status] += 1
            if answer.status in {200, 302} and not answer.to.startswith(reverse("account_login")):
                return answer
            if not (answer.status == 0 or (answer.status == 503 and AWAY in answer.body)):
                raise Unacceptable(f"{answer.status} {answer.to}\n{re.sub(r'<[^>]+>', ' ', answer.body)}")
            time.sleep(PAUSE)
        raise Unacceptable(f"no answer within {GIVES_UP_AFTER} s")

    def differences(self):
        """What is not in the database as it was acknowledged, and what is there beyond that, with how often."""
        both = [self.client, self.wisher]
        sessions = [(each.client_id, each.interval, each.status) for each in Session.objects.filter(client__in=both)]
        cases = ConflictCase.objects.filter(client__in=both)
        wishes = [(each.client_id, each.interval, each.status) for each in cases]
        proposals = RescheduleProposal.objects.filter(recipient__in=both).select_related("case")
        asked = [(each.recipient_id, each.case.interval, each.status) for each in proposals]
        became = {"pending_resolution": "open", "resolved": "answered"}
        return {
            **_compare("session", self.sessions, sessions),
            **_compare("wish", self.wishes, wishes),
            **_compare("offer", {key: became[status] for key, status in self.wishes.items()}, asked),
        }


def twenty_writers(site):
    """Four coaches, each with five windows open."""
    coaches = [create_coach(hours=HOURS) for _ in range(COACHES)]
    return [Writer(site, coach, place) for coach in coaches for place in range(EACH)]


@contextmanager
def at_work(writers):
    """Inside, all of them work; at the end each has its last answer.  Raises: Unacceptable."""
    stop = threading.Event()
    with ThreadPoolExecutor(len(writers)) as crowd:
        working = [crowd.submit(writer.work, stop) for writer in writers]
        try:
            yield
        finally:
            stop.set()
            # What a writer met explains whatever else went wrong.
            for each in working:
                each.result()


def differences(writers):
    """Of all of them, by what it is."""
    return {what: number for writer in writers for what, number in writer.differences().items()}


def _hour(at):
    day, clock = at.split()
    return {"day": day, "at": clock, "minutes": 50, "overrule": "1"}


def _compare(what, acknowledged, found):
    expected, found = Counter((*key, status) for key, status in acknowledged.items()), Counter(found)
    lost = {f"{what} lost: {_said(key)}": number for key, number in (expected - found).items()}
    return lost | {f"{what} too many: {_said(key)}": number for key, number in (found - expected).items()}


def _said(key):
    client, during, status = key
    return f"{client} {during.starts_at:%Y-%m-%d %H:%M} {status}"
