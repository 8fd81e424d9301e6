from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from clients.actions import links
from scheduling.models import RescheduleProposal, Session
from scheduling.states import ProposalStatus
from tests.factories import create_case, create_client, create_coach, create_proposal, create_session, moment
from tests.races import truth
from tests.races.people import Person, all_at_once, by_status, days
from tests.races.truth import ROUNDS

pytestmark = [pytest.mark.race, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

TABS = 20
TIMES = ("10:00", "11:00", "12:00", "13:00")


def propose(coach, day, *times, held=True):
    """Times of that day put to a new client, who wanted three o'clock."""
    three = moment(f"{day} 15:00")
    blocking = Session.objects.filter(provider=coach.user, during__contains=three).first()
    blocking = blocking or create_session(coach=coach, client=create_client(of=coach), at=f"{day} 15:00")
    case = create_case(coach=coach, client=create_client(of=coach), blocking=blocking)
    return create_proposal(case=case, offers=[f"{day} {at}" for at in times], held=held)


def ask(coach, day, *times):
    """Times of that day put to the client who has three o'clock, for somebody who waits."""
    session = create_session(coach=coach, client=create_client(of=coach), at=f"{day} 15:00")
    case = create_case(coach=coach, client=create_client(of=coach), blocking=session)
    return create_proposal(case=case, session=session, offers=[f"{day} {at}" for at in times])


def link_to(proposal):
    now = timezone.now()
    token = links.mint_link("proposal", f"proposal:{proposal.pk}", expires_at=now + dt.timedelta(days=30), now=now)
    return reverse("scheduling:proposal_answer", args=[token])


def opened(site, proposal):
    """The page behind a link to the proposal, seen once; its path."""
    path = link_to(proposal)
    assert Person(site.port).get(path).status == 200
    return path


def answer(site, path, offer):
    """One tab, ready to send."""
    fields = {"offer": offer.pk, "form_key": uuid.uuid4().hex}
    return lambda ready: Person(site.port).post(path, ready=ready, htmx=False, **fields)


def offers_of(proposal):
    return list(proposal.offers.order_by("during"))


def spread(site, proposal):
    """Twenty tabs over the proposal's times; [(offer, answer), …]."""
    path, offers = opened(site, proposal), offers_of(proposal)
    chosen = [offers[number % len(offers)] for number in range(TABS)]
    return list(zip(chosen, all_at_once([answer(site, path, offer) for offer in chosen]), strict=True))


def test_twenty_answers_with_one_time_book_it_once(guarded, transactional_db):
    coach, deadlocks = create_coach(), truth.deadlocks()
    for day in days(ROUNDS):
        proposal = propose(coach, day, "10:00")
        path, (offer,) = opened(guarded, proposal), offers_of(proposal)
        answers = all_at_once([answer(guarded, path, offer) for _ in range(TABS)])
        assert by_status(answers) == {200: TABS}
        assert Session.objects.filter(booked_from=offer).count() == 1
    assert truth.broken() == {}
    assert truth.one("SELECT count(*) FROM clients_auditevent WHERE verb = 'proposal_answered'") == ROUNDS
    assert truth.deadlocks() == deadlocks


@pytest.mark.parametrize("put", [propose, ask])
def test_twenty_answers_with_several_times_have_one_winner(put, guarded, transactional_db):
    coach, deadlocks = create_coach(), truth.deadlocks()
    for day in days(ROUNDS):
        proposal = put(coach, day, *TIMES)
        answers = spread(guarded, proposal)
        proposal.refresh_from_db()
        assert proposal.status == ProposalStatus.ANSWERED
        expected = [200 if offer == proposal.chosen else 409 for offer, _ in answers]
        assert [each.status for _, each in answers] == expected
    assert truth.broken() == {}
    assert truth.deadlocks() == deadlocks


def test_control_without_locks_and_rules_one_proposal_makes_many_sessions(unguarded, no_protection):
    proposal = propose(create_coach(), *days(1), *TIMES)
    spread(unguarded, proposal)
    assert Session.objects.filter(booked_from__proposal=proposal).count() > 1
    assert truth.broken() != {}


def pick_unheld(site, coach, day):
    """Two clients, two proposals, one time that is held for neither; the losers' choices besides."""
    both = [propose(coach, day, "10:00", other, held=False) for other in ("12:00", "13:00")]
    return both, all_at_once([answer(site, opened(site, each), offers_of(each)[0]) for each in both])


def test_two_clients_with_one_unheld_time_have_one_winner(guarded, transactional_db):
    coach, deadlocks = create_coach(), truth.deadlocks()
    for day in days(ROUNDS):
        both, answers = pick_unheld(guarded, coach, day)
        assert sorted(each.status for each in answers) == [200, 409]
        loser = RescheduleProposal.objects.get(pk=both[[each.status for each in answers].index(409)].pk)
        assert (loser.status, Session.objects.filter(booked_from__proposal=loser).count()) == (ProposalStatus.OPEN, 0)
        # On the same page: what is left can be chosen, and is then booked.
        left = offers_of(loser)[1]
        assert f'value="{left.pk}"' in next(each.body for each in answers if each.status == 409)
        (second,) = all_at_once([answer(guarded, opened(guarded, loser), left)])
        assert (second.status, Session.objects.filter(booked_from=left).count()) == (200, 1)
    assert truth.broken() == {}
    assert truth.deadlocks() == deadlocks


def test_control_without_locks_and_rules_two_clients_get_one_time(unguarded, no_protection):
    _both, answers = pick_unheld(unguarded, create_coach(), *days(1))
    assert by_status(answers) == {200: 2}
    assert truth.broken()["a provider has two sessions at once"] == 1


def answer_and_book(site, coach, day):
    """A client says yes to ten o'clock, and the coach books somebody else there, overruling the hold."""
    proposal, who = propose(coach, day, "10:00"), Person(site.port, coach.user)
    fields = {"client": create_client(of=coach).pk, "day": day, "at": "10:00", "minutes": 50, "overrule": "1"}

    def book(ready):
        return who.post(reverse("scheduling:session_book"), ready=ready, form_key=uuid.uuid4().hex, **fields)

    return [each.status for each in all_at_once([answer(site, opened(site, proposal), *offers_of(proposal)), book])]


def test_an_answer_and_the_coachs_own_booking_of_that_time_have_one_winner(guarded, transactional_db):
    coach, deadlocks = create_coach(), truth.deadlocks()
    for day in days(ROUNDS):
        assert answer_and_book(guarded, coach, day) in ([200, 409], [409, 204])
    assert truth.broken() == {}
    assert truth.deadlocks() == deadlocks


def test_control_without_locks_and_rules_both_are_booked(unguarded, no_protection):
    coach = create_coach()
    assert [200, 204] in [answer_and_book(unguarded, coach, day) for day in days(3)]
    assert truth.broken()["a provider has two sessions at once"] > 0
