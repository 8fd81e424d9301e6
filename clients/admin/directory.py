"""What came of reading the other system."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from clients.models import IdentityConflict, SyncItem, SyncRun
from config.kernel import office


@admin.register(IdentityConflict)
class IdentityConflictAdmin(office.OfficeAdmin[IdentityConflict]):
    list_display = ("no", "who", "directory_id", "status", "judge", "decided_at", "created_at")
    list_filter = ("status",)
    list_select_related = ("client", "decided_by")
    search_fields = ("client__full_name", "client__email", "directory_id")
    date_hierarchy = "created_at"
    fields = ("who", "directory_id", "status", "judge", "decided_at", "created_at")
    who = office.link_to("client", _("client"))
    judge = office.link_to("decided_by", _("decided by"))


@admin.register(SyncRun)
class SyncRunAdmin(office.OfficeAdmin[SyncRun]):
    list_display = ("no", "started_at", "ended_at", "starter")
    list_filter = (("ended_at", admin.EmptyFieldListFilter),)
    list_select_related = ("started_by",)
    search_fields = ("=id",)
    date_hierarchy = "started_at"
    fields = ("started_at", "ended_at", "starter", "cursor", "counts", "elsewhere")
    starter = office.link_to("started_by", _("started by"))


@admin.register(SyncItem)
class SyncItemAdmin(office.OfficeAdmin[SyncItem]):
    list_display = ("no", "whole", "directory_id", "outcome", "reason", "created_at")
    list_filter = ("outcome",)
    list_select_related = ("run",)
    search_fields = ("directory_id", "outcome")
    date_hierarchy = "created_at"
    fields = ("whole", "directory_id", "outcome", "reason", "created_at")
    whole = office.link_to("run", _("run"), text=office.number)
