"""From draft to published through other hands; who may do what, asked of every address; and what the log says."""

from collections.abc import Iterable, Iterator

import pytest
from django.core import mail
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse
from django.utils import timezone
from wagtail import hooks
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry, WorkflowState
from wagtail.snippets.models import get_snippet_models

from staffellauf.accounts.models import User
from staffellauf.newsroom import planning, remarks
from staffellauf.newsroom.models import Article, Author, Plan, Publication
from staffellauf.newsroom.screens import audit
from tests import make
from tests.newsroom.forms import address, changed, client_of, rows, write

pytestmark = pytest.mark.django_db
SCRIPT = {"X-Requested-With": "XMLHttpRequest"}


@pytest.fixture
def alan() -> User:
    return make.editor("alan", group="Autor")


@pytest.fixture
def grace() -> User:
    return make.editor("grace")


def submitted(author: User) -> Article:
    article = write(author, "Bitte prüfen", about=make.series("Ballard"))
    client_of(author).post(address("edit", article.pk), changed(article, "Bitte prüfen", action="submit"))
    return article


def decision(article: Article, name: str) -> str:
    return address("workflow_action", article.pk, name, article.current_workflow_task_state.pk)


def test_a_review_asks_for_changes_and_the_author_reads_which(alan: User, grace: User) -> None:
    article = submitted(alan)
    mail.outbox.clear()

    client_of(grace).post(decision(article, "reject"), {"comment": "Wer sagt das?"})

    page = client_of(alan).get(address("edit", article.pk)).content.decode()
    board = client_of(alan).get(reverse("newsroom_board")).content.decode()
    assert "Wer sagt das?" in page
    assert "Wer sagt das?" in board
    [message] = mail.outbox
    assert message.to == [alan.email]
    assert f"http://testserver{address('edit', article.pk)}" in message.body
    client_of(alan).post(address("edit", article.pk), changed(article, "Deadline sagt das", action="submit"))
    client_of(grace).post(decision(article, "approve"), {"comment": ""})
    article.refresh_from_db()
    assert (article.live, article.headline) == (True, "Deadline sagt das")


def test_mails_of_a_review_are_german_and_lead_to_the_article(alan: User, grace: User) -> None:
    article = submitted(alan)

    [message] = [message for message in mail.outbox if message.to == [grace.email]]

    assert "Freigabe" in message.subject
    assert "Bitte prüfen" in message.subject
    assert f"http://testserver{address('edit', article.pk)}" in message.body


def test_while_it_is_reviewed_its_author_changes_nothing(alan: User, grace: User) -> None:
    article = submitted(alan)

    client_of(alan).post(address("edit", article.pk), changed(article, "Heimlich"))
    assert Article.objects.get().latest_revision.object_str == "Bitte prüfen"

    client_of(grace).post(address("edit", article.pk), changed(article, "Redigiert"))
    assert Article.objects.get().latest_revision.object_str == "Redigiert"


def test_nobody_approves_what_somebody_else_has_locked(alan: User, grace: User) -> None:
    article = submitted(alan)
    url = decision(article, "approve")
    client_of(make.editor("ada")).post(address("lock", article.pk))

    client_of(grace).post(url, {"comment": ""})

    article.refresh_from_db()
    assert not article.live
    assert article.current_workflow_state.status == WorkflowState.STATUS_IN_PROGRESS


def test_open_remarks_are_shown_to_who_approves(alan: User, grace: User) -> None:
    article = submitted(alan)
    remarks.write(article, grace, text="Zahl prüfen <b>", now=timezone.now(), field="headline", quote="prüfen")

    window = client_of(grace).get(decision(article, "approve"), headers=SCRIPT).json()["html"]

    assert "Zahl prüfen &lt;b&gt;" in window


def test_an_author_publishes_by_no_way_at_all(alan: User) -> None:
    article = submitted(alan)
    client, edit = client_of(alan), address("edit", article.pk)
    later = {"go_live_at": "2099-01-01 10:00"}
    approve = {"action-workflow-action": "true", "workflow-action-name": "approve"}

    client.post(decision(article, "approve"), {"comment": ""})
    client.post(edit, changed(article, "x") | approve)
    for changes in ({}, later):
        client.post(edit, changed(article, "x", action="publish") | changes)
        client.post(address("add"), changed(article, "x", action="publish") | changes)
    client.post(
        address("revisions_revert", article.pk, article.latest_revision_id), changed(article, "x", action="publish")
    )
    for action in ("publish", "delete", "unpublish"):
        client.post(reverse("wagtail_bulk_action", args=["newsroom", "article", action]) + f"?id={article.pk}")

    assert not Article.objects.filter(live=True).exists()
    assert not Publication.objects.exists()
    assert not Article.objects.filter(revisions__approved_go_live_at__isnull=False).exists()
    assert Article.objects.filter(pk=article.pk).exists()


def test_editors_delete_no_article_and_who_leads_does(grace: User) -> None:
    article = write(grace, "Soll weg", about=make.series("Ballard"))

    client_of(grace).post(address("delete", article.pk))
    client_of(grace).post(reverse("wagtail_bulk_action", args=["newsroom", "article", "delete"]) + f"?id={article.pk}")
    assert Article.objects.filter(pk=article.pk).exists()

    client_of(make.editor("chief", group="Chefredaktion")).post(address("delete", article.pk))
    assert not Article.objects.exists()


# --- every address


def patterns(found: Iterable[object], prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """All that newsroom code registers, also what an include holds; each with the namespaces before its name."""
    for pattern in found:
        if isinstance(pattern, URLResolver):
            space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from patterns(pattern.url_patterns, space)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield prefix, pattern


def newsroom_addresses(article: Article) -> list[tuple[str, bool]]:
    """Every address of the newsroom's own screens, and whether it names an article."""
    viewset = next(m for m in get_snippet_models() if m is Article).snippet_viewset
    own = [*patterns(viewset.get_urlpatterns(), f"{viewset.url_namespace}:")]
    for register in hooks.get_hooks("register_admin_urls"):
        if register.__module__.startswith("staffellauf.newsroom"):
            own += patterns(register() or [])
    given = {
        "pk": article.pk, "article_id": article.pk, "revision_id": article.latest_revision_id,
        "revision_id_a": "earliest", "revision_id_b": "latest", "action_name": "approve",
    }  # fmt: skip
    addresses = []
    for prefix, pattern in own:
        names = pattern.pattern.regex.groupindex
        kwargs = {name: given.get(name, 1) for name in names}
        addresses.append((reverse(f"{prefix}{pattern.name}", kwargs=kwargs), bool({"pk", "article_id"} & set(names))))
    return addresses


def is_refused(client: Client, url: str, method: str) -> bool:
    """Wagtail answers with a redirect to its home and a message, or with 403 to a script; 405 is none of ours."""
    response = getattr(client, method)(url, headers=SCRIPT)
    return response.status_code in (403, 405) or response.headers.get("Location") in (
        reverse("wagtailadmin_home"), "/konto/anmelden/",
    ) or response.headers.get("Location", "").startswith("/konto/anmelden/")  # fmt: skip


METHODS = ("get", "post", "patch", "put", "delete")


def test_no_address_lets_an_author_at_somebody_elses_article(alan: User) -> None:
    article = write(make.editor("ada", group="Autor"), "Adas Entwurf", about=make.series("Ballard"))
    addresses = [url for url, names_article in newsroom_addresses(article) if names_article]
    client = client_of(alan)

    through = [f"{method} {url}" for url in addresses for method in METHODS if not is_refused(client, url, method)]

    assert len(addresses) > 20
    assert through == []
    assert Article.objects.get().headline == "Adas Entwurf"


# Tell nothing: whether one is signed in, and the way to the form for a new article, which is closed itself.
OPEN = {"/redaktion/hier/", "/redaktion/schreiben/"}


@pytest.mark.parametrize("who", ["moderator", "reader", "nobody"])
def test_no_address_of_the_newsroom_is_for_who_does_not_write(who: str) -> None:
    article = write(make.editor("ada", group="Autor"), "Adas Entwurf", about=make.series("Ballard"))
    client = Client() if who == "nobody" else client_of(
        make.editor("mo", group="Moderation") if who == "moderator" else make.user("rita")
    )  # fmt: skip

    through = [
        f"{method} {url}"
        for url, _names in newsroom_addresses(article)
        for method in METHODS
        if url not in OPEN and not is_refused(client, url, method)
    ]

    assert through == []


def test_who_is_given_an_article_may_write_it_until_it_is_out(alan: User, grace: User) -> None:
    article = write(grace, "Für Alan", about=make.series("Ballard"))
    edit = address("edit", article.pk)
    assert is_refused(client_of(alan), edit, "get")

    planning.assign(article, grace, assignee=alan)

    assert client_of(alan).get(edit).status_code == 200
    assert "Für Alan" in client_of(alan).get(address("list")).content.decode()
    article.save_revision().publish()
    assert is_refused(client_of(alan), edit, "get")


# --- what was changed, and by whom


def test_two_versions_are_compared_in_every_field_and_row(grace: User) -> None:
    article = write(grace, "Vorher", about=make.series("Ballard"))
    ada, dark = Author.objects.create(name="Ada Muster", slug="ada-muster"), make.series("Dark")
    subjects = rows("subjects", {}, {"topic": str(dark.pk), "weight": "mentioned"})
    more = {
        "deck": "Neue Unterzeile", "kicker": "Neue Dachzeile", "advertiser": "Neuer Kunde",
        **rows("sources", {"name": "Neue Quelle", "kind": "agency", "url": "", "reported_on": "", "via": ""}),
        **rows("bylines", {"author": str(ada.pk)}),
    }  # fmt: skip
    second = {key: value for key, value in subjects.items() if key.startswith("subjects-1-")}
    posted = changed(article, "Nachher") | more | second | {"subjects-TOTAL_FORMS": "2"}
    assert client_of(grace).post(address("edit", article.pk), posted).status_code == 302

    page = client_of(grace).get(address("revisions_compare", article.pk, "earliest", "latest")).content.decode()

    for words in ("Vorher", "Nachher", "Neue Unterzeile", "Neue Dachzeile", "Neuer Kunde", "Neue Quelle",
                  "Ada Muster", "Dark"):  # fmt: skip
        assert words in page, words


def test_the_log_stays_readable_when_the_article_is_gone(grace: User) -> None:
    article = write(grace, "Bald fort", about=make.series("Ballard"))
    remark = remarks.write(article, grace, text="Stimmt das?", now=timezone.now())
    remarks.resolve(remark, grace, now=timezone.now())
    chief = client_of(make.editor("chief", group="Chefredaktion"))
    assert "Stimmt das?" in chief.get(address("history", article.pk)).content.decode()

    chief.post(address("delete", article.pk))

    page = chief.get(reverse("wagtailadmin_reports:site_history")).content.decode()
    assert not Article.objects.exists()
    assert "Bald fort" in page
    assert page.count("Stimmt das?") == 2


def test_every_line_of_the_log_reads_whatever_its_data_is(grace: User) -> None:
    article = write(grace, "Meldung", about=make.series("Ballard"))
    for action in audit.LINES:
        log(article, action, user=grace)

    texts = [str(entry.message) for entry in ModelLogEntry.objects.filter(action__startswith="newsroom.")]

    assert len(texts) == len(audit.LINES)
    assert all(text and "%(" not in text for text in texts)


def test_the_log_and_the_reports_are_for_editors(alan: User, grace: User) -> None:
    url = reverse("wagtailadmin_reports:site_history")
    write(make.editor("ada", group="Autor"), "Adas Entwurf")

    assert "Adas Entwurf" in client_of(grace).get(url).content.decode()
    for who in (alan, make.editor("mo", group="Moderation")):
        assert is_refused(client_of(who), url, "get")
        assert is_refused(client_of(who), reverse("wagtailadmin_reports:workflow"), "get")
    assert url in client_of(grace).get(reverse("wagtailadmin_home")).content.decode()
    assert not Plan.objects.exists()
