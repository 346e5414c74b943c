"""What a published article said before stays open to readers, with what has changed marked."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from wagtail.models import ModelLogEntry

from staffellauf.common import wording
from staffellauf.newsroom import actions, notes, versions
from staffellauf.newsroom.models import Article, Version
from tests import make
from tests.website.queries import count_of

pytestmark = pytest.mark.django_db


def article_of(headline: str = "Jenny kommt", /, **fields: object) -> Article:
    return make.article(headline, about=[make.series("Ballard")], **fields)  # type: ignore[arg-type]


def publish(article: Article, **changes: str) -> Article:
    row = Article.objects.get(pk=article.pk)
    for name, value in changes.items():
        setattr(row, name, value)
    actions.publish(row)
    return row


def test_a_version_is_kept_for_each_publication_that_says_something_else() -> None:
    article = article_of("Jenny kommt", deck="Im Februar.", published_at=make.EVENING)
    publish(article)
    publish(article, body="<p>Sie spielt Jenny Wellik.</p>")
    publish(article, kicker="Ballard")
    publish(article, headline="Jenny kommt doch")

    found = Version.objects.filter(article=article)
    assert [(version.number, version.headline) for version in found] == [
        (1, "Jenny kommt"), (2, "Jenny kommt"), (3, "Jenny kommt doch"),
    ]  # fmt: skip
    assert found[0].published_at == make.EVENING


def test_readers_see_what_has_changed(client: Client) -> None:
    article = article_of("Jenny kommt", body="<p>Sie spielt <b>Jenny</b> im Januar.</p><p>Bleibt.</p>")
    publish(article, headline="Jenny kommt doch", body="<p>Sie spielt Jenny im Februar.</p><p>Bleibt.</p>")

    listed = client.get("/news/jenny-kommt/versionen/").content.decode()
    page = client.get("/news/jenny-kommt/versionen/2/").content.decode()

    assert 'href="/news/jenny-kommt/versionen/1/"' in listed
    assert '<meta name="robots" content="noindex">' in listed
    assert '<meta name="robots" content="noindex">' in page
    assert "Jenny kommt <ins>doch</ins>" in page
    assert "<p>Sie spielt Jenny im <del>Januar.</del> <ins>Februar.</ins></p>" in page
    assert "<p>Bleibt.</p>" in page
    assert 'href="/news/jenny-kommt/versionen/"' in client.get("/news/jenny-kommt/").content.decode()
    assert client.get("/en/news/jenny-kommt/versionen/2/").status_code == 200


def test_an_article_that_never_changed_names_no_versions(client: Client) -> None:
    article = article_of("Jenny kommt")

    assert "/versionen/" not in client.get(article.get_absolute_url()).content.decode()


def test_a_note_stands_with_the_version_that_it_explains(client: Client) -> None:
    article = article_of("Jenny kommt")
    publish(article, headline="Jenny kommt doch")
    notes.add(article, "Nun ist es sicher.", user=None, now=timezone.now() + timedelta(seconds=1))

    assert "Nun ist es sicher." not in client.get("/news/jenny-kommt/versionen/1/").content.decode()
    assert "Nun ist es sicher." in client.get("/news/jenny-kommt/versionen/2/").content.decode()
    assert "Nun ist es sicher." in client.get("/news/jenny-kommt/versionen/").content.decode()


def test_a_spoiler_is_veiled_in_its_versions_too(client: Client) -> None:
    article = article_of("Jenny stirbt", spoils_season=2, neutral_headline="Wendung", slug="wendung")
    publish(article, headline="Jenny stirbt wirklich")

    listed = client.get("/news/wendung/versionen/").content.decode()
    page = client.get("/news/wendung/versionen/2/").content.decode()

    assert "stirbt" not in listed
    assert "stirbt" not in page.partition("<details")[0]
    assert "<ins>wirklich</ins>" in page.partition("<details")[2]


def test_a_withheld_version_says_so_and_the_next_is_compared_past_it(client: Client) -> None:
    article, chief = article_of("Erst"), make.editor("chief", group="Chefredaktion")
    publish(article, headline="Verbotenes Wort")
    publish(article, headline="Zuletzt")
    first, second, third = Version.objects.all()

    with pytest.raises(versions.VersionRefused):
        versions.withhold(second, user=make.editor(), now=timezone.now())
    with pytest.raises(versions.VersionRefused):
        versions.withhold(third, user=chief, now=timezone.now())
    versions.withhold(second, user=chief, now=timezone.now())

    for number in ("", "1/", "2/", "3/"):
        answer = client.get(f"/news/erst/versionen/{number}")
        assert answer.status_code == 200
        assert "Verbotenes" not in answer.content.decode()
    assert "<del>Erst</del> <ins>Zuletzt</ins>" in client.get("/news/erst/versionen/3/").content.decode()
    assert ModelLogEntry.objects.filter(action="newsroom.version.withhold").count() == 1
    versions.show(Version.objects.get(pk=second.pk), user=chief)
    assert "Verbotenes" in client.get("/news/erst/versionen/2/").content.decode()
    assert first.number == 1


def test_addresses_of_no_version_of_drafts_and_of_what_is_offline(client: Client) -> None:
    article = article_of("Jenny kommt")
    make.draft("Entwurf")

    for number in (0, 2, 99999, "9" * 30, "x"):
        assert client.get(f"/news/jenny-kommt/versionen/{number}/").status_code == 404
    assert client.get("/news/entwurf/versionen/").status_code == 404
    article.unpublish()
    assert client.get("/news/jenny-kommt/versionen/").status_code == 410
    assert client.get("/news/jenny-kommt/versionen/1/").status_code == 410


def test_the_query_count_stays_the_same_when_versions_and_notes_double(client: Client) -> None:
    article = article_of("Jenny kommt")

    def change(count: int) -> None:
        for n in range(count):
            publish(article, deck=f"{count} {n}")
            notes.add(article, f"Neu {n}", user=None, now=timezone.now())

    change(2)
    few = [count_of(client, address) for address in ("/news/jenny-kommt/versionen/", "/news/jenny-kommt/versionen/2/")]
    change(4)
    many = [count_of(client, address) for address in ("/news/jenny-kommt/versionen/", "/news/jenny-kommt/versionen/2/")]
    assert few == many


def test_what_is_compared_is_escaped_and_has_no_tags_of_its_own() -> None:
    hostile = '<p onclick="x">Sie &lt;script&gt;alert(1)&lt;/script&gt;</p><h2>Neu</h2><ul><li>a<br>b</li></ul>'

    marked = wording.compared(wording.blocks("<p>Sie</p>"), wording.blocks(hostile))

    assert [block.tag for block in marked] == ["p", "h2", "li"]
    assert marked[0].html == "Sie <ins>&lt;script&gt;alert(1)&lt;/script&gt;</ins>"
    assert marked[2].html == "<ins>a b</ins>"


def test_very_long_texts_are_not_compared_word_by_word() -> None:
    old, new = "a " * 2000, "b " * 2000

    assert wording.words(old, new).startswith("<del>a a")
    assert len(wording.compared(wording.blocks("<p>a</p>" * 3000), wording.blocks("<p>b</p>" * 3000))) == 6000
