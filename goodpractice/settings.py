"""All settings. Safe by default: without ``DEBUG``, secret key and hosts must be given (README, "Run it for real")."""

from typing import Any

import pghistory
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from goodpractice import env, postgres

BASE_DIR = postgres.ROOT
DATA_DIR = postgres.data_folder()

# Who may reach it, and how ------------------------------------------------------------------------------------------

DEBUG = env.boolean("DEBUG")
SECRET_KEY = env.text("SECRET_KEY", "only-for-development" if DEBUG else None)
LOOPBACK = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", ",".join(LOOPBACK) if DEBUG else None)
HTTPS = env.boolean("HTTPS", default=not DEBUG)
if not HTTPS and not set(ALLOWED_HOSTS) <= {*LOOPBACK, "testserver"}:
    raise ImproperlyConfigured(
        "HTTPS=0 is for this machine alone: ALLOWED_HOSTS may then hold loopback names only."
    )
SITE_URL = env.text("SITE_URL", f"{'https' if HTTPS else 'http'}://{ALLOWED_HOSTS[0].lstrip('.')}").rstrip(
    "/"
)
"""Where mails lead: they are written where no request tells the address."""
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS", "")
BEHIND_PROXY = env.boolean("BEHIND_PROXY")
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

DEMO = env.boolean("DEMO")
"""Show made-up records with their mark and a note on top of each page, and let everybody try each role."""
if DEMO and (HTTPS or BEHIND_PROXY or not set(ALLOWED_HOSTS) <= {*LOOPBACK, "testserver"}):
    raise ImproperlyConfigured(
        "DEMO=1 is for this machine alone: it needs HTTPS=0, no proxy, and loopback names in ALLOWED_HOSTS."
    )

# Who runs it: shown in imprint, privacy and accessibility statement -------------------------------------------------

OPERATOR = {
    "name": env.text("OPERATOR_NAME", ""),
    "address": env.text("OPERATOR_ADDRESS", ""),
    "email": env.text("OPERATOR_EMAIL", ""),
    "phone": env.text("OPERATOR_PHONE", ""),
}

# Application --------------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "goodpractice.admin.GoodPracticeAdminConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "goodpractice.accounts",
    "procrastinate.contrib.django",
    "goodpractice.outbox",
    "catalogue",
    "assessment",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.sitemaps",
    "django.forms",
    "csp",
    "django_filters",
    "django_htmx",
    "pghistory",
    "pgtrigger",
    "translated_fields",
]
MIDDLEWARE = [
    "goodpractice.http.security_headers",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "goodpractice.http.CompressText",
    "goodpractice.http.refuse_methods",
    "goodpractice.http.refuse_nul",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "goodpractice.accounts.middleware.end_old_sessions",
    "goodpractice.accounts.middleware.require_second_factor",
    "pghistory.middleware.HistoryMiddleware",
]
ROOT_URLCONF = "goodpractice.urls"
WSGI_APPLICATION = "goodpractice.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "catalogue.templatetags.catalogue",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "goodpractice.context.site",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Data ---------------------------------------------------------------------------------------------------------------

DATABASES = env.databases("DATABASE_URL", "DATABASE_REPLICA_URLS")
REPLICAS = [alias for alias in DATABASES if alias != "default"]
"""Copies of the database that answer what the public reads (``goodpractice.replicas``)."""
for _database in DATABASES.values():
    # The pool keeps the connections. Who tries for long waits longer each time: rather let the next request try.
    _database["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 4, "reconnect_timeout": 5}
    _database["OPTIONS"]["pool"]["timeout"] = 3 if REPLICAS else 10
REPLICA_LAG_SECONDS = env.integer("REPLICA_LAG_SECONDS", 2)
if REPLICAS:
    DATABASE_ROUTERS = ["goodpractice.replicas.choosing.Router"]
    MIDDLEWARE.insert(
        MIDDLEWARE.index("django.contrib.sessions.middleware.SessionMiddleware"),
        "goodpractice.replicas.middleware.ReadFromReplicas",
    )
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FIXTURE_DIRS = [BASE_DIR / "fixtures"]
MEDIA_ROOT = DATA_DIR / "files"
MEDIA_URL = "/files/"
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "goodpractice.staticfiles.BundleFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
# Each process counts for itself how often an address may do a thing; several share one count with a shared cache.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

CHECK_LINKS = env.boolean("CHECK_LINKS", default=not (DEBUG or DEMO))
"""Whether the worker asks at night if links of public pages still lead somewhere; it must reach the web for that."""

REVISION_SECONDS = 1
"""For how long a process trusts what it knows of the catalogue before it asks again whether that has changed."""

PAGE_CACHE_BYTES = env.integer("PAGE_CACHE_BYTES", 0 if DEBUG else 32 * 1024 * 1024)
"""Memory of each process for whole pages (``goodpractice.pagecache``); 0 switches that off."""

PGHISTORY_MIDDLEWARE_METHODS = ("POST",)
"""Who and where is noted for requests that change something; statements of all others stay as they are."""
PGHISTORY_DEFAULT_TRACKERS = (pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())

# People -------------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "accounts:profile"
LOGOUT_REDIRECT_URL = "catalogue:home"
SESSION_COOKIE_AGE = 2 * 60 * 60
SESSION_SAVE_EVERY_REQUEST = True
"""A session ends two hours after the last request ..."""
SESSION_LONGEST_SECONDS = 12 * 60 * 60
"""... and twelve hours after the sign-in at the latest."""

ACCOUNT_ADAPTER = "goodpractice.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 10 * 60
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ACCOUNT_FORMS = {
    "add_email": "goodpractice.accounts.allauth_forms.AddEmail",
    "change_email": "goodpractice.accounts.allauth_forms.ChangeEmail",
    "change_password": "goodpractice.accounts.allauth_forms.ChangePassword",
    "confirm_email_verification_code": "goodpractice.accounts.allauth_forms.ConfirmEmail",
    "confirm_login_code": "goodpractice.accounts.allauth_forms.ConfirmSignIn",
    "confirm_password_reset_code": "goodpractice.accounts.allauth_forms.ConfirmPasswordReset",
    "login": "goodpractice.accounts.allauth_forms.SignIn",
    "reauthenticate": "goodpractice.accounts.allauth_forms.Reauthenticate",
    "request_login_code": "goodpractice.accounts.allauth_forms.RequestCode",
    "reset_password": "goodpractice.accounts.allauth_forms.ResetPassword",
    "reset_password_from_key": "goodpractice.accounts.allauth_forms.NewPassword",
    "set_password": "goodpractice.accounts.allauth_forms.SetPassword",
    "signup": "goodpractice.accounts.allauth_forms.SignUp",
}
MFA_ADAPTER = "goodpractice.accounts.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
MFA_TOTP_ISSUER = "IQ Good Practice"
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "activate_totp": "goodpractice.accounts.allauth_forms.ActivateApp",
    "add_webauthn": "goodpractice.accounts.allauth_forms.AddKey",
    "authenticate": "goodpractice.accounts.allauth_forms.SecondFactor",
    "edit_webauthn": "goodpractice.accounts.allauth_forms.EditKey",
    "reauthenticate": "goodpractice.accounts.allauth_forms.SecondFactorAgain",
}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BEHIND_PROXY else 0

# Languages ----------------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "de"
LANGUAGES = [("de", _("German")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "goodpractice.formats"
TIME_ZONE = "Europe/Berlin"
USE_TZ = True
USE_I18N = True

# Security -----------------------------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if HTTPS:
    SECURE_HSTS_SECONDS = 2 * 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SECURE_SSL_REDIRECT = True
    SESSION_COOKIE_NAME = "__Host-sessionid"
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_NAME = "__Host-csrftoken"
    CSRF_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "catalogue.views.errors.csrf_failure"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# Mail, log ----------------------------------------------------------------------------------------------------------

PROCRASTINATE_IMPORT_PATHS = ["assessment.board_jobs"]
"""Where jobs are that no module called ``tasks`` holds."""
EMAIL_BACKEND = "goodpractice.outbox.backend.OutboxBackend"
"""Mails wait in the database; the worker hands them to ``MAIL_TRANSPORT``, a server or ``EMAIL_FILE_PATH``."""
MAIL_TRANSPORT = ""
EMAIL_FILE_PATH = ""
MAIL_FOLDER = DATA_DIR / "mails"
if DEMO:
    globals().update(env.mail("EMAIL_URL", MAIL_FOLDER.as_uri()))
else:
    globals().update(env.mail("EMAIL_URL", "console:" if DEBUG else None))
DEFAULT_FROM_EMAIL = env.text("MAIL_FROM", "catalogue@localhost")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"refusal": {"()": "goodpractice.logs.Refusal"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "procrastinate": {"level": "WARNING"},
        "django.security.DisallowedHost": {"filters": ["refusal"]},
    },
}
