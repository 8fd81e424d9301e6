import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients.models import Care
from scheduling.views import why
from tests import factories

pytestmark = pytest.mark.django_db

URL = "/calendar/why/"
DIALOG = {"HX-Request": "true", "HX-Target": "dlg-body"}
MONDAY = "2026-11-23"


@pytest.fixture
def maria(coach):
    return factories.create_client(of=coach, full_name="Maria Papadopoulou")


@pytest.fixture
def ask(coach, signed_in):
    browser = signed_in(coach)

    def get(status=200, headers=None, **said):
        response = browser.get(URL, said, headers=headers)
        assert response.status_code == status
        return response.content.decode()

    return get


def answer(page):
    """The words of the answer, without those of its links, and the addresses that these lead to."""
    found = re.search(r'<div class="notice[^"]*" id="why-answer".*?</div>', page, re.DOTALL)
    text = re.sub(r"<a .*?</a>|<[^>]+>", " ", found[0]) if found else ""
    return " ".join(text.split()), re.findall(r'href="([^"#]+)"', found[0]) if found else []


def test_the_form_asks_for_a_time_and_answers_nothing_yet(ask):
    page = ask(day=MONDAY)
    assert 'value="2026-11-23"' in page
    assert '<option value="50" selected>' in page
    assert "<title>Why is a time not offered? · Praxis</title>" in page
    assert "why-answer" not in page
    assert 'aria-invalid="true"' not in page
    assert 'value="2026-11-20"' in ask()


def test_a_listed_time_is_offered_and_can_be_booked(ask):
    page = ask(day=MONDAY, at="10:00", minutes="60")
    assert answer(page)[0].startswith("It is offered This time is one of your free times.")
    assert 'class="btn primary" id="why-book" formaction="/sessions/book/"' in page
    assert "Book this time" in page


def test_what_is_typed_there_is_what_the_booking_form_opens_with(coach, signed_in):
    typed = {"fold": "", "day": MONDAY, "at": "9:10", "minutes": "45"}
    page = signed_in(coach).get("/sessions/book/", typed).content.decode()
    assert 'value="2026-11-23"' in page
    assert 'value="9:10"' in page
    assert '<option value="45" selected>' in page


def test_a_time_off_the_step_is_free_and_says_how_the_step_goes(ask):
    page = ask(day=MONDAY, at="10:10")
    assert answer(page)[0] == (
        "Free, but not on your step Here your times are counted from 09:00, one every 30 minutes. "
        "This one lies between two of them and can be booked all the same."
    )
    assert "Book this time" in page


def test_every_reason_is_said_and_it_may_be_booked_all_the_same(coach, ask):
    factories.create_time_off(coach=coach, starts=f"{MONDAY} 00:00", ends="2026-11-24 00:00", reason="Course")
    page = ask(day=MONDAY, at="20:00")
    assert answer(page)[0] == (
        "Time off: Course Until Monday 23 November. Outside your hours Monday is open 09:00–17:00."
    )
    assert "Book it all the same" in page


def test_a_holiday_is_named(coach, ask):
    coach.closed_on_holidays = True
    coach.save()
    assert answer(ask(day="2026-12-25", at="10:00"))[0] == ("Closed: Christmas Friday 25 December is a public holiday.")


def test_a_session_leads_to_itself_and_offers_no_booking(coach, maria, ask):
    session = factories.create_session(coach=coach, client=maria, at=f"{MONDAY} 10:00")
    page = ask(day=MONDAY, at="10:30")
    assert answer(page) == (
        "Taken by Maria Papadopoulou 10:00–10:50.",
        [f"/sessions/{session.pk}/"],
    )
    assert "why-book" not in page


def test_a_session_of_somebody_out_of_care_is_only_taken(coach, maria, ask):
    factories.create_session(coach=coach, client=maria, at=f"{MONDAY} 10:00")
    Care.objects.update(ended_at=factories.NOW)
    page = ask(day=MONDAY, at="10:30")
    assert answer(page) == ("Taken 10:00–10:50.", [])
    assert "Maria" not in page


def test_a_hold_leads_to_pending(coach, maria, ask):
    session = factories.create_session(coach=coach, client=maria, at="2026-11-24 10:00")
    factories.create_proposal(session=session, offers=[f"{MONDAY} 10:00"])
    words, links = answer(ask(day=MONDAY, at="10:00"))
    assert words == "Held for Maria Papadopoulou Until Monday 23 November, 09:00."
    assert links == ["/conflicts/"]


def test_every_address_it_leads_to_answers(coach, ask, signed_in):
    factories.create_time_off(coach=coach, starts=f"{MONDAY} 00:00", ends="2026-11-24 00:00")
    links = answer(ask(day=MONDAY, at="20:00"))[1]
    assert all(signed_in(coach).get(link).status_code == 200 for link in links)


def test_the_past_has_no_next_step_but_booking_it(ask):
    page = ask(day="2026-11-19", at="10:00")
    assert answer(page) == ("This time is past It began on Thursday 19 November, 10:00.", [])
    assert "Book it all the same" in page


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"at": "10:00", "day": ""}, "Choose a day."),
        ({"at": "10:00", "day": "2027-02-30"}, "There is no such day."),
        ({"day": "2027-02-30"}, "There is no such day."),
        (
            {"at": "10:00", "day": "9999-12-31"},
            "Choose a day from Wednesday 19 November 2025 to Monday 20 November 2028.",
        ),
        ({"at": "25:00", "day": MONDAY}, "“25:00” is not a time."),
        ({"at": "", "day": MONDAY}, "Say from when, for example 9:00."),
        ({"at": "10:00", "day": MONDAY, "minutes": "9" * 5000}, "Give the length in whole minutes"),
        ({"at": "10:00", "day": MONDAY, "minutes": "500"}, "A session takes at most 8 hours"),
        ({"at": "03:30", "day": "2027-03-28"}, "The clocks go forward on Sunday 28 March 2027: there is no 03:30."),
    ],
)
def test_a_time_that_is_none_is_said_in_words_and_kept(ask, said, words):
    page = ask(status=422, **said)
    assert words in page
    assert "why-answer" not in page
    assert f'value="{said["at"]}"' in page if said.get("at") else True


def test_an_hour_that_comes_twice_is_the_one_asked_for(coach, ask):
    factories.create_rule(coach=coach, weekday=6, starts_at="00:00", ends_at="06:00")
    coach.horizon_days = 730
    coach.save()
    page = ask(day="2027-10-31", at="03:30", fold="1")
    assert "03:30 comes twice that night; this is the second one." in page
    assert '<input type="hidden" name="fold" value="1" id="id_fold">' in page


def test_in_the_dialog_it_is_the_same_part(ask):
    part = ask(headers=DIALOG, day=MONDAY, at="10:10")
    assert part.lstrip().startswith('<form method="get" action="/calendar/why/" novalidate hx-get="/calendar/why/"')
    assert '<h2 id="dlg-t" tabindex="-1">Why is a time not offered?</h2>' in part
    assert answer(part) == answer(ask(day=MONDAY, at="10:10"))


def test_the_calendar_leads_there_for_the_day_shown(coach, signed_in):
    page = signed_in(coach).get("/calendar/?view=week&date=2026-11-25").content.decode()
    assert 'id="cal-why" href="/calendar/why/?day=2026-11-25"' in page


def test_it_is_for_coaches_and_of_their_own_calendar(coach, other_coach, client_user, signed_in):
    factories.create_session(coach=other_coach, client=factories.create_client(of=other_coach), at=f"{MONDAY} 10:00")
    asked = {"day": MONDAY, "at": "10:00"}
    assert "It is offered" in signed_in(coach).get(URL, asked).content.decode()
    assert signed_in(client_user).get(URL, asked).status_code == 403
    assert signed_in().get(URL, asked).status_code == 302
    assert signed_in(coach).post(URL, asked).status_code == 405


def test_it_costs_as_much_with_three_reasons_as_with_one(coach, maria, signed_in):
    browser, counts = signed_in(coach), []
    for times in (["10:00"], ["10:50", "11:40"]):
        for at in times:
            factories.create_session(coach=coach, client=maria, at=f"{MONDAY} {at}")
        with CaptureQueriesContext(connection) as queries:
            browser.get(URL, {"day": MONDAY, "at": "10:00", "minutes": "180"})
        counts.append(len(queries))
    assert counts == [4, 4]


@pytest.mark.parametrize(
    ("url", "there"), [("/conflicts/#case-1", True), ("/settings/nowhere/#week", False), ("", False)]
)
def test_a_way_is_shown_only_where_a_page_stands(url, there):
    assert why._is_there(url) is there
