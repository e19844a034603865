"""Settings of Flowtic, all of them from the environment (docs/configuration.md lists every variable).

Wrong values are reported by `manage.py check` with a hint (flowtic/core/checks.py), not by a crash in a request.
"""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from flowtic import environment
from flowtic.environment import env

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = environment.data_dir(BASE_DIR)
TESTING = env.bool("FLOWTIC_TEST", default=False)
DEBUG = env.bool("FLOWTIC_DEBUG", default=False)

SECRET_KEY = environment.secret_key(DATA_DIR)
SECRET_KEY_FALLBACKS = env.list("FLOWTIC_SECRET_KEY_FALLBACKS", default=[])
BASE_URL = env.str("FLOWTIC_BASE_URL", default="http://127.0.0.1:8000").rstrip("/")
_BASE = urlsplit(BASE_URL)
SECURE = _BASE.scheme == "https"
ALLOWED_HOSTS = env.list("FLOWTIC_ALLOWED_HOSTS", default=[]) or sorted(
    {_BASE.hostname or "127.0.0.1", "127.0.0.1", "localhost", "[::1]"}
)
CSRF_TRUSTED_ORIGINS = [BASE_URL] if SECURE else []
REDIS_URL = env.str("REDIS_URL", default="")

INSTALLED_APPS = [
    "flowtic.core",
    "accounts",
    "knowledge",
    "desk",
    "workflows",
    "ai_assist",
    "flowtic.theme",
    "flowtic.admin_site.FlowticAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "tailwind",
    "ninja",
]
TAILWIND_APP_NAME = "flowtic.theme"

MIDDLEWARE = [
    "flowtic.core.middleware.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "flowtic.core.middleware.ActorMiddleware",
    "flowtic.core.middleware.CommandErrorMiddleware",
    "accounts.middleware.PendingMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "flowtic.urls"
WSGI_APPLICATION = "flowtic.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "flowtic.core.shell.shell_context",
            ],
        },
    }
]

# ---- data -----------------------------------------------------------------
EMBEDDED_CACHE = not REDIS_URL and not TESTING
DATABASES = environment.databases(DATA_DIR, embedded_cache=EMBEDDED_CACHE, testing=TESTING)
DATABASE_ROUTERS = ["flowtic.core.cache_router.CacheRouter"] if EMBEDDED_CACHE else []
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
if TESTING:
    CACHES: dict[str, dict[str, Any]] = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
elif REDIS_URL:
    CACHES = {
        "default": {
            "BACKEND": "flowtic.core.cache_redis.SurvivingRedisCache",
            "LOCATION": REDIS_URL,
            "OPTIONS": {"socket_timeout": 3, "socket_connect_timeout": 3},
        }
    }
else:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "cache_entry",
            "OPTIONS": {"MAX_ENTRIES": 20_000},
        }
    }

# ---- work in the background -------------------------------------------------
CELERY_BROKER_URL = REDIS_URL or "filesystem://"
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ALWAYS_EAGER = TESTING
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
if REDIS_URL:
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
        "visibility_timeout": 3600,
        "socket_timeout": 3,
        "socket_connect_timeout": 3,
    }
else:
    _BROKER = DATA_DIR / "broker"
    for _name in ("queue", "processed", "control"):
        (_BROKER / _name).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_BROKER / "queue"),
        "data_folder_out": str(_BROKER / "queue"),
        "processed_folder": str(_BROKER / "processed"),
        "control_folder": str(_BROKER / "control"),
        "store_processed": False,
        "polling_interval": 0.1,
    }
# (dotted path of a function without arguments, seconds between two runs)
FLOWTIC_SCHEDULE = [
    ("flowtic.core.outbox.relay", 2),
    ("flowtic.core.audit.seal_new_events", 2),
    ("flowtic.core.retention.clean_up", 3600),
    ("flowtic.core.maintenance.refresh_statistics", 600),
    ("accounts.digests.collect_digests", 60),
    ("accounts.digests.forget_old_notifications", 3600),
    ("desk.schedule.close_resolved_tickets", 300),
    ("desk.schedule.watch_promises", 20),
    ("desk.snoozing.wake_due", 30),
    ("desk.schedule.remove_orphan_files", 3600),
    ("desk.schedule.forget_old_mails", 3600),
    ("desk.schedule.forget_old_bulk_runs", 3600),
    ("desk.schedule.return_untouched", 300),
    ("desk.schedule.assign_waiting", 60),
    ("desk.schedule.forget_old_drafts", 3600),
    ("workflows.schedule.fire_timers", 2),
    ("workflows.schedule.return_untouched", 60),
    ("workflows.schedule.roll_up", 300),
    ("workflows.automation.dwelling.sweep", 20),
    ("workflows.automation.retention.forget_old_runs", 3600),
    ("ai_assist.schedule.classify_missed", 60),
    ("ai_assist.schedule.weigh_trust", 600),
    ("ai_assist.local.jobs.train_nightly", 900),
    ("ai_assist.local.jobs.evaluate_monthly", 1800),
    ("ai_assist.commands.calls.forget_texts", 3600),
    ("knowledge.schedule.remove_orphan_files", 3600),
    ("knowledge.schedule.forget_old_misses", 3600),
]

# ---- people -------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
# allauth's backend is Django's with e-mail login; both together would hash a wrong password twice.
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = (
    ["django.contrib.auth.hashers.MD5PasswordHasher"]
    if TESTING
    else [
        "django.contrib.auth.hashers.Argon2PasswordHasher",
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    ]
)
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator", "OPTIONS": {"user_attributes": ("name", "email")}},
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": "accounts.passwords.ProductWordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
PASSWORD_RESET_TIMEOUT = 3600
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.SignupDetailsForm"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS = 3
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("FLOWTIC_TRUSTED_PROXIES", default=0)

# ---- browser ---------------------------------------------------------------------
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db" if REDIS_URL else "django.contrib.sessions.backends.db"
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "flowtic_session"
SESSION_COOKIE_AGE = 7 * 24 * 3600
SESSION_COOKIE_SECURE = SECURE
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "flowtic_csrf"
CSRF_COOKIE_SECURE = SECURE
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "flowtic.core.error_views.csrf_failure"
LANGUAGE_COOKIE_NAME = "__Host-language" if SECURE else "flowtic_language"
LANGUAGE_COOKIE_SECURE = SECURE
LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = env.int("FLOWTIC_HSTS_SECONDS", default=31_536_000) if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = SECURE
SECURE_SSL_REDIRECT = SECURE
# A script must learn of its mistake instead of having its token travel in clear text twice.
SECURE_REDIRECT_EXEMPT = [r"^api/", r"^health/"]
if env.bool("FLOWTIC_BEHIND_TLS_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 20

# ---- files -----------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = env.path("FLOWTIC_STATIC_ROOT", default=str(DATA_DIR / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA_DIR / "media", "file_permissions_mode": 0o640},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or TESTING
        else "flowtic.core.static_storage.HashedStaticStorage"
    },
}
MEDIA_URL = ""  # uploads are private: only views that check permission hand them out
WHITENOISE_USE_FINDERS = DEBUG or TESTING

# ---- language and time ---------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("de", _("German")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = env.str("FLOWTIC_TIME_ZONE", default="Europe/Berlin")
USE_TZ = True

# ---- e-mail --------------------------------------------------------------------------
_MAIL = env.email_url("FLOWTIC_EMAIL_URL", default="consolemail://")
EMAIL_BACKEND = _MAIL["EMAIL_BACKEND"]
EMAIL_HOST, EMAIL_PORT = _MAIL.get("EMAIL_HOST", ""), _MAIL.get("EMAIL_PORT") or 25
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _MAIL.get("EMAIL_HOST_USER"), _MAIL.get("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS, EMAIL_USE_SSL = _MAIL.get("EMAIL_USE_TLS", False), _MAIL.get("EMAIL_USE_SSL", False)
EMAIL_FILE_PATH = _MAIL.get("EMAIL_FILE_PATH")
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = env.str("FLOWTIC_DEFAULT_FROM_EMAIL", default="Flowtic <helpdesk@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# ---- the product ---------------------------------------------------------------------
FLOWTIC_SIGNUP = env.bool("FLOWTIC_SIGNUP", default=True)
FLOWTIC_NUMBER_PREFIX = env.str("FLOWTIC_NUMBER_PREFIX", default="FT")
FLOWTIC_AUTO_CLOSE_DAYS = env.int("FLOWTIC_AUTO_CLOSE_DAYS", default=7)
FLOWTIC_REOPEN_DAYS = env.int("FLOWTIC_REOPEN_DAYS", default=14)
FLOWTIC_MAX_UPLOAD = env.int("FLOWTIC_MAX_UPLOAD", default=20 * 1024 * 1024)
FLOWTIC_MAX_BODY = env.int("FLOWTIC_MAX_BODY", default=30 * 1024 * 1024)
FLOWTIC_MAX_AVATAR_PIXELS = env.int("FLOWTIC_MAX_AVATAR_PIXELS", default=25_000_000)
FLOWTIC_RATE_LIMITS = {
    # scope: (calls, seconds) per person or token
    "api": (env.int("FLOWTIC_API_CALLS_PER_MINUTE", default=1200), 60),
    "create_ticket": (env.int("FLOWTIC_TICKETS_PER_HOUR", default=120), 3600),
    "upload": (300, 3600),
    "comment": (300, 3600),
    "search": (240, 60),
    # Ratings per person, and pages behind the links of mails per address.
    "rating": (60, 3600),
    # Hints while somebody types a request.
    "hint": (60, 60),
    # Questions to a language model.
    "assist": (120, 3600),
    # Addresses that somebody who only asks named in a form and nobody here has.
    "lookup": (60, 3600),
    # Forms that need no login: tickets per address of the sender, and per form.
    "public_form": (env.int("FLOWTIC_PUBLIC_TICKETS_PER_HOUR", default=10), 3600),
    "public_form_all": (env.int("FLOWTIC_PUBLIC_TICKETS_PER_FORM_AND_HOUR", default=200), 3600),
}
FLOWTIC_OUTGOING_ALLOWED = env.list("FLOWTIC_OUTGOING_ALLOWED", default=[])
FLOWTIC_TOKEN_BACKEND = "accounts.tokens.authenticate"
# So many seconds a reply of the desk can be taken back before anybody sees it; 0 sends at once.
FLOWTIC_UNDO_SEND = env.int("FLOWTIC_UNDO_SEND", default=0 if TESTING else 8)
FLOWTIC_RETENTION_DAYS = {
    "mail": 90,
    "notification": 120,
    "draft": 30,
    "delivery": 14,
    "idempotency_key": 1,
    "operation": 30,
    "outgoing_call": 90,
    "automation_run": 90,
}

# ---- logs -----------------------------------------------------------------------------
LOG_LEVEL = env.str("FLOWTIC_LOG_LEVEL", default="WARNING" if TESTING else "INFO")
LOG_FORMAT = env.str("FLOWTIC_LOG_FORMAT", default="console")
LOGGING_CONFIG = "flowtic.core.logs.configure"
LOGGING = {"level": LOG_LEVEL, "format": LOG_FORMAT}
