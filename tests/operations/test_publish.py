"""`staffellauf publish`: the main job from the terminal."""

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from staffellauf.alerts import actions as alerts
from staffellauf.jobs.models import Worker
from staffellauf.newsroom.models import Article, Publication
from staffellauf.operations.management.commands import publish as command
from staffellauf.readers import queries as readers
from tests import make
from tests.standins import push_service

ITEM: dict[str, Any] = {
    "uri": "urn:example:jenny",
    "slugline": "ballard-jenny",
    "firstcreated": "2026-01-23T15:57:00+01:00",
    "headlines": [{"value": "Rosanna Arquette spielt in „Ballard“"}],
    "bodies": [{"contenttype": "text/html", "value": "<p>Das berichtet Deadline.</p>"}],
    "subjects": [{"uri": "staffellauf:series/ballard"}],
    "people": [{"name": "Rosanna Arquette"}],
}


@pytest.fixture
def service(tmp_path: Path, settings: Any) -> Iterator[push_service.Service]:  # Any: pytest-django's fixture
    settings.PUSH_ALLOW_LOCAL = True
    with push_service.start(tmp_path / "messages") as running:
        yield running


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "article.json"
    path.write_text(json.dumps(ITEM))
    return path


@pytest.fixture(autouse=True)
def _one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker's heartbeat would write beside the test's transaction."""
    monkeypatch.setattr(command.worker, "Worker", lambda: WORKER(beats=False))


WORKER = command.worker.Worker


def publish(*arguments: str) -> dict[str, Any]:
    out = StringIO()
    call_command("publish", *arguments, "--json", stdout=out, stderr=StringIO())
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer


def refused(*arguments: str) -> CommandError:
    with pytest.raises(CommandError) as caught:
        call_command("publish", *arguments, stdout=StringIO(), stderr=StringIO())
    return caught.value


@pytest.mark.django_db
def test_every_follower_is_alerted_once_and_the_second_call_changes_nothing(
    service: push_service.Service, file: Path
) -> None:
    bosch = make.franchise("Bosch")
    ballard, arquette = make.series("Ballard", franchises=[bosch]), make.person("Rosanna Arquette")
    ada = make.reader("ada", follows=[ballard, arquette, bosch])
    grace = make.device_reader("a phone", follows=[bosch])
    stranger = make.reader("mallory", follows=[make.series("Dark")])
    devices = {}
    for reader in (ada, grace, stranger):
        device = devices[reader.pk] = service.device()
        alerts.subscribe(reader, device.endpoint, p256dh=device.p256dh, auth=device.auth)

    first = publish(str(file), "--wait")
    second = publish(str(file), "--wait")

    assert first["status"] == "published"
    assert first["address"] == "http://testserver/news/ballard-jenny/"
    assert [(topic["name"], topic["weight"]) for topic in first["topics"]] == [
        ("Ballard", "main"), ("Rosanna Arquette", "main"), ("Bosch", "inherited"),
    ]  # fmt: skip
    assert (first["feeds_reached"], first["alerts_sent"], first["is_finished"]) == (2, 2, True)
    assert (second["status"], second["alerts_sent"]) == ("unchanged", 0)
    received = service.accepted()
    assert [received[devices[reader.pk].path] for reader in (ada, grace, stranger)] == [1, 1, 0]
    assert readers.feed(grace).items[0].article.slug == "ballard-jenny"
    assert readers.feed(stranger).items == []


@pytest.mark.django_db
def test_without_waiting_a_worker_is_left_to_send(file: Path) -> None:
    make.person("Rosanna Arquette")
    make.reader("ada", follows=[make.series("Ballard")])

    answer = publish(str(file))

    assert (answer["feeds_reached"], answer["alerts_sent"], answer["is_finished"]) == (1, 0, False)


@pytest.mark.django_db
def test_waiting_for_a_worker_that_sends_nothing_ends_in_time(file: Path) -> None:
    make.person("Rosanna Arquette")
    make.reader("ada", follows=[make.series("Ballard")])
    now = timezone.now()
    Worker.objects.create(name="busy", queues=["push"], started_at=now, seen_at=now)

    answer = publish(str(file), "--wait", "0.3")

    assert not answer["is_finished"]


@pytest.mark.django_db
def test_the_terminal_is_told_address_topics_feeds_and_alerts(file: Path) -> None:
    make.series("Ballard")
    make.person("Rosanna Arquette")
    out = StringIO()

    call_command("publish", str(file), "--wait", stdout=out, stderr=StringIO())

    assert out.getvalue().splitlines() == [
        "Published: Rosanna Arquette spielt in „Ballard“",
        "  Address  http://testserver/news/ballard-jenny/",
        "  Topics   Ballard (series, main); Rosanna Arquette (person, main)",
        "  Feeds    0 reached",
        "  Alerts   0 sent",
    ]


@pytest.mark.django_db
def test_standard_input_is_read_too(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make.series("Ballard")
    make.person("Rosanna Arquette")

    with file.open() as opened:
        monkeypatch.setattr("sys.stdin", opened)
        answer = publish("-")

    assert answer["status"] == "published"


@pytest.mark.django_db
def test_a_dry_run_stores_nothing(file: Path) -> None:
    make.series("Ballard")
    make.person("Rosanna Arquette")

    answer = publish(str(file), "--dry-run")

    assert (answer["status"], answer["dry_run"]) == ("published", True)
    assert [topic["name"] for topic in answer["topics"]] == ["Ballard", "Rosanna Arquette"]
    assert not Article.objects.exists()
    assert not Publication.objects.exists()


@pytest.mark.django_db
def test_what_is_wrong_with_the_file_is_one_line_and_status_1(file: Path) -> None:
    make.series("Ballard")

    error = refused(str(file))

    assert error.returncode == 1
    assert str(error) == f"{file}: people[0].name: no person of ours is “Rosanna Arquette”"
    assert "\n" not in str(error)


@pytest.mark.django_db
def test_a_failure_is_json_for_programs_too(tmp_path: Path) -> None:
    out = StringIO()

    with pytest.raises(CommandError):
        call_command("publish", str(tmp_path / "nowhere.json"), "--json", stdout=out)

    assert json.loads(out.getvalue()) == {
        "status": "failed",
        "error": f"{tmp_path}/nowhere.json: No such file or directory",
    }


@pytest.mark.django_db
@pytest.mark.parametrize("wait", ["soon", "-1", "1e9", "nan"])
def test_a_wrong_call_is_status_2(file: Path, wait: str) -> None:
    with pytest.raises((SystemExit, CommandError)) as caught:
        call_command("publish", str(file), f"--wait={wait}")

    assert getattr(caught.value, "returncode", getattr(caught.value, "code", None)) in (1, 2)


@pytest.mark.django_db
def test_somebody_publishes_who_may(file: Path) -> None:
    make.series("Ballard")
    make.person("Rosanna Arquette")
    grace = make.editor("grace")
    make.editor("alan", group="Autor")

    assert refused(str(file), "--as", "nobody@example.org").returncode == 2
    assert "may not publish" in str(refused(str(file), "--as", "alan@example.org"))
    publish(str(file), "--as", "grace@example.org")

    assert Article.objects.get().author == grace
    assert Article.objects.get().latest_revision.user == grace
