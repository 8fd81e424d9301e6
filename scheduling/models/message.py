"""What coach and client write to each other, and what the house notes between them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clients.models import Client, OutboxMessage
from scheduling.models.proposal import RescheduleProposal
from scheduling.models.session import Session
from scheduling.states import MessageKind

# So many characters fit into one text.
LONGEST_MESSAGE = 4000
# Which side a row came from; the house's own lines are nobody's.
FROM_CLIENT = Q(kind=MessageKind.TEXT) & ~Q(author=F("provider"))
FROM_PROVIDER = Q(kind=MessageKind.RESCHEDULE_PROPOSAL) | Q(author=F("provider"))


class Message(models.Model):
    """One line of a thread between a provider and a client; without an author it is the system's."""

    provider = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("with")
    )
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="messages", verbose_name=_("client"))
    session = models.ForeignKey(
        Session, on_delete=models.PROTECT, null=True, related_name="messages", verbose_name=_("session")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    kind = models.TextField(_("kind"), choices=MessageKind, default=MessageKind.TEXT, db_default=MessageKind.TEXT.value)
    body = models.TextField(_("text"), blank=True, default="", db_default="")
    proposal = models.OneToOneField(
        RescheduleProposal, on_delete=models.PROTECT, null=True, related_name="message", verbose_name=_("proposal")
    )
    # What a line of the house says is put into words when it is read.
    facts = models.JSONField(_("facts"), default=dict, db_default={}, blank=True)
    outbox = models.ForeignKey(
        OutboxMessage, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("told by")
    )
    read_at = models.DateTimeField(_("read"), null=True)
    created_at = models.DateTimeField(_("sent"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=MessageKind.values), name="message_kind_known"),
            models.CheckConstraint(
                condition=Q(kind=MessageKind.RESCHEDULE_PROPOSAL, proposal__isnull=False)
                | (~Q(kind=MessageKind.RESCHEDULE_PROPOSAL) & Q(proposal__isnull=True)),
                name="message_proposal_shape",
            ),
            models.CheckConstraint(
                condition=~Q(kind=MessageKind.TEXT) | (Q(author__isnull=False) & ~Q(body="")),
                name="message_text_has_words",
            ),
            models.CheckConstraint(
                condition=~Q(kind=MessageKind.SYSTEM) | Q(author__isnull=True), name="message_system_has_no_author"
            ),
            models.UniqueConstraint(fields=["outbox"], name="message_told_once"),
        ]
        indexes = [
            models.Index(fields=["provider", "client", "created_at"], name="message_thread"),
            models.Index(fields=["client", "provider"], name="message_unread", condition=Q(read_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return gettext("Message %(number)s") % {"number": self.pk}

    @property
    def is_clients(self) -> bool:
        """Whether the client wrote it: whatever else has an author came from the provider."""
        return self.kind == MessageKind.TEXT and self.author_id != self.provider_id

    @property
    def is_providers(self) -> bool:
        """Whether it came from the provider; the house's own lines are nobody's."""
        return self.author_id is not None and not self.is_clients
