"""`manage.py worker`: tell people what waits to be told, send the mails, and do what time brings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand

from config import children, working

if TYPE_CHECKING:
    from django.core.management.base import CommandParser


class Command(BaseCommand):
    help = "Do the site's work in the background, beside any number of others. Ctrl-C or SIGTERM ends it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--with-parent", action="store_true", help="end when standard input is closed")

    def handle(self, *args: Any, with_parent: bool, **options: Any) -> None:
        if with_parent:
            children.leave_with_parent()
        working.work(working.Pace.from_settings())
