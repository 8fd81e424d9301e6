"""What the bell keeps of each kind of news, says of it to who reads it, and where it leads."""

from __future__ import annotations

import datetime as dt
import json
from urllib.parse import urlsplit

import pytest
from django.urls import resolve
from django.utils import timezone, translation

from clients.actions import deliver
from clients.models import Client, Notification, OutboxMessage
from clients.queries.notifications import news_page
from config.kernel import registry
from scheduling.actions import move
from scheduling.actions.proposals import answer_proposal, decline_proposal
from scheduling.actions.reminders import remind_sessions
from scheduling.actions.series import book_series
from scheduling.models import Message, RescheduleProposal, Session
from scheduling.news.bells import BELLS, WORDS
from scheduling.news.mails import MAILS
from scheduling.wishes import Series, SeriesHour
from tests import factories
from tests.factories import NOW, hour

pytestmark = pytest.mark.django_db

TUESDAY, WEDNESDAY = "2026-11-24 14:00", "2026-11-25 10:00"
LATER = NOW + dt.timedelta(minutes=1)


@pytest.fixture
def maria(client_user):
    return client_user.client


@pytest.fixture
def nikos(coach):
    return factories.create_client(of=coach, full_name="Nikos Georgiou")


@pytest.fixture
def session(coach, maria):
    return factories.create_session(coach=coach, client=maria, at=TUESDAY)


@pytest.fixture
def wish(coach, nikos, session):
    """Nikos would like Maria's hour."""
    return factories.create_case(coach=coach, client=nikos, blocking=session)


def ring(kind, to, about):
    """Have it told; the line at the bell that comes of it."""
    name = {Session: "session", RescheduleProposal: "proposal", Message: "message"}[type(about)]
    row = {"kind": kind, "recipient": to, "object": f"{name}:{about.pk}", "version": 1, "not_before": NOW}
    message = OutboxMessage.objects.create(**row)
    deliver.tell(message.pk, now=NOW)
    return Notification.objects.get(message=message)


def tell_all():
    """Tell whatever waits; the lines that come of it."""
    OutboxMessage.objects.update(not_before=NOW)
    for number in OutboxMessage.objects.order_by("pk").values_list("pk", flat=True):
        deliver.tell(number, now=LATER)
    return list(Notification.objects.order_by("pk"))


def read(notification, language="en", zone="Europe/Athens"):
    """The sentence as its reader has it."""
    with translation.override(language), timezone.override(zone):
        lines = [each for _day, lines in news_page(notification.user, now=LATER).days for each in lines]
    return next(each.said.words for each in lines if each.id == notification.pk)


def to(person):
    return f"client:{person.pk}" if isinstance(person, Client) else f"user:{person.pk}"


def test_every_kind_of_this_room_is_rung_and_has_words():
    assert set(BELLS) == set(WORDS) == set(MAILS)
    kinds = registry.outbox_kinds()
    assert all(kinds[kind].topic in registry.topics() for kind in MAILS)


class TestToClients:
    def test_of_a_session(self, maria, session, clock):
        line = ring("session_booked", to(maria), session)
        assert read(line) == "A session was booked for you with Elena Marinou: Tuesday 24 November, 14:00."
        assert read(line, "el") == "Κλείστηκε συνεδρία για εσάς, Elena Marinou: Τρίτη 24 Νοεμβρίου, 14:00."
        assert line.url == "/my/"

    def test_of_a_session_tomorrow(self, coach, maria, clock):
        tomorrow = {"at": "2026-11-21 07:00", "created_at": NOW - dt.timedelta(days=2)}
        factories.create_session(coach=coach, client=maria, **tomorrow)
        remind_sessions(now=NOW)
        (line,) = tell_all()
        assert read(line) == "A reminder of your session with Elena Marinou: Saturday 21 November, 07:00."
        assert read(line, "el") == "Υπενθύμιση για τη συνεδρία σας, Elena Marinou: Σάββατο 21 Νοεμβρίου, 07:00."

    def test_of_a_move_by_the_clients_own_answer_from_where_to_where(self, maria, session, clock):
        offer = factories.create_proposal(session=session, offers=[WEDNESDAY]).offers.get()
        answer_proposal(offer.proposal_id, offer.pk, by=None, now=NOW)
        moved = next(line for line in tell_all() if line.kind == "session_moved")
        assert "from Tuesday 24 November, 14:00 to Wednesday 25 November, 10:00" in read(moved)

    def test_of_a_move_from_where_to_where_and_of_the_end(self, coach, maria, session, clock):
        move.move_session(session.pk, hour(WEDNESDAY), by=coach.user, now=NOW, version=1)
        (moved,) = tell_all()
        was, at = "Tuesday 24 November, 14:00", "Wednesday 25 November, 10:00"
        assert read(moved) == f"Your session was moved from {was} to {at}."
        assert read(moved, "el") == (
            "Η συνεδρία σας μεταφέρθηκε από Τρίτη 24 Νοεμβρίου, 14:00 σε Τετάρτη 25 Νοεμβρίου, 10:00."
        )

    def test_of_a_series_how_many(self, coach, maria, clock):
        hours = tuple(SeriesHour(during=hour(f"2026-11-{day} 10:00")) for day in (24, 25, 26))
        book_series(Series(client=maria, hours=hours), by=coach.user, now=NOW)
        (line,) = tell_all()
        assert read(line) == (
            "3 sessions were booked for you with Elena Marinou, the first: Tuesday 24 November, 10:00."
        )
        assert read(line, "el") == (
            "Κλείστηκαν 3 συνεδρίες για εσάς, Elena Marinou, η πρώτη: Τρίτη 24 Νοεμβρίου, 10:00."
        )

    def test_by_both_clocks_where_they_differ(self, maria, session, clock):
        line = ring("session_booked", to(maria), session)
        assert "Tuesday 24 November, 14:00 (12:00 where you are, London)" in read(line, zone="Europe/London")

    @pytest.mark.parametrize(
        ("kind", "says"),
        [
            ("asked_to_move", "Elena Marinou asks: can your session of Tuesday 24 November, 14:00 be moved?"),
            ("proposal_extended", "You have more time to answer Elena Marinou: until Wednesday 25 November, 09:00."),
            ("proposal_reminded", "Elena Marinou waits for your answer: until Wednesday 25 November, 09:00."),
            ("proposal_withdrawn", "Elena Marinou took the question back: Tuesday 24 November, 14:00 stays."),
        ],
    )
    def test_of_a_question(self, maria, session, clock, kind, says):
        ask = factories.create_proposal(session=session, offers=[WEDNESDAY])
        line = ring(kind, to(maria), ask)
        assert (read(line), line.url) == (says, f"/my/offers/{ask.pk}/")

    def test_of_times_that_are_offered_and_taken_back(self, coach, maria, nikos, clock):
        taken = factories.create_session(coach=coach, client=nikos, at=TUESDAY)
        wish = factories.create_case(coach=coach, client=maria, blocking=taken)
        offer = factories.create_proposal(case=wish, offers=[WEDNESDAY])
        said = [read(ring(kind, to(maria), offer)) for kind in ("times_offered", "proposal_withdrawn")]
        assert said == [
            "Elena Marinou offers you times to choose from.",
            "Elena Marinou took the offered times back.",
        ]

    def test_of_a_swap(self, coach, maria, nikos, session, clock):
        ask, _twin = factories.create_swap(session, factories.create_session(coach=coach, client=nikos, at=WEDNESDAY))
        said = [
            read(ring(kind, to(maria), ask)) for kind in ("swap_proposed", "proposal_withdrawn", "proposal_expired")
        ]
        stays = "There will be no swap: Tuesday 24 November, 14:00 stays."
        assert said == [
            "Elena Marinou asks: would you swap your session of Tuesday 24 November, 14:00?",
            stays,
            stays,
        ]

    def test_who_does_not_sign_in_has_no_bell(self, coach, nikos, clock):
        nikoss = factories.create_session(coach=coach, client=nikos, at=TUESDAY)
        with pytest.raises(Notification.DoesNotExist):
            ring("session_booked", to(nikos), nikoss)


class TestToCoaches:
    def test_of_an_answer_to_a_wish(self, coach, nikos, wish, clock):
        offer = factories.create_proposal(case=wish, offers=[WEDNESDAY])
        booked = answer_proposal(offer.pk, offer.offers.get().pk, by=None, now=NOW).session
        (line,) = (each for each in tell_all() if each.kind == "proposal_answered")
        assert line.user == coach.user
        assert read(line) == "Nikos Georgiou chose Wednesday 25 November, 10:00."
        assert read(line, "el") == "Επιλέχθηκε ώρα: Nikos Georgiou, Τετάρτη 25 Νοεμβρίου, 10:00."
        assert line.url == f"/sessions/{booked.pk}/"

    def test_of_a_yes_to_moving_and_of_the_hour_that_is_free_by_it(self, coach, maria, session, wish, clock):
        ask = factories.create_proposal(case=wish, session=session, offers=[WEDNESDAY])
        answer_proposal(ask.pk, ask.offers.get().pk, by=maria.user, now=NOW)
        lines = {each.kind: each for each in tell_all() if each.user == coach.user}
        assert {kind: (read(line), line.url) for kind, line in lines.items()} == {
            "proposal_answered": (
                "Maria Papadopoulou moves to Wednesday 25 November, 10:00.",
                f"/sessions/{session.pk}/",
            ),
            "hour_held": (
                "An hour for Nikos Georgiou is free: Tuesday 24 November, 14:00. It is held until Sunday 22 November, 11:00.",
                f"/conflicts/#case-{wish.pk}",
            ),
        }

    def test_of_an_hour_that_booked_itself(self, coach, maria, session, wish, clock):
        wish.book_when_freed = True
        wish.save()
        ask = factories.create_proposal(case=wish, session=session, offers=[WEDNESDAY])
        answer_proposal(ask.pk, ask.offers.get().pk, by=maria.user, now=NOW)
        lines = {each.kind: each for each in tell_all() if each.user == coach.user}
        wish.refresh_from_db()
        booked = lines["case_booked"]
        assert read(booked) == "An hour became free and is booked for Nikos Georgiou: Tuesday 24 November, 14:00."
        assert booked.url == f"/sessions/{wish.session_id}/"
        # Who moved for it has a page of their own.
        assert lines["proposal_answered"].url == f"/sessions/{session.pk}/"

    def test_of_a_no_with_and_without_other_times(self, coach, maria, session, wish, clock):
        plain = factories.create_proposal(case=wish, offers=[WEDNESDAY])
        ask = factories.create_proposal(session=session, offers=[WEDNESDAY])
        decline_proposal(plain.pk, "No", by=None, now=NOW)
        decline_proposal(ask.pk, "No", by=None, now=NOW, times=[hour("2026-11-26 10:00")])
        first, second = tell_all()
        assert (read(first), first.url) == ("None of the times fits Nikos Georgiou.", f"/conflicts/#case-{wish.pk}")
        assert (read(second), second.url) == (
            "None of the times fits Maria Papadopoulou, who suggests others.",
            f"/sessions/{session.pk}/",
        )

    def test_of_who_stays_and_of_who_does_not_answer(self, coach, session, clock):
        ask = factories.create_proposal(session=session, offers=[WEDNESDAY])
        said = [read(ring(kind, to(coach), ask)) for kind in ("proposal_kept", "proposal_expired")]
        assert said == [
            "Maria Papadopoulou keeps Tuesday 24 November, 14:00.",
            "Maria Papadopoulou did not answer in time.",
        ]

    def test_of_a_swap(self, coach, maria, nikos, session, clock):
        nikoss = factories.create_session(coach=coach, client=nikos, at=WEDNESDAY)
        marias, other = factories.create_swap(session, nikoss)
        assert read(ring("proposal_expired", to(coach), marias)) == (
            "No swap for Maria Papadopoulou, Tuesday 24 November, 14:00: the two did not both answer in time."
        )
        answer_proposal(marias.pk, marias.offers.get().pk, by=maria.user, now=NOW)
        assert read(tell_all()[-1]) == "Maria Papadopoulou would swap Tuesday 24 November, 14:00."
        answer_proposal(other.pk, other.offers.get().pk, by=None, now=NOW)
        last = [each for each in tell_all() if each.user == coach.user][-1]
        assert (read(last), last.url) == (
            "The swap is made: Nikos Georgiou comes on Tuesday 24 November, 14:00.",
            f"/sessions/{nikoss.pk}/",
        )


def test_of_a_message_to_either_of_the_two(coach, maria, clock):
    about = f"/messages/{maria.pk}/"
    for author, whom, name, url in (
        (coach.user, to(maria), "Elena Marinou", f"{about}?with={coach.pk}"),
        (maria.user, to(coach), "Maria Papadopoulou", about),
    ):
        text = Message.objects.create(provider=coach.user, client=maria, author=author, body="A few words")
        line = ring("message_sent", whom, text)
        assert (read(line), line.url) == (f"A new message from {name}.", url)
        assert "few words" not in json.dumps(line.facts)


def test_facts_hold_no_name_and_every_address_is_a_page(coach, maria, session, clock):
    ask = factories.create_proposal(session=session, offers=[WEDNESDAY])
    lines = [ring("asked_to_move", to(maria), ask), ring("proposal_kept", to(coach), ask)]
    assert not any(word in json.dumps([each.facts for each in lines]) for word in ("Maria", "Elena", "@"))
    assert [resolve(urlsplit(each.url).path).view_name for each in lines] == [
        "scheduling:my_offer",
        "scheduling:session_detail",
    ]


@pytest.mark.parametrize("kind", WORDS)
def test_line_without_its_facts_is_still_read(kind):
    facts = {"asks": "swap", "became": "open", "number": 2}
    assert WORDS[kind](facts, "Maria").words
