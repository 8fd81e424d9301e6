from __future__ import annotations

import datetime as dt

import pytest

from clients.states import ClientStatus
from scheduling.queries.clash import busy_elsewhere, clash_of
from scheduling.states import SessionStatus
from scheduling.wishes import ClashKind
from tests.factories import NOW, create_client, create_session, hour

pytestmark = pytest.mark.django_db
TEN = "2026-11-24 10:00"


@pytest.fixture
def wisher(coach, other_coach):
    return create_client(of=[coach, other_coach])


def somebody(coach, at=TEN, **fields):
    return create_session(coach=coach, client=create_client(of=coach), at=at, **fields)


def clash(coach, wisher, at=TEN, now=NOW, **more):
    return clash_of(coach.user, wisher, hour(at), now=now, **more)


def test_clash_of_a_free_hour_is_none(coach, other_coach, wisher):
    somebody(coach, "2026-11-24 10:50")
    somebody(coach, "2026-11-24 09:10")
    somebody(coach, status=SessionStatus.CANCELLED)
    somebody(other_coach)
    assert clash(coach, wisher) is None


def test_clash_of_one_may_be_asked(coach, wisher):
    session = somebody(coach, "2026-11-24 10:49")
    found = clash(coach, wisher)
    assert (found.kind, found.sessions, found.client, found.during, found.may_ask) == (
        ClashKind.ONE,
        (session,),
        wisher,
        hour(TEN),
        True,
    )


def test_clash_of_several_names_all_by_start(coach, wisher):
    late, early = somebody(coach, "2026-11-24 10:40"), somebody(coach, "2026-11-24 09:40")
    found = clash(coach, wisher)
    assert (found.kind, found.sessions, found.may_ask) == (ClashKind.SEVERAL, (early, late), False)


@pytest.mark.parametrize("minutes", [0, 30, 24 * 60])
def test_clash_with_what_has_begun_may_not_be_asked(minutes, coach, wisher):
    session = somebody(coach)
    found = clash(coach, wisher, now=session.starts_at + dt.timedelta(minutes=minutes))
    assert (found.kind, found.sessions, found.may_ask) == (ClashKind.STARTED, (session,), False)


def test_clash_with_a_completed_one_may_not_be_asked(coach, wisher):
    somebody(coach, status=SessionStatus.COMPLETED)
    assert clash(coach, wisher).kind == ClashKind.STARTED


def test_clash_of_a_busy_client_never_says_with_whom(coach, other_coach, wisher):
    elsewhere = create_session(coach=other_coach, client=wisher, at=TEN)
    found = clash(coach, wisher)
    assert (found.kind, found.sessions, found.may_ask) == (ClashKind.CLIENT_BUSY, (), False)
    assert busy_elsewhere(wisher, coach.user, hour(TEN)) == elsewhere
    assert busy_elsewhere(wisher, other_coach.user, hour(TEN)) is None


def test_clash_of_a_busy_client_and_a_taken_hour_names_only_ones_own(coach, other_coach, wisher):
    create_session(coach=other_coach, client=wisher, at=TEN)
    mine = somebody(coach)
    found = clash(coach, wisher)
    assert (found.kind, found.sessions, found.may_ask) == (ClashKind.CLIENT_BUSY, (mine,), False)


def test_clash_with_the_clients_own_hour_comes_before_all(coach, wisher):
    own = create_session(coach=coach, client=wisher, at="2026-11-24 09:40")
    other = somebody(coach, "2026-11-24 10:40")
    found = clash(coach, wisher)
    assert (found.kind, found.sessions, found.may_ask) == (ClashKind.OWN, (own, other), False)


def test_clash_ignores_the_session_that_would_move(coach, wisher):
    own = create_session(coach=coach, client=wisher, at=TEN)
    assert clash(coach, wisher, "2026-11-24 10:30", ignoring=own) is None


def test_clash_takes_three_queries_and_a_free_hour_one(coach, wisher, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert clash(coach, wisher) is None
    somebody(coach, "2026-11-24 09:40")
    somebody(coach, "2026-11-24 10:40")
    with django_assert_num_queries(3):
        assert [str(session.client) for session in clash(coach, wisher).sessions] != []


def end_care(coach, client):
    client.care.filter(provider=coach.user).update(ended_at=NOW)


def test_clash_with_a_client_of_old_may_not_be_asked_nor_named(coach, wisher):
    session = somebody(coach)
    end_care(coach, session.client)
    found = clash(coach, wisher)
    assert (found.kind, found.unnamed, found.may_ask) == (ClashKind.FORMER, {session.pk}, False)


def test_clash_with_a_client_of_old_is_named_again_when_care_begins_anew(coach, wisher):
    session = somebody(coach)
    end_care(coach, session.client)
    session.client.care.update(ended_at=None)
    found = clash(coach, wisher)
    assert (found.kind, found.unnamed, found.may_ask) == (ClashKind.ONE, frozenset(), True)


def test_clash_with_an_archived_client_may_not_be_asked(coach, wisher):
    session = somebody(coach)
    session.client.status = ClientStatus.ARCHIVED
    session.client.save()
    found = clash(coach, wisher)
    assert (found.kind, found.unnamed, found.may_ask) == (ClashKind.ARCHIVED, frozenset(), False)


def test_clash_of_several_leaves_only_clients_of_old_unnamed(coach, wisher):
    early, _late = somebody(coach, "2026-11-24 09:40"), somebody(coach, "2026-11-24 10:40")
    end_care(coach, early.client)
    found = clash(coach, wisher)
    assert (found.kind, found.unnamed) == (ClashKind.SEVERAL, {early.pk})
