"""The planning board: a column for each stage, told by the article itself."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from staffellauf.accounts.models import User
from staffellauf.newsroom import planning, remarks
from staffellauf.newsroom.models import Article, Plan
from staffellauf.newsroom.screens import board
from tests import make
from tests.newsroom.forms import address, changed, client_of, write

pytestmark = pytest.mark.django_db
ALL = board.Choice(is_mine=False, kind="")


@pytest.fixture
def alan() -> User:
    return make.editor("alan", group="Autor")


@pytest.fixture
def grace() -> User:
    return make.editor("grace")


def seen_by(user: User, choice: board.Choice = ALL) -> dict[str, list[str]]:
    columns = board.columns(user, choice=choice, now=timezone.now())
    return {column.name: [card.headline for card in column.cards] for column in columns}


def press(client: Client, article: Article, do: str, **values: str) -> str:
    """The board after a button of the card."""
    url = reverse("newsroom_board_card", args=[article.pk])
    return client.post(url, {"do": do, **values}, follow=True).content.decode()


def test_an_articles_state_is_its_column(alan: User, grace: User) -> None:
    ballard, now = make.series("Ballard"), timezone.now()
    planning.add_idea("Idee", grace)
    write(grace, "In Arbeit", about=ballard)
    article = write(alan, "Zur Freigabe", about=ballard)
    client_of(alan).post(address("edit", article.pk), changed(article, "Zur Freigabe", action="submit"))
    planned = make.draft("Geplant", about=[ballard], go_live_at=now + timedelta(hours=1))
    planned.save_revision().publish()
    make.article("Heraus", about=[ballard])
    make.article("Lange heraus", about=[ballard], published_at=now - timedelta(days=8))
    make.article("Zurückgezogen", about=[ballard]).unpublish()

    assert seen_by(grace) == {
        "idea": ["Idee"], "work": ["In Arbeit"], "review": ["Zur Freigabe"], "scheduled": ["Geplant"],
        "out": ["Heraus"],
    }  # fmt: skip
    page = client_of(grace).get(reverse("newsroom_board")).content.decode()
    assert all(word in page for word in ("Idee", "In Arbeit", "Zur Freigabe", "Geplant", "Heraus"))


def test_an_idea_takes_one_line(grace: User, alan: User) -> None:
    values = {"headline": " Neue   Staffel? ", "due_at": "2026-12-01T18:00", "assignee": str(alan.pk)}

    client_of(grace).post(reverse("newsroom_board_idea"), values)

    article = Article.objects.get()
    assert article.headline == "Neue Staffel?"
    assert article.plan.is_idea
    assert article.plan.assignee == alan
    assert timezone.localtime(article.plan.due_at).hour == 18


@pytest.mark.parametrize(
    "values",
    [{}, {"headline": "x" * 161}, {"headline": "  "}, {"headline": "a\0b"}, {"headline": "x", "due_at": "bald"},
     {"headline": "x", "due_at": "9999-12-31T00:00"}, {"headline": "x", "assignee": "9" * 30}],
)  # fmt: skip
def test_an_idea_that_cannot_be_planned_is_refused_with_a_sentence(grace: User, values: dict[str, str]) -> None:
    response = client_of(grace).post(reverse("newsroom_board_idea"), values, follow=True)

    assert response.status_code == 200
    assert [str(message) for message in response.context["messages"]]
    assert not Article.objects.exists()


def test_an_author_takes_an_open_idea_and_only_one_does(alan: User, grace: User) -> None:
    article = planning.add_idea("Wer mag?", grace)
    ada = make.editor("ada", group="Autor")
    assert seen_by(alan)["idea"] == ["Wer mag?"]

    press(client_of(alan), article, "take")
    late = press(client_of(ada), article, "take")

    plan = Plan.objects.get()
    assert (plan.assignee, plan.is_idea) == (alan, False)
    assert "Wer mag?" not in late
    assert client_of(alan).get(address("edit", article.pk)).status_code == 200


def test_authors_see_their_own_and_what_is_open(alan: User, grace: User) -> None:
    write(grace, "Graces Entwurf")
    write(alan, "Alans Entwurf")
    planning.add_idea("Vergeben", grace, assignee=grace)
    planning.add_idea("Offen", grace)

    assert seen_by(alan) | {"out": []} == {
        "idea": ["Offen"], "work": ["Alans Entwurf"], "review": [], "scheduled": [], "out": [],
    }  # fmt: skip


def test_cards_move_between_ideas_and_work_and_no_further(grace: User) -> None:
    article = planning.add_idea("Hin und her", grace)
    client = client_of(grace)

    press(client, article, "work")
    assert seen_by(grace)["work"] == ["Hin und her"]
    press(client, article, "idea")
    assert seen_by(grace)["idea"] == ["Hin und her"]
    assert press(client, article, "out")
    assert seen_by(grace)["out"] == []
    press(client, article, "drop")
    assert not Article.objects.exists()


def test_what_is_out_is_no_idea_any_more(grace: User) -> None:
    article = make.article("Heraus", about=[make.series("Dark")])

    press(client_of(grace), article, "idea")
    press(client_of(grace), article, "drop")

    assert Article.objects.get().live
    assert not Plan.objects.filter(is_idea=True).exists()


def test_due_date_and_writer_are_set_on_the_card_and_lateness_is_a_word(grace: User, alan: User) -> None:
    article = write(grace, "Eilig", about=make.series("Ballard"))

    page = press(client_of(grace), article, "plan", due_at="2026-01-02T09:00", assignee=str(alan.pk))

    plan = Plan.objects.get()
    assert (plan.assignee, timezone.localtime(plan.due_at).day) == (alan, 2)
    assert "newsroom-late" in page
    cleared = press(client_of(grace), article, "plan", due_at="", assignee="")
    plan.refresh_from_db()
    assert (plan.assignee, plan.due_at) == (None, None)
    assert "newsroom-late" not in cleared


def test_an_author_gives_articles_to_nobody_and_plans_no_others(alan: User, grace: User) -> None:
    own, other = write(alan, "Meins"), write(grace, "Graces")

    press(client_of(alan), own, "plan", due_at="2026-12-02T09:00", assignee=str(grace.pk))
    for do in ("plan", "work", "idea", "drop", "take"):
        press(client_of(alan), other, do, due_at="2026-12-02T09:00")

    assert not Plan.objects.filter(assignee__isnull=False).exists()
    assert not Plan.objects.filter(article=other, due_at__isnull=False).exists()
    assert Article.objects.filter(pk=other.pk).exists()


def test_the_board_can_be_narrowed_and_forged_wishes_are_none(grace: User, alan: User) -> None:
    write(grace, "Meine Meldung")
    write(grace, "Mein Nachruf", kind="obituary")
    write(alan, "Alans")

    assert seen_by(grace, board.Choice(is_mine=True, kind=""))["work"] == ["Mein Nachruf", "Meine Meldung"]
    assert seen_by(grace, board.Choice(is_mine=False, kind="obituary"))["work"] == ["Mein Nachruf"]
    assert client_of(grace).get(reverse("newsroom_board"), {"mine": "x", "kind": "\0"}).status_code == 200


def test_a_card_tells_open_remarks_and_what_forbids_publishing(alan: User, grace: User) -> None:
    article = write(alan, "Zur Freigabe", about=make.series("Ballard"))
    client_of(alan).post(
        address("edit", article.pk),
        changed(article, "Zur Freigabe", action="submit", embargo_until="2099-01-01 10:00"),
    )
    remarks.write(article, grace, text="Hm", now=timezone.now())

    columns = board.columns(grace, choice=ALL, now=timezone.now())
    [card] = next(column.cards for column in columns if column.name == "review")

    assert card.remarks == 1
    assert [problem.code for problem in card.problems] == ["embargo"]


def test_an_empty_board_says_so(grace: User) -> None:
    page = client_of(grace).get(reverse("newsroom_board")).content.decode()

    assert page.count("newsroom-nothing") == 5


def test_the_board_takes_the_same_number_of_queries_when_the_articles_double(grace: User, alan: User) -> None:
    client, url, ballard = client_of(grace), reverse("newsroom_board"), make.series("Ballard")

    def more(n: int) -> None:
        for k in range(3):
            planning.add_idea(f"Idee {n}{k}", grace, assignee=alan)
            write(grace, f"Entwurf {n}{k}", about=ballard)
            article = write(alan, f"Prüfung {n}{k}", about=ballard)
            client_of(alan).post(address("edit", article.pk), changed(article, f"Prüfung {n}{k}", action="submit"))
            make.article(f"Heraus {n}{k}", about=[ballard])
            later = timezone.now() + timedelta(hours=1)
            make.draft(f"Plan {n}{k}", about=[ballard], go_live_at=later).save_revision().publish()

    more(1)
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    more(2)

    with CaptureQueriesContext(connection) as many:
        client.get(url)

    assert len(many) == len(few)
