"""Writing in the browser: from an empty page to a saved draft, and what is typed survives a crash."""

import json
import re
from collections.abc import Iterator

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from staffellauf.accounts.models import User
from staffellauf.newsroom import drafting
from staffellauf.newsroom.models import Article
from tests import make
from tests.browser.conftest import Portal
from tests.newsroom.forms import client_of

EDIT = re.compile(r"/redaktion/snippets/newsroom/article/edit/\d+/")
KEPT = "Object.keys(localStorage).filter((key) => key.startsWith('newsroom.rescue'))"
SAVED = "[data-w-autosave-state-value=saved]"
# Wagtail looks at the form after two seconds, and saves five seconds after a change.
AUTOSAVE_MS = 20_000


@pytest.fixture
def desk(browser: Browser, portal: Portal) -> Iterator[BrowserContext]:
    """Grace at her desk, signed in."""
    make.editor("grace")
    make.series("Ballard")
    opened = browser.new_context(
        base_url=portal.url, locale="de-DE", timezone_id="Europe/Berlin", viewport={"width": 1400, "height": 1000}
    )
    opened.set_default_timeout(15_000)
    sign_in(opened)
    yield opened
    opened.close()


def sign_in(context: BrowserContext) -> None:
    client = client_of(User.objects.get(email="grace@example.org"))
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    portal = context.new_page()
    portal.goto("/offline/")
    home = portal.url.removesuffix("/offline/")
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": home}])
    # Whoever never published is offered the tour, which is not what these journeys are about.
    user = User.objects.get(email="grace@example.org").pk
    portal.evaluate("(key) => localStorage.setItem(key, 'yes')", f"newsroom.tour:{user}")
    portal.close()


def begin(page: Page, headline: str) -> None:
    page.goto("/redaktion/snippets/newsroom/article/add/")
    page.fill("[name=headline]", headline)
    page.locator(".newsroom-begin button").click()
    page.wait_for_url(EDIT)
    expect(page.locator("[data-newsroom-tab=text] .newsroom-length").first).to_be_visible()


def tab(page: Page, name: str) -> None:
    page.evaluate(
        "(tab) => document.dispatchEvent(new CustomEvent('newsroom:show-tab', {detail: {tab}}))",
        name,
    )


def type_body(page: Page, words: str) -> None:
    body = page.locator("[data-newsroom-tab=text] .Draftail-Editor [contenteditable=true]").first
    body.click()
    body.press_sequentially(words)
    # The form has it a moment after it was typed.
    page.wait_for_function(f"() => document.querySelector('input[name=body]').value.includes({words!r})")


def stored() -> dict[str, object]:
    content: dict[str, object] = Article.objects.get().latest_revision.content
    return content


def test_from_an_empty_page_to_a_saved_draft(desk: BrowserContext):
    page = desk.new_page()
    begin(page, "Rosanna Arquette kommt zu „Ballard“")

    counter = page.locator("[data-newsroom-tab=text] output.newsroom-length").first
    expect(counter).to_contain_text("35")
    expect(counter).to_have_attribute("data-step", "0")
    page.fill("[name=headline]", "Rosanna Arquette kommt zu „Ballard“ " + "x" * 80)
    expect(counter).to_have_attribute("data-step", "2")
    page.fill("[name=headline]", "Rosanna Arquette kommt zu „Ballard“")
    page.fill("[name=deck]", "Gedreht wird ab Februar.")
    type_body(page, "Die Schauspielerin spielt eine Ermittlerin.")

    expect(page.locator("[name=half_stars]")).to_be_hidden()
    page.select_option("[name=kind]", "review")
    tab(page, "settings")
    expect(page.locator("[name=half_stars]")).to_be_visible()
    expect(page.locator("[name=advertiser]")).to_be_hidden()
    page.keyboard.press("Alt+PageDown")
    expect(page.locator("[name=headline]")).to_be_visible()

    expect(page.locator(SAVED)).to_be_attached(timeout=AUTOSAVE_MS)
    expect(page.locator("[data-newsroom-rescue]")).to_be_hidden()
    page.wait_for_function(f"{KEPT}.length === 0")
    assert stored()["deck"] == "Gedreht wird ab Februar."
    assert "Ermittlerin" in str(stored()["body"])


def test_nobody_is_in_conflict_with_what_was_saved_by_itself(desk: BrowserContext):
    page = desk.new_page()
    begin(page, "Erst von selbst, dann mit dem Knopf")
    page.fill("[name=deck]", "Von selbst.")
    expect(page.locator(SAVED)).to_be_attached(timeout=AUTOSAVE_MS)
    page.fill("[name=deck]", "Mit dem Knopf.")
    with page.expect_navigation():
        page.locator("footer.footer button[type=submit]").first.click()

    expect(page.locator("[name=deck]")).to_have_value("Mit dem Knopf.")
    assert stored()["deck"] == "Mit dem Knopf."


def test_a_button_waits_for_the_save_that_is_under_way(desk: BrowserContext):
    page = desk.new_page()
    begin(page, "Gleichzeitig")

    def slowly(route: Route) -> None:
        page.wait_for_timeout(1500)
        route.continue_()

    page.route(EDIT, slowly)
    with page.expect_request(EDIT, timeout=AUTOSAVE_MS):
        page.fill("[name=deck]", "Unterwegs.")
    with page.expect_navigation():
        page.locator("footer.footer button[type=submit]").first.click()

    expect(page.locator("[name=deck]")).to_have_value("Unterwegs.")
    assert stored()["deck"] == "Unterwegs."


def test_what_was_typed_before_a_crash_comes_back(desk: BrowserContext):
    page = desk.new_page()
    begin(page, "Vor dem Absturz")
    page.wait_for_timeout(2600)
    # The portal is not reached any more, and the tab dies.
    page.route(EDIT, lambda route: route.abort())
    page.fill("[name=deck]", "Diese Zeile war noch nicht gespeichert.")
    type_body(page, "Und dieser Satz auch nicht.")
    tab(page, "topics")
    page.locator("#id_sources-ADD").click()
    page.fill("[name=sources-0-name]", "Deadline")
    page.wait_for_function(f"{KEPT}.some((key) => localStorage[key].includes('Deadline'))")
    address = page.url.partition("#")[0]
    page.close()
    assert stored()["deck"] == ""

    again = desk.new_page()
    again.goto(address)
    banner = again.locator("[data-newsroom-rescue]")
    expect(banner).to_be_visible()
    expect(banner).to_contain_text(re.compile(r"\d\d:\d\d"))
    banner.get_by_role("button").nth(1).click()
    expect(banner).to_contain_text("Diese Zeile war noch nicht gespeichert.")
    expect(banner).to_contain_text("Und dieser Satz auch nicht.")
    with again.expect_navigation():
        banner.get_by_role("button").first.click()

    expect(again.locator("[name=deck]")).to_have_value("Diese Zeile war noch nicht gespeichert.")
    expect(again.locator("[name=sources-0-name]")).to_have_value("Deadline")
    expect(banner).to_be_hidden()
    assert again.evaluate(KEPT) == []
    assert "dieser Satz" in str(stored()["body"])
    sources = stored()["sources"]
    assert isinstance(sources, list)
    assert [row["name"] for row in sources] == ["Deadline"]


def test_restoring_replaces_rows_and_does_not_double_them(desk: BrowserContext):
    page = desk.new_page()
    begin(page, "Mit Quelle")
    tab(page, "topics")
    page.locator("#id_sources-ADD").click()
    page.fill("[name=sources-0-name]", "Deadline")
    tab(page, "text")
    expect(page.locator(SAVED)).to_be_attached(timeout=AUTOSAVE_MS)
    page.wait_for_function(f"{KEPT}.length === 0")
    page.route(EDIT, lambda route: route.abort())
    page.fill("[name=deck]", "Neu.")
    page.wait_for_function(f"{KEPT}.length === 1")
    address = page.url.partition("#")[0]
    page.close()

    again = desk.new_page()
    again.goto(address)
    with again.expect_navigation():
        again.locator("[data-newsroom-rescue]").get_by_role("button").first.click()
    again.wait_for_load_state()

    assert stored()["deck"] == "Neu."
    assert [row["name"] for row in stored()["sources"]] == ["Deadline"]  # type: ignore[attr-defined]


def test_who_is_signed_out_is_told_and_loses_nothing(desk: BrowserContext):
    page = desk.new_page()
    begin(page, "Abgemeldet")
    page.wait_for_timeout(2600)
    desk.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.fill("[name=deck]", "Das darf nicht weg sein.")

    banner = page.locator("[data-newsroom-rescue]")
    expect(banner).to_be_visible(timeout=AUTOSAVE_MS)
    expect(banner.get_by_role("link")).to_have_attribute("href", re.compile("anmelden"))
    page.locator("footer.footer button[type=submit]").first.click()
    expect(page.locator("[name=deck]")).to_have_value("Das darf nicht weg sein.")
    assert len(page.evaluate(KEPT)) == 1

    sign_in(desk)
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(page.locator(SAVED)).to_be_attached(timeout=AUTOSAVE_MS)
    page.wait_for_function(f"{KEPT}.length === 0")
    assert stored()["deck"] == "Das darf nicht weg sein."


def test_all_previews_stand_side_by_side(desk: BrowserContext):
    page = desk.new_page()
    begin(page, "Jenny Seibold kommt zurück")
    page.fill("[name=deck]", "In der zweiten Staffel.")
    preview = page.url.partition("#")[0].replace("/edit/", "/preview/")
    form = page.evaluate(
        "async (url) => (await (await fetch(url, {method: 'POST', body: new FormData("
        "document.getElementById('w-editor-form'))})).json())",
        preview,
    )
    assert form["is_valid"], json.dumps(form)

    page.goto(f"{preview}?mode=all")

    for part in ("preview-card", "preview-feed", "preview-push", "preview-mail"):
        section = page.locator(f"section[aria-labelledby={part}]")
        expect(section).to_contain_text("Jenny Seibold kommt zurück")
    framed = page.frame_locator(".preview-frame")
    expect(framed.get_by_role("heading", level=1)).to_contain_text("Jenny Seibold kommt zurück")


def test_the_tour_is_walked_with_the_keyboard_and_remembered(desk: BrowserContext):
    grace = User.objects.get(email="grace@example.org")
    article = drafting.begin(grace, "Mein erster Artikel")
    page = desk.new_page()
    page.goto("/redaktion/rundgang/")
    tour = page.get_by_role("dialog").filter(has=page.locator(".newsroom-tour-step"))
    expect(tour).to_be_visible()
    expect(tour.get_by_role("button").first).to_be_focused()

    for step in range(2, 8):
        page.keyboard.press("Enter")
        expect(tour.locator(".newsroom-tour-step")).to_contain_text(re.compile(rf"{step} (of|von) 7"))
        expect(tour.get_by_role("button").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(tour).to_have_count(0)

    page.goto(f"/redaktion/snippets/newsroom/article/edit/{article.pk}/")
    page.wait_for_timeout(1500)
    expect(page.locator(".newsroom-tour")).to_have_count(0)
