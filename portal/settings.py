"""The one settings file: environment in, loud errors out.

Every default suits a laptop (SQLite, a broker without a server, mail in files); production differs by environment
variables alone, and `manage.py check --deploy` refuses what is unsafe there. docs/operators.md lists the variables.
"""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import environ
from csp.constants import NONCE, NONE, SELF, UNSAFE_INLINE
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()


def _accepted(checks: list[str]) -> list[str]:
    """Return the checks whose warnings an operator has weighed. Errors are mended: nobody can accept them."""
    if errors := [each for each in checks if re.search(r"\.[CE]\d+$", each)]:
        raise ImproperlyConfigured(f"SILENCED_CHECKS names errors, which cannot be accepted: {', '.join(errors)}")
    return checks


# --- Where this portal is and where it keeps what it makes
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))
SITE_URL = env.str("SITE_URL", default="http://localhost:8000").rstrip("/")
SITE_NAME = env.str("SITE_NAME", default="Tonne by Tonne")
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="django-insecure-only-for-a-laptop-set-SECRET_KEY-elsewhere")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])  # earlier ones: they sign nothing, but still count
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
INTERNAL_IPS = ["127.0.0.1"]
# What an operator has weighed and accepted; and W019, since Wagtail shows previews of pages in a frame of its own
SILENCED_SYSTEM_CHECKS = ["security.W019", *_accepted(env.list("SILENCED_CHECKS", default=[]))]

# Where weaknesses are reported, as addresses (mailto:, https:), in /.well-known/security.txt
SECURITY_CONTACT = env.list("SECURITY_CONTACT", default=[])

# --- Safe transport: one switch, since half of it is as unsafe as none
HTTPS = env.bool("HTTPS", default=False)
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
# How many entries at the end of X-Forwarded-For our own proxies wrote: who a visitor is, for limits here and in allauth
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=1 if BEHIND_PROXY else 0)
WEB_CONCURRENCY = env.int("WEB_CONCURRENCY", default=1)  # web processes on a machine, as gunicorn reads it too
# Seconds that a page may wait for its turn, as the proxy tells, before "busy" is answered; 0 for as long as it takes
BUSY_AFTER = env.float("BUSY_AFTER", default=5.0)
RATE_LIMITS = env.bool("RATE_LIMITS", default=True)  # off for load tests only
# Browsers take cookies of such names from this very host alone, encrypted, and for all of it.
COOKIE_PREFIX = "__Host-" if HTTPS else ""
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid", f"{COOKIE_PREFIX}csrftoken"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # Django's other one sets a cookie
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SECURE_REFERRER_POLICY = "same-origin"
CSRF_TRUSTED_ORIGINS = [SITE_URL]
CSRF_FAILURE_VIEW = "portal.stale_forms.send_again"

INSTALLED_APPS = [
    "portal.home",
    "portal.projects",
    "portal.calculators",
    "portal.selling",
    "portal.books",
    "portal.checkout",
    "portal.payments",
    "portal.payments.transfers",
    "portal.providers",
    "portal.people",
    "portal.registry",
    "portal.registry.ledger",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "django.contrib.postgres",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.headers.PolicyMiddleware",
    "portal.api_middleware.PublicApiMiddleware",
    "portal.busy.BusyMiddleware",
    "portal.headers.PublicPageMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
    "portal.forged.ForgedFormMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "portal" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "portal.home.frame.frame",
            ],
        },
    },
]

FORM_RENDERER = "portal.controls.ControlRenderer"

# --- Databases: what the portal knows, and the embedded registry in a database of its own
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
}


def _database(variable: str, file_name: str) -> dict[str, Any]:
    """Read one database address, options such as `?sslmode=require` included; a laptop gets a file in VAR_DIR."""
    config: dict[str, Any] = env.db_url(variable, default=f"sqlite:///{VAR_DIR / file_name}")
    if config["ENGINE"].endswith("sqlite3"):
        config["OPTIONS"] = SQLITE_OPTIONS
        config["CONN_MAX_AGE"] = None  # opening one took a tenth of an answer, and of a look at an order half
    else:
        config["CONN_HEALTH_CHECKS"] = True
        config["OPTIONS"] = {**config.get("OPTIONS", {}), "pool": {"min_size": 1, "max_size": 16}}
    return config


DATABASES = {
    "default": _database("DATABASE_URL", "portal.sqlite3"),
    "ledger": _database("LEDGER_DATABASE_URL", "ledger.sqlite3"),
}
DATABASE_ROUTERS = ["portal.registry.ledger.router.LedgerRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHE_URL = env.str("CACHE_URL", default="locmem://")
CACHES = {"default": env.cache_url("CACHE_URL", default="locmemcache://")}

# --- Work: rows are the queue, the broker only makes it quick
BROKER_URL = env.str("BROKER_URL", default="folders://localhost")
CELERY_BROKER_URL = BROKER_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_TIMEZONE = "UTC"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "schedule")
if BROKER_URL.startswith("folders:"):
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(VAR_DIR / "queue"),
        "data_folder_out": str(VAR_DIR / "queue"),
        "control_folder": str(VAR_DIR / "queue-control"),
        "polling_interval": 0.1,
    }

# --- People
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "portal.people.passwords.UnlikeOneself"},
    {"NAME": "portal.people.passwords.LongEnough", "OPTIONS": {"min_length": 10}},
    {"NAME": "portal.people.passwords.Unusual"},
    {"NAME": "portal.people.passwords.NotOnlyDigits"},
]
ACCOUNT_ADAPTER = "portal.people.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "portal.people.forms.LoginForm",
    "signup": "portal.people.forms.SignupForm",
    "add_email": "portal.people.forms.AddEmailForm",
    "change_password": "portal.people.forms.ChangePasswordForm",
    "set_password": "portal.people.forms.SetPasswordForm",
    "reset_password": "portal.people.forms.ResetPasswordForm",
    "reset_password_from_key": "portal.people.forms.ResetPasswordKeyForm",
    "reauthenticate": "portal.people.forms.ReauthenticateForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True  # whatever lets somebody in, or keeps them out, is told once it has changed
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
MFA_ADAPTER = "portal.people.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = SITE_NAME
MFA_FORMS = {
    "authenticate": "portal.people.forms.CodeForm",
    "reauthenticate": "portal.people.forms.CodeAgainForm",
    "activate_totp": "portal.people.forms.FirstCodeForm",
}
UNCONFIRMED_KEPT_DAYS = env.int("UNCONFIRMED_KEPT_DAYS", default=30)  # then an account that nobody confirmed is deleted
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "account"
LOGOUT_REDIRECT_URL = "/"
WAGTAILADMIN_LOGIN_URL = "desk_door"

# --- Languages
LANGUAGE_CODE = "en"
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [("en", _("English")), ("fr", _("French")), ("es", _("Spanish"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
WAGTAIL_I18N_ENABLED = True
WAGTAILLOCALIZE_DISABLE_ON_DELETE = True
TIME_ZONE = env.str("TIME_ZONE", default="UTC")  # in which times are said; they are kept in UTC
USE_TZ = True

# --- Files
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "portal" / "static"]
STATIC_MANIFEST = env.bool("STATIC_MANIFEST", default=False)
WHITENOISE_USE_FINDERS = not STATIC_MANIFEST
MEDIA_URL = "/media/"
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(VAR_DIR / "media")))
SERVE_MEDIA = env.bool("SERVE_MEDIA", default=True)  # off where a proxy or an object store serves them
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if STATIC_MANIFEST
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # a long story is a form of thousands of fields

# --- Wagtail
WAGTAIL_SITE_NAME = SITE_NAME
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_EXTENSIONS = ["pdf", "csv", "txt", "odt", "ods", "docx", "xlsx"]
WAGTAILDOCS_MAX_UPLOAD_SIZE = 20 * 1024 * 1024  # bytes
WAGTAILIMAGES_IMAGE_FORM_BASE = "portal.home.pictures.PictureForm"
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "webp", "avif"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024  # bytes
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 40_000_000  # a small file can unpack to more than a server's memory
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAIL_USER_TIME_ZONES = sorted(available_timezones() - {"localtime"})  # Debian's own, which browsers do not know
WAGTAIL_PASSWORD_RESET_ENABLED = False  # allauth does this, for editors too
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False  # an address is proven through allauth, or not at all
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}

# --- Payments and registry
SIMULATOR_URL = env.str("SIMULATOR_URL", default="http://localhost:8001")
PROVIDER_KEYS = env.list("PROVIDER_KEYS", default=[])  # Fernet keys that seal credentials, newest first
# Modules with `sealed_values` and `replace_seal`: the writers of all rows that have something sealed
KEEPS_SEALED = ("portal.payments.accounts", "portal.payments.changes", "portal.people.second_factor")
# How long another place for a provider's money waits after its people were told, and whether nobody pays meanwhile
PAYEE_CHANGE_HOURS = env.int("PAYEE_CHANGE_HOURS", default=72)
PAYEE_CHANGE_PAUSES = env.bool("PAYEE_CHANGE_PAUSES", default=True)
REGISTRY_CONNECTOR = env.str("REGISTRY_CONNECTOR", default="ledger")
REGISTRY_NAME = env.str("REGISTRY_NAME", default="Embedded registry (demonstration)")
# The currencies whose prices come first where several are shown, since nothing tells which of two is lower.
CURRENCIES = env.list("CURRENCIES", default=["EUR", "USD", "CHF", "GBP"])
# What may be set aside for orders that nobody has paid, see portal/checkout/holds.py
HOLD_MINUTES = env.int("HOLD_MINUTES", default=30)
HOLD_LONGEST_MINUTES = env.int("HOLD_LONGEST_MINUTES", default=60)  # since the order was placed, however often one pays
HOLDS_PER_VISITOR = env.int("HOLDS_PER_VISITOR", default=10)
HOLD_LAPSED_ORDERS = env.int("HOLD_LAPSED_ORDERS", default=10)  # so many, unpaid, make an account a stranger
HOLD_UNPROVEN_UNITS = env.int("HOLD_UNPROVEN_UNITS", default=2000)  # in one order, without a proven address
HOLD_UNPROVEN_PERCENT = env.int("HOLD_UNPROVEN_PERCENT", default=50)  # of a listing, all orders of that kind together
PLACED_LETTERS_PER_ADDRESS = env.int("PLACED_LETTERS_PER_ADDRESS", default=10)  # in a day, of orders nobody paid for
UNPAID_KEPT_DAYS = env.int("UNPAID_KEPT_DAYS", default=30)  # then an order that lapsed says no more whose it was
# From such an amount on, in the order's currency, organisations are offered a bank transfer first
TRANSFER_FIRST_FROM = Decimal(env.str("TRANSFER_FIRST_FROM", default="2500"))
PAY_ATTEMPTS = env.int("PAY_ATTEMPTS", default=5)
# Attempts to pay that come to nothing, in an hour, whatever the order: see portal/checkout/velocity.py
PAY_TRIES_PER_NETWORK = env.int("PAY_TRIES_PER_NETWORK", default=30)
PAY_TRIES_PER_MAILBOX = env.int("PAY_TRIES_PER_MAILBOX", default=10)
PAY_TRIES_PER_BROWSER = env.int("PAY_TRIES_PER_BROWSER", default=10)
# The last day (UTC) on which the CDM registry cancels units: decision of CMP 20, see docs/operators.md
CDM_LAST_DAY = date.fromisoformat(env.str("CDM_LAST_DAY", default="2026-12-31"))

# --- Mail
EMAIL_CONFIG = env.email_url("EMAIL_URL", default=f"filemail:///{VAR_DIR / 'mail'}")
vars().update(EMAIL_CONFIG)
if EMAIL_CONFIG["EMAIL_BACKEND"].endswith("filebased.EmailBackend"):
    EMAIL_FILE_PATH = VAR_DIR / "mail"
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=10)  # seconds a mail server may take for each of its answers
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Tonne by Tonne <portal@localhost>")

# --- Content Security Policy: nothing inline, nothing from elsewhere. The payment page alone may widen it.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    },
}
# The editors' desk: Wagtail 8 starts its date fields and choosers by scripts in the page, and Draftail sets styles.
# Nothing may be loaded from elsewhere or sent elsewhere, and no text is evaluated.
ADMIN_CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, UNSAFE_INLINE],
        "style-src": [SELF, UNSAFE_INLINE],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    },
}
X_FRAME_OPTIONS = "SAMEORIGIN"  # Wagtail shows previews of pages in a frame of its own

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"secret_addresses": {"()": "portal.logs.SecretAddresses"}},
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["secret_addresses"]}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    # It quotes what it cannot read, which is what people wrote on their transfers.
    "loggers": {"mt940": {"level": "CRITICAL"}},
}
