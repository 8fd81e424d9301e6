"""What people type about themselves, made into values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.forms import RequestLoginCodeForm

from clients.actions import people
from config.kernel.time import now

if TYPE_CHECKING:
    from clients.models import User


class RequestCodeForm(RequestLoginCodeForm):
    """An address to which a sign-in code is sent; a client in our records needs no account before.

    What is answered does not depend on whether anybody has that address."""

    _user: User | None  # allauth's own place for who will get the code

    def clean_email(self) -> str:
        """The address, and with it the account that the code will open, if any."""
        email: str = super().clean_email()  # counts the limits, so that nobody can try addresses here
        if email and self._user is None:
            self._user = people.open_client_account(email, now=now())
        return email
