"""Settings of the portal, read from the environment and from nowhere else.

Every reader fails loudly with the variable's name. What is absent means one machine: SQLite, a file
queue and mail as files under the data directory. `docs/operations.md` lists the variables.
"""

import os
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from coordination.frame.logs import without_addresses

BASE_DIR = Path(__file__).resolve().parent.parent


def text(name: str, default: str | None = None) -> str:
    value = os.environ.get(name, default)
    if value is None or (not value and default is None):
        raise ImproperlyConfigured(f"{name} must be set.")
    return value


def flag(name: str, default: bool = False) -> bool:
    value = os.environ.get(name, "")
    if value == "":
        return default
    if value.lower() in {"1", "true", "yes", "on"}:
        return True
    if value.lower() in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")


def whole(name: str, default: int, least: int = 0) -> int:
    value = os.environ.get(name, "")
    try:
        number = int(value) if value else default
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from None
    if number < least:
        raise ImproperlyConfigured(f"{name} must be at least {least}, not {number}.")
    return number


def words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def given(name: str) -> str:
    """The secret itself, or what stands in the file that NAME_FILE names. Empty without either."""
    value = os.environ.get(name, "")
    file = os.environ.get(f"{name}_FILE", "")
    if not value and file:
        try:
            value = Path(file).read_text().strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE cannot be read: {error.strerror}.") from None
    return value


def secret(name: str, least: int = 32) -> str:
    """As `given`, and there must be one. At least 32 characters, unless somebody else made it."""
    value = given(name)
    if len(value) < least:
        raise ImproperlyConfigured(
            f"Set {name} or {name}_FILE to a secret of at least {least} characters."
        )
    return value


# What kind of installation ---------------------------------------------------------------------

DEBUG = flag("PORTAL_DEBUG")
DEMO = flag("PORTAL_DEMO")
"""One-click sign-in as an invented person. Refused outside localhost and by `check --deploy`."""

DATA_DIR = Path(text("PORTAL_DATA_DIR", str(BASE_DIR / "var"))).resolve()
FILES_DIR = DATA_DIR / "files"
MAIL_DIR = DATA_DIR / "mail"
QUEUE_DIR = DATA_DIR / "queue"
CHECKPOINT_DIR = Path(text("PORTAL_CHECKPOINT_DIR", str(DATA_DIR / "checkpoints"))).resolve()
"""Audit checkpoints: outside the database, and best on another machine."""

BASE_URL = text("PORTAL_BASE_URL", "http://localhost:8000").rstrip("/")
HTTPS = BASE_URL.startswith("https://")
ALLOWED_HOSTS = words("PORTAL_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = [BASE_URL] if HTTPS else []

PROXIES = whole("PORTAL_PROXIES", 0)
"""How many proxies of our own stand in front and add to X-Forwarded-For. None: it is not read."""

SECRET_KEY = secret("PORTAL_SECRET_KEY")
SECRET_KEY_FALLBACKS = [secret("PORTAL_SECRET_KEY_OLD")] if given("PORTAL_SECRET_KEY_OLD") else []
"""What it signed is still believed, until everything is signed anew (docs/operations.md)."""


def origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def field_keys() -> list[str]:
    """What secrets in the database are sealed with: the current key, then the one before it.

    On this machine, without https, it may be derived from the secret key. An installation has one of
    its own: its secrets must outlive a change of the secret key, and a leak of it.
    """
    if not given("PORTAL_FIELD_KEY") and not HTTPS:
        return [SECRET_KEY, *SECRET_KEY_FALLBACKS]
    keys = [secret("PORTAL_FIELD_KEY")]
    if given("PORTAL_FIELD_KEY_OLD"):
        keys.append(secret("PORTAL_FIELD_KEY_OLD"))
    if any(len(set(key)) < 10 for key in keys):
        raise ImproperlyConfigured("PORTAL_FIELD_KEY repeats itself: make it at random.")
    if {SECRET_KEY, *SECRET_KEY_FALLBACKS} & set(keys):
        raise ImproperlyConfigured("PORTAL_FIELD_KEY must be another than PORTAL_SECRET_KEY.")
    return keys


FIELD_KEYS = field_keys()

# The individual zone ---------------------------------------------------------------------------

CASES_ENABLED = flag("PORTAL_CASES")
"""Whether there are individual cases at all. Off, the zone has no page, job, notice or name anywhere."""
CASES_ASSESSMENT = text("PORTAL_CASES_ASSESSMENT", "")
"""The reference of the decided impact assessment; `check --deploy` asks for it where cases are on."""


def case_keys() -> list[str]:
    """What the fields of cases are sealed with: the current key, then the one before it.

    They are no other key's: whoever may read the secrets of the portal's sign-in reads no case.
    """
    if not CASES_ENABLED:
        return []
    keys = [secret("PORTAL_CASE_KEY")]
    if given("PORTAL_CASE_KEY_OLD"):
        keys.append(secret("PORTAL_CASE_KEY_OLD"))
    if any(len(set(key)) < 10 for key in keys):
        raise ImproperlyConfigured("PORTAL_CASE_KEY repeats itself: make it at random.")
    if {SECRET_KEY, *SECRET_KEY_FALLBACKS, *FIELD_KEYS} & set(keys):
        raise ImproperlyConfigured("PORTAL_CASE_KEY must be another than the portal's other keys.")
    return keys


CASE_KEYS = case_keys()

# The municipality ------------------------------------------------------------------------------

MUNICIPALITY_NAME = text("PORTAL_MUNICIPALITY_NAME", "Örebro kommun")
MUNICIPALITY_LOGO = text("PORTAL_MUNICIPALITY_LOGO", "img/shield.svg")
"""Path below static/ or PORTAL_BRAND_DIR."""
BRAND_DIR = text("PORTAL_BRAND_DIR", "")
"""A folder of the municipality's own static files; its theme.css sets the colours."""
SUPPORT_NAME = text("PORTAL_SUPPORT_NAME", "Säkerhetsavdelningen")
SUPPORT_EMAIL = text("PORTAL_SUPPORT_EMAIL", "samordningsportalen@example.org")
SUPPORT_PHONE = text("PORTAL_SUPPORT_PHONE", "019-21 00 00")
DPO_EMAIL = text("PORTAL_DPO_EMAIL", "dataskyddsombud@example.org")

# Django ----------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "csp",
    "guardian",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "coordination.ui",
    "coordination.jobs",
    "coordination.audit",
    "coordination.access",
    "coordination.writing",
    "coordination.frame",
    "coordination.actors",
    "coordination.grounds",
    "coordination.agreements",
    "coordination.assignments",
    "coordination.situation",
    "coordination.knowledge",
    "coordination.resources",
    "coordination.administration",
    "forums",
    "cases",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "coordination.access.middleware.HeadersMiddleware",
    # Below the headers, so that static files carry them too.
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "coordination.access.middleware.SessionEndMiddleware",
    # The person's own choice, then Swedish; never what the browser happens to prefer.
    "coordination.access.middleware.LanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    # Decides before the view, and before CSRF, so that an outsider's POST answers as their GET does.
    "coordination.access.middleware.PolicyMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    # After CSRF, so that nobody else's page can use up a person's tries.
    "coordination.access.middleware.FreshFactorMiddleware",
]

ROOT_URLCONF = "coordination.urls"
WSGI_APPLICATION = "coordination.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "coordination.frame.context.frame",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                ),
            ]
            if not DEBUG
            else [
                "django.template.loaders.filesystem.Loader",
                "django.template.loaders.app_directories.Loader",
            ],
            "builtins": [
                "coordination.ui.templatetags.ui",
                "coordination.writing.templatetags.writing",
                "django.templatetags.static",
                "django.templatetags.i18n",
            ],
        },
    }
]
FORM_RENDERER = "coordination.ui.forms.PortalRenderer"

# Database --------------------------------------------------------------------------------------

DATABASE_URL = text("DATABASE_URL", "")
if DATABASE_URL:
    DATABASES = {
        "default": dj_database_url.parse(DATABASE_URL, conn_max_age=60, conn_health_checks=True)
    }
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA_DIR / "portal.sqlite3",
            "OPTIONS": {
                # A write transaction takes the lock when it begins: no deadlock on upgrade.
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                ),
            },
        }
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = text("REDIS_URL", "")
if REDIS_URL:
    CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    }
else:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "portal_cache",
        }
    }

# People and sessions ---------------------------------------------------------------------------

AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "start"
LOGOUT_REDIRECT_URL = "account_login"
PASSWORD_RESET_TIMEOUT = 7 * 24 * 3600
"""How long the link of an invitation works."""
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

ACCOUNT_ADAPTER = "coordination.access.signing_in.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_FORMS = {"login": "coordination.access.signing_in.LoginForm"}
# `coordination.access.limits` counts in the database; allauth's counts can be used to shut people out.
ACCOUNT_RATE_LIMITS = False
ACCOUNT_LOGIN_TIMEOUT = 10 * 60

MFA_ADAPTER = "coordination.access.factors.FactorAdapter"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "coordination.access.factors.SignInCodeForm",
    "authenticate_webauthn": "coordination.access.factors.SignInKeyForm",
}
MFA_TOTP_TOLERANCE = 1
"""Phones' clocks differ: the code before and the code after are right too."""
MFA_RECOVERY_CODE_COUNT = 10

# The municipality's own sign-in, and one for people outside it
OIDC_CLAIM = text("PORTAL_OIDC_CLAIM", "preferred_username")
"""What in the provider's answer names the account."""


def oidc_provider(key: str, issuer: str, client_id: str, client_secret: str) -> dict:
    if HTTPS and not issuer.startswith("https://"):
        raise ImproperlyConfigured("An OIDC issuer must be an https:// address.")
    return {
        "provider_id": key,
        "name": key,
        "client_id": client_id,
        "secret": client_secret,
        "settings": {"server_url": issuer.rstrip("/")},
    }


OIDC = []
if text("PORTAL_OIDC_ISSUER", ""):
    OIDC.append(
        oidc_provider(
            "anstalld",
            text("PORTAL_OIDC_ISSUER"),
            text("PORTAL_OIDC_CLIENT_ID"),
            secret("PORTAL_OIDC_CLIENT_SECRET", least=16),
        )
    )
if text("PORTAL_OIDC_EXTERNAL_ISSUER", ""):
    OIDC.append(
        oidc_provider(
            "extern",
            text("PORTAL_OIDC_EXTERNAL_ISSUER"),
            text("PORTAL_OIDC_EXTERNAL_CLIENT_ID"),
            secret("PORTAL_OIDC_EXTERNAL_CLIENT_SECRET", least=16),
        )
    )
SOCIALACCOUNT_ADAPTER = "coordination.access.oidc.OidcAdapter"
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": OIDC, "OAUTH_PKCE_ENABLED": True}}
SOCIALACCOUNT_REQUESTS_TIMEOUT = 10

# Grants are derived and dated; only `coordination.access` reads them (docs/decisions/0002).
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]

SESSION_COOKIE_AGE = 30 * 60
SESSION_LONGEST = 10 * 60 * 60
"""However busy, nobody stays signed in for longer than a working day."""
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "coordination.frame.errors.csrf_failure"
if HTTPS:
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True

# Headers ---------------------------------------------------------------------------------------

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health/$"]
SECURE_HSTS_SECONDS = 63_072_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        # A sign-in form leads on to the provider, and browsers hold the whole way to this list.
        "form-action": [SELF, *(origin(app["settings"]["server_url"]) for app in OIDC)],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    }
}

# Requests
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
DATA_UPLOAD_MAX_NUMBER_FILES = 5
FILE_UPLOAD_HANDLERS = ["coordination.ui.upload_handler.BoundedUpload"]
"""Files are read on the pages that take them, up to a limit, and dropped everywhere else."""

# Uploads
CLAMD = text("PORTAL_CLAMD", "")
"""Where the virus scanner answers: tcp://clamav:3310 or unix:///run/clamav/clamd.ctl. Without it
nothing can be uploaded."""
if CLAMD and urlsplit(CLAMD).scheme not in ("tcp", "unix"):
    raise ImproperlyConfigured("PORTAL_CLAMD must be tcp://host:port or unix:///path.")
CLAMD_LARGEST = whole("PORTAL_CLAMD_MAX_FILE_MB", 25, least=1) * 1024 * 1024
CLAMD_LARGEST_UNPACKED = whole("PORTAL_CLAMD_MAX_SCAN_MB", 100, least=1) * 1024 * 1024
"""clamd's own MaxFileSize and MaxScanSize: above them it says "OK" about what it has not read."""
UPLOADS_UNSCANNED = flag("PORTAL_UPLOADS_UNSCANNED", default=DEMO)
"""Take files without a scanner. Refused by `check --deploy`; the demo does."""

# Language and time -----------------------------------------------------------------------------

LANGUAGE_CODE = "sv"
LANGUAGES = [("sv", _("Swedish")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = HTTPS
USE_I18N = True
USE_TZ = True
TIME_ZONE = text("PORTAL_TIME_ZONE", "Europe/Stockholm")

# Static files ----------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = Path(text("PORTAL_STATIC_ROOT", str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = ([BRAND_DIR] if BRAND_DIR else []) + [BASE_DIR / "static"]
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
STORAGES = {
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if not DEBUG
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_ALLOW_ALL_ORIGINS = False

# Mail ------------------------------------------------------------------------------------------

EMAIL_HOST = text("PORTAL_SMTP_HOST", "")
EMAIL_PORT = whole("PORTAL_SMTP_PORT", 25)
EMAIL_HOST_USER = text("PORTAL_SMTP_USER", "")
EMAIL_HOST_PASSWORD = text("PORTAL_SMTP_PASSWORD", "")
EMAIL_USE_TLS = flag("PORTAL_SMTP_TLS")
EMAIL_TIMEOUT = 20
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if EMAIL_HOST
    else "coordination.jobs.mail.FolderBackend"
)
DEFAULT_FROM_EMAIL = text("PORTAL_MAIL_FROM", "Samordningsportalen <no-reply@example.org>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# Background work -------------------------------------------------------------------------------

CELERY_BROKER_URL = REDIS_URL or "portalfiles://localhost"
if not REDIS_URL:
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(QUEUE_DIR / "messages"),
        "data_folder_out": str(QUEUE_DIR / "messages"),
        "control_folder": str(QUEUE_DIR / "control"),
        "polling_interval": 0.2,
    }
    # Celery's process pool shares a lock over such a broker: a process killed while it waits for
    # work takes the lock with it, and the whole pool stands still.
    CELERY_WORKER_POOL = "solo"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = TIME_ZONE
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# Nobody steers workers through the broker, so nobody who reaches it can.
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# In memory: what is due stands in the database, so a schedule file would only be one more truth.
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"
CELERY_BEAT_SCHEDULE: dict[str, dict] = {
    # A bell that nobody heard within its interval is void: the next one asks the same.
    "sweep": {
        "task": "coordination.jobs.tasks.sweep",
        "schedule": 10.0,
        "options": {"expires": 10},
    },
    # The interval of each kind of periodic work; `queue` keeps when it is due next.
    **{
        name: {
            "task": "coordination.jobs.tasks.ring",
            "schedule": seconds,
            "args": [name],
            "options": {"expires": seconds},
        }
        for name, seconds in {
            "assignments.files": 3600.0,
            "audit.checkpoint": 600.0,
            "access.rebuild": 3600.0,
            "actors.imports": 3600.0,
            "agreements.files": 3600.0,
            "agreements.warnings": 3600.0,
            "resources.reminders": 3600.0,
            "actors.names": 3600.0,
            "administration.inactive_accounts": 86_400.0,
            "access.tidy": 3600.0,
            "jobs.leftovers": 3600.0,
            "administration.log_exports": 3600.0,
            "administration.log_sample": 3600.0,
            "forums.documents": 3600.0,
            "forums.outside_addresses": 3600.0,
            "cases.advice": 3600.0,
            "cases.drafts": 3600.0,
            "cases.late": 86_400.0,
            "knowledge.contacts": 86_400.0,
            "resources.compilations": 3600.0,
            "forums.reminders": 1800.0,
            "writing.sweep": 3600.0,
        }.items()
    },
}

# Logging: never a value that a person typed ------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "coordination.frame.logs.QuietFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "filters": {
        "without_addresses": {
            "()": "django.utils.log.CallbackFilter",
            "callback": without_addresses,
        }
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "plain",
            "filters": ["without_addresses"],
        }
    },
    "root": {"handlers": ["console"], "level": text("PORTAL_LOG_LEVEL", "INFO")},
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
        "django.utils.autoreload": {"level": "WARNING"},
        "django.db.backends": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
        "weasyprint": {"level": "ERROR"},
    },
}
