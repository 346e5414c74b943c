"""What readers do on the pages: follow, find, choose an appearance, read without network, script or mouse."""

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from staffellauf.readers.models import Follow, ReadMark
from tests import make
from tests.browser.conftest import Catalogue, Portal

PATHS = ["/", "/news/", "/serien/", "/serien/ballard/", "/personen/rosanna-arquette/", "/suche/?q=bosch", "/mein/feed/"]

# Links in running text apart.
CONTROLS = "button:visible, .sections a, .masthead a, .foot :is(a, label), .facts a, .cast a, .jobs a, .comment-time"
# What reaches over the right edge, scrollers apart.
TOO_WIDE = """[...document.querySelectorAll("body *")]
    .filter((e) => e.getBoundingClientRect().right > screen.width + 1 && !e.closest("svg, .posters, .sections"))
    .map((e) => e.outerHTML.slice(0, 80))"""


def test_the_bell_answers_in_its_place_and_rings_off_again(catalogue: Catalogue, page: Page):
    page.goto("/serien/ballard/")
    page.locator(".bell-large button.bell-button").click()

    expect(page.locator(".bell-large button.bell-button")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".bell-next[role=status]")).to_contain_text("Ballard")
    assert page.url.endswith("/serien/ballard/")
    assert Follow.objects.get().topic_id == catalogue.ballard.pk

    page.locator(".bell-large button.bell-button").click()

    expect(page.locator(".bell-large button.bell-button")).to_have_attribute("aria-pressed", "false")
    assert not Follow.objects.exists()


def test_permission_is_asked_after_a_tap_on_the_button_only(catalogue: Catalogue, page: Page):
    page.add_init_script(
        "window.asked = 0; Notification.requestPermission = async () => { window.asked++; return 'denied'; }"
    )
    page.goto("/serien/ballard/")
    page.locator(".bell-large button.bell-button").click()
    page.locator("push-offer [data-ask]").wait_for()
    assert page.evaluate("window.asked") == 0

    page.locator("push-offer [data-ask]").click()

    expect(page.locator("push-offer [data-when=blocked]")).to_be_visible()
    assert page.evaluate("window.asked") == 1
    assert page.locator("push-offer [data-browser]:visible").count() == 1


def test_an_article_opened_is_read_in_the_feed(catalogue: Catalogue, page: Page):
    page.goto("/serien/ballard/")
    page.locator(".bell-large button.bell-button").click()
    page.locator(".bell-next").wait_for()
    page.goto("/mein/feed/")
    expect(page.locator(".is-unread")).to_have_count(0)
    make.article("Maggie Q spricht über „Ballard“", about=[catalogue.ballard])
    page.reload()
    expect(page.locator(".is-unread")).to_have_count(1)

    with page.expect_response("**/gelesen/"):
        page.locator(".feed-item a").first.click()
    page.goto("/mein/feed/")

    expect(page.locator(".feed-item")).to_have_count(2)
    expect(page.locator(".is-unread")).to_have_count(0)
    assert ReadMark.objects.count() == 1


def test_without_script_one_reads_finds_and_follows(catalogue: Catalogue, browser: Browser, portal: Portal):
    context = browser.new_context(base_url=portal.url, java_script_enabled=False)
    page = context.new_page()

    page.goto("/")
    page.get_by_role("link", name=catalogue.newest.headline).first.click()
    assert page.get_by_role("heading", level=1).inner_text() == catalogue.newest.headline
    page.goto("/serien/?q=ball")
    page.locator(".series-line").click()
    page.locator(".bell-large .bell-button").click()

    expect(page.locator(".bell-large .bell-button")).to_have_attribute("aria-pressed", "true")
    page.goto("/mein/feed/")
    expect(page.locator(".feed-item")).to_have_count(1)
    context.close()


def test_the_list_of_series_narrows_while_one_types(catalogue: Catalogue, page: Page):
    page.goto("/serien/")
    page.locator("#serienfilter").fill("BÁLL")

    expect(page.locator(".series-grid li:visible")).to_have_count(1)
    page.locator("#serienfilter").fill("xyz")
    expect(page.locator("[data-nothing]")).to_be_visible()


def test_a_chosen_appearance_stays(catalogue: Catalogue, page: Page):
    page.goto("/")
    page.locator("theme-choice input[value=dark]").check(force=True)
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"

    page.goto("/serien/")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.locator("theme-choice input[value=dark]").is_checked()


def test_what_was_read_is_there_without_network_and_the_rest_says_so(
    catalogue: Catalogue, page: Page, context: BrowserContext
):
    page.goto("/")
    page.evaluate("navigator.serviceWorker.ready")
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    page.goto("/serien/ballard/")
    page.goto("/mein/feed/")
    context.set_offline(True)

    page.goto("/serien/ballard/")
    assert page.get_by_role("heading", level=1).inner_text() == "Ballard"
    assert page.evaluate("getComputedStyle(document.querySelector('.topic-head')).position") == "relative"

    for private_or_unread in ("/mein/feed/", "/serien/dark/"):
        page.goto(private_or_unread)
        expect(page.locator(".empty-title")).to_be_visible()
        assert page.locator("use[href*='wifi-off']").count() == 1


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_no_page_is_wider_than_the_screen(catalogue: Catalogue, browser: Browser, portal: Portal, width: int):
    context = browser.new_context(base_url=portal.url, viewport={"width": width, "height": 800}, is_mobile=width < 700)
    page = context.new_page()

    for path in [*PATHS, catalogue.newest.get_absolute_url()]:
        page.goto(path)
        wide = page.evaluate(TOO_WIDE)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, wide)

    context.close()


@pytest.mark.parametrize("width", [320, 390])
def test_twice_as_large_text_needs_no_scrolling_sideways(
    catalogue: Catalogue, browser: Browser, portal: Portal, width: int
):
    context = browser.new_context(base_url=portal.url, viewport={"width": width, "height": 800})
    page = context.new_page()

    for path in [*PATHS, "/feeds/", "/konto/anmelden/", "/gibt/es/nicht/", catalogue.newest.get_absolute_url()]:
        page.goto(path)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        wide = page.evaluate(TOO_WIDE)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, wide)

    context.close()


def test_on_a_phone_all_sections_are_in_sight(catalogue: Catalogue, browser: Browser, portal: Portal):
    context = browser.new_context(base_url=portal.url, viewport={"width": 360, "height": 800}, is_mobile=True)
    page = context.new_page()

    page.goto("/")

    last = page.locator(".sections a").last.bounding_box()
    assert last and last["x"] + last["width"] <= 360
    context.close()


def test_what_one_taps_is_large_enough(catalogue: Catalogue, browser: Browser, portal: Portal):
    context = browser.new_context(base_url=portal.url, viewport={"width": 390, "height": 800}, is_mobile=True)
    page = context.new_page()

    for path in ("/", "/serien/ballard/", catalogue.newest.get_absolute_url()):
        page.goto(path)
        for control in page.locator(CONTROLS).all():
            box = control.bounding_box()
            assert box and box["height"] >= 43.5, (path, control.inner_text())

    context.close()


def test_the_first_tab_skips_to_the_content(catalogue: Catalogue, page: Page):
    page.goto("/")
    page.keyboard.press("Tab")

    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "inhalt"


def test_nothing_breaks_the_policy(catalogue: Catalogue, page: Page):
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)

    for path in [*PATHS, "/en/", "/gibt/es/nicht/", catalogue.newest.get_absolute_url()]:
        page.goto(path)

    assert [text for text in complaints if "404" not in text] == []
