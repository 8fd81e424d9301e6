"""The demo's mails: kept on the machine, shown as they look, and nowhere to be found where people's own are sent."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.mail import EmailMultiAlternatives
from django.test import Client as Browser
from django.urls import include, path

import config.urls
from config.mailbox import backend
from config.pages import mailbox

ROOT = Path(__file__).resolve().parents[2]
urlpatterns = [path("", include(mailbox.urlpatterns)), *config.urls.urlpatterns]
handler404 = config.urls.handler404


@pytest.fixture
def folder(settings, tmp_path):
    settings.MAILBOX_DIR, settings.ROOT_URLCONF = str(tmp_path / "mail"), __name__
    settings.EMAIL_BACKEND = "config.mailbox.backend.EmailBackend"
    return tmp_path / "mail"


def send(subject="Hello", text="See http://127.0.0.1:8000/p/abc/"):
    mail = EmailMultiAlternatives(subject, text, to=["Maria <maria@praxis.test>"])
    mail.attach_alternative(f"<html><head></head><body><a href='/p/abc/'>{text}</a></body></html>", "text/html")
    mail.attach("session.ics", b"BEGIN:VCALENDAR", "text/calendar; method=REQUEST")
    mail.send()


def opened(address):
    answer = Browser().get(address)
    return answer, answer.content.decode()


@pytest.mark.django_db
def test_mail_is_listed_and_shown_with_all_that_goes_with_it(folder):
    send()
    (file,) = folder.glob("*")
    assert "Hello" in opened("/_mail/")[1]
    _answer, page = opened(f"/_mail/{file.stem}/")
    assert "maria@praxis.test" in page
    assert "session.ics" in page
    look, drawn = opened(f"/_mail/{file.stem}/look/")
    assert '<base target="_top">' in drawn
    assert "script-src" not in look["Content-Security-Policy"]
    assert "default-src 'none'" in look["Content-Security-Policy"]
    assert look["X-Frame-Options"] == "SAMEORIGIN"
    kept, _content = opened(f"/_mail/{file.stem}/files/0/")
    assert kept.content == b"BEGIN:VCALENDAR"
    assert kept["Content-Disposition"] == 'attachment; filename="session.ics"'


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["nobody", "1-2", "99999999999999999999-a"])
def test_mail_that_is_not_there_is_not_found(folder, name):
    send()
    for address in (f"/_mail/{name}/", f"/_mail/{name}/look/", f"/_mail/{name}/files/0/"):
        assert opened(address)[0].status_code == 404
    assert opened(f"/_mail/{next(folder.glob('*')).stem}/files/7/")[0].status_code == 404


def test_only_the_newest_mails_are_kept_and_only_for_this_user(folder, monkeypatch):
    monkeypatch.setattr(backend, "KEPT", 2)
    for number in range(4):
        send(subject=f"Mail {number}")
    kept = sorted(folder.glob("*"))
    assert [b"Mail 2" in kept[0].read_bytes(), b"Mail 3" in kept[1].read_bytes()] == [True, True]
    assert len(kept) == 2
    assert folder.stat().st_mode & 0o077 == 0
    assert {file.stat().st_mode & 0o077 for file in kept} == {0}


def test_where_mails_leave_there_is_no_such_page():
    asked = "from config.urls import urlpatterns; print([p for p in urlpatterns if '_mail' in str(p.pattern)])"
    found = {}
    for name in ("production", "demo"):
        environment = {
            **os.environ, "DJANGO_SETTINGS_MODULE": f"config.settings.{name}", "SECRET_KEY": "x" * 50,
            "ALLOWED_HOSTS": "praxis.test", "SITE_URL": "https://praxis.test",
        }  # fmt: skip
        code = f"import django; django.setup(); {asked}"
        command = [sys.executable, "-W", "ignore", "-c", code]
        found[name] = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert found["production"].stdout.strip() == "[]"
    assert "_mail/" in found["demo"].stdout
