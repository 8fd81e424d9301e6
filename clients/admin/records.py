"""What was done and what is to be told: to be read, never to be changed."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from clients.models import (
    AccessLink,
    AuditEvent,
    Notification,
    NotificationPreference,
    OutboxMessage,
    SubmittedForm,
)
from config.kernel import office


@admin.register(AuditEvent)
class AuditEventAdmin(office.OfficeAdmin[AuditEvent]):
    list_display = ("at", "verb", "object", "who", "request_id")
    list_filter = ("verb",)
    list_select_related = ("actor",)
    search_fields = ("=object", "verb", "actor__full_name", "actor__email", "=request_id")
    date_hierarchy = "at"
    ordering = ("-at", "-pk")
    fields = ("at", "verb", "object", "who", "facts", "request_id")
    who = office.link_to("actor", _("by"))


@admin.register(OutboxMessage)
class OutboxMessageAdmin(office.OfficeAdmin[OutboxMessage]):
    list_display = ("no", "kind", "recipient", "object", "version", "not_before", "attempts", "sent_at")
    list_filter = ("kind", ("sent_at", admin.EmptyFieldListFilter))
    search_fields = ("kind", "=recipient", "=object")
    date_hierarchy = "not_before"
    fields = (
        "kind", "recipient", "object", "version", "not_before", "attempts", "last_error", "sent_at", "created_at",
    )  # fmt: skip


@admin.register(AccessLink)
class AccessLinkAdmin(office.OfficeAdmin[AccessLink]):
    list_display = ("no", "purpose", "object", "created_at", "expires_at", "used_at")
    list_filter = ("purpose", ("used_at", admin.EmptyFieldListFilter))
    search_fields = ("purpose", "=object")
    date_hierarchy = "expires_at"
    fields = ("purpose", "object", "created_at", "expires_at", "used_at")


@admin.register(SubmittedForm)
class SubmittedFormAdmin(office.OfficeAdmin[SubmittedForm]):
    list_display = ("no", "who", "key", "answer", "created_at")
    search_fields = ("=who", "=key")
    date_hierarchy = "created_at"
    fields = ("who", "key", "answer", "created_at")


@admin.register(Notification)
class NotificationAdmin(office.OfficeAdmin[Notification]):
    list_display = ("no", "kind", "whose", "read_at", "created_at")
    list_filter = ("kind", ("read_at", admin.EmptyFieldListFilter))
    list_select_related = ("user",)
    search_fields = ("kind", "user__full_name", "user__email")
    date_hierarchy = "created_at"
    fields = ("whose", "kind", "facts", "url", "read_at", "created_at")
    whose = office.link_to("user", _("for"))


@admin.register(NotificationPreference)
class NotificationPreferenceAdmin(office.OfficeAdmin[NotificationPreference]):
    list_display = ("no", "whose", "kind", "channel", "on")
    list_filter = ("kind", "channel", "on")
    list_select_related = ("user",)
    search_fields = ("user__full_name", "user__email")
    fields = ("whose", "kind", "channel", "on")
    whose = office.link_to("user", _("for"))
