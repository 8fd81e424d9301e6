"""The rows of this app, by their names."""

from __future__ import annotations

from clients.models.client import Care, Client
from clients.models.directory import IdentityConflict, SyncItem, SyncRun
from clients.models.notifications import Notification, NotificationPreference
from clients.models.records import AccessLink, AuditEvent, OutboxMessage, SubmittedForm
from clients.models.user import User

__all__ = [
    "AccessLink",
    "AuditEvent",
    "Care",
    "Client",
    "IdentityConflict",
    "Notification",
    "NotificationPreference",
    "OutboxMessage",
    "SubmittedForm",
    "SyncItem",
    "SyncRun",
    "User",
]
