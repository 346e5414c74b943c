import gzip
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from staffellauf.catalogue.models import Organisation, Showing
from staffellauf.sources import runs
from staffellauf.sources.models import ImportNote, ImportRun
from staffellauf.sources.reading import Options, WrongAddress
from staffellauf.sources.xmltv import apply, importer
from tests.sources.guides import channel, programme

pytestmark = pytest.mark.django_db

ROWS = [
    channel("Kanal Neun"),
    *(programme(f"Sendung {n}", f"2026-01-23T{10 + n}:00", f"2026-01-23T{11 + n}:00") for n in range(6)),
    '<programme channel="eins" start="bald"><title>Ohne Zeit</title></programme>',
]


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "guide.xml.gz"
    path.write_bytes(gzip.compress(f"<tv>{''.join(ROWS)}</tv>".encode()))
    return path


def imported(path, *options):
    said = StringIO()
    call_command("import", "xmltv", str(path), "--json", *options, stdout=said)
    return json.loads(said.getvalue())


def test_the_command_imports_a_guide_and_tells_what_became_of_it(path):
    said = imported(path)

    assert (said["status"], said["created"], said["refused"]) == ("finished", 6, 1)
    assert said["details"]["channels_created"] == 1
    assert said["details"]["showings_unmatched"] == 6
    assert said["refused_first"] == [{"what": "Ohne Zeit (eins)", "reason": "line 1: start: no time: bald"}]
    assert ImportNote.objects.get(outcome="created").topic_id == Organisation.objects.get(name="Kanal Neun").pk
    assert imported(path)["unchanged"] == 6


def test_a_dry_run_stores_only_its_report(path):
    said = imported(path, "--dry-run")

    assert (said["dry_run"], said["created"]) == (True, 6)
    assert not Showing.objects.exists()
    assert not Organisation.objects.exists()


def test_times_without_a_zone_are_those_of_the_one_that_was_named(path):
    imported(path, "--timezone", "Europe/London")

    assert Showing.objects.earliest("starts_at").starts_at.hour == 10


def test_a_run_that_broke_off_is_taken_up_and_counts_everything_once(path, monkeypatch):
    monkeypatch.setattr(apply, "CHUNK", 2)
    reading = importer.open(str(path), options=Options())
    run = runs.begin("xmltv", reading)

    def stop(now):
        if now.done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        runs.carry_out(run, reading, progress=stop)
    said = imported(path)

    assert ImportRun.objects.count() == 1
    assert (said["status"], said["created"], said["refused"]) == ("finished", 6, 1)
    assert Showing.objects.count() == 6
    assert ImportNote.objects.count() == 2


@pytest.mark.parametrize("content", [b"", b"<rss/>", b"<tv><programme", None])
def test_what_is_no_guide_is_refused_in_one_line(tmp_path, content):
    path = tmp_path / "guide.xml"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(CommandError) as refusal:
        imported(path)

    assert "\n" not in str(refusal.value)
    assert not ImportRun.objects.exists()


def test_an_unknown_zone_is_refused(path):
    with pytest.raises(WrongAddress):
        importer.open(str(path), options=Options(timezone="Europe/Entenhausen"))
