"""To a client: a session is booked, has been moved, is cancelled, comes near."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from clients.actions import links
from clients.mail import Button, Mail
from clients.states import REMINDERS_LINK
from config.kernel import time
from scheduling import letters
from scheduling.models import Session
from scheduling.news.mails import frame
from scheduling.queries.deeds import hours_of_move, made_together
from scheduling.states import SessionStatus

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

    from clients.models import OutboxMessage, User


def booked(message: OutboxMessage) -> Mail:
    """One session."""
    session = _session(message)
    with letters.reading_as(session.client):
        return _about(
            session,
            _("Your session is booked"),
            _("Your session is booked. It is on:"),
            times=(_when(session),),
            small=(frame.whom_to_tell(),),
        )


def series_booked(message: OutboxMessage) -> Mail:
    """Several at once: those that still stand."""
    first = _session(message)
    together = Session.objects.filter(pk__in=made_together(first.pk))
    standing = together.exclude(status=SessionStatus.CANCELLED).order_by("during")
    with letters.reading_as(first.client):
        return _about(
            first,
            _("Your sessions are booked"),
            _("These sessions are booked for you:"),
            times=tuple(letters.when(each.starts_at, _coach(first)) for each in standing),
            small=(frame.whom_to_tell(),),
        )


def moved(message: OutboxMessage) -> Mail:
    """From one time to another."""
    session = _session(message)
    hours = hours_of_move(message)
    with letters.reading_as(session.client):
        was = {"time": letters.when(hours[0].starts_at, _coach(session))} if hours else None
        return _about(
            session,
            _("Your session has another time"),
            _("Your session has been moved. It was on: %(time)s.") % was if was else "",
            _("It is now on:"),
            times=(_when(session),),
            small=(frame.whom_to_tell(),),
        )


def cancelled(message: OutboxMessage) -> Mail:
    """It will not take place."""
    session = _session(message)
    with letters.reading_as(session.client):
        return _about(
            session,
            _("Your session is cancelled"),
            _("This session will not take place:"),
            times=(_when(session),),
        )


def reminder(message: OutboxMessage) -> Mail:
    """It comes near; who wants no such mails ends them from here."""
    session = _session(message)
    with letters.reading_as(session.client):
        return _about(
            session,
            _("Reminder of your session"),
            _("A reminder of your session. It is on:"),
            times=(_when(session),),
            small=(frame.whom_to_tell(),),
            unsubscribe=_address_to_end_reminders(session, message),
        )


def _about(session: Session, subject: str, *paragraphs: str, **more: object) -> Mail:
    button = Button(label=_("See your sessions"), url=frame.at_site(reverse("scheduling:my_home")))
    coach = _coach(session)
    thread = f"session:{session.pk}"
    return frame.to_client(session.client, coach, subject, *paragraphs, button=button, thread=thread, **more)


def _address_to_end_reminders(session: Session, message: OutboxMessage) -> str:
    now = time.now()
    token = links.kept_link(
        REMINDERS_LINK,
        f"client:{session.client_id}",
        kept_by=f"outbox:{message.pk}",
        expires_at=now + links.AS_LONG_AS_MAIL_IS_KEPT,
        now=now,
    )
    return frame.at_site(reverse("clients:reminders_off", args=[token]))


def _session(message: OutboxMessage) -> Session:
    return Session.objects.select_related("client", "provider__coach").get(pk=message.number)


def _coach(session: Session) -> User:
    assert session.provider is not None
    return session.provider


def _when(session: Session) -> str:
    starts_at: dt.datetime = session.starts_at
    return letters.when(starts_at, _coach(session))


MAILS: Mapping[str, Callable[[OutboxMessage], Mail | None]] = {
    "session_booked": booked,
    "series_booked": series_booked,
    "session_moved": moved,
    "session_cancelled": cancelled,
    "session_reminder": reminder,
}
