"""The journeys' own ground: the portal answers, without asking anything of the world or of the visitor."""

from playwright.sync_api import Page

from tests.browser.conftest import Catalogue, Portal


def test_a_stranger_reads_the_newest_article(portal: Portal, catalogue: Catalogue, page: Page):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    page.goto("/")
    page.get_by_role("link", name=catalogue.newest.headline).first.click()

    assert page.get_by_role("heading", level=1).inner_text() == catalogue.newest.headline
    assert page.context.cookies() == []
    assert [url for url in asked if not url.startswith((portal.url, "data:"))] == []
