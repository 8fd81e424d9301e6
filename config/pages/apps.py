"""The pages that belong to no room: home, menu, errors."""

from __future__ import annotations

from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "config.pages"
    label = "pages"
