"""The portal settings without compressing static files: for journeys, which start a portal each run."""

from staffellauf.settings import *  # noqa: F403
from staffellauf.settings import STORAGES

STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}}
