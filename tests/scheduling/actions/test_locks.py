from __future__ import annotations

import re

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from scheduling.actions import book, cancel, conflicts, finish, freed, locks, mark, move, proposals, swap, undo
from scheduling.models import ConflictCase, Session, SlotOffer
from scheduling.states import SessionStatus
from scheduling.wishes import AskToMove, Booking, OfferTimes
from tests.factories import (
    NOW,
    create_case,
    create_client,
    create_coach,
    create_counter,
    create_message,
    create_note,
    create_proposal,
    create_session,
    create_wait,
    hour,
    moment,
)

pytestmark = pytest.mark.django_db
TEN, LATER, TOMORROW = "2026-11-24 10:00", "2026-11-25 10:00", moment("2026-11-21 18:00")
ORDER = [
    "clients_user",
    "clients_client",
    "scheduling_conflictcase",
    "scheduling_session",
    "scheduling_rescheduleproposal",
]
_LOCK = re.compile(r'FROM "(\w+)".*FOR (NO KEY UPDATE|UPDATE|SHARE|KEY SHARE)', re.DOTALL)


class Stage:
    """A coach, a session, two who wait for its hour (the first books itself), and the steps that touch them all."""

    def __init__(self, coach):
        self.coach, self.by = coach, {"by": coach.user, "now": NOW}
        self.session = create_session(coach=coach, client=create_client(of=coach), at=TEN)
        self.case, self.other = (
            create_case(coach=coach, client=create_client(of=coach), blocking=self.session, book_when_freed=itself)
            for itself in (True, False)
        )
        self.times = {"offers": (hour(LATER),), "expires_at": TOMORROW, "note": ""}

    def wish(self, at=TEN, client=None):
        return Booking(client=client or create_client(of=self.coach), during=hour(at))

    def put(self, **about):
        proposal = create_proposal(offers=[LATER], **about)
        return proposal.pk, proposal.offers.get().pk

    def make_free(self):
        Session.objects.update(status=SessionStatus.CANCELLED, cancelled_at=NOW)

    def book(self):
        self.make_free()
        book.book_session(self.wish(client=self.case.client), **self.by)

    def move(self):
        self.put(case=self.other, session=self.session)
        move.move_session(self.session.pk, hour("2026-11-24 14:00"), version=1, **self.by)

    def cancel(self):
        self.put(case=self.other, session=self.session)
        cancel.cancel_session(self.session.pk, version=1, **self.by)

    def complete(self):
        self.put(case=self.other, session=self.session)
        finish.complete_session(self.session.pk, version=1, by=self.coach.user, now=self.session.ends_at)

    def reopen(self):
        Session.objects.update(status=SessionStatus.NO_SHOW)
        finish.reopen_session(self.session.pk, version=1, **self.by)

    def pay(self):
        mark.mark_paid(self.session.pk, paid=True, version=1, **self.by)

    def arrive(self):
        mark.mark_arrived(self.session.pk, arrived=True, version=1, by=self.coach.user, now=self.session.starts_at)

    def undo_move(self):
        ConflictCase.objects.filter(pk=self.case.pk).update(book_when_freed=False)
        self.move()
        undo.undo_change(self.session.pk, version=2, **self.by)

    def undo_cancel(self):
        ConflictCase.objects.filter(pk=self.case.pk).update(book_when_freed=False)
        self.cancel()
        undo.undo_change(self.session.pk, version=2, **self.by)

    def offer(self):
        self.put(case=self.case)
        conflicts.offer_times(OfferTimes(booking=self.wish(client=self.case.client), **self.times), **self.by)

    def ask(self):
        wish = AskToMove(booking=self.wish(), session_id=self.session.pk, session_version=1, **self.times)
        conflicts.ask_to_move(wish, **self.by)

    def offer_again(self):
        self.put(case=self.case)
        conflicts.offer_again(self.case.pk, *self.times.values(), **self.by)

    def ask_again(self):
        self.put(case=self.case)
        conflicts.ask_again(self.case.pk, *self.times.values(), **self.by)

    def book_freed(self):
        self.make_free()
        conflicts.book_freed(self.case.pk, **self.by)

    def withdraw(self):
        self.put(case=self.other)
        self.make_free()
        ConflictCase.objects.filter(pk=self.other.pk).update(held_until=TOMORROW)
        conflicts.withdraw_case(self.other.pk, **self.by)

    def answer_offer(self):
        proposals.answer_proposal(*self.put(case=self.case), by=None, now=NOW)

    def answer_ask(self):
        proposals.answer_proposal(*self.put(case=self.case, session=self.session), by=None, now=NOW)

    def swap(self):
        self.put(case=self.other, session=self.session)
        other = create_session(coach=self.coach, client=create_client(of=self.coach), at=LATER)
        both = swap.Swap(first=self.session.pk, second=other.pk, versions=(1, 1))
        swap.swap_sessions(both, **self.by)

    def propose_swap(self):
        other = create_session(coach=self.coach, client=create_client(of=self.coach), at=LATER)
        both = swap.Swap(first=self.session.pk, second=other.pk, versions=(1, 1))
        return swap.propose_swap(both, TOMORROW, "", **self.by)

    def agree_to_swap(self):
        asked = self.propose_swap()
        for number in (asked.pk, asked.twin_id):
            proposals.answer_proposal(number, SlotOffer.objects.get(proposal=number).pk, by=None, now=NOW)

    def decline(self):
        proposals.decline_proposal(self.put(case=self.case)[0], "", by=None, now=NOW)


STEPS = [
    name
    for name, step in vars(Stage).items()
    if callable(step) and name not in {"__init__", "wish", "put", "make_free"}
]


# What each step locks after the provider and the client.
CASE, SESSION, PROPOSAL = ORDER[2:]
LOCKED = {
    "book": [CASE],
    "book_freed": [CASE],
    "offer": [CASE, PROPOSAL],
    "offer_again": [CASE, PROPOSAL],
    "withdraw": [CASE, PROPOSAL],
    "answer_offer": [CASE, PROPOSAL],
    "decline": [CASE, PROPOSAL],
    "ask": [SESSION],
    "reopen": [SESSION],
    "pay": [SESSION],
    "arrive": [SESSION],
    "complete": [SESSION, PROPOSAL],
    "propose_swap": [CASE, SESSION],
    **dict.fromkeys(
        ["move", "cancel", "undo_move", "undo_cancel", "ask_again", "answer_ask", "swap", "agree_to_swap"],
        (CASE, SESSION, PROPOSAL),
    ),
}


@pytest.mark.parametrize("step", STEPS)
def test_every_action_locks_all_that_it_may_change(step, coach):
    stage = Stage(coach)
    with CaptureQueriesContext(connection) as seen:
        getattr(stage, step)()
    taken = {found[1] for query in seen if (found := _LOCK.search(query["sql"] or ""))}
    assert taken == {*ORDER[:2], *LOCKED[step]}


def test_notes_own_times_and_threads_are_locked_before_they_change(coach):
    stage = Stage(coach)
    message = create_message(coach=coach, client=stage.session.client, by=coach)
    note = create_note(session=stage.session)
    counter = create_counter(proposal=create_proposal(case=stage.case, offers=[LATER]), at=LATER)
    for lock, table in (
        (lambda: locks.lock_note(stage.session.pk, note.author), "scheduling_sessionnote"),
        (lambda: locks.lock_counter(counter.pk), "scheduling_countertime"),
        (lambda: locks.lock_care(coach.user.pk, stage.session.client_id), "clients_care"),
        (lambda: locks.lock_message(message.pk), "scheduling_message"),
        (lambda: locks.lock_user(coach.pk), "clients_user"),
    ):
        with CaptureQueriesContext(connection) as seen:
            lock()
        assert [_LOCK.search(query["sql"]).groups() for query in seen] == [(table, "NO KEY UPDATE")]


@pytest.mark.parametrize("step", STEPS)
def test_every_action_takes_its_locks_in_the_one_order(step, coach):
    stage = Stage(coach)
    with CaptureQueriesContext(connection) as seen:
        getattr(stage, step)()
    taken = [found.groups() for query in seen if (found := _LOCK.search(query["sql"] or ""))]
    first_of_each = list(dict.fromkeys(table for table, _ in taken))
    assert first_of_each == sorted(first_of_each, key=ORDER.index)
    assert first_of_each[:2] == ORDER[:2]
    assert {strength for _, strength in taken} == {"NO KEY UPDATE"}


@pytest.mark.parametrize("step", STEPS)
def test_no_action_writes_before_its_provider_is_locked(step, coach):
    stage = Stage(coach)
    with CaptureQueriesContext(connection) as seen:
        getattr(stage, step)()
    queries = [query["sql"] or "" for query in seen]
    setting_up = max((n for n, sql in enumerate(queries) if sql.startswith("SAVEPOINT")), default=0)
    done = queries[setting_up:]
    lock = next(n for n, sql in enumerate(done) if _LOCK.search(sql))
    assert [sql for sql in done[:lock] if sql.startswith(("INSERT", "UPDATE", "DELETE"))] == []


def test_clients_are_locked_by_id_in_one_statement(coach):
    stage = Stage(coach)
    with CaptureQueriesContext(connection) as seen:
        stage.move()
    (clients,) = [
        query["sql"] for query in seen if (found := _LOCK.search(query["sql"] or "")) and found[1] == ORDER[1]
    ]
    assert 'ORDER BY "clients_client"."id"' in clients
    assert all(person.pk.hex in clients for person in (stage.session.client, stage.case.client))
    assert stage.other.client.pk.hex not in clients


def test_the_oldest_who_waits_comes_first(coach):
    stage = Stage(coach)
    with transaction.atomic():
        assert locks.lock_waiting(coach.user, hour(TEN)) == [stage.case, stage.other]
        assert locks.lock_waiting(coach.user, hour(LATER)) == []
        assert set(freed.lock_around(coach.user, hour(TEN))) == {stage.case.client.pk}


@pytest.mark.django_db(transaction=True)
def test_locks_outside_a_transaction_are_refused():
    with pytest.raises(transaction.TransactionManagementError):
        locks.lock_provider(create_coach().pk)


@pytest.mark.parametrize("kind", ["case", "session"])
def test_locked_proposal_comes_with_what_was_locked_for_it(coach, kind, django_assert_num_queries):
    stage = Stage(coach)
    number, _ = stage.put(**{kind: getattr(stage, kind)})
    with transaction.atomic():
        provider, proposal = freed.lock_proposal_and_around(number)
        with django_assert_num_queries(0):
            assert (proposal.provider, proposal.provider.coach) == (provider, coach)
            assert getattr(proposal, kind).client == proposal.recipient


def test_wish_for_an_hour_is_the_oldest_of_that_client_and_in_a_clash_one_that_they_named(coach):
    stage = Stage(coach)
    client = stage.other.client
    _younger = create_case(coach=coach, client=client, blocking=stage.session)
    stranger, held = create_client(of=coach), create_client(of=coach)
    waiting = create_wait(coach=coach, client=held, at=TEN)
    with transaction.atomic():
        assert locks.lock_wish(coach.user, client, hour(TEN), clash=True) == stage.other
        assert locks.lock_wish(coach.user, stranger, hour(TEN)) is None
        assert locks.lock_wish(coach.user, held, hour(TEN)) == waiting
        assert locks.lock_wish(coach.user, held, hour(TEN), clash=True) is None
