"""Whom we care for, and who may see them."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.core.validators import validate_email
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from clients.models.fields import (
    EMAIL_MOST,
    LONGEST_EMAIL,
    LONGEST_NAME,
    NAME_VALIDATORS,
    one_line,
    time_zone_field,
)
from clients.models.user import first_word
from clients.states import ClientSource, ClientStatus, Language
from config.kernel import letters


class Client(models.Model):
    """A person in care, under the UUID they were born with here or in the directory."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, db_default=RandomUUID(), editable=False)
    full_name = models.TextField(_("full name"), default="", db_default="", validators=NAME_VALIDATORS)
    email = models.TextField(_("email"), blank=True, default="", db_default="", validators=[validate_email, EMAIL_MOST])
    phone = models.TextField(_("phone"), blank=True, default="", db_default="")
    date_of_birth = models.DateField(_("date of birth"), null=True, blank=True)
    notes = models.TextField(_("notes"), blank=True, default="", db_default="")
    language = models.TextField(
        _("language"), choices=Language, default=Language.GREEK, db_default=Language.GREEK.value
    )
    time_zone = time_zone_field()
    status = models.TextField(
        _("status"), choices=ClientStatus, default=ClientStatus.ACTIVE, db_default=ClientStatus.ACTIVE.value
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="client",
        verbose_name=_("signs in as"),
    )
    wants_reminders = models.BooleanField(_("wants reminders by email"), default=True, db_default=True)
    source = models.TextField(
        _("source"), choices=ClientSource, default=ClientSource.LOCAL, db_default=ClientSource.LOCAL.value
    )
    synced_at = models.DateTimeField(_("last synchronised"), null=True, blank=True)
    directory_fields = models.JSONField(_("directory's own fields"), default=dict, db_default={}, blank=True)
    directory_hash = models.TextField(default="", db_default="", blank=True, editable=False)
    edited_fields = ArrayField(models.TextField(), default=list, db_default=[], blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("client")
        verbose_name_plural = _("clients")
        constraints = [
            models.CheckConstraint(condition=one_line("email", LONGEST_EMAIL), name="client_email_is_sane"),
            models.CheckConstraint(condition=one_line("full_name", LONGEST_NAME), name="client_name_is_sane"),
            models.CheckConstraint(condition=Q(status__in=ClientStatus.values), name="client_status_known"),
            models.CheckConstraint(condition=Q(source__in=ClientSource.values), name="client_source_known"),
            models.CheckConstraint(condition=Q(language__in=Language.values), name="client_language_known"),
            models.CheckConstraint(
                condition=Q(source=ClientSource.DIRECTORY, synced_at__isnull=False)
                | (~Q(source=ClientSource.DIRECTORY) & Q(synced_at__isnull=True)),
                name="client_directory_has_synced_at",
            ),
        ]
        indexes = [models.Index(fields=["email"], name="client_by_email")]

    def __str__(self) -> str:
        return self.full_name or str(self.id)

    @property
    def first_name(self) -> str:
        """How cards and buttons say it when room is short."""
        return first_word(self.full_name) or self.full_name

    @property
    def initials(self) -> str:
        """Up to two letters for the avatar."""
        return letters.initials(self.full_name)

    @property
    def is_active(self) -> bool:
        """Whether new sessions may be booked."""
        return self.status == ClientStatus.ACTIVE


class Care(models.Model):
    """Who may see a client: a coach with such a row, for as long as it has not ended."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="care", verbose_name=_("client"))
    provider = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="care", verbose_name=_("in the care of")
    )
    started_at = models.DateTimeField(_("started"), db_default=Now())
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("care")
        verbose_name_plural = _("care")
        constraints = [models.UniqueConstraint(fields=["client", "provider"], name="care_once")]

    def __str__(self) -> str:
        return f"{self.client_id} · {self.provider_id}"
