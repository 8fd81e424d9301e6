"""The cast and the stage: five people, one fixed clock, no network."""

from __future__ import annotations

import gc
import ipaddress
import os
import socket

import pytest
import time_machine
from django.db import connection
from django.test import Client as Browser
from django.test import TransactionTestCase

from tests import databases, factories
from tests.raw import Raw


def pytest_collection_finish():
    """What is loaded by now stays to the end: the collector need not walk through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_test_environment, django_db_blocker, request):
    """Each worker's database is a copy of a migrated one; its own name comes after the template's."""
    with django_db_blocker.unblock():
        connection.settings_dict["TEST"]["TEMPLATE"] = databases.migrated_template()
    # Several runs beside one another, each with a database of its own.
    connection.settings_dict["TEST"]["NAME"] += os.environ.get("TEST_DATABASE_SUFFIX", "")
    request.getfixturevalue("django_db_modify_db_settings_parallel_suffix")


@pytest.fixture(scope="session", autouse=True)
def _emptied_quickly():
    """What a test committed is gone when it is over."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: databases.empty())
        yield


class NetworkUsed(AssertionError):
    """A test reached for the network."""


@pytest.fixture(scope="session", autouse=True)
def _no_network():
    connect = socket.socket.connect

    def guarded(self, address):
        if self.family in {socket.AF_INET, socket.AF_INET6} and not _is_here(address[0]):
            raise NetworkUsed(f"no test may connect to {address}")
        return connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield


def _is_here(host):
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@pytest.fixture(scope="class")
def standing(django_db_setup, django_db_blocker):
    """What a class's own fixtures write after this stands for all its tests; each takes back only what it did itself.

    The class bears the mark `django_db`, so that each test begins a savepoint of its own."""
    with django_db_blocker.unblock(), databases.taken_back():
        yield


@pytest.fixture
def now():
    """The instant that tests call the present."""
    return factories.NOW


@pytest.fixture
def clock(now):
    """Python's clock stands at that instant (PostgreSQL's own goes on)."""
    with time_machine.travel(now, tick=False) as traveller:
        yield traveller


@pytest.fixture
def coach(db):
    """Monday to Friday 09:00–17:00 in Athens, sessions of 50 minutes."""
    return factories.create_coach(email="coach@praxis.test", full_name="Elena Marinou")


@pytest.fixture
def other_coach(db):
    return factories.create_coach(email="coach2@praxis.test", full_name="Daniel Berg")


@pytest.fixture
def client_user(coach):
    """A client of `coach` who can sign in; `client_user.client` is the record."""
    user = factories.create_user(email="maria@praxis.test", full_name="Maria Papadopoulou")
    factories.create_client(of=coach, full_name=user.full_name, email=user.email, user=user)
    return user


@pytest.fixture
def staff(db):
    """Office staff with all rights in admin."""
    return factories.create_user(email="staff@praxis.test", full_name="Office Staff", is_staff=True, is_superuser=True)


@pytest.fixture
def stranger(db):
    """Signs in, and is nobody here: neither coach, client nor staff."""
    return factories.create_user(email="stranger@praxis.test", full_name="Stranger")


@pytest.fixture
def raw(db):
    """Plain SQL as the site's role."""
    return Raw()


@pytest.fixture
def signed_in(clock):
    """`signed_in(user)` is a Django test client of that user (or coach); the clock is fixed."""

    def sign_in(person=None):
        browser = Browser()
        if person is not None:
            browser.force_login(getattr(person, "user", person))
        return browser

    return sign_in
