"""Every address of the site that is a page, for whom, and how it comes to look as it does; and those that are none."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from scheduling.models import Message
from tests import factories
from tests.browser.cast import ATHENS, Stage, set_stage
from tests.factories import NOW


@dataclass(frozen=True)
class World:
    """Elena's practice in the middle of things, and everybody who looks at it."""

    stage: Stage
    people: dict[str, Any]
    nikoss: Any
    held: Any
    cancelled: Any
    case: Any
    proposal: Any
    offer: Any
    wait: Any
    swap: Any
    key: Any

    @property
    def day(self):
        return self.stage.day


def create_world(language):
    """Rows for every page, of people who read that language."""
    stage = set_stage(language=language, key=f".{language}")
    elena, maria, nikos, day = stage.elena, stage.maria, stage.nikos, stage.day
    user = factories.create_user(email=f"user.{language}@praxis.test", full_name=str(maria), language=language)
    maria.user = user
    maria.save(update_fields=["user"])
    case, proposal = asked_to_move(stage)
    held, cancelled = _past(stage)
    now = dt.datetime.now(ATHENS).replace(second=0, microsecond=0)
    factories.create_session(coach=elena, client=maria, at=now - dt.timedelta(minutes=20), price=60)
    nikoss = factories.create_session(coach=elena, client=nikos, at=f"{day} 13:00", price=60)
    wish = factories.create_case(coach=elena, client=maria, blocking=nikoss)
    days = [day + dt.timedelta(days=days) for days in (2, 3)]
    offer = factories.create_proposal(case=wish, offers=[f"{each} 12:00" for each in days])
    factories.create_note(session=nikoss, body="So far. " * 40)
    factories.create_note(session=held, body="What was said. " * 40, locked_at=NOW)
    factories.create_override(coach=elena, date=str(day + dt.timedelta(days=7)))
    away = day + dt.timedelta(days=1)
    factories.create_time_off(coach=elena, starts=f"{away} 12:00", ends=f"{away} 23:00", reason="Rest")
    wait, _fits = on_the_list(stage)
    swap, _to_maria = asked_to_swap(stage)
    careful, keyed = (
        factories.create_user(email=f"{who}.{language}@praxis.test", language=language) for who in ("careful", "keyed")
    )
    TOTP.activate(careful, generate_totp_secret())
    RecoveryCodes.activate(careful)
    staff = factories.create_user(email=f"staff.{language}@praxis.test", is_staff=True, language=language)
    new = factories.create_user(email=f"new.{language}@praxis.test", language=language)
    new.set_unusable_password()
    new.save(update_fields=["password"])
    fresh = factories.create_coach(hours=(), email=f"fresh.{language}@praxis.test", language=language)
    _told(stage, user)
    people = {
        "left": _written(stage, asked=proposal, fresh=fresh, language=language),
        "coach": elena,
        "client": user,
        "staff": staff,
        "careful": careful,
        "keyed": keyed,
        "new": new,
        "fresh": fresh,
    }
    return World(
        stage, {**people, "nobody": None}, nikoss, held, cancelled, case, proposal, offer, wait, swap, _key_of(keyed)
    )


def _written(stage, *, asked, fresh, language):
    """A thread with Maria with something of everything in it, one with Nikos that has not arrived, and who has left
    Elena's care."""
    elena, maria, nikos = stage.elena, stage.maria, stage.nikos
    factories.create_message(coach=elena, client=maria, by=elena, body="Long. " * 60, ago=3000, outcome="mailed")
    factories.create_message(coach=elena, client=maria, body="https://example.test/" + "long" * 40, ago=2000)
    facts = {name: [stage.marias.starts_at.isoformat(), ""] for name in ("from", "to", "during")}
    factories.create_line(coach=elena, client=maria, code="session_moved", facts=facts, session=stage.marias, ago=1000)
    row = {"provider": elena.user, "client": maria, "author": elena.user}
    Message.objects.create(kind="reschedule_proposal", proposal=asked, body="Could we? " * 9, created_at=NOW, **row)
    for outcome in ("no_address", "refused", ""):
        factories.create_message(coach=elena, client=nikos, by=elena, outcome=outcome, ago=9)
    user = factories.create_user(email=f"left.{language}@praxis.test", full_name="Zoe", language=language)
    left = factories.create_client(of=fresh, user=user, full_name="Zoe Alexiou", language=language)
    factories.create_care(client=left, provider=elena.user, ended_at=NOW)
    factories.create_message(coach=elena, client=left, by=elena)
    return user


def _told(stage, user):
    """What the bells of Elena and Maria say: of today and before, read and unread."""
    hours = {"at": stage.marias.starts_at.isoformat(), "until": NOW.isoformat(), "was": NOW.isoformat()}
    for ago, kind in enumerate(("hour_held", "proposal_kept", "message_sent")):
        told = {"kind": kind, "facts": hours, "ago": ago * 800, "is_read": ago == 2}
        factories.create_news(to=stage.elena, about=stage.nikos, **told)
    for ago, kind in enumerate(("session_moved", "session_booked")):
        factories.create_news(to=user, about=stage.elena, kind=kind, facts=hours, ago=ago, is_read=bool(ago))


def asked_to_move(stage):
    """Maria was asked to move for Nikos, with three times."""
    case = factories.create_case(coach=stage.elena, client=stage.nikos, blocking=stage.marias)
    offers = [f"{stage.day} {at}" for at in ("12:00", "14:00", "15:30")]
    return case, factories.create_proposal(case=case, session=stage.marias, offers=offers)


def asked_to_swap(stage):
    """Nikos, on Thursday, and Maria, on Friday, were asked to swap; the question to Nikos comes first."""
    first, second = (
        factories.create_session(coach=stage.elena, client=client, at=f"{stage.day + dt.timedelta(days=days)} 16:00")
        for client, days in ((stage.nikos, 2), (stage.maria, 3))
    )
    return factories.create_swap(first, second)


def on_the_list(stage):
    """Nikos waits for an evening that is never open, Maria for any morning."""
    first, last = str(stage.day - dt.timedelta(days=7)), str(stage.day + dt.timedelta(days=28))
    evenings = {"weekdays": [1, 3], "starts": "18:00", "ends": "21:00"}
    dates = {"first": first, "last": last}
    return (
        factories.create_wait(coach=stage.elena, client=stage.nikos, **evenings, **dates),
        factories.create_wait(coach=stage.elena, client=stage.maria, starts="09:00", ends="12:00", **dates),
    )


def _past(stage):
    """What was held, missed, cancelled, and what nobody has said anything of."""
    monday = stage.day - dt.timedelta(days=8)
    made = {}
    for days, status in ((-7, "completed"), (-6, "no_show"), (-5, "scheduled"), (-4, "cancelled")):
        at = f"{monday + dt.timedelta(days=days)} 11:00"
        made[status] = factories.create_session(coach=stage.elena, client=stage.nikos, at=at, status=status, price=60)
    return made["completed"], made["cancelled"]


def _key_of(user):
    """What the pages read of a key; to sign in with it takes the key itself."""
    about = {"name": "Key", "credential": {"clientExtensionResults": {"credProps": {"rk": True}}}}
    return Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data=about)
