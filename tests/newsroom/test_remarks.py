"""Remarks on a passage: written, answered, resolved, and never a way in."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from staffellauf.accounts.models import User
from staffellauf.newsroom import remarks
from staffellauf.newsroom.models import Article, Remark
from tests import make
from tests.newsroom.forms import address, client_of, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def alan() -> User:
    return make.editor("alan", group="Autor")


@pytest.fixture
def grace() -> User:
    return make.editor("grace")


@pytest.fixture
def article(alan: User) -> Article:
    return write(alan, "Rosanna Arquette kommt", about=make.series("Ballard"))


def say(client: Client, article: Article, **sent: Any) -> Any:  # Any: what a browser may send
    url = reverse("newsroom_remarks", args=[article.pk])
    return client.post(url, json.dumps(sent), content_type="application/json")


def change(client: Client, remark: Remark, **sent: Any) -> Any:  # Any: as above
    url = reverse("newsroom_remark", args=[remark.article_id, remark.pk])
    return client.patch(url, json.dumps(sent), content_type="application/json")


def test_a_passage_is_remarked_on_answered_resolved_and_opened_again(article: Article, alan: User, grace: User) -> None:
    editor, author = client_of(grace), client_of(alan)

    first = say(editor, article, text="Woher?", field="headline", quote="Rosanna").json()["remarks"][0]
    answered = say(author, article, text="Deadline", answers=first["id"]).json()["remarks"][0]
    remark = Remark.objects.get(pk=first["id"])
    done = change(author, remark, resolved=True).json()
    again = change(editor, remark, resolved=False).json()

    assert (first["field"], first["quote"], first["author"]) == ("headline", "Rosanna", "Grace")
    assert [answer["text"] for answer in answered["answers"]] == ["Deadline"]
    assert (done["open"], done["remarks"][0]["resolved_by"]) == (0, "Alan")
    assert again["open"] == 1


def test_an_answer_opens_what_was_resolved(article: Article, grace: User) -> None:
    remark = remarks.write(article, grace, text="Woher?", now=timezone.now())
    remarks.resolve(remark, grace, now=timezone.now())

    assert say(client_of(grace), article, text="Doch nicht", answers=remark.pk).json()["open"] == 1


def test_ones_own_is_changed_and_deleted_and_no_other(article: Article, alan: User, grace: User) -> None:
    remark = remarks.write(article, grace, text="Woher?", now=timezone.now())
    url = reverse("newsroom_remark", args=[article.pk, remark.pk])

    assert change(client_of(alan), remark, text="Meins").status_code == 403
    assert client_of(alan).delete(url).status_code == 403
    changed = change(client_of(grace), remark, text="Von wem?").json()["remarks"][0]
    assert (changed["text"], changed["is_edited"]) == ("Von wem?", True)
    assert client_of(grace).delete(url).json()["remarks"] == []


def test_what_was_answered_is_not_taken_away_by_its_author(article: Article, alan: User, grace: User) -> None:
    remark = remarks.write(article, alan, text="Reicht das?", now=timezone.now())
    remarks.write(article, grace, text="Nein", now=timezone.now(), answers=remark.pk)
    url = reverse("newsroom_remark", args=[article.pk, remark.pk])

    assert client_of(alan).delete(url).status_code == 400
    assert client_of(grace).delete(url).json()["remarks"] == []


def test_nobody_remarks_on_what_they_may_not_touch(article: Article) -> None:
    for who in (make.editor("ada", group="Autor"), make.editor("mo", group="Moderation")):
        answer = say(client_of(who), article, text="Ha")
        assert answer.status_code == 403
    assert not Remark.objects.exists()


@pytest.mark.parametrize(
    "sent",
    [
        {}, {"text": ""}, {"text": " \n"}, {"text": 7}, {"text": None}, {"text": "x" * 2001}, {"text": ["x"]},
        {"text": "x", "field": "password"}, {"text": "x", "field": 3}, {"text": "x", "quote": "q" * 501},
        {"text": "x", "quote": {}}, {"text": "x", "answers": 10**30}, {"text": "x", "answers": "1"},
        {"text": "x", "answers": True}, {"text": "x", "answers": -1}, {"text": "\ud800"},
    ],
)  # fmt: skip
def test_what_is_no_remark_is_refused_with_a_sentence(article: Article, grace: User, sent: dict[str, Any]) -> None:
    answer = say(client_of(grace), article, **sent)

    assert answer.status_code == 400
    assert answer.json()["error"]
    assert not Remark.objects.exists()


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b"[" * 15_000, b"x" * 30_000, b"null"])
def test_what_is_no_json_is_refused_too(article: Article, grace: User, body: bytes) -> None:
    url = reverse("newsroom_remarks", args=[article.pk])

    answer = client_of(grace).post(url, body, content_type="application/json")

    assert answer.status_code == 400
    assert answer.json()["error"]


def test_numbers_that_no_key_reaches_and_remarks_of_another_article_are_not_there(
    article: Article, grace: User
) -> None:
    other = make.draft("Andere")
    remark = remarks.write(other, grace, text="Dort", now=timezone.now())
    client = client_of(grace)

    assert client.delete(reverse("newsroom_remark", args=[article.pk, remark.pk])).status_code == 404
    assert client.delete(f"/redaktion/anmerkungen/{article.pk}/{'9' * 40}/").status_code == 404
    assert client.get(f"/redaktion/anmerkungen/{'9' * 40}/").status_code == 403
    assert say(client, article, text="x", answers=remark.pk).status_code == 400


def test_nul_characters_are_left_out_and_words_stay_words(article: Article, grace: User) -> None:
    found = say(client_of(grace), article, text="a\0b <script>", quote="<i>").json()["remarks"][0]

    assert (found["text"], found["quote"]) == ("ab <script>", "<i>")


def test_a_request_from_elsewhere_writes_nothing(article: Article, grace: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(grace)

    assert say(client, article, text="Untergeschoben").status_code == 403
    assert not Remark.objects.exists()


def test_the_editor_holds_the_panel(article: Article, grace: User) -> None:
    page = client_of(grace).get(address("edit", article.pk)).content.decode()

    assert f'data-address="/redaktion/anmerkungen/{article.pk}/"' in page
    assert "newsroom/remarks.js" in page


def test_reading_takes_the_same_number_of_queries_however_many_there_are(
    article: Article, grace: User, django_assert_num_queries
) -> None:
    client, url = client_of(grace), reverse("newsroom_remarks", args=[article.pk])
    for n in range(3):
        first = remarks.write(article, grace, text=f"Nr. {n}", now=timezone.now())
        remarks.write(article, grace, text="Ja", now=timezone.now(), answers=first.pk)
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for n in range(6):
        remarks.write(article, grace, text=f"Weitere {n}", now=timezone.now())

    with django_assert_num_queries(len(few)):
        client.get(url)
