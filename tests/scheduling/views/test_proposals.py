from __future__ import annotations

import datetime as dt
import re

import pytest

from clients.models import AccessLink
from scheduling.models import ConflictCase, RescheduleProposal, Session
from scheduling.states import CaseStatus, ProposalStatus, SessionStatus
from tests import factories
from tests.scheduling.actions.traces import everything
from tests.scheduling.views.conflict_dialog import desk, title, words
from tests.scheduling.views.proposal_link import asked, case, offered

pytestmark = pytest.mark.django_db
__all__ = ["asked", "case", "desk", "offered"]


def test_page_of_who_is_asked_to_move(asked):
    response = asked.open()
    page = words(response)
    assert response.status_code == 200
    assert title(response) == "Can we move your session? · Praxis"
    assert "Elena Marinou asks. Pick a time, or keep yours." in page
    assert "<b>Monday 23 November, 13:00</b>" in page
    assert "<span>Monday 23 November<small>Same day</small></span>" in page
    assert "<span>Tuesday 24 November</span>" in page
    assert "Sorry to ask." in page
    assert "None of these fits" in page
    assert "Keep Monday 23 November" in page
    assert "Kept for you until Monday 23 November, 15:00" in page
    assert "Nikos" not in page


def test_page_of_who_wanted_the_hour(offered):
    page = words(offered.open())
    assert "Choose a time for your session" in page
    assert "<s>Monday 23 November, 13:00</s>" in page
    assert "Keep " not in page
    assert "Maria" not in page


def test_nothing_is_chosen_beforehand(asked):
    assert " checked" not in words(asked.open())


def test_opening_ten_times_changes_nothing(asked):
    before = everything(), list(AccessLink.objects.values())
    for _ in range(10):
        assert asked.open().status_code == 200
        assert asked.browser.head(asked.url).status_code == 200
    assert (everything(), list(AccessLink.objects.values())) == before


def test_answer_of_the_wisher_books(offered, desk):
    response = offered.answer(offered.second)
    assert response.status_code == 200
    made = Session.objects.get(client=desk.nikos)
    assert (made.interval, made.booked_from) == (offered.second.interval, offered.second)
    assert ConflictCase.objects.get().status == CaseStatus.RESOLVED
    page = words(response)
    assert "See you on Wednesday, 10:00" in page
    assert "Your session is on <b>Wednesday 25 November, 10:00</b>." in page
    assert "50 minutes, until 10:50" in page


def test_answer_of_who_was_asked_moves(asked, desk):
    page = words(asked.answer(asked.second))
    desk.session.refresh_from_db()
    assert desk.session.interval == asked.second.interval
    assert "Your session moved from Monday 23 November, 13:00 to <b>Tuesday 24 November, 10:00</b>." in page
    assert ConflictCase.objects.get().held_until is not None


def test_answer_sent_again_is_the_same_answer(offered):
    first, again = offered.answer(offered.first), offered.answer(offered.first)
    assert (first.status_code, again.status_code) == (200, 200)
    assert "See you on Tuesday, 10:00" in words(again)
    assert Session.objects.filter(booked_from__isnull=False).count() == 1


def test_link_opened_after_the_answer_shows_the_outcome(offered):
    offered.answer(offered.first)
    page = words(offered.open())
    assert "See you on Tuesday, 10:00" in page
    assert "<form" not in page.split("<main")[1].split("</main>")[0]


def test_another_answer_after_the_first_is_refused_and_shows_how_it_stands(offered):
    offered.answer(offered.first)
    response = offered.answer(offered.second)
    assert response.status_code == 409
    assert "This was answered or ended already" in words(response)
    assert "See you on Tuesday, 10:00" in words(response)
    assert Session.objects.filter(booked_from__isnull=False).count() == 1


def test_time_taken_meanwhile_stays_on_the_page(asked, desk):
    factories.create_session(coach=desk.coach, client=desk.nikos, at="2026-11-24 10:00")
    response = asked.answer(asked.second)
    page = words(response)
    assert response.status_code == 409
    assert 'class="notice warn" role="alert" tabindex="-1" id="taken" autofocus' in page
    assert "Tuesday 24 November, 10:00 was just taken" in page
    assert "Nothing has changed: your session is still on Monday 23 November, 13:00." in page
    assert "<s>Tuesday 24 November, 10:00</s>" in page
    assert re.findall(r'name="offer" value="(\w+)"', page) == [str(asked.first.pk), "none_fits", "keep"]
    assert asked.status == ProposalStatus.OPEN
    assert asked.answer(asked.first).status_code == 200


def test_taken_times_are_struck_before_anything_is_chosen(offered, desk):
    factories.create_session(coach=desk.coach, client=desk.maria, at="2026-11-24 10:00")
    page = words(offered.open())
    assert "<s>Tuesday 24 November, 10:00</s>" in page
    assert f'value="{offered.first.pk}"' not in page


def test_when_all_times_are_gone_new_ones_can_be_asked_for(offered, desk):
    for at in ("2026-11-24 10:00", "2026-11-25 10:00"):
        factories.create_session(coach=desk.coach, client=factories.create_client(of=desk.coach), at=at)
    page = words(offered.open())
    assert "These times are gone by now" in page
    assert "Ask for new times" in page
    response = offered.answer("none_fits", "Any Thursday")
    assert response.status_code == 200
    assert offered.status == ProposalStatus.DECLINED


def test_none_fits_with_words(offered):
    response = offered.answer("none_fits", "Only mornings <b>")
    page = words(response)
    assert response.status_code == 200
    assert "Elena Marinou knows that none of the times fits" in page
    assert "You wrote: “Only mornings &lt;b&gt;”" in page
    assert RescheduleProposal.objects.get().counter_text == "Only mornings <b>"
    assert ConflictCase.objects.get().status == CaseStatus.PENDING_RESOLUTION
    assert words(offered.answer("none_fits", "Only mornings <b>")).count("You wrote:") == 1


def test_words_of_a_client_never_keep_an_hour(asked):
    page = words(asked.answer("none_fits", "[kept] I have won"))
    assert "You wrote: “[kept] I have won”" in page
    assert not RescheduleProposal.objects.get().keeps


def test_none_fits_of_who_was_asked_says_what_stays(asked):
    page = words(asked.answer("none_fits"))
    assert "Until then your session stays on <b>Monday 23 November, 13:00</b>." in page


def test_keep(asked, desk):
    response = asked.answer("keep", "ignored")
    assert response.status_code == 200
    assert "Your session stays on <b>Monday 23 November, 13:00</b>." in words(response)
    assert asked.status == ProposalStatus.DECLINED
    assert "See you on Monday, 13:00" in words(asked.open())


def test_who_has_no_hour_cannot_keep_one(offered):
    response = offered.answer("keep")
    assert response.status_code == 422
    assert offered.status == ProposalStatus.OPEN


@pytest.mark.parametrize("offer", ["", "x", "-1", "1 OR 1=1", "٣", "9" * 30])
def test_answers_that_are_none_are_refused_in_words(offered, offer):
    response = offered.answer(offer, "What I typed")
    page = words(response)
    assert response.status_code == 422
    assert "Choose one of the times, or say that none fits." in page
    assert title(response).startswith("Problem: ")
    assert "What I typed</textarea>" in page
    assert offered.status == ProposalStatus.OPEN


def test_offer_of_another_proposal_is_refused(offered, desk):
    other = factories.create_proposal(session=desk.session, offers=["2026-11-26 10:00"])
    response = offered.answer(other.offers.get())
    assert response.status_code == 422
    assert "This is not one of the times offered." in words(response)


def test_text_too_long_is_refused_and_kept(offered):
    response = offered.answer("none_fits", "x" * 1001)
    assert response.status_code == 422
    assert "Please make it shorter: 1000 letters at most." in words(response)
    assert "x" * 1001 in words(response)
    assert 'value="none_fits" required checked' in words(response)


def test_after_its_time_the_page_says_what_stays(asked, clock):
    clock.move_to(asked.proposal.expires_at + dt.timedelta(seconds=1))
    page = words(asked.open())
    assert "This offer has ended" in page
    assert "<b>Monday 23 November, 13:00</b>" in page
    late = asked.answer(asked.second)
    assert late.status_code == 409
    assert "This offer has ended" in words(late)
    assert Session.objects.get().interval.starts_at == factories.moment("2026-11-23 13:00")


def test_at_its_very_deadline_it_can_be_answered(asked, clock):
    clock.move_to(asked.proposal.expires_at)
    assert asked.answer(asked.second).status_code == 200


def test_a_wish_given_up_after_none_fitted_is_over(offered, case):
    offered.answer("none_fits", "Only Saturdays")
    ConflictCase.objects.filter(pk=case.pk).update(status=CaseStatus.WITHDRAWN, closed_at=factories.NOW)
    page = words(offered.open())
    assert "This offer was taken back" in page
    assert "come back to you" not in page
    assert "You wrote: “Only Saturdays”" in page


def test_withdrawn_offer(offered):
    RescheduleProposal.objects.update(status=ProposalStatus.WITHDRAWN)
    page = words(offered.open())
    assert "This offer was taken back" in page
    assert "Nothing was booked for you." in page
    assert offered.answer(offered.first).status_code == 409


@pytest.mark.parametrize("status", [ProposalStatus.WITHDRAWN, ProposalStatus.EXPIRED, ProposalStatus.DECLINED])
def test_offer_of_a_wish_that_was_settled_otherwise_names_the_session(offered, desk, case, status):
    if status == ProposalStatus.DECLINED:
        offered.answer("none_fits")
    RescheduleProposal.objects.update(status=status)
    booked = factories.create_session(coach=desk.coach, client=desk.nikos, at="2026-11-26 09:00")
    ConflictCase.objects.update(status=CaseStatus.RESOLVED, session=booked, closed_at=factories.NOW)
    page = words(offered.open())
    assert "Your session is on <b>Thursday 26 November, 09:00</b>." in page
    assert "Nothing was booked" not in page
    assert "come back to you" not in page


def test_session_changed_after_the_answer_is_said_as_it_is_now(offered, desk):
    offered.answer(offered.first)
    made = Session.objects.get(client=desk.nikos)
    made.during = factories.hour("2026-11-26 09:00").as_range()
    made.save()
    assert "Your session is on Thursday 26 November, 09:00" in words(offered.open())
    made.status, made.cancelled_at = SessionStatus.CANCELLED, factories.NOW
    made.save()
    assert "This session does not take place" in words(offered.open())


def test_session_cancelled_before_the_answer(asked, desk):
    desk.session.status, desk.session.cancelled_at = SessionStatus.CANCELLED, factories.NOW
    desk.session.save()
    response = asked.answer(asked.second)
    assert response.status_code == 409
    assert "Please ask us about this" in words(response)
    assert "Only a scheduled session can be moved." not in words(response)
