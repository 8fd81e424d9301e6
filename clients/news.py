"""What this room tells: who is invited is told how to come in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from clients.mail import Button, Mail
from clients.models import User
from config.kernel import registry

if TYPE_CHECKING:
    from clients.models import OutboxMessage


def declare() -> None:
    """Tell the kernel what there is to hear, and how it is told."""
    registry.outbox("invited", has_yet_to_come, invitation)


def has_yet_to_come(message: OutboxMessage) -> bool:
    """Whether the invited may sign in, and never did."""
    return User.objects.filter(pk=message.number, is_active=True, last_login=None).exists()


def invitation(message: OutboxMessage) -> Mail:
    """To somebody who works here from now on; there is no password, a code comes to this very address."""
    user = User.objects.get(pk=message.number)
    with translation.override(user.language):
        practice = {"practice": settings.PRACTICE_NAME}
        return Mail(
            language=user.language,
            subject=_("You are invited"),
            greeting=_("Hello,"),
            paragraphs=(
                _("%(practice)s has opened an account for you.") % practice,
                _("Sign in with this email address. You need no password: a code is sent to you."),
            ),
            button=Button(label=_("Sign in"), url=f"{settings.SITE_URL}{reverse('account_request_login_code')}"),
            signature=(settings.PRACTICE_NAME,),
        )
