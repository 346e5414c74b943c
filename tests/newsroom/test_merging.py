"""Two articles on the same story become one: nothing of either is lost, nobody is alerted, and it can be undone."""

import json

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from staffellauf.comments import queries as comments
from staffellauf.newsroom import actions, merging, ninjs, rules, story
from staffellauf.newsroom.models import Article, ArticleTopic, Fact, FormerSlug, Publication, Source, Subject
from staffellauf.website.pages import front
from tests import make
from tests.newsroom.forms import address, changed, client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ballard():
    return make.series("Ballard")


@pytest.fixture
def rosanna():
    return make.person("Rosanna Arquette")


@pytest.fixture
def kept(ballard, rosanna) -> Article:
    return make.article("Arquette spielt Jenny", about=[ballard], mentioning=[rosanna], source="Deadline")


@pytest.fixture
def merged(ballard, rosanna) -> Article:
    return make.article("Ballard: Arquette dabei", about=[rosanna], mentioning=[ballard], source="Variety")


def merge(kept: Article, merged: Article) -> merging.ArticleMerge:
    return merging.merge(kept, merged, user=make.editor("grace"), now=timezone.now())


def test_the_address_of_the_merged_article_and_its_former_ones_lead_to_the_kept_one(client: Client, kept, merged):
    FormerSlug.objects.create(article=merged, slug="vorher")

    merge(kept, merged)

    for slug in ("ballard-arquette-dabei", "vorher"):
        for prefix in ("", "/en"):
            answer = client.get(f"{prefix}/news/{slug}/")
            assert (answer.status_code, answer.headers["Location"]) == (301, f"{prefix}/news/arquette-spielt-jenny/")
    assert client.get("/news/vorher/versionen/").headers["Location"] == "/news/arquette-spielt-jenny/versionen/"
    assert client.get("/news/arquette-spielt-jenny/").status_code == 200


def test_topics_unite_at_their_strongest_and_sources_too(kept, merged, ballard, rosanna):
    merge(kept, merged)

    weights = dict(ArticleTopic.objects.filter(article=kept).values_list("topic_id", "kind"))
    assert weights == {ballard.pk: "main", rosanna.pk: "main"}
    assert not ArticleTopic.objects.filter(article=merged).exists()
    assert set(Source.objects.filter(article=kept).values_list("name", flat=True)) == {"Deadline", "Variety"}
    assert Publication.objects.count() == 2


def test_a_draft_of_the_kept_article_does_not_lose_them_once_published(kept, merged, ballard, rosanna):
    draft = Article.objects.get(pk=kept.pk)
    draft.headline = "Arquette spielt Jenny Wellik"
    draft.save_revision()

    merge(kept, merged)
    Article.objects.get(pk=kept.pk).latest_revision.publish()

    published = Article.objects.get(pk=kept.pk)
    assert published.headline == "Arquette spielt Jenny Wellik"
    assert dict(published.subjects.values_list("topic_id", "weight")) == {ballard.pk: "main", rosanna.pk: "main"}
    assert published.sources.count() == 2


def test_facts_go_along_and_none_is_stated_twice(kept, merged, ballard):
    def fact(article: Article, digest: str) -> Fact:
        return Fact.objects.create(article=article, kind="renewal", series=ballard, status="confirmed", digest=digest)

    fact(kept, "a" * 64)
    fact(merged, "a" * 64)
    own = fact(merged, "b" * 64)

    merge(kept, merged)

    assert Fact.objects.public().filter(article=kept).count() == 2
    assert Fact.objects.get(pk=own.pk).article == kept


def test_comments_stand_beneath_the_kept_article_and_can_be_answered(client: Client, kept, merged):
    ada = make.user("ada")
    first = make.comment("Endlich!", on=kept, by=ada)
    second = make.comment("Wie schön.", on=merged, by=ada)
    make.comment("Finde ich auch.", on=merged, by=ada, parent=second)

    merge(kept, merged)

    thread = comments.thread(kept)
    assert thread.count == 3
    assert {branch.comment for branch in thread.branches} == {first, second}
    assert comments.counts([kept]) == {kept.pk: 3}
    assert [(article.pk, article.comment_count) for article in front.discussed()] == [(kept.pk, 3)]
    page = client.get("/news/arquette-spielt-jenny/").content.decode()
    assert "Wie schön." in page
    moved = client.get(reverse("comment", args=[second.pk]))
    assert moved.headers["Location"].startswith("/news/arquette-spielt-jenny/")
    client.force_login(make.user("berta"))
    client.post(
        reverse("comment_replies", args=[second.pk]),
        {"text": "Ich auch.", "form_key": "6f1c2b7e-0d0a-4f55-9d3c-0a6f0b7f3b11"},
    )
    assert comments.thread(kept).count == 4


def test_links_to_the_merged_article_are_links_to_the_kept_one(client: Client, kept, merged, ballard):
    body = f'<p><a linktype="article" id="{merged.pk}">Wir berichteten</a></p>'
    later = make.article("Drehstart", about=[ballard], body=body)
    make.article("Beides", about=[ballard], body=body, earlier_article=kept)

    merge(kept, merged)

    assert story.around(later).earlier == [kept]
    followed_by = story.around(Article.objects.get(pk=kept.pk)).later
    assert [article.headline for article in followed_by] == ["Beides", "Drehstart"]
    assert 'href="/news/arquette-spielt-jenny/"' in client.get("/news/drehstart/").content.decode()


def test_the_merged_article_cannot_be_published_and_its_file_is_refused_in_words(kept, merged):
    Article.objects.filter(pk=merged.pk).update(guid="urn:example:merged")
    merge(kept, merged)

    with pytest.raises(rules.NotPublishable):
        actions.publish(Article.objects.get(pk=merged.pk))
    item = {
        "uri": "urn:example:merged", "type": "text", "headline": "Neu", "body_html": "<p>Neu</p>",
        "subjects": [{"name": "Ballard"}],
    }  # fmt: skip
    with pytest.raises(ninjs.InvalidItem, match="became part of “Arquette spielt Jenny”"):
        ninjs.apply(ninjs.read(json.dumps(item).encode()), now=timezone.now())


def test_undone_both_are_as_they_were(client: Client, kept, merged, ballard, rosanna):
    ada = make.user("ada")
    make.comment("Wie schön.", on=merged, by=ada)
    fact = Fact.objects.create(article=merged, kind="renewal", series=ballard, status="confirmed", digest="b" * 64)
    made = merge(kept, merged)

    edda = make.editor("edda")
    merging.undo(made, user=edda, now=timezone.now())

    assert dict(ArticleTopic.objects.filter(article=kept).values_list("topic_id", "kind")) == {
        ballard.pk: "main", rosanna.pk: "mentioned",
    }  # fmt: skip
    assert dict(ArticleTopic.objects.filter(article=merged).values_list("topic_id", "kind")) == {
        rosanna.pk: "main", ballard.pk: "mentioned",
    }  # fmt: skip
    assert list(Source.objects.filter(article=kept).values_list("name", flat=True)) == ["Deadline"]
    assert Fact.objects.get(pk=fact.pk).article == merged
    assert client.get("/news/ballard-arquette-dabei/").status_code == 200
    assert (comments.thread(kept).count, comments.thread(merged).count) == (0, 1)
    assert Publication.objects.count() == 2
    assert Subject.objects.count() == 4
    draft = Article.objects.get(pk=kept.pk).get_latest_revision_as_object()
    assert draft.subjects.get(topic=rosanna).weight == "mentioned"
    with pytest.raises(merging.CannotUndo):
        merging.undo(made, user=edda, now=timezone.now())


def test_a_chain_of_merges_is_one_step_long_and_is_undone_from_its_end(client: Client, kept, merged, ballard):
    third = make.article("Dritte", about=[ballard])
    grace, now = make.editor("grace"), timezone.now()
    first = merging.merge(kept, merged, user=grace, now=now)
    second = merging.merge(third, kept, user=grace, now=now)

    assert client.get("/news/ballard-arquette-dabei/").headers["Location"] == "/news/dritte/"
    with pytest.raises(merging.CannotUndo):
        merging.undo(first, user=grace, now=now)
    merging.undo(second, user=grace, now=now)
    assert client.get("/news/ballard-arquette-dabei/").headers["Location"] == "/news/arquette-spielt-jenny/"
    merging.undo(first, user=grace, now=now)
    assert client.get("/news/ballard-arquette-dabei/").status_code == 200


def test_what_cannot_be_merged(kept, merged, ballard):
    grace, now = make.editor("grace"), timezone.now()
    draft = make.draft("Entwurf", about=[ballard])
    for one, other in ((kept, kept), (kept, draft), (draft, kept)):
        with pytest.raises(merging.CannotMerge):
            merging.merge(one, other, user=grace, now=now)
    with pytest.raises(merging.CannotMerge):
        merging.merge(kept, merged, user=make.editor("alan", group="Autor"), now=now)
    merging.merge(kept, merged, user=grace, now=now)
    for one, other in ((kept, merged), (merged, kept)):
        with pytest.raises(merging.CannotMerge):
            merging.merge(one, other, user=grace, now=now)


def test_an_editor_merges_in_the_browser_and_undoes_it(kept, merged):
    grace = client_of(make.editor("grace"))

    assert reverse("merging_admin:choose", args=[kept.pk]) in grace.get(address("edit", kept.pk)).content.decode()
    chosen = grace.post(reverse("merging_admin:choose", args=[kept.pk]), {"other": str(merged.pk)})
    preview = grace.get(chosen.headers["Location"]).content.decode()
    assert "Variety" in preview
    assert "Rosanna Arquette" in preview
    grace.post(chosen.headers["Location"])

    assert Article.objects.get(pk=merged.pk).merged_into == kept
    made = merging.ArticleMerge.objects.get()
    assert "Ballard: Arquette dabei" in grace.get(reverse("merging_admin:index")).content.decode()
    grace.post(reverse("merging_admin:undo", args=[made.pk]))
    assert Article.objects.get(pk=merged.pk).live
    assert ModelLogEntry.objects.filter(action__startswith="newsroom.merge").count() == 4


@pytest.mark.parametrize("other", ["", "x", "9" * 30, "-1", "\0"])
def test_hostile_choices_are_refused(kept, other: str):
    grace = client_of(make.editor("grace"))

    assert grace.post(reverse("merging_admin:choose", args=[kept.pk]), {"other": other}).status_code == 422
    assert grace.get(reverse("merging_admin:choose", args=["9" * 18])).status_code == 404


def test_an_author_reaches_none_of_the_screens(kept, merged):
    alan = client_of(make.editor("alan", group="Autor"))
    made = merge(kept, merged)

    for name, args in (("index", []), ("choose", [kept.pk]), ("confirm", [kept.pk, merged.pk])):
        assert alan.get(reverse(f"merging_admin:{name}", args=args)).status_code == 302
    assert alan.post(reverse("merging_admin:undo", args=[made.pk])).status_code == 302
    assert Article.objects.get(pk=merged.pk).merged_into == kept


def test_text_and_note_go_out_together_from_the_editor(kept):
    grace = client_of(make.editor("grace"))
    sent = {
        "note-kind": "update", "note-text": "Der Drehstart steht fest.", "note-is_material": "on",
        "note-key": "0d0a4f55-6f1c-4b7e-9d3c-0a6f0b7f3b11",
    }  # fmt: skip
    form = changed(kept, "Arquette spielt Jenny", action="publish", slug=kept.slug) | sent

    unconfirmed = grace.post(address("edit", kept.pk), form)
    assert unconfirmed.status_code == 200
    assert Publication.objects.count() == 1
    for _ in range(2):
        grace.post(address("edit", kept.pk), form | {"note-is_confirmed": "on"})

    note = Article.objects.get(pk=kept.pk).notes.get()
    assert (note.text, note.is_material, note.publication.edition) == ("Der Drehstart steht fest.", True, 2)
    panel = grace.get(address("edit", kept.pk)).content.decode()
    assert "Der Drehstart steht fest." in panel


def test_a_note_without_text_change_and_its_withdrawal(kept):
    grace, chief = client_of(make.editor("grace")), client_of(make.editor("chief", group="Chefredaktion"))
    page = reverse("notes_admin:add", args=[kept.pk])
    key = "0d0a4f55-6f1c-4b7e-9d3c-0a6f0b7f3b12"
    form = {"note-kind": "correction", "note-text": "Falscher Name.", "note-key": key}

    assert grace.get(page).status_code == 200
    assert grace.post(page, form | {"note-text": "x" * 601}).status_code == 422
    assert grace.post(page, form | {"note-kind": "alarm"}).status_code == 422
    assert grace.post(page, form | {"note-key": "x"}).status_code == 422
    grace.post(page, form)
    note = Article.objects.get(pk=kept.pk).notes.get()

    grace.post(reverse("notes_admin:withdraw", args=[note.pk]))
    assert Article.objects.get(pk=kept.pk).notes.count() == 1
    chief.post(reverse("notes_admin:withdraw", args=[note.pk]))
    assert Article.objects.get(pk=kept.pk).notes.count() == 0
