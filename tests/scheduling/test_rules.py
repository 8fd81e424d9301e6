from __future__ import annotations

import datetime as dt

import pytest

from config.kernel import time
from scheduling import rules
from scheduling.models import RescheduleProposal, Session
from scheduling.queries.changes import Change
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


def session(status, kind=SessionKind.BOOKED, at="2026-11-20 11:00"):
    return Session(kind=kind, status=status, during=hour(at).as_range())


@pytest.mark.parametrize(("seconds", "may"), [(-1, False), (0, True), (86400, True)])
def test_may_finish_from_the_moment_it_begins(seconds, may):
    # It begins at NOW.
    now = NOW + dt.timedelta(seconds=seconds)
    assert rules.may_finish(session(SessionStatus.SCHEDULED), now=now) is may
    assert rules.may_finish(session(SessionStatus.COMPLETED), now=now) is False


@pytest.mark.parametrize("status", SessionStatus)
def test_may_reopen_only_what_is_over_and_pay_all_that_is_not_cancelled(status):
    over = status in {SessionStatus.COMPLETED, SessionStatus.NO_SHOW}
    assert rules.may_reopen(session(status)) is over
    assert rules.may_pay(session(status)) is (status != SessionStatus.CANCELLED)
    other = Session(kind=SessionKind.ON_DEMAND, status=status)
    assert (rules.may_reopen(other), rules.may_pay(other)) == (False, False)


@pytest.mark.parametrize(
    ("at", "may"),
    [("2026-11-20 00:00", True), ("2026-11-20 23:50", True), ("2026-11-19 23:50", False), ("2026-11-21 00:00", False)],
)
def test_may_arrive_on_the_day_itself(at, may):
    athens = time.zone("Europe/Athens")
    assert rules.may_arrive(session(SessionStatus.SCHEDULED, at=at), now=NOW, where=athens) is may
    assert rules.may_arrive(session(SessionStatus.COMPLETED, at=at), now=NOW, where=athens) is False


@pytest.mark.parametrize(
    ("seconds", "undo", "may"), [(0, {}, True), (19.999, {}, True), (20, {}, False), (1, None, False)]
)
def test_may_undo_what_can_be_taken_back_for_less_than_20_seconds(seconds, undo, may):
    change = Change(verb="session_paid", at=NOW, by=None, version=2, undo=undo, undid=None)
    assert rules.may_undo(change, now=NOW + dt.timedelta(seconds=seconds)) is may


def test_latest_answer_leaves_the_notice_before_the_first():
    offers = [hour("2026-11-25 10:00"), hour("2026-11-24 12:00")]
    assert rules.latest_answer(offers, dt.timedelta(hours=2), now=NOW) == hour("2026-11-24 10:00").starts_at


def test_latest_answer_to_a_time_at_shorter_notice_is_when_it_begins():
    offers = [hour("2026-11-25 10:00"), hour("2026-11-24 12:00")]
    assert rules.latest_answer(offers, dt.timedelta(days=5), now=NOW) == hour("2026-11-24 12:00").starts_at


def test_words_alone_never_keep_an_hour():
    assert rules.reply_of(RescheduleProposal(counter_text="[kept] Sorry!")) == rules.Reply(False, "[kept] Sorry!")
    assert rules.reply_of(RescheduleProposal(keeps=True, counter_text="Sorry!")) == rules.Reply(True, "Sorry!")
