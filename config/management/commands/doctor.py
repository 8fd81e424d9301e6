"""`manage.py doctor`: what is well, what is not, and what to do next."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand

from config import health

if TYPE_CHECKING:
    from django.core.management.base import CommandParser


class Command(BaseCommand):
    help = "Look at database, migrations, rules, clock, worker, mails and translations; exit code 0 when all is well, else 1."
    # The doctor comes when something is wrong: no check may stand in the door.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", dest="as_json", help="print JSON for another program")

    def handle(self, *args: Any, as_json: bool, **options: Any) -> None:
        findings = health.everything()
        well = all(finding.ok for finding in findings)
        if as_json:
            self.stdout.write(json.dumps({"ok": well, "findings": [asdict(finding) for finding in findings]}, indent=2))
        else:
            for finding in findings:
                self._tell(finding)
            self.stdout.write("All is well." if well else "Something needs you: see the arrows above.")
        if not well:
            sys.exit(1)

    def _tell(self, finding: health.Finding) -> None:
        mark = self.style.SUCCESS("ok  ") if finding.ok else self.style.ERROR("FAIL")
        self.stdout.write(f"{mark} {finding.name}: {finding.words}")
        if finding.next_step:
            self.stdout.write(f"     -> {finding.next_step}")
