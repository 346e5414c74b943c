"""The page of a series: what it says, where it says it from, and what it costs."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from staffellauf.catalogue import actions as catalogue
from staffellauf.catalogue.models import Episode, Release, Role, Season, Series, Showing, StatusChange, Synopsis
from tests import make
from tests.website.queries import count_of

pytestmark = pytest.mark.django_db

TODAY = timezone.now().date()


def page_of(client: Client, slug: str = "dark") -> str:
    return client.get(f"/serien/{slug}/").content.decode()


def test_the_status_line_says_what_a_reader_asks_first(client: Client):
    dark = make.series("Dark", start_year=2020, status="running", countries="US, DE", genres="drama, crime", fsk=16,
                       runtime_min=45)  # fmt: skip
    dark.organisations.add(make.organisation("Prime Video"))

    facts = client.get("/serien/dark/").context["page"].facts

    assert len(facts) == 5
    assert "2020" in facts[0]
    assert facts[1] == "USA, Deutschland"
    assert facts[3:] == ["FSK 16", facts[4]]
    assert facts[4].startswith("45")
    assert "Prime Video" in page_of(client)


def test_the_day_it_ended_comes_from_the_history(client: Client):
    dark = make.series("Dark", start_year=2017, end_year=2020, status="cancelled")
    for status, since, year in (("running", None, 2017), ("cancelled", date(2020, 5, 3), 2020)):
        recorded = datetime(year, 5, 4, tzinfo=UTC)
        StatusChange.objects.create(series=dark, status=status, since=since, source="tvmaze", recorded_at=recorded)

    assert "So., 3. Mai 2020" in page_of(client)


def test_where_to_watch_says_how_rough_a_date_is(client: Client):
    dark = make.series("Dark")
    netflix, zdf = make.organisation("Netflix"), make.organisation("ZDF")
    year = TODAY.year + 1
    Release.objects.create(
        series=dark, season=make.season(dark, 2), kind="german_stream", version="dubbed", organisation=netflix,
        precision="season_of_year", first_on=date(year, 9, 1), last_on=date(year, 11, 30),
    )  # fmt: skip
    Release.objects.create(
        series=dark, kind="media_library", organisation=zdf, first_on=date(2020, 1, 2), last_on=date(2020, 1, 2),
        available_until=TODAY + timedelta(days=9),
    )  # fmt: skip

    page = client.get("/serien/dark/").context["page"]

    assert [place.organisation for place in page.watch] == [zdf, netflix]
    assert page.watch[0].lines[0].until == TODAY + timedelta(days=9)
    assert (page.watch[1].lines[0].when, page.watch[1].lines[0].is_coming) == (f"Herbst {year}", True)
    assert f"Herbst {year}" in page.next_date


def test_data_sources_are_named_when_their_rows_are_shown(client: Client):
    dark = make.series("Dark")
    season = make.season(dark, 1, episodes=1)

    assert "TVmaze" not in page_of(client)

    Season.objects.filter(pk=season.pk).update(source="tvmaze")
    page = page_of(client)
    assert 'href="https://www.tvmaze.com/"' in page
    assert "CC BY-SA 4.0" in page
    Season.objects.update(source="editor", origin={"name": "tvmaze"})
    assert "CC BY-SA 4.0" in page_of(client)


def test_a_synopsis_from_elsewhere_says_its_language_source_and_licence(client: Client):
    dark = make.series("Dark")
    Synopsis.objects.create(topic=dark, language="en", text="A child <b>vanishes</b>.", source="tvmaze")

    page = page_of(client)

    assert '<p class="summary" lang="en">A child &lt;b&gt;vanishes&lt;/b&gt;.</p>' in page
    assert "CC BY-SA 4.0" in page
    Series.objects.update(summary="Ein Kind verschwindet.")
    assert "vanishes" not in page_of(client)


def test_showings_of_the_next_fortnight_stand_on_the_page(client: Client):
    dark, zdf = make.series("Dark"), make.organisation("ZDF")
    for days, match in ((1, "matched"), (3, "confirmed"), (2, "doubtful"), (-1, "matched"), (20, "matched")):
        at = timezone.now() + timedelta(days=days)
        Showing.objects.create(
            organisation=zdf, starts_at=at, broadcast_day=at.date(), title="Dark", series=dark, match=match
        )

    page = client.get("/serien/dark/").context["page"]

    assert [showing.match for showing in page.showings] == ["matched", "confirmed"]


def test_a_merged_series_leads_to_the_one_that_took_its_place(client: Client):
    kept, gone = make.series("Dark"), make.series("Dark (DE)")
    Series.everything.filter(pk=gone.pk).update(merged_into=kept)

    answer = client.get(f"/serien/{gone.slug}/")

    assert (answer.status_code, answer.headers["Location"]) == (301, "/serien/dark/")


def fill(name: str, count: int) -> None:
    """A series of which everything is known, `count` times."""
    series = make.series(name, source="tvmaze")
    place = make.organisation(f"Sender {name}")
    series.organisations.add(place)
    Synopsis.objects.create(topic=series, language="en", text="Lorem", source="tvmaze")
    for number in range(1, count + 1):
        season = make.season(series, number, episodes=count)
        season.episodes.update(aired_on=TODAY + timedelta(days=number))
        make.role(make.person(f"{name} {number}"), "Rolle", of=series, seasons=[season])
        for episode in season.episodes.all():
            Release.objects.create(
                series=series, season=season, episode=episode, kind="german_tv", organisation=place, first_on=TODAY,
                last_on=TODAY,
            )  # fmt: skip
        at = timezone.now() + timedelta(days=number)
        Showing.objects.create(
            organisation=place, starts_at=at, broadcast_day=at.date(), title=name, series=series, match="matched",
            episode=episode,
        )  # fmt: skip
        catalogue.set_status(series, "running" if number % 2 else "ended", since=TODAY, source="editor")
        make.article(f"{name} {number}", about=[series])


def test_a_page_asks_for_at_most_fourteen_things_whatever_the_size(client: Client):
    fill("Klein", 2)
    fill("Gross", 9)

    assert count_of(client, "/serien/klein/") == count_of(client, "/serien/gross/") <= 14


def test_a_long_cast_shows_its_first_and_links_to_the_rest(client: Client):
    dark = make.series("Dark")
    season, other = make.season(dark, 1), make.season(dark, 2)
    for number in range(20):
        make.role(make.person(f"Person {number}"), f"Figur {number}", of=dark, order=number, seasons=[season],
                  billing="guest" if number < 5 else "main")  # fmt: skip
    Role.objects.get(order=7).seasons.set([other])

    page = client.get("/serien/dark/").context["page"]

    assert (len(page.cast), page.cast_size) == (12, 20)
    assert page.cast[0].role.character == "Figur 5"
    chosen = client.get("/serien/dark/besetzung/", {"staffel": "2"}).context["page"]
    assert [line.role.character for _name, lines in chosen.groups for line in lines] == ["Figur 7"]
    for junk in ("99999999", "x", "-1"):
        assert client.get("/serien/dark/besetzung/", {"staffel": junk}).status_code == 200


def test_the_next_episode_is_told_in_words(client: Client):
    season = make.season(make.series("Dark"), 2)
    Episode.objects.create(season=season, number=5, aired_on=TODAY + timedelta(days=2))

    assert client.get("/serien/dark/").context["page"].next_date.startswith("S")
