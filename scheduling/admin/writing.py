"""That something was written, by whom and when; what it says is between those two."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from config.kernel import office
from scheduling.models import Message, NoteAddendum, SessionNote


@admin.register(SessionNote)
class SessionNoteAdmin(office.OfficeAdmin[SessionNote]):
    list_display = ("no", "about", "writer", "locked_at", "created_at")
    list_filter = (("locked_at", admin.EmptyFieldListFilter), ("author", office.people_filter(_("by"))))
    list_select_related = ("session", "author")
    search_fields = ("author__full_name", "author__email", "=session__id")
    date_hierarchy = "created_at"
    fields = ("about", "writer", "locked_at", "saved_at", "version", "created_at", "elsewhere")
    about = office.link_to("session", _("session"), text=office.number)
    writer = office.link_to("author", _("by"))


@admin.register(NoteAddendum)
class NoteAddendumAdmin(office.OfficeAdmin[NoteAddendum]):
    list_display = ("no", "about", "writer", "created_at")
    list_filter = (("author", office.people_filter(_("by"))),)
    list_select_related = ("note", "author")
    search_fields = ("author__full_name", "author__email", "=note__id")
    date_hierarchy = "created_at"
    fields = ("about", "writer", "created_at")
    about = office.link_to("note", _("note"), text=office.number)
    writer = office.link_to("author", _("by"))


@admin.register(Message)
class MessageAdmin(office.OfficeAdmin[Message]):
    list_display = ("no", "kind", "who", "whose", "writer", "read_at", "created_at")
    list_filter = ("kind", ("read_at", admin.EmptyFieldListFilter), ("provider", office.people_filter(_("with"))))
    list_select_related = ("client", "provider", "author", "session", "proposal")
    search_fields = ("client__full_name", "client__email", "provider__full_name", "provider__email")
    date_hierarchy = "created_at"
    fields = ("kind", "who", "whose", "writer", "about", "offer", "read_at", "created_at")
    who = office.link_to("client", _("client"))
    whose = office.link_to("provider", _("with"))
    writer = office.link_to("author", _("by"))
    about = office.link_to("session", _("session"), text=office.number)
    offer = office.link_to("proposal", _("proposal"), text=office.number)
