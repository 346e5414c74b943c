"""What the sample newsroom has besides news."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from staffellauf.newsroom.models import Article, Author, Fact, Note, Plan
from staffellauf.operations import sample
from staffellauf.operations.sample import accounts, desk
from staffellauf.website.pages import bodies


@pytest.fixture(scope="module")
def portal(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        assert sample.load()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def in_portal(portal: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_every_kind_but_an_obituary_has_an_example(in_portal: None) -> None:
    kinds = set(Article.objects.published().values_list("kind", flat=True))

    assert kinds == {"news", "special", "review", "interview", "starts", "advertisement", "find"}


def test_authors_and_advertiser_are_plainly_samples(in_portal: None) -> None:
    assert all("Muster" in author.name + author.job for author in Author.objects.all())
    assert "Muster" in Article.objects.get(kind="advertisement").advertiser


def test_the_special_has_five_pages_and_a_visible_correction(in_portal: None, client: Client) -> None:
    special = Article.objects.get(slug="vier-deutsche-serien-zum-nachholen")

    assert [part.number for part in bodies.parts_of(special)] == [1, 2, 3, 4, 5]
    assert special.notes.get().kind == Note.Kind.CORRECTION
    assert special.bylines.count() == 2


def test_the_find_has_two_publishers_with_links(in_portal: None) -> None:
    find = Article.objects.get(kind="find")

    assert not find.body
    assert all(source.url.startswith("https://") for source in find.sources.all())
    assert find.sources.count() == 2


def test_the_ballard_story_has_its_two_facts_with_their_source(in_portal: None) -> None:
    casting, shooting = Fact.objects.public().filter(series__slug="ballard").order_by("kind")

    assert (casting.person.slug, casting.slots["character"]) == ("rosanna-arquette", "Jenny")  # type: ignore[union-attr]
    assert (shooting.kind, shooting.season_number) == ("shooting_start", 2)
    # Early in February: vague, and no day that nobody named.
    assert shooting.first_on != shooting.last_on
    assert {casting.source_name, shooting.source_name} == {"Deadline"}


def test_what_gives_something_away_says_so_in_its_list_entry(in_portal: None) -> None:
    spoiler = Article.objects.get(spoils_season__isnull=False)

    assert "verschwinden" in spoiler.headline
    assert "verschwinden" not in spoiler.shown_headline + spoiler.slug


def test_a_planned_article_waits_on_the_board_for_its_writer(in_portal: None) -> None:
    plan = Plan.objects.get(brief__contains="Rechte klären")

    assert not plan.article.live
    assert plan.assignee and plan.assignee.email == accounts.AUTHOR
    assert plan.due_at


def test_every_article_of_the_desk_is_read_without_a_fault(in_portal: None, client: Client) -> None:
    for row in desk.rows():
        for prefix in ("", "/en"):
            answer = client.get(f"{prefix}/news/{row['slug']}/")
            assert answer.status_code == 200
            assert len(answer.content) < 40_000
