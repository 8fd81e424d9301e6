"""Whatever is done to a session, in whatever order: its version counts the changes, and undo restores it exactly."""

from __future__ import annotations

import datetime as dt
import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clients.models import AuditEvent
from config.kernel.errors import Refusal
from scheduling.actions import book, cancel, finish, mark, move
from scheduling.actions.undo import undo_change
from scheduling.models import Session
from scheduling.wishes import Booking
from tests.factories import NOW, create_client, create_coach, create_session, hour

pytestmark = pytest.mark.django_db
HOURS = ("2026-11-20 07:00", "2026-11-20 08:00", "2026-11-20 10:30", "2026-11-20 13:00")
FIELDS = ("status", "during", "arrived_at", "paid_at", "paid_by_id", "cancelled_at", "cancelled_by_id")
MARKS = {
    "complete": (finish.complete_session, {}),
    "miss": (finish.miss_session, {}),
    "reopen": (finish.reopen_session, {}),
    "cancel": (cancel.cancel_session, {"reason": "ill"}),
    "pay": (mark.mark_paid, {"paid": True}),
    "not pay": (mark.mark_paid, {"paid": False}),
    "arrive": (mark.mark_arrived, {"arrived": True}),
    "not arrive": (mark.mark_arrived, {"arrived": False}),
    "undo": (undo_change, {}),
    **{f"move to {at[-5:]}": (move.move_session, {"during": hour(at), "overrule": True}) for at in HOURS},
}
STEPS = st.one_of(st.sampled_from(sorted(MARKS)), st.just("undo"), st.just("somebody books"))


def refusal_of(deed, *args, **how):
    """The code of the refusal, or nothing when it is done."""
    try:
        deed(*args, **how)
    except Refusal as refusal:
        return refusal.code
    return ""


class Play:
    """A coach, a session, other clients who now and then book its hour of before, and a clock."""

    def __init__(self):
        self.coach, self.now, self.taken = create_coach(), NOW, []
        self.session = create_session(coach=self.coach, client=create_client(of=self.coach), at=HOURS[2])
        self.last = None  # (how it was before the last change, when that was); None after an undo

    def stand(self):
        return Session.objects.values("version", *FIELDS).get(pk=self.session.pk)

    def step(self, name):
        before = self.stand()
        if name == "somebody books":
            self.rival(self.last[0]["during"] if self.last else before["during"])
            assert self.stand() == before
            return
        act, what = MARKS[name]
        code = refusal_of(act, self.session.pk, by=self.coach.user, now=self.now, version=before["version"], **what)
        after = self.stand()
        if name == "undo":
            assert code == self.undo_is_refused()
        if code:
            assert after == before
        elif name == "undo":
            assert {field: after[field] for field in FIELDS} == {field: self.last[0][field] for field in FIELDS}
            self.last = None
        elif after != before:
            self.last = before, self.now
        assert after["version"] == before["version"] + (after != before)

    def undo_is_refused(self):
        """Why the session cannot be put back now; nothing when it must be."""
        if self.last is None:
            return "nothing_to_undo"
        before, at = self.last
        if self.now - at >= dt.timedelta(seconds=20):
            return "too_late_to_undo"
        return "hour_taken" if before["during"] in self.taken else ""

    def rival(self, during):
        wish = Booking(client=create_client(of=self.coach), during=hour(during.lower), overrule=True)
        code = refusal_of(book.book_session, wish, by=self.coach.user, now=self.now)
        assert code in {"", "hour_taken"}
        self.taken += [] if code else [during]


@settings(
    max_examples=int(os.environ.get("UNDO_EXAMPLES", "15")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(steps=st.lists(st.tuples(STEPS, st.integers(0, 21)), min_size=2, max_size=9))
def test_version_counts_the_changes_and_undo_restores_exactly(steps):
    play = Play()
    for name, seconds in steps:
        play.now += dt.timedelta(seconds=seconds)
        play.step(name)
    versions = AuditEvent.objects.filter(object=f"session:{play.session.pk}").order_by("pk")
    seen = [facts["version"] for facts in versions.values_list("facts", flat=True)]
    assert seen == list(range(2, play.stand()["version"] + 1))
