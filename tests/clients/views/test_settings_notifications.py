"""Choosing what to hear of, and where."""

from __future__ import annotations

import re

import pytest

from clients.models import AuditEvent, NotificationPreference
from clients.queries import wants
from clients.states import Channel
from scheduling.models import Coach
from tests.legible import words
from tests.scheduling.views.test_hours import text

pytestmark = pytest.mark.django_db

HERE = "/settings/notifications/"


def boxes(page):
    """{box: (is checked, can be changed)}."""
    found = re.findall(r'<input type="checkbox" id="hear-([\w:]+)"([^>]*)>', words(page))
    return {name: ("checked" in rest, "disabled" not in rest) for name, rest in found}


def test_coach_has_the_news_of_a_coach(coach, signed_in):
    page = signed_in(coach).get(HERE)
    assert boxes(page) == {
        f"{topic}:{at}": (True, True) for topic in ("answers", "freed", "messages") for at in ("app", "email")
    }
    assert 'id="tab-clients-settings_notifications" href="/settings/notifications/" aria-current="page"' in words(page)


def test_client_has_theirs_and_reads_what_cannot_be_turned_off_and_why(client_user, signed_in):
    page = signed_in(client_user).get(HERE)
    assert boxes(page) == {
        f"{topic}:{at}": (True, topic in {"messages", "reminders"})
        for topic in ("sessions", "questions", "messages", "reminders")
        for at in ("app", "email")
    }
    assert "Always, so that you know when your session is." in text(page)
    assert 'class="solo"' in words(page)


def test_who_is_both_has_all_of_it_once(client_user, signed_in):
    Coach.objects.create(user=client_user, time_zone="Europe/Athens")
    page = signed_in(client_user).get(HERE)
    assert len(boxes(page)) == 12
    assert words(page).count("tab-clients-settings_notifications") == 1


def test_who_is_nobody_here_has_nothing_to_choose(staff, signed_in):
    page = signed_in(staff).get(HERE)
    assert boxes(page) == {}
    assert "There is nothing to choose for your account." in text(page)
    assert "tab-clients-settings_notifications" not in words(page)


def test_saves_what_is_ticked(coach, signed_in):
    browser = signed_in(coach)
    answer = browser.post(HERE, {"wanted": ["answers:app", "freed:email"]}, follow=True)
    assert answer.redirect_chain == [(HERE, 302)]
    assert "Saved 11:00" in text(answer)
    assert [name for name, (is_on, _may) in boxes(answer).items() if is_on] == ["answers:app", "freed:email"]
    assert AuditEvent.objects.get().verb == "news_chosen"
    assert not wants(coach.user, "messages", Channel.APP)


def test_reminders_by_mail_are_the_switch_of_the_record_both_ways(client_user, signed_in):
    browser, client = signed_in(client_user), client_user.client
    client.wants_reminders = False
    client.save()
    assert boxes(browser.get(HERE))["reminders:email"] == (False, True)
    browser.post(HERE, {"wanted": ["reminders:email", "reminders:app"]})
    client.refresh_from_db()
    assert client.wants_reminders


@pytest.mark.parametrize("wanted", ["a_song:app", "answers:pigeon", "answers", "sessions:email", "reminders:email", ""])
def test_what_is_no_choice_of_ones_own_is_refused(coach, signed_in, wanted):
    answer = signed_in(coach).post(HERE, {"wanted": ["answers:app", wanted]})
    assert answer.status_code == 422
    assert "This is not one of the values to choose from." in text(answer)
    assert "<title>Problem: Notifications" in words(answer)
    assert not NotificationPreference.objects.exists()


def test_is_only_for_who_signed_in(signed_in):
    assert signed_in().get(HERE).status_code == 302
    assert signed_in().post(HERE).status_code == 302


def test_speaks_greek(coach, signed_in):
    coach.user.language = "el"
    coach.user.save()
    read = text(signed_in(coach).get(HERE))
    assert "Απαντήσεις στις ερωτήσεις σας Σε αυτές τις σελίδες Με email" in read
