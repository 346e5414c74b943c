"""Writing an article's text: topics and articles by keys, quotes as they are typed, pictures and content of others."""

import gc
import re
import time
from io import BytesIO
from pathlib import Path

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
    return editable


def stored(page: Page) -> str:
    """The body as the form sends it, which comes a moment after it was typed."""
    page.wait_for_timeout(400)
    return str(page.locator("input[name=body]").input_value())


def test_topics_and_articles_are_linked_by_typing(catalogue: Catalogue, text: Locator, page: Page, draft: Article):
    text.press_sequentially("@")
    options = page.get_by_role("option")
    # What the article is about comes first.
    expect(options.first).to_contain_text("Ballard")
    expect(options.first).to_contain_text("2025")
    text.press_sequentially("rosana arq")
    expect(options.first).to_contain_text("Rosanna Arquette")
    expect(text).to_have_attribute("aria-activedescendant", re.compile(".+"))
    text.press("Enter")
    expect(page.get_by_role("listbox")).to_be_hidden()
    text.press_sequentially(" kommt zu @balard")
    expect(options.first).to_contain_text("Ballard")
    text.press("Tab")
    text.press_sequentially(", wie #wer")
    expect(options.first).to_contain_text("mochte")
    options.first.click()
    text.press_sequentially(" vermuten ließ. Post an ada@example.org, sagt @")
    expect(options.first).to_be_visible()
    text.press("Escape")
    expect(options.first).to_be_hidden()
    text.press_sequentially("ada und @xyzzyqq")
    expect(page.get_by_text(re.compile("No topic|Kein Thema"))).to_be_visible()
    text.press_sequentially(" und so")
    expect(page.get_by_role("listbox")).to_be_hidden()

    assert text.inner_text().strip() == (
        "Rosanna Arquette kommt zu Ballard, wie Wer „Dark“ mochte vermuten ließ. Post an ada@example.org, sagt @ada"
        " und @xyzzyqq und so"
    )
    body = stored(page)
    assert f'"id":{catalogue.arquette.pk}' in body and f'"id":{catalogue.ballard.pk}' in body
    page.screenshot(path="/tmp/a1/typing.png", full_page=True)
