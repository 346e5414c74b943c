"""What the text editor asks for while somebody types."""

import gc
from pathlib import Path

import pytest
from django.core.files.images import ImageFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import reverse
from PIL import Image

from staffellauf.catalogue import finding
from staffellauf.catalogue.models import Topic
from staffellauf.newsroom import placing
from staffellauf.newsroom.models import Picture
from staffellauf.search import actions as search
from tests import make
from tests.newsroom.forms import client_of

pytestmark = pytest.mark.django_db
TOPICS, ARTICLES = reverse("newsroom-suggest-topics"), reverse("newsroom-suggest-articles")
PICTURE, CONTENT = reverse("newsroom-picture"), reverse("newsroom-outside")


@pytest.fixture
def editor() -> Client:
    return client_of(make.editor())


def index() -> None:
    search.put_many(finding.documents())
    search.put_many(placing.search_documents())


def titles(client: Client, address: str, **query: str) -> list[str]:
    return [option["title"] for option in client.get(address, query).json()["options"]]


def test_a_topic_is_found_with_typing_errors_and_told_from_its_namesakes(editor: Client) -> None:
    prime = make.organisation("Prime Video")
    new = make.series("Ballard", start_year=2025)
    new.organisations.add(prime)
    old = make.series("Ballard (1990)", start_year=1990, end_year=1991)
    Topic.objects.filter(pk=old.pk).update(name="Ballard")
    index()

    options = editor.get(TOPICS, {"q": "balard"}).json()["options"]

    assert {option["title"] for option in options} == {"Ballard"}
    assert sorted(option["facts"] for option in options) == ["1990–1991", "2025– · Prime Video"]
    assert [option["url"] for option in options if option["id"] == new.pk] == ["/serien/ballard/"]


def test_several_words_find_a_person_with_what_she_is_known_for(editor: Client) -> None:
    jenny = make.person("Rosanna Arquette")
    make.role(jenny, "Jenny", of=make.series("Ballard"))
    index()

    (option,) = editor.get(TOPICS, {"q": "rosanna arq"}).json()["options"]

    assert (option["title"], option["kind"], option["facts"]) == ("Rosanna Arquette", "Person", "Ballard")


def test_before_a_letter_is_typed_the_drafts_own_topics_come_first(editor: Client) -> None:
    newest, used = make.series("Dark"), make.person("Rosanna Arquette")
    make.article("Neues", about=[newest])

    assert titles(editor, TOPICS, used=f"{used.pk},x,{'9' * 30}") == ["Rosanna Arquette", "Dark"]


def test_articles_are_found_by_headline_and_by_topic_and_not_while_they_are_drafts(editor: Client) -> None:
    ballard = make.series("Ballard")
    arrival = make.article("Rosanna Arquette kommt", about=[ballard])
    make.article("Ganz anderes", about=[make.series("Dark")])
    make.draft("Ballard endet", about=[ballard])
    index()

    assert titles(editor, ARTICLES, q="arquete kom") == ["Rosanna Arquette kommt"]
    assert titles(editor, ARTICLES, q="ballard") == ["Rosanna Arquette kommt"]
    assert titles(editor, ARTICLES, q="") == ["Ganz anderes", "Rosanna Arquette kommt"]
    assert titles(editor, ARTICLES, q="", without=str(arrival.pk)) == ["Ganz anderes"]


def test_an_article_with_a_spoiler_is_offered_by_the_headline_that_gives_nothing_away(editor: Client) -> None:
    ballard = make.series("Ballard")
    make.article("Sie stirbt", about=[ballard], spoils_season=1, neutral_headline="Neues aus Staffel 1")
    index()

    assert titles(editor, ARTICLES) == ["Neues aus Staffel 1"]


def test_the_number_of_queries_does_not_depend_on_the_number_of_hits(editor: Client) -> None:
    def asked() -> int:
        index()
        with CaptureQueriesContext(connection) as queries:
            editor.get(TOPICS, {"q": "dark"})
            editor.get(ARTICLES, {"q": "dark"})
        return len(queries)

    make.role(make.person("Ada Dark"), "Eva", of=make.series("Dark Eins", start_year=2001))
    make.article("Dark kommt")
    asked()
    before = asked()

    for n in range(4):
        make.role(make.person(f"Ben Dark {n}"), "Adam", of=make.series(f"Dark {n}", start_year=2002))
        make.article(f"Dark kommt {n}")

    assert asked() == before


@pytest.mark.parametrize("query", ["\0", "x" * 5000, "%", "'\"", "\ud83d", " ", "(", "🦕"])
def test_hostile_words_find_nothing_and_break_nothing(editor: Client, query: str) -> None:
    query = query.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    for address in (TOPICS, ARTICLES):
        assert editor.get(address, {"q": query, "used": query, "without": query}).status_code == 200


def test_strangers_and_readers_learn_nothing(client: Client) -> None:
    reader = client_of(make.user("ada"))

    for address in (TOPICS, ARTICLES, PICTURE, CONTENT):
        assert client.get(address).status_code == 302
        assert reader.get(address).status_code == 302


def test_who_may_not_write_is_told_so_in_a_sentence() -> None:
    moderator = client_of(make.editor("mo", group="Moderation"))

    answer = moderator.get(TOPICS, {"q": "dark"})

    assert answer.status_code == 403 and answer.json()["error"]


def test_nothing_is_changed_by_asking(editor: Client) -> None:
    assert editor.post(TOPICS).status_code == 405


# Wagtail leaves its temporary files to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_picture_that_was_chosen_is_described(editor: Client, tmp_path: Path) -> None:
    Image.new("RGB", (900, 600), "teal").save(tmp_path / "a.jpg")
    with override_settings(MEDIA_ROOT=tmp_path), (tmp_path / "a.jpg").open("rb") as file:
        picture = Picture.objects.create(
            file=ImageFile(file, "a.jpg"), title="A", description="Ein Wald", credit="Foto: Jo Muster"
        )

        answer = editor.get(PICTURE, {"id": str(picture.pk)}).json()

    assert (answer["credit"], answer["alt"], answer["refusal"]) == ("Foto: Jo Muster", "Ein Wald", "")
    assert answer["src"].startswith("/media/")
    gc.collect()


@pytest.mark.parametrize("row_id", ["", "0", "9" * 40, "x"])
def test_a_picture_that_is_gone_is_said_to_be(editor: Client, row_id: str) -> None:
    answer = editor.get(PICTURE, {"id": row_id})

    assert answer.status_code == 404 and answer.json()["error"]


def test_an_address_is_explained_or_refused_in_a_sentence(editor: Client) -> None:
    video = editor.get(CONTENT, {"url": "https://youtu.be/dQw4w9WgXcQ"}).json()
    assert video["name"] == "YouTube" and "Google" in video["loads"]

    refused = editor.get(CONTENT, {"url": "javascript:alert(1)"})
    assert refused.status_code == 422 and refused.json()["error"]
