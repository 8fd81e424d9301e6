"""The cast and the stage: five people, one fixed clock, no network."""

from __future__ import annotations

import ipaddress
import socket

import pytest
import time_machine
from django.test import Client as Browser

from tests import factories
from tests.raw import Raw


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
