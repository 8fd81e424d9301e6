from __future__ import annotations

import datetime as dt

import pytest

from clients.actions import notifications
from clients.models import AuditEvent, Notification
from config.kernel import htmx, live
from config.kernel.live import telling
from tests.factories import NOW, create_news

pytestmark = pytest.mark.django_db

LATER = NOW + dt.timedelta(minutes=5)


@pytest.fixture
def heard(monkeypatch):
    """What open pages are told, action by action."""
    said, statement = [], telling.statement
    monkeypatch.setattr(
        telling, "statement", lambda told: said.append({each: [*told[each]] for each in told}) or statement(told)
    )
    return said


def read_at(*rows):
    at = dict(Notification.objects.values_list("pk", "read_at"))
    return [at[each.pk] for each in rows]


@pytest.fixture
def rung(coach):
    return {live.for_user(coach.pk): [htmx.BELL_CHANGED]}


def test_marking_one_leaves_the_others_and_tells_the_open_pages(coach, heard, rung):
    one, other = create_news(to=coach), create_news(to=coach)
    notifications.mark_read(one.pk, by=coach.user, now=NOW)
    assert read_at(one, other) == [NOW, None]
    assert heard == [rung]


def test_when_it_was_read_first_stays(coach, heard):
    one = create_news(to=coach)
    for at in (NOW, LATER):
        notifications.mark_read(one.pk, by=coach.user, now=at)
    assert read_at(one) == [NOW]
    assert heard[1] == {}


def test_one_can_be_unread_again(coach, heard, rung):
    one = create_news(to=coach, is_read=True)
    for _twice in range(2):
        notifications.mark_unread(one.pk, by=coach.user)
    assert read_at(one) == [None]
    assert heard == [rung, {}]


def test_all_are_those_that_were_there_to_be_seen(coach, other_coach, heard, rung):
    foreign = create_news(to=other_coach)
    before, seen = create_news(to=coach, is_read=True, ago=9), create_news(to=coach)
    new = create_news(to=coach)
    assert notifications.mark_all_read(by=coach.user, now=LATER, until=seen.pk) == 1
    assert read_at(foreign, before, seen, new) == [None, before.read_at, LATER, None]
    assert heard == [rung]


def test_what_was_marked_all_at_once_is_taken_back_and_nothing_else(coach, other_coach):
    foreign = create_news(to=other_coach)
    before = create_news(to=coach, is_read=True, ago=9)
    one, other = create_news(to=coach), create_news(to=coach)
    notifications.mark_read(foreign.pk, by=other_coach.user, now=LATER)
    notifications.mark_all_read(by=coach.user, now=LATER, until=other.pk)
    assert notifications.take_back_read(by=coach.user, read_at=LATER) == 2
    assert read_at(foreign, before, one, other) == [LATER, before.read_at, None, None]


def test_nobody_marks_what_is_anothers(coach, other_coach):
    unread, read = create_news(to=other_coach), create_news(to=other_coach, is_read=True)
    notifications.mark_read(unread.pk, by=coach.user, now=NOW)
    notifications.mark_unread(read.pk, by=coach.user)
    notifications.mark_all_read(by=coach.user, now=NOW, until=read.pk)
    assert read_at(unread, read) == [None, NOW]


def test_reading_is_nothing_for_the_audit(coach):
    notifications.mark_read(create_news(to=coach).pk, by=coach.user, now=NOW)
    assert not AuditEvent.objects.exists()
