"""A plan is carried out once, however many workers look; publishing leaves few jobs behind."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from staffellauf.alerts import tasks as alerts
from staffellauf.alerts.models import Relay
from staffellauf.jobs.models import Job
from staffellauf.newsroom import actions, notes, tasks
from staffellauf.newsroom.models import Article, ArticleTopic, Publication, PublishedGuid
from tests import make

pytestmark = pytest.mark.django_db
INDEX = "wagtail.tasks.update_reference_index_task"


def planned(**fields: object) -> Article:
    """Approved for a moment that has just come."""
    later = timezone.now() + timedelta(minutes=1)
    draft = make.draft("Geplant", about=[make.series("Ballard")], go_live_at=later, **fields)  # type: ignore[arg-type]
    draft.save_revision().publish()
    revision = draft.latest_revision
    revision.approved_go_live_at = timezone.now() - timedelta(seconds=1)
    revision.content |= {"go_live_at": revision.approved_go_live_at.isoformat()}
    revision.save()
    return draft


def at_once(call: Callable[[], object], *, times: int = 2) -> None:
    together = threading.Barrier(times)

    def run() -> None:
        together.wait()
        try:
            call()
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.django_db(transaction=True)
def test_two_workers_carry_out_a_plan_once_and_alert_once() -> None:
    article = planned()

    at_once(lambda: tasks.publish_scheduled.func())
    at_once(alerts.pick_up_publications)

    assert Article.objects.get(pk=article.pk).live
    assert Publication.objects.count() == Relay.objects.count() == 1
    assert tasks.publish_scheduled.func() == 0


@pytest.mark.django_db(transaction=True)
def test_the_same_note_sent_twice_at_the_same_moment_makes_one_edition() -> None:
    article = make.article(about=[make.series("Ballard")])
    key = "0d0a4f55-6f1c-4b7e-9d3c-0a6f0b7f3b11"

    at_once(lambda: notes.add(article, "Neu.", user=None, is_material=True, form_key=key, now=timezone.now()))  # type: ignore[arg-type]

    assert article.notes.count() == 1
    assert Publication.objects.filter(article=article).count() == 2


def test_a_plan_ends_when_the_article_is_taken_offline() -> None:
    article = make.article(about=[make.series("Ballard")])
    changed = Article.objects.get(pk=article.pk)
    changed.headline, changed.go_live_at = "Geändert", timezone.now() + timedelta(minutes=1)
    changed.save_revision().publish()

    Article.objects.get(pk=article.pk).unpublish()

    assert actions.publish_due(now=timezone.now() + timedelta(minutes=2)) == 0
    assert not Article.objects.get(pk=article.pk).live


def test_a_plan_for_an_article_whose_time_is_over_is_dropped() -> None:
    article = planned(expire_at=timezone.now() - timedelta(minutes=1))

    assert actions.publish_due(now=timezone.now()) == 0

    assert not Article.objects.get(pk=article.pk).live
    assert not Publication.objects.exists()
    assert not article.revisions.filter(approved_go_live_at__isnull=False).exists()


def test_a_uri_is_remembered_beyond_its_article() -> None:
    ballard = make.series("Ballard")
    make.article("Erst", about=[ballard], guid="urn:example:1").delete()

    again = make.article("Wieder", about=[ballard], guid="urn:example:1")

    assert PublishedGuid.objects.count() == 1
    assert not Publication.objects.get(article=again).is_alerting
    assert ArticleTopic.objects.filter(article=again).exists()


def test_publishing_asks_for_few_looks_at_what_a_text_refers_to() -> None:
    ballard, rosanna, bosch = make.series("Ballard"), make.person(), make.franchise()
    article = make.article(about=[ballard, bosch], mentioning=[rosanna])
    before = Job.objects.filter(task=INDEX).count()

    actions.publish(Article.objects.get(pk=article.pk))

    assert Job.objects.filter(task=INDEX).count() - before <= 4
    asked = {row["args"][1] for row in Job.objects.filter(task=INDEX).values_list("arguments", flat=True)}
    assert "article" in asked
    assert not asked & {"subject", "source", "byline", "gallerypicture"}
