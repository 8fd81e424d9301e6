"""What was done, what is to be told, which links were handed out, which forms came in."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from clients.states import OutboxOutcome


class AuditEvent(models.Model):
    """Who did what to which row.  Never changed, never deleted: a trigger refuses it."""

    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    verb = models.TextField(_("what"))
    object = models.TextField(_("to what"))
    facts = models.JSONField(_("facts"), default=dict, db_default={})
    at = models.DateTimeField(_("when"), db_default=Now())
    request_id = models.TextField(_("request"), default="", db_default="")

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        indexes = [models.Index(fields=["object", "at"], name="audit_by_object")]

    def __str__(self) -> str:
        return f"{self.verb} {self.object}"


class OutboxMessage(models.Model):
    """Something to be told to somebody, written in the transaction that made it true."""

    kind = models.TextField(_("kind"))
    recipient = models.TextField(_("recipient"))
    object = models.TextField(_("about"))
    version = models.IntegerField(_("version"))
    not_before = models.DateTimeField(_("not before"), db_default=Now())
    attempts = models.IntegerField(_("attempts"), default=0, db_default=0)
    last_error = models.TextField(_("last error"), blank=True, default="", db_default="")
    # On the pages of who it is for; a mail may come after it.
    told_at = models.DateTimeField(_("told"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    dropped_at = models.DateTimeField(_("dropped"), null=True, blank=True)
    outcome = models.TextField(
        _("outcome"), choices=OutboxOutcome, default=OutboxOutcome.WAITING, db_default="", blank=True
    )
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("outgoing message")
        verbose_name_plural = _("outgoing messages")
        constraints = [
            models.UniqueConstraint(fields=["kind", "object", "version", "recipient"], name="outbox_once"),
            models.CheckConstraint(condition=Q(outcome__in=OutboxOutcome.values), name="outbox_outcome_known"),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(dropped_at__isnull=True), name="outbox_sent_or_dropped"
            ),
        ]
        indexes = [
            models.Index(fields=["not_before"], name="outbox_waiting", condition=Q(sent_at=None, dropped_at=None)),
            models.Index(fields=["object", "kind"], name="outbox_by_object"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object} → {self.recipient}"

    @property
    def number(self) -> int:
        """The id of the row that it is about ("session:42"); of those whose rows have numbers."""
        return int(self.object.partition(":")[2])


class AccessLink(models.Model):
    """A capability for one thing, in an address; only the hash of its token is kept."""

    purpose = models.TextField(_("purpose"))
    object = models.TextField(_("for what"))
    token_sha256 = models.BinaryField()
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    expires_at = models.DateTimeField(_("ends"))
    used_at = models.DateTimeField(_("used"), null=True, blank=True)

    class Meta:
        verbose_name = _("access link")
        verbose_name_plural = _("access links")
        constraints = [
            models.UniqueConstraint(fields=["token_sha256"], name="link_token_once"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="link_expires_later"),
            models.CheckConstraint(
                condition=Q(token_sha256__octets=32),
                name="link_token_is_sha256",
            ),
        ]
        indexes = [models.Index(fields=["object"], name="link_by_object")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.object}"


@models.BinaryField.register_lookup
class Octets(models.Transform):
    """How many bytes a binary value has."""

    lookup_name = "octets"
    function = "octet_length"
    output_field = models.IntegerField()


class SubmittedForm(models.Model):
    """A form that was carried out once: resent, it gets the first answer."""

    who = models.TextField(_("who"))
    key = models.TextField(_("key"))
    fingerprint = models.TextField()
    answer = models.JSONField(_("answer"), default=dict, db_default={})
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("submitted form")
        verbose_name_plural = _("submitted forms")
        constraints = [models.UniqueConstraint(fields=["who", "key"], name="submitted_form_once")]

    def __str__(self) -> str:
        return f"{self.who} {self.key}"
