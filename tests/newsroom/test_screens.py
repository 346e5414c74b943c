"""The editors' screens: writing, publishing, planning, and who may do what."""

import gc
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from wagtail.snippets.models import get_snippet_models

from staffellauf.accounts.models import User
from staffellauf.newsroom import actions, renditions, tasks
from staffellauf.newsroom.models import Article, ArticleTopic, FormerSlug, Picture, Publication
from tests import make
from tests.newsroom.forms import address, changed, client_of, publishing, values, write

pytestmark = pytest.mark.django_db


def test_an_author_writes_a_draft_whose_slug_is_made_by_german_rules() -> None:
    alan = make.editor("alan", group="Autor")

    article = write(alan, "Für große Straßen: „Ballard“", about=make.series("Ballard"))

    assert article.slug == "fuer-grosse-strassen-ballard"
    assert article.author == alan
    assert not article.live
    assert article.latest_revision is not None


def test_a_slug_typed_with_umlauts_becomes_one_that_addresses_can_have() -> None:
    assert write(make.editor(), "Neu", slug="Schöne Grüße").slug == "schoene-gruesse"


def test_an_author_cannot_publish_even_by_a_forged_form() -> None:
    alan, ballard = make.editor("alan", group="Autor"), make.series("Ballard")
    article = write(alan, "Entwurf", about=ballard)

    client_of(alan).post(address("edit", article.pk), changed(article, "Entwurf", action="publish"))
    client_of(alan).post(address("add"), publishing("Zweiter", about=ballard))

    assert not Article.objects.filter(live=True).exists()
    assert not Publication.objects.exists()


def viewset_addresses(article: Article) -> list[str]:
    """Every address of the article's screens that names one."""
    revision = article.latest_revision_id
    urls = next(m for m in get_snippet_models() if m is Article).snippet_viewset.get_urlpatterns()
    given = {"pk": article.pk, "revision_id": revision, "revision_id_a": "earliest", "revision_id_b": "latest",
             "action_name": "approve", "task_state_id": 1, "workflow_state_id": 1, "task_id": 1}  # fmt: skip
    return [
        reverse(
            f"wagtailsnippets_newsroom_article:{url.name}",
            kwargs={name: given[name] for name in url.pattern.converters},
        )
        for url in urls
        if "pk" in url.pattern.converters
    ]


def is_refused(client: Client, url: str, method: str) -> bool:
    """Wagtail answers with a redirect to its home and a message, or with 403 to a script."""
    response = getattr(client, method)(url, headers={"X-Requested-With": "XMLHttpRequest"})
    return response.status_code == 403 or response.headers.get("Location") == reverse("wagtailadmin_home")


def test_an_author_touches_nobody_elses_draft_by_any_address() -> None:
    alan = make.editor("alan", group="Autor")
    article = write(make.editor("ada", group="Autor"), "Adas Entwurf", about=make.series("Ballard"))
    urls = viewset_addresses(article)
    client = client_of(alan)

    through = [f"{method} {url}" for url in urls for method in ("get", "post") if not is_refused(client, url, method)]

    assert len(urls) > 10
    assert through == []
    assert b"Adas Entwurf" not in client.get(address("list")).content


def test_an_author_no_longer_touches_an_article_that_was_published() -> None:
    alan, ballard = make.editor("alan", group="Autor"), make.series("Ballard")
    article = write(alan, "Erst mein Entwurf", about=ballard)
    client_of(alan).get(address("edit", article.pk))
    actions.publish(article)

    client = client_of(alan)
    through = [url for url in viewset_addresses(article) for m in ("get", "post") if not is_refused(client, url, m)]

    assert through == []
    article.unpublish()
    assert is_refused(client, address("edit", article.pk), "get")


def test_an_author_edits_an_own_draft() -> None:
    alan, ballard = make.editor("alan", group="Autor"), make.series("Ballard")
    article = write(alan, "Entwurf", about=ballard)

    response = client_of(alan).post(address("edit", article.pk), changed(article, "Besser", slug="entwurf"))

    assert response.status_code == 302
    assert Article.objects.get().headline == "Besser"


def test_a_topic_named_twice_is_refused_in_words() -> None:
    grace, ballard = make.editor(), make.series("Ballard")
    article = write(grace, "Entwurf", about=ballard)

    response = client_of(grace).post(address("edit", article.pk), values("Entwurf", about=ballard) | {
        "subjects-TOTAL_FORMS": "2", "subjects-1-topic": str(ballard.pk), "subjects-1-weight": "mentioned",
        "subjects-1-ORDER": "2", "subjects-1-id": "", "subjects-1-DELETE": "",
    })  # fmt: skip

    assert response.status_code == 200
    assert "Ballard" in str(response.context["form"].non_field_errors())


def test_an_article_that_a_number_does_not_name_is_not_there() -> None:
    client = client_of(make.editor())

    for pk in ("9" * 30, "0"):
        assert client.get(address("edit", pk)).status_code in (302, 403, 404)


def test_an_editor_publishes_and_the_publication_is_stored_with_it() -> None:
    ballard = make.series("Ballard")

    client_of(make.editor()).post(address("add"), publishing("Jenny", about=ballard))

    article = Article.objects.get()
    assert article.live
    assert Publication.objects.get().article == article
    assert ArticleTopic.objects.get(article=article).topic_id == ballard.pk


def test_publishing_again_and_after_a_pause_makes_no_second_publication() -> None:
    ballard = make.series("Ballard")
    client = client_of(make.editor())
    client.post(address("add"), publishing("Jenny", about=ballard))
    article = Article.objects.get()

    client.post(address("edit", article.pk), changed(article, "Jenny!", action="publish", slug="jenny"))
    client.post(address("unpublish", article.pk))
    assert not ArticleTopic.objects.exists()
    client.post(address("edit", article.pk), changed(article, "Jenny!!", action="publish", slug="jenny"))

    article.refresh_from_db()
    assert (article.headline, article.live) == ("Jenny!!", True)
    assert Publication.objects.count() == 1
    assert ArticleTopic.objects.get().position == Publication.objects.get().position


def test_when_the_outbox_cannot_be_written_the_article_stays_a_draft(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object, **kwargs: object) -> None:
        raise OSError("disk full")

    ballard = make.series("Ballard")
    grace = make.editor()
    article = write(grace, "Jenny", about=ballard)
    monkeypatch.setattr(actions, "next_position", full)

    with pytest.raises(OSError, match="disk full"):
        client_of(grace).post(address("edit", article.pk), changed(article, "Jenny", action="publish", slug="jenny"))

    article.refresh_from_db()
    assert not article.live
    assert article.first_published_at is None
    assert not Publication.objects.exists()


def test_a_new_slug_takes_effect_on_publishing_and_the_old_one_leads_there() -> None:
    ballard = make.series("Ballard")
    client = client_of(make.editor())
    client.post(address("add"), publishing("Jenny", about=ballard))
    article = Article.objects.get()

    client.post(address("edit", article.pk), changed(article, "Jenny", slug="jenny-kommt"))
    assert not FormerSlug.objects.exists()
    client.post(address("edit", article.pk), changed(article, "Jenny", action="publish", slug="jenny-kommt"))

    assert FormerSlug.objects.get().slug == "jenny"
    assert client.get("/news/jenny/").headers["Location"] == "/news/jenny-kommt/"


def test_the_slug_of_a_draft_follows_its_headline_and_that_of_an_article_stays() -> None:
    grace, ballard = make.editor(), make.series("Ballard")
    article = write(grace, "Erste Idee", about=ballard)
    edit = address("edit", article.pk)

    client_of(grace).post(edit, changed(article, "Zweite Idee", slug=""))
    assert Article.objects.get().slug == "zweite-idee"
    client_of(grace).post(edit, changed(article, "Zweite Idee", slug="", action="publish"))
    client_of(grace).post(edit, changed(article, "Dritte Idee", slug="", action="publish"))

    assert (Article.objects.get().headline, Article.objects.get().slug) == ("Dritte Idee", "zweite-idee")


def test_publishing_without_a_main_topic_is_refused_and_a_draft_is_not() -> None:
    grace, ballard = make.editor(), make.series("Ballard")
    article = write(grace, "Noch ohne Thema")
    edit = address("edit", article.pk)

    without = client_of(grace).post(edit, changed(article, "Noch ohne Thema", action="publish"))
    only_mentioned = publishing("Noch ohne Thema", about=ballard) | {"subjects-0-weight": "mentioned"}
    mentioned = client_of(grace).post(edit, only_mentioned)

    assert without.context["form"].non_field_errors()
    assert mentioned.context["form"].non_field_errors()
    assert not Publication.objects.exists()


def test_an_address_that_another_article_has_or_had_is_refused() -> None:
    make.article("Vergeben")
    grace = make.editor()
    article = write(grace, "Neu")

    response = client_of(grace).post(address("edit", article.pk), values("Neu", slug="vergeben"))

    assert response.status_code == 200
    assert "Another article has or had this address" in str(response.context["form"].errors) or "Adresse" in str(
        response.context["form"].errors
    )


def test_a_german_date_is_the_date_it_says() -> None:
    article = write(make.editor(), "Wann?")
    page = client_of(article.author).get(address("edit", article.pk)).content.decode()
    article.delete()

    assert "d.m.Y H:i" in page
    client_of(User.objects.get()).post(
        address("add"), publishing("Für Weihnachten", about=make.series("Ballard"), go_live_at="24.12.2099 18:05")
    )
    assert not Article.objects.get().live
    assert "2099-12-24T17:05" in str(Article.objects.get().latest_revision.content["go_live_at"])


def planned(user: object, *, about: object) -> Article:
    later = timezone.localtime(timezone.now() + timedelta(hours=1)).strftime("%Y-%m-%d %H:%M")
    client_of(user).post(address("add"), publishing("Für morgen", about=about, go_live_at=later))  # type: ignore[arg-type]
    return Article.objects.get()


def test_a_planned_article_is_published_in_its_minute_and_not_before() -> None:
    article = planned(make.editor(), about=make.series("Ballard"))
    assert not article.live
    assert not Publication.objects.exists()

    assert actions.publish_due(now=timezone.now()) == 0
    article.revisions.update(approved_go_live_at=timezone.now() - timedelta(seconds=1))
    content = article.latest_revision.content | {"go_live_at": (timezone.now() - timedelta(seconds=1)).isoformat()}
    article.revisions.update(content=content)
    assert tasks.publish_scheduled.func() == 1
    assert tasks.publish_scheduled.func() == 0

    article.refresh_from_db()
    assert article.live
    assert Publication.objects.get().article == article


def test_an_article_whose_time_is_over_goes_offline() -> None:
    make.article("Nur heute", about=[make.series("Ballard")])
    Article.objects.update(expire_at=timezone.now() - timedelta(seconds=1))

    assert tasks.publish_scheduled.func() == 1

    article = Article.objects.get()
    assert (article.live, article.expired) == (False, True)
    assert not ArticleTopic.objects.exists()
    assert Publication.objects.count() == 1


def test_a_live_article_without_a_publication_gets_one() -> None:
    article = make.article("Verpasst", about=[make.series("Ballard")])
    Publication.objects.all().delete()

    assert tasks.record_missing_publications.func() == 1
    assert tasks.record_missing_publications.func() == 0

    assert Publication.objects.get().article == article


def test_an_author_submits_and_an_editor_approves() -> None:
    alan, grace, ballard = make.editor("alan", group="Autor"), make.editor("grace"), make.series("Ballard")
    article = write(alan, "Bitte prüfen", about=ballard)

    client_of(alan).post(address("edit", article.pk), changed(article, "Bitte prüfen", action="submit"))
    state = article.current_workflow_state
    assert state is not None
    page = client_of(grace).get(reverse("wagtailadmin_home"))
    assert "Bitte prüfen" in page.content.decode()
    approval = address("workflow_action", article.pk, "approve", state.current_task_state_id)
    client_of(alan).post(approval)
    assert not Publication.objects.exists()
    client_of(grace).post(approval)

    assert Article.objects.get().live
    assert Publication.objects.count() == 1


def test_the_preview_shows_the_draft_as_its_page(client: Client) -> None:
    grace, ballard = make.editor(), make.series("Ballard")
    article = write(grace, "Entwurf", about=ballard)
    browser = client_of(grace)

    for url in (address("preview_on_add"), address("preview_on_edit", article.pk)):
        assert browser.post(url, values("Ganz neu", about=ballard)).json()["is_valid"]
        page = browser.get(url).content.decode()

        assert "<h1>Ganz neu</h1>" in page
        assert "Ballard" in page
    assert client.get("/news/entwurf/").status_code == 404


def test_a_moderator_sees_no_articles() -> None:
    make.article("Geheim?")
    client = client_of(make.editor("mo", group="Moderation"))

    home = client.get(reverse("wagtailadmin_home"))

    assert home.status_code == 200
    assert address("list") not in home.content.decode()
    assert client.get(address("list")).status_code == 302


def test_the_menu_leads_nowhere_that_we_do_not_have() -> None:
    page = client_of(make.editor(group="Chefredaktion")).get(reverse("wagtailadmin_home")).content.decode()

    assert "Neue Meldung" in page or "New article" in page
    assert '"name": "explorer"' not in page


def test_the_list_of_people_holds_who_works_here_and_finds_a_reader_by_address() -> None:
    make.user("reader")
    chief = make.editor("chief", group="Chefredaktion")
    client, url = client_of(chief), reverse("wagtailusers_users:index")

    assert "reader@example.org" not in client.get(url).content.decode()
    assert "chief@example.org" in client.get(url).content.decode()
    assert "reader@example.org" in client.get(url, {"q": "reader@example.org"}).content.decode()
    assert "reader@example.org" not in client.get(url, {"q": "reader@"}).content.decode()


def test_signing_in_to_the_newsroom_is_signing_in_to_the_house(client: Client) -> None:
    response = client.get(reverse("wagtailadmin_home"))

    assert response.status_code == 302
    assert response.headers["Location"].startswith("/konto/anmelden/")


def test_the_list_takes_the_same_number_of_queries_when_the_articles_double() -> None:
    ballard, client = make.series("Ballard"), client_of(make.editor())
    make.articles(5, about=[ballard])
    client.get(address("list"))
    with CaptureQueriesContext(connection) as few:
        client.get(address("list"))
    for n in range(5):
        make.article(f"Weitere {n}", about=[ballard])

    with CaptureQueriesContext(connection) as many:
        client.get(address("list"))

    assert len(many) == len(few)


def test_the_roles_are_there() -> None:
    assert set(Group.objects.values_list("name", flat=True)) == {"Autor", "Redaktion", "Chefredaktion", "Moderation"}


def upload(client: Client, path: Path, **changes: str) -> object:
    with path.open("rb") as file:
        return client.post(
            reverse("wagtailimages:add"),
            {
                "title": "Am Strand",
                "credit": "Foto: Jo Sample",
                "description": "Strand",
                "collection": "1",
                "file": file,
            }
            | changes,
        )


def test_a_picture_needs_a_credit_and_few_enough_pixels(tmp_path: Path) -> None:
    client = client_of(make.editor())
    small, huge = tmp_path / "strand.jpg", tmp_path / "huge.png"
    Image.new("RGB", (40, 30), "teal").save(small)
    Image.new("1", (10_000, 6_000)).save(huge)

    upload(client, small, credit="")
    upload(client, huge)
    assert not Picture.objects.exists()
    upload(client, small)

    picture = Picture.objects.get()
    assert picture.credit == "Foto: Jo Sample"
    assert "strand" not in picture.file.name


# Wagtail leaves its temporary files to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_the_sizes_of_a_lead_picture_are_made_by_a_job(tmp_path: Path) -> None:
    client = client_of(make.editor())
    Image.new("RGB", (1000, 600), "teal").save(tmp_path / "a.jpg")
    upload(client, tmp_path / "a.jpg")
    picture = Picture.objects.get()

    make.article("Mit Bild", about=[make.series("Ballard")], lead_picture=picture)
    assert picture.renditions.filter(filter_spec__startswith="width-").count() == 0
    tasks.make_renditions.func(picture.pk)
    tasks.make_renditions.func(picture.pk)

    specs = picture.renditions.filter(filter_spec__startswith="width-").values_list("filter_spec", flat=True)
    assert sorted(specs) == sorted(renditions.FILTERS)
    assert tasks.make_renditions.func(10**9) == 0
    gc.collect()
