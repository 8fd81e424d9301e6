"""What an action left behind, in plain values."""

from __future__ import annotations

from clients.models import AuditEvent, OutboxMessage, SubmittedForm
from scheduling.models import ConflictCase, Message, RescheduleProposal, Session, SlotOffer


def audit(**about):
    """[(verb, object, actor's id), …] in the order written."""
    return list(AuditEvent.objects.filter(**about).order_by("pk").values_list("verb", "object", "actor"))


def outbox():
    """[(kind, recipient, object, version), …] in the order written."""
    return list(OutboxMessage.objects.order_by("pk").values_list("kind", "recipient", "object", "version"))


def everything():
    """Every row that an action may touch, to compare before and after a refusal."""
    models = (Session, ConflictCase, RescheduleProposal, SlotOffer, Message, AuditEvent, OutboxMessage, SubmittedForm)
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}
