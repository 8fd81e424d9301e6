from __future__ import annotations

import json
import re

import pytest

from scheduling.actions.proposals import decline_proposal
from scheduling.models import RescheduleProposal
from scheduling.states import ProposalStatus, SessionStatus
from tests import factories
from tests.scheduling.actions.traces import everything
from tests.scheduling.views.conflict_dialog import HTMX, desk, filled, words
from tests.scheduling.views.proposal_link import link

pytestmark = pytest.mark.django_db
__all__ = ["desk"]


def opened(desk, query="", **more):
    return desk.browser.get(f"/sessions/{desk.session.pk}/ask/{query}", headers=HTMX, **more)


def sent(desk, fields, what="", headers=HTMX):
    return desk.browser.post(f"/sessions/{desk.session.pk}/ask/{what}", fields, headers=headers)


def asked(desk, **fields):
    return factories.create_proposal(session=desk.session, offers=["2026-11-24 10:00", "2026-11-25 10:00"], **fields)


def test_opening_changes_nothing_and_ticks_the_best_times(desk):
    before = everything()
    response = opened(desk)
    page = words(response)
    assert (response.status_code, response["HX-Trigger-After-Swap"]) == (200, "dlg:open")
    assert "Ask Maria to move" in page
    assert "Maria Papadopoulou has Monday 23 November, 13:00, and keeps it until another time is picked." in page
    assert len(filled(response)["offer"]) == 3
    assert everything() == before


def test_sending_hands_over_the_link_and_twice_sends_once(desk):
    fields = filled(opened(desk))
    for _ in range(2):
        response = sent(desk, fields)
        assert response.status_code == 200
        assert "Hand this to Maria Papadopoulou" in words(response)
        assert json.loads(response["HX-Trigger"]).keys() == {"calendar:changed", "pending:changed"}
    proposal = RescheduleProposal.objects.get()
    assert (proposal.session, proposal.case, proposal.status) == (desk.session, None, ProposalStatus.OPEN)


def test_what_was_taken_back_since_is_not_claimed_to_be_sent_and_goes_out_from_the_page_that_says_so(desk):
    fields = filled(opened(desk))
    sent(desk, fields)
    desk.browser.post(f"/sessions/{desk.session.pk}/ask/withdraw/", headers=HTMX)
    response = sent(desk, fields)
    assert response.status_code == 409
    assert "This was sent once, and has been taken back since." in words(response)
    assert sent(desk, filled(response)).status_code == 200
    assert [each.status for each in RescheduleProposal.objects.order_by("pk")] == ["withdrawn", "open"]


def test_the_deadline_never_lies_after_the_session(desk):
    desk.session.during = factories.hour("2026-11-21 13:00").as_range()
    desk.session.save()
    fields = filled(opened(desk)) | {"offer": ["2026-11-25T10:00+02:00"], "preview": ["page"]}
    page = words(sent(desk, fields))
    ends = re.findall(r'<option value="([^"]+)"', page)
    assert ends
    assert max(ends) <= desk.session.starts_at.isoformat()
    assert "The session itself begins on Saturday 21 November, 13:00; the answer must come before it." in page


def test_time_off_is_never_suggested(desk):
    factories.create_time_off(coach=desk.coach, starts="2026-11-23 00:00", ends="2026-11-27 00:00")
    days = {value[:10] for value in re.findall(r'name="offer" value="([^"]+)"', words(opened(desk)))}
    assert days
    assert not days & {"2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26"}


def test_an_own_time_is_judged_and_the_very_hour_is_none(desk):
    fields = filled(opened(desk))
    factories.create_session(coach=desk.coach, client=desk.nikos, at="2026-11-24 10:00")
    taken = sent(desk, fields | {"extra_day": ["2026-11-24"], "extra_at": ["10"]})
    assert taken.status_code == 422
    assert "Taken by Nikos Georgiou" in words(taken)
    same = sent(desk, fields | {"extra_day": ["2026-11-23"], "extra_at": ["13:00"]})
    assert same.status_code == 422
    assert "That is when the session is now." in words(same)
    assert RescheduleProposal.objects.count() == 0


@pytest.mark.parametrize(
    "broken", [{"version": ["abc"]}, {"version": []}, {"expires": ["2020-01-01T10:00+00:00"]}, {"offer": ["x"]}]
)
def test_what_is_no_answer_is_said_and_nothing_sent(desk, broken):
    assert sent(desk, filled(opened(desk)) | broken).status_code == 422
    assert RescheduleProposal.objects.count() == 0


def test_preview_shows_and_sends_nothing(desk):
    fields = filled(opened(desk)) | {"offer": ["2026-11-24T10:00+02:00"], "preview": ["parts"]}
    parts = sent(desk, fields)
    assert parts.status_code == 200
    assert 'id="send-again" hx-swap-oob="true"' in words(parts)
    assert RescheduleProposal.objects.count() == 0


def test_who_is_asked_already_is_said_without_a_form(desk):
    fields = filled(opened(desk))
    asked(desk)
    for response in (opened(desk), sent(desk, fields)):
        assert response.status_code == 409
        assert "This client has been asked already, and has not answered yet." in words(response)
        assert "form_key" not in words(response)


def test_a_session_that_changed_or_is_over_is_not_asked_about(desk):
    fields = filled(opened(desk))
    desk.session.version = 2
    desk.session.save()
    changed = sent(desk, fields)
    assert changed.status_code == 409
    assert "This session was changed since you opened the page." in words(changed)
    assert "Look again" in words(changed)
    desk.session.status, desk.session.cancelled_at = SessionStatus.CANCELLED, factories.NOW
    desk.session.save()
    for response in (opened(desk), sent(desk, fields), sent(desk, {})):
        assert response.status_code == 409
        assert "Only a scheduled session can be moved." in words(response)
        assert "Look again" not in words(response)
    assert RescheduleProposal.objects.count() == 0


def test_next_is_gone_on_to_only_when_it_is_ours(desk):
    fields = filled(opened(desk, "?next=/settings/away/3/"))
    assert fields["next"] == ["/settings/away/3/"]
    assert 'href="/settings/away/3/" data-js-close>Done' in words(sent(desk, fields))
    assert "evil" not in words(opened(desk, "?next=//evil.test/"))


@pytest.mark.parametrize("what", ["", "link/", "withdraw/", "done/"])
def test_sessions_of_others_are_not_found(desk, other_coach, signed_in, what):
    browser = signed_in(other_coach)
    foreign, unknown = (browser.post(f"/sessions/{key}/ask/{what}") for key in (desk.session.pk, 10**30))
    assert (foreign.status_code, unknown.status_code) == (404, 404)
    assert foreign.content == unknown.content


def test_without_htmx_it_is_a_page(desk):
    page = desk.browser.get(f"/sessions/{desk.session.pk}/ask/")
    assert '<div class="sheet">' in words(page)
    # The menu of the page has a field of that name too.
    answer = sent(desk, filled(page) | {"next": []}, headers={})
    assert "Hand this to Maria Papadopoulou" in words(answer)
    assert f'href="/sessions/{desk.session.pk}/" data-js-close>Done' in words(answer)


# What comes of it


def test_session_page_asks_shows_the_open_question_and_takes_it_back(desk):
    url = f"/sessions/{desk.session.pk}/"
    assert f'href="{url}ask/"' in words(desk.browser.get(url))
    proposal = asked(desk)
    page = words(desk.browser.get(url))
    assert f'href="{url}ask/"' not in page
    assert "Maria Papadopoulou was offered 2 other times." in page
    assert "Hand this to Maria Papadopoulou" in words(sent(desk, {}, "link/"))
    gone = sent(desk, {}, "withdraw/", headers={})
    assert (gone.status_code, gone["Location"]) == (302, url)
    proposal.refresh_from_db()
    assert proposal.status == ProposalStatus.WITHDRAWN
    for what in ("link/", "withdraw/"):
        late = sent(desk, {}, what)
        assert late.status_code == 409
        assert "This offer has ended. Nothing was changed." in words(late)


def test_pending_lists_the_question_and_its_answer_until_it_is_left(desk):
    proposal = asked(desk)
    page = words(desk.browser.get("/conflicts/"))
    assert "Maria Papadopoulou was asked to move" in page
    assert "The session is on Monday 23 November, 13:00, and stays there until the answer." in page
    assert "Maria has 2 times to choose from and has not answered." in page
    assert f'href="/sessions/{desk.session.pk}/history/">What happened' in page
    assert "Nothing needs you" in words(desk.browser.get("/conflicts/?show=mine"))
    decline_proposal(proposal.pk, "Only <b>mornings</b>", by=None, now=factories.NOW)
    for url in ("/conflicts/?show=mine", f"/sessions/{desk.session.pk}/"):
        page = words(desk.browser.get(url))
        assert "Maria Papadopoulou: none of the times fits" in page
        assert "Maria wrote: “Only &lt;b&gt;mornings&lt;/b&gt;”" in page
    left = sent(desk, {"ask": proposal.pk, "next": "/conflicts/"}, "done/", headers={})
    assert (left.status_code, left["Location"]) == (302, "/conflicts/")
    assert "No open questions." in words(desk.browser.get("/conflicts/"))


def test_only_the_answer_that_was_shown_is_left(desk):
    proposal = asked(desk)
    assert sent(desk, {"ask": proposal.pk}, "done/").status_code == 409
    for number in ("", "x", "٣", "9" * 30, str(proposal.pk + 1)):
        assert sent(desk, {"ask": number}, "done/").status_code == 404


def test_the_clients_page_knows_a_question_without_a_wish(desk, signed_in):
    desk.maria.language = "en"
    desk.maria.save()
    proposal = asked(desk)
    visitor, url = signed_in(), link(proposal)
    page = words(visitor.get(url))
    assert "Can we move your session?" in page
    assert "Keep Monday 23 November" in page
    none = words(visitor.post(url, {"offer": "none_fits", "counter_text": "Mornings"}))
    assert "Thank you for your answer" in none
    assert "Until then your session stays on <b>Monday 23 November, 13:00</b>." in none


@pytest.mark.parametrize("answer", ["keep", "pick"])
def test_the_clients_answer_is_final_and_shown_again(desk, signed_in, answer):
    desk.maria.language = "en"
    desk.maria.save()
    proposal = asked(desk)
    visitor, url = signed_in(), link(proposal)
    offer = proposal.offers.order_by("during")[0]
    visitor.post(url, {"offer": "keep" if answer == "keep" else offer.pk})
    day = "Monday, 13:00" if answer == "keep" else "Tuesday, 10:00"
    assert f"See you on {day}" in words(visitor.get(url))
    page = words(desk.browser.get("/conflicts/"))
    assert ("Maria Papadopoulou keeps the hour" if answer == "keep" else "Maria Papadopoulou moved") in page


def test_office_sees_a_question_without_a_wish(desk, staff, signed_in):
    proposal = asked(desk)
    office = signed_in(staff)
    for url in ("", f"{proposal.pk}/change/"):
        assert office.get(f"/admin/scheduling/rescheduleproposal/{url}").status_code == 200
