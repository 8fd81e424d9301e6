"""What a coach writes down about a session, for nobody else's eyes."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length, Now
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from scheduling.models.session import Session

LONGEST_NOTE = 20_000
_HAS_WORDS = r"\S"


class SessionNote(models.Model):
    """The private note of a session's provider; once locked it is frozen by a trigger, and only added to."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="notes", verbose_name=_("session"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by")
    )
    body = models.TextField(_("note"))
    locked_at = models.DateTimeField(_("locked"), null=True)
    version = models.IntegerField(_("version"), default=1, db_default=1, editable=False)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    saved_at = models.DateTimeField(_("last saved"), db_default=Now(), editable=False)
    # Which window saved it: what that window sent is its own to build on, even if the answer never reached it.
    saved_in = models.TextField(default="", db_default="", editable=False)

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        constraints = [
            models.UniqueConstraint(fields=["session", "author"], name="note_once"),
            models.CheckConstraint(condition=LessThanOrEqual(Length("body"), LONGEST_NOTE), name="note_body_in_reason"),
            models.CheckConstraint(
                condition=Q(locked_at__isnull=True) | Q(body__regex=_HAS_WORDS), name="note_locked_has_words"
            ),
            # The target of addendum_is_its_authors.
            models.UniqueConstraint(fields=["id", "author"], name="note_key_author"),
        ]

    def __str__(self) -> str:
        return gettext("Note %(number)s") % {"number": self.pk}


class NoteAddendum(models.Model):
    """What the author of a locked note added to it; append-only by trigger."""

    note = models.ForeignKey(SessionNote, on_delete=models.PROTECT, related_name="addenda", verbose_name=_("note"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by")
    )
    body = models.TextField(_("addendum"))
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("addendum")
        verbose_name_plural = _("addenda")
        constraints = [
            models.CheckConstraint(condition=Q(body__regex=_HAS_WORDS), name="addendum_has_words"),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("body"), LONGEST_NOTE), name="addendum_body_in_reason"
            ),
        ]

    def __str__(self) -> str:
        return gettext("Addendum %(number)s") % {"number": self.pk}
