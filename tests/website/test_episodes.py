"""The guide, seasons and episodes."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from staffellauf.catalogue import actions as catalogue
from staffellauf.catalogue.models import Credit, Episode, Release, Season, Showing
from staffellauf.website.pages import seasons
from tests import make
from tests.website.queries import count_of

pytestmark = pytest.mark.django_db


def test_an_episode_tells_all_its_dates_guests_and_neighbours(client: Client):
    dark = make.series("Dark", original_language="en")
    season = make.season(dark, 2, episodes=3)
    episode = season.episodes.get(number=2)
    Episode.objects.filter(pk=episode.pk).update(
        name="Materie", original_title="Dark Matter", absolute_number=12,
        aired_on=date(2026, 1, 23), aired_at=datetime(2026, 1, 24, 2, 0, tzinfo=UTC),
    )  # fmt: skip
    zdf = make.organisation("ZDF")
    Release.objects.create(
        series=dark, season=season, episode=episode, kind="media_library", organisation=zdf,
        first_on=date(2026, 3, 1), last_on=date(2026, 3, 1), available_until=date(2026, 6, 1), version="dubbed",
    )  # fmt: skip
    guest = make.role(make.person("Ada Gast"), "Die Fremde", of=dark, billing="guest")
    guest.episodes.add(episode)
    credit = Credit.objects.create(series=dark, person=make.person("Eva Buch"), job="writer")
    credit.episodes.add(episode)

    page = client.get("/serien/dark/folgen/2x02/").content.decode()

    for words in ("Materie", '<span lang="en">Dark Matter</span>', "12", "Fr., 23. Januar 2026", "Sa., 24. Januar 2026",
                  "So., 1. März 2026", "Mo., 1. Juni 2026", "/sender/zdf/", "Die Fremde", "Ada Gast", "Eva Buch",
                  "/serien/dark/folgen/2x01/", "/serien/dark/folgen/2x03/", '"@type":"TVEpisode"'):  # fmt: skip
        assert words in page, words


def test_a_double_episode_has_one_address(client: Client):
    season = make.season(make.series("Dark"), 1)
    Episode.objects.create(season=season, number=1, last_number=2, name="Anfang")

    assert "1–2" in client.get("/serien/dark/folgen/1x01/").content.decode()
    for spelling in ("1x1", "1x02", "01x001"):
        answer = client.get(f"/serien/dark/folgen/{spelling}/")
        assert (answer.status_code, answer.headers["Location"]) == (301, "/serien/dark/folgen/1x01/")


def test_specials_and_years_have_pages(client: Client):
    dark = make.series("Dark")
    special = Episode.objects.create(season=make.season(dark, 0), name="Rückblick", kind="special")
    make.season(dark, 2013, episodes=1)

    for path, words in (
        ("specials/", "Rückblick"), ("staffel-2013/", "2013"), ("2013x01/", "2013"),
        (f"special-{special.pk}/", "Rückblick"), ("", f"special-{special.pk}/"),
    ):  # fmt: skip
        answer = client.get(f"/serien/dark/folgen/{path}")
        assert answer.status_code == 200, path
        assert words in answer.content.decode(), path
    assert client.get("/serien/dark/folgen/staffel-0/").headers["Location"] == "/serien/dark/folgen/specials/"


@pytest.mark.parametrize(
    "path", ["9x99/", "99999x99999/", "staffel-7/", "staffel-99999/", "special-999999999999999999/", "specials/"]
)
def test_an_episode_that_is_not_there_leads_to_those_that_are(client: Client, path: str):
    make.season(make.series("Dark"), 1, episodes=1)

    answer = client.get(f"/serien/dark/folgen/{path}")

    assert answer.status_code == 404
    assert 'href="/serien/dark/folgen/"' in answer.content.decode()


def test_pages_of_a_renamed_series_redirect(client: Client):
    series = make.series("Alt")
    make.season(series, 1, episodes=2)
    catalogue.change_slug(series, "neu")

    for path in ("folgen/", "folgen/staffel-1/", "folgen/1x02/", "termine/"):
        answer = client.get(f"/serien/alt/{path}")
        assert (answer.status_code, answer.headers["Location"]) == (301, f"/serien/neu/{path}")


def test_a_long_series_shows_the_episodes_of_its_newest_season_only(client: Client):
    series = make.series("Lang")
    for number in range(1, 5):
        make.season(series, number, episodes=30)

    page = client.get("/serien/lang/folgen/").context["page"]

    assert [block.season.number for block in page.seasons] == [4, 3, 2, 1]
    assert [len(block.lines) for block in page.seasons] == [30, 0, 0, 0]


def test_a_long_season_goes_on_page_by_page(client: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(seasons, "EPISODES_PER_PAGE", 4)
    make.season(make.series("Lang"), 1, episodes=10)

    numbers = [
        line.number
        for page in (1, 2, 3)
        for line in client.get(f"/serien/lang/folgen/staffel-1/?seite={page}").context["page"].block.lines
    ]

    assert numbers == [str(n) for n in range(1, 11)]
    for junk in ("0", "99", "x", "9" * 30):
        assert client.get(f"/serien/lang/folgen/staffel-1/?seite={junk}").status_code == 200


def test_coming_and_past_showings_of_an_episode(client: Client):
    dark = make.series("Dark")
    episode = make.season(dark, 1, episodes=1).episodes.get()
    zdf, now = make.organisation("ZDF"), timezone.now()
    for days in (-3, 4):
        at = now + timedelta(days=days)
        Showing.objects.create(
            organisation=zdf, starts_at=at, broadcast_day=at.date(), title="Dark", series=dark, episode=episode,
            match="matched",
        )  # fmt: skip

    page = client.get("/serien/dark/folgen/1x01/").context["page"]

    assert (len(page.coming), len(page.past)) == (1, 1)


def test_the_queries_of_seasons_and_episodes_do_not_grow(client: Client):
    for name, count in (("Klein", 2), ("Gross", 8)):
        series = make.series(name)
        for number in range(1, count + 1):
            season = make.season(series, number, episodes=count)
            Season.objects.filter(pk=season.pk).update(source="tvmaze")
            role = make.role(make.person(f"{name} {number}"), "Gast", of=series, seasons=[season], billing="guest")
            role.episodes.set(season.episodes.all())

    for path in ("folgen/", "folgen/staffel-1/", "folgen/1x01/", "besetzung/", "termine/"):
        small, large = (count_of(client, f"/serien/{slug}/{path}") for slug in ("klein", "gross"))
        assert small == large <= 10, path
