"""The operator's settings, for `collectstatic` alone: hashed names without compressing, which takes most of a minute."""

from staffellauf.settings import *  # noqa: F403
from staffellauf.settings import STORAGES

STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}}
