from __future__ import annotations

import datetime as dt

import pytest

from clients.models import Care
from scheduling.actions import conflicts, counter, extend, proposals, serve
from scheduling.actions.wait import put_on_list
from scheduling.models import ConflictCase
from scheduling.queries.trail import trail_of
from scheduling.windows import Window
from scheduling.wishes import AskToMove, Booking, OfferTimes, WaitFor
from tests.factories import NOW, create_client, create_session, hour

pytestmark = pytest.mark.django_db
TEN, NOON, TWO, FOUR = (f"2026-11-24 {at}" for at in ("10:00", "12:00", "14:00", "16:00"))
SOON = NOW + dt.timedelta(hours=5)


@pytest.fixture
def maria(coach):
    return create_client(of=coach, full_name="Maria Papadopoulou")


@pytest.fixture
def nikos(coach):
    return create_client(of=coach, full_name="Nikos Georgiou")


@pytest.fixture
def session(coach, maria):
    return create_session(coach=coach, client=maria, at=TEN)


@pytest.fixture
def booking(nikos, session):
    return Booking(client=nikos, during=hour(TEN))


def words(case, *, since=0):
    case = ConflictCase.objects.select_related("client").get(pk=case.pk)
    return [step.words for step in trail_of(case).steps][since:]


def offer(booking, coach, now=NOW, *times):
    wish = OfferTimes(
        booking=booking, offers=tuple(map(hour, times or (NOON,))), expires_at=SOON, note="Perhaps later?"
    )
    return conflicts.offer_times(wish, by=coach.user, now=now)


def ask(booking, session, coach):
    wish = AskToMove(booking=booking, session_id=session.pk, session_version=1, offers=(hour(NOON),), expires_at=SOON)
    return conflicts.ask_to_move(wish, by=coach.user, now=NOW)


def later(minutes):
    return NOW + dt.timedelta(minutes=minutes)


def test_from_the_wish_to_a_time_that_the_client_wrote(coach, booking):
    proposal = offer(booking, coach)
    proposals.decline_proposal(proposal.pk, "Only afternoons", by=None, now=later(1), times=[hour(FOUR)])
    counter.accept_counter(proposal.counter_times.get().pk, by=coach.user, now=later(2))
    trail = trail_of(ConflictCase.objects.get())
    assert [step.words for step in trail.steps] == [
        "Nikos Georgiou wants Tuesday 24 November, 10:00",
        "Other times offered to Nikos Georgiou, to answer by Friday 20 November, 16:00",
        "Nikos Georgiou: none of the times fits",
        "Resolved: Nikos Georgiou has a session",
        "The time that Nikos Georgiou wrote was taken: Tuesday 24 November, 16:00",
    ]
    assert [step.by for step in trail.steps] == [
        "Elena Marinou", "Elena Marinou", "Nikos Georgiou, by the link", "Elena Marinou", "Elena Marinou",
    ]  # fmt: skip
    assert (trail.steps[1].said, trail.steps[1].times) == ("Perhaps later?", (hour(NOON),))
    assert (trail.steps[2].said, trail.steps[2].times) == ("Only afternoons", (hour(FOUR),))
    assert not trail.is_open


def test_who_was_asked_moves_and_the_hour_is_held_and_let_go(coach, booking, session):
    case = ask(booking, session, coach)
    proposal = case.proposals.get()
    proposals.answer_proposal(proposal.pk, proposal.offers.get().pk, by=None, now=later(1))
    conflicts.let_go(case.pk, by=coach.user, now=later(2))
    conflicts.withdraw_case(case.pk, by=coach.user, now=later(3))
    assert words(case, since=1) == [
        "Maria Papadopoulou was asked to move, to answer by Friday 20 November, 16:00",
        "Maria Papadopoulou chose Tuesday 24 November, 12:00",
        "The hour is free and held for Nikos Georgiou until Sunday 22 November, 11:15",
        "The hour is not held for Nikos Georgiou any more",
        "The wish was withdrawn.",
    ]


def test_what_is_kept_ends_or_is_taken_back_and_taken_up_again(coach, booking, session):
    case = ask(booking, session, coach)
    proposals.decline_proposal(case.proposals.get().pk, "", by=None, now=later(1), keeps=True)
    offer(booking, coach, later(2))
    offer(booking, coach, later(3), TWO)
    serve.end_due(coach.pk, now=SOON + dt.timedelta(minutes=1))
    assert words(case, since=2) == [
        "Maria Papadopoulou keeps the hour",
        "The wish was taken up again",
        "Other times offered to Nikos Georgiou, to answer by Friday 20 November, 16:00",
        "The offer to Nikos Georgiou was taken back",
        "The wish was taken up again",
        "Other times offered to Nikos Georgiou, to answer by Friday 20 November, 16:00",
        "Nikos Georgiou did not answer in time",
    ]


def test_more_time_does_not_change_what_was_said_before(coach, booking):
    proposal = offer(booking, coach)
    extend.extend_proposal(proposal.pk, proposal.expires_at + dt.timedelta(hours=2), by=coach.user, now=later(1))
    assert words(ConflictCase.objects.get(), since=1) == [
        "Other times offered to Nikos Georgiou, to answer by Friday 20 November, 16:00",
        "Nikos Georgiou got more time, until Friday 20 November, 18:00",
    ]


def test_who_is_in_nobodys_care_here_is_not_named(coach, booking, session, maria):
    case = ask(booking, session, coach)
    proposals.decline_proposal(case.proposals.get().pk, "I am ill", by=None, now=later(1))
    Care.objects.filter(client=maria).update(ended_at=NOW)
    trail = trail_of(ConflictCase.objects.get(pk=case.pk))
    assert "Maria" not in str(trail)
    assert "I am ill" not in str(trail)
    assert trail.steps[2].words == "Somebody: none of the times fits"


def test_waiting_list_says_what_would_suit(coach, nikos):
    tuesdays = Window(1, dt.time(17), dt.time(20))
    wish = WaitFor(client=nikos, windows=(tuesdays,), minutes=50, last_date=dt.date(2026, 12, 18), anyway=True)
    case = put_on_list(wish, by=coach.user, now=NOW)
    trail = trail_of(case)
    assert trail.wanted is None
    assert trail.suits == "any Tuesday 17:00–20:00, until Friday 18 December"
    assert [step.words for step in trail.steps] == [
        "Nikos Georgiou waits for any Tuesday 17:00–20:00, until Friday 18 December"
    ]


def test_long_trail_costs_as_much_as_a_short_one(coach, booking, django_assert_num_queries):
    offer(booking, coach)
    for minutes, at in enumerate((TWO, FOUR, NOON), 1):
        offer(booking, coach, later(minutes), at)
    case = ConflictCase.objects.select_related("client").get()
    with django_assert_num_queries(5):
        assert len(trail_of(case).steps) == 11
