"""A thread and the list of threads as they are read: what is shown, in what order, and at what cost."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clients.models import Care, OutboxMessage
from config.kernel.time import zone
from scheduling.access import thread_for, thread_for_client
from scheduling.actions.proposals import answer_proposal, decline_proposal
from scheduling.models import Message
from scheduling.queries.counts import menu_counts, unread_of
from scheduling.queries.messages import A_PAGE, glance_of, next_session, thread_page
from scheduling.queries.threads import threads_of_client, threads_of_coach
from tests.factories import (
    NOW,
    create_care,
    create_case,
    create_client,
    create_counter,
    create_line,
    create_message,
    create_proposal,
    create_session,
    create_swap,
    create_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def maria(client_user):
    return client_user.client


@pytest.fixture
def nikos(coach):
    return create_client(of=coach, full_name="Nikos Georgiou", user=create_user())


def page_of(coach, client, *, side="coach", before=None, now=NOW):
    thread = thread_for(coach.user, client.pk) if side == "coach" else None
    thread = thread or thread_for_client(client.user, client.pk, coach.user.pk)
    return thread_page(thread, now=now, before=before)


def question(asked, **fields):
    """The message that a proposal has, as it is written with it."""
    row = {"provider": asked.provider, "client": asked.recipient, "author": asked.provider}
    created = {"created_at": NOW} | fields
    return Message.objects.create(kind="reschedule_proposal", proposal=asked, body=asked.note, **row, **created)


class TestThread:
    def test_newest_is_last_and_each_side_knows_its_own(self, coach, maria):
        create_message(coach=coach, client=maria, by=coach, body="first", ago=60 * 24)
        create_message(coach=coach, client=maria, body="second", ago=30)
        create_line(coach=coach, client=maria, ago=20)
        coachs, clients = (page_of(coach, maria, side=side).messages for side in ("coach", "client"))
        assert [each.text for each in coachs] == ["first", "second", ""]
        assert [each.is_own for each in coachs] == [True, False, False]
        assert [each.is_own for each in clients] == [False, True, False]
        assert [each.author for each in coachs] == ["Elena Marinou", "Maria", ""]
        assert [each.is_new for each in coachs] == [False, True, False]
        assert [each.is_new for each in clients] == [True, False, False]
        assert [each.day for each in coachs] == ["Yesterday", "Today", ""]

    def test_days_are_those_of_the_reader(self, coach, maria):
        # Half past midnight in Athens.
        create_message(coach=coach, client=maria, ago=60 * 10 + 30)
        create_message(coach=coach, client=maria, ago=60 * 24 * 5)
        for name, days in (("Europe/Athens", ["Sunday 15 November", "Today"]), ("America/New_York", ["Today"])):
            with timezone.override(zone(name)):
                shown = [each.day for each in page_of(coach, maria).messages if each.day]
                assert shown[-1:] == days[-1:] if name == "Europe/Athens" else ["Yesterday"]

    def test_fifty_at_once_and_the_fifty_before(self, coach, maria):
        rows = [create_message(coach=coach, client=maria, body=str(number), ago=200 - number) for number in range(120)]
        # Of the same moment, the number decides.
        Message.objects.filter(pk__in=[row.pk for row in rows[60:75]]).update(created_at=rows[60].created_at)
        seen, before = [], None
        for _ in range(3):
            page = page_of(coach, maria, before=before)
            assert page.is_newest == (before is None)
            seen, before = [each.text for each in page.messages] + seen, page.earlier
        assert (seen, before) == ([str(number) for number in range(120)], None)
        assert len(page_of(coach, maria).messages) == A_PAGE

    def test_before_something_that_is_not_in_the_thread_is_the_newest(self, coach, maria, nikos):
        create_message(coach=coach, client=maria, body="here")
        elsewhere = create_message(coach=coach, client=nikos, ago=60)
        for number in (elsewhere.pk, 10**17):
            assert [each.text for each in page_of(coach, maria, before=number).messages] == ["here"]

    def test_what_waited_for_its_turn_is_read_with_what_came_before_it_by_the_clock(self, coach, maria):
        later = create_message(coach=coach, client=maria, by=coach.user)
        waited = create_message(coach=coach, client=maria, by=coach.user, ago=60)
        page = page_of(coach, maria, side="client")
        assert [each.id for each in page.messages] == [waited.pk, later.pk]
        assert page.last == waited.pk

    def test_news_are_what_the_other_wrote_since(self, coach, maria):
        first, *_rest = (create_message(coach=coach, client=maria, ago=9 - number) for number in range(3))
        create_message(coach=coach, client=maria, by=coach)
        create_line(coach=coach, client=maria)
        page = page_of(coach, maria)
        assert (page.since(first.pk), page.since(0), page.since(page.last)) == (2, 3, 0)
        assert page.unread == 3

    def test_next_session_is_ahead_and_stands(self, coach, maria, other_coach):
        thread = thread_for(coach.user, maria.pk)
        create_session(coach=coach, client=maria, at="2026-11-19 10:00")
        create_session(coach=coach, client=maria, at="2026-11-23 10:00", status="cancelled")
        assert next_session(thread, now=NOW) is None
        ahead = create_session(coach=coach, client=maria, at="2026-11-24 10:00")
        create_session(coach=coach, client=maria, at="2026-11-25 10:00")
        assert next_session(thread, now=NOW) == ahead

    @pytest.mark.parametrize("number", [1, 3])
    def test_costs_the_same_however_much_there_is(self, coach, maria, number):
        for day in range(number):
            session = create_session(coach=coach, client=maria, at=f"2026-12-0{day + 1} 10:00")
            asked = create_proposal(session=session, offers=[f"2026-12-1{day} 10:00"])
            question(asked)
            create_counter(proposal=asked, at=f"2026-12-2{day} 10:00")
            create_message(coach=coach, client=maria, by=coach, outcome="mailed")
            create_message(coach=coach, client=maria)
            create_line(coach=coach, client=maria, session=session)
        thread = thread_for(coach.user, maria.pk)
        with CaptureQueriesContext(connection) as queries:
            page = thread_page(thread, now=NOW)
        assert (len(page.messages), len(queries)) == (4 * number, 3)

    def test_two_thousand_messages_are_read_by_the_index(self, coach, maria, nikos):
        for client in (maria, nikos):
            Message.objects.bulk_create(
                Message(
                    provider=coach.user,
                    client=client,
                    author=coach.user,
                    body="A few words",
                    created_at=NOW - dt.timedelta(minutes=number),
                )
                for number in range(2000)
            )
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE scheduling_message")
            rows = Message.objects.filter(provider=coach.user, client=maria).order_by("-created_at", "-pk")[:51]
            plan = rows.explain()
        assert "message_thread" in plan
        assert "Seq Scan" not in plan
        oldest = Message.objects.filter(client=maria).order_by("created_at")[60]
        assert len(page_of(coach, maria, before=oldest.pk).messages) == A_PAGE


class TestQuestions:
    @pytest.fixture
    def session(self, coach, maria):
        return create_session(coach=coach, client=maria, at="2026-11-24 10:00")

    def card(self, asked, *, side="coach", now=NOW):
        coach, client = asked.provider.coach, asked.recipient
        return page_of(coach, client, side=side, now=now).messages[-1].proposed

    def test_open_question_says_what_it_is_about_and_until_when(self, session, maria):
        asked = create_proposal(session=session, offers=["2026-11-26 10:00", "2026-11-25 12:00"])
        question(asked)
        card = self.card(asked)
        assert (card.title, card.tone, card.stand) == ("Asked to move", "ask", "No answer yet")
        assert card.about == "Tuesday 24 November, 10:00"
        assert [each.words for each in card.times] == ["Wednesday 25 November, 12:00", "Thursday 26 November, 10:00"]
        assert (card.url, card.link, card.may_remind) == (f"/sessions/{session.pk}/", "Open the session", True)
        theirs = self.card(asked, side="client")
        assert (theirs.url, theirs.link) == (f"/my/offers/{asked.pk}/", "See the times")
        assert theirs.may_remind is False
        late = self.card(asked, now=asked.expires_at + dt.timedelta(seconds=1))
        assert (late.stand, late.about, late.may_remind) == ("Ended without an answer", "", False)
        assert self.card(asked, side="client", now=asked.expires_at + dt.timedelta(seconds=1)).url == ""

    def test_answer_is_shown_in_its_place(self, coach, session):
        asked = create_proposal(session=session, offers=["2026-11-25 12:00", "2026-11-26 10:00"])
        told = {"kind": "asked_to_move", "recipient": f"client:{asked.recipient_id}", "object": f"proposal:{asked.pk}"}
        question(asked, outbox=OutboxMessage.objects.create(version=1, **told))
        assert page_of(coach, asked.recipient).messages[-1].delivery.words == "waiting to be sent"
        answer_proposal(asked.pk, asked.offers.order_by("during")[1].pk, by=None, now=NOW)
        assert page_of(coach, asked.recipient).messages[-1].delivery.words == ""
        card = self.card(asked)
        assert (card.tone, card.stand) == ("good", "Chosen")
        assert [each.is_chosen for each in card.times] == [False, True]

    def test_no_is_shown_with_its_words_and_times(self, coach, session, nikos):
        case = create_case(coach=coach, client=nikos, blocking=session)
        asked = create_proposal(case=case, offers=["2026-11-25 12:00"])
        question(asked)
        decline_proposal(asked.pk, "Only mornings", by=None, now=NOW)
        create_counter(proposal=asked, at="2026-11-27 09:00")
        card = self.card(asked)
        assert (card.title, card.stand, card.reply) == ("Other times offered", "None fits", "Only mornings")
        assert card.written == ("Friday 27 November, 09:00",)
        assert (card.url, card.link) == (f"/conflicts/#case-{case.pk}", "See it in Pending")
        case.status, case.closed_at = "withdrawn", NOW
        case.save()
        assert self.card(asked).url == f"/conflicts/{case.pk}/"

    def test_what_stays_and_what_was_taken_back(self, session):
        kept = create_proposal(session=session, offers=["2026-11-25 12:00"])
        question(kept)
        decline_proposal(kept.pk, "", by=None, now=NOW, keeps=True)
        assert self.card(kept).stand == "The hour is kept"
        taken = create_proposal(session=session, offers=["2026-11-25 12:00"], status="open")
        question(taken)
        type(taken).objects.filter(pk=taken.pk).update(status="withdrawn")
        assert self.card(taken).stand == "Withdrawn"

    def test_swap_waits_for_the_other_and_names_nobody(self, coach, session, nikos):
        other = create_session(coach=coach, client=nikos, at="2026-11-25 10:00")
        asked, _twin = create_swap(session, other)
        question(asked)
        assert (self.card(asked).title, self.card(asked, side="client").link) == ("Asked to swap", "See the question")
        type(asked).objects.filter(pk=asked.pk).update(agreed_at=NOW)
        card = self.card(asked, side="client")
        assert (card.tone, card.stand) == ("wait", "Waiting for the other")
        assert "Nikos" not in repr(card)


class TestDelivery:
    @pytest.mark.parametrize(
        ("outcome", "more", "words", "trouble"),
        [
            ("", {}, "waiting to be sent", False),
            ("mailed", {}, "sent by email 10:50", False),
            ("told", {}, "on their page", False),
            ("stale", {}, "", False),
            ("no_address", {}, "on their page; there is no email address", True),
            ("refused", {}, "not sent: the email was refused", True),
            ("failed", {}, "not sent: the email could not be delivered", True),
            ("mailed", {"read_at": NOW}, "read", False),
            ("refused", {"read_at": NOW}, "read", False),
            (None, {}, "", False),
        ],
    )
    def test_is_said_beside_ones_own(self, coach, maria, outcome, more, words, trouble):
        create_message(coach=coach, client=maria, by=coach, outcome=outcome, ago=10, **more)
        (mine,) = page_of(coach, maria).messages
        assert (mine.delivery.words, mine.delivery.is_trouble) == (words, trouble)
        assert mine.delivery.may_send_again == trouble
        (theirs,) = page_of(coach, maria, side="client").messages
        assert theirs.delivery.words == ""

    def test_on_its_way_it_says_how_far_it_came(self, coach, maria):
        message = create_message(coach=coach, client=maria, by=coach, outcome="")
        page = page_of(coach, maria)
        assert page.is_moving
        assert not page_of(coach, maria, now=NOW + dt.timedelta(minutes=3)).is_moving
        told = type(message.outbox).objects.filter(pk=message.outbox_id)
        told.update(told_at=NOW)
        assert page_of(coach, maria).messages[0].delivery.words == "on their page, the email is on its way"
        told.update(attempts=2)
        assert "is tried again" in page_of(coach, maria).messages[0].delivery.words

    def test_who_has_neither_account_nor_address_is_to_be_called(self, coach):
        nobody = create_client(of=coach, email="")
        create_message(coach=coach, client=nobody, by=coach, outcome="no_address")
        (mine,) = page_of(coach, nobody).messages
        assert mine.delivery.words == "not sent: there is no email address"
        assert mine.delivery.may_send_again is False
        assert mine.delivery.hint == "Call, or ask the office to enter an address."

    def test_the_clients_own_are_told_too_but_cannot_be_sent_again(self, coach, maria):
        create_message(coach=coach, client=maria, outcome="refused")
        (mine,) = page_of(coach, maria, side="client").messages
        assert (mine.delivery.is_trouble, mine.delivery.may_send_again, mine.delivery.hint) == (True, False, "")

    def test_news_that_did_not_arrive_is_the_coachs_to_know(self, coach, maria):
        told = create_message(coach=coach, client=maria, by=coach, outcome="refused").outbox
        Message.objects.update(outbox=None)
        create_line(coach=coach, client=maria, outbox=told)
        assert page_of(coach, maria).messages[-1].delivery.words == "not sent: the email was refused"
        assert page_of(coach, maria, side="client").messages[-1].delivery.words == ""


class TestList:
    def test_latest_first_with_a_glance_and_what_is_unread(self, coach, maria, nikos):
        create_message(coach=coach, client=maria, ago=30, body="one\ntwo")
        create_message(coach=coach, client=maria, ago=20, body="three")
        create_message(coach=coach, client=nikos, by=coach, ago=10, body="x" * 500)
        create_client(of=coach, full_name="Zoe")
        threads = threads_of_coach(coach.user, now=NOW)
        assert [(line.name, line.unread, line.last.is_own) for line in threads.lines] == [
            ("Nikos Georgiou", 0, True),
            ("Maria Papadopoulou", 2, False),
        ]
        assert [line.last.text for line in threads.lines] == ["x" * 120, "three"]
        assert [line.when for line in threads.lines] == ["10:50", "10:40"]
        assert (threads.unread, menu_counts(coach.user).unread) == (2, 2)

    def test_narrowed_to_the_unread_or_widened_to_all_or_by_letters(self, coach, maria, nikos):
        create_message(coach=coach, client=maria)
        create_message(coach=coach, client=nikos, by=coach)
        create_client(of=coach, full_name="Zoe Alexiou")

        def names(**how):
            return [line.name for line in threads_of_coach(coach.user, now=NOW, **how).lines]

        assert names(show="unread") == ["Maria Papadopoulou"]
        assert set(names(show="all")) == {"Maria Papadopoulou", "Nikos Georgiou", "Zoe Alexiou"}
        assert names(typed="αλεξι") == ["Zoe Alexiou"]
        assert names(typed="nobody") == []

    def test_questions_and_lines_at_a_glance(self, coach, maria):
        session = create_session(coach=coach, client=maria, at="2026-11-24 10:00")
        asked = create_proposal(session=session, offers=["2026-11-25 10:00"])
        message = question(asked)
        (line,) = threads_of_coach(coach.user, now=NOW).lines
        assert (line.last.text, line.last.is_own) == ("Asked to move: No answer yet", True)
        (theirs,) = threads_of_client(maria, now=NOW).lines
        assert (theirs.unread, theirs.last.is_own, theirs.name) == (1, False, "Elena Marinou")
        assert unread_of(maria) == 1
        facts = {"during": [session.starts_at.isoformat(), session.ends_at.isoformat()]}
        create_line(coach=coach, client=maria, facts=facts, ago=-1)
        (line,) = threads_of_coach(coach.user, now=NOW).lines
        assert (line.last.text, line.last.is_own) == ("Booked: Tuesday 24 November, 10:00", False)
        assert glance_of(message, is_coachs=True, now=NOW).text == "Asked to move: No answer yet"

    def test_an_answered_question_need_not_be_read(self, coach, maria):
        session = create_session(coach=coach, client=maria, at="2026-11-24 10:00")
        asked = create_proposal(session=session, offers=["2026-11-25 10:00"])
        question(asked)
        answer_proposal(asked.pk, asked.offers.get().pk, by=None, now=NOW)
        assert [line.unread for line in threads_of_client(maria, now=NOW).lines] == [0]
        assert unread_of(maria) == 0

    def test_what_did_not_arrive_is_marked(self, coach, maria):
        create_message(coach=coach, client=maria, by=coach, outcome="refused")
        (line,) = threads_of_coach(coach.user, now=NOW).lines
        assert line.last.is_trouble

    def test_a_client_sees_who_cares_and_who_did_if_they_wrote(self, coach, other_coach, maria):
        third = create_care(client=maria, provider=create_user(full_name="Third"), ended_at=NOW)
        create_care(client=maria, provider=other_coach.user)
        assert {line.name for line in threads_of_client(maria, now=NOW).lines} == {"Elena Marinou", "Daniel Berg"}
        create_message(coach=third.provider, client=maria, by=third.provider)
        lines = {line.name: line for line in threads_of_client(maria, now=NOW).lines}
        assert lines["Third"].has_ended
        assert unread_of(maria) == lines["Third"].unread == 1

    def test_threads_of_others_and_of_former_clients_are_not_counted(self, coach, other_coach, maria, nikos):
        create_message(coach=coach, client=maria)
        create_care(client=nikos, provider=other_coach.user)
        create_message(coach=other_coach, client=nikos)
        assert (menu_counts(coach.user).unread, menu_counts(other_coach.user).unread) == (1, 1)
        Care.objects.update(ended_at=NOW)
        assert (menu_counts(coach.user).unread, threads_of_coach(coach.user, now=NOW).lines) == (0, ())

    @pytest.mark.parametrize("number", [1, 3])
    def test_costs_the_same_however_many(self, coach, number):
        for day in range(number):
            client = create_client(of=coach, user=create_user())
            session = create_session(coach=coach, client=client, at=f"2026-12-0{day + 1} 10:00")
            question(create_proposal(session=session, offers=[f"2026-12-1{day} 10:00"]))
            other = create_client(of=coach, user=create_user())
            create_message(coach=coach, client=other, outcome="mailed")
        with CaptureQueriesContext(connection) as queries:
            threads = threads_of_coach(coach.user, now=NOW)
        assert (len(threads.lines), len(queries)) == (2 * number, 2)
        with CaptureQueriesContext(connection) as queries:
            threads_of_client(client, now=NOW)
        assert len(queries) == 2
