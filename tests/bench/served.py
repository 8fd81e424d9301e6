"""The site, and the plain one, over a bench's database: `uvicorn tests.bench.served:application`.

PLAIN says what stands before the plain one: "nothing", "startproject" (what that brings), or "ours"."""

from __future__ import annotations

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"

import django
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.db import connections

django.setup()
if before := os.environ.get("PLAIN"):
    from tests.bench.plain import views as plain

    settings.ROOT_URLCONF = "tests.bench.plain.views"
    settings.MIDDLEWARE = {"nothing": [], "startproject": plain.MIDDLEWARE, "ours": settings.MIDDLEWARE}[before]
application = get_asgi_application()
connections.settings["default"]["NAME"] = os.environ["RACE_DATABASE"]
# As in production: no request waits for a new connection.
connections.settings["default"]["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 40, "timeout": 2}

__all__ = ["application"]
