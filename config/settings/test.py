"""For the test suite: the same house, quick hashing, mail in memory, no durable disk."""

from __future__ import annotations

from config.settings.base import *
from config.settings.base import BASE_DIR, DATABASES, env

SECRET_KEY = "only-for-tests-" * 4
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
if "data_dir" in DATABASES["default"]["OPTIONS"]:
    DATABASES["default"]["OPTIONS"]["data_dir"] = env.str("TEST_DATA_DIR", default=str(BASE_DIR / ".data-test"))
    # A test database that a power cut may take: twice as quick, and nobody's record is in it.
    DATABASES["default"]["OPTIONS"]["server_settings"] = {"fsync": "off", "full_page_writes": "off"}
_suffix = env.str("TEST_DB_SUFFIX", default="")
DATABASES["default"]["TEST"] = {"NAME": f"test_praxis{'_' + _suffix if _suffix else ''}"}
