import json
import re

import pytest

from clients.models import AuditEvent
from scheduling.models import AvailabilityOverride, AvailabilityRule, Session
from scheduling.queries.hours import weekly_hours
from scheduling.states import SessionStatus
from tests import factories
from tests.legible import words

pytestmark = pytest.mark.django_db

PAGE, WEEK = "/settings/hours/", "/settings/hours/week/"
DATE, REMOVE, HOLIDAYS = "/settings/hours/dates/", "/settings/hours/dates/remove/", "/settings/hours/holidays/"
HTMX = {"HX-Request": "true"}
DAYS = ("mon", "tue", "wed", "thu", "fri")


def text(response):
    """What is read, without tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", words(response)).split())


def events(response):
    return json.loads(response["HX-Trigger"])


def week(coach, monday=("09:00", "17:00"), **other):
    """The week as the page sends it: Monday as given, the other days as they are."""
    typed = {"seen": weekly_hours(coach).token, "mon-from-0": monday[0], "mon-to-0": monday[1]}
    for day in DAYS[1:]:
        typed |= {f"{day}-from-0": "09:00", f"{day}-to-0": "17:00"}
    return typed | other


def hours(coach):
    return [", ".join(map(str, day)) for day in weekly_hours(coach).days]


@pytest.fixture
def late(coach):
    maria = factories.create_client(of=coach, full_name="Maria Papadopoulou")
    return factories.create_session(coach=coach, client=maria, at="2026-11-23 16:00")


class TestPage:
    def test_shows_the_hours_as_they_are(self, coach, signed_in):
        factories.create_override(coach=coach, date="2026-12-01", starts_at="10:00", ends_at="12:00")
        factories.create_override(coach=coach, date="2026-12-06", starts_at="10:00", ends_at="12:00")
        factories.create_override(coach=coach, date="2026-12-02")
        factories.create_time_off(coach=coach, starts="2026-12-21 00:00", ends="2027-01-04 00:00", reason="Rest")
        page = signed_in(coach).get(PAGE)
        read = text(page)
        assert 'id="mon-from-0" name="mon-from-0" value="09:00"' in words(page)
        assert "40 hours in a normal week." in read
        assert "Tue 1 Dec 10:00–12:00, instead of 09:00–17:00" in read
        assert "Sun 6 Dec 10:00–12:00, otherwise closed" in read
        assert "Wed 2 Dec Closed, instead of 09:00–17:00" in read
        assert "Monday 21 December to Sunday 3 January 2027 Rest" in read
        assert "Closed on public holidays: Greece" in read
        assert "Next: Christmas, Friday 25 December" in read

    def test_marks_where_one_is(self, coach, signed_in):
        page = words(signed_in(coach).get(PAGE))
        assert 'href="/settings/hours/" aria-current="page">Hours</a>' in page
        assert 'id="nav-scheduling-settings_hours" href="/settings/hours/" aria-current="page"' in page

    def test_speaks_greek(self, coach, signed_in):
        coach.user.language = "el"
        coach.user.save()
        read = text(signed_in(coach).get(PAGE))
        assert "40 ώρες σε μια κανονική εβδομάδα." in read
        assert "Κλειστά στις επίσημες αργίες: Ελλάδα" in read
        assert "Επόμενη: Χριστούγεννα, Παρασκευή 25 Δεκεμβρίου" in read

    def test_is_not_for_others(self, coach, client_user, stranger, signed_in):
        for path in (PAGE, WEEK, DATE, REMOVE, HOLIDAYS, "/settings/hours/outside/", "/settings/rules/"):
            assert signed_in(client_user).get(path).status_code == 403
            assert signed_in(stranger).post(path).status_code in {403, 405}
            assert signed_in().get(path).status_code == 302

    @pytest.mark.parametrize(
        "path", [WEEK, DATE, REMOVE, HOLIDAYS, "/settings/hours/away/", "/settings/hours/away/1/remove/"]
    )
    def test_parts_that_are_only_opened_lead_to_it(self, coach, signed_in, path):
        answer = signed_in(coach).get(path)
        assert (answer.status_code, answer["Location"]) == (302, PAGE)

    @pytest.mark.parametrize("number", [1, 30])
    def test_costs_the_same_however_much_there_is(self, coach, signed_in, number, django_assert_num_queries):
        client = factories.create_client(of=coach)
        for day in range(number):
            factories.create_override(coach=coach, date=f"2026-12-{day + 1:02}")
            factories.create_session(coach=coach, client=client, at=f"2026-12-{day + 1:02} 20:00")
            factories.create_time_off(
                coach=coach, starts=f"2027-01-{day + 1:02} 10:00", ends=f"2027-01-{day + 1:02} 12:00"
            )
        browser = signed_in(coach)
        browser.get(PAGE)
        with django_assert_num_queries(8):
            assert f"{number} session" in text(browser.get(PAGE))


class TestWeek:
    def test_is_saved_and_says_when(self, coach, signed_in):
        answer = signed_in(coach).post(WEEK, week(coach, ("10:00", "14:00")), headers=HTMX)
        assert answer.status_code == 200
        assert "Saved 11:00" in text(answer)
        assert (answer["HX-Retarget"], answer["HX-Reswap"]) == ("#week", "outerHTML")
        assert {"calendar:changed", "dlg:close"} <= events(answer).keys()
        assert hours(coach)[:2] == ["10:00–14:00", "09:00–17:00"]

    def test_is_saved_without_script(self, coach, signed_in):
        answer = signed_in(coach).post(WEEK, week(coach, ("10:00", "24:00")), follow=True)
        assert answer.redirect_chain == [(PAGE, 302)]
        assert "Weekly hours saved." in text(answer)
        assert 'value="24:00"' in words(answer)

    def test_buttons_change_the_form_and_save_nothing(self, coach, signed_in):
        browser = signed_in(coach)
        added = browser.post(WEEK, week(coach, ("10:00", "14:00"), add="mon"), headers=HTMX)
        assert re.search(r'name="mon-from-1" value="" aria-label="Monday, from" autofocus', words(added))
        assert 'name="mon-from-0" value="10:00"' in words(added)
        assert "Not saved yet" in text(added)
        copied = browser.post(
            WEEK, week(coach, ("10:00", "14:00"), **{"copy": "mon", "copy-mon": ["tue", "sun"]}), headers=HTMX
        )
        assert 'name="sun-from-0" value="10:00"' in words(copied)
        assert "Copied to: Tuesday, Sunday" in text(copied)
        dropped = browser.post(WEEK, week(coach, drop="mon-0"), headers=HTMX)
        assert 'name="mon-from-0"' not in words(dropped)
        assert hours(coach)[0] == "09:00–17:00"

    def test_buttons_work_without_script(self, coach, signed_in):
        page = signed_in(coach).post(WEEK, week(coach, ("10:00", "14:00"), add="sat"))
        assert page.status_code == 200
        assert 'name="sat-from-0" value=""' in words(page)
        assert 'name="mon-from-0" value="10:00"' in words(page)
        assert 'id="away"' in words(page)

    @pytest.mark.parametrize("headers", [HTMX, {}])
    def test_mistakes_come_back_with_what_was_typed(self, coach, signed_in, headers):
        answer = signed_in(coach).post(WEEK, week(coach, ("17:00", "nine")), headers=headers)
        assert answer.status_code == 422
        assert "Monday: “nine” is not a time." in text(answer)
        assert 'value="nine"' in words(answer)
        assert 'aria-invalid="true" aria-describedby="mon-error-0"' in words(answer)
        assert hours(coach)[0] == "09:00–17:00"

    def test_nul_is_refused(self, coach, signed_in):
        assert signed_in(coach).post(WEEK, week(coach, ("09:00\0", "17:00"))).status_code == 400

    def test_of_two_tabs_the_second_sees_both(self, coach, signed_in):
        browser, mine = signed_in(coach), week(coach, ("11:00", "12:00"))
        browser.post(WEEK, week(coach, ("10:00", "14:00")), headers=HTMX)
        answer = browser.post(WEEK, mine, headers=HTMX)
        assert answer.status_code == 409
        assert "This was changed elsewhere since you opened the page." in text(answer)
        assert "Monday 10:00–14:00" in text(answer)
        assert 'name="mon-from-0" value="11:00"' in words(answer)
        assert hours(coach)[0] == "10:00–14:00"
        token = re.search(r'name="seen" value="(\w+)"', words(answer))[1]
        assert browser.post(WEEK, mine | {"seen": token}, headers=HTMX).status_code == 200
        assert hours(coach)[0] == "11:00–12:00"

    def test_sent_twice_is_saved_once(self, coach, signed_in):
        browser, form = signed_in(coach), week(coach, ("10:00", "14:00"))
        assert [browser.post(WEEK, form, headers=HTMX).status_code for _ in range(2)] == [200, 200]
        assert AuditEvent.objects.filter(verb="hours_changed").count() == 1

    def test_lists_sessions_that_it_would_leave_outside(self, coach, late, signed_in):
        answer = signed_in(coach).post(WEEK, week(coach, ("09:00", "14:00")), headers=HTMX)
        assert answer.status_code == 409
        assert (answer["HX-Retarget"], answer["HX-Trigger-After-Swap"]) == ("#dlg-body", "dlg:open")
        assert "1 session lies outside the new hours" in text(answer)
        assert "Maria Papadopoulou, Monday 23 November, 16:00–16:50" in text(answer)
        assert f'name="fate-{late.pk}" value="keep" id="fate-{late.pk}-keep" checked' in words(answer)
        assert '<input type="hidden" name="mon-to-0" value="14:00">' in words(answer)
        assert hours(coach)[0] == "09:00–17:00"

    def test_lists_them_on_a_page_without_script(self, coach, late, signed_in):
        answer = signed_in(coach).post(WEEK, week(coach, ("09:00", "14:00")))
        assert answer.status_code == 409
        assert "<h1" in words(answer)
        assert "Maria Papadopoulou" in words(answer)

    def test_saves_when_all_is_decided(self, coach, late, signed_in):
        decided = {f"fate-{late.pk}": "cancel", f"seen-{late.pk}": "1", "cancel_reason": "new hours"}
        answer = signed_in(coach).post(WEEK, week(coach, ("09:00", "14:00"), **decided), headers=HTMX)
        assert answer.status_code == 200
        assert events(answer)["toast"]["text"] == "Weekly hours saved. 1 session is cancelled."
        late.refresh_from_db()
        assert (late.status, late.cancellation_reason) == (SessionStatus.CANCELLED, "new hours")

    def test_for_all_only_chooses(self, coach, late, signed_in):
        decided = {f"fate-{late.pk}": "keep", f"seen-{late.pk}": "1", "all": "cancel"}
        answer = signed_in(coach).post(WEEK, week(coach, ("09:00", "14:00"), **decided), headers=HTMX)
        assert answer.status_code == 409
        assert f'name="fate-{late.pk}" value="cancel" id="fate-{late.pk}-cancel" checked' in words(answer)
        assert hours(coach)[0] == "09:00–17:00"

    def test_leads_to_those_who_are_to_be_asked(self, coach, late, signed_in):
        browser = signed_in(coach)
        decided = {f"fate-{late.pk}": "ask", f"seen-{late.pk}": "1"}
        answer = browser.post(WEEK, week(coach, ("09:00", "14:00"), **decided), headers=HTMX)
        assert answer["HX-Redirect"] == f"/settings/hours/outside/?ask={late.pk}"
        page = browser.get(answer["HX-Redirect"])
        assert f'href="/sessions/{late.pk}/ask/"' in words(page)
        assert "To ask" in text(page)
        assert "Maria Papadopoulou , Monday 23 November, 16:00–16:50 Outside your hours" in text(page)

    def test_of_others_is_out_of_reach(self, coach, other_coach, signed_in):
        before = list(AvailabilityRule.objects.filter(coach=other_coach).values())
        signed_in(coach).post(WEEK, week(coach, ("10:00", "14:00")), headers=HTMX)
        assert list(AvailabilityRule.objects.filter(coach=other_coach).values()) == before


class TestDates:
    def test_gets_hours_and_gives_them_back_by_one_press(self, coach, signed_in):
        browser = signed_in(coach)
        answer = browser.post(DATE, {"date": "2026-11-30", "date-from-0": "10", "date-to-0": "24:00"}, headers=HTMX)
        assert answer.status_code == 200
        assert "Mon 30 Nov 10:00–24:00, instead of 09:00–17:00" in text(answer)
        undo = events(answer)["toast"]["undo"]
        assert undo == {"url": REMOVE, "fields": {"date": "2026-11-30"}}
        assert browser.post(undo["url"], undo["fields"], headers=HTMX).status_code == 200
        assert AvailabilityOverride.objects.count() == 0

    @pytest.mark.parametrize("spans", [[("10:00", "12:00"), ("22:00", "23:59")], [(None, None)]])
    def test_removed_comes_back_as_it_was(self, coach, signed_in, spans):
        browser = signed_in(coach)
        for starts_at, ends_at in spans:
            factories.create_override(coach=coach, date="2026-11-30", starts_at=starts_at, ends_at=ends_at)
        before = list(AvailabilityOverride.objects.order_by("starts_at").values("date", "starts_at", "ends_at"))
        undo = events(browser.post(REMOVE, {"date": "2026-11-30"}, headers=HTMX))["toast"]["undo"]
        assert AvailabilityOverride.objects.count() == 0
        browser.post(undo["url"], undo["fields"], headers=HTMX)
        assert list(AvailabilityOverride.objects.order_by("starts_at").values("date", "starts_at", "ends_at")) == before

    def test_works_without_script(self, coach, signed_in):
        answer = signed_in(coach).post(DATE, {"date": "2026-11-30", "closed": "1"}, follow=True)
        assert "Saved: Monday 30 November." in text(answer)
        assert "Mon 30 Nov Closed, instead of 09:00–17:00" in text(answer)

    @pytest.mark.parametrize("headers", [HTMX, {}])
    @pytest.mark.parametrize("date", ["2027-02-30", "2026-11-19", "", "x"])
    def test_that_makes_no_sense_comes_back(self, coach, signed_in, date, headers):
        answer = signed_in(coach).post(DATE, {"date": date, "date-from-0": "10", "date-to-0": "12"}, headers=headers)
        assert answer.status_code == 422
        assert 'name="date-from-0" value="10"' in words(answer)
        assert AvailabilityOverride.objects.count() == 0

    @pytest.mark.parametrize("date", ["", "2027-02-30", "x"])
    def test_remove_of_what_is_no_date_is_not_found(self, coach, signed_in, date):
        assert signed_in(coach).post(REMOVE, {"date": date}).status_code == 404

    def test_lists_sessions_that_it_would_leave_outside(self, coach, late, signed_in):
        browser, form = signed_in(coach), {"date": "2026-11-23", "closed": "1"}
        assert browser.post(DATE, form, headers=HTMX).status_code == 409
        assert AvailabilityOverride.objects.count() == 0
        decided = form | {f"fate-{late.pk}": "keep", f"seen-{late.pk}": "1"}
        assert browser.post(DATE, decided, headers=HTMX).status_code == 200
        assert Session.objects.get().status == SessionStatus.SCHEDULED


class TestHolidays:
    @pytest.mark.parametrize(("sent", "is_closed"), [({"closed": "1"}, True), ({}, False)])
    def test_are_saved(self, signed_in, sent, is_closed):
        coach = factories.create_coach(holidays=not is_closed)
        answer = signed_in(coach).post(HOLIDAYS, sent, headers=HTMX)
        assert answer.status_code == 200
        assert "Saved 11:00" in text(answer)
        assert ('value="1" checked' in words(answer)) is is_closed
        coach.refresh_from_db()
        assert coach.closed_on_holidays is is_closed

    def test_are_saved_without_script(self, coach, signed_in):
        assert "Closed on public holidays." in text(signed_in(coach).post(HOLIDAYS, {"closed": "1"}, follow=True))
