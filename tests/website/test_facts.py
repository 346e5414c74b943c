"""Facts as readers see them: beneath the article, on the series and on the person."""

from datetime import date

import pytest
from django.test import Client

from staffellauf.catalogue.models import Person, Series
from staffellauf.newsroom.models import Article, Fact
from tests import make
from tests.website.queries import count_of

pytestmark = pytest.mark.django_db


def fact(article: Article, series: Series, **fields: object) -> Fact:
    values: dict[str, object] = {
        "kind": "casting", "status": "confirmed", "certainty": "confirmed", "source_name": "Deadline",
        "source_url": "https://deadline.com/x", "source_on": date(2026, 1, 23), "season_number": 2,
    } | fields  # fmt: skip
    return Fact.objects.create(article=article, series=series, **values)


@pytest.fixture
def ballard() -> Series:
    return make.series("Ballard")


@pytest.fixture
def arquette() -> Person:
    return make.person("Rosanna Arquette")


def text_of(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_an_article_shows_its_facts_with_certainty_and_source(client: Client, ballard: Series, arquette: Person):
    article = make.article("Meldung", about=[ballard])
    fact(article, ballard, person=arquette, slots={"character": "Jenny <3"})

    page = text_of(client, "/en" + article.get_absolute_url())

    assert 'id="fakten"' in page
    assert '<a href="/en/personen/rosanna-arquette/">Rosanna Arquette</a> plays Jenny &lt;3' in page
    assert "Confirmed" in page
    assert '<a href="https://deadline.com/x" rel="external noopener">According to Deadline' in page


@pytest.mark.parametrize("status", ["proposed", "rejected"])
def test_what_the_newsroom_has_not_accepted_stays_inside(client: Client, ballard: Series, status: str):
    article = make.article("Meldung", about=[ballard])
    fact(article, ballard, kind="renewal", status=status)

    for address in (article.get_absolute_url(), "/serien/ballard/"):
        page = text_of(client, address)
        assert 'id="fakten"' not in page
        assert 'id="gemeldet"' not in page


def test_the_series_and_the_person_show_what_was_reported_with_its_article(
    client: Client, ballard: Series, arquette: Person
):
    article = make.article("Meldung", about=[ballard])
    fact(article, ballard, person=arquette, slots={"character": "Jenny"})

    for address in ("/en/serien/ballard/", "/en/personen/rosanna-arquette/"):
        page = text_of(client, address)
        told = page.partition('id="gemeldet"')[2].partition("</section>")[0]
        assert "plays Jenny" in told
        assert f'href="/en{article.get_absolute_url()}"' in told


def test_the_status_line_of_a_series_is_its_newest_standing_fact(client: Client, ballard: Series):
    old = make.article("Bestellt", about=[ballard], published_at=make.EVENING)
    fact(old, ballard, kind="renewal", season_number=2)
    new = make.article("Gedreht", about=[ballard])
    fact(new, ballard, kind="shooting_start", certainty="rumour")
    fact(new, ballard, kind="ending", certainty="retracted")

    line = text_of(client, "/en/serien/ballard/").partition('class="status-line"')[2].partition("</p>")[0]

    assert "Renewed" in line
    assert old.get_absolute_url() in line


def test_what_a_later_report_replaced_says_so(client: Client, ballard: Series):
    article = make.article("Meldung", about=[ballard])
    former = fact(article, ballard, kind="renewal")
    fact(article, ballard, kind="ending", supersedes=former)

    page = text_of(client, "/en/serien/ballard/")

    assert page.count("Outdated: there is a later report") == 1
    assert "Renewed" not in page.partition('class="status-line"')[2].partition("</p>")[0]


def test_the_facts_of_a_spoiler_are_not_told_beside_it(client: Client, ballard: Series, arquette: Person):
    article = make.article(
        "Geheim", slug="offen", neutral_headline="Offen", spoils_season=2, about=[ballard]
    )  # fmt: skip
    fact(article, ballard, kind="exit", person=arquette, slots={"character": "Gletscherfrau"}, source_name="Quellname")
    fact(article, ballard, kind="ending", slots={"reason": "Gletscherfrau"}, source_name="Quellname")

    for address in ("/serien/ballard/", "/personen/rosanna-arquette/"):
        page = text_of(client, address)
        assert "Gletscherfrau" not in page
        assert "Quellname" not in page
        assert "Offen" in page
        assert "status-line" not in page
    assert "Gletscherfrau" not in text_of(client, article.get_absolute_url()).partition('<details class="veil">')[0]


def test_facts_cost_the_same_however_many_there_are(client: Client, ballard: Series, arquette: Person):
    article = make.article("Meldung", about=[ballard])
    fact(article, ballard, person=arquette)
    addresses = [article.get_absolute_url(), "/serien/ballard/", "/personen/rosanna-arquette/"]
    few = [count_of(client, address) for address in addresses]
    other = make.article("Zweite", about=[ballard])
    for number in range(8):
        fact(other, ballard, person=make.person(f"Person {number}"))
        fact(article, ballard, person=arquette, season_number=number)

    assert [count_of(client, address) for address in addresses] == few
