"""Who has a calendar here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from clients.actions import people, records
from clients.models import User
from config.kernel import live
from config.kernel.actions import action, inside_action
from scheduling.actions import endings, locks
from scheduling.models import Coach

if TYPE_CHECKING:
    import datetime as dt


@action
def invite_coach(email: str, full_name: str, *, language: str, title: str = "", by: User, now: dt.datetime) -> Coach:
    """A new coach, without hours yet; somebody who signs in with that address already is made one.

    Locks: provider.  Tells: the invited.
    Raises: EmailTaken when two invite the same at once; NotForOneself, unless one may do everything."""
    known = User.objects.filter(email=email.strip().lower()).first()
    if known is None:
        known = people.invited(email, full_name, language=language, role="coach", by=by, now=now)
    return _calendar_of(known.pk, title=title, by=by, now=now)


@action
def make_coach(user_id: int, *, title: str = "", by: User, now: dt.datetime) -> Coach:
    """Give a user a calendar, with the practice's time zone and no hours yet; who has one keeps it.

    Locks: provider.  Raises: NotForOneself, unless one may do everything."""
    return _calendar_of(user_id, title=title, by=by, now=now)


@inside_action
def take_back_proposals(user: User, *, by: User, now: dt.datetime) -> None:
    """Nobody can answer any more what a locked provider who leaves has put to them.  Tells: the recipients."""
    endings.expire_due(user.pk, now=now)
    for proposal in locks.lock_open_proposals("provider", user):
        endings.withdraw(proposal, by=by, now=now)


@inside_action
def _calendar_of(user_id: int, *, title: str, by: User, now: dt.datetime) -> Coach:
    people.refuse_oneself(user_id, by=by)
    user = locks.lock_provider(user_id)
    coach, is_new = Coach.objects.get_or_create(
        user=user, defaults={"title": title, "time_zone": settings.PRACTICE_TIME_ZONE}
    )
    if is_new:
        live.changed(live.for_user(user.pk), live.RIGHTS_CHANGED)
        records.record_audit("coach_made", f"user:{user.pk}", by=by, at=now)
    return coach
