"""The list at the bell, as a page, in the dialog and read anew; and what is marked in it."""

from __future__ import annotations

import json
import re

import pytest
from django.db import connection

from clients.models import Notification
from tests.factories import NOW, create_client, create_news
from tests.legible import words
from tests.scheduling.views.test_hours import HTMX, events, text

pytestmark = pytest.mark.django_db

LIST, ALL, BACK = "/notifications/", "/notifications/all/", "/notifications/all/undo/"
IN_DIALOG = {**HTMX, "HX-Target": "dlg-body"}


@pytest.fixture
def maria(coach):
    return create_client(of=coach, full_name="Maria Papadopoulou")


@pytest.fixture
def line(coach, maria):
    return create_news(to=coach, about=maria, url=f"/messages/{maria.pk}/")


def read_at(row):
    return Notification.objects.get(pk=row.pk).read_at


def everything():
    """What is in every table, as one number each."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        )
        tables = [name for (name,) in cursor.fetchall()]
        found = {}
        for name in tables:
            cursor.execute(
                f'SELECT md5(coalesce(string_agg(each::text, $$,$$ ORDER BY each::text), $$$$)) FROM "{name}" each'
            )
            ((found[name],),) = cursor.fetchall()
    return found


class TestList:
    def test_tells_what_happened_when_and_where_it_goes_on(self, coach, maria, line, signed_in):
        old = create_news(to=coach, about=maria, is_read=True, ago=60 * 24)
        page = signed_in(coach).get(LIST)
        read = text(page)
        assert "Notifications 1 new All Unread Today A new message from Maria Papadopoulou." in read
        assert "11:00 · New Yesterday" in read
        assert f'href="/messages/{maria.pk}/" hx-post="/notifications/{line.pk}/open/"' in words(page)
        assert f'<li class="new" id="told-{line.pk}">' in words(page)
        assert f'<li id="told-{old.pk}">' in words(page)
        assert f'aria-label="Mark as read" title="Mark as read" aria-describedby="told-{line.pk}"' in words(page)
        assert "<title>Notifications, 1 new · Praxis</title>" in words(page)

    def test_looking_changes_nothing_at_all(self, coach, line, signed_in):
        browser = signed_in(coach)
        browser.get(LIST)
        before = everything()
        for headers in ({}, HTMX, IN_DIALOG, {**HTMX, "HX-Target": "told-latest"}):
            for path in (LIST, f"{LIST}?show=unread", f"{LIST}?page=2", "/bell/"):
                assert browser.get(path, headers=headers).status_code == 200
        for path in ("open", "read", "unread"):
            assert browser.get(f"{LIST}{line.pk}/{path}/").status_code == 405
        assert browser.get(ALL).status_code == browser.get(BACK).status_code == 405
        assert everything() == before

    def test_is_everybodys_own_and_only_that(self, coach, other_coach, client_user, staff, line, signed_in):
        for person in (other_coach, client_user, staff):
            page = signed_in(person).get(LIST)
            assert "Nothing here yet" in text(page)
            assert f"told-{line.pk}" not in words(page)
        assert signed_in().get(LIST)["Location"] == f"/account/login/?next={LIST}"

    def test_shows_only_what_is_new(self, coach, maria, line, signed_in):
        create_news(to=coach, about=maria, is_read=True, facts={"old": 1})
        page = words(signed_in(coach).get(f"{LIST}?show=unread"))
        assert re.findall(r'<li[^>]* id="told-(\d+)"', page) == [str(line.pk)]
        assert 'href="/notifications/?show=unread" aria-current="true"' in page
        assert 'hx-get="/notifications/?show=unread"' in page

    @pytest.mark.parametrize(
        ("path", "says"), [(LIST, "Nothing here yet"), (f"{LIST}?show=unread", "You have read all of it.")]
    )
    def test_says_so_when_there_is_nothing(self, coach, signed_in, path, says):
        page = signed_in(coach).get(path)
        assert says in text(page)
        assert "Nothing new" in text(page)
        assert "told-read-all" not in words(page)

    def test_comes_in_pages_of_fifty(self, coach, signed_in):
        for ago in range(51):
            create_news(to=coach, ago=ago)
        browser = signed_in(coach)
        first, second = (words(browser.get(f"{LIST}?page={number}")) for number in (1, 2))
        assert [page.count('hx-post="/notifications/') for page in (first, second)] == [101, 2]
        assert ('id="told-next" href="/notifications/?page=2"' in first, "told-previous" in first) == (True, False)
        assert ('id="told-previous" href="/notifications/?page=1"' in second, "told-next" in second) == (True, False)
        assert ("told-read-all" in first, "told-read-all" in second) == (True, False)
        for odd in ("0", "-1", "x", "9" * 30):
            assert browser.get(f"{LIST}?page={odd}").status_code == 200

    def test_opens_in_the_dialog_with_the_latest(self, coach, signed_in):
        rows = [create_news(to=coach, ago=ago) for ago in range(25)]
        part = signed_in(coach).get(LIST, headers=IN_DIALOG)
        assert part["HX-Trigger-After-Swap"] == "dlg:open"
        assert '<h2 id="dlg-t" tabindex="-1">Notifications</h2>' in words(part)
        assert len(re.findall(r'<li[^>]* id="told-\d+"', words(part))) == 20
        assert f'name="until" value="{rows[19].pk}"' in words(part)
        assert "<html" not in words(part)

    def test_list_in_the_dialog_reads_itself_anew_and_leaves_the_dialog_alone(self, coach, line, signed_in):
        part = signed_in(coach).get(LIST, headers={**HTMX, "HX-Target": "told-latest"})
        assert words(part).lstrip().startswith('<div class="stack" id="told-latest" hx-get="/notifications/"')
        assert "HX-Trigger-After-Swap" not in part

    def test_page_reads_itself_anew_as_it_is(self, coach, line, signed_in):
        part = words(signed_in(coach).get(f"{LIST}?show=unread", headers={**HTMX, "HX-Target": "told"}))
        assert part.lstrip().startswith('<div class="read narrow" id="told" hx-get="/notifications/?show=unread"')

    def test_speaks_greek(self, coach, maria, line, signed_in):
        coach.user.language = "el"
        coach.user.save()
        read = text(signed_in(coach).get(LIST))
        assert "Ειδοποιήσεις 1 νέα Όλες Αδιάβαστες Σήμερα Νέο μήνυμα από: Maria Papadopoulou." in read


class TestOpening:
    def test_marks_it_and_leads_on(self, coach, line, maria, signed_in):
        answer = signed_in(coach).post(f"{LIST}{line.pk}/open/", headers=HTMX)
        assert (answer.status_code, answer["HX-Redirect"]) == (204, f"/messages/{maria.pk}/")
        assert "HX-Trigger" not in answer
        assert read_at(line) == NOW

    @pytest.mark.parametrize(
        ("shown", "is_there"), [("/conflicts/", True), ("/conflicts/?show=mine", False), ("/", False)]
    )
    def test_page_that_has_the_place_already_is_not_left(self, coach, signed_in, shown, is_there):
        line = create_news(to=coach, url="/conflicts/#case-5")
        headers = {**HTMX, "HX-Current-URL": f"http://testserver{shown}"}
        answer = signed_in(coach).post(f"{LIST}{line.pk}/open/", headers=headers)
        assert answer["HX-Redirect"] == "/conflicts/#case-5"
        assert answer.get("HX-Trigger") == ("dlg:close, bell:changed" if is_there else None)

    def test_without_script(self, coach, line, maria, signed_in):
        answer = signed_in(coach).post(f"{LIST}{line.pk}/open/")
        assert (answer.status_code, answer["Location"]) == (302, f"/messages/{maria.pk}/")
        assert read_at(line) == NOW

    def test_leads_to_the_list_where_there_is_no_other_place(self, coach, signed_in):
        line = create_news(to=coach, url="")
        assert signed_in(coach).post(f"{LIST}{line.pk}/open/")["Location"] == LIST

    def test_leads_to_the_usual_404_when_the_client_is_not_ones_own_any_more(self, coach, line, maria, signed_in):
        maria.care.update(ended_at=NOW)
        browser = signed_in(coach)
        read = text(browser.get(LIST))
        assert "A new message from Somebody." in read
        assert "Maria" not in read
        assert browser.post(f"{LIST}{line.pk}/open/", follow=True).status_code == 404


class TestMarking:
    @pytest.mark.parametrize(("act", "is_read", "kept"), [("read", False, NOW), ("unread", True, None)])
    def test_one(self, coach, signed_in, act, is_read, kept):
        line = create_news(to=coach, is_read=is_read)
        answer = signed_in(coach).post(f"{LIST}{line.pk}/{act}/", headers=HTMX)
        assert (answer.status_code, answer["HX-Trigger"]) == (204, "bell:changed")
        assert read_at(line) == kept

    @pytest.mark.parametrize(
        ("said", "to"),
        [({"next": f"{LIST}?show=unread"}, f"{LIST}?show=unread"), ({}, LIST), ({"next": "//evil.test/"}, LIST)],
    )
    def test_one_without_script(self, coach, line, signed_in, said, to):
        assert signed_in(coach).post(f"{LIST}{line.pk}/read/", said)["Location"] == to

    @pytest.mark.parametrize("act", ["open", "read", "unread"])
    def test_anothers_is_not_there(self, coach, other_coach, line, signed_in, act):
        browser = signed_in(other_coach)
        answers = [browser.post(f"{LIST}{number}/{act}/") for number in (line.pk, line.pk + 999)]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].content == answers[1].content
        assert read_at(line) is None

    def test_all_and_back(self, coach, maria, line, signed_in):
        other, new = create_news(to=coach), create_news(to=coach)
        browser = signed_in(coach)
        answer = browser.post(ALL, {"until": other.pk}, headers=HTMX)
        assert answer.status_code == 204
        said = events(answer)
        assert said.keys() == {"dlg:close", "bell:changed", "toast"}
        assert said["toast"]["text"] == "2 notifications marked as read"
        assert [read_at(each) for each in (line, other, new)] == [NOW, NOW, None]
        undo = said["toast"]["undo"]
        assert events(browser.post(undo["url"], undo["fields"], headers=HTMX)).keys() == {"dlg:close", "bell:changed"}
        assert [read_at(each) for each in (line, other, new)] == [None, None, None]

    def test_all_and_back_without_script(self, coach, line, signed_in):
        browser = signed_in(coach)
        page = browser.post(ALL, {"until": line.pk}, follow=True)
        assert "1 notification marked as read" in text(page)
        at = re.search(r'name="at" value="([^"]+)"', words(page)).group(1)
        assert browser.post(BACK, {"at": at})["Location"] == LIST
        assert read_at(line) is None

    @pytest.mark.parametrize("until", ["", "x", "-1", "0", "9" * 40])
    def test_nothing_is_marked_that_was_not_there(self, coach, line, signed_in, until):
        answer = signed_in(coach).post(ALL, {"until": until}, headers=HTMX)
        assert "Everything was read already." in json.dumps(events(answer))
        assert read_at(line) is None

    @pytest.mark.parametrize(
        "at",
        [
            *("", "now", "2026-11-20T09:00:00", "2026-11-20T09:00:01+00:00"),
            # In zones that no place has, and that the database does not know.
            *("2026-11-20T09:00:00+00:00:30.5", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"),
        ],
    )
    def test_nothing_is_taken_back_but_what_was_marked_then(self, coach, signed_in, at):
        line = create_news(to=coach, is_read=True)
        assert signed_in(coach).post(BACK, {"at": at}, headers=HTMX).status_code == 204
        assert read_at(line) == NOW
