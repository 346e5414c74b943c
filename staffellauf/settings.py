"""Django's settings. What an operator sets comes from the environment (`docs/operating.md`)."""

import os
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from staffellauf.common import env

PACKAGE = Path(__file__).resolve().parent
DATA = Path(env.text("STAFFELLAUF_DATA", "data")).resolve()
DATA.mkdir(parents=True, exist_ok=True)

DEBUG = env.flag("DEBUG")
SECRET_KEY = env.kept_secret("SECRET_KEY", DATA)
HOST = env.text("HOST", "127.0.0.1")
PORT = env.number("PORT", 8000, highest=65535)
PUBLIC_URL = env.text("PUBLIC_URL", f"http://localhost:{PORT}").rstrip("/")
SECURE = PUBLIC_URL.startswith("https://")
PUBLIC_HOST = PUBLIC_URL.partition("://")[2].partition("/")[0].rpartition("@")[2]
# Nobody but who sits at this machine (or an operator who did not set PUBLIC_URL yet).
IS_LOCAL = PUBLIC_HOST.partition(":")[0] in {"localhost", "127.0.0.1"}
ALLOWED_HOSTS = [
    *{PUBLIC_HOST.partition(":")[0], HOST, "localhost", "127.0.0.1", "[::1]"},
    *env.text("ALLOWED_HOSTS").split(),
]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

INSTALLED_APPS = [
    "staffellauf.operations",
    "staffellauf.website",
    "staffellauf.api",
    "staffellauf.syndication",
    "staffellauf.finds",
    "staffellauf.sources",
    "staffellauf.alerts",
    "staffellauf.comments",
    "staffellauf.readers",
    "staffellauf.newsroom",
    "staffellauf.catalogue",
    "staffellauf.search",
    "staffellauf.accounts",
    "staffellauf.jobs",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "staffellauf.newsroom.apps.StaffConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail.sites",
    "wagtail",
    "taggit",
    "ninja",
    "allauth",
    "allauth.account",
    "django_tasks",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Outside those that set cookies, so that it sees them.
    "staffellauf.website.middleware.PageHeaders",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "staffellauf.website.middleware.LanguageByPath",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "staffellauf.website.middleware.ReaderOfRequest",
    "staffellauf.newsroom.middleware.AtomicWrites",
]

ROOT_URLCONF = "staffellauf.urls"
WSGI_APPLICATION = "staffellauf.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "staffellauf.website.context.site",
            ],
        },
    },
]

DATABASES = {"default": env.database(env.text("DATABASE_URL"), DATA)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The queues in the order in which a worker empties them.
TASKS = {
    "default": {
        "BACKEND": "staffellauf.jobs.backend.LeaseBackend",
        "QUEUES": ["push", "default", "mail", "feeds", "imports"],
        # Not in claims of up to 16: what a killed worker had claimed waits for its lease.
        "OPTIONS": {"ONE_AT_A_TIME": ["push", "feeds", "imports"]},
    },
}
# Called by every worker between two jobs, cheap when there is nothing to do: the outbox is read here.
JOBS_POLLERS = [
    "staffellauf.alerts.later.catching_up.look",
    "staffellauf.syndication.tasks.look_at_outbox",
]
# Run beside the jobs by every worker that serves the queue: alerts wait for no job, and no job for them.
JOBS_COMPANIONS = {"push": "staffellauf.alerts.ledger.sending.Loop"}

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        # Limits are counted here: with Django's 300, whoever makes many entries drives those of others out.
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    },
    "renditions": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": DATA / "cache"},
}

# --- accounts
AUTH_USER_MODEL = "accounts.User"
# Addresses are unique in lower case, by a constraint that this check does not see.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_AGE = 60 * 60 * 24 * 365
LOGIN_REDIRECT_URL = "/mein/feed/"
LOGIN_URL = "account_login"
ACCOUNT_ADAPTER = "staffellauf.website.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS = 1
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = True
# A link by mail: per address as often as somebody impatient asks, per network as a household would.
ACCOUNT_RATE_LIMITS = {"sign_in_link": "20/m/ip,5/15m/key", "delete_account": "10/m/user"}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if env.flag("BEHIND_PROXY") else 0

# --- language and time
LANGUAGE_CODE = "de"
LANGUAGES = [("de", _("German")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = "Europe/Berlin"
USE_TZ = True
FORMAT_MODULE_PATH = ["staffellauf.formats"]

# --- files
STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# Compressing what nobody asks for, plain copies and the libraries' source maps, took 48 s of CPU instead of 14.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = [
    *("jpg", "jpeg", "png", "gif", "webp", "avif", "ico", "map"),
    *("zip", "gz", "tgz", "bz2", "tbz", "xz", "br", "woff", "woff2"),
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# --- mail: files in the data folder until an operator names a server
# EMAIL_BACKEND and what it needs.
globals().update(env.mail(env.text("EMAIL_URL"), DATA))
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", f"Staffellauf <noreply@{PUBLIC_HOST.partition(':')[0]}>")
# Where alerts by mail come back to that could not be delivered; `staffellauf bounces` reads them.
BOUNCE_ADDRESS = env.text("BOUNCE_ADDRESS").strip()

# --- security
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if SECURE else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("BEHIND_PROXY") else None
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"

# --- push
VAPID_PRIVATE_KEY = env.text("VAPID_PRIVATE_KEY")
# Keys of before VAPID_PRIVATE_KEY, so that a new one loses no device.
VAPID_OLD_KEYS = env.text("VAPID_OLD_KEYS").split()
VAPID_CONTACT = env.text("VAPID_CONTACT", DEFAULT_FROM_EMAIL.rpartition("<")[2].rstrip(">"))
# Push services besides those of the browsers: `push.example.org`, or `.example.org` for every name below it.
PUSH_HOSTS = env.text("PUSH_HOSTS").lower().split()
# For test and development only: admits a stand-in for a push service on this machine, over http.
PUSH_ALLOW_LOCAL = env.flag("PUSH_ALLOW_LOCAL")
# Keys for the next message are made ahead, in idle time (docs/decisions/0012-prepared-keys.md).
PUSH_PREPARED = env.flag("PUSH_PREPARED", True)
# For test and development only: admits ntfy servers, webhooks and the like on this machine, over http.
ALERTS_ALLOW_LOCAL = env.flag("ALERTS_ALLOW_LOCAL")

# --- data sources
TVMAZE_URL = env.text("TVMAZE_URL", "https://api.tvmaze.com").rstrip("/")
TMDB_URL = env.text("TMDB_URL", "https://api.themoviedb.org/3").rstrip("/")
TMDB_KEY = env.text("TMDB_KEY")
# What is brought up to date every night, such as "tvmaze tmdb".
IMPORT_NIGHTLY = env.choices("IMPORT_NIGHTLY", {"tvmaze", "tmdb"})
WIKIDATA_URL = env.text("WIKIDATA_URL", "https://www.wikidata.org").rstrip("/")
# For test and development only: admits a stand-in for a data source on this machine, over http.
IMPORT_ALLOW_LOCAL = env.flag("IMPORT_ALLOW_LOCAL")

# --- feeds of others
# For test and development only: admits feeds and WebSub subscribers on this machine, over http.
FEEDS_ALLOW_LOCAL = env.flag("FEEDS_ALLOW_LOCAL")

# --- newsroom
# A folder whose ninjs files are published as they arrive.
NINJS_FOLDER = env.text("NINJS_FOLDER")
WAGTAIL_SITE_NAME = "Staffellauf"
WAGTAILADMIN_BASE_URL = PUBLIC_URL
WAGTAILIMAGES_IMAGE_MODEL = "newsroom.Picture"
WAGTAILIMAGES_IMAGE_FORM_BASE = "staffellauf.newsroom.screens.pictures.PictureForm"
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_I18N_ENABLED = False
# A calendar that writes another format than editors type takes their date for the present moment.
WAGTAIL_DATE_FORMAT = "%d.%m.%Y"
WAGTAIL_DATETIME_FORMAT = "%d.%m.%Y %H:%M"
WAGTAIL_CONTENT_LANGUAGES = [("de", _("German"))]
WAGTAILADMIN_PERMITTED_LANGUAGES = [("de", "Deutsch"), ("en", "English")]
WAGTAIL_AUTOSAVE_INTERVAL = 5000
WAGTAILADMIN_RICH_TEXT_EDITORS = {"default": {"WIDGET": "staffellauf.newsroom.richtext.editor.BodyEditor"}}
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 20 * 2**20
# Checked before decoding: making the sizes of 24 megapixels takes over 800 MB.
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 50_000_000
# Wagtail's own sign-in would know nothing of ours (rate limits, confirmed addresses).
WAGTAILADMIN_LOGIN_URL = LOGIN_URL
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
# The view that shows a draft as readers will see it: (request, article, mode) -> response.
ARTICLE_PREVIEW = "staffellauf.website.views.preview.show"
# How many readers an article reaches: (its id) -> number.
ARTICLE_REACH = "staffellauf.alerts.queries.feeds_reached"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname:<7} {name}: {message}", "style": "{"}},
    "filters": {"hide_tokens": {"()": "staffellauf.accounts.logs.HideTokens"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["hide_tokens"]}},
    # Two lines per job; staffellauf.jobs says what an operator wants to know.
    "loggers": {"django_tasks": {"level": "CRITICAL"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("LOG_LEVEL", "INFO")},
}
