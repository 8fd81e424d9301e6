"""The addresses of this room; an address, its view and its page share one name."""

from __future__ import annotations

from django.urls import path

from clients.views import settings

app_name = "clients"

urlpatterns = [
    path("settings/look/", settings.settings_look, name="settings_look"),
]
