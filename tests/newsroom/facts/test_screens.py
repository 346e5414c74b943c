"""The panel of facts in the article's editor, as its script asks."""

import json
from urllib.parse import quote

import pytest

from staffellauf.catalogue.models import Role
from staffellauf.newsroom.facts import actions
from staffellauf.newsroom.models import Fact
from tests import make
from tests.newsroom import forms

pytestmark = pytest.mark.django_db
LINE = "Besetzung: Rosanna Arquette als Jenny in „Ballard“, Staffel 2 (Nebenrolle)"


@pytest.fixture
def ballard():
    make.person("Rosanna Arquette")
    return make.series("Ballard")


def post(user, article, path="", **body):
    address = f"/redaktion/fakten/{article.pk}/{path}"
    return forms.client_of(user).post(address, json.dumps(body), content_type="application/json")


def test_the_editor_shows_the_panel(ballard):
    page = forms.client_of(make.editor()).get(forms.address("edit", make.draft(about=[ballard]).pk))

    assert "data-newsroom-facts" in page.content.decode()


def test_a_line_is_read_while_one_types(ballard):
    article = make.draft(about=[ballard])

    said = post(make.editor(), article, "lesen/", line=LINE).json()

    assert {part["slot"] for part in said["parts"]} >= {"kind", "person", "character", "series", "season_number"}
    assert (said["missing"], said["unread"], len(said["catalogue"])) == ([], [], 2)
    assert "Jenny" in said["statement"]
    assert not Fact.objects.exists()


def test_enter_adds_and_the_catalogue_has_it_in_the_same_click(ballard):
    said = post(make.editor(), make.article(about=[ballard]), "neu/", line=LINE, into_catalogue=True).json()

    assert "Rosanna Arquette" in said["html"]
    assert Role.objects.get().character == "Jenny"


def test_accept_reject_undo_and_deny(ballard):
    grace, article = make.editor(), make.article(about=[ballard])
    fact = actions.add(article, {"kind": "renewal", "series": ballard.pk, "season_number": 3}, grace, is_proposal=True)

    said = [post(grace, article, f"{fact.pk}/{verb}/", **body) for verb, body in (
        ("accept", {"into_catalogue": True}), ("undo", {}), ("apply", {}), ("deny", {}), ("reject", {}),
    )]  # fmt: skip

    assert [answer.status_code for answer in said] == [200, 200, 200, 200, 400]
    assert said[-1].json()["error"]
    assert not ballard.seasons.exists()


def test_the_form_says_what_a_line_could_not(ballard):
    grace, article = make.editor(), make.draft(about=[ballard])
    client = forms.client_of(grace)

    html = client.get(f"/redaktion/fakten/{article.pk}/formular/?kind=start_date").json()["html"]
    values = {"kind": "start_date", "series": f"Ballard [{ballard.pk}]", "when": "Herbst 2026", "premiere": "german_tv"}
    added = post(grace, article, "neu/", values=values)

    assert f"Ballard [{ballard.pk}]" in html
    assert added.status_code == 200
    fact = Fact.objects.get()
    changed = post(grace, article, f"{fact.pk}/change/", values=values | {"when": "Winter 2026"})
    assert changed.status_code == 200
    assert Fact.objects.standing().get().supersedes == fact


def test_topics_are_offered_for_a_field(ballard):
    article = make.draft(about=[ballard])
    address = f"/redaktion/fakten/{article.pk}/themen/?kind=series&q={quote('balla')}"

    options = forms.client_of(make.editor()).get(address).json()["options"]

    assert options[0]["value"] == f"Ballard [{ballard.pk}]"


def test_proposals_come_with_a_button(ballard):
    article = make.draft(
        "Neues", body="<p>Prime Video verlängert „Ballard“ um eine zweite Staffel.</p>", about=[ballard]
    )

    said = post(make.editor(), article, "vorschlaege/").json()

    assert said["count"] == 1
    assert "verlängert" in said["html"]


def test_strangers_and_authors_of_others_are_refused(ballard):
    article = make.draft(about=[ballard])

    assert post(make.editor("bob", group="Autor"), article, "neu/", line=LINE).status_code == 403
    assert post(make.user("mallory"), article, "neu/", line=LINE).status_code in (302, 403)
    assert not Fact.objects.exists()


def test_an_author_cannot_accept(ballard):
    ada = make.editor("ada", group="Autor")
    article = forms.write(ada, "Ballard", about=ballard)
    post(ada, article, "neu/", line="verlängert: Ballard um Staffel 3")
    fact = Fact.objects.get()

    assert fact.status == "proposed"
    assert post(ada, article, f"{fact.pk}/accept/").status_code == 403
    fact.refresh_from_db()
    assert fact.status == "proposed"


def test_a_fact_of_another_article_is_not_there(ballard):
    grace, one = make.editor(), make.draft("One", about=[ballard])
    fact = actions.add(make.draft("Two", about=[ballard]), {"kind": "renewal", "series": ballard.pk}, grace)

    assert post(grace, one, f"{fact.pk}/deny/").status_code == 404
    assert post(grace, one, f"{10**30}/deny/").status_code == 404


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("neu/", b"[]"),
        ("neu/", b"{"),
        ("neu/", b'{"line": 7}'),
        ("neu/", b'{"line": ""}'),
        ("neu/", b"[" * 9_000),
        ("neu/", b'{"values": {"kind": "casting", "person": {"a": 1}}}'),
        ("lesen/", b'{"line": "' + b"x" * 500 + b'"}'),
        ("neu/", b"x" * 30_000),
        ("FACT/replace/", b'{"other": 1e30}'),
        ("FACT/replace/", b'{"other": true}'),
        ("FACT/change/", b'{"values": []}'),
        ("FACT/nonsense/", b"{}"),
    ],
)
def test_nonsense_is_refused_with_a_sentence(ballard, path, body):
    grace, article = make.editor(), make.draft(about=[ballard])
    fact = actions.add(article, {"kind": "renewal", "series": ballard.pk}, grace)

    address = f"/redaktion/fakten/{article.pk}/{path.replace('FACT', str(fact.pk))}"
    answer = forms.client_of(grace).post(address, body, content_type="application/json")

    assert answer.status_code == 400
    assert answer.json()["error"]
    assert Fact.objects.count() == 1


def test_what_editors_typed_is_text_and_no_html(ballard):
    values = {"kind": "title_change", "series": ballard.pk, "new_title": "<script>alert(1)</script>"}

    said = post(make.editor(), make.draft(about=[ballard]), "neu/", values=values).json()

    assert "<script>" not in said["html"]
    assert "&lt;script&gt;" in said["html"]
