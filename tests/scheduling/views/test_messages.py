"""Threads on the page: who may see which, what is sent and what is not, and what reading does."""

from __future__ import annotations

import re
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients.models import AuditEvent, Care, Client, OutboxMessage
from scheduling.models import Message
from tests.factories import (
    NOW,
    create_care,
    create_client,
    create_line,
    create_message,
    create_proposal,
    create_session,
    create_user,
)
from tests.legible import words
from tests.scheduling.actions.traces import everything

pytestmark = pytest.mark.django_db

PART = {"HX-Request": "true"}
CANARY = "Canary <b>and</b> more"
SHOWN = "Canary &lt;b&gt;and&lt;/b&gt; more"


@pytest.fixture
def maria(client_user):
    return client_user.client


@pytest.fixture
def nikos(coach):
    return create_client(of=coach, full_name="Nikos Georgiou", user=create_user())


@pytest.fixture
def url(maria):
    return f"/messages/{maria.pk}/"


@pytest.fixture
def coachs(signed_in, coach):
    return signed_in(coach)


@pytest.fixture
def clients(signed_in, client_user):
    return signed_in(client_user)


def texts():
    return list(Message.objects.order_by("pk").values_list("body", flat=True))


def typed(body="Good morning", key="k1"):
    return {"body": body, "form_key": key}


class TestList:
    def test_coach_sees_the_threads_with_what_is_unread_in_weight_dot_and_word(self, coachs, coach, maria, nikos):
        create_message(coach=coach, client=maria, body=CANARY)
        create_message(coach=coach, client=maria, body=CANARY)
        create_message(coach=coach, client=nikos, by=coach, body="Mine", ago=5)
        page = words(coachs.get("/messages/"))
        assert "<title>Messages, 2 unread · Praxis</title>" in page
        assert f'href="/messages/{maria.pk}/#last" class="new"' in page
        assert '<span class="dot" aria-hidden="true"></span><span class="vh">2 unread</span>' in page
        assert SHOWN in page
        assert "You: Mine" in page
        assert '<span class="count soft">2<span class="vh"> unread</span></span>' in page
        assert words(coachs.get("/messages/?show=unread")).count('id="thread-') == 1

    def test_anybody_in_care_can_be_written_to_first(self, coachs, nikos):
        assert "No messages yet" in words(coachs.get("/messages/"))
        page = words(coachs.get("/messages/?show=all"))
        assert f'href="/messages/{nikos.pk}/#last"' in page
        part = words(coachs.get("/messages/?q=γεωργ", headers=PART))
        assert f'href="/messages/{nikos.pk}/#last"' in part
        assert "<html" not in part
        assert "Nothing found for “zzz”" in words(coachs.get("/messages/?q=zzz"))
        assert "The first word is yours." in words(coachs.get(f"/messages/{nikos.pk}/"))

    def test_list_says_which_thread_is_open(self, coachs, coach, maria, url):
        create_message(coach=coach, client=maria)
        assert 'aria-current="true"' in words(coachs.get(url))
        assert 'aria-current="true"' in words(coachs.get(f"/messages/?open={maria.pk}", headers=PART))
        assert 'aria-current="true"' not in words(coachs.get("/messages/?open=x", headers=PART))

    def test_client_with_one_coach_goes_straight_in(self, clients, coach, maria, url):
        assert clients.get("/messages/").url == url
        page = words(clients.get(url))
        assert '<h2 id="chat-t">Elena Marinou</h2>' in page
        assert f'action="{url}?with={coach.user.pk}"' in page

    def test_client_with_several_chooses(self, clients, coach, other_coach, maria, url):
        create_care(client=maria, provider=other_coach.user)
        create_message(coach=coach, client=maria, by=coach)
        for address in ("/messages/", url):
            page = words(clients.get(address))
            assert f'href="{url}?with={coach.user.pk}#last" class="new"' in page
            assert f'href="{url}?with={other_coach.user.pk}#last"' in page
        assert "Daniel Berg" in words(clients.get(f"{url}?with={other_coach.user.pk}"))
        assert clients.post(url, typed()).status_code == 404

    def test_client_without_a_coach_reads_why_it_is_empty(self, signed_in):
        user = create_user()
        create_client(user=user)
        assert "As soon as a coach cares for you" in words(signed_in(user).get("/messages/"))

    def test_own_page_leads_there_and_counts(self, clients, coach, maria):
        assert 'href="/messages/"' in words(clients.get("/my/"))
        create_message(coach=coach, client=maria, by=coach)
        assert "<b>1 unread</b>" in words(clients.get("/my/"))

    def test_session_leads_to_its_client(self, coachs, coach, maria, url):
        session = create_session(coach=coach, client=maria, at="2026-11-24 10:00")
        assert f'id="session-write" href="{url}#last"' in words(coachs.get(f"/sessions/{session.pk}/"))


class TestWhoSeesWhat:
    @pytest.fixture(autouse=True)
    def _written(self, coach, maria):
        create_message(coach=coach, client=maria, body="Canary")

    def test_others_find_nothing(self, signed_in, other_coach, nikos, url):
        foreign = create_client(user=create_user())
        for person in (other_coach, nikos.user, foreign.user):
            browser = signed_in(person)
            for address in (url, f"{url}?with={other_coach.user.pk}", f"/messages/{uuid.uuid4()}/"):
                answer = browser.get(address)
                assert (answer.status_code, "Canary" in words(answer)) == (404, False)
            assert browser.post(url, typed()).status_code == 404
            assert browser.post(f"{url}read/", {"until": "9"}).status_code == 404
            assert "Canary" not in words(browser.get("/messages/", follow=True))
        assert (texts(), Message.objects.get().read_at) == (["Canary"], None)

    def test_client_cannot_name_another_coach(self, clients, other_coach, url):
        for number in (other_coach.user.pk, 0, "x", "", 10**30, "²"):
            assert clients.get(f"{url}?with={number}").status_code == 404

    def test_neither_office_nor_strangers_nor_nobody(self, signed_in, staff, stranger, url):
        for person in (staff, stranger):
            for address in ("/messages/", url):
                assert signed_in(person).get(address).status_code == 403
        assert signed_in().get(url).url == f"/account/login/?next={url}"

    def test_care_that_ended_shuts_the_coach_out_and_lets_the_client_read(self, coachs, clients, coach, url):
        Care.objects.update(ended_at=NOW)
        message = Message.objects.get()
        for answer in (
            coachs.get(url),
            coachs.post(url, typed()),
            coachs.post(f"{url}read/", {"until": message.pk}),
            coachs.post(f"{url}{message.pk}/again/"),
        ):
            assert (answer.status_code, "Canary" in words(answer)) == (404, False)
        assert "Canary" not in words(coachs.get("/messages/?show=all"))
        page = words(clients.get(url))
        assert "Canary" in page
        assert "You no longer work together" in page
        assert "<textarea" not in page
        late = clients.post(url, typed())
        assert (late.status_code, texts()) == (409, ["Canary"])

    def test_archived_record_is_read_and_not_written_to_on_both_sides(self, coachs, clients, url):
        Client.objects.update(status="archived")
        for browser in (coachs, clients):
            page = words(browser.get(url))
            assert "Canary" in page
            assert "The record is archived" in page
            assert "<textarea" not in page

    def test_who_is_both_coach_and_client_has_both_sides(self, signed_in, coach, other_coach, maria, url):
        own = create_client(of=other_coach, user=coach.user, full_name="Elena Marinou")
        create_message(coach=other_coach, client=own, by=other_coach, body="To a client")
        browser = signed_in(coach)
        assert "Canary" in words(browser.get(url))
        page = words(browser.get(f"/messages/{own.pk}/"))
        assert "To a client" in page
        assert "Canary" not in page


class TestSending:
    def test_message_is_sent_and_shown_and_the_form_gets_a_new_key(self, coachs, url, coach):
        answer = coachs.post(url, typed(f"{CANARY}\r\nhttps://example.test"), headers=PART)
        part = words(answer)
        assert (answer.status_code, answer["HX-Replace-Url"], answer["HX-Trigger"]) == (200, url, "threads:changed")
        # The thread may have read itself anew meanwhile.
        assert (answer["HX-Retarget"], answer["HX-Reswap"]) == ("#thread", "outerHTML")
        assert f"{SHOWN}<br>https://example.test</p>" in part
        assert '<div hx-swap-oob="innerHTML:#live">Sent.</div>' in part
        key = re.search(r'id="composer-key" name="form_key" value="(\w{32})" hx-swap-oob="true"', part)
        assert key
        assert "<textarea" not in part
        assert texts() == [f"{CANARY}\nhttps://example.test"]

    def test_without_script_it_leads_back_to_the_end(self, clients, coach, url):
        answer = clients.post(f"{url}?with={coach.user.pk}", typed())
        assert (answer.status_code, answer.url) == (302, f"{url}?with={coach.user.pk}#last")
        assert Message.objects.get().is_clients
        assert OutboxMessage.objects.get().recipient == f"user:{coach.user.pk}"

    def test_sent_twice_it_is_there_once(self, coachs, url):
        for _ in range(2):
            assert coachs.post(url, typed(), headers=PART).status_code == 200
        assert texts() == ["Good morning"]

    def test_sent_again_with_other_words_it_is_refused_kept_and_can_be_sent(self, coachs, url):
        coachs.post(url, typed())
        answer = coachs.post(url, typed("Other words"), headers=PART)
        part = words(answer)
        assert (answer.status_code, answer["HX-Retarget"]) == (409, "#composer-trouble")
        assert "This form was sent already" in part
        key = re.search(r'id="composer-key" name="form_key" value="(\w+)"', part).group(1)
        assert key != "k1"
        assert coachs.post(url, typed("Other words", key), headers=PART).status_code == 200
        assert texts() == ["Good morning", "Other words"]
        page = coachs.post(url, typed("Third"))
        assert page.status_code == 409
        assert ">\nThird</textarea>" in words(page)

    @pytest.mark.parametrize(
        ("body", "said"),
        [
            ("", "There is nothing to send yet."),
            (" \n ", "There is nothing to send yet."),
            ("ώ" * 4001, "A message has at most 4,000 characters."),
        ],
    )
    def test_nothing_and_too_much_is_said_beside_the_text_which_stays(self, coachs, url, body, said):
        answer = coachs.post(url, typed(body), headers=PART)
        assert (answer.status_code, answer["HX-Retarget"], texts()) == (422, "#composer-trouble", [])
        assert said in words(answer)
        assert "<textarea" not in words(answer)
        page = coachs.post(url, typed(body))
        assert page.status_code == 422
        assert said in words(page)
        assert f">\n{body}</textarea>" in words(page)
        assert "<title>Problem: " in words(page)

    def test_four_thousand_greek_letters_with_line_ends_of_windows_fit(self, coachs, url):
        body = "ώ" * 3999 + "\r\n" + "ώ"
        assert coachs.post(url, typed(body[:-1]), headers=PART).status_code == 200
        assert coachs.post(url, typed(body, "k2"), headers=PART).status_code == 422

    def test_nul_bytes_and_megabytes_are_refused_in_words(self, coachs, url):
        assert coachs.post(url, typed("a\0b"), headers=PART).status_code == 400
        assert coachs.post(url, typed("x" * 2**20), headers=PART).status_code == 413
        assert coachs.post(url, typed(key="x" * 65), headers=PART).status_code == 422
        assert texts() == []

    def test_signed_out_it_answers_401_and_keeps_nothing(self, signed_in, url):
        answer = signed_in().post(url, typed(), headers={**PART, "HX-Current-URL": f"http://testserver{url}"})
        assert (answer.status_code, texts()) == (401, [])
        assert answer["HX-Redirect"].startswith("/account/login/")

    def test_words_are_nowhere_else(self, coachs, coach, url, signed_in, staff, caplog):
        answer = coachs.post(url, typed("Canary"), headers=PART)
        coachs.post(url, typed("Canary too", "k1"))
        page = words(coachs.get(url))
        assert "Canary" not in page.partition("<title>")[2].partition("</title>")[0]
        assert "Canary" not in str(answer.headers)
        assert "Canary" not in repr(list(AuditEvent.objects.values())) + repr(list(OutboxMessage.objects.values()))
        assert "Canary" not in words(signed_in(staff).get("/admin/scheduling/message/"))
        assert "Canary" not in caplog.text


class TestReading:
    def test_opening_changes_nothing_and_marking_does(self, coachs, coach, maria, url):
        message = create_message(coach=coach, client=maria)
        before = everything()
        page = words(coachs.get(url))
        coachs.get(url, headers=PART)
        coachs.get("/messages/")
        assert everything() == before
        assert "<b>New</b>, Maria" in page
        assert f'action="{url}read/"' in page
        assert f'name="until" value="{message.pk}"' in page
        assert "Mark as read" in page
        answer = coachs.post(f"{url}read/", {"until": message.pk}, headers=PART)
        assert (answer.status_code, answer.content, answer["HX-Trigger"]) == (200, b"", "threads:changed")
        assert Message.objects.get().read_at == NOW
        page = words(coachs.get(url))
        assert "thread-read" not in page
        assert "<b>New</b>" not in page

    def test_without_script_it_is_a_button(self, clients, coach, maria, url):
        message = create_message(coach=coach, client=maria, by=coach)
        read = f"{url}read/?with={coach.user.pk}"
        assert f'action="{read}"' in words(clients.get(url))
        answer = clients.post(read, {"until": message.pk})
        assert (answer.status_code, answer.url) == (302, f"{url}?with={coach.user.pk}#last")
        assert Message.objects.get().read_at == NOW

    @pytest.mark.parametrize("until", ["", "x", "-1", "9" * 30, "²"])
    def test_a_number_that_cannot_be_reads_nothing(self, coachs, coach, maria, url, until):
        create_message(coach=coach, client=maria)
        assert coachs.post(f"{url}read/", {"until": until}).status_code == 302
        assert Message.objects.get().read_at is None

    def test_getting_it_is_not_allowed(self, coachs, url):
        assert coachs.get(f"{url}read/").status_code == 405

    def test_what_came_since_is_announced_once_and_the_form_is_left_alone(self, coachs, coach, maria, url):
        first = create_message(coach=coach, client=maria, ago=5)
        create_message(coach=coach, client=maria)
        part = words(coachs.get(f"{url}?seen={first.pk}", headers=PART))
        assert '<div hx-swap-oob="innerHTML:#live">1 new message</div>' in part
        assert "composer-body" not in part
        assert "composer-key" not in part
        assert 'hx-swap-oob="innerHTML:#composer-csrf"' in part
        last = Message.objects.order_by("pk").last().pk
        for seen in (last, "x", ""):
            assert "innerHTML:#live" not in words(coachs.get(f"{url}?seen={seen}", headers=PART))

    def test_earlier_pages_have_an_address_of_their_own(self, clients, coach, maria, url):
        rows = [create_message(coach=coach, client=maria, body=f"no. {each}.", ago=100 - each) for each in range(60)]
        page = words(clients.get(url))
        earlier = f"{url}?with={coach.user.pk}&amp;before={rows[10].pk}"
        assert f'href="{earlier}"' in page
        assert "no. 9." not in page
        assert "no. 10." in page
        page = words(clients.get(earlier.replace("&amp;", "&")))
        assert "no. 9." in page
        assert "no. 10." not in page
        assert "To the newest messages" in page
        assert "Earlier messages" not in page
        assert f'hx-get="{earlier}" hx-trigger' in page
        assert words(clients.get(f"{url}?before=x")).count("<li") == words(clients.get(url)).count("<li")

    def test_lines_and_questions_stand_between_the_texts(self, coachs, clients, coach, maria, url):
        session = create_session(coach=coach, client=maria, at="2026-11-24 10:00")
        facts = {"during": [session.starts_at.isoformat(), ""]}
        create_line(coach=coach, client=maria, facts=facts, session=session, ago=10)
        asked = create_proposal(session=session, offers=["2026-11-25 10:00"], note="Could we?")
        row = {"provider": coach.user, "client": maria, "author": coach.user, "created_at": NOW}
        Message.objects.create(kind="reschedule_proposal", proposal=asked, body="Could we?", **row)
        page, theirs = words(coachs.get(url)), words(clients.get(url))
        for each in (page, theirs):
            assert each.index("Booked: Tuesday 24 November, 10:00") < each.index("Wednesday 25 November, 10:00")
            assert "Now: <b>Tuesday 24 November, 10:00</b>" in each
            assert "Could we?" in each
        assert f'href="/sessions/{session.pk}/"' in page
        assert f'id="remind-{asked.pk}"' in page
        assert f'id="asked-{asked.pk}" href="/my/offers/{asked.pk}/"' in theirs
        assert "/sessions/" not in theirs


class TestAgain:
    def test_undelivered_can_be_sent_again(self, coachs, coach, maria, url):
        message = create_message(coach=coach, client=maria, by=coach, outcome="refused", ago=5)
        page = words(coachs.get(url))
        assert "not sent: the email was refused" in page
        assert f'action="{url}{message.pk}/again/"' in page
        answer = coachs.post(f"{url}{message.pk}/again/", headers=PART)
        assert answer.status_code == 200
        assert "waiting to be sent" in words(answer)
        assert "every 5s" in words(answer)
        late = coachs.post(f"{url}{message.pk}/again/", headers=PART)
        assert late.status_code == 409
        assert "This need not be sent again" in words(late)
        assert OutboxMessage.objects.count() == 2

    def test_without_script_it_leads_back(self, coachs, coach, maria, url):
        message = create_message(coach=coach, client=maria, by=coach, outcome="refused", ago=5)
        assert coachs.post(f"{url}{message.pk}/again/").url == f"{url}#message-{message.pk}"
        page = coachs.post(f"{url}{message.pk}/again/")
        assert page.status_code == 409
        assert "<html" in words(page)

    def test_it_is_the_coachs_to_do_and_only_in_the_right_thread(self, coachs, clients, coach, maria, nikos, url):
        message = create_message(coach=coach, client=maria, by=coach, outcome="refused", ago=5)
        assert clients.post(f"{url}{message.pk}/again/").status_code == 404
        assert coachs.post(f"/messages/{nikos.pk}/{message.pk}/again/").status_code == 404
        assert coachs.get(f"{url}{message.pk}/again/").status_code == 405
        assert OutboxMessage.objects.count() == 1


@pytest.mark.parametrize("number", [1, 3])
def test_pages_ask_few_questions(coachs, clients, coach, maria, url, number):
    for day in range(number):
        session = create_session(coach=coach, client=maria, at=f"2026-12-0{day + 1} 10:00")
        asked = create_proposal(session=session, offers=[f"2026-12-1{day} 10:00"])
        row = {"provider": coach.user, "client": maria, "author": coach.user, "created_at": NOW}
        Message.objects.create(kind="reschedule_proposal", proposal=asked, **row)
        create_message(coach=coach, client=maria, by=coach, outcome="refused", ago=5)
        create_message(coach=coach, client=create_client(of=coach, user=create_user()))
    costs = {}
    for name, browser, address in (
        ("list", coachs, "/messages/"),
        ("coach", coachs, url),
        ("client", clients, f"{url}?with={coach.user.pk}"),
        ("straight", clients, url),
    ):
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(address).status_code == 200
        costs[name] = len(queries)
    # Of these, three are of every page: who asks (2), and the menu of a coach with the bell, or the bell alone.
    assert costs == {"list": 5, "coach": 10, "client": 7, "straight": 9}
