"""Readers are told what changed; only what the editor marks alerts them again, and only once."""

import uuid

import pytest
from django.utils import timezone
from wagtail.models import ModelLogEntry

from staffellauf.newsroom import actions, notes
from staffellauf.newsroom.models import Article, ArticleTopic, Note, Publication
from tests import make

pytestmark = pytest.mark.django_db


def test_a_note_stands_beside_the_article_and_changes_its_time() -> None:
    article, grace, now = make.article(about=[make.series("Dark")]), make.editor(), timezone.now()

    note = notes.add(article, "  Der Name\nwar falsch. ", kind="correction", user=grace, now=now)

    assert (note.text, note.is_material, note.created_by) == ("Der Name war falsch.", False, grace)
    assert Article.objects.get().updated_at == now
    assert Publication.objects.count() == 1
    assert ModelLogEntry.objects.filter(action="newsroom.note").exists()


def test_a_material_note_makes_the_next_edition_at_the_top() -> None:
    dark = make.series("Dark")
    first = make.articles(2, about=[dark])[0]

    note = notes.add(first, "Neu.", user=None, is_material=True, now=timezone.now())
    again = notes.add(first, "Neuer.", user=None, is_material=True, now=timezone.now())

    assert note.publication is not None
    assert again.publication is not None
    assert [note.publication.edition, again.publication.edition] == [2, 3]
    assert ArticleTopic.objects.order_by("-position").values_list("article_id", flat=True)[0] == first.pk
    assert ArticleTopic.objects.get(article=first).position == again.publication.position
    assert dark.__class__.objects.get().last_position == again.publication.position


def test_publishing_again_stays_at_the_place_of_the_newest_edition() -> None:
    dark = make.series("Dark")
    article = make.article(about=[dark])
    note = notes.add(article, "Neu.", user=None, is_material=True, now=timezone.now())

    assert actions.publish(Article.objects.get()).edition == 1

    assert note.publication is not None
    assert ArticleTopic.objects.get().position == note.publication.position
    assert Publication.objects.count() == 2


def test_a_form_that_is_sent_twice_makes_one_note_and_one_edition() -> None:
    article, key = make.article(about=[make.series("Dark")]), uuid.uuid4()

    two = [notes.add(article, "Neu.", user=None, is_material=True, form_key=key, now=timezone.now()) for _ in range(2)]

    assert two[0] == two[1]
    assert Publication.objects.count() == 2
    with pytest.raises(notes.NoteRefused):
        notes.add(make.article("Andere"), "Neu.", user=None, form_key=key, now=timezone.now())


@pytest.mark.parametrize("words", ["", " \n ", "x" * 601, "a\0b", "\ud800"])
def test_a_note_without_words_or_with_too_many_or_unshowable_ones_is_refused(words: str) -> None:
    article = make.article()

    with pytest.raises(notes.NoteRefused):
        notes.add(article, words, user=None, now=timezone.now())
    assert not Note.objects.exists()


def test_a_draft_an_article_offline_and_an_unknown_kind_take_no_note() -> None:
    article = make.article("Offline")
    article.unpublish()

    for target in (article, make.draft("Entwurf")):
        with pytest.raises(notes.NoteRefused):
            notes.add(target, "Neu.", user=None, is_material=True, now=timezone.now())
    with pytest.raises(notes.NoteRefused):
        notes.add(make.article("Live"), "Neu.", kind="alarm", user=None, now=timezone.now())
    assert not Publication.objects.filter(edition__gt=1).exists()


def test_an_author_adds_no_note_and_an_editor_withdraws_none() -> None:
    article, grace = make.article(), make.editor()
    with pytest.raises(notes.NoteRefused):
        notes.add(article, "Neu.", user=make.editor("alan", group="Autor"), now=timezone.now())
    note = notes.add(article, "Neu.", user=grace, now=timezone.now())

    with pytest.raises(notes.NoteRefused):
        notes.withdraw(note, user=grace)
    chief = make.editor("chief", group="Chefredaktion")
    notes.withdraw(note, user=chief)
    notes.withdraw(note, user=chief)

    assert not Note.objects.exists()
    entry = ModelLogEntry.objects.get(action="newsroom.note.withdraw")
    assert (entry.data["text"], entry.user) == ("Neu.", chief)
