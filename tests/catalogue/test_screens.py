"""Editing the catalogue: names that are found at once, addresses that keep working, ids that belong to one."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from staffellauf.catalogue import actions, queries
from staffellauf.catalogue.models import ExternalId, FormerSlug, Person, Role, Series
from tests import make

pytestmark = pytest.mark.django_db
NOUNS = ["series", "season", "episode", "person", "role", "credit", "franchise", "organisation", "work", "relation"]


@pytest.fixture
def client() -> Client:
    signed_in = Client()
    signed_in.force_login(make.editor())
    return signed_in


def address(noun: str, view: str, *args: object) -> str:
    return reverse(f"wagtailsnippets_catalogue_{noun}:{view}", args=args)


def series(name: str, **changes: str) -> dict[str, str]:
    return {
        "name": name, "original_title": "", "alias_lines": "", "status": "running", "start_year": "", "end_year": "",
        "original_language": "", "countries": "", "franchise_lines": "", "organisation_lines": "", "summary": "",
        "slug": "", "hue": "28", "id_lines": "",
    } | changes  # fmt: skip


@pytest.mark.parametrize("noun", NOUNS)
def test_every_noun_has_a_list_and_a_form(client: Client, noun: str) -> None:
    dark = make.series("Dark")
    make.role(make.person(), "Jenny", of=dark, seasons=[make.season(dark, 1, episodes=2)])

    for view in ("list", "add"):
        assert client.get(address(noun, view)).status_code == 200
    assert client.get(address(noun, "list"), {"q": "dark"}).status_code == 200


def test_a_series_is_written_with_all_that_hangs_on_it(client: Client) -> None:
    bosch, prime = make.franchise("Bosch"), make.organisation("Prime Video")

    client.post(address("series", "add"), series(
        "Die Brücke", original_title="Broen", alias_lines="Bron/Broen\nThe Bridge [en]",
        franchise_lines="bosch", organisation_lines="PRIME video", id_lines="imdb:tt1733785\nwikidata:Q1",
    ))  # fmt: skip

    made = Series.objects.get()
    assert (made.slug, made.kind) == ("die-bruecke", "series")
    assert [(a.name, a.language) for a in made.aliases.order_by("name")] == [("Bron/Broen", ""), ("The Bridge", "en")]
    assert [*made.franchises.all()] == [bosch]
    assert [*made.organisations.all()] == [prime]
    assert {(i.scheme, i.value, i.kind) for i in made.external_ids.all()} == {
        ("imdb", "tt1733785", "series"), ("wikidata", "Q1", "series"),
    }  # fmt: skip
    assert [topic.pk for topic in queries.search("bron broen", limit=5)] == [made.pk]
    assert made.latest_revision is not None


def test_a_new_name_is_found_and_the_old_address_leads_to_the_new_one(client: Client) -> None:
    made = make.series("Dark")
    make.role(make.person(), "Jenny", of=made)

    client.post(address("series", "edit", made.pk), series("Finster", slug="Finstere Straße"))

    made.refresh_from_db()
    assert made.slug == "finstere-strasse"
    assert FormerSlug.objects.get(slug="dark").topic_id == made.pk
    assert [topic.pk for topic in queries.search("finster", limit=5)] == [made.pk]
    assert made.roles.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("slug", "bosch"), ("slug", "harry-bosch"), ("id_lines", "imdb:tt3502248"), ("id_lines", "imdb"),
        ("id_lines", "myspace:1"), ("franchise_lines", "Nirgendwo"), ("alias_lines", "…"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_beside_the_field(client: Client, field: str, value: str) -> None:
    bosch = make.series("Bosch")
    actions.change_slug(bosch, "harry-bosch")
    actions.change_slug(bosch, "bosch")
    actions.set_external_id(bosch, "imdb", value="tt3502248")

    response = client.post(address("series", "add"), series("Dark", **{field: value}))

    assert response.status_code == 200
    assert field in response.context["form"].errors
    assert Series.objects.count() == 1


def test_a_name_that_two_people_have_is_told_apart_by_its_address(client: Client) -> None:
    make.person("Maria Muster")
    second = Person.objects.create(
        kind="person", name="Maria Muster", slug="maria-muster-2", search_text="maria muster"
    )
    work = {"title": "Finsternis", "original_title": "", "kind": "novel", "year": ""}

    refused = client.post(address("work", "add"), work | {"author_lines": "Maria Muster"})
    client.post(address("work", "add"), work | {"author_lines": "maria-muster-2"})

    assert "author_lines" in refused.context["form"].errors
    assert second.works.get().title == "Finsternis"


def test_a_role_holds_the_seasons_that_its_numbers_name(client: Client) -> None:
    ballard, who = make.series("Ballard"), make.person()
    for number in (1, 2, 3):
        make.season(ballard, number)
    role = {"series": str(ballard.pk), "person": str(who.pk), "character": "Jenny", "billing": "guest", "order": "1"}

    refused = client.post(address("role", "add"), role | {"season_numbers": "2, 7"})
    nonsense = client.post(address("role", "add"), role | {"season_numbers": "zwei"})
    client.post(address("role", "add"), role | {"season_numbers": "1–2, 3"})

    assert "season_numbers" in refused.context["form"].errors
    assert "season_numbers" in nonsense.context["form"].errors
    assert [season.number for season in Role.objects.get().seasons.all()] == [1, 2, 3]


def test_choosing_finds_by_any_name_and_shows_the_kind(client: Client) -> None:
    made = make.series("Die Brücke")
    made.aliases.create(name="Broen")
    actions.refresh_search_text(made)
    make.person("Anna Bruecke")

    found = client.get(reverse("topic_chooser:choose_results"), {"q": "BROEN"}).content.decode()
    both = client.get(reverse("topic_chooser:choose_results"), {"q": "brücke"}).content.decode()
    chosen = client.get(reverse("topic_chooser:chosen", args=[made.pk])).json()

    assert "Die Brücke" in found
    assert "Anna Bruecke" not in found
    assert "Die Brücke" in both
    assert "Anna Bruecke" in both
    assert chosen["result"]["title"] == "Die Brücke"


def test_choosing_takes_the_same_number_of_queries_when_the_topics_double(client: Client) -> None:
    url = reverse("topic_chooser:choose_results")
    for n in range(10):
        make.series(f"Serie {n}")
    client.get(url, {"q": "serie"})
    with CaptureQueriesContext(connection) as few:
        client.get(url, {"q": "serie"})
    for n in range(10):
        make.series(f"Noch eine Serie {n}")

    with CaptureQueriesContext(connection) as many:
        client.get(url, {"q": "serie"})

    assert len(many) == len(few)


def test_a_season_list_takes_the_same_number_of_queries_when_its_rows_double(client: Client) -> None:
    dark = make.series("Dark")
    for number in range(1, 6):
        make.season(dark, number)
    client.get(address("season", "list"))
    with CaptureQueriesContext(connection) as few:
        client.get(address("season", "list"))
    for number in range(6, 11):
        make.season(dark, number)

    with CaptureQueriesContext(connection) as many:
        client.get(address("season", "list"))

    assert len(many) == len(few)


def test_ids_that_are_no_longer_named_are_gone(client: Client) -> None:
    made = make.series("Dark")
    actions.set_external_id(made, "imdb", value="tt5753856")

    client.post(address("series", "edit", made.pk), series("Dark", id_lines="tmdb:70523"))

    assert [str(row) for row in ExternalId.objects.all()] == ["tmdb:70523"]
