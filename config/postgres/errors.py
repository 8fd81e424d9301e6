"""What can be wrong with the embedded server, in words for the person who runs it."""

from __future__ import annotations

from django.core.exceptions import ImproperlyConfigured
from django.db.utils import OperationalError


class ServerRefused(ImproperlyConfigured):
    """The server must not be started here; somebody has to decide something first."""


class ServerAway(OperationalError):
    """The server does not answer at the moment; trying again may help."""


class RoleRefused(ImproperlyConfigured):
    """The site's role cannot be made or taken with this login."""
