from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from clients.models import AuditEvent
from scheduling.actions import book, cancel, conflicts, move, notes, proposals
from scheduling.queries.history import history_of
from scheduling.wishes import AskToMove, Booking
from tests.factories import ATHENS, NOW, create_case, create_client, create_proposal, create_session, hour

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
TEN, TWELVE = "2026-11-23 10:00", "2026-11-24 12:00"


@pytest.fixture(autouse=True)
def _reader():
    with translation.override("en"), timezone.override(ATHENS):
        yield


@pytest.fixture
def maria(coach):
    return create_client(of=coach, full_name="Maria Papadopoulou")


@pytest.fixture
def nikos(coach):
    return create_client(of=coach, full_name="Nikos Georgiou")


@pytest.fixture
def session(coach, maria):
    return book.book_session(Booking(client=maria, during=hour(TEN)), by=coach.user, now=NOW)


def minutes(number):
    return NOW + dt.timedelta(minutes=number)


def told(session, reader=None):
    """[(words, who), …], the oldest first."""
    lines = history_of(session, reader=reader or session.provider)
    assert [line.at for line in lines] == sorted((line.at for line in lines), reverse=True)
    return [(line.words, line.who) for line in reversed(lines)]


def write(session, verb, *, by=None, facts=None, at=NOW):
    return AuditEvent.objects.create(
        verb=verb, object=f"session:{session.pk}", actor=by or session.provider, facts=facts or {}, at=at
    )


def test_booked_moved_and_cancelled(session, coach):
    move.move_session(session.pk, hour(TWELVE), by=coach.user, now=minutes(1), version=1)
    cancel.cancel_session(session.pk, by=coach.user, now=minutes(2), version=2, reason="Canary")
    assert told(session) == [
        ("Booked: Mon 23 Nov, 10:00", "Elena Marinou"),
        ("Moved from Mon 23 Nov, 10:00 to Tue 24 Nov, 12:00", "Elena Marinou"),
        ("Cancelled", "Elena Marinou"),
    ]


def test_asked_to_move_and_answered_by_the_link(session, coach, nikos):
    wish = AskToMove(
        booking=Booking(client=nikos, during=hour(TEN)),
        session_id=session.pk,
        session_version=1,
        offers=(hour(TWELVE),),
        expires_at=minutes(600),
    )
    conflicts.ask_to_move(wish, by=coach.user, now=minutes(1))
    proposal = session.proposals.get()
    proposals.answer_proposal(proposal.pk, proposal.offers.get().pk, by=None, now=minutes(2))
    lines = told(session)
    assert lines[0][0] == "Booked: Mon 23 Nov, 10:00"
    assert lines[1] == ("Asked to move", "Elena Marinou")
    assert {words for words, _ in lines[2:]} == {
        "One of the times chosen",
        "Moved from Mon 23 Nov, 10:00 to Tue 24 Nov, 12:00",
    }
    assert ("One of the times chosen", "Maria Papadopoulou, by the link") in lines
    # Who wants the hour is nobody's business here.
    assert "Nikos" not in repr(lines)


def test_wish_of_another_for_the_hour_is_not_told(session, coach, nikos):
    case = create_case(coach=coach, client=nikos, blocking=session)
    create_proposal(case=case, offers=[TWELVE])
    AuditEvent.objects.create(verb="case_opened", object=f"case:{case.pk}", actor=coach.user, at=NOW)
    assert told(session) == [("Booked: Mon 23 Nov, 10:00", "Elena Marinou")]


def test_wish_that_became_the_session_is_told(coach, maria, nikos):
    other = create_session(coach=coach, client=nikos, at=TEN)
    mine = create_session(coach=coach, client=maria, at=TWELVE)
    case = create_case(coach=coach, client=maria, blocking=other)
    wanted = [each.isoformat() for each in (hour(TEN).starts_at, hour(TEN).ends_at)]
    AuditEvent.objects.create(
        verb="case_opened", object=f"case:{case.pk}", actor=coach.user, at=NOW, facts={"wanted": wanted}
    )
    type(case).objects.filter(pk=case.pk).update(status="resolved", session=mine, closed_at=NOW)
    assert told(mine) == [("Wished for: Mon 23 Nov, 10:00", "Elena Marinou")]
    assert told(other) == []


def test_what_another_was_asked_for_its_sake_is_not_told(session, coach, nikos):
    wanted = Booking(client=nikos, during=hour(TEN))
    wish = AskToMove(
        booking=wanted, session_id=session.pk, session_version=1, offers=(hour(TWELVE),), expires_at=minutes(600)
    )
    conflicts.ask_to_move(wish, by=coach.user, now=minutes(1))
    proposal = session.proposals.get()
    proposals.answer_proposal(proposal.pk, proposal.offers.get().pk, by=None, now=minutes(2))
    booked = book.book_session(wanted, by=coach.user, now=minutes(3))
    assert [words for words, _ in told(booked)] == ["Wished for: Mon 23 Nov, 10:00", "Booked: Mon 23 Nov, 10:00"]


def test_notes_are_told_to_who_wrote_them_alone(session, coach, other_coach):
    notes.save_draft(session, "Canary", by=coach.user, now=minutes(1), version=0)
    notes.finish_note(session, "Canary", by=coach.user, now=minutes(2), version=1)
    notes.add_addendum(session, "Canary", by=coach.user, now=minutes(3))
    assert [words for words, _ in told(session)[1:]] == [
        "Private note begun",
        "Private note finished",
        "Private note added to",
    ]
    assert told(session, other_coach.user) == [("Booked: Mon 23 Nov, 10:00", "Elena Marinou")]


@pytest.mark.parametrize(
    ("verb", "words"),
    [
        ("session_completed", "Completed"),
        ("session_no_show", "No-show"),
        ("session_paid", "Paid"),
        ("session_unpaid", "Marked as unpaid again"),
        ("session_arrived", "Client has arrived"),
        ("session_reopened", "Opened again"),
        ("change_undone", "The last change was undone"),
        ("session_painted_blue", "Changed"),
    ],
)
def test_every_deed_has_words_and_unknown_ones_plain_ones(session, verb, words):
    write(session, verb, at=minutes(1))
    assert told(session)[-1] == (words, "Elena Marinou")


@pytest.mark.parametrize("facts", [{}, {"from": None, "to": "x"}, {"from": [], "to": [1, 2]}])
def test_facts_that_are_not_there_are_a_dash(session, facts):
    write(session, "session_moved", facts=facts, at=minutes(1))
    assert told(session)[-1] == ("Moved from – to –", "Elena Marinou")


def test_who_has_no_name_is_told_by_address(session, staff):
    staff.full_name = ""
    staff.save()
    write(session, "session_paid", by=staff, at=minutes(1))
    assert told(session)[-1] == ("Paid", "staff@praxis.test")


def test_history_is_one_query_and_reads_by_index(session):
    for number in range(3):
        write(session, "session_paid", at=minutes(number))
    with CaptureQueriesContext(connection) as seen:
        assert len(told(session)) == 4
    assert len(seen) == 1
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {seen[0]['sql']}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Seq Scan on clients_auditevent" not in plan, plan
