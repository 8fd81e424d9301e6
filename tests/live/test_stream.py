"""What an open page hears, over real HTTP and a real PostgreSQL, and when it hears nothing more."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from allauth.account.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client as Visitor
from django.utils import timezone

from clients.actions.people import change_client_address, close_account
from clients.models import User
from config.kernel import live
from config.kernel.actions import action
from config.kernel.live import listening
from scheduling.actions.people import make_coach
from tests import factories
from tests.factories import NOW
from tests.live.listeners import keys_of, until
from tests.live.telling import tell

# Seconds.  The latest at which who may not hear any more does not.
AT_LATEST = 10


@pytest.fixture
def coachs(listeners, coach):
    """One page of the coach."""
    (page,) = listeners.open(*keys_of(coach.user, 1), since=time.time() + 5)
    return page


def test_names_and_the_request_are_all_that_is_sent(coachs, coach):
    by = tell(live.for_user(coach.user.pk), "calendar:changed", "pending:changed")
    until(coachs.news)
    assert coachs.news() == [("calendar:changed", "pending:changed", by)]
    assert coachs.status == 200
    sent = coachs.headers.lower()
    for line in ("content-type: text/event-stream", "cache-control: no-store, private", "x-accel-buffering: no"):
        assert line in sent
    assert "content-security-policy: default-src 'self'" in sent
    assert "x-request-id: " in sent
    assert "set-cookie" not in sent


def test_everybody_hears_what_is_theirs(listeners, coachs, coach, other_coach, client_user):
    (another,), (client,) = (
        listeners.open(*keys_of(who, 1), since=time.time() + 5) for who in (other_coach.user, client_user)
    )
    tell(live.for_user(coach.user.pk), "one")
    tell(live.for_client(client_user.client.pk), "two")
    tell(live.for_role("coach"), "three")
    tell("somebody:else", "four")
    for page in (coachs, another, client):
        tell(live.for_user(page_user(page)), "last")
        until(lambda page=page: page.has_heard("last"))
    heard = [[names[0] for names in page.news()] for page in (coachs, another, client)]
    assert heard == [["one", "three", "last"], ["three", "last"], ["two", "last"]]


def page_user(page):
    return int(Session.objects.get(pk=page.key).get_decoded()["_auth_user_id"])


def test_what_did_not_stand_is_not_told(coachs, coach):
    @action
    def breaks_off():
        live.changed(live.for_user(coach.user.pk), "never")
        raise LookupError

    with pytest.raises(LookupError):
        breaks_off()
    tell(live.for_user(coach.user.pk), "stands")
    until(coachs.news)
    assert not coachs.has_heard("never")


def test_who_comes_back_hears_what_was_missed(listeners, coachs, coach):
    topic = live.for_user(coach.user.pk)
    # Clocks of two machines may differ a little: before the line has stood so long, nobody knows what was missed.
    stands_since = time.time()
    until(lambda: time.time() > stands_since + listening.LEEWAY)
    tell(topic, "before")
    until(lambda: coachs.has_heard("before"))
    listeners.do(coachs.leave())
    missed = [tell(topic, name) for name in ("first", "second")]
    listeners.do(coachs.open())
    until(lambda: coachs.has_heard("second"))
    assert coachs.news()[-2:] == [("first", missed[0]), ("second", missed[1])]
    # A page that was opened a moment ago, and one that was left long ago: that one reads everything.
    new, old = (listeners.open(*keys_of(coach.user, 1), since=time.time() - ago)[0] for ago in (0, 3600))
    until(lambda: new.has_heard("second") and old.has_heard("*"))
    assert not new.has_heard("*")


def test_when_the_line_was_lost_everything_is_read_anew(coachs, coach):
    with connection.as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'praxis-live'")
    until(lambda: coachs.has_heard("*"))
    tell(live.for_user(coach.user.pk), "again")
    until(lambda: coachs.has_heard("again"))
    assert not coachs.has_ended


def signs_out(user, key):
    browser = Visitor()
    browser.cookies["sessionid"] = key
    assert browser.post("/account/logout/").status_code == 302


def is_signed_out_elsewhere(user, key):
    row = UserSession.objects.create(user=user, session_key=key, ip="127.0.0.1", user_agent="x")
    row.end()


def is_closed(user, key):
    close_account(user.pk, by=factories.create_user(is_staff=True), now=NOW)


def gets_another_address(user, key):
    change_client_address(user.client.pk, "elsewhere@praxis.test", by=factories.create_user(is_superuser=True), now=NOW)


def gets_another_password(user, key):
    get_adapter().set_password(user, "new-" * 5)


def is_made_a_coach(user, key):
    make_coach(user.pk, by=factories.create_user(is_staff=True), now=NOW)


AT_ONCE = (signs_out, is_signed_out_elsewhere, is_closed, gets_another_address, gets_another_password, is_made_a_coach)


def works_in_the_office(user, key):
    User.objects.filter(pk=user.pk).update(is_staff=True)


def is_switched_off(user, key):
    User.objects.filter(pk=user.pk).update(is_active=False)


def has_run_out(user, key):
    Session.objects.filter(pk=key).update(expire_date=timezone.now() - dt.timedelta(seconds=1))


def lost_the_session(user, key):
    Session.objects.filter(pk=key).delete()


def lost_the_password(user, key):
    User.objects.filter(pk=user.pk).update(password="x")


WITHOUT_A_WORD = (works_in_the_office, is_switched_off, has_run_out, lost_the_session, lost_the_password)


def test_nobody_hears_more_than_they_may(listeners, coachs, coach):
    """Said by who does it, it ends at once; without a word it is seen all the same.  Nothing comes afterwards."""
    ended = {}
    for change in (*AT_ONCE, *WITHOUT_A_WORD):
        user = factories.create_user()
        factories.create_client(of=coach, email=user.email, user=user)
        (key,) = keys_of(user, 1)
        (page,) = listeners.open(key, since=time.time() + 5)
        change(user, key)
        ended[change.__name__] = (page, user)
        if change in AT_ONCE:
            assert until(lambda page=page: page.has_ended) < 2, change.__name__
    pages = [page for page, _user in ended.values()]
    until(lambda: all(page.has_ended for page in pages), within=AT_LATEST)
    for _page, user in ended.values():
        tell(live.for_user(user.pk), "secret")
    tell(live.for_user(coach.user.pk), "after that")
    until(lambda: coachs.has_heard("after that"))
    assert [page.news() for page in pages] == [[]] * len(pages)
    assert not coachs.has_ended
    # Who is still somebody here comes back, with what they may hear now; the others are led to sign-in.
    listeners.do(*(page.open() for page in pages))
    assert {name for name, (page, _user) in ended.items() if page.status == 200} == {
        "is_made_a_coach",
        "works_in_the_office",
    }
    made = ended["is_made_a_coach"][0]
    tell(live.for_role("coach"), "for coaches")
    until(lambda: made.has_heard("for coaches"))


def test_who_is_nobody_is_led_to_sign_in(client, db):
    answer = client.get("/events/")
    assert (answer.status_code, answer.url) == (302, "/account/login/?next=/events/")


def test_where_no_stream_can_be_held_the_answer_is_empty(signed_in, coach):
    answer = signed_in(coach).get("/events/?since=1")
    assert (answer.status_code, answer.content) == (204, b"")
    assert signed_in(coach).post("/events/").status_code == 405
