from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from staffellauf.alerts import releases
from staffellauf.alerts.models import Occasion
from staffellauf.alerts.words import telling
from staffellauf.alerts.words.messages import Form
from staffellauf.catalogue.models import Episode, Organisation, Release, Series
from staffellauf.newsroom import notes
from staffellauf.newsroom.models import Publication
from staffellauf.readers.models import Follow
from tests import make

pytestmark = pytest.mark.django_db
# A Friday evening in Berlin.
NOW = datetime(2026, 1, 23, 19, 15, tzinfo=UTC)


def occasion(
    series: Series,
    *,
    kind: str = Occasion.Kind.EPISODES,
    at: datetime | None = None,
    on: date = date(2026, 1, 23),
    where: Organisation | None = None,
    season: int = 2,
    episodes: int | range = 0,
) -> Occasion:
    """Releases of one moment: the season's, or of its so many first episodes."""
    numbers = range(1, episodes + 1) if isinstance(episodes, int) else episodes
    of = make.season(series, season, episodes=max(numbers, default=0))
    values = {
        "series": series, "kind": "german_stream", "organisation": where, "first_on": on, "last_on": on,
        "precision": "minute" if at else "day", "starts_at": at,
    }  # fmt: skip
    chosen: list[Episode | None] = [of.episodes.get(number=number) for number in numbers]
    made_of = [
        Release.objects.create(season=None if chosen else of, episode=each, **values) for each in chosen or [None]
    ]
    key = releases.Key(series.pk, "out", Follow.Lead.AT, str(where.pk if where else 0), releases.when(made_of[0]))
    made = Occasion.objects.create(topic_id=series.pk, kind=kind, lead=Follow.Lead.AT, due_at=at or NOW, key=str(key))
    made.releases.set(made_of)
    return made


def told(what: Occasion, *, now: datetime = NOW, language: str = "en"):
    return telling.of_occasion(what, what.topic, language=language, now=now)


# --- articles


def test_an_article_is_told_with_why_and_where():
    ballard = make.series("Ballard")
    article = make.article("Rosanna Arquette joins", deck="As Jenny.", about=[ballard], published_at=NOW)

    item = telling.of_article(article, ballard, language="de")

    assert (item.key, item.title, item.body) == (f"meldung-{article.pk}", "Rosanna Arquette joins", "As Jenny.")
    assert item.why == "weil du „Ballard“ folgst"
    assert item.address == f"http://testserver/news/{article.slug}/"
    assert (item.kicker, item.at, item.topic_name) == ("Ballard", NOW, "Ballard")


def test_the_words_around_it_are_in_the_readers_language():
    ballard, article = make.series("Ballard"), make.article("Wellik kommt zurück")

    with translation.override("de"):
        item = telling.of_article(article, ballard, language="en")

    assert item.why == "because you follow “Ballard”"
    assert item.address.startswith("http://testserver/en/news/")


def test_a_person_stands_without_quotation_marks():
    arquette, article = make.person("Rosanna Arquette"), make.article()

    assert telling.of_article(article, arquette, language="de").why == "weil du Rosanna Arquette folgst"


def test_a_spoiler_is_told_by_its_neutral_headline_and_nothing_else():
    ballard = make.series("Ballard")
    article = make.article("Wellik dies", deck="In episode 8.", about=[ballard], spoils_season=2, slug="wellik")

    item = telling.of_article(article, ballard, language="en", edition=2)

    assert "dies" not in repr(item) and "episode 8" not in repr(item)
    assert item.title == "Update: News about “Ballard”, with spoilers"


def test_a_later_edition_says_what_was_noted():
    ballard = make.series("Ballard")
    article = make.article("Season 3 ordered", about=[ballard])
    notes.add(article, "It has ten episodes.", kind="correction", user=None, is_material=True, now=NOW)
    position = Publication.objects.get(edition=2).position

    [found] = telling.told_at([position]).values()
    item = telling.of_told(found, ballard, language="de")

    assert (item.title, item.body) == ("Korrektur: Season 3 ordered", "It has ten episodes.")
    assert (item.edition, item.position, item.at) == (2, position, NOW)


def test_what_a_spoiler_was_corrected_in_is_not_told():
    ballard = make.series("Ballard")
    article = make.article("Wellik dies", about=[ballard], spoils_season=2, slug="wellik")
    notes.add(article, "He dies in episode 7.", user=None, is_material=True, now=NOW)

    [found] = telling.told_at([Publication.objects.get(edition=2).position]).values()

    assert "dies" not in repr(telling.of_told(found, ballard, language="de"))


def test_what_was_unpublished_is_not_told():
    article = make.article()
    position = article.publications.get().position
    article.unpublish()

    assert telling.told_at([position]) == {}


def test_any_number_of_articles_takes_the_same_queries(django_assert_num_queries):
    topic = make.series("Ballard")
    for number in range(6):
        make.article(f"Meldung {number}", about=[make.series(f"Serie {number}")])
    positions = list(Publication.objects.values_list("position", flat=True))

    for several in (positions[:1], positions):
        with django_assert_num_queries(1):
            found = telling.told_at(several)
            shown = [telling.of_told(each, topic, language="de") for each in found.values()]

    assert len(shown) == 6


# --- releases


@pytest.mark.parametrize(
    ("on", "words"),
    [
        (date(2026, 1, 23), "from today"),
        (date(2026, 1, 24), "from tomorrow"),
        (date(2026, 1, 22), "since yesterday"),
        (date(2026, 1, 20), "since 20 Jan"),
        (date(2026, 2, 3), "from 3 Feb"),
        (date(2027, 2, 3), "from 3 Feb 2027"),
    ],
)
def test_a_season_is_told_by_its_day(on, words):
    ballard = make.series("Ballard")

    item = told(occasion(ballard, kind="season", on=on, where=make.organisation("Prime Video")))

    assert item.title == f"“Ballard”: season 2 {words} on Prime Video"
    assert item.body == "German streaming premiere"
    assert item.why == "because you follow “Ballard”"


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        (timedelta(hours=1), "in an hour"),
        (timedelta(minutes=55), "in an hour"),
        (timedelta(hours=3), "today at 23:15"),
        (timedelta(days=1), "tomorrow at 20:15"),
        (timedelta(days=4), "on 27 Jan at 20:15"),
        (timedelta(0), "now"),
        (timedelta(minutes=-10), "now"),
        (timedelta(hours=-2), "since 18:15"),
        (timedelta(hours=-22), "since yesterday"),
        (timedelta(days=-3), "since 20 Jan"),
    ],
)
def test_an_episode_is_told_as_far_ahead_as_it_is(ahead, words):
    at = NOW + ahead

    item = told(occasion(make.series("Ballard"), at=at, on=at.date(), episodes=range(3, 4)))

    assert item.title == f"“Ballard”: season 2, episode 3 {words}"
    assert item.at == at


def test_many_episodes_at_one_moment_are_one_line():
    assert told(occasion(make.series("Ballard"), episodes=8)).title == ("“Ballard”: season 2, episodes 1–8 from today")


def test_episodes_that_do_not_follow_each_other_are_counted():
    item = told(occasion(make.series("Ballard"), episodes=range(1, 6, 2)))

    assert item.title == "“Ballard”: season 2, 3 episodes from today"


def test_a_complete_season_says_so():
    item = told(occasion(make.series("Ballard"), kind="complete", where=make.organisation("Prime Video")))

    assert item.title == "“Ballard”: season 2 complete from today on Prime Video"


def test_an_episodes_title_stays_out():
    item = told(occasion(make.series("Ballard"), episodes=1))

    assert "Folge 1" not in repr(item)


def test_a_year_and_specials_are_called_what_they_are():
    year = told(occasion(make.series("Tagesthemen"), kind="season", season=2026))
    specials = told(occasion(make.series("Doctor Who"), kind="season", season=0))

    assert year.title == "“Tagesthemen”: 2026 from today"
    assert specials.title == "“Doctor Who”: Specials from today"


# --- several


def test_a_group_names_what_it_is_about():
    ballard, dark = make.series("Ballard"), make.series("Dark")
    items = [telling.of_article(make.article(f"Meldung {n}"), topic, language="en") for n, topic in
             enumerate([ballard, dark, ballard])]  # fmt: skip

    message = telling.message(items, language="en")

    assert message.form is Form.GROUP
    assert telling.title(message) == "3 articles about “Ballard” and “Dark”"


def test_a_group_about_many_topics_counts_the_rest():
    topics = [make.series("Ballard"), make.series("Dark"), make.person("Mo Muster"), make.franchise("Bosch")]
    items = [telling.of_article(make.article(f"Meldung {n}", published_at=NOW - timedelta(hours=n)), topic,
             language="en") for n, topic in enumerate(topics)]  # fmt: skip

    assert telling.title(telling.message(items, language="en", total=70)) == (
        "70 articles about “Ballard”, “Dark” and 2 others"
    )


def test_one_item_is_a_single_and_the_newest_comes_first():
    topic = make.series("Ballard")
    old, new = (
        telling.of_article(make.article(f"Meldung {n}", published_at=NOW + timedelta(hours=n)), topic, language="de")
        for n in range(2)
    )

    assert telling.title(telling.message([old])) == "Meldung 0"
    assert telling.message([old, new]).items == (new, old)


def test_dates_alone_are_called_dates():
    ballard, dark = make.series("Ballard"), make.series("Dark")
    items = [told(occasion(ballard, kind="season")), told(occasion(dark, kind="season"))]

    assert telling.title(telling.message(items, language="en")) == "2 dates of “Dark” and “Ballard”"
