"""The import of a programme guide is killed half-way and started again: the programme is that of the guide.

Real processes and a real database file or server; `kill -9` and nothing softer.
"""

import json
import os
import subprocess
import sys
import time
from datetime import datetime, timedelta

import pytest
from django.db import connection

from staffellauf.catalogue.models import Organisation, Showing
from staffellauf.sources.models import ImportRun
from tests.sources.guides import applied, channel, programme

pytestmark = pytest.mark.processes

CHANNELS, PER_CHANNEL = 10, 800
KILLS = 3


def rows(name):
    """Half an hour each; of a `new` guide every seventh is gone and every fifth is called differently."""
    found = [channel(f"Kanal {number}", f"kanal-{number}") for number in range(CHANNELS)]
    for position in range(PER_CHANNEL):
        at = datetime.fromisoformat("2026-01-05T06:00") + timedelta(minutes=30 * position)
        if name == "new" and position % 7 == 3:
            continue
        title = f"Sendung {position}{' neu' if name == 'new' and position % 5 == 0 else ''}"
        times = (at.isoformat(), (at + timedelta(minutes=30)).isoformat())
        found += [programme(title, *times, channel=f"kanal-{number}") for number in range(CHANNELS)]
    return found


def start(path, database_url):
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings", "DATABASE_URL": database_url}
    command = [sys.executable, "-m", "django", "import", "xmltv", str(path), "--json"]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def the_programme():
    fields = ("organisation__slug", "starts_at", "ends_at", "broadcast_day", "title", "match")
    return sorted(Showing.objects.values_list(*fields))


def test_a_killed_import_of_a_guide_ends_as_one_that_ran_through(database_url, tmp_path):
    applied(tmp_path, *rows("old"))
    path = tmp_path / "new.xml"
    path.write_text(f"<tv>{''.join(rows('new'))}</tv>")
    connection.close()

    seen = 0
    for _ in range(KILLS):
        process = start(path, database_url)
        deadline = time.monotonic() + 60
        while (done := ImportRun.objects.values_list("done", flat=True).first() or 0) <= seen:
            assert process.poll() is None and time.monotonic() < deadline, "it ended before it could be killed"
            time.sleep(0.01)
        process.kill()
        process.communicate()
        seen = done
    output, errors = start(path, database_url).communicate(timeout=120)
    assert output, errors[-3000:]
    said = json.loads(output)
    interrupted = the_programme()

    Showing.objects.all().delete()
    Organisation.objects.all().delete()
    applied(tmp_path, *rows("new"))

    assert the_programme() == interrupted
    assert ImportRun.objects.get().state == ImportRun.State.FINISHED
    assert said["created"] + said["changed"] + said["unchanged"] == len(interrupted)
    assert said["details"]["showings_removed"] == CHANNELS * len([n for n in range(PER_CHANNEL) if n % 7 == 3])
