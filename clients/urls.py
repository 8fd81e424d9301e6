"""The addresses of this room; an address, its view and its page share one name."""

from __future__ import annotations

from django.urls import path

from clients.views import reminders, settings

app_name = "clients"

urlpatterns = [
    path("reminders/off/<str:token>/", reminders.reminders_off, name="reminders_off"),
    path("settings/look/", settings.settings_look, name="settings_look"),
]
