"""Editing what series are made of: dates in words, episodes by number, what was taken away, whose word stands."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.urls import reverse

from staffellauf.catalogue import actions, provenance
from staffellauf.catalogue.models import (
    Alias,
    Credit,
    DataSource,
    Episode,
    Release,
    Removal,
    Role,
    Series,
    Showing,
    StatusChange,
    Topic,
    TopicPicture,
)
from staffellauf.newsroom.models import Picture
from tests import make
from tests.catalogue.test_screens import address, series

pytestmark = pytest.mark.django_db
NOUNS = ["release", "showing", "topicpicture", "statuschange", "datasource"]
RELEASE = {
    "place": "", "kind": "german_tv", "version": "dubbed", "when": "Herbst 2026", "broadcast_day": "",
    "available_until": "", "organisation": "", "territory": "DE",
}  # fmt: skip


@pytest.fixture
def client() -> Client:
    signed_in = Client()
    signed_in.force_login(make.editor())
    return signed_in


def edited(noun: str, client: Client, pk: object, **changes: object) -> dict[str, str]:
    """What the edit form would send, with these changes."""
    form = client.get(address(noun, "edit", pk)).context["form"]
    values = {name: form[name].value() for name in form.fields}
    plain = {name: "" if value is None else value for name, value in values.items() if value is not False}
    return {name: str(v) if not isinstance(v, list) else v for name, v in (plain | changes).items()}  # type: ignore[misc]


@pytest.mark.parametrize("noun", NOUNS)
def test_every_new_noun_has_a_list(client: Client, noun: str) -> None:
    dark = make.series("Dark")
    Release.objects.create(series=dark, kind="german_tv", first_on=date(2026, 1, 1), last_on=date(2026, 1, 1))
    TopicPicture.objects.create(topic=dark, kind="poster", address="https://example.org/a.jpg")
    Showing.objects.create(
        organisation=make.organisation(), series=dark, title="Dark",
        starts_at=datetime(2026, 1, 1, 19, tzinfo=UTC), broadcast_day=date(2026, 1, 1),
    )  # fmt: skip
    actions.set_status(dark, "ended", since=None, source="tvmaze")

    for query in ({}, {"q": "dark"}, {"of": str(dark.pk)}, {"of": "9" * 40}, {"of": "x"}):
        if noun != "datasource" or "of" not in query:
            assert client.get(address(noun, "list"), query).status_code == 200
    if noun != "datasource":
        assert reverse("wagtailsnippets_catalogue_series:edit", args=[dark.pk]) in (
            client.get(address(noun, "list"), {"of": dark.pk}).content.decode()
        )
        assert "Dark" not in client.get(address(noun, "list"), {"of": dark.pk + 999}).content.decode()


def test_a_series_leads_to_its_parts_and_says_whose_each_field_is(client: Client) -> None:
    dark = make.series("Dark", source="tvmaze", runtime_min=50, origin={"summary": "editor"}, summary="Eigenes.")
    make.season(dark, 1, episodes=3)
    dark.synopses.create(language="en", text="Four families.", source="tvmaze")

    page = client.get(address("series", "edit", dark.pk)).content.decode()

    for noun in ("season", "episode", "role", "credit", "release", "relation", "topicpicture", "statuschange"):
        assert f"{address(noun, 'list')}?of={dark.pk}" in page
    assert "TVmaze" in page
    assert "Four families." in page
    assert 'name="give_back" value="summary"' in page
    assert 'value="runtime_min"' not in page


def test_what_an_editor_changes_is_the_editors_until_it_is_given_back(client: Client) -> None:
    dark = make.series("Dark", source="tvmaze", status="running", runtime_min=50)
    before = edited("series", client, dark.pk)

    client.post(
        address("series", "edit", dark.pk),
        before | {"runtime_min": "60", "genres": ["crime", "drama"], "weekdays": ["mo"], "alias_lines": "Oscuro [es]"},
    )

    dark.refresh_from_db()
    assert (dark.runtime_min, dark.genres, dark.weekdays) == (60, "crime, drama", "mo")
    assert dark.origin == dict.fromkeys(["runtime_min", "genres", "weekdays", "aliases"], "editor")
    assert not provenance.may_set(dark, "runtime_min", source="tvmaze", value=55)

    given = reverse("catalogue_admin:give_back", args=["series", dark.pk])
    assert client.post(given, {"give_back": "runtime_min"}).status_code == 302
    dark.refresh_from_db()
    assert provenance.may_set(dark, "runtime_min", source="tvmaze", value=55)
    assert client.post(given, {"give_back": "nonsense"}).status_code == 302
    assert client.post(reverse("catalogue_admin:give_back", args=["user", 1])).status_code == 404


def test_a_status_that_is_changed_gets_its_place_in_the_history(client: Client) -> None:
    dark = make.series("Dark", source="tvmaze", status="running")

    client.post(
        address("series", "edit", dark.pk),
        edited("series", client, dark.pk) | {"status": "ended", "status_since": "2020-06-27"},
    )

    dark.refresh_from_db()
    change = StatusChange.objects.get()
    assert (dark.status, dark.origin["status"]) == ("ended", "editor")
    assert (change.status, change.since, change.source) == ("ended", date(2020, 6, 27), "editor")


def test_aliases_have_language_and_country_and_what_goes_stays_away(client: Client) -> None:
    heist = make.series("Haus des Geldes")
    heist.aliases.create(name="Money Heist", language="en", country="US", source="tvmaze")
    heist.aliases.create(name="La casa", source="tvmaze")

    form = client.get(address("series", "edit", heist.pk)).context["form"]
    assert form["alias_lines"].value() == "La casa\nMoney Heist [en-US]"
    client.post(
        address("series", "edit", heist.pk),
        series("Haus des Geldes", alias_lines="Money Heist [en-US]\nMoney Heist [en-GB]\nPapirnata kuca [-RS]"),
    )

    found = Alias.objects.order_by("name", "country").values_list("name", "language", "country", "source")
    assert list(found) == [
        ("Money Heist", "en", "GB", "editor"), ("Money Heist", "en", "US", "tvmaze"),
        ("Papirnata kuca", "", "RS", "editor"),
    ]  # fmt: skip
    assert Removal.objects.get().key == provenance.alias_key("La casa")


def test_a_merged_entry_keeps_its_several_ids_of_one_source(client: Client) -> None:
    dark = make.series("Dark")
    actions.set_external_ids(dark, [("tvmaze", "17861"), ("tvmaze", "99")])

    client.post(address("series", "edit", dark.pk), edited("series", client, dark.pk) | {"summary": "Neu."})

    assert set(dark.external_ids.values_list("value", flat=True)) == {"17861", "99"}


@pytest.mark.parametrize(
    ("words", "precision", "first", "last"),
    [
        ("Herbst 2026", "season_of_year", date(2026, 9, 1), date(2026, 11, 30)),
        ("2027", "year", date(2027, 1, 1), date(2027, 12, 31)),
        ("23.1.2026", "day", date(2026, 1, 23), date(2026, 1, 23)),
        ("23.1.2026 20:15", "minute", date(2026, 1, 23), date(2026, 1, 23)),
    ],
)
def test_a_release_takes_its_date_in_words(client: Client, words: str, precision: str, first: date, last: date) -> None:
    dark = make.series("Dark")
    season = make.season(dark, 2, episodes=3)

    client.post(address("release", "add"), RELEASE | {"series": str(dark.pk), "place": "2x03", "when": words})

    release = Release.objects.get()
    assert (release.precision, release.first_on, release.last_on) == (precision, first, last)
    assert (release.season, release.episode) == (season, season.episodes.get(number=3))
    shown = client.get(address("release", "edit", release.pk)).context["form"]
    client.post(
        address("release", "edit", release.pk),
        RELEASE | {"series": str(dark.pk), "place": shown["place"].value(), "when": shown["when"].value()},
    )
    again = Release.objects.get()
    assert (again.precision, again.first_on, again.starts_at) == (precision, first, release.starts_at)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("when", "irgendwann"), ("when", ""), ("when", "32.1.2026"), ("when", "x" * 300), ("place", "7"),
        ("place", "1x99999"), ("place", "drei"), ("place", "9" * 20),
    ],
)  # fmt: skip
def test_a_release_says_what_it_does_not_understand(client: Client, field: str, value: str) -> None:
    dark = make.series("Dark")
    make.season(dark, 1, episodes=1)

    response = client.post(address("release", "add"), RELEASE | {"series": str(dark.pk), field: value})

    assert field in response.context["form"].errors
    assert not Release.objects.exists()


def test_roles_and_credits_name_their_episodes_by_number(client: Client) -> None:
    dark, louis = make.series("Dark"), make.person("Louis Hofmann")
    season = make.season(dark, 1, episodes=5)
    special = Episode.objects.create(season=season, kind="special", name="Making of")
    guest = make.role(louis, "Jonas", of=dark, billing="guest")
    guest.episodes.set([special])
    who = {"series": str(dark.pk), "person": str(louis.pk), "order": "0"}

    client.post(
        address("role", "edit", guest.pk),
        who | {"character": "Jonas", "billing": "guest", "season_numbers": "1", "episode_codes": "1x02, S01E04"},
    )
    refused = client.post(
        address("credit", "add"), who | {"job": "director", "title": "", "episode_codes": "1x02, 3x01"}
    )
    client.post(address("credit", "add"), who | {"job": "director", "title": "", "episode_codes": "1x05"})

    role = Role.objects.get()
    assert {episode.number for episode in role.episodes.all()} == {2, 4, None}
    assert role.origin["episodes"] == "editor"
    assert "episode_codes" in refused.context["form"].errors
    assert [episode.number for episode in Credit.objects.get().episodes.all()] == [5]


def test_a_picture_is_shown_only_with_its_rights(client: Client) -> None:
    dark = make.series("Dark")
    picture = Picture.objects.create(title="Poster", file="poster.jpg", width=800, height=1200, credit="Netflix")
    values = {
        "topic": str(dark.pk), "kind": "poster", "picture": "", "address": "", "holder": "Netflix",
        "licence": "Pressematerial", "credit": "", "is_cleared": "on",
    }  # fmt: skip

    refused = client.post(address("topicpicture", "add"), values)
    client.post(address("topicpicture", "add"), values | {"picture": str(picture.pk), "credit": "© Netflix"})

    assert {"picture", "credit"} <= refused.context["form"].errors.keys()
    assert TopicPicture.objects.get().is_cleared


def test_a_decided_showing_is_confirmed(client: Client) -> None:
    dark = make.series("Dark")
    make.season(dark, 1, episodes=2)
    showing = Showing.objects.create(
        organisation=make.organisation(), title="Dark", starts_at=datetime(2026, 1, 1, 19, tzinfo=UTC),
        broadcast_day=date(2026, 1, 1),
    )  # fmt: skip

    client.post(address("showing", "edit", showing.pk), {"series": str(dark.pk), "place": "1x02"})
    showing.refresh_from_db()
    assert (showing.match, showing.episode and showing.episode.number) == ("confirmed", 2)

    client.post(address("showing", "edit", showing.pk), {"series": "", "place": ""})
    showing.refresh_from_db()
    assert (showing.match, showing.episode) == ("rejected", None)


def test_what_editors_delete_is_remembered_and_what_they_write_again_forgotten() -> None:
    chief = Client()
    chief.force_login(make.editor("ada", group="Chefredaktion"))
    dark, louis = make.series("Dark"), make.person("Louis Hofmann")
    season = make.season(dark, 1, episodes=1)
    episode = season.episodes.get()
    Episode.objects.filter(pk=episode.pk).update(tvmaze_id=657308)
    role = make.role(louis, "Jonas", of=dark, source="tvmaze")
    credit = Credit.objects.create(series=dark, person=louis, job="director")

    for noun, row in (("role", role), ("credit", credit), ("episode", episode), ("season", season)):
        assert chief.post(address(noun, "delete", row.pk)).status_code == 302

    assert set(Removal.objects.filter(topic=dark.pk).values_list("what", "key")) == {
        ("role", provenance.role_key("Jonas", "Louis Hofmann")),
        ("credit", provenance.credit_key("director", "", "Louis Hofmann")),
        ("episode", "1|1"), ("episode", "tvmaze|657308"), ("season", "1"),
    }  # fmt: skip
    chief.post(
        address("role", "add"),
        {"series": str(dark.pk), "person": str(louis.pk), "character": "Jonas", "billing": "main", "order": "0"},
    )
    assert not Removal.objects.filter(what="role").exists()


def test_networks_that_an_editor_takes_away_stay_away(client: Client) -> None:
    dark = make.series("Dark", source="tvmaze")
    dark.organisations.set([make.organisation("Netflix"), make.organisation("Sky")])

    client.post(address("series", "edit", dark.pk), edited("series", client, dark.pk) | {"organisation_lines": "Sky"})

    assert [row.what for row in Removal.objects.all()] == ["organisation"]
    assert Removal.objects.get().key == provenance.organisation_key("Netflix")
    assert Series.objects.get().origin["organisations"] == "editor"


def test_two_networks_of_one_name_are_told_apart(client: Client) -> None:
    dark = make.series("Dark")
    abc = make.organisation("ABC")
    other = make.organisation("ABC", slug="abc-2")
    dark.organisations.set([other])

    lines = client.get(address("series", "edit", dark.pk)).context["form"]["organisation_lines"].value()
    client.post(address("series", "edit", dark.pk), edited("series", client, dark.pk) | {"summary": "Neu."})

    assert lines == "abc-2"
    assert [row.pk for row in dark.organisations.all()] == [other.pk]
    assert Topic.objects.filter(pk=abc.pk).exists()


def test_data_sources_can_be_looked_at_but_not_changed(client: Client) -> None:
    source = DataSource.objects.order_by("pk")[0]

    assert client.get(address("datasource", "inspect", source.pk)).status_code == 200
    assert client.get(address("datasource", "edit", source.pk)).status_code == 302


def test_an_episode_names_its_season_by_number(client: Client) -> None:
    dark = make.series("Dark")
    season = make.season(dark, 2, episodes=1)
    values = {
        "series": str(dark.pk), "season_number": "2", "kind": "regular", "number": "2", "last_number": "3",
        "absolute_number": "", "name": "Doppelfolge", "original_title": "", "aired_on": "", "aired_at": "",
        "runtime_min": "", "tvmaze_id": "", "tmdb_id": "", "tvdb_id": "",
    }  # fmt: skip

    missing = client.post(address("episode", "add"), values | {"season_number": "9"})
    doubled = client.post(address("episode", "add"), values | {"number": "1"})
    huge = client.post(address("episode", "add"), values | {"season_number": "9" * 30, "number": "9" * 30})
    client.post(address("episode", "add"), values)

    assert "season_number" in missing.context["form"].errors
    assert "number" in doubled.context["form"].errors
    assert {"season_number", "number"} <= huge.context["form"].errors.keys()
    made = season.episodes.get(name="Doppelfolge")
    assert (made.number, made.last_number) == (2, 3)
    page = client.get(address("episode", "edit", made.pk)).content.decode()
    assert "Dark" in page


def test_what_an_editor_made_something_else_does_not_come_back_as_what_it_was(client: Client) -> None:
    dark, other = make.series("Dark", source="tvmaze"), make.series("1899")
    who, whom = make.person("Ada Ahrens"), make.person("Emil Ebert")
    role = make.role(who, "Martha", of=dark, source="tvmaze")
    renamed = make.role(who, "Hannah", of=dark, source="tvmaze")
    credit = Credit.objects.create(series=dark, person=who, job="producer", source="tvmaze")
    relation = dark.relations.create(kind="spin_off_of", to_series=other, source="tvmaze")
    numbered = make.season(dark, 1, episodes=1).episodes.get()
    Episode.objects.filter(pk=numbered.pk).update(tvmaze_id=5, source="tvmaze")
    picture = TopicPicture.objects.create(
        topic=dark, kind="poster", address="https://example.org/a.jpg", source="tvmaze"
    )
    changes: list[tuple[str, int, dict[str, object]]] = [
        ("role", role.pk, {"person": whom.pk}),
        ("role", renamed.pk, {"character": "Ulla"}),
        ("credit", credit.pk, {"job": "writer"}),
        ("relation", relation.pk, {"kind": "sequel_of"}),
        ("episode", numbered.pk, {"number": 9}),
        ("topicpicture", picture.pk, {"holder": "Somebody"}),
    ]
    for noun, pk, change in changes:
        assert client.post(address(noun, "edit", pk), edited(noun, client, pk, **change)).status_code == 302

    assert set(Removal.objects.filter(topic=dark.pk).values_list("what", "key")) == {
        ("role", provenance.role_key("Martha", "Ada Ahrens")),
        ("credit", provenance.credit_key("producer", "", "Ada Ahrens")),
        ("relation", provenance.relation_key("spin_off_of", "1899")),
        ("picture", provenance.picture_key("poster", "tvmaze")),
    }
