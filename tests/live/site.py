"""The site over a test's database as production serves it, with a pool: `uvicorn tests.live.site:application`."""

from __future__ import annotations

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"

from django.db import connections

from config.asgi import application

connections.settings["default"]["NAME"] = os.environ["RACE_DATABASE"]
connections.settings["default"]["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 40, "timeout": 2}

__all__ = ["application"]
