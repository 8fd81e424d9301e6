"""The addresses that belong to no room."""

from __future__ import annotations

from django.urls import path

from config.pages import events, health, ui, views

app_name = "pages"

urlpatterns = [
    path("", views.home, name="home"),
    path("keys/", views.keys_help, name="keys_help"),
    path("menu/", views.menu_lines, name="menu_lines"),
    path("bell/", views.bell, name="bell"),
    path("settings/", views.settings_home, name="settings_home"),
    path("language/", views.language_set, name="language_set"),
    path("theme/", views.theme_set, name="theme_set"),
    path("events/", events.events, name="events"),
    path("_ui/", ui.ui_parts, name="ui_parts"),
    path("_ui/dialog/", ui.ui_dialog, name="ui_dialog"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
