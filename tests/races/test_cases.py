"""A wish and what is put to people for it, against whatever else is done to them at that moment: one legal end each."""

from __future__ import annotations

import datetime as dt
import threading
import time
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from clients.models import AuditEvent
from scheduling.models import ConflictCase, RescheduleProposal, Session
from scheduling.states import CaseStatus, ProposalStatus, SessionStatus
from tests.factories import create_case, create_client, create_coach, create_proposal, create_session, hour
from tests.races import truth
from tests.races.people import Person, all_at_once, days
from tests.races.test_answers import answer, ask, offers_of, opened, propose
from tests.races.truth import FEWER_ROUNDS

pytestmark = [pytest.mark.race, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def coach(transactional_db):
    return create_coach()


def tab(site, coach):
    """One of the coach's windows."""
    return Person(site.port, coach.user)


def post(who, name, *args, **fields):
    """A form of the coach, ready to send."""
    return lambda ready: who.post(reverse(f"scheduling:{name}", args=args), ready=ready, **fields)


def answered(site, proposal):
    """The first of the times, ready to send."""
    return answer(site, opened(site, proposal), offers_of(proposal)[0])


def wish(client, day, at="15:00", **more):
    """An hour of 50 minutes for that client, as the dialogs send it."""
    return {"client": client.pk, "day": day, "at": at, "minutes": 50, "form_key": uuid.uuid4().hex, **more}


def times(day, suffix="", *, at="11:00"):
    """One time, to be answered by the evening of tomorrow, as the dialogs send it."""
    until = timezone.now().replace(minute=0, second=0, microsecond=0) + dt.timedelta(days=1)
    return {f"offer{suffix}": hour(f"{day} {at}").starts_at.isoformat(), f"expires{suffix}": until.isoformat()}


def statuses(answers):
    return [each.status for each in answers]


def against_withdraw(site, coach, day):
    proposal = propose(coach, day, "10:00")
    withdraw = post(tab(site, coach), "conflict_withdraw", proposal.case_id)
    return proposal, all_at_once([answered(site, proposal), withdraw])


def against_move(site, coach, day):
    proposal = ask(coach, day, "10:00")
    moved = {"day": day, "at": "12:00", "minutes": 50, "version": 1, "overrule": "1"}
    move = post(tab(site, coach), "session_move", proposal.session_id, **moved)
    return proposal, all_at_once([answered(site, proposal), move])


def against_cancel(site, coach, day):
    proposal = ask(coach, day, "10:00")
    cancel = post(tab(site, coach), "session_cancel", proposal.session_id, version=1)
    return proposal, all_at_once([answered(site, proposal), cancel])


def test_an_answer_and_the_withdrawal_of_the_wish_have_one_winner(guarded, coach):
    deadlocks = truth.deadlocks()
    for day in days(FEWER_ROUNDS):
        proposal, answers = against_withdraw(guarded, coach, day)
        assert statuses(answers) in ([200, 409], [409, 204]), guarded.said()
        case = ConflictCase.objects.get(pk=proposal.case_id)
        is_booked = statuses(answers) == [200, 409]
        assert case.status == (CaseStatus.RESOLVED if is_booked else CaseStatus.WITHDRAWN)
        assert Session.objects.filter(client=case.client).count() == is_booked
    assert truth.broken() == {}
    assert truth.deadlocks() == deadlocks


@pytest.mark.parametrize("against", [against_move, against_cancel])
def test_an_answer_and_what_the_coach_does_to_that_session_have_one_winner(guarded, coach, against):
    deadlocks = truth.deadlocks()
    for day in days(FEWER_ROUNDS):
        proposal, answers = against(guarded, coach, day)
        assert statuses(answers) in ([200, 409], [409, 204]), guarded.said()
        proposal.refresh_from_db()
        is_answered = statuses(answers)[0] == 200
        assert (proposal.status == ProposalStatus.ANSWERED) == is_answered
        assert (proposal.session.interval == hour(f"{day} 10:00")) == is_answered
        assert proposal.session.version == 2
    assert truth.broken() == {}
    assert truth.deadlocks() == deadlocks


@pytest.mark.parametrize("against", [against_withdraw, against_move, against_cancel])
def test_control_without_locks_and_rules_both_believe_that_they_won(unguarded, no_protection, against):
    _proposal, answers = against(unguarded, create_coach(), *days(1))
    assert statuses(answers) == [200, 204]


def test_control_without_locks_a_move_and_an_answer_are_one_version(unguarded, no_protection):
    proposal, _answers = against_move(unguarded, create_coach(), *days(1))
    proposal.refresh_from_db()
    assert (proposal.status, proposal.session.version) == (ProposalStatus.ANSWERED, 2)
    assert proposal.session.interval != proposal.chosen.interval
    assert truth.broken() == {"a change was not written down, or more than once": 1}


def at_the_deadline(site, coach, day, *, left, later=0.0):
    """An answer with so many milliseconds left, and a booking that ends what is due, so many seconds after it."""
    proposal = propose(coach, day, "10:00")
    ready = answered(site, proposal)
    book = post(tab(site, coach), "session_book", **wish(create_client(of=coach), day, "12:00"))

    def tidy(start):
        start.wait()
        time.sleep(later)
        return book(None)

    soon = timezone.now() + dt.timedelta(milliseconds=left)
    RescheduleProposal.objects.filter(pk=proposal.pk).update(expires_at=soon)
    answers = all_at_once([ready, tidy])
    proposal.refresh_from_db()
    return proposal, answers


def ends_of(proposal):
    """What was written down of its end."""
    ends = AuditEvent.objects.filter(
        object=f"proposal:{proposal.pk}", verb__in=["proposal_answered", "proposal_expired"]
    )
    return sorted(ends.values_list("verb", flat=True))


def test_an_answer_at_the_last_moment_is_in_time_or_too_late_and_never_both(guarded, coach):
    deadlocks = truth.deadlocks()
    for number, day in enumerate(days(FEWER_ROUNDS)):
        proposal, (first, other) = at_the_deadline(guarded, coach, day, left=40 + 40 * (number % 5))
        assert (first.status, other.status) in {(200, 204), (409, 204)}, guarded.said()
        assert proposal.status == (ProposalStatus.ANSWERED if first.status == 200 else ProposalStatus.EXPIRED)
        assert ends_of(proposal) == ["proposal_answered" if first.status == 200 else "proposal_expired"]
        assert Session.objects.filter(client=proposal.recipient).count() == (first.status == 200)
    assert truth.broken() == {}
    assert truth.deadlocks() == deadlocks


def test_control_without_locks_and_rules_an_answer_is_in_time_and_too_late(unguarded, no_protection, coach):
    for number, day in enumerate(days(10)):
        proposal, _answers = at_the_deadline(unguarded, coach, day, left=100 + 50 * (number % 5), later=0.2)
        if ends_of(proposal) == ["proposal_answered", "proposal_expired"]:
            return
    pytest.fail("it was always one of the two")


def move_and_wish(site, coach, day):
    """A client moves away by an answer while the coach wants that very hour for Nikos; his case, if there is one."""
    session = create_session(coach=coach, client=create_client(of=coach), at=f"{day} 15:00")
    proposal, nikos = create_proposal(session=session, offers=[f"{day} 10:00"]), create_client(of=coach)
    fields = wish(nikos, day, session=session.pk, session_version=1) | times(day, "_ask")
    moved, asked = all_at_once([answered(site, proposal), post(tab(site, coach), "conflict_ask", **fields)])
    return moved, asked, ConflictCase.objects.filter(client=nikos).first()


def test_a_wish_for_the_hour_of_who_is_just_moving_waits_for_it_or_reads_that_it_is_free(guarded, coach):
    deadlocks = truth.deadlocks()
    for day in days(FEWER_ROUNDS):
        moved, asked, case = move_and_wish(guarded, coach, day)
        assert (moved.status, asked.status) in {(200, 204), (200, 409)}, guarded.said()
        # Whoever came in time has the freed hour held; whoever came too late was told, and nothing was written.
        assert (case is not None and case.held_until is not None) == (asked.status == 204)
    assert truth.broken() == {}
    assert truth.deadlocks() == deadlocks


def test_control_without_locks_a_wish_waits_for_an_hour_that_nobody_has(unguarded, coach):
    """Whose case is written after the hour was given away is passed over."""
    for day in days(3):
        _moved, _asked, case = move_and_wish(unguarded, coach, day)
        if case and case.held_until is None and not Session.objects.filter(during__overlap=case.wanted).exists():
            return
    pytest.fail("each had its hour held")


def two_tabs(site, coach, day):
    """Two windows offer other times for the same wish."""
    create_session(coach=coach, client=create_client(of=coach), at=f"{day} 15:00")
    nikos = create_client(of=coach)
    forms = [wish(nikos, day) | times(day, at=at) for at in ("10:00", "12:00")]
    answers = all_at_once([post(tab(site, coach), "conflict_offer", **fields) for fields in forms])
    return nikos, answers


def test_two_tabs_that_open_one_wish_make_one_case_with_one_open_offer(guarded, coach):
    deadlocks = truth.deadlocks()
    for day in days(FEWER_ROUNDS):
        nikos, answers = two_tabs(guarded, coach, day)
        assert statuses(answers) == [200, 200], guarded.said()
        case = ConflictCase.objects.get(client=nikos)
        made = list(case.proposals.order_by("pk").values_list("status", flat=True))
        assert made == [ProposalStatus.WITHDRAWN, ProposalStatus.OPEN]
    assert truth.broken() == {}
    assert truth.deadlocks() == deadlocks


def freed_against_third(site, coach, day):
    """An hour for which somebody waits is freed, while another tab tries to book it for a third until that is done."""
    session = create_session(coach=coach, client=create_client(of=coach), at=f"{day} 15:00")
    case = create_case(coach=coach, client=create_client(of=coach), blocking=session)
    third, who, is_freed = create_client(of=coach), tab(site, coach), threading.Event()
    cancel = post(tab(site, coach), "session_cancel", session.pk, version=1)

    def free(ready):
        try:
            return cancel(ready)
        finally:
            is_freed.set()

    def press(ready):
        answer = post(who, "session_book", **wish(third, day))(ready)
        while answer.status == 409 and not is_freed.is_set():
            answer = post(who, "session_book", **wish(third, day))(None)
        return answer

    gone, booked = all_at_once([free, press])
    session.refresh_from_db()
    case.refresh_from_db()
    assert (gone.status, session.status) == (204, SessionStatus.CANCELLED), site.said()
    return case, third, booked


def test_a_freed_hour_is_held_for_who_waits_and_no_third_slips_in_between(guarded, coach):
    deadlocks = truth.deadlocks()
    for day in days(FEWER_ROUNDS):
        case, third, booked = freed_against_third(guarded, coach, day)
        # The hold comes with the cancellation: nobody has the hour without overruling it.
        assert booked.status == 409, guarded.said()
        assert case.held_until is not None
        assert not Session.objects.filter(client=third).exists()
    assert truth.broken() == {}
    assert truth.deadlocks() == deadlocks


def test_control_where_the_hold_comes_after_the_cancellation_a_third_slips_in_between(unguarded, transactional_db):
    _case, third, booked = freed_against_third(unguarded, create_coach(), *days(1))
    assert booked.status == 204
    assert Session.objects.filter(client=third).exists()


def test_control_without_locks_two_tabs_make_two_cases(unguarded, no_protection):
    nikos, _answers = two_tabs(unguarded, create_coach(), *days(1))
    assert ConflictCase.objects.filter(client=nikos).count() == 2
