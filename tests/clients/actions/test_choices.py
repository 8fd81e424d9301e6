import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients.actions import choices, deliver
from clients.errors import UnknownChoice
from clients.models import AuditEvent, Notification, NotificationPreference, OutboxMessage
from clients.queries import wants
from clients.states import Channel
from scheduling.actions.reminders import remind_sessions
from tests.factories import NOW, create_session

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("choose", "field", "value"),
    [
        (choices.choose_language, "language", "el"),
        (choices.choose_theme, "theme", "dark"),
        (choices.choose_density, "density", "compact"),
        (choices.choose_shortcuts, "shortcuts", False),
        (choices.choose_time_zone, "time_zone", "Asia/Tokyo"),
    ],
)
def test_each_choice_is_kept_on_the_account_and_nothing_else(stranger, choose, field, value):
    before = type(stranger).objects.filter(pk=stranger.pk).values().get()
    choose(stranger, value)
    after = type(stranger).objects.filter(pk=stranger.pk).values().get()
    assert after == {**before, field: value}


class TestNews:
    """What somebody hears of: the coach of answers, freed hours and messages; the client of messages and reminders."""

    ALL = frozenset((topic, at) for topic in ("answers", "freed", "messages") for at in ("app", "email"))

    def wanted(self, user, topic):
        return [wants(user, topic, at) for at in (Channel.APP, Channel.EMAIL)]

    def test_all_of_it_at_first(self, coach, client_user):
        assert [self.wanted(coach.user, topic) for topic in ("answers", "freed", "messages")] == [[True, True]] * 3
        assert [self.wanted(client_user, topic) for topic in ("messages", "reminders")] == [[True, True]] * 2

    def test_what_is_left_out_is_not_wanted_and_only_that(self, coach, other_coach):
        choices.choose_news(self.ALL - {("answers", "email"), ("freed", "app")}, by=coach.user, now=NOW)
        assert [self.wanted(coach.user, topic) for topic in ("answers", "freed", "messages")] == [
            [True, False],
            [False, True],
            [True, True],
        ]
        assert self.wanted(other_coach.user, "answers") == [True, True]

    def test_can_be_wanted_again(self, coach):
        for wanted in (frozenset(), self.ALL, self.ALL):
            choices.choose_news(wanted, by=coach.user, now=NOW)
        assert self.wanted(coach.user, "answers") == [True, True]
        assert NotificationPreference.objects.count() == 6

    def test_is_written_down(self, coach):
        choices.choose_news({("answers", "app"), ("freed", "app"), ("freed", "email")}, by=coach.user, now=NOW)
        event = AuditEvent.objects.get()
        assert (event.verb, event.object, event.actor) == ("news_chosen", f"user:{coach.pk}", coach.user)
        assert event.facts == {"app": ["answers", "freed"], "email": ["freed"]}

    @pytest.mark.parametrize(
        "cell", [("a_song", "app"), ("answers", "pigeon"), ("reminders", "email"), ("sessions", "app")]
    )
    def test_what_one_does_not_hear_of_is_refused(self, coach, cell):
        with pytest.raises(UnknownChoice):
            choices.choose_news({*self.ALL, cell}, by=coach.user, now=NOW)
        assert not NotificationPreference.objects.exists()

    def test_what_must_be_told_cannot_be_chosen_away(self, client_user):
        choices.choose_news(frozenset(), by=client_user, now=NOW)
        assert self.wanted(client_user, "sessions") == self.wanted(client_user, "questions") == [True, True]
        with pytest.raises(UnknownChoice):
            choices.choose_news({("sessions", "email")}, by=client_user, now=NOW)

    def test_reminders_by_mail_are_the_switch_of_the_record(self, client_user):
        client = client_user.client
        choices.choose_news({("reminders", "app")}, by=client_user, now=NOW)
        client.refresh_from_db()
        assert not client.wants_reminders
        assert self.wanted(client_user, "reminders") == [True, False]
        assert AuditEvent.objects.filter(verb="reminders_off", object=f"client:{client.pk}").exists()
        choices.choose_reminders(client.pk, wanted=True, now=NOW)
        assert self.wanted(client_user, "reminders") == [True, True]
        assert not NotificationPreference.objects.filter(kind="reminders", channel="email").exists()

    def test_user_and_record_are_locked_in_that_order(self, client_user):
        with CaptureQueriesContext(connection) as asked:
            choices.choose_news(frozenset(), by=client_user, now=NOW)
        locked = [re.search(r'FROM "(\w+)".*FOR NO KEY UPDATE', each["sql"], re.DOTALL) for each in asked]
        assert [found[1] for found in locked if found] == ["clients_user", "clients_client"]

    @pytest.mark.parametrize("channels", [{"app", "email"}, {"app"}, {"email"}, set()])
    def test_decides_what_is_told(self, coach, client_user, clock, channels):
        choices.choose_news({("reminders", at) for at in channels}, by=client_user, now=NOW)
        tomorrow = {"at": "2026-11-21 07:00", "created_at": NOW - dt.timedelta(days=2)}
        create_session(coach=coach, client=client_user.client, **tomorrow)
        assert remind_sessions(now=NOW) == 1
        message = OutboxMessage.objects.get()
        has_mail = deliver.tell(message.pk, now=NOW)
        assert (Notification.objects.exists(), has_mail) == ("app" in channels, "email" in channels)
