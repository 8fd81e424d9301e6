from __future__ import annotations

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection


def user():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        return cursor.fetchone()[0]


@pytest.mark.django_db
def test_tests_run_as_the_site_role():
    assert user() == settings.SITE_ROLE


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("command", "options"), [("migrate", {}), ("flush", {"interactive": False}), ("createcachetable", {})]
)
def test_commands_that_own_tables_run_as_the_owner_and_give_it_back(command, options):
    call_command(command, verbosity=0, **options)
    assert user() == settings.SITE_ROLE
