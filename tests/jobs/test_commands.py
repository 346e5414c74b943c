"""`staffellauf jobs` and `staffellauf doctor`, as an operator and as a program reads them."""

import contextlib
import json
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone

from staffellauf.accounts.models import User
from staffellauf.jobs import actions
from staffellauf.jobs.models import Job, State
from staffellauf.jobs.worker import Worker
from staffellauf.operations import sample
from tests.jobs import sample_tasks

pytestmark = pytest.mark.django_db


@pytest.fixture
def dead_job() -> Job:
    sample_tasks.fail.enqueue("wire")
    Job.objects.update(max_attempts=1)
    Worker(beats=False).drain()
    return Job.objects.dead().get()


def call(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_dead_jobs_are_shown_with_what_went_wrong(dead_job: Job) -> None:
    sample_tasks.echo.enqueue(1)

    shown = call("jobs")

    assert "default: 1 dead, 1 waiting" in shown
    assert f"{dead_job.pk}  " in shown
    assert "RuntimeError: wire" in shown


def test_a_program_gets_the_whole_traceback(dead_job: Job) -> None:
    answer = json.loads(call("jobs", "--json"))

    assert answer["counts"] == {"default": {"dead": 1}}
    assert answer["dead"][0]["id"] == dead_job.pk
    assert answer["dead"][0]["traceback"].startswith("Traceback")


@pytest.mark.parametrize("by_id", [True, False])
def test_a_dead_job_waits_again_when_retried(dead_job: Job, by_id: bool) -> None:
    shown = call("jobs", "retry", str(dead_job.pk) if by_id else "--all-dead")

    assert "1 jobs wait again" in shown
    assert Job.objects.get().state == State.WAITING


@pytest.mark.parametrize("pk", ["999", str(2**70)])
def test_a_job_that_cannot_be_retried_is_an_error_and_the_others_are_retried(dead_job: Job, pk: str) -> None:
    with pytest.raises(CommandError, match=pk):
        call("jobs", "retry", pk, str(dead_job.pk))

    assert Job.objects.get().state == State.WAITING


@pytest.mark.parametrize("arguments", [["retry"], ["list", "5"], ["list", "--all-dead"], ["retry", "5", "--all-dead"]])
def test_a_wrong_call_says_so(arguments: list[str]) -> None:
    with pytest.raises(CommandError) as raised:
        call("jobs", *arguments)

    assert raised.value.returncode == 2


def findings(capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    with contextlib.suppress(CommandError):
        call_command("doctor", "--json")
    return {row["name"]: row["level"] for row in json.loads(capsys.readouterr().out)["findings"]}


def test_doctor_is_content_when_all_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    actions.sign_on("worker", ["default"], now=timezone.now())

    found = findings(capsys)

    assert set(found) == {"database", "migrations", "data", "jobs", "workers", "push", "address", "search"}
    assert "fault" not in found.values()


def test_doctor_finds_dead_and_overdue_jobs_and_a_missing_worker(
    dead_job: Job, capsys: pytest.CaptureFixture[str]
) -> None:
    assert findings(capsys)["jobs"] == "fault"

    dead_job.delete()
    assert findings(capsys)["jobs"] == "ok"

    sample_tasks.echo.enqueue(1)
    Job.objects.update(due_at=timezone.now() - timedelta(hours=1))
    found = findings(capsys)
    assert (found["jobs"], found["workers"]) == ("fault", "fault")


def test_doctor_finds_a_folder_that_cannot_be_written(settings, capsys: pytest.CaptureFixture[str]) -> None:
    settings.DATA = Path("/proc/nowhere")

    assert findings(capsys)["data"] == "fault"


def test_doctor_fails_with_one_line() -> None:
    with pytest.raises(CommandError, match="checks found a fault") as raised:
        call("doctor")

    assert raised.value.returncode == 1


@pytest.mark.parametrize(("is_local", "is_open_door"), [(True, False), (False, True)])
def test_doctor_warns_of_sample_accounts_where_others_can_sign_in(
    is_local: bool, is_open_door: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    User.objects.create_user(sample.EDITOR, sample.PASSWORD)
    monkeypatch.setattr(settings, "IS_LOCAL", is_local)
    out = StringIO()

    with contextlib.suppress(CommandError):
        call_command("doctor", "--json", stdout=out)

    findings = json.loads(out.getvalue())["findings"]
    assert any(found["level"] == "fault" and sample.EDITOR in found["text"] for found in findings) is is_open_door
