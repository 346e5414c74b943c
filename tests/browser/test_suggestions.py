"""The list that opens under the search field while one types."""

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from staffellauf.catalogue import finding
from staffellauf.search import actions
from tests.browser.conftest import Catalogue, Portal

ADDRESS = re.compile("/suche/vorschlaege/")


@pytest.fixture(autouse=True)
def _index(catalogue: Catalogue) -> None:
    actions.put_many(finding.documents())


def field(page: Page) -> Locator:
    page.goto("/suche/")
    return page.locator("#suche")


def test_arrows_choose_enter_opens_and_escape_closes(catalogue: Catalogue, page: Page):
    search = field(page)
    search.press_sequentially("ballrad")
    option = page.get_by_role("option", name=catalogue.ballard.name).first
    expect(option).to_be_visible()
    expect(search).to_have_attribute("aria-expanded", "true")

    search.press("Escape")
    expect(option).to_be_hidden()
    expect(search).to_have_attribute("aria-expanded", "false")
    search.press("Backspace")
    expect(option).to_be_visible()
    search.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    search.press("ArrowUp")
    expect(option).to_have_attribute("aria-selected", "false")
    search.press("ArrowDown")
    search.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_contain_text(catalogue.ballard.name)


def test_what_was_typed_last_counts_however_slow_the_answers(catalogue: Catalogue, page: Page):
    held: list[Route] = []
    search = field(page)
    page.route(re.compile("vorschlaege/.*q=dar$"), lambda route: held.append(route))
    search.press_sequentially("dar")
    page.wait_for_timeout(400)
    search.fill("ballard")
    expect(page.get_by_role("option").first).to_contain_text(catalogue.ballard.name)

    for route in held:
        route.abort()
    page.wait_for_timeout(200)

    assert len(held) == 1
    expect(page.get_by_role("option").first).to_contain_text(catalogue.ballard.name)


def test_without_hits_words_or_network_no_list_is_open(catalogue: Catalogue, page: Page):
    search, options = field(page), page.get_by_role("option")
    for make_empty in ("", "qqqqxxxx"):
        search.fill("ballard")
        expect(options.first).to_be_visible()
        search.fill(make_empty)
        expect(options).to_have_count(0)
        expect(search).to_have_attribute("aria-expanded", "false")

    search.fill("ballard")
    expect(options.first).to_be_visible()
    page.route(ADDRESS, lambda route: route.abort())
    search.fill("dark")
    expect(options).to_have_count(0)
    search.press("Enter")

    expect(page).to_have_url(re.compile(r"/suche/\?q=dark"))


def test_on_a_phone_the_list_stays_on_the_screen_and_a_tap_opens(
    catalogue: Catalogue, browser: Browser, portal: Portal
):
    context = browser.new_context(
        base_url=portal.url, viewport={"width": 360, "height": 640}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    field(page).press_sequentially("ballard", delay=5)
    option = page.get_by_role("option").first
    expect(option).to_be_visible()
    box = option.bounding_box()

    assert box is not None
    assert (box["x"] >= 0, box["x"] + box["width"] <= 360, box["height"] >= 44) == (True, True, True)
    option.tap()
    expect(page.get_by_role("heading", level=1)).to_contain_text(catalogue.ballard.name)
    context.close()
