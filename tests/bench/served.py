"""Our site, or with PLAIN=1 what `startproject` brings, over a bench's database: `uvicorn tests.bench.served:application`."""

from __future__ import annotations

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"

import django
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.db import connections

django.setup()
if os.environ.get("PLAIN"):
    from tests.bench.plain import views as plain

    settings.MIDDLEWARE = plain.MIDDLEWARE
    settings.ROOT_URLCONF = "tests.bench.plain.views"
application = get_asgi_application()
connections.settings["default"]["NAME"] = os.environ["RACE_DATABASE"]

__all__ = ["application"]
