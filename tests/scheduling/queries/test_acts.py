from __future__ import annotations

import pytest

from config.kernel import time
from scheduling.models import Session
from scheduling.queries.acts import NEEDS, acts_of, acts_of_row
from scheduling.states import SessionStatus
from tests.factories import NOW, create_client, create_session, moment

pytestmark = pytest.mark.django_db
ATHENS = time.zone("Europe/Athens")
# Now is 11:00 of that day.
AHEAD, RUNNING, OVER, YESTERDAY = "2026-11-20 13:00", "2026-11-20 10:30", "2026-11-20 09:00", "2026-11-19 13:00"
CAN = ("can_change", "can_finish", "can_arrive", "can_pay", "can_reopen")


def acts(coach, at, **fields):
    session = create_session(coach=coach, client=create_client(of=coach), at=at, **fields)
    return acts_of(session, now=NOW, where=ATHENS)


def can(found):
    return {name.removeprefix("can_") for name in CAN if getattr(found, name)}


@pytest.mark.parametrize(
    ("at", "status", "expected", "primary"),
    [
        ("2026-11-24 10:00", SessionStatus.SCHEDULED, {"change", "pay"}, "move"),
        (AHEAD, SessionStatus.SCHEDULED, {"change", "arrive", "pay"}, "move"),
        (RUNNING, SessionStatus.SCHEDULED, {"change", "finish", "arrive", "pay"}, "complete"),
        (OVER, SessionStatus.SCHEDULED, {"change", "finish", "pay"}, "complete"),
        (YESTERDAY, SessionStatus.SCHEDULED, {"change", "finish", "pay"}, "complete"),
        (OVER, SessionStatus.COMPLETED, {"pay", "reopen"}, "paid"),
        (OVER, SessionStatus.NO_SHOW, {"pay", "reopen"}, "paid"),
        (OVER, SessionStatus.CANCELLED, set(), ""),
    ],
)
def test_acts_fit_the_moment(coach, at, status, expected, primary):
    found = acts(coach, at, status=status, price=60)
    assert (can(found), found.primary) == (expected, primary)


def test_what_is_paid_or_costs_nothing_is_not_due(coach):
    done = {"status": SessionStatus.COMPLETED}
    paid = acts(coach, OVER, price=60, paid_at=moment(OVER), paid_by=coach.user, **done)
    free = acts(coach, RUNNING, **done)
    assert [(each.is_paid, each.is_due, each.primary) for each in (paid, free)] == [
        (True, False, ""),
        (False, False, ""),
    ]


def test_a_row_of_values_has_the_same_acts(coach, django_assert_num_queries):
    create_session(coach=coach, client=create_client(of=coach), at=RUNNING, price=60, arrived_at=moment(RUNNING))
    session, row = Session.objects.get(), Session.objects.values(*NEEDS).get()
    with django_assert_num_queries(0):
        found = acts_of_row(row, now=NOW, where=ATHENS)
        assert found == acts_of(session, now=NOW, where=ATHENS)
    assert (found.session, found.version, found.has_arrived) == (session.pk, 1, True)
