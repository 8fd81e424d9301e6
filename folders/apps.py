"""The app's entry: joins its words and roles to the kernel."""

from __future__ import annotations

from django.apps import AppConfig


class FoldersConfig(AppConfig):
    name = "folders"
