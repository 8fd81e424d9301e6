"""`manage.py demo`: database, tables, demo people, and the site: a web process and a worker, each started again when it
dies."""

from __future__ import annotations

import errno
import os
import socket
import threading
import time
import urllib.error
import urllib.request
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from config import children, serving, working

if TYPE_CHECKING:
    from django.core.management.base import CommandParser

HOST = "127.0.0.1"
PASSWORD = "praxis-demo"  # noqa: S105 (invented people, on this machine only)
LOGINS = (
    ("coach@praxis.test", "coach"),
    ("coach2@praxis.test", "coach"),
    ("mechanic@praxis.test", "mechanic (their pages come later)"),
    ("mechanic2@praxis.test", "mechanic (their pages come later)"),
    ("client@praxis.test", "client"),
    ("staff@praxis.test", "office staff, /admin/"),
)


class Command(BaseCommand):
    help = "Run the demo: embedded PostgreSQL, demo people, the site on this machine. Ctrl-C ends all of it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="port on 127.0.0.1 (8000)")

    def handle(self, *args: Any, port: int, **options: Any) -> None:
        if not getattr(settings, "DEMO", False):
            raise CommandError(
                "This is not the demo: set DJANGO_SETTINGS_MODULE=config.settings.demo, or use `make run`."
            )
        if "SITE_URL" not in os.environ:
            # Links that are handed over must lead to the port that was asked for.
            os.environ["SITE_URL"] = f"http://{HOST}:{port}"
        children.leave_on_signals()
        with suppress(KeyboardInterrupt), _listen(port) as door:
            _prepare()
            threading.Thread(target=self._announce, args=door.getsockname()[1:], daemon=True).start()
            children.keep(serving.web(door), working.CHILD)

    def _announce(self, port: int) -> None:
        address = f"http://{HOST}:{port}/"
        while not _answers(f"{address}healthz"):
            time.sleep(0.05)
        people = get_user_model().objects.filter(email__in=dict(LOGINS))
        here = set(people.values_list("email", flat=True))
        logins = [f"  {email:24}{what}" for email, what in LOGINS if email in here]
        lines = [
            f"Praxis is ready at {address}",
            f"Sign in with the password {PASSWORD} as",
            *logins,
            f"Mails and sign-in codes are at {address}_mail/ · Ctrl-C ends everything.",
        ]
        self.stdout.write("\n".join(lines))
        self.stdout.flush()


def _listen(port: int) -> socket.socket:
    """The listening socket, taken before anything else is begun."""
    door = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((HOST, port))
        door.listen(2048)
    except (OSError, OverflowError) as exc:
        door.close()
        why = "is in use already" if getattr(exc, "errno", 0) == errno.EADDRINUSE else "cannot be used"
        raise CommandError(f"Port {port} {why}. Choose another, such as: make run PORT=8123") from exc
    return door


def _prepare() -> None:
    call_command("migrate", verbosity=0, interactive=False)
    if not get_user_model().objects.exists():
        call_command("seed_demo", verbosity=0)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 (our own address)
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
