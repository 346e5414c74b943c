"""Two people cannot overwrite each other: not by a button, not by saving of itself, not in the same moment."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from wagtail.models import ModelLogEntry

from staffellauf.newsroom.models import Article
from staffellauf.newsroom.screens import conflicts
from tests import make
from tests.newsroom.forms import address, changed, client_of, rows, write

pytestmark = pytest.mark.django_db


def opened(article: Article) -> dict[str, str]:
    """What the form says of the revision from which it was made."""
    latest = Article.objects.get(pk=article.pk).latest_revision
    return {"loaded_revision_id": str(latest.pk), "loaded_revision_created_at": latest.created_at.isoformat()}


def draft() -> Article:
    return write(make.editor("ada"), "Erste Fassung", about=make.series("Ballard"))


def test_the_second_to_save_is_shown_both_texts_and_nothing_is_lost() -> None:
    article = draft()
    seen = opened(article)
    grace, alan = make.editor("grace"), make.editor("alan")
    edit = address("edit", article.pk)

    first = client_of(grace).post(edit, changed(article, "Graces Fassung") | seen)
    second = client_of(alan).post(edit, changed(article, "Alans Fassung", deck="Neu & „gut“ <b>") | seen)

    page = second.content.decode()
    assert (first.status_code, second.status_code) == (302, 409)
    assert "Grace" in page
    assert "<del>Graces</del> Fassung" in page
    assert "<ins>Alans</ins> Fassung" in page
    assert "Neu &amp; „gut“ &lt;b&gt;" in page
    assert Article.objects.get().headline == "Graces Fassung"


def hidden(response: Any) -> dict[str, str]:
    """The form of the page of a conflict, as a browser posts it."""
    context = response.context
    theirs = context["theirs"]
    return dict(context["repeated"]) | {
        "loaded_revision_id": str(theirs.pk),
        "loaded_revision_created_at": context["created_at"],
        "based_on": context["based_on"],
        "overwriting": str(theirs.pk),
    }


@pytest.mark.parametrize("action", ["", "publish", "submit"])
def test_saving_ones_own_all_the_same_is_a_draft_and_is_logged(action: str) -> None:
    article = draft()
    seen, alan = opened(article), client_of(make.editor("alan"))
    edit = address("edit", article.pk)
    client_of(make.editor("grace")).post(edit, changed(article, "Graces Fassung") | seen)

    refused = alan.post(edit, changed(article, "Alans Fassung", action=action) | seen)
    saved = alan.post(edit, hidden(refused))

    assert (refused.status_code, saved.status_code) == (409, 302)
    article.refresh_from_db()
    assert (article.headline, article.live, article.workflow_in_progress) == ("Alans Fassung", False, False)
    assert article.revisions.filter(object_str="Graces Fassung").exists()
    entry = ModelLogEntry.objects.get(action="newsroom.overwrite")
    assert entry.data["saved_by"] == "Grace"
    history = alan.get(address("history", article.pk)).content.decode()
    assert "Grace)" in history


def test_ones_own_rows_come_along_though_the_others_are_gone() -> None:
    article = draft()
    seen, alan = opened(article), client_of(make.editor("alan"))
    edit, dark = address("edit", article.pk), make.series("Dark")
    mine = changed(article, "Alans Fassung")
    other = changed(article, "Graces Fassung") | rows("subjects", {"topic": str(dark.pk), "weight": "main"})
    other |= {"subjects-TOTAL_FORMS": "2", "subjects-INITIAL_FORMS": "1", "subjects-1-topic": str(dark.pk),
              "subjects-1-weight": "main", "subjects-1-ORDER": "2", "subjects-1-id": "", "subjects-1-DELETE": "",
              "subjects-0-id": mine["subjects-0-id"], "subjects-0-topic": mine["subjects-0-topic"],
              "subjects-0-DELETE": "on"}  # fmt: skip
    assert client_of(make.editor("grace")).post(edit, other | seen).status_code == 302
    assert [subject.topic_id for subject in Article.objects.get().subjects.all()] == [dark.pk]

    saved = alan.post(edit, hidden(alan.post(edit, mine | seen)))

    assert saved.status_code == 302
    assert [subject.topic.name for subject in Article.objects.get().subjects.all()] == ["Ballard"]


def test_who_overwrites_is_asked_again_when_a_third_one_was_quicker() -> None:
    article = draft()
    seen, alan, grace = opened(article), client_of(make.editor("alan")), client_of(make.editor("grace"))
    edit = address("edit", article.pk)
    grace.post(edit, changed(article, "Graces Fassung") | seen)
    refused = alan.post(edit, changed(article, "Alans Fassung") | seen)
    grace.post(edit, changed(article, "Graces zweite") | opened(article))

    again = alan.post(edit, hidden(refused))

    assert again.status_code == 409
    assert Article.objects.get().headline == "Graces zweite"
    assert alan.post(edit, hidden(again)).status_code == 302


def by_itself(client: Client, article: Article, headline: str, seen: dict[str, str]) -> Any:
    """As Wagtail's script saves."""
    return client.post(
        address("edit", article.pk), changed(article, headline) | seen, headers={"Accept": "application/json"}
    )


def test_saving_of_itself_writes_one_revision_and_stops_at_a_newer_one() -> None:
    article = draft()
    seen, grace = opened(article), client_of(make.editor("grace"))
    first = by_itself(grace, article, "Von selbst", seen).json()
    once_more = seen | {"overwrite_revision_id": str(first["revision_id"])}
    assert by_itself(grace, article, "Von selbst 2", once_more).json()["revision_id"] == first["revision_id"]
    client_of(make.editor("alan")).post(address("edit", article.pk), changed(article, "Alans") | opened(article))

    late = by_itself(grace, article, "Von selbst 3", once_more)
    button = grace.post(address("edit", article.pk), changed(article, "Von Hand") | once_more)

    assert (late.status_code, late.json()["error_code"]) == (400, "invalid_revision")
    assert button.status_code == 409
    assert Article.objects.get().headline == "Alans"


def test_another_window_of_ones_own_counts_too() -> None:
    article = draft()
    seen, grace = opened(article), client_of(make.editor("grace"))
    by_itself(grace, article, "Erstes Fenster", seen)

    response = grace.post(address("edit", article.pk), changed(article, "Zweites Fenster") | seen)

    assert response.status_code == 409


def test_a_revision_that_is_out_is_not_written_over() -> None:
    article = draft()
    grace = client_of(make.editor("grace"))
    first = by_itself(grace, article, "Geht so hinaus", opened(article)).json()["revision_id"]
    Article.objects.get().latest_revision.publish()

    seen = opened(article) | {"overwrite_revision_id": str(first)}
    later = by_itself(grace, article, "Neuer Entwurf", seen).json()["revision_id"]

    assert later != first
    assert Article.objects.get().live_revision.object_str == "Geht so hinaus"


def test_forged_names_of_revisions_are_no_crash() -> None:
    article = draft()
    other = write(make.editor("bob"), "Andere", about=make.series("Dark"))
    grace = client_of(make.editor("grace"))

    for forged in ("9" * 40, "-1", "x", "\0", str(other.latest_revision_id)):
        names = ("loaded_revision_id", "overwrite_revision_id", "based_on", "overwriting")
        for name in names:
            response = grace.post(address("edit", article.pk), changed(article, "Fremd") | {name: forged})
            assert response.status_code in (200, 302, 403, 409), (name, forged)

    assert Article.objects.get(pk=other.pk).headline == "Andere"


def test_a_long_text_is_compared_paragraph_by_paragraph() -> None:
    theirs = [f"Absatz {n}" for n in range(2000)]
    left, right = conflicts.marked(theirs, ["Neu", *theirs[:1999]])

    assert right.count("<ins>") == 1
    assert left.count("<del>") == 1


def test_who_else_has_the_article_open_is_told() -> None:
    article = draft()
    grace, alan = client_of(make.editor("grace")), client_of(make.editor("alan"))
    grace.get(address("edit", article.pk))
    page = alan.get(address("edit", article.pk))
    sessions = page.context["editing_sessions"]

    answer = alan.post(sessions.ping_url, {"is_editing": "1"})

    assert "Grace" in answer.json()["html"] or "grace@example.org" in answer.json()["html"]


def test_a_locked_article_is_closed_to_others_and_open_to_who_locked_it() -> None:
    article = draft()
    grace, alan = client_of(make.editor("grace")), client_of(make.editor("alan"))
    grace.post(address("lock", article.pk))

    alan.post(address("edit", article.pk), changed(article, "Alans"))
    assert Article.objects.get().headline == "Erste Fassung"
    grace.post(address("edit", article.pk), changed(article, "Graces"))
    assert Article.objects.get().headline == "Graces"

    client_of(make.editor("chief", group="Chefredaktion")).post(address("unlock", article.pk))
    alan.post(address("edit", article.pk), changed(article, "Alans"))
    assert Article.objects.get().headline == "Alans"


def test_an_author_locks_nothing() -> None:
    alan = make.editor("alan", group="Autor")
    article = write(alan, "Meins", about=make.series("Ballard"))

    client_of(alan).post(address("lock", article.pk))

    assert not Article.objects.get().locked


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What came of each, begun in the same moment by threads of their own."""
    gate = threading.Barrier(len(acts))
    results: list[object] = [None] * len(acts)

    def run(n: int, act: Callable[[], object]) -> None:
        gate.wait()
        try:
            results[n] = act()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n, act)) for n, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_in_the_same_moment_one_is_refused() -> None:
    article = draft()
    edit, seen = address("edit", article.pk), opened(article)
    clients = [client_of(make.editor(name)) for name in ("grace", "alan", "bob")]
    posts = [changed(article, f"Fassung {n}") | seen for n in range(3)]

    answers = at_once(*(
        lambda client=client, post=post: client.post(edit, post).status_code
        for client, post in zip(clients, posts, strict=True)
    ))  # fmt: skip

    assert sorted(answers) == [302, 409, 409]  # type: ignore[type-var]
    assert Article.objects.get().revisions.count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_approvals_in_the_same_moment_one_publishes() -> None:
    alan = make.editor("alan", group="Autor")
    article = write(alan, "Bitte prüfen", about=make.series("Ballard"))
    client_of(alan).post(address("edit", article.pk), changed(article, "Bitte prüfen", action="submit"))
    url = address("workflow_action", article.pk, "approve", article.current_workflow_task_state.pk)
    clients = [client_of(make.editor(name)) for name in ("grace", "ada")]

    at_once(*(lambda client=client: client.post(url, {"comment": ""}).status_code for client in clients))

    article.refresh_from_db()
    assert article.live
    assert article.publications.count() == 1
