"""Publishing keeps the topics' newest position true, and one broken plan holds up no other."""

from datetime import timedelta

import pytest
from django.utils import timezone
from wagtail.models import ModelLogEntry

from staffellauf.catalogue.models import Topic
from staffellauf.newsroom import actions
from staffellauf.newsroom.models import Article, Picture, Subject
from tests import make

pytestmark = pytest.mark.django_db


def position(topic: Topic) -> int:
    return Topic.objects.values_list("last_position", flat=True).get(pk=topic.pk)


def test_a_topic_that_an_article_leaves_has_its_former_newest() -> None:
    dark, ballard = make.series("Dark"), make.series("Ballard")
    make.article("Erste", about=[dark])
    second = make.article("Zweite", about=[dark, ballard])

    article = Article.objects.get(pk=second.pk)
    article.subjects = [Subject(topic_id=ballard.pk)]
    actions.publish(article)

    assert (position(dark), position(ballard)) == (1, 2)


def test_a_plan_that_cannot_be_carried_out_stops_no_other_and_is_told_once(monkeypatch) -> None:
    told: list[object] = []
    monkeypatch.setattr(actions.log, "warning", lambda *args, exc_info: told.append(exc_info))
    dark, now = make.series("Dark"), timezone.now()
    for headline, subjects in (("Erste", "kein Feld"), ("Zweite", None)):
        draft = make.draft(headline, about=[dark], go_live_at=now + timedelta(minutes=1))
        draft.save_revision().publish()
        planned = draft.latest_revision
        planned.approved_go_live_at = now - timedelta(seconds=1)
        planned.content |= {"go_live_at": planned.approved_go_live_at.isoformat()}
        planned.content |= {"subjects": subjects} if subjects else {}
        planned.save()

    assert actions.publish_due(now=now) == 1
    assert actions.publish_due(now=now) == 0
    assert len(told) == 1 and isinstance(told[0], Exception)
    assert ModelLogEntry.objects.filter(action=actions.REFUSED).count() == 1
    assert list(Article.objects.published().values_list("headline", flat=True)) == ["Zweite"]


def test_a_deleted_picture_leaves_the_article_that_named_it_open(settings) -> None:
    picture = Picture.objects.create(
        title="Bild", file="pictures/x.jpg", credit="Illustration: Muster", width=1, height=1
    )
    article = make.article(about=[make.series("Dark")])
    article.lead_picture = picture
    article.save_revision()

    Picture.objects.filter(pk=picture.pk).delete()

    article.refresh_from_db()
    assert article.get_latest_revision_as_object().lead_picture is None


def test_without_a_main_topic_the_first_series_that_the_text_links_to_is_it() -> None:
    ballard, jenny = make.series("Ballard"), make.person("Rosanna Arquette")
    links = "".join(f'<a linktype="topic" id="{topic.pk}">x</a>' for topic in (jenny, ballard))
    article = make.draft("Nur mit Links", body=f"<p>{links}</p>")

    actions.publish(article)

    assert dict(article.article_topics.values_list("topic_id", "kind")) == {ballard.pk: "main", jenny.pk: "mentioned"}
    article.refresh_from_db()
    assert article.lead_topic_id == ballard.pk
