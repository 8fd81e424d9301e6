"""What all settings share; the environment decides the rest (.env.example lists every variable)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import environ
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = environ.Env()

# Who and where
PRACTICE_NAME = env.str("PRACTICE_NAME", default="Praxis")
PRACTICE_TIME_ZONE = env.str("PRACTICE_TIME_ZONE", default="Europe/Athens")
# Whose public holidays are kept, as ISO 3166 writes it: a country, or a part of one ("DE-BY"); empty for none.
PRACTICE_COUNTRY = env.str("PRACTICE_COUNTRY", default="GR")
PRACTICE_CURRENCY = env.str("PRACTICE_CURRENCY", default="EUR")
PRACTICE_ADDRESS = env.str("PRACTICE_ADDRESS", default="")
# Where answers to our mails go; empty: to DEFAULT_FROM_EMAIL.
PRACTICE_EMAIL = env.str("PRACTICE_EMAIL", default="")
PRACTICE_PHONE = env.str("PRACTICE_PHONE", default="")
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")

SECRET_KEY = env.str("SECRET_KEY", default="")
DEBUG = False
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
WSGI_APPLICATION = "config.wsgi.application"
AUTH_USER_MODEL = "clients.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SITE_ROLE = "praxis_app"

INSTALLED_APPS = [
    "procrastinate.contrib.django",
    "config",
    "config.pages",
    "folders",
    "mechanics",
    "scheduling",
    "clients",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
]

MIDDLEWARE = [
    "config.middleware.RequestIdMiddleware",
    "config.middleware.SecurityHeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.DatabaseAwayMiddleware",
    "config.middleware.RefusalMiddleware",
    "config.middleware.CleanInputMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "config.middleware.PersonMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "config.middleware.LoginExpiredMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.pages.context.practice",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Database: embedded unless DATABASE_URL names another. Both speak through our backend, for the role.
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / ".data"))).absolute()
ROLE_OPTIONS = {
    "assume_role": SITE_ROLE,
    "connect_timeout": 2,
    # So often a statement of `config.postgres.planned` is sent on a connection before the server keeps its plan.
    "prepare_threshold": 5,
    # Nobody waits longer than this for a lock or a statement: a busy row is an answer, not a hang.
    "options": "-c lock_timeout=5s -c statement_timeout=20s -c idle_in_transaction_session_timeout=30s",
}
if env.str("DATABASE_URL", default=""):
    _database: dict[str, Any] = dict(env.db_url("DATABASE_URL"))
    _database["OPTIONS"] = {**_database.get("OPTIONS", {}), **ROLE_OPTIONS}
else:
    _database = {"NAME": "praxis", "OPTIONS": {"data_dir": str(DATA_DIR), **ROLE_OPTIONS}}
DATABASES: dict[str, dict[str, Any]] = {
    "default": {**_database, "ENGINE": "config.postgres", "CONN_HEALTH_CHECKS": True, "ATOMIC_REQUESTS": False}
}
# In one process; the others wait their turn.  Of more, each would be slower, and hold for longer what others wait for.
REQUESTS_AT_ONCE = env.int("REQUESTS_AT_ONCE", default=2)
# Limits on sign-in are counted here, so every process must see the same numbers.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "django_cache"}}
# What is said after a deed names people: it waits with the session, not in a cookie on the device.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_ENGINE = "config.sessions"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "config.pages.views.csrf_failed"
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
# Closing half a year lists hundreds of sessions, each with two fields; how much may be sent is limited above.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000
SILENCED_SYSTEM_CHECKS = ["security.W002"]  # our SecurityHeadersMiddleware sends X-Frame-Options
SECURE_REFERRER_POLICY = "same-origin"

# Words
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("el", _("Greek"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_I18N = True
USE_TZ = True
TIME_ZONE = PRACTICE_TIME_ZONE

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]

# Sign-in
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
AUTHENTICATION_BACKENDS = ["clients.backends.PersonBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "clients.adapter.AccountAdapter"
ACCOUNT_FORMS = {"request_login_code": "clients.forms.RequestCodeForm"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
# Digits only: a Greek keyboard has no Latin letters at hand.
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"numeric": True, "dashed": False, "length": 6}
ACCOUNT_CHANGE_EMAIL = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/10m/key"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = False

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
EMAIL_BACKEND = EMAIL_CONFIG["EMAIL_BACKEND"].replace("django.core.mail.backends.smtp", "clients.smtp")
EMAIL_HOST = EMAIL_CONFIG.get("EMAIL_HOST", "")
EMAIL_PORT = EMAIL_CONFIG.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = EMAIL_CONFIG.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = EMAIL_CONFIG.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = bool(EMAIL_CONFIG.get("EMAIL_USE_TLS"))
EMAIL_USE_SSL = bool(EMAIL_CONFIG.get("EMAIL_USE_SSL"))
# Seconds: for each answer of the mail server, and, while somebody waits at a page, for all of it.
EMAIL_TIMEOUT = 10
# A folder for mails that are to be looked at instead of sent, at `/_mail/`; for the demo and for development only.
MAILBOX_DIR = ""
# The same for a mail that the worker sends: a server may think about it, but not for ever.
MAIL_PATIENCE = env.float("MAIL_PATIENCE", default=60.0)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Praxis <praxis@localhost>")
# What the calendar files that go with mails are: an invitation that needs no answer, or only news of a session.
ICS_STYLE = env.str("ICS_STYLE", default="request", choices=("request", "publish"))

# The worker: how many jobs and how many mails at once, and in seconds how often it says that it lives, when it counts as
# dead, and what it takes to leave.
WORKER_JOBS_AT_ONCE = env.int("WORKER_JOBS_AT_ONCE", default=4)
WORKER_MAILS_AT_ONCE = env.int("WORKER_MAILS_AT_ONCE", default=4)
WORKER_HEARTBEAT = env.float("WORKER_HEARTBEAT", default=2.0)
WORKER_STALLED_AFTER = env.float("WORKER_STALLED_AFTER", default=10.0)
WORKER_LEAVE_WITHIN = env.float("WORKER_LEAVE_WITHIN", default=5.0)

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"private": {"()": "config.middleware.PrivateLogFilter"}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["private"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"django.request": {"level": "ERROR"}, "praxis": {"level": "INFO"}},
}
