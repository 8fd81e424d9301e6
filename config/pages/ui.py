"""`/_ui/`: every part of the look in every state, for those who build and for the tests that look at it.

Its words are for builders and stand in English, as comments do; statuses are shown in every language."""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import Http404
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from clients.access import open_to_all
from config.kernel import htmx
from config.pages import ui_samples
from config.pages.templatetags.look import TONE_ICONS
from scheduling.errors import HourTaken
from scheduling.queries.cards import Shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

_SYMBOL = re.compile(r'<symbol id="([\w-]+)"')


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label="Name")
    phone = forms.CharField(label="Phone", required=False, help_text="Only for changes on the same day")
    at = forms.RegexField(
        r"([01]?[0-9]|2[0-3]):[0-5][0-9]",
        label="From",
        widget=forms.TextInput(attrs={"class": "clock", "inputmode": "numeric", "maxlength": "5"}),
        error_messages={"invalid": "“25:00” is not a time. Write it like 9:00 or 17:30."},
    )
    length = forms.ChoiceField(label="Length", choices=[("50", "50 min"), ("80", "80 min")])
    day = forms.DateField(label="Day", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea(attrs={"rows": 2}))
    tell = forms.BooleanField(label="Tell the client by email", required=False)
    which = forms.ChoiceField(
        label="Which", choices=[("this", "Only this session"), ("all", "All that follow")], widget=forms.RadioSelect
    )


_FILLED = {
    "name": "Νίκος Γεωργίου",
    "at": "25:00",
    "length": "50",
    "day": "2026-11-03",
    "tell": "on",
    "which": "this",
}


def _builders_only(view: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Office staff, and whoever runs the site with DEBUG; for others there is nothing here."""

    @open_to_all
    @require_safe
    @functools.wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if not (settings.DEBUG or request.user.is_staff):
            raise Http404
        return view(request)

    return guarded


@_builders_only
def ui_parts(request: HttpRequest) -> HttpResponse:
    """Every part in every state."""
    shown: dict[str, Any] = {
        "form": SampleForm({f"u-{name}": value for name, value in _FILLED.items()}, prefix="u"),
        "refusal": HourTaken(),
        "words": {code: _statuses(code) for code, _name in settings.LANGUAGES},
        "tones": list(TONE_ICONS),
        "icons": _icons(),
        **ui_samples.calendar(),
        "acts": ui_samples.acts(),
        "drawings": ui_samples.drawings(),
    }
    return render(request, "ui/parts.html", shown)


@_builders_only
def ui_dialog(request: HttpRequest) -> HttpResponse:
    """A small dialog, or the page that it is without script."""
    form = SampleForm(prefix="d", initial={"day": "2026-11-03", "at": "18:00"})
    return htmx.page_or_part(request, "ui/dialog.html", "ui/_dialog_open.html", {"form": form}, dialog=True)


def _statuses(language: str) -> list[tuple[str, str]]:
    with translation.override(language):
        return [(each.value, str(each.label)) for each in Shown]


def _icons() -> list[str]:
    path = finders.find("img/icons.svg")
    return _SYMBOL.findall(Path(path).read_text()) if path else []
