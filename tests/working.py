"""A worker over a test's database, in a process of its own: `python -m tests.working`.

It knows a kind of news of which nothing can be said but that it is so.  UNGUARDED takes the locks away from it, as the
control of what they are good for."""

from __future__ import annotations

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"

import django
from django.conf import settings
from django.db import connections

from config import children

KIND = "told_in_tests"
THINKS = 0.05


def declare():
    from clients.mail import Bell, Mail
    from config.kernel import registry

    mail = Mail(language="en", subject="News", greeting="Dear you", paragraphs=("It is so.",))
    bell = None if os.environ.get("UNGUARDED") else (lambda _message: Bell(url="/"))
    registry.outbox(KIND, lambda _message: True, lambda _message: mail, bell=bell)


def take_locks_away():
    """Nor is anybody in a hurry between looking whether a mail has left, and sending it."""
    import time

    from django.db.models import QuerySet

    from clients import post
    from clients.actions import records

    QuerySet.select_for_update = lambda rows, **_how: rows.all()
    records.job_lock = lambda _number: None
    send = post.send

    def think_first(*args, **how):
        time.sleep(THINKS)
        send(*args, **how)

    post.send = think_first


def main():
    django.setup()
    declare()
    connections.settings["default"]["NAME"] = os.environ["RACE_DATABASE"]
    connections.settings["default"]["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 20, "timeout": 2}
    settings.EMAIL_BACKEND = "clients.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(os.environ["MAIL_PORT"])
    if os.environ.get("UNGUARDED"):
        take_locks_away()
    from config import working

    children.leave_with_parent()
    working.work(working.Pace.from_settings())


if __name__ == "__main__":
    main()
