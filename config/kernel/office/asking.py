"""Admin's own way to do something to the chosen rows: ask first, do each, say what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from config.kernel.errors import Refusal
from config.kernel.numbers import whole_number
from config.kernel.office.columns import row_link

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.contrib.admin import ModelAdmin
    from django.forms import Form
    from django.http import HttpRequest, HttpResponse

CONFIRMED, SEEN = "confirmed", "seen"
LONGEST = 19  # digits of a bigint


def ask_first(
    model_admin: ModelAdmin[Any],
    request: HttpRequest,
    rows: Iterable[Any],
    *,
    question: str,
    button: str,
    form: Form | None = None,
    describe: Callable[[Any], str] = str,
) -> HttpResponse | None:
    """The page that asks before an action; None once it was answered and the form, if any, is valid.

    The page carries the versions of the rows that it shows (read them back with `seen_versions`)."""
    if CONFIRMED in request.POST and (form is None or form.is_valid()):
        return None
    context = frame(
        model_admin,
        request,
        title=question,
        button=button,
        form=form,
        rows=[(row.pk, getattr(row, "version", 0), describe(row), row_link(row, row.pk)) for row in rows],
        action=request.POST["action"],
        chosen=ACTION_CHECKBOX_NAME,
    )
    return TemplateResponse(request, "admin/ask_first.html", context, status=422 if form and form.errors else 200)


def frame(model_admin: ModelAdmin[Any], request: HttpRequest, **context: Any) -> dict[str, Any]:
    """What admin's own frame needs around a page of ours."""
    return {**model_admin.admin_site.each_context(request), "opts": model_admin.opts, **context}


def seen_versions(request: HttpRequest) -> dict[str, int]:
    """Row id → version, as the page that asked has shown them."""
    pairs = (text.rpartition(":") for text in request.POST.getlist(SEEN))
    # What no page of ours has sent is not a version of any row.
    numbered = ((row, whole_number(version, digits=LONGEST - 1)) for row, _colon, version in pairs)
    return {row: version for row, version in numbered if version is not None}


def do_each(
    request: HttpRequest, rows: Iterable[Any], deed: Callable[[Any], object], *, describe: Callable[[Any], str] = str
) -> None:
    """Do it to each row in a transaction of its own, and tell which were refused and why."""
    done = 0
    for row in rows:
        try:
            deed(row)
            done += 1
        except Refusal as refusal:
            messages.error(request, f"{describe(row)}: {refusal.words} {refusal.next_words}")
    if done:
        messages.success(request, _("Done: %(number)s.") % {"number": done})
