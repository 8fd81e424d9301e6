from __future__ import annotations

import datetime as dt

import pytest

from clients.models import Care
from scheduling.actions.ask import lay_aside
from scheduling.actions.move import move_session
from scheduling.actions.proposals import answer_proposal, decline_proposal, withdraw_proposal
from scheduling.queries.asks import AskStand, plain_asks
from scheduling.queries.conflicts import pending_cases
from scheduling.queries.counts import pending_count
from scheduling.queries.stands import Stand
from tests import factories
from tests.factories import NOW, hour

pytestmark = pytest.mark.django_db
LATER = NOW + dt.timedelta(hours=1)


@pytest.fixture
def maria(coach):
    return factories.create_client(of=coach, full_name="Maria Papadopoulou")


@pytest.fixture
def session(coach, maria):
    return factories.create_session(coach=coach, client=maria, at="2026-11-24 10:00")


@pytest.fixture
def asked(session):
    return factories.create_proposal(session=session, offers=["2026-11-25 10:00", "2026-11-26 10:00"])


def stands(coach, now=LATER):
    """How they stand; whatever is listed is counted, but for what is only news."""
    listed = [ask.stand for ask in plain_asks(coach.user, now=now)]
    assert pending_count(coach.user, now=now) == len(listed) - listed.count(AskStand.MOVED) + len(
        pending_cases(coach.user, now=now)
    )
    return listed


def test_an_open_question_waits_for_the_client(coach, maria, session, asked):
    (ask,) = plain_asks(coach.user, now=LATER)
    assert (ask.id, ask.stand, ask.session, ask.client, ask.during, ask.offers, ask.needs_coach) == (
        asked.pk,
        AskStand.OPEN,
        session.pk,
        maria,
        hour("2026-11-24 10:00"),
        2,
        False,
    )


def test_what_came_of_it_is_the_coachs_turn(coach, asked):
    decline_proposal(asked.pk, "Only mornings", by=None, now=NOW)
    (ask,) = plain_asks(coach.user, now=LATER)
    assert (ask.stand, ask.reply, ask.needs_coach) == (AskStand.NONE_FITS, "Only mornings", True)


def test_who_keeps_the_hour_and_who_does_not_answer(coach, session, asked):
    assert stands(coach, now=asked.expires_at + dt.timedelta(seconds=1)) == []  # the session has begun by then
    asked.expires_at = LATER
    asked.save()
    assert stands(coach, now=LATER + dt.timedelta(seconds=1)) == [AskStand.ENDED]
    decline_proposal(asked.pk, "", by=None, now=NOW, keeps=True)
    assert stands(coach) == [AskStand.KEPT]


def test_who_moved_is_news_for_a_week(coach, session, asked):
    last = factories.create_offer(proposal=asked, at="2026-12-15 10:00")
    answer_proposal(asked.pk, last.pk, by=None, now=NOW)
    assert stands(coach) == [AskStand.MOVED]
    assert plain_asks(coach.user, now=LATER)[0].needs_coach is False
    assert stands(coach, now=NOW + dt.timedelta(days=7)) == []


def test_it_leaves_when_it_is_settled(coach, session, asked):
    decline_proposal(asked.pk, "No", by=None, now=NOW)
    lay_aside(asked.pk, by=coach.user, now=LATER)
    assert stands(coach) == []


def test_it_leaves_when_the_session_is_moved_or_asked_about_anew(coach, session, asked):
    decline_proposal(asked.pk, "No", by=None, now=NOW)
    factories.create_proposal(session=session, offers=["2026-11-27 10:00"])
    assert stands(coach) == [AskStand.OPEN]
    moved = move_session(session.pk, hour("2026-11-24 15:00"), by=coach.user, now=LATER, version=1)
    assert stands(coach, now=LATER) == []
    assert moved.version == 2


def test_taken_back_questions_and_those_for_a_wish_are_not_listed(coach, session, asked):
    withdraw_proposal(asked.pk, by=coach.user, now=NOW)
    nikos = factories.create_client(of=coach)
    case = factories.create_case(coach=coach, client=nikos, blocking=session)
    factories.create_proposal(session=session, case=case, offers=["2026-11-25 10:00"])
    assert stands(coach) == []


def test_whose_care_ended_and_other_coaches_see_nothing(coach, other_coach, asked):
    assert stands(other_coach) == []
    Care.objects.update(ended_at=NOW)
    assert stands(coach) == []


def test_count_of_the_menu_has_both(coach, session, asked, clock, django_assert_num_queries):
    nikos = factories.create_client(of=coach)
    factories.create_case(coach=coach, client=nikos, blocking=session)
    with django_assert_num_queries(1):
        assert pending_count(coach.user) == 2
    withdraw_proposal(asked.pk, by=coach.user, now=NOW)
    assert pending_count(coach.user) == 1


def test_a_wish_behind_such_a_question_is_in_line_and_knows_why(coach, session, asked):
    nikos = factories.create_client(of=coach)
    factories.create_case(coach=coach, client=nikos, blocking=session)
    (wish,) = pending_cases(coach.user, now=LATER)
    assert (wish.stand, wish.behind, wish.is_behind_plain_ask) == (Stand.IN_LINE, "Maria Papadopoulou", True)


@pytest.mark.parametrize("number", [1, 3])
def test_one_query_however_many(coach, number, django_assert_num_queries):
    for day in range(number):
        client = factories.create_client(of=coach)
        session = factories.create_session(coach=coach, client=client, at=f"2026-11-2{4 + day} 10:00")
        factories.create_proposal(session=session, offers=["2026-11-30 10:00", "2026-12-01 10:00"])
    with django_assert_num_queries(1):
        found = plain_asks(coach.user, now=LATER)
    assert [ask.offers for ask in found] == [2] * number
