"""What everybody who signs in chooses: language and look of their own pages, and what they want to hear of.

Language and colours have addresses of their own in `config.pages`, for they are chosen before sign-in too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clients.access import signed_in
from clients.actions import choices
from clients.forms import DensityForm, NewsForm, OwnZoneForm, ShortcutsForm
from clients.queries import choices_of
from clients.states import Channel, Density
from config.kernel import dates, registry
from config.kernel.time import now

if TYPE_CHECKING:
    from django.http import HttpResponse

    from clients.access import PersonRequest
    from config.kernel.registry import Topic

PAGE, NEWS = "clients/settings_look.html", "clients/settings_notifications.html"


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One channel of a topic, as it stands in the form; a fixed one cannot be turned off."""

    name: str
    label: str
    is_on: bool
    is_fixed: bool


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def settings_look(request: PersonRequest) -> HttpResponse:
    """Show the choices; a press saves one of them at once, and the page comes back as it looks then."""
    user = request.user
    zone_form = OwnZoneForm(initial={"time_zone": user.time_zone})
    if request.method != "POST":
        return _show(request, zone_form)
    if (density := DensityForm(request.POST)).is_valid():
        choices.choose_density(user, density.cleaned_data["density"])
    elif (shortcuts := ShortcutsForm(request.POST)).is_valid():
        choices.choose_shortcuts(user, shortcuts.cleaned_data["shortcuts"] == "on")
    elif (zone := OwnZoneForm(request.POST)).is_valid():
        choices.choose_time_zone(user, zone.cleaned_data["time_zone"])
    else:
        return _show(request, zone, status=422)
    messages.success(request, _("Saved %(time)s") % {"time": dates.clock(now())})
    return redirect("clients:settings_look")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def settings_notifications(request: PersonRequest) -> HttpResponse:
    """Show what one wants to hear of, topic by topic and channel by channel; save all of it."""
    topics = registry.topics_of(request.user)
    if request.method != "POST":
        return _show_news(request, topics)
    cells = [(each.name, channel.value) for each in topics for channel in Channel if channel not in each.fixed]
    form = NewsForm(request.POST, cells=cells)
    if not form.is_valid():
        return _show_news(request, topics, status=422)
    choices.choose_news(form.cleaned_data["wanted"], by=request.user, now=now())
    messages.success(request, _("Saved %(time)s") % {"time": dates.clock(now())})
    return redirect("clients:settings_notifications")


def _show_news(request: PersonRequest, topics: list[Topic], *, status: int = 200) -> HttpResponse:
    chosen = choices_of(request.user, topics)
    rows = [
        (
            topic,
            [
                Cell(
                    name=f"{topic.name}:{channel.value}",
                    label=str(channel.label),
                    is_on=chosen[topic.name, channel.value],
                    is_fixed=channel in topic.fixed,
                )
                for channel in Channel
            ],
        )
        for topic in topics
    ]
    return render(request, NEWS, {"rows": rows, "is_refused": status == 422}, status=status)


def _show(request: PersonRequest, zone_form: OwnZoneForm, *, status: int = 200) -> HttpResponse:
    return render(request, PAGE, {"zone_form": zone_form, "densities": Density}, status=status)
