from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients.models import Care
from scheduling.models import CounterTime, Session
from tests import factories
from tests.factories import NOW
from tests.scheduling.actions.traces import everything
from tests.scheduling.views.conflict_dialog import HTMX, desk, words
from tests.scheduling.views.proposal_link import Asked, asked, case, link, offered

pytestmark = pytest.mark.django_db
__all__ = ["asked", "case", "desk", "offered"]

FOUR, TEN = {"own_day_1": "2026-11-24", "own_at_1": "16:00"}, {"own_day_2": "2026-11-25", "own_at_2": "10:00"}


def write(asked, **fields):
    return asked.browser.post(asked.url, {"offer": "none_fits", "counter_text": "", **fields})


def accept(desk, number=0, **data):
    time = CounterTime.objects.order_by("place")[number]
    return desk.browser.post(f"/conflicts/counters/{time.pk}/", data, headers=HTMX)


def test_client_writes_times_and_reads_them_when_the_page_is_opened_again(offered):
    for response in (write(offered, **FOUR, **TEN), offered.open()):
        page = words(response)
        assert "<li>Tuesday 24 November, 16:00</li><li>Wednesday 25 November, 10:00</li>" in page.replace("> <", "><")


def test_wrong_time_is_refused_in_words_with_what_was_typed(offered):
    before = everything()
    response = write(offered, own_day_1="2026-11-24", own_at_1="")
    page = words(response)
    assert response.status_code == 422
    assert "A time of your own needs a day and an hour." in page
    assert 'value="2026-11-24"' in page
    assert "<details open>" in page
    assert everything() == before


def test_coach_books_one_of_them_with_one_press(desk, offered):
    write(offered, **FOUR, **TEN)
    page = words(desk.browser.get("/conflicts/"))
    assert "Book Nikos, Tue 24 Nov, 16:00" in page
    response = accept(desk)
    assert response.status_code == 204
    assert "Booked: Nikos Georgiou" in response["HX-Trigger"]
    assert Session.objects.get(client=desk.nikos).interval == factories.hour("2026-11-24 16:00")
    assert "See you on Tuesday, 16:00" in words(offered.open())


def test_coach_moves_who_was_asked(desk, asked):
    write(asked, **FOUR)
    assert "Move Maria, Tue 24 Nov, 16:00" in words(desk.browser.get("/conflicts/"))
    assert accept(desk).status_code == 204
    desk.session.refresh_from_db()
    assert desk.session.interval == factories.hour("2026-11-24 16:00")
    assert "See you on Tuesday, 16:00" in words(asked.open())


def test_time_that_is_taken_is_named_and_cannot_be_pressed(desk, offered):
    write(offered, **FOUR, **TEN)
    factories.create_session(coach=desk.coach, client=desk.maria, at="2026-11-24 16:00")
    page = words(desk.browser.get("/conflicts/"))
    assert "<s>Tuesday 24 November, 16:00</s>" in page
    assert "Book Nikos, Wed 25 Nov, 10:00" in page
    response = accept(desk)
    assert response.status_code == 409
    assert response["HX-Retarget"] == "#pending"
    assert "Maria" in words(response)


def test_outside_hours_asks_first(desk, offered):
    write(offered, own_day_1="2026-11-24", own_at_1="21:00")
    response = accept(desk)
    assert response.status_code == 409
    assert "book it all the same?" in words(response)
    assert accept(desk, overrule="1").status_code == 204


def test_plain_question_is_answered_in_the_dialog(desk, signed_in):
    question = Asked(
        factories.create_proposal(session=desk.session, offers=["2026-11-24 10:00", "2026-11-25 10:00"]), signed_in()
    )
    write(question, **FOUR)
    page = words(desk.browser.get(f"/sessions/{desk.session.pk}/"))
    assert "Move Maria, Tue 24 Nov, 16:00" in page
    factories.create_session(coach=desk.coach, client=desk.nikos, at="2026-11-24 16:00")
    response = accept(desk)
    assert response.status_code == 409
    assert "Asking to move" in words(response)


def test_without_script_it_leads_back_to_the_list(desk, offered):
    write(offered, **FOUR)
    time = CounterTime.objects.get()
    response = desk.browser.post(f"/conflicts/counters/{time.pk}/")
    assert (response.status_code, response["Location"]) == (302, "/conflicts/")


def test_nobody_elses(desk, offered, other_coach, signed_in):
    write(offered, **FOUR)
    time = CounterTime.objects.get()
    address = f"/conflicts/counters/{time.pk}/"
    assert signed_in(other_coach).post(address).status_code == 404
    assert desk.browser.post("/conflicts/counters/999999999/").status_code == 404
    assert desk.browser.get(address).status_code == 405
    Care.objects.filter(client=desk.nikos).update(ended_at=NOW)
    assert desk.browser.post(address).status_code == 404


def declined(coach, at):
    """One more wish whose client wrote a time."""
    blocking = factories.create_session(coach=coach, client=factories.create_client(of=coach), at=at)
    case = factories.create_case(coach=coach, client=factories.create_client(of=coach), blocking=blocking)
    proposal = factories.create_proposal(case=case, offers=["2026-12-01 10:00"])
    factories.create_counter(proposal=proposal, at="2026-12-02 10:00")


def test_list_costs_the_same_with_one_answer_or_three(desk, django_assert_num_queries):
    declined(desk.coach, "2026-11-25 10:00")
    with CaptureQueriesContext(connection) as asked:
        desk.browser.get("/conflicts/")
    for at in ("2026-11-25 12:00", "2026-11-26 10:00"):
        declined(desk.coach, at)
    with django_assert_num_queries(len(asked)):
        page = words(desk.browser.get("/conflicts/"))
    assert page.count("Wed 2 Dec, 10:00") == 3


def test_pressed_again_when_its_session_was_cancelled_is_not_said_to_be_booked(desk, offered):
    write(offered, **FOUR)
    accept(desk)
    Session.objects.filter(client=desk.nikos).update(status="cancelled", cancelled_at=NOW)
    response = accept(desk)
    assert response.status_code == 409
    assert "One of these times was taken before, and its session has been cancelled since." in words(response)
    assert "Booked" not in response["HX-Trigger"]


@pytest.mark.parametrize("fields", [FOUR, {"counter_text": "Thursdays"}])
def test_own_times_and_words_for_a_swap_are_refused_as_nobody_would_read_them(desk, signed_in, fields):
    oksana = factories.create_client(of=desk.coach)
    other = factories.create_session(coach=desk.coach, client=oksana, at="2026-11-25 10:00")
    desk.maria.language = "en"
    desk.maria.save()
    first, _second = factories.create_swap(desk.session, other)
    response = signed_in().post(link(first), {"offer": "none_fits", **fields})
    first.refresh_from_db()
    assert response.status_code == 422
    assert "A swap can only be answered with yes or no" in words(response)
    assert (first.status, first.counter_times.count()) == ("open", 0)
