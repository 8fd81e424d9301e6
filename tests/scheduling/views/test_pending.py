from __future__ import annotations

import datetime as dt

import pytest

from clients.models import AccessLink
from scheduling.models import ConflictCase, RescheduleProposal, Session
from scheduling.states import CaseStatus, ProposalStatus, SessionStatus
from tests import factories
from tests.scheduling.views.conflict_dialog import HTMX, desk, title, words

pytestmark = pytest.mark.django_db
__all__ = ["desk"]


@pytest.fixture
def case(desk):
    """Nikos waits for the hour that Maria has."""
    return factories.create_case(coach=desk.coach, client=desk.nikos, blocking=desk.session)


def leave(desk):
    desk.session.status, desk.session.cancelled_at = SessionStatus.CANCELLED, factories.NOW
    desk.session.save()


def post(desk, case, what, **data):
    return desk.browser.post(f"/conflicts/{case.pk}/{what}/", data, headers=HTMX)


def test_wish_that_none_of_the_times_fits_says_which_hour_was_wanted_and_can_be_booked_by_hand(desk, case):
    proposal = factories.create_proposal(case=case, offers=["2026-11-24 10:00"])
    proposal.status, proposal.answered_at = ProposalStatus.DECLINED, factories.NOW
    proposal.save()
    page = words(desk.browser.get("/conflicts/"))
    assert "Nikos wanted Monday 23 November, 13:00, which Maria Papadopoulou has." in page
    assert "Nikos wrote nothing more." in page
    assert f'href="/sessions/book/?client={desk.nikos.pk}&amp;case={case.pk}&amp;day=2026-11-23"' in page


def test_list_shows_what_each_wish_waits_for(desk, case):
    factories.create_proposal(session=desk.session, case=case, offers=["2026-11-24 10:00", "2026-11-24 11:00"])
    response = desk.browser.get("/conflicts/")
    page = words(response)
    assert title(response) == "Pending, 1 open · Praxis"
    assert f'id="case-{case.pk}"' in page
    assert "Maria Papadopoulou was asked to move" in page
    assert "<b>Nikos Georgiou</b> waits for Monday 23 November, 13:00." in page
    assert "Maria has 2 times to choose from and has not answered." in page
    assert "Ends Tuesday 24 November, 09:00" in page
    assert f'action="/conflicts/{case.pk}/link/"' in page


def test_list_says_what_was_written_and_no_more(desk, case):
    proposal = factories.create_proposal(case=case, offers=["2026-11-24 10:00"])
    RescheduleProposal.objects.filter(pk=proposal.pk).update(
        status=ProposalStatus.DECLINED, answered_at=factories.NOW, counter_text="Only <b>mornings</b>"
    )
    page = words(desk.browser.get("/conflicts/"))
    assert "Nikos wrote: “Only &lt;b&gt;mornings&lt;/b&gt;”" in page
    assert f'href="/sessions/book/?client={desk.nikos.pk}&amp;case={case.pk}&amp;day=2026-11-23"' in page


def test_filters_are_in_the_address(desk, case):
    factories.create_proposal(case=case, offers=["2026-11-24 10:00"])
    assert "Nikos Georgiou was offered other times" in words(desk.browser.get("/conflicts/?show=all"))
    mine = words(desk.browser.get("/conflicts/?show=mine"))
    assert "Nothing needs you" in mine
    assert "Need you 0" in mine
    assert 'href="/conflicts/?show=mine" aria-current="true"' in mine
    assert "Nothing here yet" in words(desk.browser.get("/conflicts/?show=closed"))
    assert desk.browser.get("/conflicts/?show=x").status_code == 404


def test_nothing_open_is_designed(desk):
    page = words(desk.browser.get("/conflicts/"))
    assert "No open questions." in page
    assert "the wish waits here until it is resolved." in page


def test_list_is_a_region_that_reads_itself_anew(desk, case):
    part = words(desk.browser.get("/conflicts/?show=mine", headers=HTMX))
    assert part.lstrip().startswith('<div class="read" id="pending" hx-get="/conflicts/?show=mine"')
    assert 'hx-trigger="pending:changed from:body"' in part
    assert "<html" not in part
    assert part.strip() in words(desk.browser.get("/conflicts/?show=mine"))


def test_menu_counts_open_wishes(desk, case):
    assert '<span class="count">1<span class="vh"> open</span></span>' in words(desk.browser.get("/conflicts/"))


def test_free_hour_is_booked_with_one_button(desk, case):
    leave(desk)
    page = words(desk.browser.get("/conflicts/"))
    assert "Monday 23 November, 13:00 is free now" in page
    assert "Book Nikos, Mon 13:00" in page
    response = post(desk, case, "book")
    assert response.status_code == 204
    assert "Booked: Nikos Georgiou" in response["HX-Trigger"]
    assert "pending:changed" in response["HX-Trigger"]
    made = Session.objects.get(client=desk.nikos)
    assert made.interval == case.interval
    assert ConflictCase.objects.get().session == made
    assert post(desk, case, "book").status_code == 204
    assert Session.objects.filter(client=desk.nikos).count() == 1
    assert "Booked at the hour that was wanted." in words(desk.browser.get("/conflicts/?show=closed"))


def test_book_without_htmx_returns_to_the_list(desk, case):
    leave(desk)
    response = desk.browser.post(f"/conflicts/{case.pk}/book/", follow=True)
    assert response.redirect_chain == [("/conflicts/", 302)]
    assert "Booked: Nikos Georgiou" in words(response)


def test_hour_taken_again_answers_with_the_clash(desk, case):
    response = post(desk, case, "book")
    assert response.status_code == 409
    assert response["HX-Retarget"] == "#dlg-body"
    assert "Monday 23 November, 13:00 is taken" in words(response)
    assert Session.objects.count() == 1


def test_something_that_only_warns_may_be_overruled(desk, case):
    leave(desk)
    factories.create_time_off(coach=desk.coach, starts="2026-11-23 00:00", ends="2026-11-24 00:00", reason="Course")
    response = post(desk, case, "book")
    assert response.status_code == 409
    assert "Time off: Course" in words(response)
    assert "Book it all the same" in words(response)
    assert post(desk, case, "book", overrule="1").status_code == 204
    assert Session.objects.filter(client=desk.nikos).count() == 1


def test_withdraw_says_first_what_it_does(desk, case):
    factories.create_proposal(session=desk.session, case=case, offers=["2026-11-24 10:00"])
    page = words(desk.browser.get(f"/conflicts/{case.pk}/withdraw/"))
    assert "Withdraw this wish?" in page
    # Nothing sends mail yet, and nobody must think so.
    assert "The link says that the times are taken back." in page
    assert "The message to Maria waits until mail is set up." in page
    assert "Maria Papadopoulou keeps the session as it is." in page
    assert ConflictCase.objects.get().status == CaseStatus.PENDING_RESOLUTION


def test_withdraw_ends_the_wish_once(desk, case):
    factories.create_proposal(case=case, offers=["2026-11-24 10:00"])
    for _ in range(2):
        response = post(desk, case, "withdraw")
        assert response.status_code == 204
        assert "Withdrawn: Nikos Georgiou" in response["HX-Trigger"]
    assert ConflictCase.objects.get().status == CaseStatus.WITHDRAWN
    assert RescheduleProposal.objects.get().status == ProposalStatus.WITHDRAWN
    assert desk.browser.get(f"/conflicts/{case.pk}/withdraw/").status_code == 404


def test_resolved_one_cannot_be_withdrawn(desk, case):
    leave(desk)
    post(desk, case, "book")
    response = post(desk, case, "withdraw")
    assert response.status_code == 409
    assert response["HX-Retarget"] == "#pending"
    assert "This wish is closed already." in words(response)


def test_let_go_ends_the_hold(desk, case):
    leave(desk)
    case.held_until = factories.NOW + dt.timedelta(hours=4)
    case.save()
    page = words(desk.browser.get("/conflicts/"))
    assert "Held for Nikos until today, 15:00" in page
    assert post(desk, case, "release").status_code == 204
    assert ConflictCase.objects.get().held_until is None
    assert "Held for" not in words(desk.browser.get("/conflicts/"))


def test_link_is_made_anew_each_time(desk, case):
    factories.create_proposal(case=case, offers=["2026-11-24 10:00"])
    pages = [words(post(desk, case, "link")) for _ in range(2)]
    assert all("Hand this to Nikos Georgiou" in page for page in pages)
    assert AccessLink.objects.count() == 2
    link = AccessLink.objects.first()
    assert link.expires_at == factories.moment("2026-11-24 09:00") + dt.timedelta(days=30)


def test_link_to_what_has_ended_is_refused_in_words(desk, case):
    factories.create_proposal(case=case, offers=["2026-11-24 10:00"], expires_at=factories.moment("2026-11-20 10:00"))
    response = post(desk, case, "link")
    assert response.status_code == 409
    assert "This offer has ended." in words(response)
    assert AccessLink.objects.count() == 0


@pytest.mark.parametrize("what", ["book", "withdraw", "release", "link", "offer", "ask"])
def test_foreign_and_unknown_are_404_alike(case, what, other_coach, signed_in):
    browser = signed_in(other_coach)
    foreign = browser.post(f"/conflicts/{case.pk}/{what}/")
    unknown = browser.post(f"/conflicts/987654/{what}/")
    assert (foreign.status_code, unknown.status_code) == (404, 404)
    assert foreign.content == unknown.content
    assert ConflictCase.objects.get().status == CaseStatus.PENDING_RESOLUTION


def test_only_coaches(case, signed_in, stranger):
    for what in ("book", "withdraw", "release", "link", "offer", "ask"):
        assert signed_in(stranger).post(f"/conflicts/{case.pk}/{what}/").status_code == 403
    assert signed_in(stranger).get("/conflicts/").status_code == 403


@pytest.mark.parametrize("what", ["book", "release", "link"])
def test_reading_an_address_that_acts_does_nothing(desk, case, what):
    assert desk.browser.get(f"/conflicts/{case.pk}/{what}/").status_code == 405


STANDS = {
    "nobody": ("Nikos Georgiou waits, and nobody is being asked", "Ask Maria to move"),
    "several": ("Nikos Georgiou waits, and nobody is being asked", "More than one session is in the way."),
    "kept": ("Maria Papadopoulou keeps the hour", "Offer Nikos other times"),
    "ended": ("Maria Papadopoulou did not answer", "The offer of 1 time ended."),
    "taken": ("Nikos Georgiou has no time left to choose", "Every time of the offer was given to somebody else"),
    "in_line": ("Nikos Georgiou waits in line", "Maria Papadopoulou has it, and is being asked for somebody"),
    "in_line_for_nobody": ("Nikos Georgiou waits in line", "Maria Papadopoulou has it, and has been asked to move."),
    "held": ("Nikos Georgiou waits in line", "It is held for Eleni Christou."),
}


@pytest.mark.parametrize("stand", STANDS)
def test_every_state_has_its_words(desk, case, stand):
    prepare(stand, desk, case)
    page = words(desk.browser.get("/conflicts/"))
    for sentence in STANDS[stand]:
        assert sentence in page


def prepare(stand, desk, case):
    asked = {"session": desk.session, "case": case, "offers": ["2026-11-24 10:00"]}
    eleni = factories.create_client(of=desk.coach, full_name="Eleni Christou")
    if stand == "several":
        case.wanted = factories.hour("2026-11-23 13:30").as_range()
        case.save()
        factories.create_session(coach=desk.coach, client=eleni, at="2026-11-23 14:00")
    elif stand == "kept":
        proposal = factories.create_proposal(**asked)
        proposal.status, proposal.answered_at, proposal.keeps = "declined", factories.NOW, True
        proposal.save()
    elif stand == "ended":
        factories.create_proposal(**asked, expires_at=factories.moment("2026-11-20 10:00"))
    elif stand == "taken":
        factories.create_proposal(case=case, offers=["2026-11-24 10:00"])
        factories.create_session(coach=desk.coach, client=eleni, at="2026-11-24 10:00")
    elif stand == "in_line":
        other = factories.create_case(coach=desk.coach, client=eleni, blocking=desk.session)
        factories.create_proposal(session=desk.session, case=other, offers=["2026-11-24 10:00"])
    elif stand == "in_line_for_nobody":
        factories.create_proposal(session=desk.session, offers=["2026-11-24 10:00"])
    elif stand == "held":
        leave(desk)
        until = factories.NOW + dt.timedelta(hours=4)
        factories.create_case(coach=desk.coach, client=eleni, blocking=desk.session, held_until=until)


def test_free_hour_that_did_not_book_itself_says_why(desk, case):
    leave(desk)
    case.book_when_freed, case.resolution = True, "outside_hours"
    case.save()
    page = words(desk.browser.get("/conflicts/"))
    assert "Monday 23 November, 13:00 is free now" in page
    assert "It did not book itself: it lies outside your hours." in page
