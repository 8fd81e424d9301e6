"""A session's private note: the line that says it is saved, the two windows, the lock, and who may not see it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients.models import AuditEvent, Care, OutboxMessage
from scheduling.models import NoteAddendum, Session, SessionNote
from tests.factories import NOW, create_client, create_note, create_session
from tests.legible import words

pytestmark = pytest.mark.django_db

PART = {"HX-Request": "true"}
AUTOSAVE = {**PART, "HX-Trigger": "note-body", "HX-Target": "note-saved"}
CANARY = "Canary: sleeps <b>badly</b>"
SHOWN = "Canary: sleeps &lt;b&gt;badly&lt;/b&gt;"
SITES = ("", "note/", "history/")


@pytest.fixture
def session(coach):
    maria = create_client(of=coach, full_name="Maria Papadopoulou")
    return create_session(coach=coach, client=maria, at="2026-11-20 10:00")


@pytest.fixture
def browser(coach, signed_in):
    return signed_in(coach)


@pytest.fixture
def url(session):
    return f"/sessions/{session.pk}/note/"


def typed(body=CANARY, version=0, **more):
    return {"body": body, "version": str(version), **more}


def kept():
    return list(SessionNote.objects.values_list("body", "version"))


def test_session_page_has_an_empty_note_to_write_into(browser, session):
    page = words(browser.get(f"/sessions/{session.pk}/"))
    assert 'id="note-body" name="body"' in page
    assert 'id="note-version" name="version" value="0"' in page
    assert "Only you see it" in page
    assert kept() == []


def test_draft_saves_itself_and_only_the_line_changes(browser, url):
    answer = browser.post(url, typed(), headers=AUTOSAVE)
    assert (answer.status_code, kept()) == (200, [(CANARY, 1)])
    assert words(answer).strip().startswith("Saved 11:00")
    assert 'id="note-version" name="version" value="1" hx-swap-oob="true"' in words(answer)
    assert "textarea" not in words(answer)
    assert "Canary" not in words(answer)


def test_line_that_stands_there_already_is_not_said_again(browser, url):
    browser.post(url, typed(), headers=AUTOSAVE)
    answer = browser.post(url, typed("more", 1, said="Saved 11:00"), headers=AUTOSAVE)
    assert (answer["HX-Reswap"], kept()) == ("none", [("more", 2)])
    assert 'value="2" hx-swap-oob="true"' in words(answer)


def test_reload_shows_what_was_typed(browser, url, session):
    browser.post(url, typed("\n first line\r\nsecond"), headers=AUTOSAVE)
    for page in (words(browser.get(f"/sessions/{session.pk}/")), words(browser.get(url))):
        assert ">\n\n first line\nsecond</textarea>" in page
        assert '<p class="hint" id="note-saved" role="status">Saved 11:00</p>' in page


def test_without_script_it_is_saved_and_said(browser, url, session):
    answer = browser.post(url, typed())
    assert (answer.status_code, answer["Location"]) == (302, f"/sessions/{session.pk}/#session-notes")
    page = words(browser.get(f"/sessions/{session.pk}/"))
    assert "The note is saved." in page
    assert SHOWN in page


def test_nothing_typed_says_nothing(browser, url):
    answer = browser.post(url, typed("  "), headers=AUTOSAVE)
    assert (answer.status_code, kept()) == (200, [])
    assert "Saved" not in words(answer)


# Two windows


@pytest.fixture
def clash(browser, url):
    """Two windows have begun with the same text; the first has saved."""
    browser.post(url, typed("begun"), headers=AUTOSAVE)
    browser.post(url, typed("of the <other> window", 1), headers=AUTOSAVE)
    return browser.post(url, typed("mine", 1, said="Saved 11:00"), headers=AUTOSAVE)


def test_later_window_is_shown_both_texts_and_two_ways(clash):
    assert (clash.status_code, kept()) == (409, [("of the <other> window", 2)])
    assert (clash["HX-Retarget"], clash["HX-Reswap"]) == ("#note-trouble", "innerHTML")
    said = words(clash)
    assert "This note was changed in another window." in said
    assert "of the &lt;other&gt; window" in said
    assert 'name="over" value="2"' in said
    assert "Keep mine" in said
    assert "Take the other" in said
    assert "Not saved yet" in said
    # The text being typed is left alone, and what the window knows stays old until a way is chosen.
    assert "textarea" not in said
    assert 'name="version"' not in said


def test_clash_is_said_once_and_not_with_every_letter(browser, url, clash):
    again = browser.post(url, typed("mine and more", 1, met="2"), headers=AUTOSAVE)
    assert (again.status_code, again["HX-Reswap"], kept()) == (409, "none", [("of the <other> window", 2)])
    browser.post(url, typed("changed once more", 2), headers=AUTOSAVE)
    news = browser.post(url, typed("mine and more", 1, met="2"), headers=AUTOSAVE)
    assert (news.status_code, news["HX-Reswap"]) == (409, "innerHTML")


def test_keep_mine_overwrites_what_was_shown(browser, url, clash):
    answer = browser.post(url, typed("mine and more", 1, over="2", met="2"), headers=PART)
    assert (answer.status_code, kept()) == (200, [("mine and more", 3)])
    assert 'id="note-version" name="version" value="3"' in words(answer)
    assert "note-clash" not in words(answer)


def test_keep_mine_does_not_overwrite_what_was_not_shown(browser, url, clash):
    browser.post(url, typed("changed once more", 2), headers=AUTOSAVE)
    answer = browser.post(url, typed("mine", 1, over="2", met="2"), headers=PART)
    assert (answer.status_code, kept()) == (409, [("changed once more", 3)])
    assert 'name="over" value="3"' in words(answer)


def test_take_the_other_shows_it(browser, url, clash):
    part = words(browser.get(url, headers=PART))
    assert ">\nof the &lt;other&gt; window</textarea>" in part
    assert 'id="note-version" name="version" value="2"' in part
    assert "<html" not in part


def test_clash_without_script_is_a_page_with_both(browser, url, clash):
    answer = browser.post(url, typed("mine", 1))
    page = words(answer)
    assert answer.status_code == 409
    assert ">\nmine</textarea>" in page
    assert "of the &lt;other&gt; window" in page
    assert 'id="note-version" name="version" value="2"' in page or 'name="over" value="2"' in page
    kept_mine = browser.post(url, typed("mine", 1, over="2"))
    assert (kept_mine.status_code, kept()) == (302, [("mine", 3)])


def test_answer_that_got_lost_is_no_clash(browser, url, session):
    page = words(browser.get(f"/sessions/{session.pk}/"))
    window = page.partition('name="window" value="')[2].partition('"')[0]
    assert len(window) == 32
    browser.post(url, typed("on the", window=window), headers=AUTOSAVE)
    answer = browser.post(url, typed("on the train", window=window), headers=AUTOSAVE)
    assert (answer.status_code, kept()) == (200, [("on the train", 2)])


# Finishing, and adding


def test_finish_locks_and_shows_who_and_when(browser, url, session):
    answer = browser.post(f"{url}finish/", typed(), headers=PART)
    part = words(answer)
    assert (answer.status_code, answer["HX-Trigger"]) == (200, "note:changed")
    assert "Finished Friday 20 November, 11:00, Elena Marinou" in part
    assert SHOWN in part
    assert 'id="note-body"' not in part
    assert SessionNote.objects.get().locked_at == NOW
    page = words(browser.get(f"/sessions/{session.pk}/"))
    assert SHOWN in page
    assert 'id="note-more"' in page


def test_finish_without_script(browser, url, session):
    answer = browser.post(f"{url}finish/", typed())
    assert (answer.status_code, answer["Location"]) == (302, f"/sessions/{session.pk}/#session-notes")
    assert "The note is finished." in words(browser.get(f"/sessions/{session.pk}/"))


def test_finish_of_nothing_is_refused_in_words(browser, url):
    answer = browser.post(f"{url}finish/", typed(" "), headers=PART)
    assert (answer.status_code, answer["HX-Retarget"], kept()) == (422, "#note-trouble", [])
    assert "There is nothing written yet. Write something first." in words(answer)


def test_what_is_typed_into_a_finished_note_is_not_lost(browser, url, session):
    create_note(session=session, body="the end", locked_at=NOW)
    answer = browser.post(url, typed("typed since", 1), headers=AUTOSAVE)
    assert (answer.status_code, answer["HX-Retarget"]) == (409, "#note-trouble")
    assert "This note was finished in another window" in words(answer)
    moved = browser.post(f"{url}addenda/", {"body": "typed since", "draft": "1"}, headers=PART)
    assert ">\ntyped since</textarea>" in words(moved)
    page = browser.post(url, typed("typed since", 1))
    assert page.status_code == 409
    assert ">\ntyped since</textarea>" in words(page)
    assert not NoteAddendum.objects.exists()


def test_addendum_stands_below_with_its_own_time(browser, url, session, clock):
    create_note(session=session, body="the end", locked_at=NOW)
    clock.move_to("2026-11-23T10:30:00Z")
    answer = browser.post(f"{url}addenda/", {"body": CANARY, "form_key": "k1"}, headers=PART)
    assert answer.status_code == 200
    assert SHOWN in words(answer)
    assert "Added Monday 23 November, 12:30, Elena Marinou" in words(answer)
    browser.post(f"{url}addenda/", {"body": CANARY, "form_key": "k1"})
    assert NoteAddendum.objects.count() == 1


def test_addendum_sent_again_with_other_words_is_refused_and_kept(browser, url, session):
    create_note(session=session, body="the end", locked_at=NOW)
    browser.post(f"{url}addenda/", {"body": "one", "form_key": "k1"})
    answer = browser.post(f"{url}addenda/", {"body": "two", "form_key": "k1"}, headers=PART)
    assert answer.status_code == 409
    assert ">\ntwo</textarea>" in words(answer)
    assert 'name="form_key" value="k1"' not in words(answer)


def test_addendum_of_nothing_is_refused_in_words(browser, url, session):
    create_note(session=session, body="the end", locked_at=NOW)
    answer = browser.post(f"{url}addenda/", {"body": ""}, headers=PART)
    assert answer.status_code == 422
    assert "There is nothing written yet." in words(answer)


def test_open_note_is_not_added_to(browser, url, session):
    create_note(session=session)
    answer = browser.post(f"{url}addenda/", {"body": "more"})
    assert answer.status_code == 409
    assert "Only a finished note is added to." in words(answer)
    assert ">\nmore</textarea>" in words(answer)


# Bad input


def test_too_long_is_refused_in_words_and_nothing_is_lost(browser, url):
    browser.post(url, typed("kept"), headers=AUTOSAVE)
    answer = browser.post(url, typed("ώ" * 20_001, 1), headers=AUTOSAVE)
    assert (answer.status_code, answer["HX-Retarget"], kept()) == (422, "#note-trouble", [("kept", 1)])
    assert "A note has at most 20,000 characters." in words(answer)
    page = words(browser.post(url, typed("ώ" * 20_001, 1)))
    assert "ώ" * 20_001 in page
    assert browser.post(url, typed("ώ" * 20_000, 1), headers=AUTOSAVE).status_code == 200


@pytest.mark.parametrize("place", ["", "finish/", "addenda/"])
def test_megabyte_is_refused_in_words(browser, url, place):
    answer = browser.post(url + place, typed("x" * 2**20), headers=AUTOSAVE)
    assert (answer.status_code, kept()) == (413, [])
    assert "That is too long for us." in answer["HX-Trigger"]


@pytest.mark.parametrize("place", ["", "finish/", "addenda/"])
def test_nul_bytes_are_refused_in_words(browser, url, place):
    answer = browser.post(url + place, typed("a\0b"), headers=AUTOSAVE)
    assert (answer.status_code, kept()) == (400, [])


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 5000, str(2**31)])
def test_version_that_cannot_be_is_refused_in_words(browser, url, version):
    answer = browser.post(url, typed(version=version), headers=AUTOSAVE)
    assert (answer.status_code, kept()) == (422, [])
    assert "reload it" in words(answer)


# Who may not see it


@pytest.mark.parametrize("number", [0, 10**30])
def test_notes_of_others_are_not_found(other_coach, session, signed_in, number):
    create_note(session=session, body=CANARY)
    browser = signed_in(other_coach)
    for site in SITES:
        foreign, unknown = (browser.get(f"/sessions/{key}/{site}") for key in (session.pk, number))
        assert (foreign.status_code, unknown.status_code, foreign.content) == (404, 404, unknown.content)
    for site in ("note/", "note/finish/", "note/addenda/"):
        assert browser.post(f"/sessions/{session.pk}/{site}", typed("x", 1)).status_code == 404
    assert kept() == [(CANARY, 1)]


def test_note_is_out_of_sight_when_the_care_has_ended(browser, url, session):
    create_note(session=session, body=CANARY)
    Care.objects.update(ended_at=NOW)
    for site in SITES:
        assert browser.get(f"/sessions/{session.pk}/{site}").status_code == 404
    assert browser.post(url, typed("x", 1), headers=AUTOSAVE).status_code == 404
    assert kept() == [(CANARY, 1)]


def test_next_coach_of_a_session_begins_a_note_of_their_own(other_coach, session, signed_in, coach):
    create_note(session=session, body=CANARY, locked_at=NOW)
    Care.objects.create(client=session.client, provider=other_coach.user)
    Session.objects.update(provider=other_coach.user)
    page = words(signed_in(other_coach).get(f"/sessions/{session.pk}/"))
    assert "Canary" not in page
    assert 'name="version" value="0"' in page


@pytest.mark.parametrize("who", ["client_user", "staff", "stranger"])
def test_nobody_but_coaches_gets_there(who, request, url, session, signed_in):
    create_note(session=session, body=CANARY)
    answer = signed_in(request.getfixturevalue(who)).get(url)
    assert answer.status_code in {403, 404}
    assert "Canary" not in words(answer)


def test_words_of_a_note_are_nowhere_else(browser, url, session, signed_in, staff, caplog):
    browser.post(url, typed("Canary"), headers=AUTOSAVE)
    clash = browser.post(url, typed("Canary too", 0))
    finished = browser.post(f"{url}finish/", typed("Canary", 1), headers=PART)
    browser.post(f"{url}addenda/", {"body": "Canary as well", "form_key": "k"})
    page = words(browser.get(f"/sessions/{session.pk}/"))
    for answer in (page, words(clash)):
        assert "Canary" not in answer.partition("<title>")[2].partition("</title>")[0]
    assert "Canary" not in words(browser.get("/calendar/"))
    assert "Canary" not in str(finished.headers)
    assert "Canary" not in repr(list(AuditEvent.objects.values())) + repr(list(OutboxMessage.objects.values()))
    office = signed_in(staff)
    for place in ("sessionnote", "noteaddendum", "session"):
        assert "Canary" not in words(office.get(f"/admin/scheduling/{place}/"))
        assert office.get(f"/admin/scheduling/{place}/?q=Canary").context["cl"].result_count == 0
    note = SessionNote.objects.get()
    assert "Canary" not in words(office.get(f"/admin/scheduling/sessionnote/{note.pk}/change/"))
    assert "Canary" not in caplog.text


def test_page_asks_as_much_however_much_there_is(browser, session):
    def queries():
        with CaptureQueriesContext(connection) as seen:
            browser.get(f"/sessions/{session.pk}/")
        return len(seen)

    few = queries()
    note = create_note(session=session, locked_at=NOW)
    for number in range(5):
        NoteAddendum.objects.create(note=note, author=note.author, body=f"no. {number}")
        AuditEvent.objects.create(verb="session_moved", object=f"session:{session.pk}", actor=note.author)
    assert (few, queries()) == (10, 11)
