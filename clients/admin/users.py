"""Who signs in: invited here, and kept out here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.actions import people
from clients.models import User
from clients.models.fields import LONGEST_EMAIL, NAME_VALIDATORS
from clients.states import Language
from config.kernel import office
from config.kernel.errors import Refusal
from config.kernel.time import now

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

    from clients.access import PersonRequest


class InvitationForm(forms.Form):
    """Somebody who shall work here."""

    full_name = forms.CharField(label=gettext_lazy("Full name"), validators=NAME_VALIDATORS)
    email = forms.EmailField(label=gettext_lazy("Email"), max_length=LONGEST_EMAIL)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=Language.choices, initial=Language.GREEK)


@admin.register(User)
class UserAdmin(office.OfficeAdmin[User]):
    change_list_template = "admin/inviting_list.html"
    invite_name, invite_words = "admin:clients_user_invite", gettext_lazy("Invite to the office")
    list_display = ("email", "full_name", "is_active", "is_staff", "language", "last_login", "created_at")
    list_filter = ("is_active", "is_staff", "language")
    search_fields = ("email", "full_name")
    date_hierarchy = "created_at"
    ordering = ("email",)
    fields = (
        "email", "full_name", "language", "time_zone",
        "is_active", "is_staff", "is_superuser", "last_login", "created_at", "elsewhere",
    )  # fmt: skip
    editable = ("full_name", "language", "time_zone")
    actions = ("keep_out", "let_in", "remove_second_factor")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        if db_field.name == "full_name":  # only the first account, made on the command line, may be without
            kwargs["required"] = True
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        invite = path("invite/", self.admin_site.admin_view(self.invite), name="clients_user_invite")
        return [invite, *super().get_urls()]

    @office.office_only
    def invite(self, request: PersonRequest) -> HttpResponse:
        """The form that makes a new member of the office."""
        form = InvitationForm(request.POST or None)
        if form.is_valid():
            try:
                user = people.invite_office(**form.cleaned_data, by=request.user, now=now())
            except Refusal as refusal:
                form.add_error(None, f"{refusal.words} {refusal.next_words}")
            else:
                words = _("%(name)s can sign in now, with a code sent to %(email)s.")
                messages.success(request, words % {"name": user.full_name, "email": user.email})
                return redirect("admin:clients_user_change", user.pk)
        context = office.frame(self, request, title=_("Invite to the office"), form=form)
        return TemplateResponse(request, "admin/invite.html", context, status=422 if form.errors else 200)

    @admin.action(description=gettext_lazy("Keep out: may sign in no longer"))
    def keep_out(self, request: PersonRequest, queryset: QuerySet[User]) -> HttpResponse | None:
        page = office.ask_first(self, request, queryset, question=_("Keep them out?"), button=_("Keep out"))
        if page is None:
            office.do_each(request, queryset, lambda row: people.close_account(row.pk, by=request.user, now=now()))
        return page

    @admin.action(description=gettext_lazy("Let in: may sign in again"))
    def let_in(self, request: PersonRequest, queryset: QuerySet[User]) -> None:
        office.do_each(request, queryset, lambda row: people.open_account(row.pk, by=request.user, now=now()))

    @admin.action(description=gettext_lazy("Remove a lost second factor"))
    def remove_second_factor(self, request: PersonRequest, queryset: QuerySet[User]) -> HttpResponse | None:
        question = _("Did you speak to them? Without the second factor, a password or a code is enough.")
        page = office.ask_first(self, request, queryset, question=question, button=_("Remove the second factor"))
        if page is None:
            office.do_each(
                request, queryset, lambda row: people.remove_second_factor(row.pk, by=request.user, now=now())
            )
        return page
