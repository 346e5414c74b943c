"""Writing: how an article begins, what its form asks for, who signs it, and what the screens around it show."""

import json
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.images import ImageFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from staffellauf.newsroom import drafting, signing
from staffellauf.newsroom.models import Article, Author, Byline, Kind, Picture, Plan, Subject
from staffellauf.newsroom.screens import authors
from tests import make
from tests.newsroom.forms import address, begun, changed, client_of, publishing, rows, values, write

pytestmark = pytest.mark.django_db
EMPTY = json.dumps({"blocks": [], "entityMap": {}})


def picture(title: str = "Am Strand", **fields: object) -> Picture:
    file = BytesIO()
    Image.new("RGB", (40, 30), "teal").save(file, "JPEG")
    given = {"credit": "Foto: Jo Sample", "description": "Strand"} | fields
    return Picture.objects.create(title=title, file=ImageFile(file, name="strand.jpg"), **given)


def errors_of(response: object) -> dict[str, object]:
    return dict(response.context["form"].errors)  # type: ignore[attr-defined]


def test_an_article_begins_with_a_headline_and_is_there_when_its_editor_opens() -> None:
    grace, ballard = make.editor(), make.series("Ballard")
    asked = client_of(grace).get(address("add"), {"topic": ballard.pk}).content.decode()

    article = begun(grace, "Arquette kommt", kind="review", topic=str(ballard.pk))
    page = client_of(grace).get(address("edit", article.pk)).content.decode()

    assert "Ballard" in asked
    assert (article.headline, article.kind, article.slug) == ("Arquette kommt", "review", "arquette-kommt")
    assert (article.live, article.author, article.byline) == (False, grace, "Grace")
    assert article.latest_revision is not None
    assert [subject.topic_id for subject in article.subjects.all()] == [ballard.pk]
    for tab in ("text", "topics", "settings"):
        assert f'data-newsroom-tab="{tab}"' in page


@pytest.mark.parametrize("given", [{"headline": ""}, {"headline": "x" * 161}, {"headline": "a\0b"}, {"kind": "find"}])
def test_what_no_article_can_begin_with_is_refused_in_words(given: dict[str, str]) -> None:
    posted = {"begin": "1", "headline": "Gut", "kind": "news"} | given

    response = client_of(make.editor()).post(address("add"), posted)

    assert response.status_code == 200
    assert response.context["form"].errors
    assert not Article.objects.exists()


def test_a_topic_that_no_number_names_does_not_keep_anybody_from_beginning() -> None:
    for topic in ("9" * 30, "-1", "x"):
        assert client_of(make.editor(f"e{len(topic)}")).get(address("add"), {"topic": topic}).status_code == 200


def test_who_may_not_write_begins_nothing() -> None:
    client = client_of(make.editor("mo", group="Moderation"))

    client.post(address("add"), {"begin": "1", "headline": "Nein", "kind": "news"})

    assert not Article.objects.exists()


def test_an_article_is_signed_by_its_writers_entry() -> None:
    ada = make.editor("ada")
    author = Author.objects.create(name="Ada Muster", slug="ada-muster", user=ada)

    article = drafting.begin(ada, "Signiert")

    assert signing.authors_of(article) == [author]
    assert article.byline == ""
    assert signing.signature(Article.objects.get(pk=article.pk)) == "Ada Muster"


def test_several_authors_are_named_in_their_order_with_one_query_at_most() -> None:
    article = make.article("Zu dritt")
    for n, name in enumerate(["Ada", "Ben", "Cleo"]):
        author = Author.objects.create(name=name, slug=name.lower())
        Byline.objects.create(article=article, author=author, sort_order=n)

    with CaptureQueriesContext(connection) as queries:
        signed = signing.signature(Article.objects.prefetch_related("bylines__author").get())
    fresh = Article.objects.get()
    with CaptureQueriesContext(connection) as alone:
        signing.signature(fresh)

    assert signed in {"Ada, Ben and Cleo", "Ada, Ben und Cleo"}
    assert (len(queries), len(alone)) == (3, 1)
    assert signing.signature(Article(byline="Gast")) == "Gast"


def test_a_draft_may_be_unfinished_and_a_publication_may_not() -> None:
    grace, ballard = make.editor(), make.series("Ballard")
    article = write(grace, "Unfertig", about=ballard)
    edit, client = address("edit", article.pk), client_of(grace)
    cases = {
        "body": {"body": EMPTY},
        "advertiser": {"kind": "advertisement"},
        "starts_period": {"kind": "starts", "starts_period": "Februar"},
        "spoils_season": {"spoils_episode": "3"},
        "neutral_headline": {"spoils_season": "2", "neutral_headline": "Unfertig"},
    }

    for field, given in cases.items():
        assert client.post(edit, changed(article, "Unfertig", **given)).status_code == 302, field
        article.refresh_from_db()
        refused = client.post(edit, changed(article, "Unfertig", action="publish", **given))
        assert field in errors_of(refused), field

    article.refresh_from_db()
    assert not article.live


def test_a_picture_series_and_a_start_overview_go_out_with_what_they_have() -> None:
    ballard, client = make.series("Ballard"), client_of(make.editor())
    gallery = rows("gallery", {"picture": str(picture().pk), "caption": "Erste"})

    client.post(address("add"), publishing("Bilder", about=ballard, kind="special", body=EMPTY) | gallery)
    client.post(address("add"), publishing("Starts", about=ballard, kind="starts", starts_period="2026-w05"))

    assert Article.objects.filter(live=True).count() == 2
    assert Article.objects.get(kind=Kind.SPECIAL).gallery.get().caption == "Erste"


def test_numbers_that_no_database_holds_are_refused() -> None:
    client = client_of(make.editor())

    response = client.post(address("add"), values("Riesig", spoils_season="9" * 20, half_stars="11"))

    assert {"spoils_season", "half_stars"} <= set(errors_of(response))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *((name, value) for name in ("earlier_article", "lead_picture") for value in ("abc", "1e5", "9" * 40, "²")),
        *((f"subjects-0-{name}", value) for name in ("topic", "id") for value in ("abc", "1e5", "9" * 40)),
        *((name, "0001-01-01 00:00") for name in ("embargo_until", "go_live_at", "expire_at")),
        ("embargo_until", "9999-12-31 23:59"),
    ],
)
def test_a_forged_value_is_refused_and_nothing_is_stored(name: str, value: str) -> None:
    client = client_of(make.editor())
    about = make.series("Dark")
    given = publishing("Gefälscht", about=about) | {name: value}

    answer = client.post(address("add"), given)

    assert answer.status_code in (200, 400) and not Article.objects.exists()
    draft = begun(make.editor("alan"), "Echt")
    answer = client.post(address("edit", draft.pk), changed(draft, "Falsch", **{name: value}))
    if not name.startswith("subjects"):
        assert answer.status_code == 200
        assert draft.latest_revision.as_object().headline == "Echt"


def test_a_find_stays_a_choice_for_finds_alone() -> None:
    grace, ballard = make.editor(), make.series("Ballard")
    news = write(grace, "Meldung", about=ballard)
    find = make.article("Fund", about=[ballard], kind=Kind.FIND)
    client = client_of(grace)

    assert '<option value="find"' not in client.get(address("edit", news.pk)).content.decode()
    assert '<option value="find" selected' in client.get(address("edit", find.pk)).content.decode()
    assert "kind" in errors_of(client.post(address("edit", news.pk), changed(news, "Meldung", kind="find")))


def test_an_author_twice_is_refused_in_words() -> None:
    author = str(Author.objects.create(name="Ada", slug="ada").pk)
    bylines = rows("bylines", {"author": author}, {"author": author})

    response = client_of(make.editor()).post(address("add"), values("Doppelt") | bylines)

    assert "Ada" in str(response.context["form"].non_field_errors())


def preview_of(mode: str, **given: str) -> str:
    client = client_of(make.editor())
    ballard = make.series("Ballard")
    posted = values("Jenny stirbt", about=ballard, deck="Im Finale.", **given)
    assert client.post(address("preview_on_add"), posted).json()["is_valid"]
    return client.get(address("preview_on_add"), {"mode": mode}).content.decode()


@pytest.mark.parametrize("mode", ["page", "card", "push", "mail", "all"])
def test_each_preview_shows_the_words_of_the_draft(mode: str) -> None:
    page = preview_of(mode)

    assert "Jenny stirbt" in page
    assert "Im Finale." in page or mode == "card"


@pytest.mark.parametrize("mode", ["card", "push", "mail"])
def test_previews_of_a_spoiler_show_what_gives_nothing_away(mode: str) -> None:
    page = preview_of(mode, spoils_season="2", neutral_headline="Neues zu „Ballard“")
    shown = page[page.index('class="preview-parts"') :]

    assert "Neues zu „Ballard“" in shown
    assert "stirbt" not in shown
    assert "Finale" not in shown


def test_an_entry_of_ones_own_is_made_in_one_click_and_once() -> None:
    alan = make.editor("alan", group="Autor")
    client = client_of(alan)
    make_own = reverse("newsroom-own-author")
    assert make_own in client.get(reverse("wagtailadmin_home")).content.decode()

    client.post(make_own)
    client.post(make_own)

    author = Author.objects.get()
    assert (author.name, author.slug, author.user) == ("Alan", "alan", alan)
    assert make_own not in client.get(reverse("wagtailadmin_home")).content.decode()
    assert client.get(make_own).status_code == 405


def test_who_may_not_write_makes_no_entry() -> None:
    client_of(make.user("reader")).post(reverse("newsroom-own-author"))
    moderator = client_of(make.editor("mo", group="Moderation")).post(reverse("newsroom-own-author"))

    assert moderator.status_code == 403
    assert not Author.objects.exists()


def test_authors_get_their_slug_by_german_rules() -> None:
    client = client_of(make.editor("chief", group="Chefredaktion"))
    posted = {"name": "Jürgen Groß", "job": "", "about": "", "portrait": "", "website": "", "user": "", "slug": ""}
    for _ in range(2):
        client.post(reverse("wagtailsnippets_newsroom_author:add"), posted)

    assert list(Author.objects.order_by("pk").values_list("slug", flat=True)) == ["juergen-gross", "juergen-gross-2"]
    assert authors.free_slug("Jürgen Groß") == "juergen-gross-3"


def test_the_dashboard_tells_what_is_due_and_offers_the_tour_to_who_never_published() -> None:
    alan = make.editor("alan", group="Autor")
    client, home = client_of(alan), reverse("wagtailadmin_home")
    article = drafting.begin(alan, "Bald fertig")
    Plan.objects.create(article=article, due_at=timezone.now() + timedelta(days=1))

    page = client.get(home)

    assert reverse("newsroom-tour") in page.content.decode()
    assert page.content.decode().count("Bald fertig") == 2
    assert client.get(reverse("newsroom-tour")).headers["Location"] == address("edit", article.pk) + "?rundgang=1"


def test_the_dashboard_takes_the_same_number_of_queries_when_the_articles_double() -> None:
    grace = make.editor()
    client, home = client_of(grace), reverse("wagtailadmin_home")
    for n in range(2):
        drafting.begin(grace, f"Entwurf {n}")
        make.article(f"Meldung {n}")
    client.get(home)
    with CaptureQueriesContext(connection) as few:
        client.get(home)
    for n in range(2, 6):
        drafting.begin(grace, f"Entwurf {n}")
        make.article(f"Meldung {n}")

    with CaptureQueriesContext(connection) as many:
        client.get(home)

    assert len(many) == len(few)


def test_the_list_is_filtered_by_kind_state_writer_and_series() -> None:
    ada, grace, ballard = make.editor("ada"), make.editor(), make.series("Ballard")
    drafting.begin(ada, "Adas Entwurf", subjects=[Subject(topic=ballard)])
    make.article("Kritik steht", kind=Kind.REVIEW)
    client = client_of(grace)

    def listed(**query: str) -> tuple[bool, bool]:
        page = client.get(address("list_results"), query).content.decode()
        return "Adas Entwurf" in page, "Kritik steht" in page

    assert listed(kind="review") == (False, True)
    assert listed(state="draft") == (True, False)
    assert listed(state="live") == (False, True)
    assert listed(author=str(ada.pk)) == (True, False)
    assert listed(series="ballard") == (True, False)
    assert listed(q="Kritik") == (False, True)
    assert listed(state="planned") == (False, False)


def test_pictures_are_found_by_their_rights() -> None:
    today = timezone.localdate()
    picture("Abgelaufen", expires_on=today - timedelta(days=1))
    picture("Bald", expires_on=today + timedelta(days=10))
    picture("Stumm", description="")
    client, url = client_of(make.editor()), reverse("newsroom-picture-rights-results")

    found = {state: client.get(url, {"state": state}).content.decode() for state in ("expired", "soon", "silent")}

    for state, title in (("expired", "Abgelaufen"), ("soon", "Bald"), ("silent", "Stumm")):
        assert [name for name in ("Abgelaufen", "Bald", "Stumm") if name in found[state]] == [title]
    assert "Foto: Jo Sample" in found["soon"]
    assert client_of(make.editor("mo", group="Moderation")).get(url).status_code in (302, 403)


def test_a_script_hears_whether_somebody_is_still_signed_in() -> None:
    url = reverse("newsroom-here")

    assert client_of(make.editor()).get(url).json()["token"]
    assert client_of(make.user("reader")).get(url).status_code in (302, 403)
