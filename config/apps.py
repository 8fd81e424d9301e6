"""The house itself as an app: system checks, commands, and what follows a migration."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig, apps
from django.db import connections
from django.db.models.signals import post_migrate


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        from config import checks  # noqa: F401, PLC0415  registers the checks; needs loaded apps

        # The signal is only sent for apps with tables; by the time of any, all migrations are through.
        post_migrate.connect(_grant_site_role, sender=apps.get_app_config("clients"), dispatch_uid="praxis_site_role")


def _grant_site_role(*, using: str, **_kwargs: Any) -> None:
    """Let the role of web and worker use the tables; it is cluster-wide, so no migration can hold it."""
    from config.postgres.roles import grant_site_role  # noqa: PLC0415  only when a database is at hand

    grant_site_role(connections[using])
