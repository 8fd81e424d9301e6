"""Having read what the bell says.  When that was is in the rows themselves, and is not audited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clients.models import Notification
from config.kernel import htmx, live
from config.kernel.actions import action, inside_action

if TYPE_CHECKING:
    import datetime as dt

    from clients.models import User


@action
def mark_read(notification_id: int, *, by: User, now: dt.datetime) -> None:
    """Have read one of one's own news; when it was read first stays.  The open pages of the user hear of it."""
    unread = Notification.objects.filter(pk=notification_id, user=by, read_at__isnull=True)
    _ring(by, unread.update(read_at=now))


@action
def mark_unread(notification_id: int, *, by: User) -> None:
    """Count one of one's own news as unread again."""
    read = Notification.objects.filter(pk=notification_id, user=by, read_at__isnull=False)
    _ring(by, read.update(read_at=None))


@action
def mark_all_read(*, by: User, now: dt.datetime, until: int) -> int:
    """Have read all of one's own news up to that id: what came later was not seen.  Returns how many were unread."""
    unread = Notification.objects.filter(user=by, pk__lte=until, read_at__isnull=True)
    return _ring(by, unread.update(read_at=now))


@action
def take_back_read(*, by: User, read_at: dt.datetime) -> int:
    """Count as unread again what was marked as read at that very instant.  Returns how many that is."""
    return _ring(by, Notification.objects.filter(user=by, read_at=read_at).update(read_at=None))


@inside_action
def _ring(user: User, changed: int) -> int:
    """Let the bell be read anew on every open page of the user, if something changed."""
    if changed:
        live.changed(live.for_user(user.pk), htmx.BELL_CHANGED)
    return changed
