"""Where somebody is signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.usersessions.models import UserSession
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session

from clients.models import AccessLink
from config.kernel import live
from config.kernel.actions import inside_action

if TYPE_CHECKING:
    from clients.models import User


@inside_action
def end_everywhere(user: User) -> None:
    """Sign somebody out on every device; an old cookie opens nothing any more, nor does an address that shows what is
    theirs without sign-in, and open pages hear nothing."""
    AccessLink.objects.filter(object=f"user:{user.pk}").delete()
    UserSession.objects.filter(user=user).delete()
    # The list of devices may have gaps; the sessions themselves say whose they are.
    rows = Session.objects.defer("expire_date").iterator()
    theirs = [row.session_key for row in rows if row.get_decoded().get(SESSION_KEY) == str(user.pk)]
    Session.objects.filter(session_key__in=theirs).delete()
    live.changed(live.for_user(user.pk), live.RIGHTS_CHANGED)
