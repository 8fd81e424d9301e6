"""Who a session belongs to, read in one query with what every page asks of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.auth_backends import AuthenticationBackend

from clients.models import User
from config.kernel import registry

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser


class PersonBackend(AuthenticationBackend):
    """allauth's ways to sign in; the rows that make somebody a coach or a client come with the user."""

    def get_user(self, user_id: int) -> AbstractBaseUser | None:
        """The user, unless the account is closed."""
        rows = registry.role_rows()
        users = User.objects.select_related(*rows) if rows else User.objects.all()
        user = users.filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
