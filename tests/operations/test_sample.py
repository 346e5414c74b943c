import gzip
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from staffellauf.accounts.models import User
from staffellauf.catalogue.models import (
    Episode,
    ExternalId,
    Franchise,
    Person,
    Role,
    Season,
    Series,
    Topic,
    Work,
)
from staffellauf.comments.models import Comment
from staffellauf.common import text
from staffellauf.newsroom import ninjs
from staffellauf.newsroom.models import Article, ArticleTopic, Publication
from staffellauf.operations import sample
from staffellauf.operations.sample import accounts, files
from staffellauf.readers import queries
from staffellauf.readers.models import Reader
from tests import make

SHARED = Path(os.environ.get("STAFFELLAUF_SHARED_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
TITLES = SHARED / "tmdb" / "serien-de_2025-12.json.gz"


@pytest.fixture(scope="module")
def portal(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The portal, loaded once for all tests of this module and rolled back after the last one."""
    with django_db_blocker.unblock(), transaction.atomic():
        assert sample.load()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def in_portal(portal: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_the_portal_holds_thirty_series_a_hundred_people_and_sixty_articles(in_portal: None) -> None:
    assert Series.objects.count() >= 30
    assert Person.objects.count() >= 100
    assert Article.objects.published().count() >= 60
    assert Comment.objects.count() >= 20


def test_a_second_load_changes_nothing(in_portal: None) -> None:
    before = row_counts()

    loaded = sample.load()

    assert not loaded
    assert row_counts() == before


@pytest.mark.django_db
def test_a_portal_with_one_topic_of_its_own_is_left_alone() -> None:
    make.series("Dark")

    loaded = sample.load()

    assert not loaded
    assert Topic.objects.count() == 1
    assert not User.objects.exists()


@pytest.mark.django_db
def test_a_portal_with_an_account_is_left_alone() -> None:
    make.user("ada")

    loaded = sample.load()

    assert not loaded
    assert not Topic.objects.exists()


def test_every_slug_is_the_plain_one(in_portal: None) -> None:
    assert {"ballard", "bosch-legacy", "4-blocks", "babylon-berlin", "haus-des-geldes"} <= slugs("series")
    assert {"rosanna-arquette", "maggie-q"} <= slugs("person")
    assert "bosch" in slugs("franchise") & slugs("series")
    assert all(slug == text.slug(slug) for kind in ("series", "person", "franchise") for slug in slugs(kind))


def test_all_topics_are_found_by_their_names(in_portal: None) -> None:
    assert not Topic.objects.filter(search_text="").exists()
    assert Topic.objects.named("casa de papel").filter(kind="series").exists()
    assert Topic.objects.named("matičević").get().slug == "misel-maticevic"


def test_every_series_says_what_it_is_about_and_who_is_in_it(in_portal: None) -> None:
    assert not Series.objects.filter(summary="").exists()
    assert not Series.objects.filter(roles=None).exists()
    assert not Series.objects.filter(organisations=None).exists()


def test_the_bosch_relay_is_complete(in_portal: None) -> None:
    relay = Franchise.objects.get(slug="bosch").series.exclude(start_year=None).order_by("start_year")
    ballard = Series.objects.get(slug="ballard")

    assert [series.name for series in relay] == ["Bosch", "Bosch: Legacy", "Ballard"]
    assert [series.seasons.count() for series in relay] == [7, 3, 2]
    assert Episode.objects.filter(season__series=ballard, season__number=1).count() == 10
    assert ballard.relations.get(kind="spin_off_of").to_series.slug == "bosch-legacy"
    assert Work.objects.filter(authors__slug="michael-connelly").count() >= 12


def test_rosanna_arquette_is_jenny_in_the_second_season(in_portal: None) -> None:
    role = Role.objects.get(series__slug="ballard", person__slug="rosanna-arquette")

    assert (role.character, role.billing) == ("Jenny", "recurring")
    assert [season.number for season in role.seasons.all()] == [2]


def test_the_newest_article_is_about_her(in_portal: None) -> None:
    newest = Article.objects.published().newest_first()[0]
    topics = ArticleTopic.objects.filter(article=newest).values_list("topic__kind", "topic__slug")

    assert {("series", "ballard"), ("person", "rosanna-arquette"), ("franchise", "bosch")} <= set(topics)
    assert newest.publications.get().position == Publication.objects.count()


def test_articles_keep_the_times_of_their_files_and_come_in_that_order(in_portal: None) -> None:
    times = Article.objects.published().order_by("publications__position").values_list("first_published_at", flat=True)

    assert list(times) == sorted(times)


def test_the_newest_article_is_the_one_among_the_examples(in_portal: None) -> None:
    example = files.FOLDER.parents[2] / "examples" / "ballard-rosanna-arquette.json"
    item = ninjs.read(example.read_bytes())

    assert Article.objects.get(guid=item.guid) == Article.objects.published().newest_first()[0]


def test_every_sample_account_signs_in_and_the_newsroom_opens_to_four(in_portal: None) -> None:
    staff = User.objects.exclude(groups=None)

    assert {user.email for user in staff} == {address for address, _, _ in accounts.NEWSROOM}
    assert all(user.check_password(sample.PASSWORD) for user in [*staff, User.objects.get(email=sample.READER)])
    assert all(user.has_perm("wagtailadmin.access_admin") for user in staff)


def test_who_only_comments_cannot_sign_in(in_portal: None) -> None:
    known = {sample.READER, *(address for address, _, _ in accounts.NEWSROOM)}

    assert not any(user.has_usable_password() for user in User.objects.exclude(email__in=known))


def test_the_sample_reader_has_a_feed_with_something_unread(in_portal: None) -> None:
    reader = Reader.objects.get(user__email=sample.READER)

    page = queries.feed(reader)

    assert len(page.items) >= 10
    assert not page.items[0].is_read
    assert page.items[-1].is_read


def test_replies_stand_beneath_earlier_comments(in_portal: None) -> None:
    replies = Comment.objects.exclude(parent=None).select_related("parent", "article")

    assert replies
    assert all(reply.parent and reply.parent.created_at < reply.created_at for reply in replies)
    assert not Comment.objects.filter(created_at__lt=models_first_published()).exists()


def test_titles_years_and_ids_agree_with_the_german_catalogue(in_portal: None) -> None:
    if not TITLES.exists():
        pytest.skip("the shared data is not beside the repository; set STAFFELLAUF_SHARED_DATA")
    known = {str(row["id"]): row for row in json.loads(gzip.decompress(TITLES.read_bytes()))}
    both = [i for i in ExternalId.objects.filter(scheme="tmdb", kind="series") if i.value in known]

    assert len(both) >= 15
    for found in both:
        row, series = known[found.value], Series.objects.get(pk=found.topic_id)
        assert text.fold(row["title"]) in series.search_text
        assert int(row["year"]) == series.start_year
        assert series.external_ids.get(scheme="imdb").value == row["imdbId"]


def test_episode_counts_and_premieres_agree_with_the_german_catalogue(in_portal: None) -> None:
    if not TITLES.exists():
        pytest.skip("the shared data is not beside the repository; set STAFFELLAUF_SHARED_DATA")
    checked = 0

    for row in json.loads(gzip.decompress(TITLES.read_bytes())):
        for there in row["seasons"]:
            ours = Season.objects.filter(
                series__external_ids__scheme="tmdb", series__external_ids__value=str(row["id"]), number=there["number"]
            ).exclude(episode_count=None)
            # A season that was only announced when the data was taken says nothing.
            if (season := ours.first()) and len(there["episodes"]) > 1:
                checked += 1
                assert season.episode_count == len(there["episodes"]), f"{row['title']} {season}"
                first_year = str(there["episodes"][0]["date"])[:4]
                assert abs(int(first_year) - (season.start_year or 0)) == 0, f"{row['title']} {season}"

    assert checked >= 40


def slugs(kind: str) -> set[str]:
    return set(Topic.objects.filter(kind=kind).values_list("slug", flat=True))


def models_first_published() -> Any:
    return Article.objects.published().order_by("first_published_at").values_list("first_published_at", flat=True)[0]


def row_counts() -> dict[str, int]:
    counts = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f"SELECT COUNT(*) FROM {connection.ops.quote_name(table)}")
            counts[table] = cursor.fetchone()[0]
    return counts
