"""The house itself as an app: system checks, commands, and what follows a migration."""

from __future__ import annotations

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"
