"""The bell in the head of every page."""

from __future__ import annotations

import re

import pytest

from tests.factories import NotificationFactory, create_news
from tests.legible import words

pytestmark = pytest.mark.django_db

IN_HEAD = re.compile(r'(?s)<div class="bell" id="bell-now".*?</div>')


def bell_of(page):
    return IN_HEAD.search(words(page)).group()


@pytest.mark.parametrize(
    ("number", "shown", "said"),
    [
        (0, None, "nothing new"),
        (1, "1", "1 new"),
        (4, "4", "4 new"),
        (99, "99", "99 new"),
        (150, "99+", "more than 99 new"),
    ],
)
def test_says_how_much_is_new_in_a_number_and_in_words(coach, signed_in, number, shown, said):
    NotificationFactory.create_batch(number, user=coach.user)
    bell = bell_of(signed_in(coach).get("/settings/look/"))
    assert f'aria-label="Notifications, {said}"' in bell
    assert re.findall(r'<span class="count" aria-hidden="true">(.*?)</span>', bell) == ([shown] if shown else [])


def test_speaks_greek(coach, signed_in):
    coach.user.language = "el"
    coach.user.save()
    create_news(to=coach)
    assert 'aria-label="Ειδοποιήσεις, 1 νέα"' in bell_of(signed_in(coach).get("/settings/look/"))


def test_is_in_both_frames_and_for_nobody_who_is_not_signed_in(coach, client_user, staff, signed_in):
    for person, path in ((coach, "/"), (client_user, "/my/"), (staff, "/settings/look/")):
        assert 'href="/notifications/" hx-get="/notifications/" hx-target="#dlg-body"' in bell_of(
            signed_in(person).get(path)
        )
    assert not IN_HEAD.search(words(signed_in().get("/account/login/")))
    assert signed_in().get("/bell/").status_code == 302


def test_opens_no_dialog_over_its_own_list(coach, signed_in):
    browser = signed_in(coach)
    over_the_list = {"HX-Request": "true", "HX-Current-URL": "http://testserver/notifications/?page=2"}
    for bell in (bell_of(browser.get("/notifications/")), words(browser.get("/bell/", headers=over_the_list))):
        assert 'aria-current="page"' in bell
        assert 'hx-get="/notifications/"' not in bell


def test_is_read_anew_by_itself(coach, signed_in):
    create_news(to=coach)
    browser = signed_in(coach)
    page, part = bell_of(browser.get("/settings/look/")), words(browser.get("/bell/", headers={"HX-Request": "true"}))
    assert 'hx-get="/bell/" hx-trigger="bell:changed from:body" hx-target="this" hx-swap="innerHTML"' in page
    assert part.strip() in page
    assert 'id="bell"' in part


def test_costs_a_page_one_query_and_parts_none(coach, signed_in, django_assert_num_queries):
    browser = signed_in(coach)
    browser.get("/bell/")
    with django_assert_num_queries(3):  # the session, the user, the number
        browser.get("/bell/")
    with django_assert_num_queries(2) as asked:
        browser.get("/keys/", headers={"HX-Request": "true"})
    assert not any("clients_notification" in each["sql"] for each in asked)
