"""`manage.py seed_demo`: invented people and sessions, for an empty database that is not a practice's."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from clients.models import User
from clients.states import Language
from config.kernel import time
from scheduling.demo import practice

if TYPE_CHECKING:
    from django.core.management.base import CommandParser

MORNING = dt.time(9)


class Command(BaseCommand):
    help = "Fill an empty database with an invented practice. Same seed and same day make the same one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--size", choices=practice.SIZES, default="small", help="ten weeks, or a year of six coaches"
        )
        parser.add_argument("--seed", type=int, default=1, help="another number, another practice (1)")
        parser.add_argument("--today", type=dt.date.fromisoformat, help="the day it stands at, at nine (now)")
        parser.add_argument("--lang", choices=Language.values, default=Language.ENGLISH, help="of names and accounts")

    def handle(self, *args: Any, **options: Any) -> None:
        if not getattr(settings, "DEMO", False):
            raise CommandError("Only the demo is filled with invented people: use config.settings.demo.")
        if User.objects.exists():
            raise CommandError("There are people here already. Take an empty DATA_DIR for a new demo.")
        day = options["today"]
        now = time.instant(day, MORNING, time.zone(settings.PRACTICE_TIME_ZONE)) if day else time.now()
        size = practice.SIZES[options["size"]]
        number = practice.seed(size, number=options["seed"], now=now, lang=options["lang"])
        if options["verbosity"]:
            self.stdout.write(f"{number} sessions of invented people are in the calendar.")
