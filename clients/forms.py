"""What people type about themselves, made into values."""

from __future__ import annotations

from allauth.account.forms import RequestLoginCodeForm


class RequestCodeForm(RequestLoginCodeForm):
    """An address to which a sign-in code is sent."""
