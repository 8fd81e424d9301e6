import re
from decimal import Decimal

import pytest
from django.utils import translation

from scheduling.models import Coach
from scheduling.queries.hours import rules_of
from scheduling.settings_forms import RulesForm
from tests import factories
from tests.scheduling.views.test_hours import HTMX, events, text, words

pytestmark = pytest.mark.django_db

PAGE = "/settings/rules/"


def rules(coach, **other):
    coach.refresh_from_db()
    return {**RulesForm.standing(rules_of(coach)), **other}


def test_page_shows_the_rules_and_what_they_offer(coach, signed_in):
    maria = factories.create_client(of=coach)
    factories.create_session(coach=coach, client=maria, at="2026-11-23 09:00")
    page = signed_in(coach).get(PAGE)
    assert 'name="session_minutes" value="50"' in words(page)
    # The engine itself is asked: where Maria is, nothing is offered.
    assert "With these, Monday 23 November offers 10:00, 10:30, 11:00 … last 16:00. 13 times" in text(page)


def test_example_follows_what_is_typed_and_saves_nothing(coach, signed_in):
    page = signed_in(coach).get(PAGE, rules(coach, session_minutes="90", slot_step_minutes="60"), headers=HTMX)
    assert "With these, Monday 23 November offers 09:00, 10:00, 11:00 … last 15:00. 7 times" in text(page)
    assert page.status_code == 200
    coach.refresh_from_db()
    assert coach.session_minutes == 50


@pytest.mark.parametrize(("is_closed", "day"), [(True, "Tuesday 24"), (False, "Monday 23")])
def test_example_is_open_on_holidays_like_the_calendar(coach, signed_in, settings, is_closed, day):
    # 23 November is one there.
    settings.PRACTICE_COUNTRY = "JP"
    Coach.objects.update(closed_on_holidays=is_closed)
    assert f"With these, {day} November offers 09:00" in text(signed_in(coach).get(PAGE))


def test_example_of_half_typed_rules_is_of_those_that_stand(coach, signed_in):
    page = signed_in(coach).get(PAGE, rules(coach, session_minutes="9000"), headers=HTMX)
    assert "last 16:00. 15 times" in text(page)
    assert 'id="errors"' not in words(page)


def test_example_says_when_nothing_is_free(signed_in):
    assert "With these, no time is free" in text(signed_in(factories.create_coach(hours=())).get(PAGE))


def test_rules_are_saved(coach, signed_in):
    form = rules(coach, session_minutes="45", notice="2", notice_unit="days", price="60,50", title="MSc")
    answer = signed_in(coach).post(PAGE, form, headers=HTMX)
    assert answer.status_code == 200
    assert "Saved 11:00" in text(answer)
    assert "calendar:changed" in events(answer)
    coach.refresh_from_db()
    assert (coach.session_minutes, coach.notice_minutes, str(coach.price), coach.title) == (45, 2880, "60.50", "MSc")
    assert f'name="seen" value="{rules_of(coach).token}"' in words(answer)


def test_rules_are_saved_without_script(coach, signed_in):
    answer = signed_in(coach).post(PAGE, rules(coach, buffer_minutes="10"), follow=True)
    assert answer.redirect_chain == [(PAGE, 302)]
    assert "Booking rules saved." in text(answer)


@pytest.mark.parametrize("headers", [HTMX, {}])
def test_mistakes_come_back_with_what_was_typed(coach, signed_in, headers):
    answer = signed_in(coach).post(PAGE, rules(coach, session_minutes="0", title="MSc"), headers=headers)
    assert answer.status_code == 422
    assert "Give a whole number from 5 to 480." in text(answer)
    assert 'value="MSc"' in words(answer)
    assert Coach.objects.get(pk=coach.pk).title == ""


def test_of_two_tabs_the_second_sees_both(coach, signed_in):
    browser, mine = signed_in(coach), rules(coach, session_minutes="60")
    browser.post(PAGE, rules(coach, session_minutes="45"), headers=HTMX)
    answer = browser.post(PAGE, mine, headers=HTMX)
    assert answer.status_code == 409
    assert "Session length, minutes 45" in text(answer)
    assert 'name="session_minutes" value="60"' in words(answer)
    token = re.search(r'name="seen" value="(\w+)"', words(answer))[1]
    assert browser.post(PAGE, mine | {"seen": token}, headers=HTMX).status_code == 200
    coach.refresh_from_db()
    assert coach.session_minutes == 60


def test_another_zone_lists_sessions_that_it_leaves_outside(coach, signed_in):
    maria = factories.create_client(of=coach, full_name="Maria Papadopoulou")
    early = factories.create_session(coach=coach, client=maria, at="2026-11-23 09:00")
    browser, form = signed_in(coach), rules(coach, time_zone="Europe/London")
    answer = browser.post(PAGE, form, headers=HTMX)
    assert answer.status_code == 409
    assert "Maria Papadopoulou, Monday 23 November, 09:00–09:50" in text(answer)
    decided = form | {f"fate-{early.pk}": "keep", f"seen-{early.pk}": "1"}
    assert browser.post(PAGE, decided, headers=HTMX).status_code == 200
    coach.refresh_from_db()
    assert coach.time_zone == "Europe/London"


def test_nul_is_refused(coach, signed_in):
    assert signed_in(coach).post(PAGE, rules(coach, title="a\0b")).status_code == 400


def test_a_price_is_shown_as_the_language_writes_it_and_taken_so():
    greek = factories.create_coach(price=Decimal("60.50"), language="el")
    with translation.override("el"):
        standing = RulesForm.standing(rules_of(greek))
        form = RulesForm(standing)
        assert (standing["price"], form.is_valid(), str(form.rules().price)) == ("60,50", True, "60.50")
    assert RulesForm.standing(rules_of(greek))["price"] == "60.50"
