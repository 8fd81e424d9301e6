"""The site over a test's database, in a process of its own: `uvicorn tests.races.site:application`."""

from __future__ import annotations

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"

from django.db import connections

from config.asgi import application

connections.settings["default"]["NAME"] = os.environ["RACE_DATABASE"]

__all__ = ["application"]
