"""The mails of the demo, for whoever tries it out: there is no such page where people's own mails are sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from clients.access import open_to_all
from config.mailbox import reading

if TYPE_CHECKING:
    from django.http import HttpRequest

# A mail brings its own styles, runs nothing, and fetches nothing.
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; "
    "form-action 'none'; base-uri 'none'"
)


@open_to_all
@require_safe
def mailbox_list(request: HttpRequest) -> HttpResponse:
    """Every mail, the newest first."""
    return render(request, "mailbox/list.html", {"mails": reading.mails()})


@open_to_all
@require_safe
def mailbox_mail(request: HttpRequest, name: str) -> HttpResponse:
    """One mail, with its text and whatever goes with it."""
    return render(request, "mailbox/mail.html", {"mail": _mail(name)})


@open_to_all
@require_safe
def mailbox_look(request: HttpRequest, name: str) -> HttpResponse:
    """The mail as a mail program draws it."""
    response = HttpResponse(_mail(name).html)
    response["Content-Security-Policy"] = _POLICY
    response["X-Frame-Options"] = "SAMEORIGIN"
    return response


@open_to_all
@require_safe
def mailbox_file(request: HttpRequest, name: str, place: int) -> HttpResponse:
    """A file that goes with the mail, to be kept."""
    files = {each.place: each for each in _mail(name).files}
    if place not in files:
        raise Http404
    response = HttpResponse(files[place].content, content_type="application/octet-stream")
    response["Content-Disposition"] = 'attachment; filename="{}"'.format(files[place].name.replace('"', ""))
    return response


def _mail(name: str) -> reading.ReadMail:
    mail = reading.mail_named(name)
    if mail is None:
        raise Http404
    return mail


urlpatterns = [
    path("_mail/", mailbox_list, name="mailbox_list"),
    path("_mail/<slug:name>/", mailbox_mail, name="mailbox_mail"),
    path("_mail/<slug:name>/look/", mailbox_look, name="mailbox_look"),
    path("_mail/<slug:name>/files/<int:place>/", mailbox_file, name="mailbox_file"),
]
