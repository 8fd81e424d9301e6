"""Wishes that clashed and the times put to people: who waits for whom, and since when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.kernel import office
from config.kernel.time import now
from scheduling.actions.conflicts import withdraw_case
from scheduling.actions.proposals import withdraw_proposal
from scheduling.models import ConflictCase, CounterTime, OpenedTime, RescheduleProposal, SlotOffer, WaitingWindow

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpResponse

    from clients.access import PersonRequest


@admin.register(ConflictCase)
class ConflictCaseAdmin(office.OfficeAdmin[ConflictCase]):
    list_display = ("no", "who", "whose", "time", "blocking", "status", "held_until", "book_when_freed", "created_at")
    list_filter = (
        "status",
        office.when_filter("wanted", gettext_lazy("wanted time")),
        "book_when_freed",
        ("held_until", admin.EmptyFieldListFilter),
        ("provider", office.people_filter(gettext_lazy("with"))),
    )
    list_select_related = ("client", "provider", "blocking_session", "session")
    search_fields = ("client__full_name", "client__email", "provider__full_name", "provider__email", "=id")
    date_hierarchy = "created_at"
    fields = (
        "status", "who", "whose", "time", "blocking", "minutes", "first_date", "last_date", "made", "held_until",
        "book_when_freed", "created_at", "closed_at", "elsewhere",
    )  # fmt: skip
    actions = ("withdraw",)
    time = office.when("wanted", gettext_lazy("wanted time"))
    who = office.link_to("client", gettext_lazy("who wants it"))
    whose = office.link_to("provider", gettext_lazy("with"))
    blocking = office.link_to("blocking_session", gettext_lazy("session in the way"), text=office.number)
    made = office.link_to("session", gettext_lazy("session made"), text=office.number)

    @admin.action(description=gettext_lazy("Withdraw the wishes…"))
    def withdraw(self, request: PersonRequest, queryset: QuerySet[ConflictCase]) -> HttpResponse | None:
        cases = queryset.select_related("client", "provider").order_by("pk")
        page = office.ask_first(
            self,
            request,
            cases,
            question=_("Withdraw these wishes?"),
            button=_("Withdraw them"),
            describe=self.describe,
        )
        if page is None:
            office.do_each(
                request,
                cases,
                lambda row: withdraw_case(row.pk, by=request.user, now=now()),
                describe=self.describe,
            )
        return page

    def describe(self, case: ConflictCase) -> str:
        """Who wants which hour, in a line."""
        return f"{case.client}: {ConflictCaseAdmin.time(self, case)} – {case.provider}"


@admin.register(RescheduleProposal)
class RescheduleProposalAdmin(office.OfficeAdmin[RescheduleProposal]):
    """What was written with it, and back, is between coach and client, and is not here."""

    list_display = ("no", "kind", "state", "who", "whose", "expires_at", "answered_at", "created_at")
    list_filter = ("status", "keeps", "kind", "expires_at", ("provider", office.people_filter(gettext_lazy("with"))))
    list_select_related = ("recipient", "provider", "case", "session", "chosen")
    search_fields = ("recipient__full_name", "recipient__email", "provider__full_name", "provider__email", "=id")
    date_hierarchy = "created_at"
    fields = (
        "kind", "state", "who", "whose", "wish", "moved", "expires_at", "taken", "answered_at", "created_at", "elsewhere",
    )  # fmt: skip
    actions = ("withdraw",)
    who = office.link_to("recipient", gettext_lazy("recipient"))
    whose = office.link_to("provider", gettext_lazy("from"))
    wish = office.link_to("case", gettext_lazy("conflict case"), text=office.number)
    moved = office.link_to("session", gettext_lazy("session"), text=office.number)
    taken = office.link_to("chosen", gettext_lazy("chosen time"), text=office.number)

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def state(self, proposal: RescheduleProposal) -> str:
        """The status; who keeps the hour did not say that no other fits."""
        return _("Keeps the hour") if proposal.keeps else proposal.get_status_display()

    @admin.action(description=gettext_lazy("Take the proposals back…"))
    def withdraw(self, request: PersonRequest, queryset: QuerySet[RescheduleProposal]) -> HttpResponse | None:
        proposals = queryset.select_related("recipient", "provider").order_by("pk")
        page = office.ask_first(
            self,
            request,
            proposals,
            question=_("Take these proposals back?"),
            button=_("Take them back"),
            describe=self.describe,
        )
        if page is None:
            office.do_each(
                request,
                proposals,
                lambda row: withdraw_proposal(row.pk, by=request.user, now=now()),
                describe=self.describe,
            )
        return page

    def describe(self, proposal: RescheduleProposal) -> str:
        """What was put to whom, in a line."""
        return f"{proposal.get_kind_display()}: {proposal.recipient} – {proposal.provider}"


@admin.register(SlotOffer)
class SlotOfferAdmin(office.OfficeAdmin[SlotOffer]):
    list_display = ("no", "time", "part_of", "who", "held", "created_at")
    list_filter = (office.when_filter("during", gettext_lazy("when")), "held", "proposal__status")
    list_select_related = ("proposal__recipient",)
    search_fields = ("proposal__recipient__full_name", "proposal__recipient__email", "=proposal__id")
    date_hierarchy = "created_at"
    fields = ("time", "part_of", "who", "held", "created_at", "elsewhere")
    time = office.when("during", gettext_lazy("when"))
    part_of = office.link_to("proposal", gettext_lazy("proposal"), text=office.number)
    who = office.link_to("proposal.recipient", gettext_lazy("recipient"))


@admin.register(CounterTime)
class CounterTimeAdmin(office.OfficeAdmin[CounterTime]):
    list_display = ("no", "time", "part_of", "who", "accepted_at", "created_at")
    list_filter = (office.when_filter("during", gettext_lazy("when")), ("accepted_at", admin.EmptyFieldListFilter))
    list_select_related = ("proposal__recipient",)
    search_fields = ("proposal__recipient__full_name", "proposal__recipient__email", "=proposal__id")
    date_hierarchy = "created_at"
    fields = ("time", "part_of", "who", "accepted_at", "created_at", "elsewhere")
    time = office.when("during", gettext_lazy("when"))
    part_of = office.link_to("proposal", gettext_lazy("proposal"), text=office.number)
    who = office.link_to("proposal.recipient", gettext_lazy("recipient"))


@admin.register(WaitingWindow)
class WaitingWindowAdmin(office.OfficeAdmin[WaitingWindow]):
    list_display = ("no", "wish", "who", "whose", "day", "starts_at", "ends_at", "state")
    list_filter = ("case__status", ("case__provider", office.people_filter(gettext_lazy("with"))))
    list_select_related = ("case__client", "case__provider")
    search_fields = ("case__client__full_name", "case__client__email", "=case__id")
    date_hierarchy = "created_at"
    fields = ("wish", "who", "whose", "day", "starts_at", "ends_at", "state", "created_at")
    wish = office.link_to("case", gettext_lazy("conflict case"), text=office.number)
    who = office.link_to("case.client", gettext_lazy("who wants it"))
    whose = office.link_to("case.provider", gettext_lazy("with"))

    @admin.display(description=gettext_lazy("weekday"), ordering="weekday")
    def day(self, window: WaitingWindow) -> str:
        """The day by its name."""
        return _("any day") if window.weekday is None else str(WEEKDAYS[window.weekday])

    @admin.display(description=gettext_lazy("status"), ordering="case__status")
    def state(self, window: WaitingWindow) -> str:
        """How the wish stands."""
        return window.case.get_status_display()


@admin.register(OpenedTime)
class OpenedTimeAdmin(office.OfficeAdmin[OpenedTime]):
    list_display = ("no", "time", "whose", "who", "created_at")
    list_filter = (
        office.when_filter("during", gettext_lazy("when")),
        ("provider", office.people_filter(gettext_lazy("with"))),
    )
    list_select_related = ("provider", "left_by")
    search_fields = ("left_by__full_name", "left_by__email", "provider__full_name", "provider__email", "=id")
    date_hierarchy = "created_at"
    fields = ("time", "whose", "who", "created_at", "elsewhere")
    time = office.when("during", gettext_lazy("when"))
    whose = office.link_to("provider", gettext_lazy("with"))
    who = office.link_to("left_by", gettext_lazy("who left it"))
