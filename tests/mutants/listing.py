"""The list of everything that is taken away, from a process that asks a migrated database."""

from __future__ import annotations

import os


def listed():
    """All mutants; the migrated template of the tests is asked for its rules."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    import django

    django.setup()
    from django.db import connection

    from tests import databases
    from tests.mutants.catalogue import all_mutants

    name = databases.migrated_template()
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        return all_mutants()
    finally:
        connection.close()
