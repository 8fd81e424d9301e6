"""Who may be asked to move, and for whom: both must be clients whom the coach cares for now."""

from __future__ import annotations

import pytest

from scheduling.actions import conflicts
from scheduling.wishes import AskToMove, Booking
from tests.factories import NOW, create_case, create_client, create_session, hour, moment
from tests.scheduling.actions import traces
from tests.scheduling.actions.barred import BARRED, bar

pytestmark = pytest.mark.django_db
TEN, TOMORROW = "2026-11-24 10:00", moment("2026-11-21 18:00")
TIMES = (hour("2026-11-24 14:00"), hour("2026-11-25 14:00"))
BOTH = pytest.mark.parametrize("who", ["wisher", "asked"])


@pytest.fixture
def session(coach):
    return create_session(coach=coach, client=create_client(of=coach), at=TEN)


@pytest.fixture
def case(coach, session):
    return create_case(coach=coach, client=create_client(of=coach), blocking=session)


@BOTH
@BARRED
def test_ask_to_move_needs_both_to_be_active_and_in_care(who, how, refusal, coach, session):
    wisher = create_client(of=coach)
    bar(wisher if who == "wisher" else session.client, how)
    before = traces.everything()
    wish = AskToMove(
        booking=Booking(client=wisher, during=hour(TEN)),
        session_id=session.pk,
        session_version=session.version,
        offers=TIMES,
        expires_at=TOMORROW,
    )
    with pytest.raises(refusal):
        conflicts.ask_to_move(wish, by=coach.user, now=NOW)
    assert traces.everything() == before


@BOTH
@BARRED
def test_ask_again_needs_both_to_be_active_and_in_care(who, how, refusal, coach, case, session):
    bar(case.client if who == "wisher" else session.client, how)
    before = traces.everything()
    with pytest.raises(refusal):
        conflicts.ask_again(case.pk, TIMES, TOMORROW, "", by=coach.user, now=NOW)
    assert traces.everything() == before
