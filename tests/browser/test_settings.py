"""From the bell to every setting of notifications, as a reader goes; and once more without script."""

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from staffellauf.alerts.models import Calm, SecretLink
from staffellauf.readers.models import Follow, Progress
from tests import make
from tests.browser.conftest import Catalogue, Portal

NARROW = {"width": 320, "height": 640}
PAGES = ["", "ruhe/", "wege/", "kalender/", "vorschau/"]


def follow_ballard(page: Page) -> None:
    page.goto("/en/serien/ballard/")
    page.locator("follow-bell").first.get_by_role("button", name="Follow").click()


def test_a_reader_chooses_what_comes_and_when(context: BrowserContext, catalogue: Catalogue, page: Page):
    make.season(catalogue.ballard, 1, episodes=3)
    context.grant_permissions(["clipboard-read", "clipboard-write"])

    follow_ballard(page)
    page.get_by_role("link", name="Choose what is told").click()
    page.get_by_label("Shooting").uncheck()
    page.get_by_label("each episode").check()
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()
    expect(page.get_by_label("Shooting")).not_to_be_checked()
    follow = Follow.objects.get()
    assert (follow.unwanted_kinds, follow.releases) == (4, "episodes")

    page.goto("/en/mein/benachrichtigungen/")
    page.get_by_role("link", name="Quiet and digests").click()
    page.get_by_label("wait until the morning").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()
    page.get_by_role("button", name="For a week").click()
    expect(page.get_by_text("Nothing comes until")).to_be_visible()
    page.get_by_role("button", name="Notify me again").click()
    expect(page.get_by_text("Nothing comes until")).to_be_hidden()
    calm = Calm.objects.get()
    assert (calm.night, calm.muted_until) == ("hold", None)

    page.goto("/en/mein/benachrichtigungen/kalender/")
    new = page.locator("details").filter(has_text="New calendar")
    new.get_by_label("Name (optional)").fill("Family")
    new.get_by_role("button", name="Make the address").click()
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert SecretLink.objects.get().token in page.evaluate("navigator.clipboard.readText()")

    page.goto("/en/serien/ballard/folgen/1x02/")
    page.get_by_role("button", name="Seen up to here").click()
    expect(page.get_by_text("You have seen up to season 1, episode 2.")).to_be_visible()
    assert Progress.objects.get().episode_number == 2
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Seen up to here")).to_be_visible()
    assert not Progress.objects.exists()


def test_the_browser_offers_the_time_zone_it_is_in(browser: Browser, portal: Portal, catalogue: Catalogue):
    away = browser.new_context(base_url=portal.url, timezone_id="America/New_York")
    page = away.new_page()
    follow_ballard(page)
    expect(page.locator(".bell-next").first).to_be_visible()

    page.goto("/en/mein/benachrichtigungen/ruhe/")
    page.get_by_role("button", name="This device is in America/New York").click()
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_label("Time zone")).to_have_value("America/New_York")
    away.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_runs_over_the_edge_of_a_small_phone(
    browser: Browser, portal: Portal, catalogue: Catalogue, scheme: str
):
    small = browser.new_context(base_url=portal.url, viewport=NARROW, color_scheme=scheme)  # type: ignore[arg-type]
    page = small.new_page()
    follow_ballard(page)
    expect(page.locator(".bell-next").first).to_be_visible()

    for path in [*(f"/mein/benachrichtigungen/{name}" for name in PAGES), "/mein/serien/", "/mein/serien/ballard/"]:
        page.goto(path)
        page.evaluate("for (const one of document.querySelectorAll('main details')) one.open = true")
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"], path
        low = page.evaluate(
            "[...document.querySelectorAll('main button, main select, main input:not([type=checkbox], [type=radio])')]"
            ".filter((one) => one.offsetParent && one.type !== 'hidden' && one.offsetHeight < 44)"
            ".map((one) => one.outerHTML.slice(0, 120))"
        )
        assert low == [], path
    small.close()


def test_without_script_everything_can_be_set_as_well(browser: Browser, portal: Portal, catalogue: Catalogue):
    plain = browser.new_context(base_url=portal.url, java_script_enabled=False)
    page = plain.new_page()
    follow_ballard(page)
    page.get_by_role("link", name="Choose what is told").click()
    page.get_by_label("Obituaries").uncheck()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()

    page.goto("/en/mein/benachrichtigungen/kalender/")
    page.get_by_role("button", name="Make the address").first.click()
    expect(page.get_by_label("Address", exact=True)).to_have_value(re.compile(r"/kalender/[\w-]{43}\.ics$"))
    assert page.get_by_role("button", name="Copy").count() == 0
    plain.close()
