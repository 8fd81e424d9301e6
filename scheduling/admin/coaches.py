"""Coaches and when they are open: the settings that the office may type into."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.models.fields import LONGEST_EMAIL, NAME_VALIDATORS
from clients.states import Language
from config.kernel import office
from config.kernel.errors import Refusal
from config.kernel.time import now
from scheduling.actions import people
from scheduling.models import AvailabilityOverride, AvailabilityRule, Coach, TimeOff

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from clients.access import PersonRequest

SETTINGS = (
    "title", "time_zone", "session_minutes", "slot_step_minutes", "buffer_minutes",
    "notice_minutes", "horizon_days", "closed_on_holidays", "price",
)  # fmt: skip


class RuleInline(office.OfficeInline):
    """Weekly hours, with the day by its name."""

    model = AvailabilityRule
    fields = ("weekday", "starts_at", "ends_at")
    ordering = ("weekday", "starts_at")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        if db_field.name == "weekday":
            return forms.TypedChoiceField(label=gettext_lazy("weekday"), choices=WEEKDAYS.items(), coerce=int)
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class OverrideInline(office.OfficeInline):
    model = AvailabilityOverride
    fields = ("date", "starts_at", "ends_at")
    ordering = ("date", "starts_at")


class TimeOffInline(office.OfficeInline):
    model = TimeOff
    fields = ("during", "reason")
    ordering = ("during",)


class CoachInvitationForm(forms.Form):
    """Somebody who shall see clients here."""

    full_name = forms.CharField(label=gettext_lazy("Full name"), validators=NAME_VALIDATORS)
    email = forms.EmailField(label=gettext_lazy("Email"), max_length=LONGEST_EMAIL)
    title = forms.CharField(label=gettext_lazy("Title"), validators=NAME_VALIDATORS, required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=Language.choices, initial=Language.GREEK)


@admin.register(Coach)
class CoachAdmin(office.OfficeAdmin[Coach]):
    change_list_template = "admin/inviting_list.html"
    invite_name, invite_words = "admin:scheduling_coach_invite", gettext_lazy("Invite a coach")
    list_display = ("user", "title", "time_zone", "session_minutes", "buffer_minutes", "horizon_days", "price")
    list_filter = ("user__is_active", "time_zone")
    list_select_related = ("user",)
    search_fields = ("user__full_name", "user__email", "title")
    date_hierarchy = "created_at"
    ordering = ("user__full_name", "pk")
    fields = ("account", *SETTINGS, "created_at", "elsewhere")
    editable = SETTINGS
    inlines = (RuleInline, OverrideInline, TimeOffInline)
    account = office.link_to("user", gettext_lazy("signs in as"))

    def get_urls(self) -> list[URLPattern]:
        invite = path("invite/", self.admin_site.admin_view(self.invite), name="scheduling_coach_invite")
        return [invite, *super().get_urls()]

    @office.office_only
    def invite(self, request: PersonRequest) -> HttpResponse:
        """The form that makes a new coach."""
        form = CoachInvitationForm(request.POST or None)
        if form.is_valid():
            try:
                coach = people.invite_coach(**form.cleaned_data, by=request.user, now=now())
            except Refusal as refusal:
                form.add_error(None, f"{refusal.words} {refusal.next_words}")
            else:
                messages.success(request, _("%(name)s has a calendar now. Enter the hours below.") % {"name": coach})
                return redirect("admin:scheduling_coach_change", coach.pk)
        context = office.frame(self, request, title=_("Invite a coach"), form=form)
        return TemplateResponse(request, "admin/invite.html", context, status=422 if form.errors else 200)


@admin.register(AvailabilityRule)
class AvailabilityRuleAdmin(office.OfficeAdmin[AvailabilityRule]):
    list_display = ("no", "whose", "day", "starts_at", "ends_at")
    list_filter = (("coach__user", office.people_filter(gettext_lazy("coach"))),)
    list_select_related = ("coach__user",)
    search_fields = ("coach__user__full_name", "coach__user__email")
    fields = ("whose", "day", "starts_at", "ends_at", "created_at")
    whose = office.link_to("coach", gettext_lazy("coach"))

    @admin.display(description=gettext_lazy("weekday"), ordering="weekday")
    def day(self, rule: AvailabilityRule) -> str:
        """The day by its name."""
        return str(WEEKDAYS[rule.weekday])


@admin.register(AvailabilityOverride)
class AvailabilityOverrideAdmin(office.OfficeAdmin[AvailabilityOverride]):
    list_display = ("no", "whose", "date", "starts_at", "ends_at")
    list_filter = (("coach__user", office.people_filter(gettext_lazy("coach"))),)
    list_select_related = ("coach__user",)
    search_fields = ("coach__user__full_name", "coach__user__email")
    date_hierarchy = "date"
    fields = ("whose", "date", "starts_at", "ends_at", "created_at")
    whose = office.link_to("coach", gettext_lazy("coach"))


@admin.register(TimeOff)
class TimeOffAdmin(office.OfficeAdmin[TimeOff]):
    list_display = ("no", "whose", "away", "reason")
    list_filter = (
        office.when_filter("during", gettext_lazy("when")),
        ("coach__user", office.people_filter(gettext_lazy("coach"))),
    )
    list_select_related = ("coach__user",)
    search_fields = ("coach__user__full_name", "coach__user__email", "reason")
    date_hierarchy = "created_at"
    fields = ("whose", "away", "reason", "created_at")
    whose = office.link_to("coach", gettext_lazy("coach"))
    away = office.when("during", gettext_lazy("when"))
