import pytest

from tests.scheduling.views.test_hours import HTMX, text, words

pytestmark = pytest.mark.django_db

LOOK = "/settings/look/"


def test_settings_lead_to_the_first_part_that_one_has(coach, client_user, staff, signed_in):
    to = {person: signed_in(person).get("/settings/")["Location"] for person in (coach, client_user, staff)}
    assert to == {coach: "/settings/hours/", client_user: LOOK, staff: LOOK}
    assert signed_in().get("/settings/").status_code == 302


def test_tabs_are_those_that_one_has(coach, client_user, signed_in):
    mine = "Hours Booking rules Language and look Notifications Calendar feed Sign-in and security"
    assert mine in text(signed_in(coach).get(LOOK))
    theirs = words(signed_in(client_user).get(LOOK))
    assert 'id="tab-scheduling-settings_hours"' not in theirs
    assert 'class="solo"' in theirs
    assert 'id="tab-clients-settings_look" href="/settings/look/" aria-current="page"' in theirs


def test_security_is_one_of_the_tabs(coach, signed_in):
    page = words(signed_in(coach).get("/account/2fa/"))
    assert 'href="/account/2fa/" aria-current="page">Sign-in and security</a>' in page
    assert "Change password" in page


def test_client_is_not_asked_about_what_only_calendars_have(client_user, signed_in):
    page = words(signed_in(client_user).get(LOOK))
    assert 'name="density"' not in page
    assert 'name="theme"' in page


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({"density": "compact"}, ("compact", True, "Europe/Athens")),
        ({"shortcuts": "off"}, ("comfortable", False, "Europe/Athens")),
        ({"time_zone": "Asia/Tokyo"}, ("comfortable", True, "Asia/Tokyo")),
    ],
)
def test_a_press_saves_one_choice_at_once(coach, signed_in, sent, kept):
    answer = signed_in(coach).post(LOOK, sent, follow=True)
    assert answer.redirect_chain == [(LOOK, 302)]
    assert "Saved" in text(answer)
    coach.user.refresh_from_db()
    assert (coach.user.density, coach.user.shortcuts, coach.user.time_zone) == kept
    coach.refresh_from_db()
    assert coach.time_zone == "Europe/Athens"


def test_the_page_comes_back_as_it_looks_then(coach, signed_in):
    assert 'data-density="compact"' in words(signed_in(coach).post(LOOK, {"density": "compact"}, follow=True))


@pytest.mark.parametrize("headers", [HTMX, {}])
@pytest.mark.parametrize(
    "sent", [{}, {"density": "huge"}, {"shortcuts": "maybe"}, {"time_zone": "Mars/Base"}, {"time_zone": "x" * 5000}]
)
def test_what_is_no_choice_is_refused(coach, signed_in, sent, headers):
    answer = signed_in(coach).post(LOOK, sent, headers=headers)
    assert answer.status_code == 422
    coach.user.refresh_from_db()
    assert (coach.user.density, coach.user.shortcuts, coach.user.time_zone) == ("comfortable", True, "Europe/Athens")


def test_nul_is_refused(coach, signed_in):
    assert signed_in(coach).post(LOOK, {"time_zone": "Europe/\0Athens"}).status_code == 400
