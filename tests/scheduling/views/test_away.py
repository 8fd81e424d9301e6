import datetime as dt

import pytest

from clients.models import Care
from config.kernel.time import Interval
from scheduling.models import Session, TimeOff
from scheduling.states import SessionStatus
from tests import factories
from tests.scheduling.views.test_hours import HTMX, PAGE, events, text, words

pytestmark = pytest.mark.django_db

AWAY, OUTSIDE = "/settings/hours/away/", "/settings/hours/outside/"
WEEK = {"first": "2026-12-21", "last": "2026-12-27", "reason": "Winter holidays", "form_key": "k1"}


@pytest.fixture
def tuesday(coach):
    maria = factories.create_client(of=coach, full_name="Maria Papadopoulou")
    return factories.create_session(coach=coach, client=maria, at="2026-12-22 10:00")


@pytest.fixture
def friday(coach):
    nikos = factories.create_client(of=coach, full_name="Nikos Georgiou")
    return factories.create_session(
        coach=coach, client=nikos, at="2026-12-25 13:00", paid_at=factories.NOW, paid_by=coach.user
    )


def decided(**fates):
    found = {}
    for key, fate in fates.items():
        found |= {f"fate-{key[1:]}": fate, f"seen-{key[1:]}": "1"}
    return found


def test_a_week_of_holidays_is_two_dates_and_one_press(coach, signed_in):
    browser = signed_in(coach)
    answer = browser.post(AWAY, WEEK, headers=HTMX)
    assert answer.status_code == 200
    assert "Monday 21 December to Sunday 27 December Winter holidays" in text(answer)
    assert {"calendar:changed", "dlg:close"} <= events(answer).keys()
    row = TimeOff.objects.get()
    assert events(answer)["toast"] == {
        "text": "Time off: Monday 21 December to Sunday 27 December.",
        "undo": {"url": f"{AWAY}{row.pk}/remove/", "fields": {}},
    }
    assert browser.post(f"{AWAY}{row.pk}/remove/", headers=HTMX).status_code == 200
    assert TimeOff.objects.count() == 0


def test_removed_comes_back_by_one_press(coach, signed_in):
    browser = signed_in(coach)
    row = factories.create_time_off(coach=coach, starts="2026-12-21 14:00", ends="2026-12-22 00:00", reason="<Rest>")
    undo = events(browser.post(f"{AWAY}{row.pk}/remove/", headers=HTMX))["toast"]["undo"]
    assert TimeOff.objects.count() == 0
    answer = browser.post(undo["url"], undo["fields"], headers=HTMX)
    again = TimeOff.objects.get()
    assert (again.during, again.reason) == (row.during, "<Rest>")
    assert "&lt;Rest&gt;" in words(answer)


def test_lists_what_it_breaks_first(coach, tuesday, friday, signed_in):
    elsewhere = factories.create_session(
        coach=coach, client=factories.create_client(of=coach, full_name="Arben Hoxha"), at="2026-12-15 10:00"
    )
    factories.create_proposal(session=elsewhere, offers=["2026-12-24 10:00"])
    waiting = factories.create_client(of=coach, full_name="Dimitra Ioannou")
    factories.create_case(coach=coach, client=waiting, blocking=tuesday)
    answer = signed_in(coach).post(AWAY, WEEK, headers=HTMX)
    read = text(answer)
    assert answer.status_code == 409
    assert "2 sessions are booked then" in read
    assert "Maria Papadopoulou, Tuesday 22 December, 10:00–10:50" in read
    assert "Nikos Georgiou, Friday 25 December, 13:00–13:50 paid" in read
    assert "A time on offer: Arben Hoxha, Thursday 24 December, 10:00." in read
    assert "A wish: Dimitra Ioannou, Tuesday 22 December, 10:00. It stays in Pending." in read
    assert words(answer).count('value="keep"') == 3  # each session's, and the one for all
    assert TimeOff.objects.count() == 0


def test_lists_it_on_a_page_without_script_and_goes_on_from_there(coach, tuesday, signed_in):
    browser = signed_in(coach)
    page = browser.post(AWAY, WEEK)
    assert page.status_code == 409
    assert f'<form method="post" action="{AWAY}">' in words(page)
    done = browser.post(AWAY, WEEK | decided(**{f"s{tuesday.pk}": "cancel"}), follow=True)
    assert done.redirect_chain == [(PAGE, 302)]
    assert "1 session is cancelled." in text(done)
    assert TimeOff.objects.count() == 1


def test_keeps_one_and_cancels_one(coach, tuesday, friday, signed_in):
    fates = {f"s{tuesday.pk}": "keep", f"s{friday.pk}": "cancel"}
    answer = signed_in(coach).post(AWAY, WEEK | decided(**fates), headers=HTMX)
    assert answer.status_code == 200
    assert "undo" not in events(answer)["toast"]
    assert "1 session is booked in it" in text(answer)
    assert list(Session.objects.order_by("during").values_list("status", flat=True)) == ["scheduled", "cancelled"]


def test_half_a_year_with_hundreds_of_sessions_is_closed_in_one_go(coach, tuesday, signed_in):
    first = factories.hour("2027-01-04 09:00").starts_at
    starts = [first + dt.timedelta(weeks=number // 14, hours=number % 14) for number in range(350)]
    Session.objects.bulk_create(
        factories.SessionFactory.build(
            provider=coach.user, client=tuesday.client, during=Interval.lasting(start, 50).as_range()
        )
        for start in starts
    )
    fates = {f"s{session.pk}": "keep" for session in Session.objects.all()}
    answer = signed_in(coach).post(AWAY, WEEK | {"last": "2027-07-01"} | decided(**fates), headers=HTMX)
    assert answer.status_code == 200
    assert "351 sessions are booked in it" in text(answer)


def test_new_session_inside_brings_the_list_back_with_it_marked(coach, tuesday, friday, signed_in):
    answer = signed_in(coach).post(AWAY, WEEK | decided(**{f"s{tuesday.pk}": "cancel"}), headers=HTMX)
    assert answer.status_code == 409
    assert "This has changed since you looked." in text(answer)
    assert "Nikos Georgiou, Friday 25 December, 13:00–13:50 new paid" in text(answer)
    assert f'value="cancel" id="fate-{tuesday.pk}-cancel" checked' in words(answer)
    assert (TimeOff.objects.count(), Session.objects.filter(status=SessionStatus.CANCELLED).count()) == (0, 0)


def test_sent_twice_has_one_effect(coach, tuesday, signed_in):
    browser, form = signed_in(coach), WEEK | decided(**{f"s{tuesday.pk}": "cancel"})
    assert [browser.post(AWAY, form, headers=HTMX).status_code for _ in range(2)] == [200, 200]
    tuesday.refresh_from_db()
    assert (TimeOff.objects.count(), tuesday.version) == (1, 2)


def test_same_form_with_other_days_is_refused_with_what_was_typed(coach, signed_in):
    browser = signed_in(coach)
    browser.post(AWAY, WEEK, headers=HTMX)
    answer = browser.post(AWAY, WEEK | {"last": "2026-12-30"}, headers=HTMX)
    assert answer.status_code == 409
    assert "This form was sent already" in text(answer)
    assert 'value="2026-12-30"' in words(answer)


@pytest.mark.parametrize("headers", [HTMX, {}])
def test_mistakes_come_back(coach, signed_in, headers):
    answer = signed_in(coach).post(AWAY, WEEK | {"last": "2026-12-01"}, headers=headers)
    assert answer.status_code == 422
    assert "The last day comes before the first." in text(answer)
    assert 'value="Winter holidays"' in words(answer)
    assert TimeOff.objects.count() == 0


def test_of_others_is_neither_shown_nor_removed(coach, other_coach, signed_in):
    row = factories.create_time_off(
        coach=other_coach, starts="2026-12-21 00:00", ends="2026-12-22 00:00", reason="Canary"
    )
    browser = signed_in(coach)
    foreign = browser.post(f"{AWAY}{row.pk}/remove/", headers=HTMX)
    unknown = browser.post(f"{AWAY}{10**15}/remove/", headers=HTMX)
    assert (foreign.status_code, events(foreign)) == (unknown.status_code, events(unknown))
    assert "Canary" not in words(browser.get(PAGE)) + words(foreign)
    assert TimeOff.objects.count() == 1


def test_number_that_no_row_has_is_answered(coach, signed_in):
    assert signed_in(coach).post(f"{AWAY}{10**30}/remove/", headers=HTMX).status_code == 200


def test_overlap_is_said(coach, signed_in):
    factories.create_time_off(coach=coach, starts="2026-12-24 00:00", ends="2026-12-26 00:00")
    answer = signed_in(coach).post(AWAY, WEEK, headers=HTMX)
    assert text(answer).count("Overlaps another time off: both count.") == 2


class TestOutside:
    def test_says_why_each_lies_outside(self, coach, tuesday, signed_in):
        nikos = factories.create_client(of=coach, full_name="Nikos Georgiou")
        factories.create_session(coach=coach, client=nikos, at="2026-11-23 20:00")
        factories.create_session(coach=coach, client=nikos, at="2026-11-24 10:00")
        factories.create_time_off(coach=coach, starts="2026-12-22 00:00", ends="2026-12-23 00:00", reason="Rest")
        read = text(signed_in(coach).get(OUTSIDE))
        assert "2 sessions ahead." in read
        assert "Nikos Georgiou , Monday 23 November, 20:00–20:50 Outside your hours" in read
        assert "Maria Papadopoulou , Tuesday 22 December, 10:00–10:50 Time off: Rest" in read
        assert "10:00–10:50 Outside" not in read

    def test_does_not_offer_to_ask_twice(self, coach, tuesday, signed_in):
        Session.objects.update(during=Interval.lasting(factories.moment("2026-12-22 20:00"), 50).as_range())
        tuesday.refresh_from_db()
        factories.create_proposal(session=tuesday, offers=["2027-01-12 10:00"])
        page = signed_in(coach).get(f"{OUTSIDE}?ask={tuesday.pk}")
        assert f"/sessions/{tuesday.pk}/ask/" not in words(page)
        assert "Asked to move" in text(page)

    @pytest.mark.parametrize("ask", ["", "x", "9" * 30, "1,,2", "-1", "9" * 5000])
    def test_takes_any_question(self, coach, signed_in, ask):
        page = signed_in(coach).get(f"{OUTSIDE}?ask={ask}")
        assert page.status_code == 200
        assert "Every session ahead lies inside your hours." in text(page)

    def test_names_nobody_who_is_in_the_care_of_others_now(self, coach, signed_in):
        gone = factories.create_client(of=coach, full_name="Canary")
        factories.create_session(coach=coach, client=gone, at="2026-11-23 20:00")
        Care.objects.update(ended_at=factories.NOW)
        page = signed_in(coach).get(OUTSIDE)
        assert "Canary" not in words(page)
        assert "Busy" in text(page)

    @pytest.mark.parametrize("number", [1, 20])
    def test_costs_the_same_however_many(self, coach, signed_in, number, django_assert_num_queries):
        client = factories.create_client(of=coach)
        for day in range(number):
            factories.create_session(coach=coach, client=client, at=f"2026-12-{day + 1:02} 20:00")
        browser = signed_in(coach)
        browser.get(OUTSIDE)
        with django_assert_num_queries(6):
            browser.get(OUTSIDE)
