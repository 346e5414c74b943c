"""What the page of an article has besides its text, by its kind."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from wagtail.images.tests.utils import get_test_image_file

from staffellauf.catalogue.models import Release
from staffellauf.newsroom.models import Article, Byline, FormerSlug, GalleryPicture, Note, Picture, Source
from tests import make
from tests.website.queries import count_of

pytestmark = pytest.mark.django_db

PAGED = (
    "<p>Los.</p><hr/><h2>Bosch &amp; Co</h2><p>Die erste.</p><blockquote>Ein<hr/>Zitat</blockquote>"
    "<hr/><p>Ohne Titel.</p><hr/><p></p>"
)


def text_of(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def special(**fields: object) -> Article:
    return make.article("Drei Serien", kind="special", body=PAGED, **fields)  # type: ignore[arg-type]


def with_gallery(count: int) -> Article:
    article = make.draft("Bilder vom Dreh", kind="special")
    for number in range(1, count + 1):
        picture = Picture.objects.create(
            title=f"Bild {number}", file=get_test_image_file(f"{number}.png", size=(640, 40)), credit="Foto: Jo Muster",
            description=f"Szene {number}",
        )  # fmt: skip
        GalleryPicture.objects.create(article=article, picture=picture, caption=f"Am Set, {number}", sort_order=number)
    Article.objects.filter(pk=article.pk).update(live=True, first_published_at=make.EVENING)
    return article


def test_a_special_has_a_page_for_each_part_and_names_them_all(client: Client):
    address = special().get_absolute_url()

    first, second, third = (text_of(client, f"{address}{tail}") for tail in ("", "seite-2/", "seite-3/"))

    assert "Los." in first
    assert "Die erste." not in first
    assert "Die erste." in second
    assert "Ohne Titel." in third
    for page in (first, second, third):
        assert re.findall(r'<a href="([^"]+)" lang="de"[^>]*>([^<]+)</a></li>', page)[:3] == [
            (address, "Zum Einstieg"),
            (f"{address}seite-2/", "Bosch &amp; Co"),
            (f"{address}seite-3/", "Teil 3"),
        ]
    assert 'rel="prev"' not in first
    assert f'rel="next" href="{address}seite-3/"' in second


def test_each_page_of_a_special_is_its_own_canonical_address(client: Client):
    address = special().get_absolute_url()

    for tail, canonical in (("", address), ("seite-2/", f"{address}seite-2/"), ("?alles", address)):
        assert f'<link rel="canonical" href="http://testserver{canonical}">' in text_of(client, f"{address}{tail}")


def test_all_of_a_special_can_be_read_on_one_page(client: Client):
    page = text_of(client, special().get_absolute_url() + "?alles")

    assert all(words in page for words in ("Los.", "Die erste.", "Ohne Titel."))


@pytest.mark.parametrize("tail", ["seite-1/", "seite-4/", "seite-02/", "seite-0/", "seite-9999/", "seite-x/"])
def test_a_page_that_a_special_does_not_have_is_not_found(client: Client, tail: str):
    assert client.get(special().get_absolute_url() + tail).status_code == 404


def test_a_news_item_is_not_cut_by_a_rule(client: Client):
    article = make.article("Meldung", body=PAGED)

    assert "Die erste." in text_of(client, article.get_absolute_url())
    assert client.get(article.get_absolute_url() + "seite-2/").status_code == 404


def test_a_page_of_a_special_that_moved_leads_to_the_same_page(client: Client):
    FormerSlug.objects.create(article=special(), slug="alt")

    assert client.get("/en/news/alt/seite-2/").headers["Location"] == "/en/news/drei-serien/seite-2/"


def test_a_picture_series_counts_its_pictures_and_credits_each(client: Client):
    article = with_gallery(3)

    page = text_of(client, article.get_absolute_url())

    assert re.findall(r'frame-number">([^<]+)<', page) == ["1 / 3", "2 / 3", "3 / 3"]
    assert page.count("Foto: Jo Muster") == 3
    assert 'href="#bild-2"' in page
    assert "Am Set, 2" in page


def test_a_long_picture_series_has_pages_and_junk_is_the_first(client: Client):
    address = with_gallery(21).get_absolute_url()

    for asked, shown in (("", 20), ("?bilder=2", 1), ("?bilder=99999999999999999999", 20), ("?bilder=-1", 20)):
        assert text_of(client, address + asked).count('class="frame-number"') == shown
    assert len(client.get(address).content) < 40_000


def test_a_picture_series_costs_the_same_at_any_length(client: Client):
    short, long = with_gallery(2).get_absolute_url(), ""
    few = count_of(client, short)
    Article.objects.update(slug="kurz")
    long = with_gallery(9).get_absolute_url()

    assert count_of(client, long) == few


@pytest.mark.parametrize(("half_stars", "said"), [(7, "3.5"), (8, "4"), (1, "0.5"), (10, "5")])
def test_a_review_says_its_verdict_in_stars_and_in_words(client: Client, half_stars: int, said: str):
    article = make.article("Kritik", kind="review", half_stars=half_stars)

    page = text_of(client, "/en" + article.get_absolute_url())

    assert f"{said} out of 5" in page
    assert page.count('class="star"') == 5
    assert page.count('class="star-full"') == -(-half_stars // 2)


def test_stars_of_what_is_no_review_stay_hidden(client: Client):
    article = make.article("Meldung", half_stars=7)

    assert "stars" not in text_of(client, article.get_absolute_url())


def test_an_obituary_says_when_the_person_lived(client: Client):
    person = make.person("Jo Muster", born_on=date(1940, 3, 1), died_on=date(2026, 1, 20))
    article = make.article("Jo Muster ist gestorben", kind="obituary", about=[make.series("Dark"), person])

    page = text_of(client, "/en" + article.get_absolute_url())

    assert re.search(r'class="life"[^>]*>Born on [^<]*1940 · died on [^<]*2026 at the age of 85<', page)


def test_a_start_overview_shows_what_starts_in_its_period(client: Client):
    dark = make.series("Dark")
    Release.objects.create(
        series=dark, season=make.season(dark, 2), kind="german_stream", territory="DE", first_on=date(2026, 2, 5),
        last_on=date(2026, 2, 5), precision="day",
    )  # fmt: skip
    article = make.article("Starts im Februar", kind="starts", starts_period="2026-02", about=[make.series("Lupin")])

    page = text_of(client, article.get_absolute_url())

    assert "/serien/dark/folgen/staffel-2/" in page
    assert 'href="/starts/2026-02/"' in page


def test_a_start_overview_without_a_period_that_there_is_shows_its_text(client: Client):
    article = make.article("Starts", kind="starts", starts_period="2026-99")

    assert "She plays Jenny." in text_of(client, article.get_absolute_url())


def test_questions_of_an_interview_are_told_from_answers(client: Client):
    body = "<p><b>Warum?</b></p><p>Darum, <b>sagt</b> sie.</p><p><b>Und</b> <b>dann?</b></p>"
    article = make.article("Interview", kind="interview", body=body)

    page = text_of(client, article.get_absolute_url())

    assert page.count('class="question"') == 1
    assert '<p class="question"><b>Warum?</b></p>' in page


def test_an_advertisement_is_marked_above_its_headline_and_its_links_are_sponsored(client: Client):
    body = '<p><a href="https://ad.example/" rel="follow">Kaufen</a> <a href="HTTP://ad.example/2">Jetzt</a></p>'
    article = make.article("Notizbuch", kind="advertisement", advertiser="Musterwerbung & Co", body=body)

    page = text_of(client, "/en" + article.get_absolute_url())

    assert page.index("Advertisement</strong> <span>Musterwerbung &amp; Co") < page.index("<h1>Notizbuch")
    links = re.findall(r'<a [^>]*href="[^"]*ad\.example[^>]*>', page, re.IGNORECASE)
    assert len(links) == 2
    assert all('rel="sponsored nofollow noopener"' in link and link.count("rel=") == 1 for link in links)


def test_an_advertisement_is_marked_wherever_it_is_listed(client: Client):
    dark = make.series("Dark")
    make.article("Notizbuch", kind="advertisement", advertiser="Musterwerbung", about=[dark])
    other = make.article("Winden", about=[dark])

    places = ["/", "/news/", "/news/art/anzeigen/", "/serien/dark/", "/serien/dark/news/", "/suche/?q=notizbuch"]
    for address in [*places, other.get_absolute_url()]:
        page = text_of(client, "/en" + address)
        assert re.search(r"Advertisement</strong> <span>Musterwerbung</span></p>\s*<h[23]><a [^>]*>Notizbuch", page), (
            address
        )


def test_neither_an_advertisement_nor_a_find_opens_the_front_page(client: Client):
    make.article("Winden", published_at=make.EVENING)
    make.article("Notizbuch", kind="advertisement", advertiser="Musterwerbung")
    make.article("Fund", kind="find", body="")

    page = text_of(client, "/")

    assert page.index("Winden") < min(page.index("Notizbuch"), page.index("Fund"))


def test_a_find_leads_to_its_publishers_and_has_no_text_of_theirs(client: Client):
    article = make.draft("Fund", kind="find", body="", source="Deadline")
    Source.objects.create(
        article=article, name="Variety", url="https://variety.com/x?a=1&b=2", reported_on=date(2026, 1, 2)
    )
    Article.objects.filter(pk=article.pk).update(live=True, first_published_at=make.EVENING)

    page = text_of(client, "/en" + article.get_absolute_url())

    assert 'href="https://variety.com/x?a=1&amp;b=2" rel="external noopener nofollow"' in page
    assert 'datetime="2026-01-02"' in page
    assert "story-body" not in page
    assert 'id="kommentare"' in page


def test_the_card_of_a_find_names_its_publishers_and_leads_to_our_page(client: Client):
    dark = make.series("Dark")
    make.article("Fund", kind="find", body="", source="Deadline", about=[dark])

    for address in ("/", "/news/", "/news/art/fundstuecke/", "/serien/dark/"):
        page = text_of(client, address)
        assert re.search(r'href="/news/fund/">Fund</a></h[23]>\s*<p class="publishers-named">.*Deadline', page), address


def test_finds_cost_a_list_one_query_however_many_there_are(client: Client):
    make.article("Fund 1", kind="find", body="")
    few = count_of(client, "/news/")
    for number in range(2, 8):
        make.article(f"Fund {number}", kind="find", body="")

    assert count_of(client, "/news/") == few


def test_several_authors_sign_with_links_to_their_pages(client: Client):
    ada, ben = make.author("Ada Muster"), make.author("Ben Probe")
    rows = [Byline(author=ben, sort_order=0), Byline(author=ada, sort_order=1)]
    article = make.article("Winden", bylines=rows, byline="Redaktion")

    page = text_of(client, "/en" + article.get_absolute_url())

    assert re.search(
        r'By <a rel="author" href="/en/autoren/ben-probe/">Ben Probe</a> and '
        r'<a rel="author" href="/en/autoren/ada-muster/">Ada Muster</a></span>', page
    )  # fmt: skip
    assert "Redaktion</span>" not in page


def test_an_own_kicker_stands_over_the_headline(client: Client):
    article = make.article("Winden", kicker="Serienwissen <3", about=[make.series("Dark")])

    assert "Serienwissen &lt;3" in text_of(client, article.get_absolute_url())
    assert "Serienwissen &lt;3" in text_of(client, "/news/")


def test_notes_stand_above_the_text_the_newest_first(client: Client):
    article = make.article("Winden", body="<p>Der Text.</p>")
    Note.objects.create(article=article, kind="update", text="Später <b>mehr</b>.", created_at=make.EVENING)
    Note.objects.create(
        article=article, kind="correction", text="Es sind zwei.", created_at=make.EVENING + timedelta(hours=1)
    )

    page = text_of(client, article.get_absolute_url())

    assert page.index("Es sind zwei.") < page.index("Später &lt;b&gt;mehr&lt;/b&gt;.") < page.index("Der Text.")
    assert 'datetime="2026-01-24T21:15:00+01:00"' in page
