"""An import is killed half-way and started again: the catalogue ends as if nothing had happened.

Real processes and a real database file or server; `kill -9` and nothing softer.
"""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from staffellauf.catalogue.models import Episode, Series, Topic
from staffellauf.sources.models import ImportNote, ImportRun
from staffellauf.sources.own import export

pytestmark = pytest.mark.processes

SHOWS = 600
KILLED_AFTER = 180
KILLS = 2


def show(number: int) -> dict[str, Any]:
    """One of TVmaze's, with a spin-off's trouble: names repeat, people work on several, specials have no number."""
    episodes = [
        {"id": number * 10 + n, "name": f"Teil {n}", "season": 1, "number": n if n < 4 else None,
         "type": "regular" if n < 4 else "significant_special", "airdate": f"2020-01-{n:02d}", "airstamp": None}
        for n in range(1, 5)
    ]  # fmt: skip
    person = {"id": number % 50 + 1, "name": f"Person {number % 50 + 1}"}
    return {
        "id": number, "name": f"Serie {number % 300}", "status": "Running", "premiered": f"{2000 + number % 7}-01-01",
        "network": {"id": number % 9 + 1, "name": f"Kanal {number % 9 + 1}", "country": {"code": "DE"}},
        "externals": {"imdb": f"tt{1_000_000 + number}"}, "updated": 1,
        "_embedded": {"episodes": episodes, "cast": [{"person": person, "character": {"name": "Krug"}}]},
    }  # fmt: skip


def start(path: Path, database_url: str) -> subprocess.Popen[str]:
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": database_url,
    }
    command = [sys.executable, "-m", "django", "import", "tvmaze", str(path), "--json"]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finish(process: subprocess.Popen[str]) -> dict[str, Any]:
    output, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors[-3000:]
    return json.loads(output)


def the_catalogue() -> Sequence[str]:
    """Every entry as a line, without the moment at which it was recorded."""
    return [re.sub(r'"recorded_at": ?"[^"]*"', "", line) for line in export.lines(export.Selection())]


def empty() -> None:
    ImportRun.objects.all().delete()
    Topic.everything.all().delete()


def test_a_killed_import_ends_as_one_that_ran_through(database_url, tmp_path):
    path = tmp_path / "shows.json"
    path.write_text(json.dumps([show(number) for number in range(1, SHOWS + 1)]), "utf-8")
    connection.close()

    for kill in range(1, KILLS + 1):
        process = start(path, database_url)
        deadline = time.monotonic() + 60
        while (done := (ImportRun.objects.values_list("done", flat=True).first() or 0)) < kill * KILLED_AFTER:
            assert process.poll() is None and time.monotonic() < deadline, "it ended before it could be killed"
            time.sleep(0.01)
        process.kill()
        process.communicate()
        assert done < SHOWS
    assert 0 < Series.objects.count() < SHOWS

    said = finish(start(path, database_url))

    assert (said["created"], said["refused"], said["doubtful"]) == (SHOWS, 0, 0)
    assert ImportRun.objects.get().state == ImportRun.State.FINISHED
    assert ImportNote.objects.count() == SHOWS
    assert (Series.objects.count(), Episode.objects.count()) == (SHOWS, SHOWS * 4)
    interrupted = the_catalogue()

    again = finish(start(path, database_url))
    assert again["unchanged"] == SHOWS
    empty()
    finish(start(path, database_url))
    assert the_catalogue() == interrupted
