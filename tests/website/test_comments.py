import uuid
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from staffellauf.accounts.models import User
from staffellauf.comments import actions
from staffellauf.comments.models import Comment, Report
from staffellauf.newsroom.models import Article
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def article() -> Article:
    return make.article("Arquette spielt mit")


@pytest.fixture
def ada(client: Client) -> User:
    made = make.user("ada")
    client.force_login(made)
    return made


def form(text: str = "Endlich!", **more: str) -> dict[str, str]:
    return {"text": text, "form_key": str(uuid.uuid4()), **more}


def write(client: Client, article: Article, text: str = "Endlich!") -> Comment:
    client.post(f"/news/{article.slug}/kommentare/", form(text))
    return Comment.objects.latest("id")


def page(article: Article, client: Client | None = None, query: str = "") -> str:
    return (client or Client()).get(article.get_absolute_url() + query).content.decode()


def test_a_comment_stands_under_its_article_for_everybody(client: Client, ada: User, article: Article) -> None:
    response = client.post(f"/news/{article.slug}/kommentare/", form("Endlich!\n\nMehr: https://example.org/a"))

    comment = Comment.objects.get()
    assert response["Location"] == f"/news/{article.slug}/#kommentar-{comment.pk}"
    shown = page(article)
    assert f'id="kommentar-{comment.pk}"' in shown
    assert "<p>Endlich!</p>" in shown
    assert 'rel="ugc nofollow noopener"' in shown


def test_an_anonymous_page_shows_comments_and_needs_no_cookie(client: Client, ada: User, article: Article) -> None:
    write(client, article)

    response = Client().get(article.get_absolute_url())

    assert "Endlich!" in response.content.decode()
    assert "<textarea" not in response.content.decode()
    assert f"/konto/anmelden/?next=%2Fnews%2F{article.slug}%2F%23kommentare" in response.content.decode()
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")
    assert "public" in response["Cache-Control"]


def test_a_form_sent_twice_is_stored_once(client: Client, ada: User, article: Article) -> None:
    sent = form()

    answers = [client.post(f"/news/{article.slug}/kommentare/", sent)["Location"] for _ in range(2)]

    assert answers[0] == answers[1]
    assert Comment.objects.count() == 1


def test_each_form_has_a_key_of_its_own(client: Client, ada: User, article: Article) -> None:
    keys = {page(article, client).partition('name="form_key" value="')[2][:36] for _ in range(2)}

    assert len(keys) == 2


def test_the_name_is_asked_for_with_the_first_comment_only(client: Client, article: Article) -> None:
    ada = make.user("ada", display_name="")
    client.force_login(ada)
    assert 'name="display_name"' in page(article, client)

    refused = client.post(f"/news/{article.slug}/kommentare/", form("Endlich!"))
    assert refused.status_code == 422
    assert "Endlich!" in refused.content.decode()
    client.post(f"/news/{article.slug}/kommentare/", form("Endlich!", display_name="Ada"))

    assert Comment.objects.get().author == ada
    assert ">Ada</bdi>" in page(article)
    assert 'name="display_name"' not in page(article, client)


@pytest.mark.parametrize("text", ["", "  ", "a\x00b", "x" * 4001])
def test_a_refused_comment_comes_back_with_what_was_typed(
    client: Client, ada: User, article: Article, text: str
) -> None:
    response = client.post(f"/news/{article.slug}/kommentare/", form(text))

    assert response.status_code == 422
    assert 'role="alert"' in response.content.decode()
    assert text.strip() in response.content.decode()
    assert not Comment.objects.exists()


@pytest.mark.parametrize("key", ["", "x", "0" * 400, "\x00"])
def test_a_broken_form_key_is_replaced(client: Client, ada: User, article: Article, key: str) -> None:
    assert client.post(f"/news/{article.slug}/kommentare/", form(form_key=key)).status_code == 302


def test_too_many_comments_are_answered_with_a_sentence_and_the_text(
    client: Client, ada: User, article: Article
) -> None:
    for number in range(5):
        write(client, article, f"Nummer {number}")

    response = client.post(f"/news/{article.slug}/kommentare/", form("Nummer 6"))

    assert response.status_code == 429
    assert "Nummer 6" in response.content.decode()


def test_who_was_signed_out_meanwhile_keeps_the_text(article: Article) -> None:
    response = Client().post(f"/news/{article.slug}/kommentare/", form("Lange getippt"))

    assert response.status_code == 403
    assert "Lange getippt" in response.content.decode()
    assert not Comment.objects.exists()


def test_other_sites_cannot_write_in_a_readers_name(client: Client, ada: User, article: Article) -> None:
    comment = write(client, article)
    paths = [
        f"/news/{article.slug}/kommentare/",
        *(f"/kommentare/{comment.pk}/{a}" for a in ("", "antworten/", "melden/")),
    ]

    for path in paths:
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}):
            assert client.post(path, form(action="delete"), headers=headers).status_code == 403
    assert Comment.objects.visible().count() == 1


def test_drafts_and_unpublished_articles_take_no_comments(client: Client, ada: User, article: Article) -> None:
    comment = write(client, article)
    draft = make.draft("Noch nicht")
    article.unpublish()

    assert client.post(f"/news/{draft.slug}/kommentare/", form()).status_code == 404
    assert client.post(f"/news/{article.slug}/kommentare/", form()).status_code == 404
    for path in ("", "antworten/", "melden/"):
        assert client.get(f"/kommentare/{comment.pk}/{path}").status_code == 404


def test_a_reply_stands_under_its_comment(client: Client, ada: User, article: Article) -> None:
    first = write(client, article, "Wer spielt mit?")

    assert "Wer spielt mit?" in client.get(f"/kommentare/{first.pk}/antworten/").content.decode()
    client.post(f"/kommentare/{first.pk}/antworten/", form("Rosanna Arquette."))

    reply = Comment.objects.latest("id")
    assert reply.parent == first
    assert "2 " in page(article).partition("comments-heading")[2][:40]


def test_the_year_is_shown_only_by_those_who_want_it(client: Client, ada: User, article: Article) -> None:
    write(client, article)
    User.objects.update(birth_year=1985, shows_birth_year=False)
    assert "1985" not in page(article)

    User.objects.update(shows_birth_year=True)
    assert "1985" in page(article)


def test_what_somebody_typed_cannot_become_markup(client: Client, ada: User, article: Article) -> None:
    User.objects.update(display_name='<b onclick="x">Ada')
    write(client, article, '<script>alert(1)</script> https://example.org/"onmouseover="alert(1)')

    for shown in (
        page(article),
        page(article, client),
        client.get(f"/kommentare/{Comment.objects.get().pk}/").content.decode(),
    ):
        assert "<script>alert" not in shown
        assert "<b onclick" not in shown
        assert '"onmouseover="' not in shown


# --- owner, member, stranger


def cast_of_three(client: Client) -> tuple[Client, Client, Client]:
    member = Client()
    member.force_login(make.user("bob"))
    return client, member, Client()


def test_the_author_changes_a_comment_and_nobody_else(client: Client, ada: User, article: Article) -> None:
    comment = write(client, article, "Eins")
    owner, member, stranger = cast_of_three(client)
    path = f"/kommentare/{comment.pk}/"

    assert member.post(path, {"text": "Böse"}).status_code == 403
    assert stranger.post(path, {"text": "Böse"})["Location"].startswith("/konto/anmelden/")
    assert owner.post(path, {"text": "Zwei"}).status_code == 302

    comment.refresh_from_db()
    assert comment.text == "Zwei"
    assert comment.edited_at is not None


def test_the_page_of_a_comment_leads_others_to_its_place(client: Client, ada: User, article: Article) -> None:
    comment = write(client, article)
    owner, member, stranger = cast_of_three(client)

    assert owner.get(f"/kommentare/{comment.pk}/").status_code == 200
    for other in (member, stranger):
        assert other.get(f"/kommentare/{comment.pk}/")["Location"] == f"/news/{article.slug}/#kommentar-{comment.pk}"


def test_the_author_deletes_a_comment_and_nobody_else(client: Client, ada: User, article: Article) -> None:
    comment = write(client, article, "Eins")
    owner, member, stranger = cast_of_three(client)
    path, delete = f"/kommentare/{comment.pk}/", {"action": "delete"}

    assert member.post(path, delete).status_code == 403
    assert stranger.post(path, delete).status_code == 302
    assert Comment.objects.visible().exists()
    assert owner.post(path, delete)["Location"] == f"/news/{article.slug}/#kommentare"

    assert not Comment.objects.visible().exists()
    assert "Eins" not in page(article)
    assert owner.get(path).status_code == 404


def test_a_deleted_comment_keeps_its_place_under_replies(client: Client, ada: User, article: Article) -> None:
    first = write(client, article, "Eins")
    client.post(f"/kommentare/{first.pk}/antworten/", form("Zwei"))

    client.post(f"/kommentare/{first.pk}/", {"action": "delete"})

    assert f'id="kommentar-{first.pk}"' in page(article)
    assert "Zwei" in page(article)


def test_members_reply_and_report_but_strangers_sign_in_first(client: Client, ada: User, article: Article) -> None:
    comment = write(client, article)
    owner, member, stranger = cast_of_three(client)
    reply, report = f"/kommentare/{comment.pk}/antworten/", f"/kommentare/{comment.pk}/melden/"

    assert stranger.get(reply)["Location"].startswith("/konto/anmelden/?next=")
    assert stranger.post(reply, form()).status_code == 403
    assert stranger.get(report)["Location"].startswith("/konto/anmelden/?next=")
    assert stranger.post(report, {"reason": "Spam"})["Location"].startswith("/konto/anmelden/?next=")
    assert owner.post(report, {"reason": "Spam"}).status_code == 422
    assert member.get(report).status_code == 200
    assert member.post(report, {"reason": ""}).status_code == 422
    assert member.post(report, {"reason": "Spam"}).status_code == 200
    assert member.post(reply, form()).status_code == 302

    assert Report.objects.get().reason == "Spam"


def test_a_comment_cannot_be_changed_after_a_quarter_of_an_hour(client: Client, ada: User, article: Article) -> None:
    comment = write(client, article, "Eins")
    Comment.objects.update(created_at=timezone.now() - timedelta(minutes=16))

    response = client.post(f"/kommentare/{comment.pk}/", {"text": "Zwei, lang getippt"})

    assert response.status_code == 422
    assert "Zwei, lang getippt" in response.content.decode()
    assert client.post(f"/kommentare/{comment.pk}/", {"action": "delete"}).status_code == 302


def test_a_banned_person_changes_nothing_any_more(client: Client, ada: User, article: Article) -> None:
    comment = write(client, article, "Eins")
    User.objects.filter(pk=ada.pk).update(is_active=False)

    client.post(f"/kommentare/{comment.pk}/", {"text": "Rache"})
    client.post(f"/kommentare/{comment.pk}/", {"action": "delete"})
    client.post(f"/news/{article.slug}/kommentare/", form("Rache"))

    assert Comment.objects.get().text == "Eins"


def test_a_hidden_comment_shows_the_reason_and_not_the_words(client: Client, ada: User, article: Article) -> None:
    comment = write(client, article, "Böse Worte")
    actions.hide(comment, editor=make.user("grace"), reason="Beleidigung", now=timezone.now())

    assert "Böse Worte" not in page(article)
    assert "Beleidigung" in page(article)
    assert client.post(f"/kommentare/{comment.pk}/", {"text": "Anders böse"}).status_code == 422


@pytest.mark.parametrize("number", ["0", "9" * 18, "9" * 19, "9" * 400, "abc", "%00"])
def test_no_number_breaks_the_address(client: Client, ada: User, number: str) -> None:
    for path in ("", "antworten/", "melden/"):
        assert client.get(f"/kommentare/{number}/{path}").status_code == 404


@pytest.mark.parametrize(
    "query", ["?kommentare=abc", "?kommentare=" + "9" * 40, "?kommentare=-1", "?kommentare=%00", "?sortierung=x"]
)
def test_no_query_breaks_the_page(article: Article, query: str) -> None:
    assert Client().get(article.get_absolute_url() + query).status_code == 200


def test_the_newest_comments_come_first_when_asked_for(client: Client, ada: User, article: Article) -> None:
    write(client, article, "Alter Hut")
    write(client, article, "Neuer Hut")

    shown = page(article, query="?sortierung=neueste")

    assert shown.index("Neuer Hut") < shown.index("Alter Hut")
    assert page(article).index("Alter Hut") < page(article).index("Neuer Hut")


def test_who_works_in_the_newsroom_is_marked(article: Article) -> None:
    make.comment("Eins", on=article, by=make.user("ada"))
    assert "comment-editor" not in page(article)

    make.comment("Zwei", on=article, by=make.editor())

    assert page(article).count("comment-editor") == 1


def test_more_comments_cost_no_more_queries(article: Article) -> None:
    def talk(names: str) -> None:
        for name in names:
            by = make.user(name)
            make.comment("Zwei", on=article, by=by, parent=make.comment("Eins", on=article, by=by))

    talk("bc")
    page(article)
    with CaptureQueriesContext(connection) as few:
        page(article)
    talk("defgh")
    with CaptureQueriesContext(connection) as many:
        page(article)
    assert len(few) == len(many)


# --- the editors' queue


@pytest.fixture
def moderator() -> Client:
    grace = make.user("grace", is_staff=True)
    grace.user_permissions.add(
        Permission.objects.get(codename="change_comment", content_type__app_label="comments"),
        Permission.objects.get(codename="access_admin"),
    )
    signed_in = Client()
    signed_in.force_login(grace)
    return signed_in


def test_the_queue_shows_what_was_reported_and_counts_it(
    client: Client, ada: User, article: Article, moderator: Client
) -> None:
    comment = write(client, article, "Böse Worte")
    assert "Böse Worte" in moderator.get("/redaktion/kommentare/?ansicht=alle").content.decode()
    actions.report(make.user("bob"), comment, reason="Das ist gemein", now=timezone.now())

    queue = moderator.get("/redaktion/kommentare/").content.decode()

    assert "Böse Worte" in queue
    assert "Das ist gemein" in queue
    assert "(1)" in queue


def test_an_editor_hides_with_a_reason_shows_again_and_dismisses(
    client: Client, ada: User, article: Article, moderator: Client
) -> None:
    comment = write(client, article, "Böse Worte")
    actions.report(make.user("bob"), comment, reason="Gemein", now=timezone.now())
    path = f"/redaktion/kommentare/{comment.pk}/"

    assert moderator.post(path, {"action": "hide", "reason": " "}).status_code == 422
    assert moderator.post(path, {"action": "nonsense"}).status_code == 422
    assert moderator.post(path, {"action": "hide", "reason": "Beleidigung"}).status_code == 302
    comment.refresh_from_db()
    assert (comment.state, str(comment.hidden_by)) == ("hidden", "Grace")
    assert "Beleidigung" in moderator.get(path).content.decode()
    assert moderator.post(path, {"action": "unhide"}).status_code == 302
    assert "Böse Worte" in page(article)


def test_a_deleted_comment_leaves_the_queue(client: Client, ada: User, article: Article, moderator: Client) -> None:
    comment = write(client, article, "Böse Worte")
    actions.report(make.user("bob"), comment, reason="Gemein", now=timezone.now())

    client.post(f"/kommentare/{comment.pk}/", {"action": "delete"})

    assert "Gemein" not in moderator.get("/redaktion/kommentare/?ansicht=gemeldet").content.decode()
    assert moderator.get(f"/redaktion/kommentare/{comment.pk}/").status_code == 404


def test_the_queue_is_for_editors_with_the_permission(client: Client, ada: User, article: Article) -> None:
    comment = write(client, article)
    author = make.user("eve", is_staff=True)
    author.user_permissions.add(Permission.objects.get(codename="access_admin"))
    staff, member, stranger = Client(), client, Client()
    staff.force_login(author)

    for person in (staff, member, stranger):
        for path in ("/redaktion/kommentare/", f"/redaktion/kommentare/{comment.pk}/"):
            assert person.get(path).status_code == 302
            person.post(path, {"action": "hide", "reason": "Weil ich kann"})
    assert Comment.objects.visible().count() == 1
