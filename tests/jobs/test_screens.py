"""The operator's screen in the newsroom."""

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from staffellauf.jobs.models import Job, State
from staffellauf.jobs.worker import Worker
from tests.jobs import sample_tasks

pytestmark = pytest.mark.django_db

URL = "/redaktion/auftraege/"


@pytest.fixture
def operator(client: Client) -> Client:
    client.force_login(get_user_model().objects.create_superuser("betrieb@example.org", "lang-genug-2026"))
    return client


def give_up(number: int) -> None:
    for _ in range(number):
        sample_tasks.fail.enqueue("<script>")
    Job.objects.update(max_attempts=1)
    Worker(beats=False).drain()


def test_an_operator_sees_what_was_given_up_and_why(operator: Client) -> None:
    give_up(1)

    page = operator.get(URL)

    assert page.status_code == 200
    assert b"tests.jobs.sample_tasks.fail" in page.content
    assert b"RuntimeError: &lt;script&gt;" in page.content


def test_an_operator_lets_one_job_run_again(operator: Client) -> None:
    give_up(2)
    [job, other] = Job.objects.dead().order_by("id")

    page = operator.post(URL, {"job": job.pk}, follow=True)

    assert page.status_code == 200
    assert list(Job.objects.dead()) == [other]
    assert Job.objects.get(pk=job.pk).state == State.WAITING


def test_an_operator_lets_all_jobs_run_again(operator: Client) -> None:
    give_up(3)

    operator.post(URL, {"all": "1"})

    assert not Job.objects.dead().exists()


@pytest.mark.parametrize("value", ["", "x", "-1", "9" * 40, "٣"])
def test_a_job_that_does_not_exist_changes_nothing(operator: Client, value: str) -> None:
    give_up(1)

    assert operator.post(URL, {"job": value}, follow=True).status_code == 200

    assert Job.objects.dead().count() == 1


def test_an_editor_who_is_no_operator_stays_outside(client: Client) -> None:
    user = get_user_model().objects.create_user("redaktion@example.org", "lang-genug-2026", is_staff=True)
    client.force_login(user)
    give_up(1)

    client.get(URL)
    client.post(URL, {"all": "1"})

    assert client.get(URL).status_code in {302, 403}
    assert Job.objects.dead().count() == 1


def test_the_list_takes_as_many_queries_for_twice_as_many_jobs(operator: Client) -> None:
    give_up(5)
    operator.get(URL)
    with CaptureQueriesContext(connection) as few:
        operator.get(URL)
    give_up(5)

    with CaptureQueriesContext(connection) as many:
        operator.get(URL)

    assert len(many) == len(few)
