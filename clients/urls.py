"""The addresses of this room; an address, its view and its page share one name."""

from __future__ import annotations

from django.urls import path

from clients.views import notifications, reminders, settings

app_name = "clients"

urlpatterns = [
    path("notifications/", notifications.notification_list, name="notification_list"),
    path("notifications/all/", notifications.notification_read_all, name="notification_read_all"),
    path("notifications/all/undo/", notifications.notification_unread_all, name="notification_unread_all"),
    path("notifications/<int:notification_id>/open/", notifications.notification_open, name="notification_open"),
    path("notifications/<int:notification_id>/read/", notifications.notification_read, name="notification_read"),
    path("notifications/<int:notification_id>/unread/", notifications.notification_unread, name="notification_unread"),
    path("reminders/off/<str:token>/", reminders.reminders_off, name="reminders_off"),
    path("settings/look/", settings.settings_look, name="settings_look"),
    path("settings/notifications/", settings.settings_notifications, name="settings_notifications"),
]
