"""`manage.py offers_tick`: end what is over, remind who has not answered; to be run every minute or so."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand

from config.kernel import time
from scheduling.actions.tick import tick


class Command(BaseCommand):
    help = "End offers and holds whose time is over, and remind whoever has not answered; exit code 1 if any failed."

    def handle(self, *args: Any, **options: Any) -> None:
        done = tick(now=time.now())
        calendars = "1 calendar" if done.calendars == 1 else f"{done.calendars} calendars"
        self.stdout.write(f"{calendars}: {done.ended} ended, {done.reminded} reminded, {done.failed} failed.")
        if done.failed:
            sys.exit(1)
