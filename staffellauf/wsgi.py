"""What granian serves."""

import gc
import os
import signal

from django.core.wsgi import get_wsgi_application

from staffellauf.operations import supervisor

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "staffellauf.settings")
# granian loads this in each of its workers, which must not serve on when it was killed.
supervisor.die_with_parent(signal.SIGKILL)
application = get_wsgi_application()
# What was loaded stays: the collector need not look through all of it again and again while readers wait.
gc.collect()
gc.freeze()
