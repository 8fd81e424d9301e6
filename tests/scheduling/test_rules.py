from __future__ import annotations

import datetime as dt

import pytest

from scheduling import rules
from scheduling.models import RescheduleProposal, Session
from scheduling.slots import Obstacle
from scheduling.states import SessionKind, SessionStatus
from tests.factories import NOW, hour


def obstacle(code):
    return Obstacle(code=code, facts={}, blocks=False)


@pytest.mark.parametrize(
    ("codes", "taken"),
    [
        ([], False),
        (["outside_hours", "notice", "horizon", "buffer", "no_hours"], False),
        (["session"], True),
        (["client_busy"], True),
        (["hold"], True),
        (["time_off"], True),
        (["notice", "past"], True),
    ],
)
def test_is_taken(codes, taken):
    assert rules.is_taken([obstacle(code) for code in codes]) is taken


@pytest.mark.parametrize("status", SessionStatus)
def test_may_change_only_what_is_scheduled(status):
    assert rules.may_change(Session(kind=SessionKind.BOOKED, status=status)) is (status == SessionStatus.SCHEDULED)
    assert rules.may_change(Session(kind=SessionKind.ON_DEMAND, status=status)) is False


def test_latest_answer_leaves_the_notice_before_the_first():
    offers = [hour("2026-11-25 10:00"), hour("2026-11-24 12:00")]
    assert rules.latest_answer(offers, dt.timedelta(hours=2), now=NOW) == hour("2026-11-24 10:00").starts_at


def test_latest_answer_to_a_time_at_shorter_notice_is_when_it_begins():
    offers = [hour("2026-11-25 10:00"), hour("2026-11-24 12:00")]
    assert rules.latest_answer(offers, dt.timedelta(days=5), now=NOW) == hour("2026-11-24 12:00").starts_at


def test_words_alone_never_keep_an_hour():
    assert rules.reply_of(RescheduleProposal(counter_text="[kept] Sorry!")) == rules.Reply(False, "[kept] Sorry!")
    assert rules.reply_of(RescheduleProposal(keeps=True, counter_text="Sorry!")) == rules.Reply(True, "Sorry!")
