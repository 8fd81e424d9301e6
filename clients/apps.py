"""The app's entry: joins its words and roles to the kernel."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClientsConfig(AppConfig):
    name = "clients"
    verbose_name = _("People and records")

    def ready(self) -> None:
        from clients import errors, news  # noqa: PLC0415  words need the settings' languages
        from config.kernel import constraints  # noqa: PLC0415  see above

        constraints.register(errors.CONSTRAINTS)
        news.declare()
