from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients.models import Care
from clients.states import ClientStatus
from scheduling import rules
from scheduling.queries.conflicts import closed_cases, pending_case, pending_cases
from scheduling.queries.counts import pending_count
from scheduling.queries.pending import questions
from scheduling.queries.stands import Stand
from scheduling.slots import obstacles
from scheduling.states import CaseStatus, ProposalStatus, SessionStatus
from tests import factories

OBSTACLES = frozenset(obstacles._ORDER)
pytestmark = pytest.mark.django_db


class Wish:
    """Nikos waits for Maria's hour on Monday at 13:00."""

    def __init__(self, coach, at="2026-11-23 13:00"):
        self.coach = coach
        self.maria = factories.create_client(of=coach, full_name="Maria Papadopoulou")
        self.nikos = factories.create_client(of=coach, full_name="Nikos Georgiou")
        self.session = factories.create_session(coach=coach, client=self.maria, at=at)
        self.case = factories.create_case(coach=coach, client=self.nikos, blocking=self.session)

    def ask(self, **more):
        return factories.create_proposal(
            **({"session": self.session, "case": self.case, "offers": ["2026-11-24 10:00"]} | more)
        )

    def offer(self, **more):
        return factories.create_proposal(
            **({"case": self.case, "offers": ["2026-11-24 10:00", "2026-11-24 11:00"]} | more)
        )

    def read(self, now=factories.NOW):
        return pending_case(self.coach.user, self.case.pk, now=now)

    @property
    def stand(self):
        return self.read().stand


@pytest.fixture
def wish(coach, clock):
    return Wish(coach)


def end(proposal, status, **more):
    for name, value in {"status": status, **more}.items():
        setattr(proposal, name, value)
    proposal.save()


def take(coach, at):
    return factories.create_session(coach=coach, client=factories.create_client(of=coach), at=at)


def test_asked(wish):
    wish.ask()
    found = wish.read()
    assert (found.stand, found.needs_coach, found.asked, found.offers) == (Stand.ASKED, False, wish.maria, 1)


def test_offered(wish):
    wish.offer()
    found = wish.read()
    assert (found.stand, found.needs_coach, found.asked, found.offers) == (Stand.OFFERED, False, None, 2)


def test_none_fits_says_what_was_written(wish):
    end(wish.offer(), ProposalStatus.DECLINED, answered_at=factories.NOW, counter_text="Only mornings")
    found = wish.read()
    assert (found.stand, found.needs_coach, found.reply) == (Stand.NONE_FITS, True, "Only mornings")


def test_kept(wish):
    end(wish.ask(), ProposalStatus.DECLINED, answered_at=factories.NOW, keeps=True)
    assert (wish.stand, wish.read().reply) == (Stand.KEPT, "")


def test_ended_whether_tidied_or_not(wish):
    proposal = wish.ask(expires_at=factories.NOW - dt.timedelta(minutes=1))
    assert wish.stand == Stand.ENDED
    end(proposal, ProposalStatus.EXPIRED)
    assert wish.stand == Stand.ENDED
    assert wish.read().needs_coach


def test_at_its_deadline_it_is_still_open(wish):
    until = factories.NOW + dt.timedelta(hours=1)
    wish.ask(expires_at=until)
    assert wish.read(now=until).stand == Stand.ASKED
    assert wish.read(now=until + dt.timedelta(seconds=1)).stand == Stand.ENDED


def test_taken_when_every_time_has_gone(wish):
    wish.offer()
    take(wish.coach, "2026-11-24 10:00")
    assert wish.stand == Stand.OFFERED
    take(wish.coach, "2026-11-24 11:00")
    assert wish.stand == Stand.TAKEN


def test_taken_when_the_recipient_is_busy_elsewhere(wish, other_coach):
    wish.ask()
    factories.create_care(client=wish.maria, provider=other_coach.user)
    factories.create_session(coach=other_coach, client=wish.maria, at="2026-11-24 10:30")
    assert wish.stand == Stand.TAKEN


def test_own_hour_of_who_is_asked_does_not_take_a_time_away(wish):
    wish.ask(offers=["2026-11-23 13:30"])
    assert wish.stand == Stand.ASKED


def test_free_when_nothing_is_in_the_way(wish):
    proposal = wish.ask()
    wish.session.during = factories.hour("2026-11-24 10:00").as_range()
    wish.session.save()
    end(proposal, ProposalStatus.ANSWERED, chosen=proposal.offers.get(), answered_at=factories.NOW)
    until = factories.NOW + dt.timedelta(hours=48)
    wish.case.held_until = until
    wish.case.save()
    found = wish.read()
    assert (found.stand, found.held_until, found.holder, found.asked) == (Stand.FREE, until, None, wish.maria)
    assert found.needs_coach


def test_free_by_a_cancellation_is_free_too(wish):
    wish.session.status, wish.session.cancelled_at = SessionStatus.CANCELLED, factories.NOW
    wish.session.save()
    assert wish.stand == Stand.FREE


def test_not_free_while_the_wisher_is_busy_elsewhere(wish, other_coach):
    wish.session.status, wish.session.cancelled_at = SessionStatus.CANCELLED, factories.NOW
    wish.session.save()
    factories.create_care(client=wish.nikos, provider=other_coach.user)
    factories.create_session(coach=other_coach, client=wish.nikos, at="2026-11-23 13:30")
    assert wish.stand == Stand.NOBODY_ASKED
    assert wish.read().holder is None


def test_in_line_behind_who_asked_before(wish):
    proposal = wish.ask()
    eleni = factories.create_client(of=wish.coach, full_name="Eleni Christou")
    later = factories.create_case(coach=wish.coach, client=eleni, blocking=wish.session)
    found = pending_case(wish.coach.user, later.pk, now=factories.NOW)
    assert (found.stand, found.behind, found.behind_until) == (Stand.IN_LINE, "Maria Papadopoulou", proposal.expires_at)
    end(proposal, ProposalStatus.EXPIRED)
    assert pending_case(wish.coach.user, later.pk, now=factories.NOW).stand == Stand.NOBODY_ASKED


def test_in_line_behind_whom_the_hour_is_held_for(wish):
    until = factories.NOW + dt.timedelta(hours=3)
    wish.session.status, wish.session.cancelled_at = SessionStatus.CANCELLED, factories.NOW
    wish.session.save()
    wish.case.held_until = until
    wish.case.save()
    eleni = factories.create_client(of=wish.coach)
    later = factories.create_case(coach=wish.coach, client=eleni, blocking=wish.session, at="2026-11-23 13:30")
    found = pending_case(wish.coach.user, later.pk, now=factories.NOW)
    assert (found.stand, found.behind, found.behind_until) == (Stand.IN_LINE, "Nikos Georgiou", until)
    assert pending_case(wish.coach.user, later.pk, now=until).stand == Stand.FREE


def test_past(wish):
    assert wish.read(now=wish.case.interval.starts_at).stand == Stand.PAST


def test_nobody_asked_says_who_has_it_now(wish):
    found = wish.read()
    assert (found.stand, found.holder, found.in_the_way, found.may_ask) == (Stand.NOBODY_ASKED, wish.session, 1, True)


def test_who_has_it_and_has_left_the_care_is_neither_named_nor_asked(wish):
    Care.objects.filter(client=wish.maria).update(ended_at=factories.NOW)
    seen = wish.read()
    assert (seen.stand, seen.holder_name, seen.may_ask) == (Stand.NOBODY_ASKED, "A former client", False)


def test_who_has_it_and_is_archived_cannot_be_asked(wish):
    wish.maria.status = ClientStatus.ARCHIVED
    wish.maria.save()
    seen = wish.read()
    assert (seen.holder_name, seen.may_ask) == ("Maria Papadopoulou", False)


def test_two_in_the_way_cannot_be_asked(wish):
    wish.case.wanted = factories.hour("2026-11-23 13:30").as_range()
    wish.case.save()
    take(wish.coach, "2026-11-23 14:00")
    assert (wish.read().in_the_way, wish.read().may_ask) == (2, False)


def test_free_hours_come_first_and_of_these_the_one_that_runs_out(coach, clock):
    kept = Wish(coach, "2026-11-23 13:00")
    end(kept.ask(), ProposalStatus.DECLINED, answered_at=factories.NOW, keeps=True)
    free, held = Wish(coach, "2026-11-24 13:00"), Wish(coach, "2026-11-25 13:00")
    for wish in (free, held):
        end(wish.session, SessionStatus.CANCELLED, cancelled_at=factories.NOW)
    end(held.case, CaseStatus.PENDING_RESOLUTION, held_until=factories.NOW + dt.timedelta(hours=1))
    order = [found.id for found in questions(coach.user, now=factories.NOW)]
    assert order == [held.case.pk, free.case.pk, kept.case.pk]


def test_those_that_need_the_coach_come_first_then_the_oldest(coach, clock):
    wishes = [
        Wish(coach, at) for at in ("2026-11-23 09:00", "2026-11-23 10:00", "2026-11-23 11:00", "2026-11-23 12:00")
    ]
    wishes[0].ask(offers=["2026-11-26 10:00"])
    wishes[1].offer(offers=["2026-11-26 11:00"])
    order = [found.id for found in questions(coach.user, now=factories.NOW)]
    assert order == [wishes[index].case.pk for index in (2, 3, 0, 1)]


def test_other_coaches_wishes_are_not_seen(wish, other_coach):
    foreign = Wish(other_coach)
    assert [found.id for found in pending_cases(wish.coach.user, now=factories.NOW)] == [wish.case.pk]
    assert pending_case(wish.coach.user, foreign.case.pk, now=factories.NOW) is None
    assert pending_count(wish.coach.user) == 1


def test_session_of_another_coach_in_the_way_is_never_named(wish, other_coach):
    factories.create_care(client=wish.nikos, provider=other_coach.user)
    elsewhere = factories.create_session(coach=other_coach, client=wish.nikos, at="2026-11-25 10:00")
    busy = factories.create_case(coach=wish.coach, client=wish.nikos, blocking=elsewhere)
    found = pending_case(wish.coach.user, busy.pk, now=factories.NOW)
    assert (found.stand, found.holder, found.in_the_way) == (Stand.NOBODY_ASKED, None, 0)


@pytest.mark.parametrize("number", [1, 3])
def test_six_queries_however_many(coach, clock, number):
    for index in range(number):
        each = Wish(coach, f"2026-11-23 {9 + index:02}:00")
        each.ask(offers=[f"2026-11-2{4 + index} 10:00", f"2026-11-2{4 + index} 11:00"])
    with CaptureQueriesContext(connection) as queries:
        assert len(pending_cases(coach.user, now=factories.NOW)) == number
    assert len(queries) == 6


def test_nothing_open_is_one_query(coach, clock):
    with CaptureQueriesContext(connection) as queries:
        assert pending_cases(coach.user, now=factories.NOW) == []
    assert len(queries) == 1


def test_closed_ones_say_what_came_of_them(wish):
    made = factories.create_session(coach=wish.coach, client=wish.nikos, at="2026-11-24 10:00")
    wish.case.status, wish.case.session, wish.case.closed_at = CaseStatus.RESOLVED, made, factories.NOW
    wish.case.save()
    second = factories.create_case(coach=wish.coach, client=wish.nikos, blocking=wish.session)
    second.status, second.closed_at = CaseStatus.WITHDRAWN, factories.NOW + dt.timedelta(minutes=1)
    second.save()
    found = [(each.id, each.stand, each.session, each.needs_coach) for each in closed_cases(wish.coach.user)]
    assert found == [(second.pk, Stand.WITHDRAWN, None, False), (wish.case.pk, Stand.BOOKED, made, False)]
    assert pending_cases(wish.coach.user, now=factories.NOW) == []


@pytest.mark.parametrize("code", sorted(OBSTACLES - rules.TAKING))
def test_free_says_why_it_did_not_book_itself(wish, code):
    wish.case.book_when_freed, wish.case.resolution = True, code
    wish.case.save()
    assert wish.read().why_not.startswith("It did not book itself: ")


def test_wishes_of_clients_whose_care_has_ended_are_not_shown(wish):
    Care.objects.filter(client=wish.nikos).update(ended_at=factories.NOW)
    assert pending_cases(wish.coach.user, now=factories.NOW) == []
    assert pending_count(wish.coach.user) == 0
    Care.objects.update(ended_at=None)
    assert pending_count(wish.coach.user) == 1
