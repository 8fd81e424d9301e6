from __future__ import annotations

import re

import pytest

from scheduling.models import RescheduleProposal, Session
from tests import factories
from tests.scheduling.views.conflict_dialog import ASK, OFFER, desk, filled, words
from tests.scheduling.views.proposal_link import link

pytestmark = pytest.mark.django_db
__all__ = ["desk"]

MONDAY_NOON, MONDAY_TWO = "2026-11-23T12:00+02:00", "2026-11-23T14:00+02:00"


def test_sixth_time_is_refused_in_words_and_all_stay_ticked(desk):
    fields = filled(desk.book())
    fields["offer"].append("2026-11-27T13:00+02:00")
    response = desk.send(OFFER, fields)
    assert response.status_code == 422
    assert "Five times are enough: 6 are ticked. Untick some." in words(response)
    assert filled(response)["offer"] == fields["offer"]
    assert RescheduleProposal.objects.count() == 0


def test_no_time_at_all_is_refused_in_words(desk):
    fields = filled(desk.book()) | {"offer": [], "note": ["Sorry"]}
    response = desk.send(OFFER, fields)
    assert response.status_code == 422
    page = words(response)
    assert "<strong>Tick at least one time.</strong>" in page
    assert "Problem: 1" not in page
    assert "Send 0" not in page
    assert 'aria-disabled="true" id="send-offer"' in page
    assert "Tick at least one time</button>" in page
    assert ">\nSorry</textarea>" in words(response)


def test_early_time_says_that_it_cuts_the_answer_short(desk):
    fields = filled(desk.book())
    hint = "the answer must come before it."
    assert hint not in words(desk.send(OFFER, fields | {"preview": "parts"}))
    early = fields | {"offer": ["2026-11-21T11:00+02:00"], "preview": "parts"}
    assert f"The first time ticked is Saturday 21 November, 11:00; {hint}" in words(desk.send(OFFER, early))


@pytest.mark.parametrize("sent", ["rubbish", "2026-11-23T12:00", "9999-01-01T00:00+02:00", "0001-01-01T00:00+14:00"])
def test_times_that_are_none_do_no_harm(desk, sent):
    response = desk.send(OFFER, filled(desk.book()) | {"offer": [sent]})
    assert response.status_code == 422
    assert RescheduleProposal.objects.count() == 0


def test_time_of_ones_own_is_offered_too(desk):
    fields = filled(desk.book()) | {"offer": [MONDAY_NOON], "extra_day": ["2026-11-24"], "extra_at": ["9"]}
    assert desk.send(OFFER, fields).status_code == 200
    starts = [
        f"{offer.interval.starts_at:%d %H:%M}" for offer in RescheduleProposal.objects.get().offers.order_by("during")
    ]
    assert starts == ["23 10:00", "24 07:00"]


def test_time_of_ones_own_is_told_why_it_cannot_be_had(desk):
    factories.create_time_off(coach=desk.coach, starts="2026-11-28 00:00", ends="2026-11-29 00:00", reason="Skiing")
    fields = filled(desk.book()) | {"extra_day": ["2026-11-28"], "extra_at": ["10:00"]}
    response = desk.send(OFFER, fields)
    assert response.status_code == 422
    assert "Time off: Skiing" in words(response)
    assert filled(response)["extra_at"] == ["10:00"]
    assert filled(response)["offer"] == fields["offer"]


@pytest.mark.parametrize(("url", "suffix"), [(OFFER, ""), (ASK, "_ask")])
def test_time_of_ones_own_outside_ones_hours_is_offered_and_taken(desk, signed_in, url, suffix):
    own = {f"offer{suffix}": [], f"extra_day{suffix}": ["2026-11-28"], f"extra_at{suffix}": ["10:00"]}
    assert desk.send(url, filled(desk.book()) | own).status_code == 200
    proposal = RescheduleProposal.objects.get()
    answered = signed_in().post(link(proposal), {"offer": proposal.offers.get().pk})
    assert answered.status_code == 200
    assert Session.objects.filter(during=factories.hour("2026-11-28 10:00").as_range()).exists()


def test_time_of_ones_own_at_short_notice_is_offered_until_it_begins(desk):
    desk.coach.notice_minutes = 7 * 24 * 60
    desk.coach.save()
    own = {"offer": [], "extra_day": ["2026-11-23"], "extra_at": ["10:00"], "expires": []}
    page = desk.send(OFFER, filled(desk.book()) | own | {"preview": ["page"]})
    assert desk.send(OFFER, filled(page)).status_code == 200
    assert RescheduleProposal.objects.get().expires_at < factories.moment("2026-11-23 10:00")


def test_time_of_ones_own_that_would_not_free_the_hour_is_refused(desk):
    fields = filled(desk.book()) | {"extra_day_ask": ["2026-11-23"], "extra_at_ask": ["13:30"]}
    response = desk.send(ASK, fields)
    assert response.status_code == 422
    assert "A move to that time would not free the hour." in words(response)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"extra_day": "2026-11-24"}, "A time of your own needs a day and an hour."),
        ({"extra_at": "10"}, "A time of your own needs a day and an hour."),
        ({"extra_day": "2027-02-30", "extra_at": "10"}, "There is no such day."),
        ({"extra_day": "2026-11-24", "extra_at": "25"}, "“25” is not a time."),
        ({"extra_day": "2027-03-28", "extra_at": "3:30"}, "The clocks go forward on"),
        ({"extra_day": "0001-01-01", "extra_at": "00:00"}, "That day is too far away."),
        ({"extra_day": "9999-12-31", "extra_at": "23:59"}, "That day is too far away."),
        ({"extra_day": "2199-01-01", "extra_at": "3:30"}, "That day is too far away."),
    ],
)
def test_time_of_ones_own_is_read_with_care(desk, typed, said):
    response = desk.send(OFFER, filled(desk.book()) | {name: [text] for name, text in typed.items()})
    assert response.status_code == 422
    assert said in words(response)


def test_preview_adds_a_time_of_ones_own_and_sends_nothing(desk):
    fields = filled(desk.book()) | {"offer": [MONDAY_NOON], "extra_day": ["2026-11-24"], "extra_at": ["9"]}
    response = desk.send(OFFER, fields | {"preview": ["page"]})
    assert response.status_code == 200
    again = filled(response)
    assert again["offer"] == [MONDAY_NOON, "2026-11-24T09:00+02:00"]
    assert again["extra_day"] == again["extra_at"] == [""]
    assert 'value="2026-11-24T09:00+02:00" checked autofocus' in words(response)
    assert "Send 2 times to Nikos" in words(response)
    assert RescheduleProposal.objects.count() == 0


def test_preview_keeps_the_way_that_was_chosen(desk):
    response = desk.send(OFFER, filled(desk.book()) | {"way": ["ask"], "preview": ["page"]})
    assert filled(response)["way"] == ["ask"]


def test_preview_of_parts_follows_the_ticks(desk):
    fields = filled(desk.book()) | {"offer": [MONDAY_TWO], "note": ["See you <soon>"], "preview": ["parts"]}
    response = desk.send(OFFER, fields)
    page = words(response)
    assert response.status_code == 200
    assert "HX-Retarget" not in response
    assert 'id="send-offer" formaction="/conflicts/offer/" hx-swap-oob="true"' in page
    assert "Send 1 time to Nikos" in page
    assert "1 of at most 5" in page
    assert "<li>Monday 23 November, 14:00</li>" in page
    assert "Monday 23 November, 12:00</li>" not in page.split('id="letter-ask"')[0]
    assert "See you &lt;soon&gt;" in page
    assert 'id="until-offer"' in page
    assert 'class="chip"' not in page


def test_preview_leaves_the_control_alone_that_was_changed(desk):
    fields = filled(desk.book()) | {"preview": ["parts"]}
    page = words(desk.send(OFFER, fields, headers={"HX-Trigger-Name": "expires"}))
    assert 'id="until-offer"' not in page
    assert 'id="until-ask"' in page


def test_deadline_is_never_after_the_first_time_minus_notice(desk):
    desk.coach.notice_minutes = 24 * 60
    desk.coach.save()
    page = words(desk.book())
    choices = re.findall(r"<option [^>]*>([^<]*)</option>", page.split('id="until-ask"')[0])
    assert choices == [
        "Today, 18:00",
        "Today, 20:00",
        "Tomorrow, 12:00",
        "Tomorrow, 18:00",
        "Sunday 22 November, 12:00",
    ]
    late = filled(desk.book()) | {"expires": ["2026-11-22T20:00:00+00:00"]}
    response = desk.send(OFFER, late)
    assert response.status_code == 422
    assert "The answer must be due by Sunday 22 November, 12:00" in words(response)
