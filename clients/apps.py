"""The app's entry: joins its words and roles to the kernel."""

from __future__ import annotations

from django.apps import AppConfig


class ClientsConfig(AppConfig):
    name = "clients"

    def ready(self) -> None:
        from clients import errors  # noqa: PLC0415  words need the settings' languages
        from config.kernel import constraints  # noqa: PLC0415  see above

        constraints.register(errors.CONSTRAINTS)
