"""The site over a test's database, in a process of its own: `uvicorn tests.races.site:application`.

It writes down how long each action took, from before its transaction begins until after it ends."""

from __future__ import annotations

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"

from contextlib import contextmanager
from time import monotonic

from django.db import connections, transaction

from config.asgi import application
from config.kernel import actions

DATABASE = connections.settings["default"]
DATABASE["NAME"] = os.environ["RACE_DATABASE"]
# As it is served: connections are kept.
DATABASE["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 40, "timeout": 2}


class Timed:
    """Django's transactions, for actions."""

    @staticmethod
    @contextmanager
    def atomic(**how):
        begun = monotonic()
        try:
            with transaction.atomic(**how):
                yield
        finally:
            # One call, so that no other thread's line comes in between.
            os.write(2, f"action took {1000 * (monotonic() - begun):.1f} ms\n".encode())


actions.transaction = Timed

__all__ = ["application"]
