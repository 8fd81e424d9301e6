"""Whom we care for, and who may see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clients import access
from clients.actions import people, records
from clients.models import Care, Client, User
from clients.models.fields import LONGEST_EMAIL
from clients.states import ClientSource
from config.kernel import office
from config.kernel.errors import Refusal
from config.kernel.time import now

if TYPE_CHECKING:
    import uuid

    from django.db.models import QuerySet
    from django.forms import ModelForm
    from django.http import HttpRequest, HttpResponse

    from clients.access import PersonRequest

# What is typed in admin is audited like everything else; the audit's tables are this room's.
office.OfficeAdmin.audit = staticmethod(records.record_audit)


class AddressForm(forms.Form):
    """Where a client reads mail."""

    email = forms.EmailField(label=gettext_lazy("Email"), max_length=LONGEST_EMAIL, required=False)


class ProviderForm(forms.Form):
    """Whose care it is."""

    provider = forms.ModelChoiceField(User.objects.none(), label=gettext_lazy("Coach"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        coaches = [user.pk for user in User.objects.filter(is_active=True) if access.is_coach(user)]
        self.fields["provider"].queryset = User.objects.filter(pk__in=coaches).order_by("full_name")  # type: ignore[attr-defined]


@admin.register(Client)
class ClientAdmin(office.OfficeAdmin[Client]):
    """Contact is the office's to keep right; what is clinical (notes, birthday, the directory's words) is not here."""

    list_display = ("full_name", "email", "phone", "status", "source", "account", "created_at")
    list_filter = ("status", "source", "language", ("user", admin.EmptyFieldListFilter))
    list_select_related = ("user",)
    search_fields = ("full_name", "email", "phone", "id")
    date_hierarchy = "created_at"
    ordering = ("full_name", "pk")
    fields = (
        "id", "full_name", "address", "phone", "language", "time_zone",
        "status", "account", "source", "synced_at", "created_at", "elsewhere",
    )  # fmt: skip
    editable = ("full_name", "email", "phone", "language", "time_zone")
    actions = ("archive", "activate", "begin_care")
    account = office.link_to("user", gettext_lazy("signs in as"))

    def get_fields(self, request: HttpRequest, obj: Client | None = None) -> list[Any]:
        # A new record has what is typed and nothing else; later on an address may be a key, and changes by an action.
        return list(self.editable if obj is None else self.fields)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.change_address)
        return [path("<uuid:client_id>/address/", view, name="clients_client_address"), *super().get_urls()]

    @admin.display(description=gettext_lazy("email"))
    def address(self, client: Client) -> str:
        """The address, and the way to another one."""
        page = reverse("admin:clients_client_address", args=[client.pk])
        return format_html('{} <a href="{}">{}</a>', client.email, page, _("Change the address…"))

    @office.office_only
    def change_address(self, request: PersonRequest, client_id: uuid.UUID) -> HttpResponse:
        """The form that leads a client's mail, and their sign-in, elsewhere."""
        client = get_object_or_404(Client, pk=client_id)
        form = AddressForm(request.POST if request.method == "POST" else None, initial={"email": client.email})
        if form.is_valid():
            try:
                people.change_client_address(client.pk, form.cleaned_data["email"], by=request.user, now=now())
            except Refusal as refusal:
                form.add_error(None, f"{refusal.words} {refusal.next_words}")
            else:
                messages.success(request, _("The address is changed. Whoever was signed in with it is signed out."))
                return redirect("admin:clients_client_change", client.pk)
        title, button = _("Change the address: %(name)s") % {"name": client}, _("Change the address")
        context = office.frame(self, request, title=title, button=button, form=form)
        return TemplateResponse(request, "admin/invite.html", context, status=422 if form.errors else 200)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def save_model(self, request: HttpRequest, obj: Client, form: ModelForm[Client], change: bool) -> None:  # noqa: FBT001  Django's signature
        if obj.source == ClientSource.DIRECTORY:  # what was corrected here stays so when the directory is read again
            obj.edited_fields = sorted({*obj.edited_fields, *form.changed_data})
        super().save_model(request, obj, form, change)

    @admin.action(description=gettext_lazy("Archive: book nothing new"))
    def archive(self, request: PersonRequest, queryset: QuerySet[Client]) -> HttpResponse | None:
        number = queryset.count()
        question = ngettext("Archive %(number)s client?", "Archive %(number)s clients?", number) % {"number": number}
        page = office.ask_first(self, request, queryset, question=question, button=_("Archive"))
        if page is None:
            office.do_each(request, queryset, lambda row: people.archive_client(row.pk, by=request.user, now=now()))
        return page

    @admin.action(description=gettext_lazy("Bring back from the archive"))
    def activate(self, request: PersonRequest, queryset: QuerySet[Client]) -> None:
        office.do_each(request, queryset, lambda row: people.activate_client(row.pk, by=request.user, now=now()))

    @admin.action(description=gettext_lazy("Put into a coach’s care…"))
    def begin_care(self, request: PersonRequest, queryset: QuerySet[Client]) -> HttpResponse | None:
        form = ProviderForm(request.POST if "confirmed" in request.POST else None)
        question, button = _("Who shall care for them?"), _("Put into care")
        page = office.ask_first(self, request, queryset, question=question, button=button, form=form)
        if page is None:
            coach = form.cleaned_data["provider"]
            office.do_each(
                request, queryset, lambda row: people.begin_care(row.pk, coach.pk, by=request.user, now=now())
            )
        return page


@admin.register(Care)
class CareAdmin(office.OfficeAdmin[Care]):
    list_display = ("no", "who", "whose", "started_at", "ended_at")
    list_filter = (
        ("ended_at", admin.EmptyFieldListFilter),
        ("provider", office.people_filter(gettext_lazy("in the care of"))),
    )
    list_select_related = ("client", "provider")
    search_fields = ("client__full_name", "client__email", "provider__full_name", "provider__email")
    date_hierarchy = "started_at"
    fields = ("who", "whose", "started_at", "ended_at", "created_at")
    actions = ("end", "begin_again")
    who = office.link_to("client", gettext_lazy("client"))
    whose = office.link_to("provider", gettext_lazy("in the care of"))

    @admin.action(description=gettext_lazy("End the care"))
    def end(self, request: PersonRequest, queryset: QuerySet[Care]) -> HttpResponse | None:
        page = office.ask_first(
            self, request, queryset, question=_("End this care?"), button=_("End the care"), describe=_both
        )
        if page is None:
            office.do_each(
                request,
                queryset,
                lambda row: people.end_care(row.client_id, row.provider_id, by=request.user, now=now()),
                describe=_both,
            )
        return page

    @admin.action(description=gettext_lazy("Begin the care again"))
    def begin_again(self, request: PersonRequest, queryset: QuerySet[Care]) -> None:
        office.do_each(
            request,
            queryset.filter(~Q(ended_at=None)),
            lambda row: people.begin_care(row.client_id, row.provider_id, by=request.user, now=now()),
            describe=_both,
        )


def _both(care: Care) -> str:
    return f"{care.client} – {care.provider}"
