"""`manage.py dbshell` on the embedded server, with the psql of the wheel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.backends.postgresql import client

from config.postgres import binaries, server

if TYPE_CHECKING:
    from collections.abc import Iterable


class DatabaseClient(client.DatabaseClient):
    """Django's, which only knows servers with an address in the settings."""

    @classmethod
    def settings_to_cmd_args_env(
        cls, settings_dict: dict[str, Any], parameters: Iterable[str]
    ) -> tuple[list[str], dict[str, str] | None]:
        options = settings_dict["OPTIONS"]
        if not options.get("data_dir"):
            return super().settings_to_cmd_args_env(settings_dict, parameters)
        at = server.ensure_running(options["data_dir"], settings=options.get("server_settings"))
        psql = binaries.folder(None) / "psql"
        args = [str(psql), "-U", at["user"], "-h", at["host"], "-p", str(at["port"]), *parameters]
        return [*args, settings_dict["NAME"]], None
