"""Settings: everything that differs between machines comes from the environment."""

from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from kombu import Exchange, Queue

import bigledger_crm.celery  # noqa: F401  the application that @shared_task and senders of tasks find
from bigledger_crm import (
    __version__,
    allauth_settings,
    browser_policy,
    database_environment,
    database_timeouts,
    einvoice_environment,
    environment,
    error_reports,
    log_settings,
    periodic_jobs,
    single_sign_on,
)
from bigledger_crm.embedded import paths
from bigledger_crm.environment import env
from bigledger_crm.environment_files import is_given

BASE_DIR = Path(__file__).resolve().parent.parent
LAYOUT = paths.Layout(paths.data_directory())
DATA_DIR = LAYOUT.data
PORT = environment.port()
PUBLIC_URL = environment.public_url(PORT)
WEB_CONNECTIONS_PER_ADDRESS = environment.connections_per_address()
WEB_HEAD_SECONDS, WEB_BODY_SECONDS = environment.request_seconds()
SERVED_BY_HTTPS = PUBLIC_URL.startswith("https://")

SECRET_KEY = environment.secret(LAYOUT)
SECRET_KEY_FALLBACKS = environment.secret_fallbacks()
DEBUG = env.bool("DEBUG", False)
PUBLIC_HOST = PUBLIC_URL.partition("://")[2].rpartition("@")[2].split(":")[0]
ALLOWED_HOSTS = [*environment.names("ALLOWED_HOSTS"), PUBLIC_HOST, "127.0.0.1", "localhost", "[::1]"]
TRUSTED_PROXIES = environment.trusted_proxies()
CSRF_TRUSTED_ORIGINS = [*environment.names("CSRF_TRUSTED_ORIGINS"), PUBLIC_URL]

INSTALLED_APPS = [
    "bigledger_crm.operators.admin_app.OperatorAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "bigledger_crm.static_files.CollectedFiles",
    "django.contrib.postgres",
    "rest_framework",
    "django_filters",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "template_partials.apps.SimpleAppConfig",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "bigledger_crm.schedule",
    "bigledger_crm.tenancy",
    "bigledger_crm.numbering",
    "bigledger_crm.audit",
    "bigledger_crm.documents",
    "bigledger_crm.outbox",
    "bigledger_crm.api",
    "bigledger_crm.web",
    "bigledger_crm.account",
    "bigledger_crm.administration",
    "bigledger_crm.embedded",
    "bigledger_crm.backup",
    "bigledger_crm.privacy",
    "bigledger_crm.custom_fields",
    "bigledger_crm.imports",
    "bigledger_crm.company_archive",
    "customers",
    "sales",
    "invoicing",
]
if find_spec("django_linear_migrations"):  # a help for developers: makemigrations keeps max_migration.txt
    INSTALLED_APPS.append("django_linear_migrations")
MIDDLEWARE = [
    "bigledger_crm.api.request_id.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Outside of whatever may refuse a request, so that refusals have their headers too.
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "bigledger_crm.page_middleware.PageSessionMiddleware",
    "bigledger_crm.page_middleware.PageRenewSession",
    "django.middleware.common.CommonMiddleware",
    "bigledger_crm.page_middleware.PageCsrfMiddleware",
    "bigledger_crm.page_middleware.PageAuthenticationMiddleware",
    "bigledger_crm.page_middleware.PageMessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "bigledger_crm.page_middleware.PageHtmxMiddleware",
]
ROOT_URLCONF = "bigledger_crm.urls"
WSGI_APPLICATION = "bigledger_crm.wsgi.application"
_LOADERS = ["bigledger_crm.template_loader.Loader", "django.template.loaders.app_directories.Loader"]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "builtins": ["template_partials.templatetags.partials"],
            # A page and its fragments are one file: `pages/list.html#table` is a part of `pages/list.html`.
            "loaders": [("template_partials.loader.Loader", [("django.template.loaders.cached.Loader", _LOADERS)])],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "bigledger_crm.account.frame.account_frame",
            ],
        },
    }
]

DATABASES = database_environment.databases(LAYOUT)
DATABASE_DIRECT = database_environment.direct_database()
DATABASE_LONG_STATEMENT_SECONDS = database_timeouts.of_background().statement
database_environment.refuse_shifted_clock(LAYOUT)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MEDIA_ROOT = LAYOUT.files
BACKUP_STORAGE = environment.backups(LAYOUT)
BACKUP_RECIPIENT = environment.backup_recipient()
BACKUP_KEEP = environment.backup_keep()
BACKUP_HOUR = environment.backup_hour()
PDF_ARCHIVE = environment.pdf_archive()
# A document may have 1,000 lines, and the page posts seven fields for each.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 7500

AUTH_USER_MODEL = "tenancy.User"
LOGIN_URL = "pages:sign-in"
PASSWORD_HASHERS = [
    "bigledger_crm.tenancy.hashers.OneLaneArgon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator"},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATION}.NumericPasswordValidator"},
]

# Accounts: what people sign in with is ours (tenancy/sign_in.py); what comes after the password is django-allauth's.
LOGIN_REDIRECT_URL = "/"
SECOND_FACTOR_URL = "mfa_index"
ADMIN_SECOND_FACTOR = env.bool("ADMIN_SECOND_FACTOR", SERVED_BY_HTTPS and not DEBUG)
PASSWORD_RESET_TIMEOUT = int(timedelta(hours=2).total_seconds())
OIDC = single_sign_on.provider()
globals().update(allauth_settings.settings(OIDC))
# What second factors and links may be tried counts for all processes, and a code that was used is used everywhere.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "account_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["bigledger_crm.api.authentication.ApiKeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["bigledger_crm.api.permissions.ScopePermission"],
    "DEFAULT_THROTTLE_CLASSES": ["bigledger_crm.api.throttling.ApiKeyThrottle"],
    "DEFAULT_PARSER_CLASSES": ["bigledger_crm.api.parsers.ExactJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["bigledger_crm.api.renderers.EnvelopeRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "bigledger_crm.api.negotiation.LenientNegotiation",
    "DEFAULT_FILTER_BACKENDS": ["bigledger_crm.api.filters.ListFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "bigledger_crm.api.pagination.KeysetPagination",
    "DEFAULT_METADATA_CLASS": "bigledger_crm.api.metadata.AllowedMethods",
    "DEFAULT_SCHEMA_CLASS": "bigledger_crm.api.schema.api_schema.ApiSchema",
    "EXCEPTION_HANDLER": "bigledger_crm.api.exceptions.exception_handler",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "DEFAULT_GENERATOR_CLASS": "bigledger_crm.api.schema.generator.ApiGenerator",
    "OAS_VERSION": "3.1.0",
    "TITLE": "BigLedger CRM",
    "VERSION": __version__,
    "DESCRIPTION": (BASE_DIR / "bigledger_crm" / "api" / "schema" / "introduction.md").read_text(),
    "CONTACT": {"name": "The BigLedger CRM authors"},
    "LICENSE": {"name": "MIT License", "identifier": "MIT"},
    "SERVERS": [{"url": "/", "description": "This installation"}],
    "SORT_OPERATIONS": False,
    "POSTPROCESSING_HOOKS": [],
    "APPEND_COMPONENTS": {
        "securitySchemes": {
            "key": {"type": "http", "scheme": "bearer", "description": "An API key: `bl_live_…`"},
            "company": {
                "type": "apiKey",
                "in": "header",
                "name": "X-Company-Id",
                "description": "The company that the key works for: `comp_…`",
            },
        },
    },
}

LANGUAGE_CODE = "en"
FORMAT_MODULE_PATH = ["bigledger_crm.formats"]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = environment.time_zone()
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_ROOT = BASE_DIR / "public"  # what browsers ask for at the root, such as the icon of a PDF's tab
STORAGES = {
    "default": environment.files(),
    **({"backups": BACKUP_STORAGE} if BACKUP_STORAGE else {}),
    "staticfiles": {"BACKEND": "bigledger_crm.static_files.StoredFiles"},
}

CONTENT_SECURITY_POLICY = browser_policy.CONTENT_SECURITY_POLICY
PERMISSIONS_POLICY = browser_policy.PERMISSIONS_POLICY
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_NAME = browser_policy.cookie_name("sessionid", SERVED_BY_HTTPS)
CSRF_COOKIE_NAME = browser_policy.cookie_name("csrftoken", SERVED_BY_HTTPS)
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = int(environment.session_idle().total_seconds())
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = SERVED_BY_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$", r"^(api/)?v1/"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SERVED_BY_HTTPS else None
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if SERVED_BY_HTTPS else 0
# Whether other names of the domain, and browsers' lists, follow is its owner's decision.  W003: page_middleware.py
SILENCED_SYSTEM_CHECKS = ["security.W003", "security.W005", "security.W021"]

globals().update(environment.mail(LAYOUT, SECRET_KEY))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = environment.sender()
# How long an email whose outcome nobody knows waits before it is sent once more, with the same Message-ID.
BIGLEDGER_UNKNOWN_RESEND_SECONDS = environment.resend_seconds()
BIGLEDGER_MAILS_PER_HOUR = environment.emails_per_hour()
OUTGOING = environment.outgoing()
METRICS_TOKEN = environment.metrics_token()
WEBHOOK_ALLOW_PRIVATE = environment.webhooks_allow_private()
MYINVOIS_CERTIFICATE_FILE = einvoice_environment.certificate_file()
MYINVOIS_CERTIFICATE_PASSWORD = einvoice_environment.certificate_password()
MYINVOIS_SIMULATOR_URL = einvoice_environment.simulator_url(LAYOUT)
MYINVOIS_SIMULATOR_PORT = einvoice_environment.simulator_port(LAYOUT)
# The embedded default keeps its emails as files and shows them at /outbox.
CAPTURED_MAIL = None if is_given("EMAIL_URL") else LAYOUT.mail

REDIS_URL = environment.redis_url(LAYOUT)
API_RATE_LIMIT = environment.rate_limit()
CELERY_BROKER_URL = environment.celery_broker_url(REDIS_URL)
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SOFT_TIME_LIMIT = 90
CELERY_TASK_TIME_LIMIT = 120
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200
# A broker that goes away ends no conversation with a mail server: rows tell who is at work, a second task is harmless.
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 300,
    "socket_connect_timeout": 0.3,
    "socket_timeout": 5,
    "max_retries": 0,
}
# Receivers of webhooks and LHDN may be slow: they have workers of their own, and emails and PDFs wait for none of
# them.  A worker that is started without --queues serves all.
CELERY_TASK_QUEUES = [
    Queue("celery", Exchange("celery"), routing_key="celery"),
    Queue("webhooks", Exchange("webhooks"), routing_key="webhooks"),
    Queue("einvoices", Exchange("einvoices"), routing_key="einvoices"),
]
CELERY_TASK_ROUTES = {
    "bigledger_crm.outbox.tasks.tell_endpoint": {"queue": "webhooks", "routing_key": "webhooks"},
    "invoicing.tasks.process_einvoices": {"queue": "einvoices", "routing_key": "einvoices"},
    "invoicing.tasks.check_tins": {"queue": "einvoices", "routing_key": "einvoices"},
    "invoicing.tasks.reconcile_einvoices_of": {"queue": "einvoices", "routing_key": "einvoices"},
}
CELERY_BEAT_SCHEDULER = "bigledger_crm.heartbeat:Scheduler"
CELERY_BEAT_SCHEDULE = periodic_jobs.SCHEDULE

SENTRY_DSN = env.str("SENTRY_DSN", "")
error_reports.start(SENTRY_DSN)
LOG_FORMAT = environment.log_format()
LOGGING = log_settings.logging(environment.log_level(), LOG_FORMAT)
