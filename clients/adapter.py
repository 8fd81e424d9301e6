"""How allauth behaves in this house: who may enter, and what its mails are."""

from __future__ import annotations

import logging
import smtplib
from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as current
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.models import User
from config.kernel import live

if TYPE_CHECKING:
    from django.http import HttpRequest

log = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves: staff are invited, clients are in a record."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": gettext_lazy("The email or the password is not right."),
        "incorrect_code": gettext_lazy("This code is not right. Look for the newest mail."),
        "too_many_login_attempts": gettext_lazy("There were too many tries. Wait ten minutes."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def format_email_subject(self, subject: str) -> str:
        return f"{subject} · {settings.PRACTICE_NAME}"

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write to somebody in their own language; when the mail cannot leave, say so instead of "sent"."""
        practice = {
            "practice_name": settings.PRACTICE_NAME,
            "practice_address": settings.PRACTICE_ADDRESS,
            "practice_phone": settings.PRACTICE_PHONE,
            "code_minutes": settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60,
        }
        try:
            with translation.override(_language_of(email)):
                super().send_mail(template_prefix, email, practice | context)
        except (smtplib.SMTPException, OSError) as exc:
            log.exception("mail %s could not be sent", template_prefix)
            words = _("We could not send the mail just now. Try again in a few minutes.")
            messages.error(current.request, words)
            raise ImmediateHttpResponse(redirect(current.request.get_full_path())) from exc

    def set_password(self, user: User, password: str) -> None:
        """As allauth's; pages that are open elsewhere hear nothing more."""
        super().set_password(user, password)
        live.changed_by_now(live.for_user(user.pk), live.RIGHTS_CHANGED)


def _language_of(email: str) -> str:
    chosen = User.objects.filter(email=email.lower()).values_list("language", flat=True).first()
    return chosen or translation.get_language() or settings.LANGUAGE_CODE
