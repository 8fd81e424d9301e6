from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.core.management import call_command
from django.db import connection

from clients.models import AuditEvent, OutboxMessage
from scheduling.actions import remind, serve, tick
from scheduling.actions.proposals import answer_proposal, withdraw_proposal
from scheduling.errors import BothSaidYes, ProposalClosed, RemindedAlready
from scheduling.models import RescheduleProposal
from scheduling.states import ProposalStatus
from tests.factories import (
    NOW,
    create_care,
    create_case,
    create_client,
    create_coach,
    create_proposal,
    create_session,
    create_swap,
)
from tests.scheduling.actions import traces
from tests.scheduling.actions.barred import BARRED, bar

pytestmark = pytest.mark.django_db
DUE = NOW + dt.timedelta(days=2)
A_DAY_BEFORE = DUE - dt.timedelta(hours=24)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def session(coach):
    return create_session(coach=coach, client=create_client(of=coach), at="2026-11-24 10:00")


@pytest.fixture
def offered(coach, session):
    case = create_case(coach=coach, client=create_client(of=coach), blocking=session)
    return create_proposal(case=case, offers=["2026-11-25 12:00"], expires_at=DUE)


def told():
    return sorted(OutboxMessage.objects.filter(kind=remind.REMINDED).values_list("recipient", flat=True))


def by_hand(proposal, coach, now=NOW):
    return remind.remind_proposal(proposal.pk, by=coach.user, now=now)


class TestByHand:
    def test_recipient_is_reminded_and_it_is_written_down(self, coach, offered):
        by_hand(offered, coach)
        assert told() == [f"client:{offered.recipient_id}"]
        assert traces.audit(verb=remind.REMINDED) == [(remind.REMINDED, f"proposal:{offered.pk}", coach.pk)]
        offered.refresh_from_db()
        assert offered.reminded_at == NOW

    def test_not_again_for_twelve_hours(self, coach, offered):
        by_hand(offered, coach)
        before = traces.everything()
        with pytest.raises(RemindedAlready) as refusal:
            by_hand(offered, coach, NOW + 11 * HOUR)
        assert refusal.value.facts == {"at": NOW, "again": NOW + remind.REST}
        assert traces.everything() == before
        by_hand(offered, coach, NOW + 12 * HOUR)
        assert len(told()) == 2

    def test_what_is_over_is_refused(self, coach, offered):
        with pytest.raises(ProposalClosed):
            by_hand(offered, coach, DUE + HOUR)
        offered.refresh_from_db()
        assert (offered.status, told()) == (ProposalStatus.EXPIRED, [])

    def test_of_two_who_were_asked_to_swap_only_who_is_silent(self, coach, session):
        other = create_session(coach=coach, client=create_client(of=coach), at="2026-11-25 10:00")
        first, second = create_swap(session, other, expires_at=DUE)
        answer_proposal(first.pk, first.offers.get().pk, by=None, now=NOW)
        by_hand(first, coach)
        assert told() == [f"client:{second.recipient_id}"]

    def test_two_who_both_said_yes_are_refused_in_words(self, coach, session):
        other = create_session(coach=coach, client=create_client(of=coach), at="2026-11-25 10:00")
        both = create_swap(session, other, expires_at=DUE)
        RescheduleProposal.objects.filter(pk__in=[each.pk for each in both]).update(agreed_at=NOW)
        before = traces.everything()
        with pytest.raises(BothSaidYes):
            by_hand(both[0], coach)
        assert traces.everything() == before

    @BARRED
    def test_who_could_not_answer_is_not_reminded(self, how, refusal, coach, offered):
        bar(offered.recipient, how)
        with pytest.raises(refusal):
            by_hand(offered, coach)
        assert told() == []


class TestByItself:
    def test_once_a_day_before_it_is_due(self, coach, offered):
        assert remind.remind_due(coach.pk, now=A_DAY_BEFORE - HOUR) == 0
        assert remind.remind_due(coach.pk, now=A_DAY_BEFORE) == 1
        assert remind.remind_due(coach.pk, now=A_DAY_BEFORE + HOUR) == 0
        assert told() == [f"client:{offered.recipient_id}"]
        assert AuditEvent.objects.get(verb=remind.REMINDED).actor is None

    def test_not_who_was_reminded_by_hand(self, coach, offered):
        by_hand(offered, coach)
        assert remind.remind_due(coach.pk, now=A_DAY_BEFORE) == 0

    def test_not_of_what_was_sent_in_the_last_twelve_hours(self, coach, offered):
        RescheduleProposal.objects.update(created_at=A_DAY_BEFORE - 11 * HOUR)
        assert remind.remind_due(coach.pk, now=A_DAY_BEFORE) == 0
        assert remind.remind_due(coach.pk, now=A_DAY_BEFORE + HOUR) == 1

    @BARRED
    def test_nobody_who_could_not_answer(self, how, refusal, coach, offered, session):
        bar(offered.recipient, how)
        create_proposal(session=session, offers=["2026-11-25 14:00"], expires_at=DUE)
        assert remind.remind_due(coach.pk, now=A_DAY_BEFORE) == 1
        assert told() == [f"client:{session.client_id}"]

    def test_nobody_who_is_in_the_care_of_another_coach_alone(self, coach, offered, other_coach):
        bar(offered.recipient, "former")
        create_care(client=offered.recipient, provider=other_coach)
        assert remind.remind_due(coach.pk, now=A_DAY_BEFORE) == 0

    def test_nobody_of_what_is_over_taken_back_or_agreed_to(self, coach, offered, session):
        assert remind.remind_due(coach.pk, now=DUE + HOUR) == 0
        withdraw_proposal(offered.pk, by=coach.user, now=NOW)
        other = create_session(coach=coach, client=create_client(of=coach), at="2026-11-25 10:00")
        first, second = create_swap(session, other, expires_at=DUE)
        answer_proposal(first.pk, first.offers.get().pk, by=None, now=NOW)
        assert remind.remind_due(coach.pk, now=A_DAY_BEFORE) == 1
        assert told() == [f"client:{second.recipient_id}"]


class TestTick:
    def test_every_calendar_is_looked_after(self, coach, offered):
        other = create_coach()
        blocking = create_session(coach=other, client=create_client(of=other), at="2026-11-24 10:00")
        case = create_case(coach=other, client=create_client(of=other), blocking=blocking)
        late = create_proposal(case=case, offers=["2026-11-25 12:00"], expires_at=A_DAY_BEFORE - HOUR)
        done = tick.tick(now=A_DAY_BEFORE)
        assert (done.calendars, done.ended, done.reminded, done.failed) == (2, 1, 1, 0)
        late.refresh_from_db()
        assert late.status == ProposalStatus.EXPIRED
        assert tick.tick(now=A_DAY_BEFORE).calendars == 0

    def test_one_that_fails_does_not_stop_the_others_and_no_name_is_logged(self, coach, offered, monkeypatch, caplog):
        other = create_coach(full_name="Canary Name")
        blocking = create_session(coach=other, client=create_client(of=other), at="2026-11-24 10:00")
        case = create_case(coach=other, client=create_client(of=other), blocking=blocking)
        create_proposal(case=case, offers=["2026-11-25 12:00"], expires_at=DUE)

        def fails(provider_id, *, now):
            if provider_id == coach.pk:
                raise RuntimeError("down")
            return serve.end_due(provider_id, now=now)

        monkeypatch.setattr(tick, "end_due", fails)
        done = tick.tick(now=A_DAY_BEFORE)
        assert (done.reminded, done.failed) == (1, 1)
        assert f"calendar {coach.pk} " in caplog.text
        assert "Canary" not in caplog.text

    def test_command_says_what_was_done(self, coach, offered, capsys, clock):
        clock.move_to(A_DAY_BEFORE)
        call_command("offers_tick")
        assert capsys.readouterr().out == "1 calendar: 0 ended, 1 reminded, 0 failed.\n"
        call_command("offers_tick")
        assert capsys.readouterr().out == "0 calendars: 0 ended, 0 reminded, 0 failed.\n"


@pytest.mark.django_db(transaction=True)
def test_two_machines_at_once_remind_once(transactional_db):
    coach = create_coach()
    blocking = create_session(coach=coach, client=create_client(of=coach), at="2026-11-24 10:00")
    case = create_case(coach=coach, client=create_client(of=coach), blocking=blocking)
    create_proposal(case=case, offers=["2026-11-25 12:00"], expires_at=DUE)
    together = threading.Barrier(4)

    def machine():
        together.wait(10)
        tick.tick(now=A_DAY_BEFORE)
        connection.close()

    machines = [threading.Thread(target=machine) for _ in range(4)]
    for each in machines:
        each.start()
    for each in machines:
        each.join(20)
    assert len(told()) == 1
