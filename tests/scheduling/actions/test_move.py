from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients.models import OutboxMessage
from scheduling.actions import freed, move
from scheduling.errors import ChangedMeanwhile, ClientBusy, HourTaken, NeedsOverrule, NotMovable
from scheduling.models import ConflictCase, RescheduleProposal, Session
from scheduling.states import ProposalStatus, SessionStatus
from scheduling.wishes import ClashKind
from tests.factories import NOW, create_case, create_client, create_proposal, create_session, hour
from tests.scheduling.actions import traces

pytestmark = pytest.mark.django_db
TEN, NOON = "2026-11-23 10:00", "2026-11-23 12:00"


@pytest.fixture
def session(coach):
    return create_session(coach=coach, client=create_client(of=coach), at=TEN)


def move_it(session, at=NOON, minutes=50, version=1, **how):
    by = session.provider
    return move.move_session(session.pk, hour(at, minutes=minutes), by=by, now=NOW, version=version, **how)


def test_move_session_keeps_the_row_and_counts_the_version(session):
    moved = move_it(session)
    row = Session.objects.get(pk=session.pk)
    assert (moved, row.interval, row.version, row.status) == (session, hour(NOON), 2, SessionStatus.SCHEDULED)
    assert Session.objects.count() == 1


def test_move_session_updates_the_row_once(session):
    with CaptureQueriesContext(connection) as seen:
        move_it(session)
    assert len([query for query in seen if query["sql"].startswith('UPDATE "scheduling_session"')]) == 1


def test_move_session_leaves_an_audit_row_and_tells_the_client_after_the_undo(session):
    move_it(session)
    assert traces.audit() == [("session_moved", f"session:{session.pk}", session.provider_id)]
    assert traces.outbox() == [("session_moved", f"client:{session.client_id}", f"session:{session.pk}", 2)]
    assert OutboxMessage.objects.get().not_before == NOW + dt.timedelta(seconds=20)


def test_move_session_by_half_an_hour_is_not_in_its_own_way(session):
    assert move_it(session, "2026-11-23 10:30").interval == hour("2026-11-23 10:30")


def test_move_session_can_change_only_the_length(session):
    assert move_it(session, TEN, minutes=80).interval == hour(TEN, minutes=80)


def test_move_session_to_where_it_is_changes_nothing(session):
    before = traces.everything()
    assert move_it(session, TEN) == session
    assert traces.everything() == before


def test_move_session_sent_twice_moves_once(session):
    move_it(session)
    before = traces.everything()
    assert move_it(session).interval == hour(NOON)
    assert traces.everything() == before


def test_move_session_from_an_old_page_is_refused_with_how_it_is_now(session):
    move_it(session)
    before = traces.everything()
    with pytest.raises(ChangedMeanwhile) as refused:
        move_it(session, "2026-11-23 15:00", version=1)
    assert (refused.value.session, refused.value.session.interval) == (session, hour(NOON))
    assert traces.everything() == before


def test_move_session_onto_another_names_it_and_writes_nothing(coach, session):
    other = create_session(coach=coach, client=create_client(of=coach), at=NOON)
    before = traces.everything()
    with pytest.raises(HourTaken) as refused:
        move_it(session)
    assert (refused.value.clash.kind, refused.value.clash.sessions) == (ClashKind.ONE, (other,))
    assert traces.everything() == before


def test_move_session_when_its_client_is_elsewhere_is_refused(coach, other_coach):
    client = create_client(of=[coach, other_coach])
    session = create_session(coach=coach, client=client, at=TEN)
    create_session(coach=other_coach, client=client, at=NOON)
    with pytest.raises(ClientBusy):
        move_it(session)


def test_move_session_out_of_hours_needs_to_be_overruled(session):
    with pytest.raises(NeedsOverrule) as refused:
        move_it(session, "2026-11-23 18:00")
    assert [obstacle.code for obstacle in refused.value.obstacles] == ["outside_hours"]
    assert move_it(session, "2026-11-23 18:00", overrule=True).interval == hour("2026-11-23 18:00")


@pytest.mark.parametrize("status", [SessionStatus.COMPLETED, SessionStatus.NO_SHOW, SessionStatus.CANCELLED])
def test_move_session_that_is_over_is_refused(coach, status):
    session = create_session(coach=coach, client=create_client(of=coach), at=TEN, status=status)
    with pytest.raises(NotMovable):
        move_it(session)


def test_move_session_withdraws_what_its_client_was_asked(coach, session):
    case = create_case(coach=coach, client=create_client(of=coach), blocking=session)
    proposal = create_proposal(case=case, session=session, offers=["2026-11-24 10:00"])
    move_it(session)
    assert RescheduleProposal.objects.get(pk=proposal.pk).status == ProposalStatus.WITHDRAWN
    kinds = [kind for kind, recipient, *_ in traces.outbox() if recipient == f"client:{session.client_id}"]
    assert kinds == ["session_moved"]


def test_move_session_gives_its_hour_to_whoever_waits(coach, session):
    case = create_case(coach=coach, client=create_client(of=coach), blocking=session)
    move_it(session)
    assert ConflictCase.objects.get(pk=case.pk).held_until == NOW + freed.HELD_FOR


def test_move_session_that_breaks_at_the_end_leaves_nothing(session, monkeypatch):
    def fail(*_args, **_kwargs):
        raise RuntimeError("the power is off")

    monkeypatch.setattr(freed, "hour_freed", fail)
    before = traces.everything()
    with pytest.raises(RuntimeError, match="the power is off"):
        move_it(session)
    assert traces.everything() == before
