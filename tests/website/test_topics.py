import pytest
from django.test import Client

from staffellauf.catalogue import actions as catalogue
from staffellauf.catalogue.cast import spans
from staffellauf.catalogue.models import Credit, Relation
from staffellauf.website.pages import lists
from tests import make
from tests.website.queries import count_of

pytestmark = pytest.mark.django_db


def test_a_series_shows_cast_seasons_family_and_origin(client: Client):
    bosch, ballard = make.series("Bosch", start_year=2014), make.series("Ballard", start_year=2025)
    connelly = make.person("Michael Connelly")
    first = make.season(ballard, 1, episodes=2)
    make.season(ballard, 2)
    make.role(make.person("Maggie Q"), "Renée Ballard", of=ballard, seasons=[first])
    Credit.objects.create(series=ballard, person=connelly, job="creator")
    Relation.objects.create(series=ballard, kind="spin_off_of", to_series=bosch)
    Relation.objects.create(series=ballard, kind="based_on", to_work=make.work("Late Show", authors=[connelly]))

    page = client.get("/serien/ballard/").content.decode()

    for words in ("Renée Ballard", "/personen/maggie-q/", "Folge 2", "/serien/bosch/", "Late Show", "Michael Connelly"):
        assert words in page
    assert 'aria-current="true"' in page
    assert "/serien/ballard/" in client.get("/serien/bosch/").content.decode()


def test_relations_that_run_in_a_circle_end_the_tree(client: Client):
    one, two = make.series("Eins"), make.series("Zwei")
    Relation.objects.create(series=one, kind="remake_of", to_series=two)
    Relation.objects.create(series=two, kind="remake_of", to_series=one)

    assert client.get("/serien/eins/").status_code == 200


def test_what_is_known_of_nothing_but_a_name_has_a_page(client: Client):
    make.series("Neu"), make.person("Ada"), make.franchise("Welt"), make.organisation("Sender")

    for path in ("/serien/neu/", "/serien/neu/besetzung/", "/personen/ada/", "/franchises/welt/", "/sender/sender/"):
        assert client.get(path).status_code == 200


def test_a_former_slug_leads_to_the_new_one(client: Client):
    series = make.series("Fire Country")
    catalogue.change_slug(series, "fire-country-neu")

    for path in ("", "besetzung/", "news/"):
        answer = client.get(f"/serien/fire-country/{path}")
        assert (answer.status_code, answer.headers["Location"]) == (301, f"/serien/fire-country-neu/{path}")
    assert client.get("/feeds/serien/fire-country.atom").status_code == 301


def test_an_unknown_slug_is_a_page_that_helps(client: Client):
    answer = client.get("/serien/gibt-es-nicht/")

    assert answer.status_code == 404
    assert 'action="/suche/"' in answer.content.decode()


def test_a_person_of_that_slug_is_no_series(client: Client):
    make.person("Ballard")

    assert client.get("/serien/ballard/").status_code == 404


@pytest.mark.parametrize(
    ("numbers", "shown"), [([], ""), ([2], "2"), ([1, 2, 3], "1–3"), ([5, 1, 2, 3], "1–3, 5"), ([1, 1, 3], "1, 3")]
)
def test_seasons_are_written_as_a_reader_would(numbers: list[int], shown: str):
    assert spans(numbers) == shown


def fill(name: str, count: int) -> None:
    series = make.series(name)
    seasons = [make.season(series, n, episodes=count) for n in range(1, count + 1)]
    for n in range(count):
        person = make.person(f"{name} {n}")
        make.role(person, f"Rolle {n}", of=series, seasons=seasons)
        Credit.objects.create(series=series, person=person, job="writer")
        work = make.work(f"{name} {n}", authors=[person])
        Relation.objects.create(series=series, kind="based_on", to_work=work)
        Relation.objects.create(series=make.series(f"{name} Ableger {n}"), kind="spin_off_of", to_series=series)
    make.articles(count, about=[series]) if name == "Klein" else None


def test_the_query_count_stays_the_same_when_the_rows_double(client: Client):
    fill("Klein", 2)
    fill("Gross", 4)

    small, large = count_of(client, "/serien/klein/"), count_of(client, "/serien/gross/")

    assert small == large <= 14
    assert count_of(client, "/personen/klein-1/") == count_of(client, "/personen/gross-1/") <= 12


def test_the_list_of_series_is_alphabetical_with_umlauts_where_readers_look(client: Client):
    for name in ("Zoo", "Ärzte", "1899", "Dark"):
        make.series(name)

    page = client.get("/serien/").context["page"]

    assert [(letter.shown, [series.name for series in letter.topics]) for letter in page.groups] == [
        ("0–9", ["1899"]), ("A", ["Ärzte"]), ("D", ["Dark"]), ("Z", ["Zoo"]),
    ]  # fmt: skip


def test_a_long_list_of_series_goes_on_page_by_page(client: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(lists, "PER_PAGE", 2)
    # Two of one name: none is lost where a page ends.
    for name, slug in (("1899", "1899"), ("Andor", "andor"), ("Dark", "dark"), ("Dark", "dark-2"), ("Dark", "dark-3")):
        series = make.series(f"{name} {slug}")
        series.sort_key = name.lower()
        series.save()
    address, seen = "/serien/", []

    while address:
        page = client.get(address).context["page"]
        seen += [series.name for letter in page.groups for series in letter.topics]
        address = f"/serien/{page.next_address}" if page.next_address else ""

    assert seen == ["1899 1899", "Andor andor", "Dark dark", "Dark dark-2", "Dark dark-3"]


def test_the_list_of_series_narrows_without_script(client: Client):
    make.series("Dark"), make.series("Ballard")

    page = client.get("/serien/", {"q": "dár"}).content.decode()

    assert "/serien/dark/" in page
    assert "/serien/ballard/" not in page


def test_the_list_of_series_takes_the_same_queries_at_any_length(client: Client):
    make.series("Dark")
    before = count_of(client, "/serien/")
    make.series("Ballard"), make.series("Bosch")

    assert count_of(client, "/serien/") == before


def test_a_title_card_is_a_picture_of_its_own(client: Client):
    make.series("Dark & <Light>", hue=120)

    answer = client.get("/serien/dark-light/karte.svg")

    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert "Dark &amp; &lt;Light&gt;" in answer.content.decode()


def test_the_episodes_stand_at_the_address_that_follows(client: Client):
    dark = make.series("Dark")
    make.season(dark, 1, episodes=2)
    arquette = make.person("Rosanna Arquette")

    page = client.get("/serien/dark/folgen/").content.decode()

    assert page.index("Staffel 1") < page.index("Folge 1") < page.index("Folge 2")
    assert client.get("/personen/rosanna-arquette/folgen/").headers["Location"] == arquette.get_absolute_url()
    assert client.get("/serien/nie/folgen/").status_code == 404
