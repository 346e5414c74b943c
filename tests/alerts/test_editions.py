"""A material update reaches every follower once more and takes the place of what the phone shows; nothing else does."""

from datetime import timedelta

import pytest
from django.utils import timezone

from staffellauf.alerts import queries
from staffellauf.alerts.models import Calm, Relay
from staffellauf.newsroom import actions as newsroom
from staffellauf.newsroom import notes
from staffellauf.newsroom.models import Article, Note, Publication
from staffellauf.readers import actions as readers
from staffellauf.readers import queries as feeds
from staffellauf.readers.models import ReadMark
from tests import make
from tests.alerts.conftest import register
from tests.alerts.test_relays import cut

pytestmark = pytest.mark.django_db


@pytest.fixture
def ballard():
    return make.series("Ballard")


@pytest.fixture
def phone(service, ballard):
    device = service.device()
    ada = make.reader("ada", follows=[ballard])
    Calm.objects.create(reader=ada, night=Calm.Night.LOUD)
    register(ada, device)
    return device


def update(article: Article, words: str = "Der Drehstart steht fest.", **fields: object) -> Note:
    values = {"user": None, "is_material": True, "now": timezone.now()} | fields
    return notes.add(article, words, **values)  # type: ignore[arg-type]


def test_a_correction_alerts_nobody_and_a_material_update_everybody_once_more(phone, drain, ballard):
    article = make.article("Arquette spielt Jenny", about=[ballard])
    drain()

    update(article, "Der Name war falsch.", kind="correction", is_material=False)
    drain()
    assert len(phone.messages()) == 1
    update(article)
    drain()
    drain()

    first, second = phone.notifications()
    assert second["title"] == "Update: Arquette spielt Jenny"
    assert second["body"].startswith("Der Drehstart steht fest.\n")
    assert (second["tag"], second["renotify"]) == (first["tag"], True)
    assert {message.headers["topic"] for message in phone.messages()} == {f"meldung{article.pk}"}
    assert Publication.objects.count() == Relay.objects.count() == 2


def test_an_update_of_a_spoiler_gives_nothing_away(phone, drain, ballard):
    article = make.article("Jenny stirbt", about=[ballard], spoils_season=2, neutral_headline="Wendung in „Ballard“")
    drain()

    update(article, "Jenny stirbt doch nicht.")
    drain()

    assert "Jenny" not in str(phone.notifications())
    assert phone.notifications()[1]["title"] == "Update: Wendung in „Ballard“"


def test_a_material_correction_is_called_one(phone, drain, ballard):
    article = make.article("Arquette spielt Jenny", about=[ballard])
    drain()

    update(article, "Es ist eine andere Rolle.", kind="correction")
    drain()

    assert "Arquette spielt Jenny" in phone.notifications()[1]["title"]
    assert not phone.notifications()[1]["title"].startswith("Update")


def test_an_update_before_the_first_alert_left_makes_one_alert_of_two(phone, drain, ballard):
    article = make.article("Arquette spielt Jenny", about=[ballard])

    update(article)
    drain()

    (shown,) = phone.notifications()
    assert shown["title"].startswith("Update: ")
    assert not Relay.objects.filter(finished_at=None).exists()


def test_a_delivery_that_is_tried_again_after_an_update_does_not_bring_back_the_old_words(phone, drain, ballard):
    article = make.article("Arquette spielt Jenny", about=[ballard])
    cut()
    update(article)
    drain()

    assert len(phone.messages()) == 1


@pytest.mark.parametrize("fields", [{"is_quiet": True}, {"kind": "advertisement", "advertiser": "Muster GmbH"}])
def test_a_quiet_article_and_an_advertisement_alert_nobody(phone, drain, ballard, fields):
    article = make.article("Stille Post", about=[ballard], **fields)
    drain()

    publication = Publication.objects.get(article=article)
    status = queries.relay_status(publication)

    assert phone.messages() == []
    assert not Relay.objects.exists()
    assert (status.feeds_reached, status.waiting, status.is_finished) == (1, 0, True)
    with pytest.raises(notes.NoteRefused):
        update(article)


def find(ballard, *, is_alerting: bool | None) -> None:
    found = make.draft("Drehbeginn", about=[ballard], kind="find", body="")
    found.sources.update(url="https://example.org/drehbeginn")
    newsroom.publish(Article.objects.get(pk=found.pk), is_alerting=is_alerting)


@pytest.mark.parametrize(("is_alerting", "count"), [(None, 0), (False, 0), (True, 1)])
def test_a_find_alerts_when_its_feed_says_so(phone, drain, ballard, is_alerting, count):
    find(ballard, is_alerting=is_alerting)
    drain()

    assert len(phone.messages()) == count


def test_an_update_moves_the_article_up_and_is_unread_again(phone, drain, ballard):
    reader = make.reader("grace", follows=[ballard])
    first, second = make.articles(2, about=[ballard])
    drain()
    readers.mark_read(reader, first)
    readers.mark_read(reader, second)

    update(first)
    drain()

    items = feeds.feed(reader).items
    assert [(item.article.pk, item.is_read) for item in items] == [(first.pk, False), (second.pk, True)]
    assert feeds.unread_count(reader) == 1


def test_all_read_up_to_the_first_edition_keeps_the_mark_of_the_second(drain, ballard):
    reader = make.reader("grace", follows=[ballard])
    article = make.article(about=[ballard])
    before = Publication.objects.get().position
    update(article)
    drain()
    readers.mark_read(reader, article)

    readers.mark_all_read(reader, position=before)

    assert ReadMark.objects.filter(reader=reader).exists()


def test_an_update_is_not_sent_any_more_after_two_days(phone, drain, ballard):
    article = make.article(about=[ballard])
    drain()

    update(article, now=timezone.now() - timedelta(days=3))
    drain()

    assert len(phone.messages()) == 1


def test_the_same_file_after_its_article_was_deleted_alerts_nobody_again(phone, drain, ballard):
    article = make.article("Arquette spielt Jenny", about=[ballard], guid="urn:example:1")
    drain()
    article.delete()

    make.article("Arquette spielt Jenny", about=[ballard], guid="urn:example:1")
    drain()

    assert len(phone.messages()) == 1
