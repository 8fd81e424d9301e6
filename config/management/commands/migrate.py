"""Django's `migrate`, run as the owner: the site's role owns no table."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from config.postgres import roles


class Command(migrate.Command):
    def execute(self, *args: Any, **options: Any) -> str | None:
        with roles.as_owner(connections[options["database"]]):
            return super().execute(*args, **options)
