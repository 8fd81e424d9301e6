from __future__ import annotations

import pytest

from scheduling.actions.proposals import decline_proposal
from scheduling.models import RescheduleProposal
from scheduling.states import CaseStatus, ProposalStatus, SessionStatus
from tests import factories
from tests.scheduling.actions.traces import everything
from tests.scheduling.views.conflict_dialog import HTMX, desk, filled, words

pytestmark = pytest.mark.django_db
__all__ = ["desk"]


@pytest.fixture
def case(desk):
    return factories.create_case(coach=desk.coach, client=desk.nikos, blocking=desk.session)


def opened(desk, case, what):
    return desk.browser.get(f"/conflicts/{case.pk}/{what}/", headers=HTMX)


def sent(desk, case, what, fields):
    return desk.browser.post(f"/conflicts/{case.pk}/{what}/", fields, headers=HTMX)


def test_opening_changes_nothing_and_ticks_the_best_times(desk, case):
    before = everything()
    response = opened(desk, case, "offer")
    assert response.status_code == 200
    assert response["HX-Trigger-After-Swap"] == "dlg:open"
    assert "Nikos Georgiou wanted Monday 23 November, 13:00." in words(response)
    assert "Send 5 times to Nikos" in words(response)
    assert len(filled(response)["offer"]) == 5
    assert everything() == before


def test_other_times_for_the_wisher_take_the_place_of_the_old(desk, case):
    factories.create_proposal(session=desk.session, case=case, offers=["2026-11-24 10:00"])
    response = opened(desk, case, "offer")
    assert "What was sent before does not count any more." in words(response)
    fields = filled(response)
    assert sent(desk, case, "offer", fields).status_code == 200
    assert sent(desk, case, "offer", fields).status_code == 200
    old, new = RescheduleProposal.objects.order_by("pk")
    assert (old.status, new.status, new.kind, new.recipient) == ("withdrawn", "open", "offer_times", desk.nikos)


def test_change_times_begins_with_those_on_offer(desk, case):
    factories.create_proposal(case=case, offers=["2026-11-26 10:00", "2026-11-27 09:00"])
    assert filled(opened(desk, case, "offer"))["offer"] == ["2026-11-26T10:00+02:00", "2026-11-27T09:00+02:00"]


@pytest.mark.parametrize("until", ["2026-11-21 18:00", "2026-11-22 17:20", "2026-11-29 09:10"])
def test_change_times_keeps_the_promised_deadline_until_another_is_chosen(desk, case, until):
    until = factories.moment(until)
    factories.create_proposal(case=case, offers=["2026-12-02 10:00"], expires_at=until)
    fields = filled(opened(desk, case, "offer"))
    assert fields["expires"] == [until.isoformat()]
    looked = filled(sent(desk, case, "offer", fields | {"preview": "page"}))
    assert looked["expires"] == [until.isoformat()]
    assert sent(desk, case, "offer", fields).status_code == 200
    assert RescheduleProposal.objects.get(status=ProposalStatus.OPEN).expires_at == until


def test_booking_by_hand_begins_on_the_day_that_was_wanted(desk, case):
    proposal = factories.create_proposal(case=case, offers=["2026-11-24 10:00"])
    decline_proposal(proposal.pk, "", by=None, now=factories.NOW)
    by_hand = f"/sessions/book/?client={desk.nikos.pk}&amp;case={case.pk}&amp;day=2026-11-23"
    assert f'href="{by_hand}"' in words(desk.browser.get("/conflicts/"))
    assert 'value="2026-11-23"' in words(desk.browser.get(by_hand.replace("&amp;", "&")))


def test_who_has_the_hour_is_asked_again(desk, case):
    factories.create_proposal(
        session=desk.session, case=case, offers=["2026-11-24 10:00"], expires_at=factories.moment("2026-11-20 10:00")
    )
    response = opened(desk, case, "ask")
    assert "Maria Papadopoulou has Monday 23 November, 13:00; Nikos Georgiou waits for it." in words(response)
    answer = sent(desk, case, "ask", filled(response))
    assert answer.status_code == 200
    assert "Hand this to Maria Papadopoulou" in words(answer)
    new = RescheduleProposal.objects.order_by("pk").last()
    assert (new.kind, new.session, new.status) == ("ask_to_move", desk.session, ProposalStatus.OPEN)


def test_ask_when_the_hour_is_free_says_so(desk, case):
    fields = filled(opened(desk, case, "ask"))
    desk.session.status, desk.session.cancelled_at = SessionStatus.CANCELLED, factories.NOW
    desk.session.save()
    for response in (opened(desk, case, "ask"), sent(desk, case, "ask", fields)):
        assert response.status_code == 409
        assert "Monday 23 November, 13:00 is free now" in words(response)
    assert RescheduleProposal.objects.count() == 0


def test_ask_when_nobody_alone_could_make_room_shows_the_clash(desk, case):
    eleni = factories.create_client(of=desk.coach)
    case.wanted = factories.hour("2026-11-23 13:30").as_range()
    case.save()
    factories.create_session(coach=desk.coach, client=eleni, at="2026-11-23 14:00")
    response = opened(desk, case, "ask")
    assert response.status_code == 409
    assert "Several sessions are in the way." in words(response)


def test_ask_while_another_wish_asks_is_refused_in_words(desk, case):
    factories.create_proposal(session=desk.session, offers=["2026-11-24 10:00"])
    response = sent(desk, case, "ask", filled(opened(desk, case, "ask")))
    assert response.status_code == 409
    assert "This client has been asked already, and has not answered yet." in words(response)


@pytest.mark.parametrize("what", ["offer", "ask"])
def test_closed_wish_leads_to_the_list(desk, case, what):
    fields = filled(opened(desk, case, what))
    case.status, case.closed_at = CaseStatus.WITHDRAWN, factories.NOW
    case.save()
    for response in (opened(desk, case, what), sent(desk, case, what, fields), sent(desk, case, what, {})):
        assert response.status_code == 409
        assert response["HX-Retarget"] == "#pending"
        assert "This wish is closed already." in words(response)


def test_what_is_on_offer_is_shown_without_suggestions_that_overlap_it(desk, case):
    assert 'value="2026-11-24T13:00+02:00"' in words(opened(desk, case, "offer"))
    factories.create_proposal(case=case, offers=["2026-11-24 13:30"])
    page = words(opened(desk, case, "offer"))
    assert 'value="2026-11-24T13:30+02:00" checked' in page
    assert 'value="2026-11-24T13:00+02:00"' not in page


def test_no_time_at_all_changes_the_button(desk, case):
    page = words(sent(desk, case, "offer", filled(opened(desk, case, "offer")) | {"offer": []}))
    assert 'id="send-again" aria-disabled="true"' in page
    assert "Tick at least one time</button>" in page


def test_what_is_wrong_is_said_and_what_was_typed_kept(desk, case):
    fields = filled(opened(desk, case, "offer")) | {"offer": [], "note": ["Sorry"]}
    response = sent(desk, case, "offer", fields)
    assert response.status_code == 422
    assert "Tick at least one time." in words(response)
    assert ">\nSorry</textarea>" in words(response)
    factories.create_session(coach=desk.coach, client=desk.maria, at="2026-11-28 09:00")
    own = sent(desk, case, "offer", fields | {"extra_day": ["2026-11-28"], "extra_at": ["9"]})
    assert own.status_code == 422
    assert "Taken by Maria Papadopoulou" in words(own)


def test_preview_shows_and_sends_nothing(desk, case):
    fields = filled(opened(desk, case, "offer")) | {"offer": ["2026-11-24T10:00+02:00"]}
    parts = sent(desk, case, "offer", fields | {"preview": ["parts"]})
    assert parts.status_code == 200
    assert 'id="send-again" hx-swap-oob="true"' in words(parts)
    assert "Send 1 time to Nikos" in words(parts)
    page = sent(desk, case, "offer", fields | {"preview": ["page"], "extra_day": ["2026-11-25"], "extra_at": ["9"]})
    assert filled(page)["offer"] == ["2026-11-24T10:00+02:00", "2026-11-25T09:00+02:00"]
    assert RescheduleProposal.objects.count() == 0


def test_page_without_htmx(desk, case):
    response = desk.browser.get(f"/conflicts/{case.pk}/offer/")
    assert response.status_code == 200
    assert '<div class="sheet">' in words(response)
    answer = desk.browser.post(f"/conflicts/{case.pk}/offer/", filled(response))
    assert "Hand this to Nikos Georgiou" in words(answer)


class TestSentLast:
    """Times that nobody answered, or that were taken back, are ticked again as far as they are free."""

    OVER = factories.moment("2026-11-20 10:00")

    def test_those_that_are_still_free_are_ticked_and_the_others_named(self, desk, case):
        factories.create_proposal(case=case, offers=["2026-11-26 10:00", "2026-11-27 09:00"], expires_at=self.OVER)
        factories.create_session(coach=desk.coach, client=factories.create_client(of=desk.coach), at="2026-11-27 09:00")
        response = opened(desk, case, "offer")
        assert filled(response)["offer"] == ["2026-11-26T10:00+02:00"]
        assert "The times of last time that are still free are ticked." in words(response)
        assert "Not free any more: <s>Fri 27 Nov, 09:00</s>." in words(response)
        assert sent(desk, case, "offer", filled(response)).status_code == 200
        new = RescheduleProposal.objects.order_by("pk").last()
        assert [offer.interval for offer in new.offers.all()] == [factories.hour("2026-11-26 10:00")]

    def test_not_after_none_of_them_fitted(self, desk, case):
        factories.create_counter(
            proposal=factories.create_proposal(case=case, offers=["2026-11-26 10:00"]), at="2026-11-26 14:00"
        )
        assert "The times of last time" not in words(opened(desk, case, "offer"))

    def test_of_the_one_who_was_asked_not_of_the_wisher(self, desk, case):
        factories.create_proposal(case=case, offers=["2026-11-26 10:00"], expires_at=self.OVER)
        RescheduleProposal.objects.update(status=ProposalStatus.EXPIRED)
        factories.create_proposal(case=case, session=desk.session, offers=["2026-11-27 12:00"], expires_at=self.OVER)
        assert filled(opened(desk, case, "ask"))["offer"] == ["2026-11-27T12:00+02:00"]
        assert filled(opened(desk, case, "offer"))["offer"] == ["2026-11-26T10:00+02:00"]

    def test_a_plain_question_begins_with_them_too(self, desk):
        factories.create_proposal(session=desk.session, offers=["2026-11-27 12:00"], expires_at=self.OVER)
        response = desk.browser.get(f"/sessions/{desk.session.pk}/ask/", headers=HTMX)
        assert filled(response)["offer"] == ["2026-11-27T12:00+02:00"]
