"""Who plays in the journeys, and the day they play on: the Tuesday of next week, in Athens."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.http import HttpRequest
from django.test import Client as Visitor

from clients.actions.links import mint_link
from clients.states import REMINDERS_LINK
from config.kernel import time
from scheduling.access import PROPOSAL_LINK
from scheduling.models import Session
from tests import factories

ATHENS = ZoneInfo("Europe/Athens")


def next_tuesday():
    """The Tuesday of next week: always ahead, always a working day."""
    today = dt.datetime.now(ATHENS).date()
    return today - dt.timedelta(days=today.weekday()) + dt.timedelta(days=8)


@dataclass(frozen=True)
class Stage:
    """Elena has Maria on Tuesday at 10:00; Nikos would like that hour."""

    day: dt.date
    elena: Any
    maria: Any
    nikos: Any
    marias: Any


def set_stage(*, language="en", key=""):
    """The rows of a journey; everybody reads that language. With a key, there can be several."""
    day = next_tuesday()
    elena = factories.create_coach(email=f"elena{key}@praxis.test", full_name="Elena Marinou", language=language)
    maria = factories.create_client(
        of=elena, full_name="Maria Papadopoulou", email=f"maria{key}@praxis.test", language=language
    )
    nikos = factories.create_client(
        of=elena, full_name="Nikos Georgiou", email=f"nikos{key}@praxis.test", language=language
    )
    marias = factories.create_session(coach=elena, client=maria, at=f"{day} 10:00")
    return Stage(day, elena, maria, nikos, marias)


def enter(page, site, person, *, just_now=False):
    """Give the page's browser the session of that person, as signing in would, `just_now` by password."""
    visitor = Visitor()
    user = getattr(person, "user", person)
    visitor.force_login(user)
    if just_now:
        request = HttpRequest()
        request.session = visitor.session
        record_authentication(request, user, method="password", reauthenticated=True)
        request.session.save()
    cookie = visitor.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": site}])


def hour_of(session):
    """'YYYY-MM-DD HH:MM' at which a session begins in Athens, read anew."""
    begin = Session.objects.get(pk=session.pk).starts_at
    return begin.astimezone(ATHENS).strftime("%Y-%m-%d %H:%M")


def sessions_of(client):
    """When the client's standing sessions begin, as above."""
    standing = Session.objects.filter(client=client).exclude(status="cancelled").order_by("during")
    return [hour_of(session) for session in standing]


def way_out_for(client):
    """A token that ends the client's reminders, as a mail carries it."""
    now = time.now()
    return mint_link(REMINDERS_LINK, f"client:{client.pk}", expires_at=now + dt.timedelta(days=9), now=now)


def link_to(proposal):
    """A token that opens the proposal, minted as the coach would."""
    now = time.now()
    return mint_link(PROPOSAL_LINK, f"proposal:{proposal.pk}", expires_at=now + dt.timedelta(days=9), now=now)
