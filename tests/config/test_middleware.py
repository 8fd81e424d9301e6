from __future__ import annotations

import logging
import zoneinfo
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.http import HttpResponse, HttpResponseRedirect
from django.test import Client, RequestFactory
from django.urls import path, reverse
from django.utils import timezone, translation

from config import middleware
from config.kernel import request_id
from config.kernel.errors import Busy

OK = HttpResponse("fine").content


def answer(request):
    return HttpResponse("fine")


def echo_form(request):
    return HttpResponse(repr(sorted(request.POST.items())))


def database_gone(request):
    raise OperationalError("connection refused")


def forgotten_refusal(request):
    raise Busy


def remember(request):
    request.session["said"] = True
    return HttpResponse("fine")


def to_login(request):
    return HttpResponseRedirect(reverse("account_login") + "?next=/part/")


urlpatterns = [
    path("fine/", answer),
    path("echo/", echo_form),
    path("gone/", database_gone),
    path("busy/", forgotten_refusal),
    path("remember/", remember),
]


@pytest.fixture
def requests():
    return RequestFactory()


@pytest.fixture
def site(settings):
    settings.ROOT_URLCONF = __name__
    return Client(raise_request_exception=False)


class TestRequestId:
    def run(self, request, seen):
        def view(request):
            seen.append(request_id.current.get())
            return HttpResponse()

        return middleware.RequestIdMiddleware(view)(request)

    def test_every_request_has_its_own(self, requests):
        seen = []
        first = self.run(requests.get("/"), seen)
        second = self.run(requests.get("/"), seen)
        assert [first["X-Request-ID"], second["X-Request-ID"]] == seen
        assert len(set(seen)) == 2
        assert request_id.current.get() == ""

    def test_well_formed_one_from_outside_is_kept(self, requests):
        given = "0123456789abcdef" * 2
        assert self.run(requests.get("/", headers={"X-Request-ID": given}), [])["X-Request-ID"] == given

    @pytest.mark.parametrize("given", ["x", "0123456789ABCDEF" * 2, "a" * 33, "a" * 31 + "\n", "0123; DROP TABLE"])
    def test_anything_else_from_outside_is_not(self, requests, given):
        assert self.run(requests.get("/", headers={"X-Request-ID": given}), [])["X-Request-ID"] != given

    def test_it_is_forgotten_after_an_error(self, requests):
        def view(request):
            raise RuntimeError

        with pytest.raises(RuntimeError):
            middleware.RequestIdMiddleware(view)(requests.get("/"))
        assert request_id.current.get() == ""


class TestSecurityHeaders:
    def answer_to(self, path, response):
        return middleware.SecurityHeadersMiddleware(lambda request: response)(RequestFactory().get(path))

    def test_page(self):
        headers = self.answer_to("/calendar/", HttpResponse()).headers
        policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
        assert policy == {
            "default-src": "'self'",
            "script-src": "'self'",
            "style-src": "'self'",
            "img-src": "'self' data:",
            "connect-src": "'self'",
            "frame-ancestors": "'none'",
            "form-action": "'self'",
            "base-uri": "'none'",
            "object-src": "'none'",
        }
        assert headers["Cache-Control"] == "no-store, private"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert "camera=()" in headers["Permissions-Policy"]

    def test_view_may_be_stricter_about_the_referrer(self):
        response = HttpResponse(headers={"Referrer-Policy": "no-referrer"})
        assert self.answer_to("/p/token/", response)["Referrer-Policy"] == "no-referrer"

    def test_view_may_not_be_cached_by_saying_so(self):
        response = HttpResponse(headers={"Cache-Control": "public, max-age=60"})
        assert self.answer_to("/calendar/", response)["Cache-Control"] == "no-store, private"

    def test_static_file_keeps_its_own_cache_rule(self):
        response = HttpResponse(headers={"Cache-Control": "max-age=60, public"})
        assert self.answer_to("/static/css/app.css", response)["Cache-Control"] == "max-age=60, public"

    def test_missing_static_file_is_not_kept(self):
        assert self.answer_to("/static/nothing", HttpResponse(status=404))["Cache-Control"] == "no-store, private"

    def test_traceback_page_of_development_may_show_its_style(self, settings):
        settings.DEBUG = True
        assert "Content-Security-Policy" not in self.answer_to("/", HttpResponse(status=500)).headers
        assert "Content-Security-Policy" in self.answer_to("/", HttpResponse()).headers


class TestCleanInput:
    @pytest.mark.parametrize(
        "send",
        [
            lambda site: site.get("/fine/?q=a%00b"),
            lambda site: site.get("/fi%00ne/"),
            lambda site: site.get("/fine/", headers={"HX-Current-URL": "/a%00b"}),
            lambda site: site.post("/echo/", {"name": "a\0b"}),
            lambda site: site.post("/echo/", {"na\0me": "a"}),
            lambda site: site.post("/echo/", b"name=a%00b", content_type="application/x-www-form-urlencoded"),
            lambda site: site.post("/echo/", b"nonsense", content_type="multipart/form-data; boundary="),
            lambda site: site.post("/echo/", {str(number): "x" for number in range(4001)}),
            lambda site: site.post(
                "/echo/", b"a=%ff", content_type="application/x-www-form-urlencoded; charset=latin-1"
            ),
        ],
        ids=["query", "path", "header", "field", "field name", "raw body", "multipart", "4001 fields", "charset"],
    )
    def test_what_no_form_of_ours_sends_is_refused_in_words(self, site, send):
        response = send(site)
        assert response.status_code == 400
        assert "<h1" in response.content.decode()
        assert b"Traceback" not in response.content

    def test_too_long_a_field_is_413_in_words(self, site):
        response = site.post("/echo/", {"note": "x" * 1_000_000})
        assert response.status_code == 413
        assert "<h1" in response.content.decode()

    def test_htmx_gets_the_status_and_one_sentence(self, site):
        response = site.post("/echo/", {"note": "x" * 1_000_000}, headers={"HX-Request": "true"})
        assert (response.status_code, response.content) == (413, b"")
        assert "toast" in response["HX-Trigger"]

    def test_form_and_upload_arrive_whole(self, site):
        upload = SimpleUploadedFile("a.bin", b"\0\1\2")
        response = site.post("/echo/", {"name": "Μαρία", "file": upload})
        assert response.content.decode() == "[('name', 'Μαρία')]"

    def test_escaped_percent_sign_is_no_nul(self, site):
        assert site.get("/fine/?q=100%25").status_code == 200

    def test_cookie_of_another_site_on_this_machine_does_no_harm(self, site):
        assert site.get("/fine/", headers={"Cookie": "other=a%00b"}).status_code == 200


class TestDatabaseAway:
    def test_error_in_a_view_is_503_in_words(self, site):
        response = site.get("/gone/")
        assert response.status_code == 503
        assert response["Retry-After"] == "30"
        assert "<h1" in response.content.decode()
        assert "no-store" in response["Cache-Control"]

    def test_error_in_another_middleware_too(self, site, monkeypatch):
        def broken(self, request):
            raise OperationalError("connection refused")

        monkeypatch.setattr("django.contrib.messages.middleware.MessageMiddleware.process_request", broken)
        assert site.get("/fine/").status_code == 503

    def test_error_while_asking_who_it_is_too(self, site, monkeypatch):
        def broken(request):
            raise OperationalError("connection refused")

        monkeypatch.setattr(middleware, "_language_of", broken)
        assert site.get("/fine/").status_code == 503

    @pytest.mark.django_db
    def test_error_while_keeping_what_was_done_in_the_session_too(self, site, monkeypatch):
        assert site.get("/remember/").status_code == 200

        def broken(session, **how):
            raise OperationalError("server closed the connection unexpectedly")

        monkeypatch.setattr(Session, "save", broken)
        assert site.get("/remember/").status_code == 503

    @pytest.mark.django_db
    def test_a_session_that_was_ended_meanwhile_is_no_absence_of_the_database(self, site):
        site.get("/remember/")
        kept = site.session
        Session.objects.all().delete()
        with pytest.raises(UpdateError):
            kept.save()

    def test_error_under_debug_too(self, site, settings, monkeypatch):
        settings.DEBUG = True
        assert site.get("/gone/").status_code == 503

    def test_htmx_gets_the_status_and_one_sentence(self, site):
        response = site.get("/gone/", headers={"HX-Request": "true"})
        assert (response.status_code, response.content) == (503, b"")
        assert "toast" in response["HX-Trigger"]

    def test_another_error_stays_what_it_is(self, requests):
        link = middleware.DatabaseAwayMiddleware(answer)
        assert link.process_exception(requests.get("/"), ValueError()) is None
        assert link(requests.get("/")).status_code == 200


class TestRefusal:
    def test_one_that_no_view_caught_is_a_page_in_words(self, site):
        answer = site.get("/busy/")
        assert answer.status_code == 503
        assert "Someone else is changing the same thing right now" in answer.content.decode()
        assert "Try again in a moment." in answer.content.decode()

    def test_htmx_gets_the_status_and_one_sentence(self, site):
        answer = site.get("/busy/", headers={"HX-Request": "true"})
        assert (answer.status_code, answer.content) == (503, b"")
        assert "Someone else is changing" in answer["HX-Trigger"]


class TestPerson:
    def seen_by(self, user, **extra):
        seen = {}

        def view(request):
            seen.update(language=translation.get_language(), zone=timezone.get_current_timezone_name())
            return HttpResponse()

        request = RequestFactory().get("/", **extra)
        request.user = user
        response = middleware.PersonMiddleware(view)(request)
        assert response["Content-Language"] == seen["language"]
        return seen

    def test_account_decides(self):
        user = SimpleNamespace(language="el", time_zone="America/New_York")
        assert self.seen_by(user) == {"language": "el", "zone": "America/New_York"}

    def test_stranger_is_read_off_the_browser(self):
        seen = self.seen_by(AnonymousUser(), headers={"Accept-Language": "el-GR,el;q=0.9,en;q=0.5"})
        assert seen == {"language": "el", "zone": "Europe/Athens"}

    def test_strangers_choice_goes_before_the_browser(self, settings):
        cookie = {"HTTP_COOKIE": f"{settings.LANGUAGE_COOKIE_NAME}=en"}
        assert self.seen_by(AnonymousUser(), headers={"Accept-Language": "el"}, **cookie)["language"] == "en"

    @pytest.mark.parametrize("name", ["Mars/Olympus", "../etc/passwd", ""])
    def test_zone_nobody_knows_is_the_practices(self, name):
        assert self.seen_by(SimpleNamespace(language="xx", time_zone=name))["zone"] == "Europe/Athens"

    def test_nothing_stays_behind(self):
        before = translation.get_language(), timezone.get_current_timezone()
        self.seen_by(SimpleNamespace(language="el", time_zone="America/New_York"))
        assert (translation.get_language(), timezone.get_current_timezone()) == before
        assert before[1] == zoneinfo.ZoneInfo("Europe/Athens")

    def test_health_is_asked_of_nobody(self):
        request = RequestFactory().get("/healthz")
        assert not hasattr(request, "user")
        assert middleware.PersonMiddleware(answer)(request).status_code == 200


class TestLoginExpired:
    def answer_to(self, view, **headers):
        request = RequestFactory().get("/part/", headers=headers)
        request.htmx = SimpleNamespace(history_restore_request=False) if headers else None
        return middleware.LoginExpiredMiddleware(view)(request)

    @pytest.mark.parametrize(
        ("shown", "leads_to"),
        [
            ("http://testserver/calendar/?view=week", "/calendar/%3Fview%3Dweek"),
            ("http://evil.example/calendar/", "/"),
            ("http://testserver//evil.example/", "/"),
            ("http://[broken", "/"),
            ("javascript:alert(1)", "/"),
            ("", "/"),
        ],
    )
    def test_whole_page_is_led_to_sign_in_and_back(self, shown, leads_to):
        response = self.answer_to(to_login, **{"HX-Request": "true", "HX-Current-URL": shown})
        assert response.status_code == 401
        assert response["HX-Redirect"] == f"{reverse('account_login')}?next={leads_to}"

    def test_plain_browser_is_redirected(self):
        assert self.answer_to(to_login).status_code == 302

    def test_other_redirects_stay(self):
        response = self.answer_to(lambda request: HttpResponseRedirect("/elsewhere/"), **{"HX-Request": "true"})
        assert (response.status_code, response["Location"]) == (302, "/elsewhere/")


class TestPrivateLog:
    @pytest.mark.parametrize(
        ("line", "written"),
        [
            ("GET /p/abcDEF123/ 404", "GET /p/…/ 404"),
            ("http://x/calendar/feed/secret.ics?a=1", "http://x/calendar/feed/…?a=1"),
            ("/account/password/reset/key/1-abc-def/", "/account/password/reset/key/…/"),
            ("GET /find/?q=Maria%20P&x=1 200", "GET /find/?q=…&x=1 200"),
            ("GET /sessions/book/?day=&title=Maria+and+Nikos 200", "GET /sessions/book/?day=&title=… 200"),
            ("/people/7/", "/people/7/"),
        ],
    )
    def test_secrets_of_links_and_names_are_not_written(self, line, written):
        assert middleware.mask(line) == written

    def test_line_carries_the_requests_id(self):
        record = logging.LogRecord("x", logging.ERROR, "f", 1, "Not Found: %s", ("/p/abc/",), None)
        assert middleware.PrivateLogFilter().filter(record)
        assert (record.getMessage(), record.request_id) == ("Not Found: /p/…/", "-")

    def test_line_about_an_answer_that_has_left_carries_it_too(self, site, caplog):
        with caplog.at_level("WARNING"):
            response = site.get("/gone/")
        about = next(record for record in caplog.records if record.name == "django.request")
        middleware.PrivateLogFilter().filter(about)
        assert about.request_id == response["X-Request-ID"]
