"""Two entries become one: everything moves, nothing doubles, and it can be taken back to the last row."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from staffellauf.catalogue import actions, merging, queries
from staffellauf.catalogue.models import (
    Alias,
    Credit,
    Episode,
    Franchise,
    Merge,
    Organisation,
    Person,
    Relation,
    Release,
    Role,
    Season,
    Series,
    Showing,
    Synopsis,
    Topic,
)
from staffellauf.newsroom import actions as newsroom
from staffellauf.newsroom.models import Article, ArticleTopic, Subject
from staffellauf.readers.models import Follow, Reader
from tests import make

pytestmark = pytest.mark.django_db
NIGHT = datetime(2026, 2, 1, 19, 15, tzinfo=UTC)
# Derived from names, and written anew by undo; and the note of the merge itself.
DERIVED = {"catalogue.TopicName", "catalogue.Merge"}


def dump() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, but for `updated_at`, what is derived and the note of the merge."""
    return {
        model._meta.label: [
            {name: value for name, value in row.items() if name != "updated_at"}
            for row in model._base_manager.order_by("pk").values()
        ]
        for model in apps.get_models(include_auto_created=True)
        if model._meta.label not in DERIVED and model._meta.app_label != "search"
    }


def assert_same(after: dict[str, list[dict[str, Any]]], before: dict[str, list[dict[str, Any]]]) -> None:
    """Names the first table that differs."""
    for label, rows in before.items():
        assert after[label] == rows, label


def pair() -> tuple[Series, Series]:
    """Dark as an editor wrote it, and Dark as an import brought it once more."""
    kept = make.series("Dark", summary="Vier Familien.", start_year=2017)
    gone = Series.objects.create(
        kind="series", name="Dark (DE)", slug="dark-de", original_title="Dunkel", source="tvmaze",
        start_year=2016, runtime_min=60, status="ended", popularity=90, premiered_on=date(2017, 12, 1),
        origin={"runtime_min": "tmdb"},
    )  # fmt: skip
    for topic in (kept, gone):
        actions.refresh_search_text(topic)
    return Series.objects.get(pk=kept.pk), Series.objects.get(pk=gone.pk)


def furnish(kept: Series, gone: Series) -> None:
    """Whatever can point at the two, some of it at both."""
    jonas, martha = make.person("Louis Hofmann"), make.person("Lisa Vicari")
    netflix, prime = make.organisation("Netflix"), make.organisation("Prime Video")
    kept.organisations.set([netflix])
    gone.organisations.set([netflix, prime])
    gone.franchises.set([make.franchise("Winden")])
    first, gone_first = make.season(kept, 1, episodes=2), make.season(gone, 1, episodes=3)
    Season.objects.filter(pk=gone_first.pk).update(tvmaze_id=7, source="tvmaze")
    for episode in gone_first.episodes.all():
        Episode.objects.filter(pk=episode.pk).update(
            tvmaze_id=100 + (episode.number or 0), aired_on=date(2017, 12, 1), source="tvmaze"
        )
    Episode.objects.create(season=gone_first, kind="special", name="Making of", tvmaze_id=199, source="tvmaze")
    gone_second = make.season(gone, 2, episodes=1)
    seen = gone_first.episodes.get(number=2)
    make.role(jonas, "Jonas", of=kept, seasons=[first])
    doubled = make.role(jonas, "Jonas", of=gone, seasons=[gone_first, gone_second], source="tvmaze")
    doubled.episodes.set([seen, gone_second.episodes.get()])
    make.role(martha, "Martha", of=gone, seasons=[gone_first], source="tvmaze").episodes.set([seen])
    Credit.objects.create(series=gone, person=jonas, job="director").episodes.set([seen])
    kept.aliases.create(name="Sombre", language="fr")
    gone.aliases.create(name="Sombre", language="fr", source="tvmaze")
    gone.aliases.create(name="Oscuro", language="es", source="tvmaze")
    actions.set_external_id(kept, "imdb", value="tt5753856")
    actions.set_external_id(gone, "imdb", value="tt99")
    actions.change_slug(gone, "dunkel")
    Synopsis.objects.create(topic=kept, language="en", text="Families.", source="tvmaze")
    Synopsis.objects.create(topic=gone, language="en", text="Four families.", source="tvmaze")
    days = {"first_on": date(2026, 9, 1), "last_on": date(2026, 11, 30), "precision": "season_of_year"}
    Release.objects.create(series=gone, season=gone_first, episode=seen, kind="german_tv", **days)
    Showing.objects.create(
        organisation=netflix, starts_at=NIGHT, broadcast_day=NIGHT.date(), title="Dark", series=gone, episode=seen
    )
    other = make.series("1899")
    Relation.objects.create(series=other, kind="spin_off_of", to_series=gone)
    Relation.objects.create(series=other, kind="spin_off_of", to_series=kept)
    Relation.objects.create(series=gone, kind="remake_of", to_series=kept)
    actions.set_status(gone, "ended", since=date(2020, 6, 27), source="tvmaze", now=NIGHT)
    make.reader("ada", follows=[kept])
    make.reader("bob", follows=[gone])
    make.reader("cleo", follows=[kept, gone])
    make.article("Beide", about=[gone], mentioning=[kept])
    make.article("Nur die eine", about=[gone], body=f'<p><a linktype="topic" id="{gone.pk}">Dark</a></p>')
    apps.get_model("sources", "ImportNote").objects.create(
        run=apps.get_model("sources", "ImportRun").objects.create(importer="tvmaze", address="a file"),
        outcome="created", what="Dark", topic_id=gone.pk,
    )  # fmt: skip
    doubt = apps.get_model("sources", "Doubt").objects.create(
        importer="tmdb", kind="series", key="tmdb:1", name="Dark", reason="Two of this name.", record={}
    )
    doubt.candidates.set([kept.pk, gone.pk])
    for topic in (kept, gone):
        actions.refresh_search_text(topic)


def test_everything_that_pointed_at_the_other_points_at_the_kept_one() -> None:
    kept, gone = pair()
    furnish(kept, gone)

    merging.merge(gone, into=kept, by=make.editor())

    merged = Topic.everything.get(pk=gone.pk)
    assert merged.merged_into_id == kept.pk
    assert not Topic.objects.filter(pk=gone.pk).exists()
    for relation in Series._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete and not relation.many_to_many:
            field = relation.field  # type: ignore[union-attr]
            if relation.related_model is not Merge and not getattr(relation, "parent_link", False):
                assert not field.model._base_manager.filter(**{field.name: gone.pk}).exists(), field


def test_seasons_and_episodes_of_one_number_become_one() -> None:
    kept, gone = pair()
    furnish(kept, gone)
    first = kept.seasons.get(number=1)
    second_episode = first.episodes.get(number=2)

    merging.merge(gone, into=kept, by=None)

    assert [season.number for season in kept.seasons.all()] == [1, 2]
    first.refresh_from_db()
    assert first.tvmaze_id == 7
    episodes = first.episodes.filter(number__isnull=False).values_list("number", "tvmaze_id", "aired_on")
    assert list(episodes) == [(n, 100 + n, date(2017, 12, 1)) for n in (1, 2, 3)]
    assert first.episodes.filter(name="Making of", tvmaze_id=199).exists()
    assert Episode.objects.get(pk=second_episode.pk).origin == {"tvmaze_id": "tvmaze", "aired_on": "tvmaze"}
    assert Release.objects.get().episode_id == second_episode.pk
    assert Release.objects.get().season_id == first.pk
    assert Showing.objects.get().episode_id == second_episode.pk
    jonas = kept.roles.get(character="Jonas")
    assert [season.number for season in jonas.seasons.all()] == [1, 2]
    assert second_episode in jonas.episodes.all()
    assert kept.roles.count() == 2


def test_the_kept_one_learns_what_it_did_not_know_and_keeps_its_own() -> None:
    kept, gone = pair()
    furnish(kept, gone)

    merging.merge(gone, into=kept, by=None)

    kept.refresh_from_db()
    assert (kept.name, kept.slug, kept.start_year, kept.summary) == ("Dark", "dark", 2017, "Vier Familien.")
    assert (kept.status, kept.runtime_min, kept.premiered_on) == ("ended", 60, date(2017, 12, 1))
    assert (kept.source_of("status"), kept.source_of("runtime_min")) == ("tvmaze", "tmdb")
    assert kept.popularity == 90
    assert kept.last_position == ArticleTopic.objects.order_by("-position")[0].position
    assert sorted(kept.external_ids.values_list("scheme", "value")) == [("imdb", "tt5753856"), ("imdb", "tt99")]
    assert kept.original_title == "Dunkel"
    assert {alias.name for alias in kept.aliases.all()} == {"Sombre", "Oscuro", "Dark (DE)"}
    assert [topic.pk for topic in queries.search("dunkel", limit=5)] == [kept.pk]


def test_followers_and_news_of_both_are_there_once() -> None:
    kept, gone = pair()
    furnish(kept, gone)

    merging.merge(gone, into=kept, by=None)

    assert Follow.objects.count() == Follow.objects.filter(topic=kept.pk).count() == 3
    assert ArticleTopic.objects.filter(topic=kept.pk).count() == 2
    assert set(ArticleTopic.objects.filter(topic=kept.pk).values_list("kind", flat=True)) == {"main"}
    assert set(Article.objects.values_list("lead_topic", flat=True)) == {kept.pk}


def test_addresses_of_the_other_lead_to_the_kept_one() -> None:
    kept, gone = pair()
    actions.change_slug(gone, "dunkel")

    merging.merge(gone, into=kept, by=None)

    for slug in ("dunkel", "dark-de", "dark"):
        assert queries.topic_by_slug("series", slug) == Topic.objects.get(pk=kept.pk)


def test_no_series_comes_from_itself() -> None:
    kept, gone = pair()
    Relation.objects.create(series=gone, kind="remake_of", to_series=kept)
    Relation.objects.create(series=kept, kind="sequel_of", to_series=gone)

    made = merging.merge(gone, into=kept, by=None)
    assert not Relation.objects.exists()

    merging.undo(made)
    assert Relation.objects.count() == 2


def test_years_that_would_contradict_each_other_are_not_filled() -> None:
    kept = make.series("Dark", start_year=2017)
    gone = make.series("Dark (DE)", end_year=2016)

    merging.merge(gone, into=kept, by=None)

    kept.refresh_from_db()
    assert (kept.start_year, kept.end_year) == (2017, None)


@pytest.mark.parametrize("other_way", [False, True])
def test_undone_from_either_side_every_row_is_as_it_was(other_way: bool) -> None:
    kept, gone = pair()
    furnish(kept, gone)
    before = dump()

    if other_way:
        kept, gone = gone, kept
    merging.undo(merging.merge(gone, into=kept, by=None))

    assert_same(dump(), before)


@pytest.mark.parametrize("kind", ["person", "organisation", "franchise"])
def test_undone_other_kinds_are_as_they_were(kind: str) -> None:
    series = pair()
    furnish(*series)
    kept, gone = {
        "person": lambda: list(Person.objects.order_by("pk")),
        "organisation": lambda: list(Organisation.objects.order_by("pk")),
        "franchise": lambda: [Franchise.objects.get(), make.franchise("Winden 1986")],
    }[kind]()
    for topic in (kept, gone):
        actions.refresh_search_text(topic)
    if kind == "person":
        make.role(kept, "Martha", of=series[0])
        make.work(authors=[gone])
    before = dump()

    made = merging.merge(gone, into=kept, by=None)
    assert not Role.objects.filter(person=gone.pk).exists()
    merging.undo(made)

    assert_same(dump(), before)


def test_what_came_after_the_merge_stays_with_the_kept_one() -> None:
    kept, gone = pair()
    furnish(kept, gone)
    made = merging.merge(gone, into=kept, by=None)

    late = make.reader("dora", follows=[kept])
    Reader.objects.get(user__display_name="Cleo").delete()
    Series.objects.filter(pk=kept.pk).update(runtime_min=55)
    merging.undo(made)

    assert [follow.topic_id for follow in late.follows.all()] == [kept.pk]
    assert Follow.objects.filter(topic=gone.pk).count() == 1
    kept.refresh_from_db()
    assert (kept.runtime_min, kept.premiered_on) == (55, None)
    assert Topic.objects.filter(pk=gone.pk).exists()


def test_merges_are_undone_the_last_one_first() -> None:
    kept, gone = pair()
    third = make.series("Finster")
    make.reader("ada", follows=[gone, third])
    first = merging.merge(gone, into=kept, by=None)
    second = merging.merge(third, into=kept, by=None)

    with pytest.raises(merging.CannotUndo, match="Finster → Dark"):
        merging.undo(first)
    merging.undo(second)
    merging.undo(first)
    with pytest.raises(merging.CannotUndo):
        merging.undo(first)

    assert set(Follow.objects.values_list("topic_id", flat=True)) == {gone.pk, third.pk}


def test_what_was_merged_before_goes_on_with_it() -> None:
    kept, gone = pair()
    oldest = make.series("Dunkelheit")
    merging.merge(oldest, into=gone, by=None)
    last = merging.merge(gone, into=kept, by=None)

    assert Topic.everything.get(pk=oldest.pk).merged_into_id == kept.pk
    assert queries.topic_by_slug("series", "dunkelheit") == Topic.objects.get(pk=kept.pk)
    newcomer = make.series("Dark again")
    merging.merge(newcomer, into=Topic.everything.get(pk=oldest.pk), by=None)
    assert Topic.everything.get(pk=newcomer.pk).merged_into_id == kept.pk
    with pytest.raises(merging.CannotUndo):
        merging.undo(last)


def test_what_cannot_become_one_is_refused() -> None:
    kept, gone = pair()
    merging.merge(gone, into=kept, by=None)

    for one, other in ((kept, kept), (gone, kept), (kept, gone), (gone, make.series("1899")), (make.person(), kept)):
        with pytest.raises(merging.CannotMerge):
            merging.merge(one, into=other, by=None)
    assert Merge.objects.count() == 1


def test_a_draft_about_the_other_is_about_the_kept_one_when_it_is_published() -> None:
    kept, gone = pair()
    written = make.draft("Bald", about=[gone], mentioning=[kept], body=f'<p><a linktype="topic" id="{gone.pk}">D</a>.')
    revision = written.save_revision()

    merging.merge(gone, into=kept, by=None)
    newsroom.publish(revision.as_object())

    assert [(s.topic_id, s.weight) for s in Subject.objects.all()] == [(kept.pk, "main")]
    assert [(p.topic_id, p.kind) for p in ArticleTopic.objects.all()] == [(kept.pk, "main")]


def test_the_number_of_queries_does_not_grow_with_the_followers() -> None:
    def queries_of(count: int, name: str) -> int:
        kept, gone = make.series(name), make.series(f"{name} (DE)")
        readers = Reader.objects.bulk_create(Reader(device_key=f"{name}{n}".rjust(64, "0")) for n in range(count))
        Follow.objects.bulk_create(Follow(reader=reader, topic_id=gone.pk) for reader in readers)
        Follow.objects.bulk_create(Follow(reader=reader, topic_id=kept.pk) for reader in readers[: count // 2])
        with CaptureQueriesContext(connection) as asked:
            merging.undo(merging.merge(gone, into=kept, by=None))
        assert Follow.objects.filter(topic=gone.pk).count() == count
        return len(asked)

    queries_of(2, "Zero")

    assert queries_of(20, "Dark") == queries_of(150, "1899")


def test_an_alias_of_both_is_there_once_and_twice_again() -> None:
    kept, gone = pair()
    for topic in (kept, gone):
        topic.aliases.create(name="Sombre")

    made = merging.merge(gone, into=kept, by=None)
    assert Alias.objects.filter(name="Sombre").count() == 1

    merging.undo(made)
    assert Alias.objects.filter(name="Sombre").count() == 2


def test_search_finds_the_kept_one_by_both_names_and_after_undoing_both() -> None:
    kept, gone = pair()

    made = merging.merge(gone, into=kept, by=None)
    assert [topic.pk for topic in queries.search("dark de", limit=5)] == [kept.pk]
    assert [topic.pk for topic in queries.search("dark", limit=5)] == [kept.pk]

    merging.undo(made)
    assert [topic.pk for topic in queries.search("dark de", limit=5)] == [gone.pk]
    assert {topic.pk for topic in queries.search("dark", limit=5)} == {kept.pk, gone.pk}
