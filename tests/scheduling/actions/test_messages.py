"""Writing to one another: what is kept, who is told, what is refused, and what having read it does."""

from __future__ import annotations

import datetime as dt

import pytest

from clients.models import Care, Notification, OutboxMessage
from config.kernel.errors import AlreadySent
from config.kernel.live import telling
from scheduling.actions.ask import ask_client_to_move
from scheduling.actions.messages import mark_read, send_again, write_message
from scheduling.errors import (
    CareEnded,
    MessageTooLong,
    NoAddressYet,
    NothingWritten,
    NotSentAgain,
    ReadsNothing,
    RecordArchived,
    SentJustNow,
)
from scheduling.models import Message
from scheduling.states import MessageKind
from tests.factories import NOW, create_client, create_message, create_proposal, create_session, create_user, hour
from tests.scheduling.actions.traces import audit, everything, outbox

pytestmark = pytest.mark.django_db
LATER = NOW + dt.timedelta(minutes=5)


@pytest.fixture
def maria(client_user):
    return client_user.client


@pytest.fixture
def told(monkeypatch):
    """What open pages are told, as {topic: names}, action by action."""
    heard, statement = [], telling.statement

    def listen(names):
        heard.append({topic: set(parts) for topic, parts in names.items()})
        return statement(names)

    monkeypatch.setattr(telling, "statement", listen)
    return heard


def write(coach, client, text="Good morning", *, by, now=NOW, **more):
    return write_message(coach.user.pk, client.pk, text, by=by, now=now, **more)


class TestWriting:
    def test_coach_writes_and_the_client_is_told(self, coach, maria, told):
        message = write(coach, maria, by=coach.user)
        assert (message.provider, message.client, message.author, message.body) == (
            coach.user, maria, coach.user, "Good morning",
        )  # fmt: skip
        assert (message.kind, message.read_at, message.created_at) == (MessageKind.TEXT, None, NOW)
        assert outbox() == [("message_sent", f"client:{maria.pk}", f"message:{message.pk}", 1)]
        assert message.outbox == OutboxMessage.objects.get()
        assert audit() == [("message_sent", f"message:{message.pk}", coach.user.pk)]
        # No calendar reads itself anew for a few words.
        assert told == [
            {f"user:{coach.user.pk}": {"messages:changed"}, f"client:{maria.pk}": {"messages:changed"}},
        ]

    def test_client_writes_and_the_coach_is_told(self, coach, maria, client_user):
        message = write(coach, maria, by=client_user)
        assert (message.is_clients, message.is_providers) == (True, False)
        assert outbox() == [("message_sent", f"user:{coach.user.pk}", f"message:{message.pk}", 1)]

    def test_words_are_nowhere_but_in_the_message(self, coach, maria):
        write(coach, maria, "Canary", by=coach.user, form_key="k")
        rows = everything()
        assert "Canary" in repr(rows.pop("Message"))
        assert "Canary" not in repr(rows)

    def test_same_form_is_sent_once(self, coach, maria):
        first = write(coach, maria, by=coach.user, form_key="k")
        assert write(coach, maria, by=coach.user, form_key="k", now=LATER) == first
        with pytest.raises(AlreadySent):
            write(coach, maria, "Other words", by=coach.user, form_key="k")
        write(coach, maria, by=coach.user, form_key="another")
        assert Message.objects.count() == OutboxMessage.objects.count() == 2

    def test_what_was_sent_before_is_told_so_though_nothing_new_may_be_written(self, coach, maria):
        first = write(coach, maria, by=coach.user, form_key="k")
        Care.objects.update(ended_at=NOW)
        assert write(coach, maria, by=coach.user, form_key="k") == first

    @pytest.mark.parametrize(
        ("text", "refusal"), [("", NothingWritten), (" \n\t", NothingWritten), ("ώ" * 4001, MessageTooLong)]
    )
    def test_nothing_and_too_much_are_refused(self, coach, maria, text, refusal):
        before = everything()
        with pytest.raises(refusal):
            write(coach, maria, text, by=coach.user)
        assert everything() == before
        assert write(coach, maria, "ώ" * 4000, by=coach.user).body == "ώ" * 4000

    @pytest.mark.parametrize("side", ["coach", "client"])
    def test_who_may_not_meet_may_not_write(self, coach, maria, client_user, side):
        by = coach.user if side == "coach" else client_user
        before = everything()
        Care.objects.update(ended_at=NOW)
        with pytest.raises(CareEnded):
            write(coach, maria, by=by)
        Care.objects.update(ended_at=None)
        type(maria).objects.update(status="archived")
        with pytest.raises(RecordArchived):
            write(coach, maria, by=by)
        type(maria).objects.update(status="active")
        type(coach.user).objects.filter(pk=coach.user.pk).update(is_active=False)
        with pytest.raises(ReadsNothing) as refused:
            write(coach, maria, by=by)
        assert refused.value.facts == {"name": "Elena Marinou"}
        assert everything() == before

    def test_who_have_nothing_to_do_with_each_other_have_no_thread(self, coach):
        with pytest.raises(Care.DoesNotExist):
            write(coach, create_client(), by=coach.user)


class TestReading:
    def test_only_what_the_other_wrote_is_read_and_only_up_to_there(self, coach, maria, client_user, told):
        theirs = [create_message(coach=coach, client=maria, ago=ago) for ago in (30, 20, 10)]
        own = create_message(coach=coach, client=maria, by=coach, ago=5)
        assert mark_read(coach.user.pk, maria.pk, by=coach.user, now=LATER, until=theirs[1].pk) == 2
        assert mark_read(coach.user.pk, maria.pk, by=coach.user, now=LATER, until=theirs[1].pk) == 0
        read = dict(Message.objects.values_list("pk", "read_at"))
        assert read == {theirs[0].pk: LATER, theirs[1].pk: LATER, theirs[2].pk: None, own.pk: None}
        assert mark_read(coach.user.pk, maria.pk, by=client_user, now=LATER, until=own.pk) == 1
        assert told[0] == {
            f"user:{coach.user.pk}": {"messages:changed"},
            f"client:{maria.pk}": {"messages:changed"},
        }
        assert told[1] == {}

    def test_a_question_is_read_by_the_client(self, coach, maria, client_user):
        session = create_session(coach=coach, client=maria, at="2026-11-24 10:00")
        asked = create_proposal(session=session, offers=["2026-11-25 10:00"])
        row = {"provider": coach.user, "client": maria, "kind": MessageKind.RESCHEDULE_PROPOSAL, "proposal": asked}
        question = Message.objects.create(author=coach.user, **row)
        assert mark_read(coach.user.pk, maria.pk, by=coach.user, now=LATER, until=question.pk) == 0
        assert mark_read(coach.user.pk, maria.pk, by=client_user, now=LATER, until=question.pk) == 1

    def test_bell_rings_no_more_for_what_was_read(self, coach, maria, told):
        message = create_message(coach=coach, client=maria, outcome="told")
        other = create_message(coach=coach, client=maria, outcome="told")
        for each in (message, other):
            Notification.objects.create(user=coach.user, message=each.outbox, kind="message_sent")
        mark_read(coach.user.pk, maria.pk, by=coach.user, now=LATER, until=message.pk)
        assert list(Notification.objects.order_by("pk").values_list("read_at", flat=True)) == [LATER, None]
        assert told[0][f"user:{coach.user.pk}"] == {"messages:changed", "bell:changed"}

    def test_other_threads_stay_unread(self, coach, other_coach, maria):
        nikos = create_client(of=coach, user=create_user())
        elsewhere = create_message(coach=coach, client=nikos)
        mine = create_message(coach=coach, client=maria)
        mark_read(coach.user.pk, maria.pk, by=coach.user, now=LATER, until=mine.pk)
        elsewhere.refresh_from_db()
        assert elsewhere.read_at is None


class TestSendingAgain:
    @pytest.mark.parametrize("outcome", ["no_address", "refused", "failed"])
    def test_what_did_not_arrive_is_told_once_more(self, coach, maria, outcome, told):
        message = create_message(coach=coach, client=maria, by=coach, outcome=outcome, ago=5)
        again = send_again(message.pk, by=coach.user, now=NOW)
        message.refresh_from_db()
        assert message.outbox == again
        assert outbox()[1:] == [("message_sent", f"client:{maria.pk}", f"message:{message.pk}", 2)]
        assert audit() == [("message_sent_again", f"message:{message.pk}", coach.user.pk)]
        assert told[0][f"client:{maria.pk}"] == {"messages:changed"}
        with pytest.raises(NotSentAgain):
            send_again(message.pk, by=coach.user, now=NOW)

    @pytest.mark.parametrize("outcome", ["", "mailed", "told", "stale"])
    def test_what_arrived_or_may_arrive_is_not(self, coach, maria, outcome):
        message = create_message(coach=coach, client=maria, by=coach, outcome=outcome, ago=5)
        with pytest.raises(NotSentAgain):
            send_again(message.pk, by=coach.user, now=NOW)

    def test_what_was_read_or_is_the_clients_is_not(self, coach, maria):
        read = create_message(coach=coach, client=maria, by=coach, outcome="refused", ago=5, read_at=NOW)
        theirs = create_message(coach=coach, client=maria, outcome="refused", ago=5)
        untold = create_message(coach=coach, client=maria, by=coach)
        for each in (read, theirs, untold):
            with pytest.raises(NotSentAgain):
                send_again(each.pk, by=coach.user, now=NOW)

    def test_not_within_the_same_minute(self, coach, maria):
        message = create_message(coach=coach, client=maria, by=coach, outcome="refused")
        with pytest.raises(SentJustNow):
            send_again(message.pk, by=coach.user, now=NOW + dt.timedelta(seconds=59))
        send_again(message.pk, by=coach.user, now=NOW + dt.timedelta(seconds=60))

    def test_not_without_an_address(self, coach):
        nikos = create_client(of=coach, email="")
        message = create_message(coach=coach, client=nikos, by=coach, outcome="no_address", ago=5)
        with pytest.raises(NoAddressYet):
            send_again(message.pk, by=coach.user, now=NOW)
        type(nikos).objects.filter(pk=nikos.pk).update(email="nikos@praxis.test")
        send_again(message.pk, by=coach.user, now=NOW)

    def test_not_when_the_two_do_not_work_together(self, coach, maria):
        message = create_message(coach=coach, client=maria, by=coach, outcome="refused", ago=5)
        Care.objects.update(ended_at=NOW)
        with pytest.raises(CareEnded):
            send_again(message.pk, by=coach.user, now=NOW)

    def test_a_question_is_told_again_as_long_as_it_can_be_answered(self, coach, maria):
        session = create_session(coach=coach, client=maria, at="2026-11-24 10:00")
        until, how = NOW + dt.timedelta(days=2), {"by": coach.user, "now": NOW, "version": session.version}
        ask_client_to_move(session.pk, [hour("2026-11-25 10:00")], until, "", **how)
        question = Message.objects.get()
        assert question.outbox == OutboxMessage.objects.get(kind="asked_to_move")
        OutboxMessage.objects.update(outcome="refused", dropped_at=NOW)
        send_again(question.pk, by=coach.user, now=LATER)
        about = f"proposal:{question.proposal_id}"
        assert outbox() == [("asked_to_move", f"client:{maria.pk}", about, version) for version in (1, 2)]
        OutboxMessage.objects.update(outcome="refused", dropped_at=NOW)
        with pytest.raises(NotSentAgain):
            send_again(question.pk, by=coach.user, now=NOW + dt.timedelta(days=3))
