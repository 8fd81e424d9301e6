from __future__ import annotations

import json
import re

import pytest
from django.utils import translation

from clients.states import ClientStatus
from scheduling.models import Session
from scheduling.states import SessionStatus
from tests import factories
from tests.factories import hour
from tests.scheduling.actions.traces import everything, outbox
from tests.scheduling.views.conflict_dialog import filled, words

pytestmark = pytest.mark.django_db
DIALOG = {"HX-Request": "true", "HX-Target": "dlg-body"}
SECOND = "2026-12-08T10:00"


@pytest.fixture
def maria(coach):
    return factories.create_client(of=coach, full_name="Maria Papadopoulou")


@pytest.fixture
def nikos(coach):
    return factories.create_client(of=coach, full_name="Nikos Georgiou")


class Again:
    """The dialog on a session on Tuesday 24 November, 10:00."""

    def __init__(self, coach, client, browser):
        self.session = factories.create_session(coach=coach, client=client, at="2026-11-24 10:00", title="Individual")
        self.browser, self.url = browser, f"/sessions/{self.session.pk}/again/"

    def open(self, headers=DIALOG, **typed):
        return self.browser.get(self.url, typed, headers=headers)

    def fields(self, **typed):
        """What a browser would send after these were typed."""
        return filled(self.open(**{"times": "3", "day": "2026-12-01", "at": "10:00", "minutes": "50", **typed}))

    def send(self, fields, headers=DIALOG, **more):
        return self.browser.post(self.url, {**fields, "notify": "1", **more}, headers=headers)

    def press(self, fields, name, value):
        return self.browser.post(self.url, {**fields, name: value}, headers=DIALOG)


@pytest.fixture
def again(coach, maria, signed_in):
    return Again(coach, maria, signed_in(coach))


def made():
    return [
        each.interval
        for each in Session.objects.filter(during__startswith__gt=hour("2026-11-24 10:00").starts_at).order_by("during")
    ]


def test_it_opens_with_the_same_hour_next_week_and_changes_nothing(again):
    before = everything()
    response = again.open()
    page = words(response)
    assert (response.status_code, response["HX-Trigger-After-Swap"]) == (200, "dlg:open")
    fields = filled(response)
    assert [fields[name] for name in ("every", "times", "day", "at", "minutes", "title")] == [
        *(["1"], ["1"], ["2026-12-01"], ["10:00"], ["50"], ["Individual"])
    ]
    assert "Tue 1 Dec, 10:00" in page
    assert "1 session, on Tuesday 1 December" in page
    assert "Goes on after" not in page
    assert everything() == before


def test_it_goes_on_behind_what_is_booked_and_says_so(again, coach, maria):
    factories.create_session(coach=coach, client=maria, at="2026-12-08 10:00")
    response = again.open()
    assert filled(response)["day"] == ["2026-12-15"]
    assert "Goes on after Tuesday 8 December." in words(response)


def test_every_date_is_shown_as_it_is_typed(again, coach, nikos):
    factories.create_session(coach=coach, client=nikos, at="2026-12-08 10:30")
    page = words(again.open(times="3", every="1", day="2026-12-01", at="10"))
    assert re.findall(r'<td class="is-no">(.)</td>', page) == ["1", "2", "3"]
    assert "Taken by Nikos Georgiou. 10:30–11:20." in page
    assert "1 date cannot be had. Choose another time for it, or leave it out." in page
    assert page.count('name="choose"') == 3
    assert 'aria-disabled="true"' in page
    assert re.findall(r"\w+ \d+ Dec, 10:00</time>", words(again.open(times="3", every="2", day="2026-12-01", at="10")))[
        1:
    ] == ["Tue 15 Dec, 10:00</time>", "Tue 29 Dec, 10:00</time>"]


def test_all_are_booked_and_the_toast_says_which(again, maria):
    response = again.send(again.fields())
    assert response.status_code == 204
    events = json.loads(response["HX-Trigger"])
    assert {"dlg:close", "calendar:changed", "toast"} <= events.keys()
    assert events["toast"]["text"].startswith(
        "3 sessions booked: Maria Papadopoulou, Tuesdays 10:00, last on Tuesday 15 December."
    )
    assert "waits until mail is set up" in events["toast"]["text"]
    assert made() == [hour(f"2026-12-{day} 10:00") for day in ("01", "08", "15")]
    assert [kind for kind, *_ in outbox()] == ["series_booked"]
    page = words(again.browser.get(f"/sessions/{again.session.pk}/"))
    assert "3 more sessions booked for Maria" in page
    assert all(f'href="/sessions/{each.pk}/"' in page for each in Session.objects.exclude(pk=again.session.pk))


def test_one_without_telling(again):
    response = again.send(again.fields(times="1"), notify="0")
    assert json.loads(response["HX-Trigger"])["toast"]["text"] == (
        "1 session booked: Maria Papadopoulou, Tuesday 1 December, 10:00."
    )
    assert outbox() == []


def test_sent_twice_makes_one_series(again):
    fields = again.fields()
    assert [again.send(fields).status_code for _ in range(2)] == [204, 204]
    assert len(made()) == 3


def test_without_htmx_it_is_a_page_and_leads_to_the_session(again):
    page = again.open(headers={}, times="2", day="2026-12-01")
    assert '<div class="sheet">' in words(page)
    response = again.send(filled(page), headers={})
    assert (response.status_code, response["Location"]) == (302, f"/sessions/{again.session.pk}/")
    assert "2 sessions booked: Maria Papadopoulou" in words(again.browser.get(response["Location"]))


def test_a_clash_is_solved_by_another_time(again, coach, nikos):
    factories.create_session(coach=coach, client=nikos, at="2026-12-08 10:00")
    fields = again.fields()
    refused = again.send(fields)
    assert refused.status_code == 409
    assert "Tue 8 Dec, 10:00: Taken by Nikos Georgiou." in words(refused)
    assert "Changed since you looked" not in words(refused)
    assert made() == [hour("2026-12-08 10:00")]
    chosen = again.press(fields, "choose", f"{SECOND} 2026-12-08T15:00:00+02:00")
    assert chosen.status_code == 200
    assert "instead of Tue 8 Dec, 10:00" in words(chosen)
    assert f'id="row-{SECOND}-back" name="reset" value="{SECOND}" formnovalidate autofocus' in words(chosen)
    assert again.send(filled(chosen)).status_code == 204
    assert made() == [hour(f"2026-12-{at}") for at in ("01 10:00", "08 10:00", "08 15:00", "15 10:00")]


def test_a_date_is_left_out_and_taken_back(again):
    left = again.press(again.fields(), "leave", SECOND)
    assert "You left it out" in words(left)
    assert "Book all 2 and tell Maria" in words(left)
    back = again.press(filled(left), "reset", SECOND)
    assert "You left it out" not in words(back)
    assert again.send(filled(left)).status_code == 204
    assert made() == [hour("2026-12-01 10:00"), hour("2026-12-15 10:00")]


def test_when_all_are_left_out_nothing_is_sent(again):
    left = again.press(again.fields(times="1"), "leave", "2026-12-01T10:00")
    response = again.send(filled(left))
    assert response.status_code == 422
    assert "Every date is left out. Take at least one back." in words(response)
    assert made() == []


def test_what_warns_needs_one_tick_for_all(again):
    fields = again.fields(at="08:30")
    refused = again.send(fields)
    assert refused.status_code == 409
    assert "Book these 3 dates all the same, only this once" in words(refused)
    assert "Tick the box to book anyway" in words(refused)
    assert made() == []
    assert again.send(fields, overrule="1").status_code == 204
    assert len(made()) == 3


def test_what_changed_since_is_marked_and_the_tick_is_asked_for_anew(again, coach):
    fields = again.fields(at="08:30")
    factories.create_time_off(coach=coach, starts="2026-12-08 00:00", ends="2026-12-09 00:00", reason="Dentist")
    refused = again.send(fields, overrule="1")
    assert refused.status_code == 409
    page = words(refused)
    assert "Tue 8 Dec, 08:30: Time off: Dentist." in page
    assert page.count("Changed since you looked") == 1
    assert 'name="overrule" value="1" checked' not in page
    assert made() == []
    assert again.send(filled(refused), overrule="1").status_code == 204


def test_who_took_an_hour_meanwhile_is_named(again, coach, nikos):
    fields = again.fields()
    factories.create_session(coach=coach, client=nikos, at="2026-12-15 10:00")
    refused = again.send(fields)
    assert refused.status_code == 409
    assert "Tue 15 Dec, 10:00: Taken by Nikos Georgiou." in words(refused)
    assert words(refused).count("Changed since you looked") == 1
    assert len(made()) == 1


def test_a_client_who_is_busy_elsewhere_is_said_and_not_with_whom(again, maria, other_coach):
    factories.create_care(client=maria, provider=other_coach)
    factories.create_session(coach=other_coach, client=maria, at="2026-12-08 10:00", title="Secret")
    page = words(again.open(times="3", day="2026-12-01"))
    assert "Maria Papadopoulou is busy then" in page
    assert "Daniel" not in page
    assert "Secret" not in page


def test_an_hour_that_the_clocks_skip_is_named(again):
    fields = again.fields(day="2027-03-28", at="03:30", times="1")
    refused = again.send(fields)
    assert refused.status_code == 422
    assert "The clocks go forward on Sunday 28 March 2027: there is no 03:30." in words(refused)
    assert "The clocks go forward: that hour does not exist" in words(refused)
    assert made() == []


def test_cancelled_since_is_said_and_the_next_press_books_anew(again):
    fields = again.fields(times="1")
    again.send(fields)
    Session.objects.exclude(pk=again.session.pk).update(status=SessionStatus.CANCELLED, cancelled_at=factories.NOW)
    refused = again.send(fields)
    assert refused.status_code == 409
    assert "This was booked before and has been cancelled since." in words(refused)
    assert again.send(filled(refused)).status_code == 204


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("times", "0", "Book at least one session."),
        ("times", "27", "Book 26 sessions at most in one go."),
        ("times", "abc", "Write the number of sessions in figures, for example 6."),
        ("times", "", "Say how many sessions, from 1 to 26."),
        ("day", "2027-02-30", "There is no such day."),
        ("day", "9999-12-31", "Choose a day from"),
        ("at", "25:00", "is not a time."),
        ("minutes", "4", "A session takes at least 5 minutes."),
        ("minutes", "9" * 5000, "whole minutes"),
        ("every", "3", "Choose every week or every 2 weeks."),
        ("every", "", "Choose every week or every 2 weeks."),
    ],
)
def test_what_is_no_answer_is_said_on_sending_and_books_nothing(again, name, value, said):
    fields = again.fields()
    assert again.open(**{name: value}).status_code == 200
    response = again.send(fields | {name: value})
    assert response.status_code == 422
    assert said in words(response)
    assert made() == []


@pytest.mark.parametrize(
    "more",
    [
        {
            "other": [
                "",
                "x",
                f"{SECOND} x",
                f"{SECOND} 2027-06-01T10:00+02:00",
                "9999-99-99T10:00 2026-12-01T10:00+02:00",
            ]
        },
        {"out": ["", "x", "2026-12-08"], "seen": ["", "x y z"]},
        {"out": ["x"] * 200},
    ],
)
def test_decisions_that_are_none_change_nothing(again, more):
    assert again.send(again.fields() | more).status_code == 204
    assert made() == [hour(f"2026-12-{day} 10:00") for day in ("01", "08", "15")]


@pytest.mark.parametrize(("name", "value"), [("choose", "x"), ("choose", f"{SECOND} x"), ("leave", ""), ("reset", "-")])
def test_buttons_of_no_date_only_look(again, name, value):
    response = again.press(again.fields(), name, value)
    assert response.status_code == 200
    assert "Book all 3 and tell Maria" in words(response)


def test_two_dates_at_one_time_are_refused(again):
    fields = again.fields() | {"other": [f"{SECOND} 2026-12-02T10:00+02:00", "2026-12-01T10:00 2026-12-02T10:30+02:00"]}
    page = words(again.press(fields, "reset", "-"))
    assert "It overlaps another of these dates" in page
    assert again.send(fields).status_code == 422
    assert made() == []


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("number", [0, 10**30])
def test_sessions_of_others_are_not_found(other_coach, again, signed_in, method, number):
    browser = signed_in(other_coach)
    foreign, unknown = (getattr(browser, method)(f"/sessions/{key}/again/") for key in (again.session.pk, number))
    assert (foreign.status_code, unknown.status_code) == (404, 404)
    assert foreign.content == unknown.content


def test_an_archived_client_is_not_booked(again, maria):
    fields = again.fields()
    maria.status = ClientStatus.ARCHIVED
    maria.save()
    for response in (again.open(), again.send(fields)):
        assert response.status_code == 409
        assert 'id="refusal"' in words(response)
        assert 'name="notify"' not in words(response)
    assert made() == []


def test_a_cancelled_session_is_booked_again_all_the_same(again):
    again.session.status, again.session.cancelled_at = SessionStatus.CANCELLED, factories.NOW
    again.session.save()
    assert f'href="{again.url}"' in words(again.browser.get(f"/sessions/{again.session.pk}/"))
    assert again.send(again.fields(times="1")).status_code == 204


@pytest.mark.parametrize("times", ["3", "26"])
def test_the_number_of_queries_does_not_grow_with_the_dates(again, coach, nikos, times, django_assert_num_queries):
    factories.create_session(coach=coach, client=nikos, at="2026-12-08 10:00")
    again.open()
    with django_assert_num_queries(5):
        again.open(times=times, day="2026-12-01")
    assert again.open(times=times, day="2026-12-01").status_code == 200


def test_in_greek(again, coach, nikos):
    coach.user.language = "el"
    coach.user.save()
    factories.create_session(coach=coach, client=nikos, at="2026-12-08 10:00")
    again.browser.cookies["django_language"] = "el"
    page = words(again.open(times="3", day="2026-12-01"))
    assert "1 ημερομηνία δεν γίνεται." in page
    assert "Την έχει: Nikos Georgiou" in page
    assert "Τρ" in page
    assert translation.get_language() == "en"
