"""What happens to every request and answer, whichever room it is for.

All of it is synchronous on purpose: one synchronous link keeps Django's whole chain in a single
thread hop per request, where a mixed chain pays one for every middleware."""

from __future__ import annotations

import logging
import re
import sys
import time
import uuid
import zoneinfo
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.core.signals import got_request_exception
from django.db import InterfaceError, OperationalError
from django.dispatch import receiver
from django.http import HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import resolve_url
from django.utils import timezone, translation

from config.kernel import htmx, request_id
from config.kernel.errors import Refusal
from config.pages import plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

log = logging.getLogger("praxis.middleware")

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-ancestors 'none'; form-action 'self'; base-uri 'none'; object-src 'none'"
)
PERMISSIONS_POLICY = (
    "accelerometer=(), browsing-topics=(), camera=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=()"
)
HEALTH_PATHS = frozenset({"/healthz", "/readyz"})
DATABASE_AWAY = (OperationalError, InterfaceError)

_OUR_REQUEST_ID = re.compile(r"[0-9a-f]{32}")
_SECRET_IN_PATH = re.compile(r"(/p/|/feed/|/reminders/off/|/reset/key/|[?&](?:q|title)=)[^/\s\"'?&]+")


class Middleware:
    """Holds the next link of the chain."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)


class RequestIdMiddleware(Middleware):
    """Give the request a name that its log lines, audit rows and answer carry."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get("X-Request-ID", "")
        # From outside only a name of our own form is believed: it ends in logs and in the audit.
        name = given if _OUR_REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        request.request_id = name  # type: ignore[attr-defined]
        # An answer shows at least what was true then.
        request.begun_at = time.time()  # type: ignore[attr-defined]
        before = request_id.current.set(name)
        try:
            response = self.get_response(request)
        finally:
            request_id.current.reset(before)
        response.headers["X-Request-ID"] = name
        return response


class SecurityHeadersMiddleware(Middleware):
    """Only our own scripts, styles and forms; nothing of an answer stays in a cache."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        headers = response.headers
        headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("X-Frame-Options", "DENY")
        # Django's own traceback pages carry their style inside; they exist under DEBUG only.
        if not (settings.DEBUG and response.status_code in {404, 500}):
            headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        if not self._is_static(request, response) and "no-store" not in headers.get("Cache-Control", ""):
            headers["Cache-Control"] = "no-store, private"
        return response

    @staticmethod
    def _is_static(request: HttpRequest, response: HttpResponseBase) -> bool:
        # A missing file is answered by our 404 page, which has no Cache-Control yet.
        return request.path.startswith(settings.STATIC_URL) and "Cache-Control" in response.headers


class DatabaseAwayMiddleware(Middleware):
    """Answer 503 in words while the database cannot be reached, wherever that shows."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        # An error inside another middleware has become a 500 before it gets here.
        return database_away(request) if getattr(request, "database_away", False) else response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, DATABASE_AWAY):
            return None
        log.warning("database away: %s", type(exception.__cause__ or exception).__name__)
        return database_away(request)


@receiver(got_request_exception, dispatch_uid="config.middleware.note_database_away")
def note_database_away(request: HttpRequest | None = None, **_signal: Any) -> None:
    """Remember on the request that the error being handled is the database's absence."""
    if request is not None and isinstance(sys.exc_info()[1], DATABASE_AWAY):
        request.database_away = True  # type: ignore[attr-defined]


def database_away(request: HttpRequest) -> HttpResponse:
    """The 503 page, made without any database."""
    response = plain.page(request, "503.html", status=503)
    response.headers["Retry-After"] = "30"
    return response


class RefusalMiddleware(Middleware):
    """A refusal is an answer, also where a view has forgotten it."""

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refusal):
            return None
        log.warning("refusal %s reached no view", exception.code)
        return plain.refused(request, exception)


class CleanInputMiddleware(Middleware):
    """Refuse in words what no form of ours sends: NUL bytes, floods of fields, broken bodies."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        try:
            # Reading the form here costs nothing: the CSRF check is about to read it anyway.
            clean = not (_nul_in_address(request) or _nul_in_form(request))
        except RequestDataTooBig:
            return plain.page(request, "413.html", status=413)
        except (SuspiciousOperation, BadRequest, MultiPartParserError):
            clean = False
        return self.get_response(request) if clean else plain.page(request, "400.html", status=400)


def _nul_in_address(request: HttpRequest) -> bool:
    query = request.META.get("QUERY_STRING", "")
    if "\0" in request.path_info or "\0" in query or "%00" in query:
        return True
    # htmx may send its headers percent-encoded; a foreign cookie with %00 in it is nobody's business here.
    return any("\0" in value or ("%00" in value and name.startswith("Hx-")) for name, value in request.headers.items())


def _nul_in_form(request: HttpRequest) -> bool:
    if request.method != "POST":
        return False
    fields = ((name, *values) for name, values in request.POST.lists())
    return any("\0" in text for field in fields for text in field) or any("\0" in name for name in request.FILES)


class PersonMiddleware(Middleware):
    """Speak the person's language and show times in their zone.

    The account says which; without one, the language cookie or the browser, and the practice's zone."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info in HEALTH_PATHS:
            return self.get_response(request)
        try:
            language, zone = _language_of(request), _zone_of(request)
        except DATABASE_AWAY:
            return database_away(request)
        with translation.override(language), timezone.override(zone):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


def _language_of(request: HttpRequest) -> str:
    chosen = getattr(request.user, "language", "")
    return chosen if chosen in dict(settings.LANGUAGES) else translation.get_language_from_request(request)


def _zone_of(request: HttpRequest) -> zoneinfo.ZoneInfo:
    try:
        return zoneinfo.ZoneInfo(getattr(request.user, "time_zone", "") or settings.PRACTICE_TIME_ZONE)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return zoneinfo.ZoneInfo(settings.PRACTICE_TIME_ZONE)


class LoginExpiredMiddleware(Middleware):
    """Lead the whole page to sign-in when htmx asks for a part after the session has ended."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code != 302 or not htmx.wants_part(request):
            return response
        login = resolve_url(settings.LOGIN_URL)
        if urlsplit(response.headers["Location"]).path != login:
            return response
        answer = HttpResponse(status=401)
        back = quote(htmx.page_shown(request) or "/")
        answer.headers["HX-Redirect"] = f"{login}?next={back}"
        return answer


class PrivateLogFilter(logging.Filter):
    """Put the request's id on every line, and take the secrets of links out of it."""

    def filter(self, record: logging.LogRecord) -> bool:
        # Django writes of some answers only when they have left the middleware, but names their request.
        request = getattr(record, "request", None)
        record.request_id = request_id.current.get() or getattr(request, "request_id", "-")
        record.msg, record.args = mask(record.getMessage()), None
        return True


def mask(text: str) -> str:
    """The text without the part of an address that opens something."""
    return _SECRET_IN_PATH.sub(r"\1…", text)
