"""`make run`: one process, embedded PostgreSQL, demo people, mail on the terminal."""

from __future__ import annotations

from config.settings.base import *
from config.settings.base import DATA_DIR, DATABASES, env

DEMO = True
# The demo holds invented people only and listens on this machine; a real key is demanded by production.
SECRET_KEY = env.str("SECRET_KEY", default="demo-only-" + "not-a-secret-" * 4)
PRACTICE_NAME = env.str("PRACTICE_NAME", default="Marinou Practice")
PRACTICE_ADDRESS = env.str("PRACTICE_ADDRESS", default="Solonos 84, Athens")
PRACTICE_PHONE = env.str("PRACTICE_PHONE", default="210 000 0000")
if not env.str("EMAIL_URL", default=""):
    EMAIL_BACKEND = "config.mailbox.backend.EmailBackend"
    MAILBOX_DIR = str(DATA_DIR / "mail")
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 40, "timeout": 2}
