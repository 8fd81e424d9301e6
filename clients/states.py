"""Every status word of this app, with the named sets that others ask for."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ClientStatus(TextChoices):
    ACTIVE = "active", _("Active")
    ARCHIVED = "archived", _("Archived")


class ClientSource(TextChoices):
    LOCAL = "local", _("Entered here")
    DIRECTORY = "directory", _("From the directory")


class ConflictStatus(TextChoices):
    """Of an email address met twice."""

    OPEN = "open", _("Open")
    LINKED = "linked", _("Linked")
    KEPT_APART = "kept_apart", _("Kept apart")


class Language(TextChoices):
    ENGLISH = "en", _("English")
    GREEK = "el", _("Greek")


class OutboxOutcome(TextChoices):
    """What became of something to be told; empty while it waits."""

    WAITING = "", _("Waiting")
    MAILED = "mailed", _("Sent by email")
    TOLD = "told", _("Told on their pages")
    STALE = "stale", _("No longer true")
    NO_ADDRESS = "no_address", _("No email address")
    REFUSED = "refused", _("Refused by their mail server")
    FAILED = "failed", _("Given up")


# Of those that were not told, the ones that somebody can do something about.
UNDELIVERED = frozenset({OutboxOutcome.NO_ADDRESS, OutboxOutcome.REFUSED, OutboxOutcome.FAILED})


# What a link in a reminder is for; it names the client ("client:<uuid>").
REMINDERS_LINK = "reminders"


class Channel(TextChoices):
    """Where news reaches somebody."""

    APP = "app", _("On these pages")
    EMAIL = "email", _("By email")


# The topic whose mails a client's own record may say no to.
REMINDERS = "reminders"


class Theme(TextChoices):
    SYSTEM = "system", _("System")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class Density(TextChoices):
    """How much of a calendar fits a screen."""

    COMFORTABLE = "comfortable", _("Comfortable")
    COMPACT = "compact", _("Compact")
