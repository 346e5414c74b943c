"""The settings under test: own data folder, no network, quick hashes. Everything else is what operators run."""

import atexit
import os
import shutil
import tempfile

# Before the settings are read, because they make the data folder and its key.
_data = tempfile.mkdtemp(prefix="staffellauf-test-")
atexit.register(shutil.rmtree, _data, ignore_errors=True)
os.environ.update(STAFFELLAUF_DATA=_data, PUBLIC_URL="http://testserver", LOG_LEVEL="ERROR")

from staffellauf.settings import *  # noqa: E402, F403
from staffellauf.settings import DATABASES, STORAGES  # noqa: E402

# The real hash costs 0.3 s on purpose.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# The manifest exists only after collectstatic, which takes longer than the whole suite.
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_AUTOREFRESH = True
CACHES = {name: {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": name} for name in CACHES}  # noqa: F405

if "sqlite3" in DATABASES["default"]["ENGINE"]:  # type: ignore[operator]
    # A test database need not survive a power cut.
    DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF"  # type: ignore[index]
# What the sample portal offers on one's own machine.
IS_LOCAL = True
