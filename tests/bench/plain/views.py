"""One view, one query, one ordinary template: sixty sessions in seven columns; and one that books."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.backends.django import DjangoTemplates
from django.urls import include, path
from django.utils import timezone
from django.views.decorators.http import require_POST

from clients.models import OutboxMessage
from scheduling.models import Session

# As `startproject` writes them.
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = DjangoTemplates(
    {
        "NAME": "plain",
        "DIRS": [Path(__file__).parent / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
)
# What makes the page as heavy as the other one; set by the bench.
FILLING = {"text": ""}


@login_required
def week(request):
    """The sessions of the week in which `date` lies."""
    day = dt.date.fromisoformat(request.GET["date"])
    monday = timezone.make_aware(dt.datetime.combine(day - dt.timedelta(days=day.weekday()), dt.time()))
    sessions = (
        Session.objects.filter(provider=request.user, during__overlap=(monday, monday + dt.timedelta(days=7)))
        .exclude(status="cancelled")
        .select_related("client")
        .order_by("during")
    )
    shown = {"monday": monday, "sessions": sessions, "filling": FILLING["text"]}
    return HttpResponse(TEMPLATES.get_template("week.html").render(shown, request))


@login_required
@require_POST
def book(request):
    """Books for who is signed in."""
    return _book(request, request.user.pk)


@require_POST
def book_bare(request):
    """Books for whom the form names: without middleware nobody is signed in."""
    return _book(request, request.POST["coach"])


@transaction.atomic
def _book(request, coach):
    """The two inserts of a booking, and nothing of what makes it safe: the session, and a message to be sent."""
    day, at, minutes = request.POST["day"], request.POST["at"], int(request.POST["minutes"])
    start = timezone.make_aware(dt.datetime.fromisoformat(f"{day}T{at}"))
    session = Session.objects.create(
        kind="booked",
        status="scheduled",
        provider_id=coach,
        client_id=request.POST["client"],
        during=(start, start + dt.timedelta(minutes=minutes)),
    )
    OutboxMessage.objects.create(
        kind="session_booked", recipient=f"client:{session.client_id}", object=f"session:{session.pk}", version=1
    )
    return redirect(f"/plain/?date={day}")


urlpatterns = [
    path("plain/", week),
    path("plain/book/", book),
    path("plain/book/bare/", book_bare),
    path("", include("config.urls")),
]
