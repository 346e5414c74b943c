"""Writing an article's text: topics and articles by keys, quotes as they are typed, pictures and content of others."""

import re
from io import BytesIO

import pytest
from django.conf import settings
from django.core.files.images import ImageFile
from django.test import Client
from django.urls import reverse
from PIL import Image
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from staffellauf.catalogue import finding
from staffellauf.newsroom import placing
from staffellauf.newsroom.models import Article, Picture
from staffellauf.search import actions as search
from tests import make
from tests.browser.conftest import Catalogue, Portal

VIDEO = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"
EDITABLE = "[data-draftail-editor-wrapper] [role=textbox]"


@pytest.fixture
def draft(catalogue: Catalogue) -> Article:
    search.put_many(finding.documents())
    search.put_many(placing.search_documents())
    return make.draft("Rosanna Arquette übernimmt Gastrolle", about=[catalogue.ballard], body="<p></p>")


@pytest.fixture
def text(draft: Article, context: BrowserContext, page: Page, portal: Portal) -> Locator:
    """The text of the draft, in an editor's browser."""
    client = Client()
    client.force_login(make.editor())
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": portal.url}])
    page.goto(reverse("wagtailsnippets_newsroom_article:edit", args=[draft.pk]))
    editable = page.locator(EDITABLE).first
    editable.click()
    page.wait_for_timeout(200)
    return editable


def stored(page: Page) -> str:
    """The body as the form sends it, which comes a moment after it was typed."""
    page.wait_for_timeout(400)
    return str(page.locator("input[name=body]").input_value())


def test_topics_and_articles_are_linked_by_typing(catalogue: Catalogue, text: Locator, page: Page, draft: Article):
    page.keyboard.type("@")
    options = page.get_by_role("listbox").get_by_role("option")
    # What the article is about comes first.
    expect(options.first).to_contain_text("Ballard")
    expect(options.first).to_contain_text("2025")
    page.keyboard.type("rosana arq")
    expect(options.first).to_contain_text("Rosanna Arquette")
    expect(text).to_have_attribute("aria-activedescendant", re.compile(".+"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("listbox")).to_be_hidden()
    page.keyboard.type(" kommt zu @balard")
    expect(options.first).to_contain_text("Ballard")
    page.keyboard.press("Tab")
    page.keyboard.type(", wie #wer")
    expect(options.first).to_contain_text("mochte")
    options.first.click()
    page.keyboard.type(" vermuten ließ. Post an ada@example.org, sagt @")
    expect(options.first).to_be_visible()
    page.keyboard.press("Escape")
    expect(options.first).to_be_hidden()
    page.keyboard.type("ada und @xyzzyqq")
    expect(page.locator(".suggestions-note")).to_have_text(re.compile("No topic|Kein Thema"))
    page.keyboard.type(" und so")
    expect(page.get_by_role("listbox")).to_be_hidden()

    assert text.inner_text().strip() == (
        "Rosanna Arquette kommt zu Ballard, wie Wer „Dark“ mochte vermuten ließ. Post an ada@example.org, sagt @ada"
        " und @xyzzyqq und so"
    )
    body = stored(page)
    assert f'"id":{catalogue.arquette.pk}' in body and f'"id":{catalogue.ballard.pk}' in body


def test_quotes_and_dashes_become_german_and_backspace_takes_that_back(text: Locator, page: Page):
    page.keyboard.type("""Er sagt: "Das ist 'Grey's Anatomy' - und nicht..." -- 27" groß""")

    assert text.inner_text().strip() == 'Er sagt: „Das ist ‚Grey’s Anatomy‘ – und nicht…“ – 27" groß'

    page.keyboard.press("Enter")
    page.keyboard.type('Der "')
    page.keyboard.press("Backspace")
    page.keyboard.type("-Befehl")
    assert text.inner_text().strip().endswith('Der "-Befehl')
    page.keyboard.type(" ...")
    page.keyboard.press("Control+z")
    expect(text).to_contain_text("Befehl ...")
    page.get_by_role("button", name=re.compile("Anführungszeichen|Correct quotation")).click()
    assert "Der „-Befehl" in text.inner_text()

    headline = page.get_by_role("textbox", name="Überschrift").first
    headline.fill("")
    headline.press_sequentially('Neues von "Ballard" -- und mehr...')
    expect(headline).to_have_value("Neues von „Ballard“ – und mehr…")
    headline.press("Backspace")
    expect(headline).to_have_value("Neues von „Ballard“ – und mehr...")


def test_a_picture_is_placed_with_its_words_and_shown_with_its_credit(
    draft: Article, text: Locator, page: Page, portal: Portal
):
    photograph()
    page.keyboard.type("Vor dem Bild.")
    page.keyboard.press("Enter")
    page.get_by_role("button", name=re.compile("Block einfügen")).last.click()
    page.get_by_role("option", name=re.compile("Picture|Bild")).first.click()
    page.locator(".modal .image-choice").first.click()
    block = page.locator(".body-block")
    expect(block).to_contain_text("Foto: Jo Muster")
    block.get_by_role("textbox").nth(0).fill("Drei Leute am Set")
    block.get_by_role("textbox").nth(1).press_sequentially('Am Set von "Ballard"')
    page.locator(".Draftail-block--unstyled", has_text="Vor dem Bild.").click()
    page.keyboard.press("End")
    page.keyboard.type(" Davor.")
    expect(page.locator(".Draftail-block--unstyled", has_text="Vor dem Bild. Davor.")).to_be_visible()
    body = stored(page)
    assert '"alt":"Drei Leute am Set"' in body and "Am Set von „Ballard“" in body
    page.get_by_role("button", name="Entwurf speichern").click()
    page.wait_for_load_state()
    expect(page.locator(".body-block")).to_contain_text("Foto: Jo Muster")
    expect(page.locator(".body-block").get_by_role("textbox").nth(0)).to_have_value("Drei Leute am Set")

    draft.refresh_from_db()
    draft.get_latest_revision_as_object().save_revision().publish()
    page.goto(draft.get_absolute_url())

    figure = page.locator(".body-picture")
    expect(figure.get_by_role("img", name="Drei Leute am Set")).to_be_visible()
    expect(figure).to_contain_text("Am Set von „Ballard“ Foto: Jo Muster")


def photograph() -> Picture:
    """Small enough to be shown before its sizes are made."""
    file = BytesIO()
    Image.new("RGB", (1200, 800), "teal").save(file, "JPEG")
    stored = ImageFile(BytesIO(file.getvalue()), "set.jpg")
    return Picture.objects.create(file=stored, title="Am Set", description="Das Set", credit="Foto: Jo Muster")


def test_content_of_others_loads_after_the_tap_and_not_before(text: Locator, draft: Article, page: Page):
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(body="<p>Film</p>", content_type="text/html")

    page.context.route(re.compile(r"https://[\w.-]*youtu"), answer)
    page.evaluate(PASTE, [EDITABLE, VIDEO])
    block = page.locator(".body-block")
    expect(block).to_contain_text("YouTube")
    expect(block).to_contain_text("Google")
    assert f'"url":"{VIDEO}"' in stored(page)
    page.get_by_role("button", name="Entwurf speichern").click()
    page.wait_for_load_state()
    expect(page.locator(".body-block")).to_contain_text("YouTube")

    draft.refresh_from_db()
    draft.get_latest_revision_as_object().save_revision().publish()
    page.goto(draft.get_absolute_url())
    expect(page.locator(".outside").get_by_role("link")).to_have_attribute("href", VIDEO)
    assert asked == []

    page.locator(".outside").get_by_role("button").click()

    expect(page.frame_locator(".outside iframe").get_by_text("Film")).to_be_visible()
    assert asked == ["https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"]


PASTE = """([selector, words]) => {
  const data = new DataTransfer();
  data.setData("text/plain", words);
  document.querySelector(selector).dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
}"""
