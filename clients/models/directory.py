"""What is kept of the other system: people met twice, and the journal of every run."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clients.models.client import Client
from clients.states import ConflictStatus


class IdentityConflict(models.Model):
    """One email address, two records: a person decides."""

    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, related_name="identity_conflicts", verbose_name=_("client")
    )
    directory_id = models.UUIDField(_("id in the directory"))
    status = models.TextField(
        _("status"), choices=ConflictStatus, default=ConflictStatus.OPEN, db_default=ConflictStatus.OPEN.value
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("identity conflict")
        verbose_name_plural = _("identity conflicts")
        constraints = [
            models.UniqueConstraint(fields=["client", "directory_id"], name="identity_conflict_once"),
            models.CheckConstraint(
                condition=Q(status__in=ConflictStatus.values), name="identity_conflict_status_known"
            ),
            models.CheckConstraint(
                condition=Q(status=ConflictStatus.OPEN, decided_at__isnull=True, decided_by__isnull=True)
                | (~Q(status=ConflictStatus.OPEN) & Q(decided_at__isnull=False, decided_by__isnull=False)),
                name="identity_conflict_decided_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client_id} / {self.directory_id}"


class SyncRun(models.Model):
    """One run over the directory, resumable from its cursor."""

    started_at = models.DateTimeField(_("started"), db_default=Now())
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("started by"),
    )
    cursor = models.TextField(_("how far it came"), blank=True, default="", db_default="")
    counts = models.JSONField(_("numbers"), default=dict, db_default={}, blank=True)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("directory run")
        verbose_name_plural = _("directory runs")

    def __str__(self) -> str:
        return gettext("Run %(number)s") % {"number": self.pk}


class SyncItem(models.Model):
    """What a run did with one person, and why."""

    run = models.ForeignKey(SyncRun, on_delete=models.PROTECT, related_name="items", verbose_name=_("run"))
    directory_id = models.UUIDField(_("id in the directory"))
    outcome = models.TextField(_("outcome"))
    reason = models.TextField(_("reason"), blank=True, default="", db_default="")
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("directory run item")
        verbose_name_plural = _("directory run items")
        constraints = [models.UniqueConstraint(fields=["run", "directory_id"], name="sync_item_once_in_run")]

    def __str__(self) -> str:
        return f"{self.directory_id}: {self.outcome}"
