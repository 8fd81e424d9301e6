from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clients.errors import ClientArchived, NotInCare
from clients.models import AuditEvent, Care
from clients.states import ClientStatus
from config.kernel import time
from config.kernel.errors import AlreadySent
from scheduling import rules, slots
from scheduling.actions import series as series_actions
from scheduling.actions.cancel import cancel_session
from scheduling.actions.series import book_series
from scheduling.errors import CancelledSince, ProviderAway, SeriesNotFree, SeriesOverlapsItself
from scheduling.models import Session
from scheduling.rhythm import Rhythm
from scheduling.states import CaseStatus, SessionStatus
from scheduling.wishes import Series, SeriesHour
from tests import factories
from tests.factories import NOW, hour
from tests.scheduling.actions import traces
from tests.scheduling.test_slots_properties import undone

pytestmark = pytest.mark.django_db
TUESDAYS = ("2026-11-24 10:00", "2026-12-01 10:00", "2026-12-08 10:00")


@pytest.fixture
def maria(coach):
    return factories.create_client(of=coach, full_name="Maria Papadopoulou")


@pytest.fixture
def nikos(coach):
    return factories.create_client(of=coach, full_name="Nikos Georgiou")


def wanted(client, *, at=TUESDAYS, accepted=frozenset(), **fields):
    hours = tuple(SeriesHour(during=hour(each), accepted=accepted) for each in at)
    return Series(client=client, hours=hours, **fields)


def book(coach, client, **fields):
    return book_series(wanted(client, **fields), by=coach.user, now=NOW)


def marks(coach, client, at):
    return frozenset(rules.mark_of(each) for each in slots.explain(coach, hour(at), now=NOW, for_client=client))


def test_all_are_made_in_order_each_written_down_and_the_client_told_once(coach, maria):
    coach.price = 60
    coach.save()
    sessions = book(coach, maria, at=reversed(TUESDAYS), title="Individual")
    rows = Session.objects.order_by("during").values_list("pk", "client", "title", "price", "status", "version")
    assert list(rows) == [(each.pk, maria.pk, "Individual", 60, SessionStatus.SCHEDULED, 1) for each in sessions]
    assert [each.interval for each in sessions] == [hour(at) for at in TUESDAYS]
    first, ids = sessions[0], [each.pk for each in sessions]
    assert traces.audit() == [
        *(("session_booked", f"session:{pk}", coach.pk) for pk in ids),
        ("series_booked", f"session:{first.pk}", coach.pk),
    ]
    assert AuditEvent.objects.get(verb="series_booked").facts == {"sessions": ids}
    assert traces.outbox() == [("series_booked", f"client:{maria.pk}", f"session:{first.pk}", 1)]


def test_without_telling_nothing_is_to_be_told(coach, maria):
    book(coach, maria, notify=False)
    assert traces.outbox() == []


def test_a_clash_names_each_date_and_books_none(coach, maria, nikos, other_coach):
    factories.create_session(coach=coach, client=nikos, at="2026-12-01 10:30")
    factories.create_care(client=maria, provider=other_coach)
    factories.create_session(coach=other_coach, client=maria, at="2026-12-08 10:00")
    before = traces.everything()
    with pytest.raises(SeriesNotFree) as refused:
        book(coach, maria)
    found = refused.value.found
    assert {during: [each.code for each in against] for during, against in found.items()} == {
        hour("2026-12-01 10:00"): ["session"],
        hour("2026-12-08 10:00"): ["client_busy"],
    }
    assert "Taken by Nikos Georgiou" in refused.value.words
    assert "Maria Papadopoulou is busy then" in refused.value.words
    assert "Daniel" not in refused.value.words
    assert traces.everything() == before


def test_what_only_warns_is_booked_when_it_was_accepted_for_that_very_hour(coach, maria):
    at = ["2026-11-28 10:00", "2026-12-05 10:00"]  # Saturdays
    with pytest.raises(SeriesNotFree) as refused:
        book(coach, maria, at=at)
    assert [[each.code for each in against] for against in refused.value.found.values()] == [["outside_hours"]] * 2
    with pytest.raises(SeriesNotFree) as refused:
        book(coach, maria, at=at, accepted=marks(coach, maria, at[0]))
    assert list(refused.value.found) == [hour(at[1])]
    both = marks(coach, maria, at[0]) | marks(coach, maria, at[1])
    assert len(book(coach, maria, at=at, accepted=both)) == 2


def test_what_came_since_is_not_accepted_and_what_went_does_not_matter(coach, maria, nikos):
    saturday = "2026-11-28 10:00"
    seen = marks(coach, maria, saturday)
    factories.create_time_off(coach=coach, starts="2026-11-28 00:00", ends="2026-11-29 00:00")
    with pytest.raises(SeriesNotFree) as refused:
        book(coach, maria, at=[saturday], accepted=seen)
    assert [each.code for each in refused.value.found[hour(saturday)]] == ["time_off"]
    seen = marks(coach, maria, saturday)
    factories.create_override(coach=coach, date="2026-11-28", starts_at="09:00", ends_at="17:00")
    assert len(book(coach, maria, at=[saturday], accepted=seen)) == 1


def test_an_hour_held_for_another_needs_the_coachs_word(coach, maria, nikos):
    blocked = factories.create_session(coach=coach, client=maria, at="2026-11-25 10:00")
    case = factories.create_case(coach=coach, client=nikos, blocking=blocked)
    factories.create_proposal(case=case, offers=[TUESDAYS[1]])
    with pytest.raises(SeriesNotFree) as refused:
        book(coach, maria)
    assert "Held for Nikos Georgiou" in refused.value.words
    assert len(book(coach, maria, accepted=marks(coach, maria, TUESDAYS[1]))) == 3


def test_two_hours_that_overlap_one_another_are_refused(coach, maria):
    for second in ("2026-11-24 10:00", "2026-11-24 10:49"):
        with pytest.raises(SeriesOverlapsItself):
            book(coach, maria, at=["2026-11-24 10:00", second])
    assert len(book(coach, maria, at=["2026-11-24 10:00", "2026-11-24 10:50"])) == 2


def test_the_same_form_makes_one_series_and_with_other_answers_is_refused(coach, maria):
    first = book(coach, maria, form_key="k")
    before = traces.everything()
    assert book(coach, maria, form_key="k") == first
    with pytest.raises(AlreadySent):
        book(coach, maria, form_key="k", title="Other")
    assert traces.everything() == before


def test_sent_again_it_says_so_only_when_all_were_cancelled_since(coach, maria):
    sessions = book(coach, maria, at=TUESDAYS[:2], form_key="k")
    cancel_session(sessions[0].pk, by=coach.user, now=NOW, version=1)
    assert book(coach, maria, at=TUESDAYS[:2], form_key="k") == sessions
    cancel_session(sessions[1].pk, by=coach.user, now=NOW, version=1)
    with pytest.raises(CancelledSince) as refused:
        book(coach, maria, at=TUESDAYS[:2], form_key="k")
    assert refused.value.session == sessions[0]


def test_a_wish_for_one_of_the_hours_is_resolved_with_it(coach, maria, nikos):
    gone = factories.create_session(coach=coach, client=nikos, at=TUESDAYS[1], status=SessionStatus.CANCELLED)
    case = factories.create_case(coach=coach, client=maria, blocking=gone)
    others = factories.create_case(coach=coach, client=nikos, blocking=gone)
    sessions = book(coach, maria)
    case.refresh_from_db()
    others.refresh_from_db()
    assert (case.status, case.session, others.status) == (
        CaseStatus.RESOLVED,
        sessions[1],
        CaseStatus.PENDING_RESOLUTION,
    )


def test_nobody_is_booked_who_is_archived_or_not_in_care_or_with_who_is_away(coach, maria):
    coach.user.is_active = False
    coach.user.save()
    with pytest.raises(ProviderAway):
        book(coach, maria)
    coach.user.is_active = True
    coach.user.save()
    maria.status = ClientStatus.ARCHIVED
    maria.save()
    with pytest.raises(ClientArchived):
        book(coach, maria)
    maria.status = ClientStatus.ACTIVE
    maria.save()
    Care.objects.update(ended_at=NOW)
    with pytest.raises(NotInCare):
        book(coach, maria)
    assert Session.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_when_the_database_itself_refuses_the_date_and_the_name_are_told(coach, maria, nikos, monkeypatch):
    factories.create_session(coach=coach, client=nikos, at=TUESDAYS[2])
    judged = series_actions._against
    looks = iter([False, True])
    monkeypatch.setattr(series_actions, "_against", lambda *who, **when: judged(*who, **when) if next(looks) else {})
    before = traces.everything()
    with pytest.raises(SeriesNotFree) as refused:
        book(coach, maria)
    assert list(refused.value.found) == [hour(TUESDAYS[2])]
    assert "Taken by Nikos Georgiou" in refused.value.words
    assert traces.everything() == before


@given(
    zone=st.sampled_from(["Europe/Athens", "America/New_York"]),
    first=st.dates(dt.date(2026, 11, 23), dt.date(2027, 3, 31)),
    at=st.times(dt.time(0), dt.time(23, 59)).map(lambda each: each.replace(second=0, microsecond=0)),
    weeks=st.sampled_from([1, 2]),
    times=st.integers(1, 26),
    taken=st.none() | st.integers(0, 25),
)
@settings(max_examples=20, deadline=None)
def test_all_or_none_at_the_same_clock_through_both_changes(zone, first, at, weeks, times, taken):
    where = time.zone(zone)
    planned = Rhythm(first=first, at=at, minutes=50, weeks=weeks, times=times).plan(where)
    hours = [each.during for each in planned if each.during]
    if not hours:
        return
    with undone():
        coach = factories.create_coach(hours=[(day, "00:00", "23:59") for day in range(7)], zone=zone, horizon=730)
        maria, nikos = factories.create_client(of=coach), factories.create_client(of=coach)
        blocked = hours[taken % len(hours)] if taken is not None else None
        if blocked:
            factories.create_session(coach=coach, client=nikos, at=blocked.starts_at)
        seen = slots.explain_many(coach, hours, now=NOW, for_client=maria)
        wishes = tuple(
            SeriesHour(during=each, accepted=frozenset(map(rules.mark_of, against)))
            for each, against in zip(hours, seen, strict=True)
        )
        if blocked:
            with pytest.raises(SeriesNotFree) as refused:
                book_series(Series(client=maria, hours=wishes), by=coach.user, now=NOW)
            assert list(refused.value.found) == [blocked]
            assert Session.objects.filter(client=maria).count() == 0
        else:
            made = book_series(Series(client=maria, hours=wishes), by=coach.user, now=NOW)
            walls = {each.starts_at.astimezone(where).time() for each in made}
            assert (len(made), walls) == (len(hours), {at})
