from __future__ import annotations

import datetime as dt

import pytest

from clients.models import AuditEvent, OutboxMessage, User
from scheduling.actions.proposals import decline_proposal
from scheduling.models import AvailabilityOverride, AvailabilityRule, Coach, Session, TimeOff
from tests.factories import NOW, create_case, create_client, create_coach, create_proposal, create_session, create_user

SESSIONS, CASES = "/admin/scheduling/session/", "/admin/scheduling/conflictcase/"
PROPOSALS, COACHES = "/admin/scheduling/rescheduleproposal/", "/admin/scheduling/coach/"


@pytest.fixture
def clerk(db):
    return create_user(email="clerk@praxis.test", full_name="Clerk", is_staff=True)


@pytest.fixture
def browser(clerk, signed_in):
    return signed_in(clerk)


@pytest.fixture
def session(coach):
    return create_session(coach=coach, client=create_client(of=coach, full_name="Maria P."), at="2026-11-23 13:00")


def do(browser, page, action, *rows, **typed):
    return browser.post(page, {"action": action, "_selected_action": [row.pk for row in rows], **typed})


def told(answer, browser):
    assert answer.status_code == 302
    return [str(message) for message in browser.get(answer["Location"]).context["messages"]]


def test_cancel_asks_first_and_says_what(browser, session):
    page = do(browser, SESSIONS, "cancel", session).content.decode()
    assert "Cancel 1 session?" in page
    assert "Mon 23 Nov, 13:00–13:50: Maria P. – Elena Marinou" in page
    assert f'name="seen" value="{session.pk}:1"' in page
    session.refresh_from_db()
    assert session.status == "scheduled"


def test_cancel_with_a_reason(browser, session, clerk):
    seen = {"seen": f"{session.pk}:1", "confirmed": "Yes", "reason": "The coach is ill."}
    assert told(do(browser, SESSIONS, "cancel", session, **seen), browser) == ["Done: 1."]
    session.refresh_from_db()
    assert (session.status, session.cancelled_by, session.cancelled_at) == ("cancelled", clerk, NOW)
    assert session.cancellation_reason == "The coach is ill."
    assert AuditEvent.objects.get(verb="session_cancelled").actor == clerk


def test_cancel_of_what_has_changed_meanwhile_is_refused(browser, session):
    Session.objects.update(version=2)
    words = told(do(browser, SESSIONS, "cancel", session, seen=f"{session.pk}:1", confirmed="Yes"), browser)
    session.refresh_from_db()
    assert session.status == "scheduled"
    assert len(words) == 1
    assert words[0].startswith("Mon 23 Nov, 13:00–13:50: Maria P.")


@pytest.mark.parametrize("version", ["9" * 5000, "9" * 19, "x", ""])
def test_cancel_with_a_version_that_cannot_be_is_refused_in_words(browser, session, version):
    words = told(do(browser, SESSIONS, "cancel", session, seen=f"{session.pk}:{version}", confirmed="Yes"), browser)
    session.refresh_from_db()
    assert (session.status, len(words)) == ("scheduled", 1)


def test_cancel_with_too_long_a_reason_asks_again_and_keeps_it(browser, session):
    reason = "x" * 501
    page = do(browser, SESSIONS, "cancel", session, confirmed="Yes", reason=reason)
    assert (page.status_code, reason in page.content.decode()) == (422, True)


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        ("today", {"today"}),
        ("week", {"today"}),
        ("ahead", {"later"}),
        ("past", {"past"}),
        ("nonsense", {"today", "later", "past"}),
    ],
)
def test_sessions_are_narrowed_by_when(browser, coach, chosen, found):
    # The clock stands on Friday 11:00 in Athens.
    for name, at in (("past", "2026-11-13 10:00"), ("today", "2026-11-20 10:30"), ("later", "2026-11-23 10:00")):
        create_session(coach=coach, client=create_client(of=coach, full_name=name), at=at)
    rows = browser.get(SESSIONS, {"during_is": chosen}).context["cl"].result_list
    assert {row.client.full_name for row in rows} == found


def test_withdraw_a_wish(browser, coach, session):
    wisher = create_client(of=coach)
    case = create_case(coach=coach, client=wisher, blocking=session)
    proposal = create_proposal(case=case, offers=["2026-11-24 10:00"])
    do(browser, CASES, "withdraw", case, confirmed="Yes")
    case.refresh_from_db()
    proposal.refresh_from_db()
    assert (case.status, proposal.status) == ("withdrawn", "withdrawn")


def test_take_a_proposal_back(browser, session):
    proposal = create_proposal(session=session, offers=["2026-11-24 10:00"])
    assert "Take these proposals back?" in do(browser, PROPOSALS, "withdraw", proposal).content.decode()
    do(browser, PROPOSALS, "withdraw", proposal, confirmed="Yes")
    proposal.refresh_from_db()
    assert proposal.status == "withdrawn"


def test_who_keeps_the_hour_is_not_listed_as_if_none_fitted(browser, session):
    proposal = create_proposal(session=session, offers=["2026-11-24 10:00"])
    decline_proposal(proposal.pk, "", by=None, now=NOW, keeps=True)
    page = browser.get("/admin/scheduling/rescheduleproposal/").content.decode()
    assert '<td class="field-state">Keeps the hour</td>' in page


def test_rows_with_a_status_or_a_time_are_read_only(browser, session):
    page = f"{SESSIONS}{session.pk}/change/"
    assert 'name="status"' not in browser.get(page).content.decode()
    assert browser.post(page, {"status": "cancelled"}).status_code == 403
    assert browser.get(f"{SESSIONS}add/").status_code == 403


def test_invite_a_coach_and_enter_hours(browser, clerk):
    assert f"{COACHES}invite/" in browser.get(COACHES).content.decode()
    typed = {"full_name": "Anna", "email": "anna@praxis.test", "title": "Therapist", "language": "el"}
    answer = browser.post(f"{COACHES}invite/", typed)
    coach = Coach.objects.get()
    assert answer["Location"] == f"{COACHES}{coach.pk}/change/"
    assert (coach.user.email, coach.user.is_staff, coach.title) == ("anna@praxis.test", False, "Therapist")
    enter(browser, coach, rules=[(0, "09:00", "13:00"), (4, "14:00", "18:00")])
    hours = coach.rules.order_by("weekday").values_list("weekday", "starts_at", "ends_at")
    assert list(hours) == [(0, dt.time(9), dt.time(13)), (4, dt.time(14), dt.time(18))]
    assert list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True)) == [
        "user_invited", "coach_made", "row_changed", "rows_changed",
    ]  # fmt: skip


def test_invite_somebody_who_signs_in_already(browser, stranger):
    typed = {"full_name": "Other Name", "email": "Stranger@praxis.test", "language": "el"}
    browser.post(f"{COACHES}invite/", typed)
    assert Coach.objects.get().user == stranger
    assert User.objects.filter(email=stranger.email).count() == 1


def test_nobody_makes_themselves_a_coach(browser, clerk):
    typed = {"full_name": "Me", "email": clerk.email.upper(), "language": "el"}
    answer = browser.post(f"{COACHES}invite/", typed)
    assert answer.status_code == 422
    assert "Nobody can give this to themselves." in answer.content.decode()
    assert not Coach.objects.exists()


def test_who_may_do_everything_may_be_a_coach_too(signed_in, staff):
    typed = {"full_name": "Me", "email": staff.email, "language": "el"}
    signed_in(staff).post(f"{COACHES}invite/", typed)
    assert Coach.objects.get().user == staff


def test_coach_who_is_kept_out_has_nothing_open_any_more(browser, coach, other_coach, session):
    mine = create_proposal(session=session, offers=["2026-11-24 10:00"])
    theirs = create_session(coach=other_coach, client=create_client(of=other_coach), at="2026-11-23 13:00")
    others = create_proposal(session=theirs, offers=["2026-11-24 10:00"])
    do(browser, "/admin/clients/user/", "keep_out", coach.user, confirmed="Yes")
    mine.refresh_from_db()
    others.refresh_from_db()
    assert (mine.status, others.status) == ("withdrawn", "open")
    assert OutboxMessage.objects.filter(kind="proposal_withdrawn").count() == 1
    assert AuditEvent.objects.filter(verb="proposal_withdrawn").count() == 1


def enter(browser, coach, *, rules=(), overrides=(), away=(), **changed):
    typed = {
        "title": coach.title, "time_zone": coach.time_zone, "session_minutes": 50, "slot_step_minutes": 30,
        "buffer_minutes": 0, "notice_minutes": 0, "horizon_days": 90, "price": "", **changed,
    }  # fmt: skip
    for prefix, names, lines in (
        ("rules", ("weekday", "starts_at", "ends_at"), rules),
        ("overrides", ("date", "starts_at", "ends_at"), overrides),
        ("time_off", ("during_0", "during_1", "reason"), away),
    ):
        typed |= {f"{prefix}-TOTAL_FORMS": len(lines), f"{prefix}-INITIAL_FORMS": 0}
        for number, line in enumerate(lines):
            typed |= {f"{prefix}-{number}-{name}": value for name, value in zip(names, line, strict=True)}
    return browser.post(f"{COACHES}{coach.pk}/change/", typed)


def test_closed_day_and_holiday_are_entered(browser):
    coach = create_coach(hours=[])
    enter(
        browser,
        coach,
        overrides=[("2026-12-24", "", "")],
        away=[("2026-12-28 00:00", "2027-01-02 00:00", "Holiday")],
    )
    assert AvailabilityOverride.objects.get().starts_at is None
    away = TimeOff.objects.get()
    assert (away.during.lower.isoformat(), away.reason) == ("2026-12-27T22:00:00+00:00", "Holiday")


def test_hours_that_overlap_are_refused_in_words_and_nothing_is_saved(browser):
    coach = create_coach(hours=[])
    answer = enter(browser, coach, title="New", rules=[(0, "09:00", "13:00"), (0, "12:00", "14:00")])
    page = browser.get(answer["Location"]) if answer.status_code == 302 else answer
    assert page.status_code == 200
    assert "overlap" in page.content.decode().lower()
    coach.refresh_from_db()
    assert (coach.title, AvailabilityRule.objects.count()) == ("", 0)


def test_time_off_the_wrong_way_round_is_refused_in_words(browser):
    coach = create_coach(hours=[])
    answer = enter(browser, coach, away=[("2027-01-02 00:00", "2026-12-28 00:00", "")])
    assert (answer.status_code, TimeOff.objects.count()) == (200, 0)


def test_price_below_nothing_is_refused_in_words(browser):
    coach = create_coach(hours=[])
    answer = enter(browser, coach, price="-1")
    assert answer.status_code == 200
    assert "A price cannot be negative." in answer.content.decode()
    assert "is violated" not in answer.content.decode()


@pytest.mark.parametrize("zone", ["Factory", "localtime", "Europe/Atlantis"])
def test_zone_that_is_no_place_is_refused_in_words(browser, zone):
    coach = create_coach(hours=[])
    answer = enter(browser, coach, time_zone=zone)
    assert "This time zone is not known." in answer.content.decode()
    coach.refresh_from_db()
    assert coach.time_zone == "Europe/Athens"
