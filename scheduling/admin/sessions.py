"""Sessions: to be found by anybody who asks, and cancelled on the phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib import admin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from config.kernel import office
from config.kernel.time import now
from scheduling.actions.cancel import cancel_session
from scheduling.models import Session

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpResponse

    from clients.access import PersonRequest


class ReasonForm(forms.Form):
    """Why a session does not take place."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=500, required=False)


@admin.register(Session)
class SessionAdmin(office.OfficeAdmin[Session]):
    """Title, description and reasons are between coach and client, and are not here."""

    list_display = ("no", "time", "who", "whose", "kind", "status", "price", "paid_at")
    list_filter = (
        office.when_filter("during", gettext_lazy("when")),
        "status",
        "kind",
        ("paid_at", admin.EmptyFieldListFilter),
        ("provider", office.people_filter(gettext_lazy("with"))),
    )
    list_select_related = ("client", "provider", "paid_by", "cancelled_by", "booked_from")
    search_fields = ("client__full_name", "client__email", "provider__full_name", "provider__email", "=id")
    date_hierarchy = "created_at"
    fields = (
        "kind", "status", "time", "who", "whose", "arrived_at", "started_at", "ended_at", "price", "paid_at",
        "payee", "rating", "cancelled_at", "canceller", "offer", "version", "created_at", "elsewhere",
    )  # fmt: skip
    actions = ("cancel",)
    time = office.when("during", gettext_lazy("when"))
    who = office.link_to("client", gettext_lazy("client"))
    whose = office.link_to("provider", gettext_lazy("with"))
    payee = office.link_to("paid_by", gettext_lazy("paid to"))
    canceller = office.link_to("cancelled_by", gettext_lazy("cancelled by"))
    offer = office.link_to("booked_from", gettext_lazy("booked from offer"), text=office.number)

    @admin.action(description=gettext_lazy("Cancel the sessions…"))
    def cancel(self, request: PersonRequest, queryset: QuerySet[Session]) -> HttpResponse | None:
        form = ReasonForm(request.POST if "confirmed" in request.POST else None)
        sessions = queryset.select_related("client", "provider").order_by("during")
        number = len(sessions)
        question = ngettext("Cancel %(number)s session?", "Cancel %(number)s sessions?", number) % {"number": number}
        page = office.ask_first(
            self, request, sessions, question=question, button=_("Cancel them"), form=form, describe=self.describe
        )
        if page is None:
            seen, reason = office.seen_versions(request), form.cleaned_data["reason"]
            office.do_each(
                request,
                sessions,
                lambda row: cancel_session(
                    row.pk, by=request.user, now=now(), version=seen.get(str(row.pk), 0), reason=reason
                ),
                describe=self.describe,
            )
        return page

    def describe(self, session: Session) -> str:
        """When, who and with whom, in a line."""
        return f"{SessionAdmin.time(self, session)}: {session.client} – {session.provider}"
