"""What was done and what is to be told: to be read, never to be changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.db.models import BigIntegerField, Case, OuterRef, Subquery, UUIDField, When
from django.db.models.functions import Cast, Coalesce, Substr
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clients.actions import again
from clients.models import (
    AccessLink,
    AuditEvent,
    Client,
    Notification,
    NotificationPreference,
    OutboxMessage,
    SubmittedForm,
    User,
)
from clients.states import OutboxOutcome
from config.kernel import dates, office
from config.kernel.time import now

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

    from clients.access import PersonRequest


@admin.register(AuditEvent)
class AuditEventAdmin(office.OfficeAdmin[AuditEvent]):
    list_display = ("at", "verb", "object", "who", "request_id")
    list_filter = ("verb",)
    list_select_related = ("actor",)
    search_fields = ("=object", "verb", "actor__full_name", "actor__email", "=request_id")
    date_hierarchy = "at"
    ordering = ("-at", "-pk")
    fields = ("at", "verb", "object", "who", "facts", "request_id")
    who = office.link_to("actor", gettext_lazy("by"))


@admin.register(OutboxMessage)
class OutboxMessageAdmin(office.OfficeAdmin[OutboxMessage]):
    list_display = ("no", "kind", "whom", "object", "state", "last_error", "attempts", "not_before")
    list_filter = ("outcome", "kind")
    search_fields = ("kind", "=recipient", "=object")
    date_hierarchy = "not_before"
    ordering = ("-pk",)
    fields = (
        "kind", "whom", "object", "version", "state", "attempts", "last_error",
        "not_before", "told_at", "sent_at", "dropped_at", "created_at",
    )  # fmt: skip
    actions = ("send_again",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[OutboxMessage]:
        client = Case(When(recipient__startswith="client:", then=Cast(Substr("recipient", 8), UUIDField())))
        user = Case(When(recipient__startswith="user:", then=Cast(Substr("recipient", 6), BigIntegerField())))
        names = [
            Subquery(model.objects.filter(pk=OuterRef(key)).values("full_name"))
            for model, key in ((Client, "client_pk"), (User, "user_pk"))
        ]
        return super().get_queryset(request).annotate(client_pk=client, user_pk=user).annotate(name=Coalesce(*names))

    @admin.display(description=gettext_lazy("recipient"), ordering="name")
    def whom(self, message: OutboxMessage) -> str:
        """Who is told, and the way there."""
        kind, _colon, number = message.recipient.partition(":")
        address = reverse(f"admin:clients_{kind}_change", args=[number])
        return format_html('<a href="{}">{}</a>', address, getattr(message, "name", "") or message.recipient)

    @admin.display(description=gettext_lazy("state"), ordering="outcome")
    def state(self, message: OutboxMessage) -> str:
        """What became of it; while it waits, until when."""
        if message.outcome == OutboxOutcome.WAITING and message.not_before > now():
            return _("Waits until %(when)s") % {"when": dates.short_day_time(message.not_before)}
        return str(OutboxOutcome(message.outcome).label)

    @admin.action(description=gettext_lazy("Send again"))
    def send_again(self, request: PersonRequest, queryset: QuerySet[OutboxMessage]) -> HttpResponse | None:
        number = queryset.count()
        question = ngettext("Send %(number)s message again?", "Send %(number)s messages again?", number)
        page = office.ask_first(self, request, queryset, question=question % {"number": number}, button=_("Send again"))
        if page is None:
            office.do_each(request, queryset, lambda row: again.send_again(row.pk, by=request.user, now=now()))
        return page


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
    whose = office.link_to("user", gettext_lazy("for"))


@admin.register(NotificationPreference)
class NotificationPreferenceAdmin(office.OfficeAdmin[NotificationPreference]):
    list_display = ("no", "whose", "kind", "channel", "on")
    list_filter = ("kind", "channel", "on")
    list_select_related = ("user",)
    search_fields = ("user__full_name", "user__email")
    fields = ("whose", "kind", "channel", "on")
    whose = office.link_to("user", gettext_lazy("for"))
