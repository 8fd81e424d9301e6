from __future__ import annotations

import datetime as dt

import pytest

from clients.models import AuditEvent, OutboxMessage
from config.kernel.errors import AlreadySent
from config.kernel.time import Interval
from scheduling.actions import away
from scheduling.errors import BreaksSessions
from scheduling.hours import Absence, Closing, Decisions, Fate, token_of_loose
from scheduling.models import ConflictCase, RescheduleProposal, Session, TimeOff
from scheduling.states import ProposalStatus, SessionStatus
from tests.factories import (
    NOW,
    create_case,
    create_client,
    create_proposal,
    create_session,
    create_time_off,
    moment,
)
from tests.scheduling.actions import traces

pytestmark = pytest.mark.django_db

WEEK = Interval(moment("2026-12-21 00:00"), moment("2026-12-28 00:00"))


def take(coach, *, during=WEEK, decisions=None, reason="", key="", now=NOW):
    absence = Absence(during=during, reason=reason, form_key=key)
    return away.take_time_off(absence, by=coach.user, now=now, decisions=decisions or Decisions())


def decide(fates, reason="", listed=""):
    return Decisions(
        fates={session.pk: fate for session, fate in fates.items()},
        versions={session.pk: session.version for session in fates},
        reason=reason,
        listed=listed,
    )


@pytest.fixture
def tuesday(coach):
    return create_session(coach=coach, client=create_client(of=coach, full_name="Maria"), at="2026-12-22 10:00")


@pytest.fixture
def friday(coach):
    return create_session(coach=coach, client=create_client(of=coach, full_name="Nikos"), at="2026-12-25 13:00")


def test_take_time_off_is_one_row_and_says_so_without_the_reason(coach):
    done = take(coach, reason="Canary")
    row = TimeOff.objects.get()
    assert (row.coach, Interval.from_range(row.during), row.reason) == (coach, WEEK, "Canary")
    assert done == Closing(time_off=row.pk)
    assert traces.audit() == [("time_off_taken", f"user:{coach.pk}", coach.pk)]
    assert "Canary" not in str(AuditEvent.objects.get().facts)


def test_take_time_off_lists_what_is_in_it_first_and_writes_nothing(coach, tuesday, friday):
    before = traces.everything()
    with pytest.raises(BreaksSessions) as refused:
        take(coach)
    assert [each.id for each in refused.value.sessions] == [tuesday.pk, friday.pk]
    assert (traces.everything(), TimeOff.objects.count()) == (before, 0)


def test_take_time_off_does_with_each_what_was_decided(coach, tuesday, friday):
    third = create_session(coach=coach, client=create_client(of=coach), at="2026-12-23 10:00")
    fates = {tuesday: Fate.CANCEL, friday: Fate.KEEP, third: Fate.ASK}
    done = take(coach, decisions=decide(fates, "holidays"))
    assert done == Closing(time_off=TimeOff.objects.get().pk, cancelled=1, to_ask=(third.pk,))
    assert list(Session.objects.order_by("during").values_list("status", "cancellation_reason", "version")) == [
        (SessionStatus.CANCELLED, "holidays", 2),
        (SessionStatus.SCHEDULED, "", 1),
        (SessionStatus.SCHEDULED, "", 1),
    ]
    assert traces.outbox() == [("session_cancelled", f"client:{tuesday.client_id}", f"session:{tuesday.pk}", 2)]
    assert OutboxMessage.objects.get().not_before == NOW + dt.timedelta(seconds=20)


def test_take_time_off_with_a_new_session_inside_marks_it_and_writes_nothing(coach, tuesday, friday):
    with pytest.raises(BreaksSessions) as refused:
        take(coach, decisions=decide({tuesday: Fate.CANCEL}))
    assert refused.value.fresh == {friday.pk}
    assert TimeOff.objects.count() == 0
    assert Session.objects.filter(status=SessionStatus.SCHEDULED).count() == 2


def test_take_time_off_after_a_session_left_does_the_rest(coach, tuesday, friday):
    seen = decide({tuesday: Fate.CANCEL, friday: Fate.CANCEL})
    Session.objects.filter(pk=friday.pk).update(during=Interval.lasting(moment("2026-12-29 10:00"), 50).as_range())
    assert take(coach, decisions=seen).cancelled == 1
    friday.refresh_from_db()
    assert friday.status == SessionStatus.SCHEDULED


def test_take_time_off_sent_twice_has_one_effect(coach, tuesday):
    decisions = decide({tuesday: Fate.CANCEL})
    take(coach, decisions=decisions, key="k1")
    before = traces.everything()
    assert take(coach, decisions=decisions, key="k1") == Closing()
    assert take(coach, decisions=decisions) == Closing()  # the same time without the key
    assert (traces.everything(), TimeOff.objects.count()) == (before, 1)


def test_take_time_off_sent_again_after_it_was_removed_is_taken_anew(coach):
    away.end_time_off(take(coach, key="k1").time_off, by=coach.user, now=NOW)
    anew = take(coach, key="k1")
    assert TimeOff.objects.get().pk == anew.time_off
    assert take(coach, key="k1") == Closing()


def test_take_time_off_with_the_same_key_and_other_days_is_refused(coach):
    take(coach, key="k1")
    with pytest.raises(AlreadySent):
        take(coach, key="k1", during=Interval(WEEK.starts_at, WEEK.ends_at + dt.timedelta(days=1)))


def test_take_time_off_may_overlap_another(coach):
    create_time_off(coach=coach, starts="2026-12-24 00:00", ends="2026-12-26 00:00")
    take(coach)
    assert TimeOff.objects.count() == 2


def test_take_time_off_gives_a_freed_hour_to_nobody_who_would_come_to_a_closed_door(coach, tuesday):
    waiting = create_case(coach=coach, client=create_client(of=coach), blocking=tuesday, book_when_freed=True)
    with pytest.raises(BreaksSessions) as refused:
        take(coach)
    assert [(each.kind, each.during) for each in refused.value.loose] == [("wish", tuesday.interval)]
    listed = token_of_loose(refused.value.loose)
    take(coach, decisions=decide({tuesday: Fate.CANCEL}, listed=listed))
    case = ConflictCase.objects.get(pk=waiting.pk)
    assert (case.held_until, case.session) == (None, None)


def test_take_time_off_withdraws_what_the_client_of_a_cancelled_session_was_asked(coach, tuesday):
    proposal = create_proposal(session=tuesday, offers=["2027-01-12 10:00"])
    take(coach, decisions=decide({tuesday: Fate.CANCEL}))
    proposal.refresh_from_db()
    assert proposal.status == ProposalStatus.WITHDRAWN


def test_take_time_off_names_times_on_offer_in_it_although_no_session_is(coach):
    elsewhere = create_session(coach=coach, client=create_client(of=coach, full_name="Arben"), at="2026-12-15 10:00")
    create_proposal(session=elsewhere, offers=["2026-12-22 10:00", "2027-01-12 10:00"])
    with pytest.raises(BreaksSessions) as refused:
        take(coach)
    assert refused.value.sessions == ()
    (only,) = refused.value.loose
    assert (only.kind, only.name) == ("offer", "Arben")
    with pytest.raises(BreaksSessions):
        take(coach, decisions=Decisions(listed="something else"))
    take(coach, decisions=Decisions(listed=token_of_loose(refused.value.loose)))
    assert RescheduleProposal.objects.get().status == ProposalStatus.OPEN


def test_take_time_off_leaves_sessions_of_others_alone(coach, other_coach):
    foreign = create_session(coach=other_coach, client=create_client(of=other_coach), at="2026-12-22 10:00")
    take(coach, decisions=decide({foreign: Fate.CANCEL}))
    foreign.refresh_from_db()
    assert foreign.status == SessionStatus.SCHEDULED


def test_take_time_off_that_breaks_at_the_end_leaves_nothing(coach, tuesday, friday, monkeypatch):
    def fail(*_args, **_kwargs):
        raise RuntimeError("the power is off")

    monkeypatch.setattr(away.submitted, "remember", fail)
    before = traces.everything()
    with pytest.raises(RuntimeError, match="the power is off"):
        take(coach, decisions=decide({tuesday: Fate.CANCEL, friday: Fate.CANCEL}))
    assert (traces.everything(), TimeOff.objects.count()) == (before, 0)


def test_end_time_off_opens_again_and_gives_back_what_it_was(coach):
    row = create_time_off(coach=coach, starts="2026-12-21 00:00", ends="2026-12-28 00:00", reason="Rest")
    assert away.end_time_off(row.pk, by=coach.user, now=NOW) == Absence(during=WEEK, reason="Rest")
    assert TimeOff.objects.count() == 0
    assert traces.audit() == [("time_off_ended", f"user:{coach.pk}", coach.pk)]


def test_end_time_off_twice_or_of_others_does_nothing(coach, other_coach):
    row = create_time_off(coach=other_coach, starts="2026-12-21 00:00", ends="2026-12-28 00:00")
    assert away.end_time_off(row.pk, by=coach.user, now=NOW) is None
    assert away.end_time_off(row.pk + 1, by=coach.user, now=NOW) is None
    assert (TimeOff.objects.count(), traces.audit()) == (1, [])
