"""One story through the whole house: written from an empty page, planned, live by itself, corrected, updated."""

import re
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.files.images import ImageFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

from staffellauf.alerts import actions as alerts
from staffellauf.catalogue import finding
from staffellauf.catalogue.models import Role
from staffellauf.newsroom.models import Article, Fact, Picture
from staffellauf.search import actions as search
from tests import make
from tests.browser.conftest import Catalogue, Portal
from tests.standins import push_service

HEADLINE = "„Ballard“ holt Rosanna Arquette"
EDITABLE = "[data-draftail-editor-wrapper] [role=textbox]"
# Two rounds of the clock that publishes what is due.
PATIENCE_S = 150


@pytest.fixture
def service(tmp_path: Path) -> Iterator[push_service.Service]:
    with push_service.start(tmp_path / "messages") as running:
        yield running


@pytest.fixture
def phone(catalogue: Catalogue, service: push_service.Service, settings) -> push_service.Device:
    """Of a reader who follows both topics."""
    settings.PUSH_ALLOW_LOCAL = True
    device = service.device()
    reader = make.reader("ada", follows=[catalogue.ballard, catalogue.arquette])
    alerts.subscribe(reader, device.endpoint, p256dh=device.p256dh, auth=device.auth)
    return device


@pytest.fixture
def desk(catalogue: Catalogue, context: BrowserContext, page: Page, portal: Portal) -> Page:
    """An editor's browser in the newsroom, with one picture in the library."""
    search.put_many(finding.documents())
    file = BytesIO()
    Image.new("RGB", (1200, 800), "teal").save(file, "JPEG")
    stored = ImageFile(BytesIO(file.getvalue()), "arquette.jpg")
    Picture.objects.create(file=stored, title="Arquette", description="Eine Frau am Set", credit="Foto: Jo Muster")
    client = Client()
    client.force_login(make.editor())
    cookie = client.cookies[django_settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": django_settings.SESSION_COOKIE_NAME, "value": cookie, "url": portal.url}])
    return page


def test_a_story_from_the_empty_page_to_its_second_alert(
    catalogue: Catalogue, desk: Page, worker: subprocess.Popen[bytes], phone: push_service.Device
):
    write(desk)
    plan(desk)
    article = Article.objects.get(headline=HEADLINE)
    assert not article.live
    assert not Role.objects.filter(series=catalogue.ballard).exists()

    wait_until(lambda: Article.objects.get(pk=article.pk).live, "it went live")
    wait_until(lambda: titles(phone).count(HEADLINE) == 1, "the follower was alerted")

    desk.goto("/serien/ballard/")
    main = desk.get_by_role("main")
    expect(main).to_contain_text("Jenny")
    expect(main).to_contain_text("Anfang Februar")
    role = Role.objects.get(series=catalogue.ballard, person=catalogue.arquette)
    assert (role.character, [season.number for season in role.seasons.all()]) == ("Jenny", [2])
    assert set(Fact.objects.public().values_list("kind", flat=True)) == {"casting", "shooting_start"}

    note(desk, article, "correction", "Die Figur heißt Jenny, nicht Jennie.")
    desk.goto(f"/news/{Article.objects.get(pk=article.pk).slug}/")
    expect(desk.get_by_role("main")).to_contain_text("nicht Jennie")
    expect(desk.get_by_role("main")).to_contain_text("Foto: Jo Muster")
    note(desk, article, "update", "Der Sender bestätigt die Rolle.", is_material=True)
    wait_until(lambda: len(of_story(phone)) == 2, "the follower was alerted once more")
    time.sleep(3)

    # The correction came between the two and alerted nobody.
    assert len(of_story(phone)) == 2


def write(page: Page) -> None:
    page.goto("/redaktion/snippets/newsroom/article/add/")
    page.locator("[name=headline]").press_sequentially('"Ballard" holt Rosanna Arquette')
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/edit/"))
    page.locator(EDITABLE).first.click()
    page.keyboard.type("@ballard")
    choose(page, "Ballard")
    page.keyboard.type(" bekommt Zuwachs: @rosanna arq")
    choose(page, "Rosanna Arquette")
    page.keyboard.type(" spielt Jenny.")
    page.get_by_role("button", name="Bild auswählen").first.click()
    page.locator(".modal .image-choice").first.click()
    expect(page.locator(".modal")).to_have_count(0)
    tab(page, "topics")
    page.locator("#id_sources-ADD").click()
    page.locator("[name=sources-0-name]").fill("Deadline")
    page.locator("[name=sources-0-url]").fill("https://deadline.example/ballard")
    page.get_by_role("button", name="Entwurf speichern").click()
    page.wait_for_load_state()
    tab(page, "facts")
    fact(page, "Besetzung: Rosanna Arquette als Jenny in „Ballard“, Staffel 2 (Nebenrolle), laut Deadline")
    fact(page, "Drehstart „Ballard“ Staffel 2: Anfang Februar, laut Deadline")


def choose(page: Page, name: str) -> None:
    expect(page.get_by_role("listbox").get_by_role("option").first).to_contain_text(name)
    page.keyboard.press("Enter")


def tab(page: Page, name: str) -> None:
    page.evaluate("(tab) => document.dispatchEvent(new CustomEvent('newsroom:show-tab', { detail: { tab } }))", name)


def fact(page: Page, words: str) -> None:
    rows = page.locator("[data-newsroom-facts] [data-fact]")
    before = rows.count()
    page.locator("#newsroom-fact-line").fill(words)
    page.keyboard.press("Enter")
    expect(rows).to_have_count(before + 1)
    accept = rows.filter(has=page.locator("[data-verb=accept]"))
    if accept.count():
        accept.first.locator("[data-verb=accept]").click()
        expect(page.locator("[data-newsroom-facts] [data-verb=accept]")).to_have_count(0)


def plan(page: Page) -> None:
    """A minute ahead, as far as the form's clock tells minutes."""
    tab(page, "settings")
    moment = timezone.localtime(timezone.now() + timedelta(seconds=60))
    page.locator("[name=go_live_at]").evaluate("(field, value) => { field.value = value; }", f"{moment:%d.%m.%Y %H:%M}")
    page.evaluate(
        """() => { const form = document.querySelector("#w-editor-form"), button = document.createElement("button");
            button.name = "action-publish"; button.value = "action-publish"; form.append(button); button.click(); }"""
    )
    page.wait_for_load_state()


def note(page: Page, article: Article, kind: str, text: str, *, is_material: bool = False) -> None:
    page.goto(f"/redaktion/snippets/newsroom/article/edit/{article.pk}/")
    tab(page, "remarks")
    page.locator(f"a[href='{reverse('notes_admin:add', args=[article.pk])}']").click()
    page.locator(f"[name=note-kind][value={kind}]").check()
    page.locator("[name=note-text]").fill(text)
    if is_material:
        page.locator("[name=note-is_material]").check()
        page.locator("[name=note-is_confirmed]").check()
    page.locator("form.newsroom-notes button[type=submit]").click()
    page.wait_for_load_state()


def titles(phone: push_service.Device) -> list[str]:
    return [phone.decrypt(message)["notification"]["title"] for message in phone.messages()]


def of_story(phone: push_service.Device) -> list[str]:
    return [title for title in titles(phone) if "Arquette" in title and "kommt zu" not in title]


def wait_until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, f"{what}: not within {PATIENCE_S} s"
        time.sleep(0.5)
