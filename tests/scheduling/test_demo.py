from __future__ import annotations

import dataclasses
import datetime as dt
import os
from collections import Counter

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F
from django.test import override_settings

from clients.models import AuditEvent, Care, Client, OutboxMessage, User
from config.kernel import time
from config.kernel.time import Interval
from scheduling import holidays, slots
from scheduling.demo import practice
from scheduling.models import AvailabilityOverride, Coach, ConflictCase, RescheduleProposal, Session, TimeOff
from tests.databases import taken_back
from tests.factories import moment

FRIDAY = dt.date(2026, 11, 20)
MORNING = moment("2026-11-20 09:00")
# Every weekday, and weeks in which the clocks change; without EVERY_DAY=1, as in CI, each third of them.
_DAYS = [FRIDAY + dt.timedelta(days=number) for number in range(7)] + [
    dt.date(2027, 3, 24), dt.date(2027, 3, 27), dt.date(2026, 10, 22), dt.date(2026, 10, 25),
    # Before Easter Monday, on Good Friday, over Christmas, before an Epiphany on a Thursday, on Clean Monday's eve.
    dt.date(2027, 4, 24), dt.date(2027, 4, 30), dt.date(2026, 12, 22), dt.date(2028, 1, 1), dt.date(2027, 3, 14),
]  # fmt: skip
DAYS = _DAYS if os.environ.get("EVERY_DAY") == "1" else _DAYS[::3]


@pytest.fixture
def seed(settings):
    settings.DEMO = True

    def run(**options):
        call_command("seed_demo", **({"today": FRIDAY, "verbosity": 0} | options))

    return run


def content():
    """All that the demo has made, without the numbers that the database gave."""
    people = {user.pk: user.email for user in User.objects.all()}
    return {
        "users": sorted(User.objects.values_list("email", "full_name", "language", "time_zone", "is_staff")),
        "clients": sorted(Client.objects.values_list("id", "full_name", "email", "status", "user__email")),
        "care": sorted(Care.objects.values_list("client", "provider__email", "started_at")),
        "sessions": sorted(
            (people[row[0]], *row[1:])
            for row in Session.objects.annotate(starts=F("during__startswith"), ends=F("during__endswith")).values_list(
                "provider", "client", "starts", "ends", "status", "price", "version", "created_at"
            )
        ),
        "paid": sorted(
            Session.objects.filter(paid_at__isnull=False).values_list("client", "paid_at", "paid_by__email")
        ),
        "cases": sorted(ConflictCase.objects.values_list("client", "status", "created_at", "held_until")),
        "proposals": sorted(
            RescheduleProposal.objects.values_list("recipient", "kind", "status", "expires_at", "note")
        ),
        "offers": sorted(
            RescheduleProposal.objects.values_list(
                "recipient", "offers__during__startswith", "chosen__during__endswith"
            ),
            key=str,
        ),
        "audit": sorted(Counter(AuditEvent.objects.values_list("verb", flat=True)).items()),
        "outbox": sorted(Counter(OutboxMessage.objects.values_list("kind", flat=True)).items()),
    }


@pytest.mark.django_db
def test_same_seed_and_day_make_the_same_practice_and_another_seed_another(seed):
    made = []
    for number in (7, 7, 8):
        with taken_back():
            seed(seed=number)
            made.append(content())
    assert made[0] == made[1]
    assert made[0]["sessions"] != made[2]["sessions"]


@pytest.mark.django_db
class TestPractice:
    """As it is made on a Friday."""

    @pytest.fixture(scope="class", autouse=True)
    def practice(self, standing):
        with override_settings(DEMO=True):
            call_command("seed_demo", today=FRIDAY, verbosity=0)

    def test_practice_has_its_people(self):
        assert Coach.objects.count() == 2
        assert Client.objects.count() == 30
        logins = {user.email: user for user in User.objects.all()}
        ours = {f"{name}@praxis.test" for name in ("coach", "coach2", "mechanic", "mechanic2", "client", "staff")}
        assert set(logins) == ours | {
            f"{name}@people.test" for name in ("arben.hoxha", "eleni.christou", "thomas.weber")
        }
        assert all(logins[email].check_password("praxis-demo") for email in ours)
        assert [email for email, user in logins.items() if user.is_staff] == ["staff@praxis.test"]
        assert logins["coach@praxis.test"].full_name == "Elena Marinou"
        maria = logins["client@praxis.test"].client
        assert (maria.full_name, maria.email) == ("Maria Papadopoulou", "client@praxis.test")
        assert Care.objects.filter(client=maria, provider=logins["coach@praxis.test"]).exists()

    def test_sessions_go_from_five_weeks_back_to_five_ahead_and_look_lived(self):
        starts = sorted(session.starts_at for session in Session.objects.all())
        assert moment("2026-10-12 00:00") <= starts[0] < moment("2026-10-14 00:00")
        assert moment("2026-12-14 00:00") < starts[-1] < moment("2026-12-21 00:00")
        past = Session.objects.filter(during__endswith__lt=moment("2026-11-20 00:00"))
        shares = {
            status: past.filter(status=status).count() / past.count()
            for status in ("completed", "no_show", "cancelled")
        }
        assert sum(shares.values()) == 1
        assert 0.8 < shares["completed"] < 0.95
        assert shares["no_show"] > 0
        assert shares["cancelled"] > 0
        done = past.filter(status="completed")
        assert 0.8 < done.filter(paid_at__isnull=False).count() / done.count() < 1
        ahead = Session.objects.filter(during__startswith__gt=MORNING)
        assert set(ahead.values_list("status", flat=True)) == {"scheduled"}

    def test_sessions_lie_in_the_coachs_hours_and_leave_room(self):
        for coach in Coach.objects.all():
            for number in range(4):
                week = week_from(dt.date(2026, 11, 23) + dt.timedelta(days=7 * number))
                opening = slots.opening(coach.user, week)
                sessions = list(Session.objects.overlapping(coach.user, week).holding())
                assert all(any(each.contains(session.interval) for each in opening) for session in sessions)
                assert slots.free(coach.user, week, now=MORNING)
                if number < 2:  # the weeks without a day off
                    hours = sum(each.minutes for each in opening) / 60
                    assert 0.55 < len(sessions) / hours < 0.75

    def test_there_is_time_off_and_there_are_other_hours(self):
        elena = Coach.objects.get(user__email="coach@praxis.test")
        assert TimeOff.objects.filter(coach=elena).count() == 1
        assert [each.starts_at is None for each in AvailabilityOverride.objects.filter(coach=elena).order_by("date")] == [
            True, False,
        ]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(("lang", "coach"), [("en", "Elena Marinou"), ("el", "Έλενα Μαρίνου")])
def test_names_are_in_both_scripts(seed, lang, coach):
    seed(lang=lang)
    assert User.objects.get(email="coach@praxis.test").full_name == coach
    names = "".join(Client.objects.values_list("full_name", flat=True))
    assert any("Α" <= letter <= "ω" for letter in names)
    assert any("A" <= letter <= "z" for letter in names)


@pytest.mark.django_db
@pytest.mark.parametrize("day", [dt.date(2026, 11, 20), dt.date(2027, 4, 20)], ids=str)
def test_nothing_is_booked_on_a_holiday_that_is_kept(seed, day):
    seed(today=day)
    whole = Interval(*(time.day_bounds(day + dt.timedelta(days=away), dt.UTC).starts_at for away in (-40, 40)))
    kept = holidays.dates_in(*(at.date() for at in (whole.starts_at, whole.ends_at)))
    assert kept
    booked = {session.starts_at.date() for session in Session.objects.filter(during__overlap=whole.as_range())}
    assert booked.isdisjoint(kept)
    assert {coach.closed_on_holidays for coach in Coach.objects.all()} == {True}


def week_from(monday):
    where = time.zone("Europe/Athens")
    days = [time.day_bounds(monday + dt.timedelta(days=number), where) for number in (0, 6)]
    return Interval(days[0].starts_at, days[1].ends_at)


@pytest.mark.django_db
def test_weeks_are_such_as_people_have(seed, monkeypatch):
    evening = moment("2026-11-20 17:42")
    monkeypatch.setattr(time, "now", lambda: evening)
    seed(today=None)
    over = Session.objects.filter(during__endswith__lte=evening)
    assert not over.filter(status="scheduled").exists()
    assert over.filter(during__startswith__gt=moment("2026-11-20 00:00"), status="completed").exists()
    per_week = Counter((each.client_id, *each.starts_at.isocalendar()[:2]) for each in Session.objects.all())
    assert max(per_week.values()) <= 2
    for case in ConflictCase.objects.filter(minutes__isnull=True):
        days = [each.starts_at.date() for each in Session.objects.filter(client=case.client)]
        assert case.interval.starts_at.date() not in days
        assert case.held_until is None or case.held_until.minute == 0


@pytest.mark.django_db
@pytest.mark.parametrize("day", DAYS, ids=str)
def test_questions_are_open_whatever_day_it_is(seed, day):
    seed(today=day)
    now = time.instant(day, dt.time(9), time.zone("Europe/Athens"))
    cases = {case.client.full_name: case for case in ConflictCase.objects.select_related("client")}
    assert {name: [(each.kind, each.status) for each in case.proposals.all()] for name, case in cases.items()} == {
        "Nikos Georgiou": [("ask_to_move", "answered")],
        "Yannis Dimitriou": [("ask_to_move", "open")],
        "Priya Nair": [("offer_times", "declined")],
        "Giorgos Vlachos": [("offer_times", "expired")],
        "Maria Papadopoulou": [("offer_times", "open")],
        "Amélie Laurent": [],
    }
    swaps = RescheduleProposal.objects.filter(kind="swap", status="open").order_by("pk")
    assert [each.agreed_at is not None for each in swaps] == [True, False]
    assert {case.status for case in cases.values()} == {"pending_resolution"}
    nikos = cases["Nikos Georgiou"]
    assert nikos.held_until > now
    assert slots.explain(nikos.provider, nikos.interval, now=now, for_client=nikos.client) == []
    for proposal in RescheduleProposal.objects.filter(status="open"):
        assert proposal.expires_at > now + dt.timedelta(days=1)
        assert proposal.offers.count() == (1 if proposal.kind == "swap" else 4)
        assert all(offer.interval.starts_at > proposal.expires_at for offer in proposal.offers.all())
    connection.check_constraints()


@pytest.mark.django_db
def test_what_is_over_was_told_then_and_the_worker_tells_the_rest(seed, monkeypatch):
    noon = moment("2026-11-20 12:10")
    monkeypatch.setattr(time, "now", lambda: noon)
    seed(today=None)
    news = OutboxMessage.objects.exclude(kind="message_sent")
    rows = news.values_list("kind", "outcome", "sent_at", "told_at", "created_at")
    told = sorted((kind, *times) for kind, outcome, *times in rows if outcome == "mailed")
    assert [(kind, len(set(times)), times[0] < noon) for kind, *times in told] == [
        ("asked_to_move", 1, True), ("swap_proposed", 1, True), ("times_offered", 1, True), ("times_offered", 1, True),
    ]  # fmt: skip
    # An open offer, an open ask and a swap, an hour that was freed, and what the others answered.
    assert sorted(kind for kind, outcome, *_times in rows if outcome == "") == [
        "asked_to_move", "hour_held", "proposal_answered", "proposal_declined", "proposal_expired", "session_moved",
        "swap_agreed", "swap_proposed", "times_offered",
    ]  # fmt: skip
    # What was written days ago was read long since; nobody's mailbox fills with it.
    written = OutboxMessage.objects.filter(kind="message_sent")
    assert written.filter(outcome="mailed", sent_at__lte=noon - dt.timedelta(days=1)).exists()
    assert written.filter(outcome="").count() < 5


@pytest.mark.django_db
def test_clients_read_their_own_language(seed):
    seed(lang="el")
    notes = dict(RescheduleProposal.objects.values_list("recipient__full_name", "note"))
    assert notes["Priya Nair"].startswith("That hour is taken")
    assert notes["Μαρία Παπαδοπούλου"].startswith("Αυτή η ώρα")


@pytest.mark.django_db
def test_a_year_has_more_of_everybody(seed, monkeypatch):
    year = practice.SIZES["year"]
    assert (year.back, year.ahead) == (47, 5)
    monkeypatch.setitem(practice.SIZES, "year", dataclasses.replace(year, back=1))  # the rest is the same again
    seed(size="year")
    assert Coach.objects.count() == 6
    assert Client.objects.count() == 214
    assert Session.objects.filter(provider__coach__price=50).count() > 400
    connection.check_constraints()


@pytest.mark.django_db
def test_only_a_demo_is_filled():
    with pytest.raises(CommandError, match="Only the demo"):
        call_command("seed_demo")
    assert not User.objects.exists()


@pytest.mark.django_db
def test_people_who_are_there_are_left_alone(seed, stranger):
    with pytest.raises(CommandError, match="people here already"):
        seed()
    assert list(User.objects.all()) == [stranger]
