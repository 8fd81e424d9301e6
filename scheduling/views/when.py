"""What booking and moving share: a form that is looked at, as often as one likes, before it is sent."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from config.kernel import htmx, time
from scheduling.addresses import calendar_at
from scheduling.queries.booking import next_free, outlook

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from clients.models import Client
    from scheduling.forms import WhenForm
    from scheduling.models import Coach, Session

DIALOG = "dlg-body"
_TYPED = ("day", "at", "minutes")


def is_a_look(request: HttpRequest) -> bool:
    """Whether nothing is to be done yet: the form is opened, somebody is looked for, a suggestion is taken."""
    return request.method != "POST" or not request.POST.keys().isdisjoint({"find", "take"})


def is_dialog(request: HttpRequest) -> bool:
    """Whether the answer fills the dialog; a look at one's changes only fills places inside."""
    return htmx.wants_part(request) and request.headers.get("HX-Target") == DIALOG


def typed(request: HttpRequest, coach: Coach) -> dict[str, str]:
    """What is in the form, with the day and time of the suggestion that was taken, if any.

    Consent to overrule is never carried over: it was given for another time."""
    said = (request.POST if request.method == "POST" else request.GET).dict()
    said.pop("overrule", None)
    try:
        taken = dt.datetime.fromisoformat(said.pop("take", "")).astimezone(dt.UTC)
        return said | as_typed(taken, coach)
    except (ValueError, OverflowError):
        return said


def first_time(coach: Coach, day: str) -> dict[str, str]:
    """The first free time from that day on, as it would be typed; nothing for a day that is none."""
    now, where = time.now(), time.zone(coach.time_zone)
    after = now
    if day:
        try:
            after = max(now, time.day_bounds(dt.date.fromisoformat(day), where).starts_at)
        except (ValueError, OverflowError):
            return {}
    if after > now + dt.timedelta(days=coach.horizon_days):
        return {}
    free = next_free(coach, after=after, now=now)
    return as_typed(free.starts_at, coach) if free else {}


def answer(
    request: HttpRequest,
    templates: tuple[str, str],
    checked: WhenForm,
    *,
    now: dt.datetime,
    is_draft: bool = False,
    status: int = 200,
    for_client: Client | None = None,
    ignoring: Session | None = None,
    in_dialog: bool | None = None,
    **more: Any,
) -> HttpResponse:
    """The form with how its hour looks.  A draft shows what is typed, and of its mistakes only those of the time.

    `in_dialog`: whether it fills the dialog, wherever the request came from."""
    during, coach = checked.during(), checked.coach
    fills_dialog = is_dialog(request) if in_dialog is None else in_dialog
    asked: dict[str, Any] = {"now": now, "for_client": for_client, "ignoring": ignoring}
    context = {
        "form": checked.draft() if is_draft else checked,
        "outlook": outlook(coach, during, **asked) if during else None,
        "twice": checked.twice,
        "trouble": trouble_of(checked) if is_draft else "",
        "in_dialog": fills_dialog,
        "focus": "search" if "find" in request.POST else "save" if "take" in request.POST else "",
        "back": calendar_address(during.starts_at if during else now, coach),
        **more,
    }
    return htmx.page_or_part(request, *templates, context, status=status, dialog=fills_dialog)


def calendar_address(at: dt.datetime, coach: Coach) -> str:
    """The calendar with that instant, in the view that was used last, to go back to."""
    return calendar_at(at.astimezone(time.zone(coach.time_zone)).date())


def as_typed(at: dt.datetime, coach: Coach) -> dict[str, str]:
    """That instant as the day and time that the coach would type."""
    local = at.astimezone(time.zone(coach.time_zone))
    return {"day": f"{local:%Y-%m-%d}", "at": f"{local:%H:%M}", "fold": "1" if local.fold else ""}


def trouble_of(checked: WhenForm) -> str:
    """What is wrong with the time as it is typed so far; a place still empty is nothing wrong."""
    errors = checked.errors.as_data()
    wrong = (error for name in _TYPED for error in errors.get(name, []) if error.code != "required")
    return next((error.messages[0] for error in wrong), "")
