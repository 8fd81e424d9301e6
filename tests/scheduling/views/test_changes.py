import json
import re

import pytest

from scheduling.models import Session
from scheduling.states import SessionStatus
from tests import factories
from tests.legible import words

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
# Now is 11:00 of that day.
RUNNING, AHEAD = "2026-11-20 10:30", "2026-11-20 13:00"
PRESSES = [
    ("complete", {}, "Completed"),
    ("no-show", {}, "No-show"),
    ("paid", {"paid": "1"}, "Paid"),
    ("arrived", {"arrived": "1"}, "Arrived"),
]


@pytest.fixture
def maria(coach):
    return factories.create_client(of=coach, full_name="Maria Papadopoulou")


@pytest.fixture
def session(coach, maria):
    return factories.create_session(coach=coach, client=maria, at=RUNNING, price=60)


@pytest.fixture
def press(coach, signed_in):
    """`press(session, "paid", paid="1")` sends the form of a button; htmx unless said otherwise."""
    browser = signed_in(coach)

    def send(session, name, *, headers=HTMX, version=1, **fields):
        said = {"version": version, **fields} if version is not None else fields
        return browser.post(f"/sessions/{session.pk}/{name}/", said, headers=headers)

    return send


def stand(session):
    session.refresh_from_db()
    return session.status, session.version


def test_what_is_said_of_a_client_is_not_kept_on_the_device(session, coach, signed_in):
    browser = signed_in(coach)
    browser.post(f"/sessions/{session.pk}/paid/", {"version": 1, "paid": "1"})
    assert browser.cookies.keys() <= {"sessionid", "csrftoken"}
    browser.post("/account/logout/")
    assert "Maria" not in words(signed_in(coach).get("/settings/look/"))


@pytest.mark.parametrize(("name", "fields", "word"), PRESSES)
def test_a_press_changes_the_session_and_can_be_undone(session, press, name, fields, word):
    response = press(session, name, **fields)
    assert response.status_code == 204
    assert json.loads(response["HX-Trigger"]) == {
        "dlg:close": {},
        "calendar:changed": {},
        "pending:changed": {},
        "toast": {
            "text": f"{word}: Maria Papadopoulou, Friday 20 November, 10:30.",
            "undo": {"url": f"/sessions/{session.pk}/undo/", "fields": {"version": "2"}},
        },
    }
    assert stand(session)[1] == 2


@pytest.mark.parametrize(("name", "fields", "word"), PRESSES)
def test_a_press_sent_twice_is_answered_alike_and_done_once(session, press, name, fields, word):
    first, again = press(session, name, **fields), press(session, name, **fields)
    assert (first.status_code, first["HX-Trigger"]) == (again.status_code, again["HX-Trigger"])
    assert stand(session)[1] == 2


def test_what_was_so_already_offers_no_undo_of_something_else(session, press):
    press(session, "paid", paid="1")
    response = press(session, "paid", paid="1", version=2)
    assert json.loads(response["HX-Trigger"])["toast"] == {
        "text": "Paid: Maria Papadopoulou, Friday 20 November, 10:30."
    }


def test_paid_and_arrived_are_taken_away_again(session, press):
    press(session, "paid", paid="1")
    press(session, "arrived", arrived="1", version=2)
    assert "Not paid: Maria" in press(session, "paid", paid="0", version=3)["HX-Trigger"]
    assert "Not here yet: Maria" in press(session, "arrived", arrived="0", version=4)["HX-Trigger"]
    assert Session.objects.values_list("paid_at", "paid_by", "arrived_at").get() == (None, None, None)


def test_a_finished_session_is_reopened(session, press):
    press(session, "no-show")
    response = press(session, "reopen", version=2)
    assert "Scheduled again: Maria" in response["HX-Trigger"]
    assert stand(session) == (SessionStatus.SCHEDULED, 3)


@pytest.mark.parametrize(
    ("to", "leads"),
    [
        ("", None),
        ("/", "/"),
        ("/calendar/?view=day&date=2026-11-20", "/calendar/?view=day&date=2026-11-20"),
        ("https://elsewhere.test/", None),
        ("//elsewhere.test/", None),
        ("/\\elsewhere.test/", None),
        ("/a\r\nSet-Cookie: x=1", None),
        ("javascript:alert(1)", None),
    ],
)
def test_without_script_a_press_leads_back_to_where_it_was_made(session, press, to, leads):
    response = press(session, "paid", headers={}, paid="1", next=to)
    assert (response.status_code, response["Location"]) == (302, leads or f"/sessions/{session.pk}/")


def test_without_script_the_next_page_says_what_was_done_and_undoes_it(coach, session, signed_in):
    browser = signed_in(coach)
    page = words(
        browser.post(f"/sessions/{session.pk}/complete/", {"version": "1", "next": "/conflicts/"}, follow=True)
    )
    assert "Completed: Maria Papadopoulou, Friday 20 November, 10:30." in page
    form = re.search(rf'<form method="post" action="/sessions/{session.pk}/undo/">.*?</form>', page, re.DOTALL)[0]
    fields = dict(re.findall(r'name="(version|next)" value="([^"]+)"', form))
    assert fields == {"version": "2", "next": "/conflicts/"}
    undone = browser.post(f"/sessions/{session.pk}/undo/", fields, follow=True)
    assert undone.redirect_chain == [("/conflicts/", 302)]
    assert "Undone: Maria Papadopoulou" in words(undone)
    assert stand(session) == (SessionStatus.SCHEDULED, 3)


# Refusals


def test_a_session_that_has_not_begun_is_not_completed(coach, maria, press):
    ahead = factories.create_session(coach=coach, client=maria, at=AHEAD)
    response = press(ahead, "complete")
    assert response.status_code == 409
    assert response["HX-Retarget"] == "#dlg-body"
    assert response["HX-Trigger-After-Swap"] == "dlg:open"
    assert response["HX-Trigger"] == "calendar:changed, pending:changed"
    assert "This session has not begun yet." in words(response)
    assert "From Friday 20 November, 13:00 on" in words(response)
    assert stand(ahead) == (SessionStatus.SCHEDULED, 1)


def test_an_old_page_is_shown_how_the_session_stands_now_and_what_to_do(session, press):
    press(session, "complete")
    response = press(session, "no-show")
    assert response.status_code == 409
    dialog = words(response)
    assert "was changed since you opened the page" in dialog
    assert 'data-status="completed"' in dialog
    assert f'action="/sessions/{session.pk}/reopen/"' in dialog
    assert 'name="version" value="2"' in dialog
    assert stand(session) == (SessionStatus.COMPLETED, 2)


def test_without_script_a_refusal_is_a_page(session, press):
    press(session, "complete")
    response = press(session, "no-show", headers={})
    assert response.status_code == 409
    assert "<title>Problem: Maria Papadopoulou · Praxis</title>" in words(response)
    assert 'role="alert"' in words(response)


def test_a_cancelled_session_is_not_paid_but_its_hour_can_be_booked_again(coach, maria, press):
    gone = factories.create_session(
        coach=coach, client=maria, at=AHEAD, status=SessionStatus.CANCELLED, title="First session"
    )
    response = press(gone, "paid", paid="1")
    assert response.status_code == 409
    book = f"/sessions/book/?day=2026-11-20&amp;at=13:00&amp;minutes=50&amp;client={maria.pk}&amp;title=First+session"
    assert f'href="{book}"' in words(response)


def test_nobody_arrives_on_another_day(coach, maria, press):
    tomorrow = factories.create_session(coach=coach, client=maria, at="2026-11-23 10:00")
    response = press(tomorrow, "arrived", arrived="1")
    assert (response.status_code, stand(tomorrow)[1]) == (409, 1)
    assert "Only for a scheduled session of today" in words(response)


@pytest.mark.parametrize("version", [None, "", "0", "-1", "x", "1.5", "9" * 30, "９９x"])
@pytest.mark.parametrize("name", ["complete", "undo"])
def test_a_form_without_a_version_is_refused_in_words(session, press, name, version):
    response = press(session, name, version=version)
    assert response.status_code == 422
    assert "The page did not say which state of the session it showed." in words(response)
    assert stand(session) == (SessionStatus.SCHEDULED, 1)


@pytest.mark.parametrize("name", ["paid", "arrived"])
@pytest.mark.parametrize("value", [None, "", "2", "yes"])
def test_a_tick_that_says_neither_yes_nor_no_is_refused_in_words(session, press, name, value):
    response = press(session, name, **({} if value is None else {name: value}))
    assert response.status_code == 422
    assert "The page did not say whether to tick it or not." in words(response)
    assert stand(session)[1] == 1


@pytest.mark.parametrize("name", ["complete", "no-show", "paid", "arrived", "reopen", "undo"])
def test_sessions_of_others_are_not_found(other_coach, session, signed_in, name):
    browser, fields = signed_in(other_coach), {"version": "1", "paid": "1", "arrived": "1"}
    foreign, unknown = (browser.post(f"/sessions/{key}/{name}/", fields) for key in (session.pk, 10**30))
    assert (foreign.status_code, unknown.status_code) == (404, 404)
    assert foreign.content == unknown.content
    assert stand(session)[1] == 1


@pytest.mark.parametrize("name", ["complete", "no-show", "paid", "arrived", "reopen", "undo"])
def test_presses_are_only_sent(coach, session, signed_in, name):
    assert signed_in(coach).get(f"/sessions/{session.pk}/{name}/").status_code == 405


@pytest.mark.parametrize("name", ["complete", "undo"])
def test_presses_are_for_coaches(client_user, session, signed_in, name):
    assert signed_in(client_user).post(f"/sessions/{session.pk}/{name}/", {"version": "1"}).status_code == 403


# The page of a session


def buttons(page):
    """The ids of what can be pressed on a session, in order; the primary one is marked."""
    card = page[page.index('id="s-facts"') : page.index("</footer>")]
    found = re.findall(r'class="(btn[^"]*)"[^>]*? id="([\w-]+)"', card)
    names = [
        (look, name.removeprefix("session-") if "session-" in name else name.rpartition("-")[0]) for look, name in found
    ]
    return [f"{name}!" if "primary" in look else name for look, name in names]


@pytest.mark.parametrize(
    ("at", "status", "expected"),
    [
        ("2026-11-24 10:00", "scheduled", ["move!", "paid", "again", "ask", "swap", "write", "cancel"]),
        (AHEAD, "scheduled", ["move!", "arrived", "paid", "again", "ask", "swap", "write", "cancel"]),
        (RUNNING, "scheduled", ["complete!", "no-show", "arrived", "paid", "move", "again", "write", "cancel"]),
        ("2026-11-20 09:00", "completed", ["paid!", "reopen", "again", "write"]),
        ("2026-11-20 09:00", "no_show", ["paid!", "reopen", "again", "write"]),
        (AHEAD, "cancelled", ["rebook", "again", "write"]),
    ],
)
def test_session_page_has_one_first_button_that_fits_the_moment(coach, maria, signed_in, at, status, expected):
    session = factories.create_session(coach=coach, client=maria, at=at, status=status, price=60)
    assert buttons(words(signed_in(coach).get(f"/sessions/{session.pk}/"))) == expected


@pytest.mark.parametrize("status", ["completed", "no_show"])
def test_session_page_says_what_is_unpaid_and_the_toggle_what_is_paid(coach, maria, press, signed_in, status):
    session = factories.create_session(coach=coach, client=maria, at="2026-11-20 09:00", status=status, price=60)
    url = f"/sessions/{session.pk}/"
    page = words(signed_in(coach).get(url))
    assert '<span class="tag due">unpaid</span>' in page
    assert re.search(rf'id="paid-{session.pk}" aria-pressed="false"', page)
    press(session, "paid", paid="1")
    page = words(signed_in(coach).get(url))
    assert "unpaid" not in page
    assert re.search(rf'name="paid" value="0">.*id="paid-{session.pk}" aria-pressed="true"', page)


def test_session_page_undoes_what_was_done_last_while_that_can_be(coach, session, press, clock, signed_in):
    url = f"/sessions/{session.pk}/"
    assert "session-undo" not in words(signed_in(coach).get(url))
    press(session, "complete")
    clock.shift(12)
    page = words(signed_in(coach).get(url))
    assert "Marked as completed, today, 11:00" in page
    assert 'hx-trigger="load delay:8s"' in page
    assert re.search(rf'action="/sessions/{session.pk}/undo/".*name="version" value="2".*id="session-undo"', page)
    clock.shift(8)
    assert "session-undo" not in words(signed_in(coach).get(url))


def test_session_page_says_by_whom_it_was_if_not_by_the_reader(coach, staff, session, signed_in):
    from scheduling.actions.cancel import cancel_session

    cancel_session(session.pk, by=staff, now=factories.NOW, version=1)
    page = words(signed_in(coach).get(f"/sessions/{session.pk}/"))
    assert "Cancelled, today, 11:00" in page
    assert "By: Office Staff" in page


def test_session_page_has_few_queries(coach, session, press, signed_in, django_assert_num_queries):
    browser = signed_in(coach)
    browser.get(f"/sessions/{session.pk}/")
    for version in range(1, 6):
        press(session, "paid", paid=str(version % 2), version=version)
    with django_assert_num_queries(10):
        browser.get(f"/sessions/{session.pk}/")
