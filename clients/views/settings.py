"""Language and look: what everybody who signs in chooses for their own pages.

Language and colours have addresses of their own in `config.pages`, for they are chosen before sign-in too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clients.access import signed_in
from clients.actions import choices
from clients.forms import DensityForm, OwnZoneForm, ShortcutsForm
from clients.states import Density
from config.kernel import dates
from config.kernel.time import now

if TYPE_CHECKING:
    from django.http import HttpResponse

    from clients.access import PersonRequest

PAGE = "clients/settings_look.html"


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


def _show(request: PersonRequest, zone_form: OwnZoneForm, *, status: int = 200) -> HttpResponse:
    return render(request, PAGE, {"zone_form": zone_form, "densities": Density}, status=status)
