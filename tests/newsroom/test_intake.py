"""The folder in which articles are laid down, and the screen with the tokens."""

import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError
from django.test import Client
from django.utils import timezone

from staffellauf.newsroom import intake, ninjs
from staffellauf.newsroom.models import Article, IntakeToken
from staffellauf.syndication import tasks
from tests import make

pytestmark = pytest.mark.django_db


def lay_down(path: Path, *, age_s: float = 10, **changes: Any) -> Path:
    value = {
        "uri": f"urn:example:{path.stem}", "headlines": [{"value": "Arquette ist Jenny"}], "slugline": path.stem,
        "bodies": [{"value": "<p>Das berichtet Deadline.</p>"}], "subjects": [{"uri": "staffellauf:series/ballard"}],
    }  # fmt: skip
    path.write_text(json.dumps(value | changes))
    when = timezone.now().timestamp() - age_s
    os.utime(path, (when, when))
    return path


def take(folder: Path) -> int:
    return intake.take_folder(folder, now=timezone.now())


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_file())


def test_a_file_is_published_and_put_away(tmp_path: Path, settings) -> None:
    make.series("Ballard")
    lay_down(tmp_path / "jenny.json")
    settings.NINJS_FOLDER = str(tmp_path)

    assert tasks.take_folder.call() == 1

    assert Article.objects.published().get().slug == "jenny"
    assert names(tmp_path / "done") == ["jenny.json"]
    lay_down(tmp_path / "jenny.json")
    take(tmp_path)
    assert names(tmp_path / "done") == ["jenny-2.json", "jenny.json"]
    assert Article.objects.count() == 1


def test_what_is_wrong_is_said_beside_the_file(tmp_path: Path) -> None:
    lay_down(tmp_path / "jenny.json")
    (tmp_path / "broken.json").write_text("{")
    os.utime(tmp_path / "broken.json", (0, 0))

    assert take(tmp_path) == 2

    assert names(tmp_path / "failed") == ["broken.json", "broken.json.error.txt", "jenny.json", "jenny.json.error.txt"]
    said = (tmp_path / "failed" / "jenny.json.error.txt").read_text()
    assert said.startswith("jenny.json: subjects[0].uri: no series or franchise of ours is staffellauf:series/ballard")
    assert not Article.objects.exists()


def test_a_file_that_breaks_something_does_not_hold_up_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.series("Ballard")
    lay_down(tmp_path / "a.json", headlines=[{"value": "Kaputt"}])
    lay_down(tmp_path / "b.json")
    apply = ninjs.apply

    def breaking(item: ninjs.Item, **options: Any) -> ninjs.Outcome:
        if item.headline == "Kaputt":
            raise RuntimeError
        return apply(item, **options)

    monkeypatch.setattr(ninjs, "apply", breaking)

    assert take(tmp_path) == 2
    assert "RuntimeError" in (tmp_path / "failed" / "a.json.error.txt").read_text()
    assert names(tmp_path / "done") == ["b.json"]


def test_a_file_that_is_still_written_is_left_alone(tmp_path: Path) -> None:
    lay_down(tmp_path / "young.json", age_s=0)
    lay_down(tmp_path / "other.json.part")

    assert take(tmp_path) == 0
    assert names(tmp_path) == ["other.json.part", "young.json"]


def test_a_link_and_a_folder_are_left_alone(tmp_path: Path) -> None:
    make.series("Ballard")
    outside = tmp_path / "outside"
    folder = tmp_path / "folder"
    outside.mkdir()
    folder.mkdir()
    lay_down(outside / "secret.json")
    (folder / "link.json").symlink_to(outside / "secret.json")
    (folder / "dir.json").mkdir()

    assert intake.take_folder(folder, now=timezone.now() + timedelta(hours=1)) == 0
    assert not Article.objects.exists()
    assert (outside / "secret.json").exists()


def test_of_two_workers_one_has_the_file(tmp_path: Path) -> None:
    (tmp_path / intake.AT_WORK).mkdir()
    path = lay_down(tmp_path / "jenny.json")

    assert intake.claim(path) is not None
    assert intake.claim(path) is None


def test_what_a_killed_worker_had_begun_is_taken_again(tmp_path: Path) -> None:
    make.series("Ballard")
    (tmp_path / intake.AT_WORK).mkdir()
    mine = intake.claim(lay_down(tmp_path / "jenny.json"))
    assert mine is not None
    assert take(tmp_path) == 0

    os.utime(mine, (0, 0))

    assert take(tmp_path) == 1
    assert Article.objects.published().exists()


def test_what_is_given_back_overwrites_no_newer_delivery(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = lay_down(tmp_path / "jenny.json")

    def out_of_reach(*args: object, **options: object) -> ninjs.Outcome:
        lay_down(path, headlines=[{"value": "Neuer"}])
        raise OperationalError("gone away")

    monkeypatch.setattr(ninjs, "apply", out_of_reach)
    with pytest.raises(OperationalError):
        take(tmp_path)

    assert names(tmp_path / intake.AT_WORK) == []
    assert json.loads(path.read_text())["headlines"] == [{"value": "Neuer"}]
    assert json.loads((tmp_path / "jenny-2.json").read_text())["headlines"] != [{"value": "Neuer"}]


def test_what_the_database_will_never_take_is_not_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay_down(tmp_path / "jenny.json")

    def refused(*args: object, **options: object) -> ninjs.Outcome:
        raise IntegrityError("UNIQUE constraint failed")

    monkeypatch.setattr(ninjs, "apply", refused)

    assert take(tmp_path) == 1 and take(tmp_path) == 0
    assert "IntegrityError" in (tmp_path / "failed" / "jenny.json.error.txt").read_text()


def test_a_token_is_shown_once_and_can_be_revoked(client: Client) -> None:
    client.force_login(make.editor("chef", group="Chefredaktion"))
    author = make.editor("ada", group="Autor")

    page = client.post("/redaktion/anlieferung/", {"name": "Agentur", "user": author.pk}).content.decode()

    token = IntakeToken.objects.get()
    shown = page.partition('value="slt_')[2].partition('"')[0]
    assert intake.hash_of(f"slt_{shown}") == token.hash
    assert "slt_" not in client.get("/redaktion/anlieferung/").content.decode()
    client.post(f"/redaktion/anlieferung/{token.pk}/widerrufen/")
    assert intake.authenticate(f"slt_{shown}", now=timezone.now()) is None


def test_only_who_leads_makes_tokens_and_not_for_an_administrator(client: Client) -> None:
    boss = make.user("boss", is_superuser=True)
    client.force_login(make.editor("ed"))
    assert client.post("/redaktion/anlieferung/", {"name": "X", "user": boss.pk}).status_code in (302, 403)
    client.force_login(make.editor("chef", group="Chefredaktion"))
    for wrong in (boss.pk, "x", 10**30, ""):
        assert client.post("/redaktion/anlieferung/", {"name": "X", "user": wrong}).status_code == 422

    assert not IntakeToken.objects.exists()
