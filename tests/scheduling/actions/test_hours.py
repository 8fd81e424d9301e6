from __future__ import annotations

import datetime as dt

import pytest

from clients.models import AuditEvent, Care, OutboxMessage
from config.kernel import time
from scheduling.actions import hours
from scheduling.errors import BreaksSessions, SettingsChanged
from scheduling.hours import BookingRules, Closing, Decisions, Fate, Span, WeeklyHours
from scheduling.models import AvailabilityRule, Session
from scheduling.queries.hours import hours_on, rules_of, weekly_hours
from scheduling.states import SessionStatus
from tests.factories import NOW, create_care, create_client, create_override, create_session, create_time_off
from tests.scheduling.actions import traces

pytestmark = pytest.mark.django_db

# A Monday and a Tuesday after NOW.
MONDAY, TUESDAY = "2026-11-23", "2026-11-24"


def span(text):
    starts, ends = text.split("-")
    return Span(dt.time.fromisoformat(starts), dt.time.fromisoformat(ends))


def week(*monday, others="09:00-17:00"):
    """Monday as given, Tuesday to Friday as the coach has them."""
    return WeeklyHours((tuple(map(span, monday)), *([(span(others),)] * 4), (), ()))


def save(coach, wanted, *, seen=None, decisions=None, now=NOW):
    return hours.replace_week(
        wanted,
        by=coach.user,
        now=now,
        seen=seen or weekly_hours(coach).token,
        decisions=decisions or Decisions(),
    )


def decided(session, fate, reason=""):
    return Decisions(fates={session.pk: fate}, versions={session.pk: session.version}, reason=reason)


@pytest.fixture
def late(coach):
    """A session on Monday at 16:00, which shorter hours would leave outside."""
    return create_session(coach=coach, client=create_client(of=coach, full_name="Maria"), at=f"{MONDAY} 16:00")


def rules(coach, **other):
    return BookingRules(**{**vars(rules_of(coach)), **other})


class TestWeek:
    def test_is_replaced_whole(self, coach):
        wanted = week("09:00-13:00", "16:00-20:00")
        assert save(coach, wanted) == Closing()
        assert weekly_hours(coach) == wanted
        assert traces.audit() == [("hours_changed", f"user:{coach.pk}", coach.pk)]
        facts = AuditEvent.objects.get().facts
        assert facts["after"][:2] == [[0, "09:00", "13:00"], [0, "16:00", "20:00"]]
        assert facts["before"][0] == [0, "09:00", "17:00"]

    def test_leaves_untouched_rows_alone(self, coach):
        before = set(AvailabilityRule.objects.filter(weekday__gt=0).values_list("pk", flat=True))
        save(coach, week("10:00-12:00"))
        assert set(AvailabilityRule.objects.filter(weekday__gt=0).values_list("pk", flat=True)) == before

    def test_of_others_stays(self, coach, other_coach):
        before = weekly_hours(other_coach)
        save(coach, week("10:00-12:00"))
        assert weekly_hours(other_coach) == before

    def test_sent_twice_changes_once(self, coach):
        seen = weekly_hours(coach).token
        save(coach, week("10:00-12:00"), seen=seen)
        before = traces.everything()
        assert save(coach, week("10:00-12:00"), seen=seen) == Closing()
        assert traces.everything() == before

    def test_changed_in_another_tab_is_refused_with_what_stands(self, coach):
        seen = weekly_hours(coach).token
        save(coach, week("10:00-12:00"), seen=seen)
        with pytest.raises(SettingsChanged) as refused:
            save(coach, week("11:00-12:00"), seen=seen)
        assert refused.value.standing == week("10:00-12:00")
        assert weekly_hours(coach) == week("10:00-12:00")

    def test_that_leaves_a_session_outside_asks_first_and_writes_nothing(self, coach, late):
        before, standing = traces.everything(), weekly_hours(coach)
        with pytest.raises(BreaksSessions) as refused:
            save(coach, week("09:00-14:00"))
        (only,) = refused.value.sessions
        assert (only.id, only.name, only.during) == (late.pk, "Maria", late.interval)
        assert refused.value.fresh == frozenset()
        assert (traces.everything(), weekly_hours(coach)) == (before, standing)

    def test_keeps_what_is_kept(self, coach, late):
        assert save(coach, week("09:00-14:00"), decisions=decided(late, Fate.KEEP)) == Closing()
        late.refresh_from_db()
        assert (late.status, late.version) == (SessionStatus.SCHEDULED, 1)
        assert weekly_hours(coach) == week("09:00-14:00")
        assert traces.outbox() == []

    def test_tells_nobody_of_what_is_to_be_asked(self, coach, late):
        done = save(coach, week("09:00-14:00"), decisions=decided(late, Fate.ASK))
        assert done == Closing(to_ask=(late.pk,))
        assert traces.outbox() == []

    def test_cancels_what_is_cancelled_after_the_time_for_undo(self, coach, late):
        done = save(coach, week("09:00-14:00"), decisions=decided(late, Fate.CANCEL, "new hours"))
        assert done == Closing(cancelled=1)
        late.refresh_from_db()
        assert (late.status, late.cancellation_reason) == (SessionStatus.CANCELLED, "new hours")
        assert OutboxMessage.objects.get().not_before == NOW + dt.timedelta(seconds=20)

    def test_does_not_ask_about_what_was_outside_before(self, coach):
        create_session(coach=coach, client=create_client(of=coach), at=f"{MONDAY} 20:00")
        assert save(coach, week("09:00-14:00")) == Closing()

    def test_does_not_ask_about_what_lies_in_time_off_anyway(self, coach, late):
        create_time_off(coach=coach, starts=f"{MONDAY} 00:00", ends=f"{TUESDAY} 00:00")
        assert save(coach, week("09:00-14:00")) == Closing()

    def test_does_not_ask_about_the_past_or_the_cancelled(self, coach):
        client = create_client(of=coach)
        create_session(coach=coach, client=client, at="2026-11-16 16:00")
        create_session(coach=coach, client=client, at=f"{MONDAY} 16:00", status=SessionStatus.CANCELLED)
        assert save(coach, week("09:00-14:00")) == Closing()

    def test_asks_about_sessions_two_years_ahead_too(self, coach):
        far = create_session(coach=coach, client=create_client(of=coach), at="2028-11-13 16:00")
        near = create_session(coach=coach, client=create_client(of=coach), at=f"{MONDAY} 16:00")
        with pytest.raises(BreaksSessions) as refused:
            save(coach, week("09:00-14:00"))
        assert [each.id for each in refused.value.sessions] == [near.pk, far.pk]

    def test_new_session_since_the_list_is_marked(self, coach, late):
        fresh = create_session(coach=coach, client=create_client(of=coach), at="2026-11-30 16:00")
        with pytest.raises(BreaksSessions) as refused:
            save(coach, week("09:00-14:00"), decisions=decided(late, Fate.CANCEL))
        assert refused.value.fresh == {fresh.pk}
        late.refresh_from_db()
        assert late.status == SessionStatus.SCHEDULED

    def test_session_moved_since_the_list_is_asked_about_again(self, coach, late):
        seen = decided(late, Fate.CANCEL)
        Session.objects.filter(pk=late.pk).update(version=2)
        with pytest.raises(BreaksSessions) as refused:
            save(coach, week("09:00-14:00"), decisions=seen)
        assert refused.value.fresh == {late.pk}

    def test_does_nothing_to_sessions_that_are_not_in_the_way(self, coach, other_coach, late):
        inside = create_session(coach=coach, client=create_client(of=coach), at=f"{MONDAY} 10:00")
        foreign = create_session(coach=other_coach, client=create_client(of=other_coach), at=f"{MONDAY} 16:00")
        fates = dict.fromkeys((late.pk, inside.pk, foreign.pk), Fate.CANCEL)
        done = save(coach, week("09:00-14:00"), decisions=Decisions(fates=fates, versions=dict.fromkeys(fates, 1)))
        assert done == Closing(cancelled=1)
        assert set(Session.objects.filter(status="scheduled").values_list("pk", flat=True)) == {inside.pk, foreign.pk}

    def test_never_names_or_cancels_who_is_in_the_care_of_others_now(self, coach, late):
        Care.objects.update(ended_at=NOW)
        with pytest.raises(BreaksSessions) as refused:
            save(coach, week("09:00-14:00"))
        (only,) = refused.value.sessions
        assert (only.name, only.in_care) == ("Busy", False)
        done = save(coach, week("09:00-14:00"), decisions=decided(late, Fate.CANCEL))
        assert done == Closing()
        late.refresh_from_db()
        assert late.status == SessionStatus.SCHEDULED

    def test_open_to_midnight_holds_a_session_that_ends_there(self, coach):
        create_session(coach=coach, client=create_client(of=coach), at=f"{MONDAY} 23:10")
        save(coach, week("09:00-23:59"))
        assert save(coach, week("10:00-23:59")) == Closing()


class TestDate:
    def set(self, coach, date, *spans, decisions=None):
        wanted = None if spans == (None,) else tuple(map(span, spans))
        day = dt.date.fromisoformat(date)
        return hours.set_date(day, wanted, by=coach.user, now=NOW, decisions=decisions or Decisions())

    def test_has_hours_of_its_own(self, coach):
        self.set(coach, MONDAY, "10:00-12:00", "18:00-20:00")
        assert hours_on(coach, dt.date(2026, 11, 23)) == (span("10:00-12:00"), span("18:00-20:00"))
        assert AuditEvent.objects.get().facts == {
            "date": MONDAY,
            "hours": [["10:00", "12:00"], ["18:00", "20:00"]],
        }

    def test_is_closed_and_gets_its_weekly_hours_back(self, coach):
        self.set(coach, MONDAY)
        assert hours_on(coach, dt.date(2026, 11, 23)) == ()
        self.set(coach, MONDAY, None)
        assert hours_on(coach, dt.date(2026, 11, 23)) is None

    def test_replaces_what_it_had(self, coach):
        create_override(coach=coach, date=MONDAY)
        self.set(coach, MONDAY, "10:00-12:00")
        assert hours_on(coach, dt.date(2026, 11, 23)) == (span("10:00-12:00"),)

    def test_sent_twice_changes_once(self, coach):
        self.set(coach, MONDAY)
        before = traces.everything()
        self.set(coach, MONDAY)
        assert traces.everything() == before

    def test_asks_about_sessions_that_it_would_leave_outside(self, coach, late):
        with pytest.raises(BreaksSessions):
            self.set(coach, MONDAY, "09:00-14:00")
        assert hours_on(coach, dt.date(2026, 11, 23)) is None
        self.set(coach, MONDAY, "09:00-14:00", decisions=decided(late, Fate.CANCEL))
        late.refresh_from_db()
        assert late.status == SessionStatus.CANCELLED

    def test_taking_it_away_asks_about_sessions_in_it(self, coach):
        create_override(coach=coach, date="2026-11-22", starts_at="10:00", ends_at="14:00")
        create_session(coach=coach, client=create_client(of=coach), at="2026-11-22 10:00")
        with pytest.raises(BreaksSessions):
            self.set(coach, "2026-11-22", None)

    @pytest.mark.parametrize(("date", "length"), [("2027-03-28", 23), ("2026-10-25", 25)])
    def test_on_a_night_when_clocks_change_is_the_whole_local_day(self, coach, date, length):
        from scheduling import slots

        day = dt.date.fromisoformat(date)
        self.set(coach, date, "00:00-23:59")
        bounds = time.day_bounds(day, time.zone(coach.time_zone))
        assert sum(each.minutes for each in slots.opening(coach, bounds)) == length * 60


class TestHolidays:
    def test_are_closed_and_open_again(self, coach):
        hours.close_on_holidays(True, by=coach.user, now=NOW)
        coach.refresh_from_db()
        assert coach.closed_on_holidays is True
        hours.close_on_holidays(False, by=coach.user, now=NOW)
        hours.close_on_holidays(False, by=coach.user, now=NOW)
        coach.refresh_from_db()
        assert coach.closed_on_holidays is False
        assert [each.facts for each in AuditEvent.objects.order_by("pk")] == [{"closed": True}, {"closed": False}]


class TestRules:
    def save(self, coach, wanted, *, seen=None, decisions=None):
        seen = seen or rules_of(coach).token
        return hours.set_booking_rules(wanted, by=coach.user, now=NOW, seen=seen, decisions=decisions or Decisions())

    def test_are_saved_and_audited_without_the_title(self, coach):
        self.save(coach, rules(coach, session_minutes=45, title="Canary", buffer_minutes=10))
        coach.refresh_from_db()
        assert (coach.session_minutes, coach.buffer_minutes, coach.title) == (45, 10, "Canary")
        assert AuditEvent.objects.get().facts == {"title": True, "session_minutes": "45", "buffer_minutes": "10"}

    def test_changed_in_another_tab_are_refused(self, coach):
        seen = rules_of(coach).token
        self.save(coach, rules(coach, session_minutes=45))
        coach.refresh_from_db()
        with pytest.raises(SettingsChanged) as refused:
            self.save(coach, rules(coach, session_minutes=60), seen=seen)
        assert refused.value.standing.session_minutes == 45

    def test_sent_twice_change_once(self, coach):
        seen, wanted = rules_of(coach).token, rules(coach, session_minutes=45)
        self.save(coach, wanted, seen=seen)
        before = traces.everything()
        self.save(coach, wanted, seen=seen)
        assert traces.everything() == before

    def test_another_zone_asks_about_sessions_that_its_clocks_leave_outside(self, coach):
        early = create_session(coach=coach, client=create_client(of=coach), at=f"{MONDAY} 09:00")
        wanted = rules(coach, time_zone="Europe/London")
        with pytest.raises(BreaksSessions) as refused:
            self.save(coach, wanted)
        assert [each.id for each in refused.value.sessions] == [early.pk]
        coach.refresh_from_db()
        assert coach.time_zone == "Europe/Athens"
        self.save(coach, wanted, decisions=decided(early, Fate.KEEP))
        coach.refresh_from_db()
        early.refresh_from_db()
        assert (coach.time_zone, early.version) == ("Europe/London", 1)

    def test_out_of_reason_are_refused_by_the_database(self, coach):
        from scheduling.errors import OutOfReason

        with pytest.raises(OutOfReason):
            self.save(coach, rules(coach, session_minutes=481))


def test_two_cares_do_not_double_a_session(coach, other_coach, late):
    create_care(client=late.client, provider=other_coach)
    with pytest.raises(BreaksSessions) as refused:
        save(coach, week("09:00-14:00"))
    assert len(refused.value.sessions) == 1
