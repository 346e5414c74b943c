"""Imports in the newsroom: start one, watch it, see what it did, decide what it could not."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from staffellauf.catalogue.models import Series
from staffellauf.jobs.models import Job
from staffellauf.jobs.worker import Worker
from staffellauf.sources import actions, records, runs, tasks
from staffellauf.sources.models import Doubt, ImportNote, ImportRun
from staffellauf.sources.own import importer
from staffellauf.sources.reading import WrongAddress
from staffellauf.sources.records import EpisodeRecord, OrganisationRecord, SeasonRecord, SeriesRecord
from tests import make
from tests.sources.test_own_read import EXAMPLE

pytestmark = pytest.mark.django_db
RUNS, DOUBTS = "/redaktion/importe/", "/redaktion/zweifelsfaelle/"
RECORD = SeriesRecord(
    "own",
    "Dark",
    {"tvmaze": "17861"},
    {"name": "Dark", "status": "ended", "start_year": 2017},
    organisations=(OrganisationRecord("own", "Netflix"),),
    seasons=(SeasonRecord(1),),
    episodes=(EpisodeRecord(1, 1), EpisodeRecord(1, 2)),
)


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA = tmp_path


@pytest.fixture
def client() -> Client:
    signed_in = Client()
    signed_in.force_login(make.editor())
    return signed_in


def run(**fields: Any) -> ImportRun:
    return ImportRun.objects.create(**{"importer": "own", "address": "catalogue.jsonl", "state": "finished"} | fields)


def doubt(*candidates: Series, number: int = 1) -> Doubt:
    made = Doubt.objects.create(
        importer="own", kind="series", key=f"tvmaze:{number}", name="Dark", record=records.dump(RECORD),
        reason="Several entries have this title and year.",
    )  # fmt: skip
    made.candidates.set(candidates)
    return made


def text(page: Any) -> str:
    return " ".join(page.content.decode().split())


def work() -> None:
    Worker(beats=False).drain()


# --- runs


def test_a_file_is_sent_and_a_worker_imports_it(client: Client, tmp_path: Path) -> None:
    page = client.post(f"{RUNS}neu/", {"importer": "own", "file": BytesIO(EXAMPLE.read_bytes())}, follow=True)

    started = ImportRun.objects.get()
    assert page.redirect_chain == [(f"{RUNS}{started.pk}/", 302)]
    assert (started.state, started.started_by) == ("running", make.User.objects.get())
    work()
    started.refresh_from_db()
    assert (started.state, started.created, started.total) == ("finished", 9, 9)
    assert Series.objects.count() == 3
    assert list((tmp_path / "imports" / "uploads").iterdir()) == []


def test_a_dry_run_stores_nothing(client: Client) -> None:
    client.post(f"{RUNS}neu/", {"importer": "own", "file": BytesIO(EXAMPLE.read_bytes()), "is_dry_run": "on"})
    work()

    assert ImportRun.objects.get().created == 9
    assert not Series.objects.exists()


def test_a_file_of_another_kind_fails_with_its_reason_and_no_dead_job(client: Client) -> None:
    client.post(f"{RUNS}neu/", {"importer": "own", "file": BytesIO(b"<tv/>")})
    work()

    failed = ImportRun.objects.get()
    assert failed.state == "failed" and "it is no JSON" in failed.error
    assert not Job.objects.dead().exists()
    assert "it is no JSON" in text(client.get(f"{RUNS}{failed.pk}/"))


def test_what_failed_is_taken_up(client: Client, tmp_path: Path) -> None:
    failed = run(state="failed", address=str(EXAMPLE), error="no network")

    client.post(f"{RUNS}{failed.pk}/weiter/")
    work()

    failed.refresh_from_db()
    assert (failed.state, failed.error, failed.created) == ("finished", "", 9)


@pytest.mark.parametrize("sent", [{}, {"importer": "own"}, {"importer": "csv", "file": BytesIO(b"x")}])
def test_half_a_form_starts_nothing(client: Client, sent: dict[str, Any]) -> None:
    assert client.post(f"{RUNS}neu/", sent).status_code == 422
    assert not ImportRun.objects.exists()


def test_a_file_beyond_the_limit_is_refused(client: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(actions, "UPLOAD_LIMIT", 10)

    page = client.post(f"{RUNS}neu/", {"importer": "own", "file": BytesIO(b"x" * 11)})

    assert page.status_code == 422
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_name_leads_nowhere_else(tmp_path: Path) -> None:
    for name in ("../../etc/passwd", "..", "", "a/b\\c.json", "ä" * 300 + ".json.gz"):
        kept = actions.keep_upload(name, BytesIO(b"x"))
        assert kept.resolve().is_relative_to(tmp_path / "imports" / "uploads") and kept.read_bytes() == b"x"
    assert kept.name.endswith(".json.gz")


def test_what_a_source_offers_is_started_by_name(client: Client, settings: Any) -> None:
    settings.TMDB_KEY = ""

    assert client.post(f"{RUNS}neu/", {"offer": "tvmaze updates"}).status_code == 302
    client.post(f"{RUNS}neu/", {"offer": "tvmaze updates"})
    for refused in ("tmdb changes", "own /etc/passwd"):
        assert client.post(f"{RUNS}neu/", {"offer": refused}).headers["Location"] == "/redaktion/"

    assert [(one.importer, one.address) for one in ImportRun.objects.all()] == [("tvmaze", "updates")]
    assert Job.objects.count() == 1


def test_a_run_shows_what_it_did_in_words(client: Client) -> None:
    dark, done = make.series("Dark"), run(changed=1, refused=1)
    changes = {
        "status": ["running", "ended"], "premiered_on": [None, "2017-12-01"], "tvmaze": ["", "17861"],
        "episodes": {"created": 3}, "warnings": ["a date was no date"],
    }  # fmt: skip
    ImportNote.objects.create(run=done, outcome="changed", what="Dark (tvmaze 17861)", topic=dark, changes=changes)
    ImportNote.objects.create(run=done, outcome="refused", what="<b>Hell</b>", reason="line 3: unknown key")

    page = text(client.get(f"{RUNS}{done.pk}/"))

    assert "Status: läuft → <strong>beendet</strong>" in page
    assert "→ <strong>1. Dezember 2017</strong>" in page
    assert "TVmaze: – → <strong>17861</strong>" in page
    assert "a date was no date" in page
    assert "&lt;b&gt;Hell&lt;/b&gt;" in page and "line 3: unknown key" in page
    assert 'href="/serien/dark/"' in page


def test_notes_are_filtered_by_outcome(client: Client) -> None:
    done = run(created=1, refused=1)
    ImportNote.objects.create(run=done, outcome="created", what="Neu dabei")
    ImportNote.objects.create(run=done, outcome="refused", what="Nicht dabei")

    page = text(client.get(f"{RUNS}{done.pk}/", {"ergebnis": "neu"}))

    assert "Neu dabei" in page and "Nicht dabei" not in page


def test_a_running_import_is_asked_for_again(client: Client) -> None:
    going = run(state="running", done=30, total=120)

    page, state = text(client.get(f"{RUNS}{going.pk}/")), client.get(f"{RUNS}{going.pk}/stand/")

    assert "sources/import" in page and f'data-import-state="{RUNS}{going.pk}/stand/" data-running' in page
    assert 'value="25" max="100"' in text(state) and "no-store" in state.headers["Cache-Control"]
    ImportRun.objects.update(state="finished")
    assert "data-running" not in text(client.get(f"{RUNS}{going.pk}/stand/"))


def test_an_import_that_fell_silent_can_be_taken_up(client: Client) -> None:
    silent = run(state="running", address=str(EXAMPLE))
    assert "weiter/" not in text(client.get(f"{RUNS}{silent.pk}/"))
    ImportRun.objects.update(seen_at=timezone.now() - timedelta(minutes=11))
    assert "weiter/" in text(client.get(f"{RUNS}{silent.pk}/"))

    client.post(f"{RUNS}{silent.pk}/weiter/")
    work()

    assert ImportRun.objects.get().state == "finished"


def test_an_import_from_a_source_that_is_busy_waits_for_a_hand(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*args: Any, **kwargs: Any) -> None:
        raise runs.AlreadyRunning("own")

    monkeypatch.setattr(runs, "carry_out", busy)
    new, begun = run(state="running", address=str(EXAMPLE)), run(state="running", address=str(EXAMPLE), digest="x")

    assert actions.carry_out(new).state == "failed"
    assert "error-message" in text(client.get(f"{RUNS}{new.pk}/"))
    assert actions.carry_out(begun).state == "running"


def test_a_page_of_notes_takes_as_many_queries_however_many_there_are(client: Client) -> None:
    done, dark = run(), make.series("Dark")

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"{RUNS}{done.pk}/").status_code == 200
        return len(captured)

    def notes(count: int) -> None:
        ImportNote.objects.bulk_create(
            ImportNote(run=done, outcome="changed", what="x", topic=dark) for _ in range(count)
        )

    notes(5)
    queries()
    before = queries()
    notes(500)

    assert queries() == before


def test_the_list_shows_all_runs(client: Client) -> None:
    (
        run(created=7),
        run(state="running", importer="tvmaze", address="shows"),
        run(address="/srv/data/imports/mine.jsonl"),
    )

    page = text(client.get(RUNS))

    assert "mine.jsonl" in page and "/srv/data" not in page
    assert "catalogue.jsonl" in page and "tvmaze" in page and "<progress" in page


@pytest.mark.parametrize("path", ["", "neu/", "1/", "1/stand/", "1/weiter/"])
def test_imports_are_for_those_who_may_change_series(path: str) -> None:
    run(pk=1)
    nobody = Client()
    author = Client()
    author.force_login(make.editor("mallory", group="Autor"))

    for visitor in (nobody, author):
        call = visitor.post if path in {"neu/", "1/weiter/"} else visitor.get
        assert call(f"{RUNS}{path}").status_code in {302, 403}
        assert visitor.get(DOUBTS).status_code in {302, 403}
    assert ImportRun.objects.count() == 1


@pytest.mark.parametrize("number", ["0", "9" * 18])
def test_what_is_not_there_is_not_found(client: Client, number: str) -> None:
    for path in (f"{RUNS}{number}/", f"{RUNS}{number}/stand/", f"{DOUBTS}{number}/"):
        assert client.get(path).status_code == 404


# --- background


def test_a_run_that_is_through_is_not_run_again(monkeypatch: pytest.MonkeyPatch) -> None:
    done = run()

    def fail(*args: Any, **kwargs: Any) -> None:
        raise WrongAddress

    monkeypatch.setattr(importer, "open", fail)

    assert tasks.run_import.call(done.pk) == "nothing to do"
    assert tasks.run_import.call(10**9) == "nothing to do"


def test_the_night_asks_what_the_operator_switched_on(settings: Any) -> None:
    settings.IMPORT_NIGHTLY = []
    assert tasks.nightly.call() == []
    settings.IMPORT_NIGHTLY = ["tvmaze", "tmdb"]

    tasks.nightly.call()

    assert set(ImportRun.objects.values_list("importer", "address")) == {("tvmaze", "updates"), ("tmdb", "changes")}


def test_an_import_lets_others_in(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits is done between two chunks, and not after hours."""
    monkeypatch.setattr(tasks, "OTHERS_EVERY_S", 0)
    monkeypatch.setattr("staffellauf.sources.runs.CHUNK_RECORDS", 1)
    seen: list[str] = []
    drain = Worker.drain

    def noted(self: Worker) -> int:
        seen.append(",".join(self.queues))
        return drain(self)

    monkeypatch.setattr(tasks.worker.Worker, "drain", noted)
    tasks.run_import.call(run(state="running", address=str(EXAMPLE)).pk)

    assert set(seen) == {"push,default,mail,feeds"} and len(seen) >= 9


# --- doubts


def test_a_doubt_shows_the_record_beside_each_candidate(client: Client) -> None:
    dark, other = make.series("Dark", start_year=2017), make.series("Dark Matter", start_year=2015)
    make.season(dark, 1, episodes=10)
    dark.organisations.set([make.organisation("Netflix")])

    page = text(client.get(f"{DOUBTS}{doubt(dark, other).pk}/"))

    assert "tvmaze 17861" in page and "2017" in page and "2015" in page and "Netflix" in page
    assert f'value="{dark.pk}"' in page and f'value="{other.pk}"' in page
    assert "<td>10</td>" in page and "<td>2</td>" in page


@pytest.mark.parametrize("field", ["candidate", "series"])
def test_an_editor_says_which_entry_it_is(client: Client, field: str) -> None:
    dark = make.series("Dark")
    found = doubt(dark)

    page = client.post(f"{DOUBTS}{found.pk}/", {"action": "same", field: dark.pk})

    assert page.status_code == 302
    found.refresh_from_db()
    assert (found.state, found.decided_topic_id) == ("same", dark.pk)
    assert dark.external_ids.get().value == "17861"


def test_an_editor_has_it_created_left_out_or_asked_again(client: Client) -> None:
    dark = make.series("Dark")
    new, out = doubt(dark), doubt(dark, number=2)

    client.post(f"{DOUBTS}{new.pk}/", {"action": "other"})
    client.post(f"{DOUBTS}{out.pk}/", {"action": "ignored"})
    decided = text(client.get(DOUBTS, {"ansicht": "entschieden"}))
    client.post(f"{DOUBTS}{out.pk}/", {"action": "reopen"})
    refused = client.post(f"{DOUBTS}{new.pk}/", {"action": "reopen"})

    assert Series.objects.count() == 2
    assert decided.count("tvmaze:") == 2
    assert Doubt.objects.get(pk=out.pk).state == "open"
    assert refused.status_code == 422


@pytest.mark.parametrize(
    "sent", [{}, {"action": "same"}, {"action": "same", "candidate": "x"}, {"action": "same", "candidate": "9" * 40}]
)
def test_no_decision_changes_nothing(client: Client, sent: dict[str, str]) -> None:
    found = doubt(make.series("Dark"))

    assert client.post(f"{DOUBTS}{found.pk}/", sent).status_code == 422
    assert Doubt.objects.get().state == "open"


def test_the_menu_says_how_many_wait(client: Client) -> None:
    doubt(make.series("Dark"))

    assert "(1)" in client.get(DOUBTS).content.decode()


def test_the_list_of_doubts_takes_as_many_queries_however_many_there_are(client: Client) -> None:
    dark = make.series("Dark")

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(DOUBTS).status_code == 200
        return len(captured)

    doubt(dark, number=1), doubt(dark, number=2)
    queries()
    before = queries()
    for number in range(3, 9):
        doubt(dark, number=number)

    assert queries() == before
