"""Every mail, as it would leave: in the reader's language, by the reader's clock, with nothing of the work in it."""

from __future__ import annotations

import re

import pytest
from django.db import transaction
from django.test import Client as Browser

from clients import post
from clients.models import AccessLink, OutboxMessage
from clients.recipients import recipient_of
from config.kernel import registry
from scheduling.actions.book import book_session
from scheduling.actions.move import move_session
from scheduling.models import Message
from scheduling.wishes import Booking
from tests import factories
from tests.factories import NOW, hour
from tests.scheduling.test_letters import CLINICAL

pytestmark = pytest.mark.django_db

TUESDAY, WEDNESDAY = hour("2026-11-24 14:00"), "2026-11-25 10:00"
TIME = re.compile(r"\d\d:\d\d")


@pytest.fixture
def nikos(coach):
    return factories.create_client(of=coach, full_name="Nikos Georgiou", language="el", email="nikos@example.gr")


def told(kind, recipient, obj, *, version=1):
    """The mail of a message of that kind, composed."""
    message = OutboxMessage.objects.create(kind=kind, recipient=recipient, object=obj, version=version)
    with transaction.atomic():
        mail = registry.outbox_kinds()[kind].render(message)
    return post.compose(mail, recipient_of(message), message)


def html_of(mail):
    return mail.alternatives[0][0]


def every_kind(coach, client):
    """Each kind of news with something that it is about, as (kind, recipient, object)."""
    to, provider = f"client:{client.pk}", f"user:{coach.pk}"
    session = factories.create_session(coach=coach, client=client, at="2026-11-24 14:00")
    blocking = factories.create_session(coach=coach, client=factories.create_client(of=coach), at="2026-11-26 10:00")
    case = factories.create_case(coach=coach, client=client, blocking=blocking)
    offer = factories.create_proposal(case=case, offers=[WEDNESDAY])
    ask = factories.create_proposal(session=session, offers=[WEDNESDAY])
    text = Message.objects.create(provider=coach.user, client=client, author=coach.user, body="Bring the drawing")
    about_session = ("session_booked", "session_moved", "session_cancelled", "session_reminder", "series_booked")
    yield from ((kind, to, f"session:{session.pk}") for kind in about_session)
    for kind in ("times_offered", "proposal_reminded", "proposal_extended", "proposal_withdrawn"):
        yield kind, to, f"proposal:{offer.pk}"
    for kind in ("asked_to_move", "proposal_withdrawn", "proposal_expired"):
        yield kind, to, f"proposal:{ask.pk}"
    for kind in ("proposal_declined", "proposal_kept", "proposal_expired", "swap_agreed"):
        yield kind, provider, f"proposal:{ask.pk}"
    yield "message_sent", to, f"message:{text.pk}"
    yield "message_sent", provider, f"message:{text.pk}"


@pytest.mark.parametrize("language", ["en", "el"])
def test_every_mail_is_discreet_and_says_the_same_twice(coach, nikos, clock, language):
    nikos.language = coach.user.language = language
    nikos.save()
    coach.user.save()
    seen = set()
    for version, (kind, recipient, obj) in enumerate(every_kind(coach, nikos), start=2):
        mail, why = told(kind, recipient, obj, version=version), f"{kind} in {language}"
        whole = f"{mail.subject} {mail.body} {html_of(mail)}"
        assert "Nikos" not in mail.subject, why
        assert "Georgiou" not in mail.body + html_of(mail), why
        assert "Bring the drawing" not in whole, why
        assert not any(word in whole.lower() for word in CLINICAL), why
        assert TIME.findall(mail.body) == list(
            TIME.findall(re.sub(r"(?s)<style>.*?</style>|<div class=\"preview\">.*?</div>", "", html_of(mail)))
        ), why
        greek = re.search("[α-ω]", mail.subject.partition(" · ")[0])
        assert bool(greek) is (language == "el"), why
        seen.add(kind)
    assert seen >= set(registry.outbox_kinds()) - {
        "invited",
        "proposal_answered",
        "hour_held",
        "case_booked",
        "swap_proposed",
    }


def test_offer_opens_without_a_password_and_twice_the_same(coach, nikos, clock):
    session = factories.create_session(coach=coach, client=nikos, at="2026-11-24 14:00")
    ask = factories.create_proposal(session=session, offers=[WEDNESDAY])
    message = OutboxMessage(
        kind="asked_to_move", recipient=f"client:{nikos.pk}", object=f"proposal:{ask.pk}", version=1
    )
    message.save()
    links = set()
    for _again in range(2):
        with transaction.atomic():
            mail = registry.outbox_kinds()["asked_to_move"].render(message)
        links.add(mail.button.url)
    (link,) = links
    assert AccessLink.objects.count() == 1
    assert link.rsplit("/", 2)[1] not in repr(list(AccessLink.objects.values()))
    page = Browser().get(link.partition("8000")[2])
    assert page.status_code == 200
    assert "25 Νοεμβρίου" in page.content.decode().replace("\N{NO-BREAK SPACE}", " ")


def test_client_elsewhere_reads_both_clocks(coach, nikos, clock):
    nikos.language, nikos.time_zone = "en", "America/New_York"
    nikos.save()
    session = factories.create_session(coach=coach, client=nikos, at="2026-11-24 14:00")
    mail = told("session_booked", f"client:{nikos.pk}", f"session:{session.pk}")
    assert "Tuesday 24 November, 14:00 (07:00 where you are, New York)" in mail.body


@pytest.mark.parametrize("has_account", [True, False])
def test_message_is_not_in_its_mail_which_says_how_to_come_in(coach, nikos, clock, has_account):
    if has_account:
        nikos.user = factories.create_user(email="nikos@example.gr")
    nikos.language = "en"
    nikos.save()
    text = Message.objects.create(provider=coach.user, client=nikos, author=coach.user, body="Bring the drawing")
    mail = told("message_sent", f"client:{nikos.pk}", f"message:{text.pk}")
    assert f"/messages/{nikos.pk}/?with={coach.pk}" in mail.body
    assert ("a code is sent to you" in mail.body) is not has_account
    assert "drawing" not in mail.body + html_of(mail)


def test_mails_of_one_session_stand_together_under_ids_of_their_own(coach, nikos, clock):
    session = factories.create_session(coach=coach, client=nikos, at="2026-11-24 14:00")
    about = f"client:{nikos.pk}", f"session:{session.pk}"
    booked, moved = told("session_booked", *about).message(), told("session_moved", *about, version=2).message()
    assert booked["References"] == moved["References"] == f"<session-{session.pk}@localhost>"
    assert booked["Message-ID"] != moved["Message-ID"]
    assert booked["Auto-Submitted"] == "auto-generated"


def test_only_reminders_can_be_ended_and_with_one_press(coach, nikos, clock):
    session = factories.create_session(coach=coach, client=nikos, at="2026-11-24 14:00")
    about = f"client:{nikos.pk}", f"session:{session.pk}"
    assert "List-Unsubscribe" not in told("session_booked", *about).message()
    reminder = told("session_reminder", *about).message()
    assert reminder["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = reminder["List-Unsubscribe"].strip("<>").partition("8000")[2]
    stranger = Browser(enforce_csrf_checks=True)
    assert stranger.get(address).status_code == 200
    nikos.refresh_from_db()
    assert nikos.wants_reminders
    assert stranger.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    nikos.refresh_from_db()
    assert not nikos.wants_reminders


def test_name_cannot_begin_a_header_of_its_own(coach, nikos, clock):
    to = recipient_of(OutboxMessage(recipient=f"client:{nikos.pk}"))
    session = factories.create_session(coach=coach, client=nikos, at="2026-11-24 14:00")
    about = {"object": f"session:{session.pk}", "recipient": f"client:{nikos.pk}", "version": 1}
    message = OutboxMessage.objects.create(kind="session_booked", **about)
    mail = registry.outbox_kinds()["session_booked"].render(message)
    odd = type(to)(**{**vars(to), "name": "Nikos\r\nBcc: everybody@example.gr"})
    head = post.compose(mail, odd, message).message()
    assert head["Bcc"] is None
    assert "everybody" in head["To"]


def test_move_says_from_when_to_when(coach, nikos, clock):
    session = factories.create_session(coach=coach, client=nikos, at="2026-11-24 14:00")
    move_session(session.pk, hour(WEDNESDAY), by=coach.user, now=NOW, version=session.version)
    message = OutboxMessage.objects.get(kind="session_moved")
    mail = post.compose(registry.outbox_kinds()["session_moved"].render(message), recipient_of(message), message)
    assert "Ήταν: Τρίτη 24 Νοεμβρίου, 14:00" in mail.body
    assert "– Τετάρτη 25 Νοεμβρίου, 10:00" in mail.body


def test_what_is_booked_is_told(coach, nikos, clock):
    wish = Booking(client=nikos, during=TUESDAY)
    session = book_session(wish, by=coach.user, now=NOW)
    message = OutboxMessage.objects.get(object=f"session:{session.pk}")
    assert message.kind == "session_booked"
    assert "Τρίτη 24 Νοεμβρίου, 14:00" in told("session_booked", message.recipient, message.object, version=9).body
