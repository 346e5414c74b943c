"""Articles delivered over HTTP: who may, what comes of them, and what is refused with which words."""

import json
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from staffellauf.accounts.models import User
from staffellauf.api import intake as endpoint
from staffellauf.newsroom import intake
from staffellauf.newsroom.models import Article, IntakeToken
from tests import make

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/intake/ninjs"


# Any: what JSON holds.
def item(**changes: Any) -> dict[str, Any]:
    value = {
        "uri": "urn:example:jenny", "headlines": [{"value": "Arquette ist Jenny"}], "slugline": "jenny",
        "bodies": [{"value": "<p>Das berichtet Deadline.</p>"}], "subjects": [{"uri": "staffellauf:series/ballard"}],
    }  # fmt: skip
    return value | changes


def token_of(user: User) -> str:
    return intake.make_token("Agentur", user, now=timezone.now())[1]


def deliver(client: Client, token: str, content: Any = None, **changes: Any):
    body = json.dumps(item(**changes)) if content is None else content
    return client.post(ADDRESS, body, content_type="application/json", headers={"Authorization": f"Bearer {token}"})


def test_an_editors_delivery_is_published_once(client: Client) -> None:
    make.series("Ballard")
    token = token_of(make.editor())

    first, second, third = (deliver(client, token), deliver(client, token), deliver(client, token, by="Ada"))

    assert (first.status_code, second.status_code, third.status_code) == (201, 200, 200)
    assert first.json() == {
        "status": "published", "uri": "urn:example:jenny", "headline": "Arquette ist Jenny",
        "url": "http://testserver/news/jenny/", "warnings": [],
    }  # fmt: skip
    assert (second.json()["status"], third.json()["status"]) == ("unchanged", "updated")
    assert Article.objects.published().count() == 1
    assert IntakeToken.objects.get().last_used_at is not None
    assert deliver(client, token, pubstatus="canceled").json()["status"] == "withdrawn"


def test_an_authors_delivery_becomes_a_draft_for_review(client: Client) -> None:
    make.series("Ballard")
    author = make.editor("ada", group="Autor")
    token = token_of(author)

    first, again, changed = deliver(client, token), deliver(client, token), deliver(client, token, by="Ada")

    article = Article.objects.get()
    assert (first.status_code, again.status_code, changed.status_code) == (202, 200, 202)
    assert (first.json()["status"], first.json()["url"]) == ("stored", None)
    assert (article.live, article.author, article.revisions.count()) == (False, author, 2)
    assert deliver(client, token_of(make.editor())).status_code in (200, 201)
    assert Article.objects.get().live
    assert deliver(client, token, by="Ben").status_code == 403
    assert deliver(client, token, pubstatus="canceled").status_code == 403


def test_without_a_valid_token_nothing_is_taken(client: Client) -> None:
    make.series("Ballard")
    editor = make.editor()
    revoked = token_of(editor)
    IntakeToken.objects.update(revoked_at=timezone.now())
    left = token_of(make.editor("ben"))
    User.objects.filter(email="ben@example.org").update(is_active=False)

    for token in ("", "x", "slt_x", "slt_" + "x" * 5000, revoked, left):
        response = deliver(client, token)
        assert response.status_code == 401
        assert response["Content-Type"] == "application/problem+json"
        assert response["WWW-Authenticate"] == "Bearer"
    assert client.post(ADDRESS, "{}", content_type="application/json").status_code == 401
    client.force_login(editor)
    assert client.post(ADDRESS, "{}", content_type="application/json").status_code == 401
    assert not Article.objects.exists()


def test_a_reader_may_deliver_nothing(client: Client) -> None:
    assert deliver(client, token_of(make.user())).status_code == 403


def test_what_is_refused_is_told_in_the_commands_words(client: Client) -> None:
    make.series("Ballard")
    token = token_of(make.editor())
    tomorrow = (timezone.now() + timedelta(days=1)).isoformat()

    unknown = deliver(client, token, subjects=[{"name": "Ballart"}])

    assert unknown.status_code == 422
    assert unknown.json()["detail"].startswith("subjects[0].name: no series or franchise of ours is “Ballart”")
    assert deliver(client, token, embargoed=tomorrow).status_code == 422
    for content in ("[]", "{", "null", "\x00", b"\xff\xfe", '{"uri": "a\\u0000b"}', "[" * 100_000):
        assert deliver(client, token, content).status_code == 422, content[:20]
    assert not Article.objects.exists()


def test_a_locked_article_is_a_conflict(client: Client) -> None:
    make.series("Ballard")
    token = token_of(make.editor())
    deliver(client, token)
    Article.objects.update(locked=True)

    assert deliver(client, token, by="Ada").status_code == 409


def photograph() -> bytes:
    data = BytesIO()
    Image.new("RGB", (32, 20), "teal").save(data, "JPEG")
    return data.getvalue()


def test_pictures_come_along_as_parts(client: Client) -> None:
    make.series("Ballard")
    lead = {"name": "lead", "type": "picture", "creditline": "Foto: Jo", "renditions": [{"href": "strand.jpg"}]}
    form = {
        "item": SimpleUploadedFile("item.json", json.dumps(item(associations=[lead])).encode(), "application/json"),
        "pictures": SimpleUploadedFile("../../strand.jpg", photograph(), "image/jpeg"),
    }

    response = client.post(ADDRESS, form, headers={"Authorization": f"Bearer {token_of(make.editor())}"})

    article = Article.objects.get()
    assert response.status_code == 201, response.content
    assert article.lead_picture is not None
    assert article.lead_picture.credit == "Foto: Jo"


def test_a_picture_on_this_machine_is_out_of_reach(client: Client) -> None:
    make.series("Ballard")
    token = token_of(make.editor())
    for href in (
        "/etc/passwd",
        "../../../etc/passwd",
        "http://testserver/media/staffellauf.sqlite3",
        "file:///etc/passwd",
    ):
        lead = [{"name": "lead", "type": "picture", "creditline": "Jo", "renditions": [{"href": href}]}]
        assert deliver(client, token, associations=lead).status_code == 422
        form = {"item": json.dumps(item(associations=lead))}
        assert client.post(ADDRESS, form, headers={"Authorization": f"Bearer {token}"}).status_code == 422


def test_other_types_and_too_much_are_refused(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    token = token_of(make.editor())
    headers = {"Authorization": f"Bearer {token}"}

    assert client.post(ADDRESS, "<a/>", content_type="application/xml", headers=headers).status_code == 415
    assert deliver(client, token, "x" * (5 * 2**20 + 10)).status_code == 413
    monkeypatch.setattr(endpoint, "WHOLE_LIMIT", 10)
    assert deliver(client, token).status_code == 413
    assert client.post(ADDRESS, "x", content_type="multipart/form-data; boundary=y", headers=headers).status_code == 422
    monkeypatch.setattr(endpoint, "PER_MINUTE", 0)
    assert deliver(client, token).status_code == 429


def test_an_article_is_given_out_as_ninjs(client: Client) -> None:
    make.article("Jenny", about=[make.series("Ballard")], slug="jenny")
    make.draft("Geheim", slug="geheim")

    value = client.get("/api/v1/articles/jenny/ninjs").json()

    assert value["headlines"] == [{"role": "main", "value": "Jenny"}]
    assert client.get("/api/v1/articles/geheim/ninjs").status_code == 404
