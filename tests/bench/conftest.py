"""Databases of several sizes, outside of any test's transaction."""

from __future__ import annotations

import pytest

from tests.bench.scratch import Scratch


@pytest.fixture(scope="session")
def scratch(django_db_setup, django_db_blocker):
    """`with scratch.at(1_000) as coach:` Django speaks to a database with so many sessions."""
    with django_db_blocker.unblock():
        made = Scratch()
        try:
            yield made
        finally:
            made.drop()
