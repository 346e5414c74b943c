"""From the tap on the bell to the notification: the whole relay, with a stand-in for the browser maker's push service.

Chromium subscribes at its maker's service only, so the page gets a subscription at ours; what arrives there is
decrypted by an independent implementation and handed to the site's real service worker by the developer tools.
"""

import json
import subprocess
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, Worker, expect

from staffellauf.alerts.channels.webpush import texts
from staffellauf.alerts.models import Snooze, Subscription
from staffellauf.alerts.words import messages
from staffellauf.catalogue.models import Topic
from staffellauf.readers.models import Follow
from tests.browser.conftest import Catalogue, Portal
from tests.make import EVENING
from tests.standins import push_service

# A subscription lasts longer than a page.
SUBSCRIBED_AT = """(subscription) => {
    const held = { options: {}, toJSON: () => subscription, endpoint: subscription.endpoint };
    held.unsubscribe = async () => { localStorage.removeItem("test"); };
    PushManager.prototype.getSubscription = async () => localStorage.getItem("test") ? held : null;
    PushManager.prototype.subscribe = async () => { localStorage.setItem("test", "subscribed"); return held; };
}"""
SHOWN = """async () => (await (await navigator.serviceWorker.ready).getNotifications())
    .map(({ title, body, tag, data }) => ({ title, body, tag, navigate: data.navigate }))"""
CLOSE_ALL = """async () => {
    for (const one of await (await navigator.serviceWorker.ready).getNotifications()) one.close();
}"""
DAY = timedelta(days=1)
# The developer tools tell of a worker when they come to it.
REGISTERED_TIMEOUT_S = 30
SHOWN_TIMEOUT_S = 30
LINUX, ANDROID = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0)", "Mozilla/5.0 (Android 15; Mobile; rv:153.0)"
CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0"
HELP = {
    f"{LINUX} Gecko/20100101 Firefox/153.0": "Firefox: Klick",
    f"{ANDROID} Gecko/153.0 Firefox/153.0": "Firefox: Tippe",
    f"Mozilla/5.0 (X11; Linux x86_64) {CHROME} Safari/537.36": "Chrome: Klick",
    f"Mozilla/5.0 (Linux; Android 15) {CHROME} Mobile Safari/537.36": "Chrome: Tippe",
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME} Safari/537.36 Edg/156.0": "Edge",
    f"Mozilla/5.0 (Linux; Android 15) SamsungBrowser/29.0 {CHROME} Mobile Safari/537.36": "Samsung",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/19.0 Safari/605.1.15": "Safari",
}
HEADLINE = "„Ballard“: Rosanna Arquette dreht ab Februar"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[push_service.Service]:
    with push_service.start(tmp_path / "messages") as running:
        yield running


@pytest.fixture
def article(tmp_path: Path) -> Path:
    item = {
        "uri": "urn:example:arquette-februar",
        "headline": HEADLINE,
        "description_text": "Gedreht wird in Los Angeles.",
        "body_html": "<p>Jenny ist die Mutter von Renée Ballard.</p>",
        "subject": [{"name": "Ballard"}],
        "person": [{"name": "Rosanna Arquette"}],
    }
    path = tmp_path / "artikel.json"
    path.write_text(json.dumps(item), encoding="utf-8")
    return path


def test_an_article_reaches_the_phone_of_who_tapped_the_bell(
    catalogue: Catalogue, portal: Portal, worker: subprocess.Popen[bytes], service: push_service.Service,
    article: Path, page: Page, context: BrowserContext,
):  # fmt: skip
    phone = service.device()
    allow_notifications(page, context, phone, portal)

    published = json.loads(portal.command("publish", str(article), "--wait", "--json"))
    again = json.loads(portal.command("publish", str(article), "--wait", "--json"))

    assert (published["status"], published["feeds_reached"], published["alerts_sent"]) == ("published", 1, 1)
    assert again["status"] == "unchanged"
    # The article of the catalogue may come as well: the worker began after the bell was tapped.
    payloads = [phone.decrypt(message) for message in phone.messages()]
    (payload,) = [sent for sent in payloads if sent["notification"]["title"] == HEADLINE]
    deliver(page, context, payload=payload, times=2)
    (shown,) = on_screen(page, 1)
    assert shown["title"] == HEADLINE
    assert shown["navigate"] == published["address"]
    page.goto(shown["navigate"])
    assert page.get_by_role("heading", level=1).inner_text() == HEADLINE


def test_a_tap_on_the_notification_brings_up_the_article(
    catalogue: Catalogue, portal: Portal, service: push_service.Service, page: Page, context: BrowserContext
):
    allow_notifications(page, context, service.device(), portal)
    address = portal.url + catalogue.newest.get_absolute_url()
    page.goto(address)
    message = {"web_push": 8030, "notification": {"title": "Neu", "navigate": address, "tag": "meldung-1"}}
    deliver(page, context, payload=message)
    on_screen(page, 1)
    (running,) = context.service_workers
    running.evaluate(
        """() => {
            self.focused = [];
            WindowClient.prototype.focus = async function () { self.focused.push(this.url); };
        }"""
    )

    tap(running, tag="meldung-1")

    assert running.evaluate("focused") == [address]
    on_screen(page, 0)


FOREIGN = ["kein JSON", "", "null", "[]", '{"notification": "x"}', '{"notification": {"title": 5}}', '{"alert": "x"}']


@pytest.mark.parametrize("data", FOREIGN)
def test_a_push_that_cannot_be_read_still_shows_something(
    catalogue: Catalogue, portal: Portal, service: push_service.Service, page: Page, context: BrowserContext, data: str
):
    allow_notifications(page, context, service.device(), portal)

    deliver(page, context, payload=data)

    (shown,) = on_screen(page, 1)
    assert shown["title"] == "Staffellauf"
    assert shown["navigate"] == f"{portal.url}/mein/feed/"


def test_a_later_edition_takes_the_place_of_the_first_and_a_double_is_not_shown_again(
    catalogue: Catalogue, portal: Portal, service: push_service.Service, page: Page, context: BrowserContext
):
    allow_notifications(page, context, service.device(), portal)
    first, second = message("Erste", article=7), message("Zweite", article=7, edition=2)

    deliver(page, context, payload=first)
    deliver(page, context, payload=first)
    (shown,) = on_screen(page, 1)
    assert shown["title"] == "Erste"
    deliver(page, context, payload=second)
    (shown,) = on_screen(page, 1, title="Zweite")
    # One put off by the push service comes after all; it is old news.
    deliver(page, context, payload=first)
    deliver(page, context, payload=message("Danach", article=8))

    assert [one["title"] for one in on_screen(page, 2)] == ["Danach", "Zweite"]


def test_what_was_closed_comes_back_only_as_a_later_edition_or_when_wished(
    catalogue: Catalogue, portal: Portal, service: push_service.Service, page: Page, context: BrowserContext
):
    allow_notifications(page, context, service.device(), portal)
    deliver(page, context, payload=message("Erste", article=7))
    on_screen(page, 1)
    page.evaluate(CLOSE_ALL)

    deliver(page, context, payload=message("Erste", article=7))
    deliver(page, context, payload=message("Andere", article=8))
    assert [one["title"] for one in on_screen(page, 1)] == ["Andere"]

    deliver(page, context, payload=message("Erste", article=7, again="2026-01-24T20:15:00"))
    assert [one["title"] for one in on_screen(page, 2)] == ["Andere", "Erste"]


def test_three_within_ten_minutes_become_one(
    catalogue: Catalogue, portal: Portal, service: push_service.Service, page: Page, context: BrowserContext
):
    allow_notifications(page, context, service.device(), portal)

    for number in (1, 2, 3):
        deliver(page, context, payload=message(f"Meldung {number}", article=number))

    (shown,) = on_screen(page, 1, title="3 Meldungen")
    assert shown["body"] == "Meldung 3\nMeldung 2\nMeldung 1"
    assert shown["navigate"] == f"{portal.url}/mein/feed/"
    deliver(page, context, payload=message("Meldung 4", article=4))
    (shown,) = on_screen(page, 1, title="4 Meldungen")
    assert shown["body"].startswith("Meldung 4\n")


def test_a_reader_who_wants_each_gets_each(
    catalogue: Catalogue, portal: Portal, service: push_service.Service, page: Page, context: BrowserContext
):
    allow_notifications(page, context, service.device(), portal)
    page.evaluate("caches.open('alerts').then((cache) => cache.put('/-/groups', Response.json(false)))")

    for number in (1, 2, 3):
        deliver(page, context, payload=message(f"Meldung {number}", article=number))

    assert len(on_screen(page, 3)) == 3


def test_a_group_from_the_portal_takes_the_place_of_those_it_tells_of(
    catalogue: Catalogue, portal: Portal, service: push_service.Service, page: Page, context: BrowserContext
):
    allow_notifications(page, context, service.device(), portal)
    for number in (1, 2):
        deliver(page, context, payload=message(f"Meldung {number}", article=number))
    on_screen(page, 2)
    told = messages.Message(tuple(item(f"Meldung {number}", article=number) for number in (3, 2, 1)), total=3)
    grouped = json.loads(texts.group(told, ttl=DAY).text)

    deliver(page, context, payload=grouped)

    (shown,) = on_screen(page, 1, title="3 Meldungen zu „Ballard“")
    assert shown["body"] == "Meldung 3\nMeldung 2\nMeldung 1"
    # The third alone, put off by the push service, is told already.
    deliver(page, context, payload=message("Meldung 3", article=3))
    deliver(page, context, payload=message("Meldung 4", article=4))
    assert [one["title"] for one in on_screen(page, 2)] == ["3 Meldungen zu „Ballard“", "Meldung 4"]


def test_the_number_on_the_icon_follows_what_is_on_the_screen(
    catalogue: Catalogue, portal: Portal, service: push_service.Service, page: Page, context: BrowserContext
):
    allow_notifications(page, context, service.device(), portal)
    (running,) = context.service_workers
    running.evaluate(
        """() => {
            self.badges = [];
            Clients.prototype.openWindow = async () => {};
            navigator.setAppBadge = async (number) => { self.badges.push(number); };
            navigator.clearAppBadge = async () => { self.badges.push(0); };
        }"""
    )

    for number in (1, 2, 3):
        deliver(page, context, payload=message(f"Meldung {number}", article=number))
    on_screen(page, 1, title="3 Meldungen")
    # The number comes after what is shown.
    running.evaluate("turn")
    tap(running, tag="gruppe")

    assert running.evaluate("badges") == [1, 2, 3, 0]


def test_reading_the_feed_takes_the_notifications_away(
    catalogue: Catalogue, portal: Portal, service: push_service.Service, page: Page, context: BrowserContext
):
    allow_notifications(page, context, service.device(), portal)
    deliver(page, context, payload=message("Meldung 1", article=1))
    on_screen(page, 1)

    page.goto("/mein/feed/")

    on_screen(page, 0)


def test_stop_following_is_one_tap_and_can_be_taken_back(
    catalogue: Catalogue, portal: Portal, service: push_service.Service, page: Page, context: BrowserContext
):
    allow_notifications(page, context, service.device(), portal)
    deliver(page, context, payload=message("Meldung 1", article=1, topic=catalogue.ballard))
    on_screen(page, 1)
    (running,) = context.service_workers

    tap(running, tag="meldung-1", action="unfollow")

    on_screen(page, 1, title="Du folgst „Ballard“ nicht mehr")
    assert not Follow.objects.exists()
    tap(running, tag="meldung-1", action="undo")
    on_screen(page, 1, title="Du folgst „Ballard“ wieder")
    assert Follow.objects.exists()


def test_later_is_one_tap_and_says_when(
    catalogue: Catalogue, portal: Portal, service: push_service.Service, page: Page, context: BrowserContext
):
    allow_notifications(page, context, service.device(), portal)
    newest = catalogue.newest
    deliver(page, context, payload=message("Meldung", article=newest.pk, topic=catalogue.ballard))
    on_screen(page, 1)
    (running,) = context.service_workers

    tap(running, tag=f"meldung-{newest.pk}", action="later")

    (shown,) = on_screen(page, 1, title=newest.headline)
    assert "noch einmal" in shown["body"]
    assert Snooze.objects.get().publication.article_id == newest.pk


def test_a_button_that_cannot_work_now_opens_its_page(
    catalogue: Catalogue, portal: Portal, service: push_service.Service, page: Page, context: BrowserContext
):
    allow_notifications(page, context, service.device(), portal)
    deliver(page, context, payload=message("Meldung", article=1, topic=catalogue.ballard))
    on_screen(page, 1)
    (running,) = context.service_workers
    running.evaluate(
        """() => {
            self.opened = [];
            const online = self.fetch;
            self.fetch = async () => { self.fetch = online; throw new TypeError("offline"); };
            Clients.prototype.openWindow = async (address) => { self.opened.push(address); };
        }"""
    )

    tap(running, tag="meldung-1", action="unfollow")

    (address,) = running.evaluate("opened")
    page.goto(address)
    page.locator("main form.button-row button").click()
    expect(page.get_by_role("status")).to_have_text("Du folgst „Ballard“ nicht mehr.")
    assert not Follow.objects.exists()


@pytest.mark.parametrize(("agent", "words"), HELP.items())
def test_a_browser_that_blocks_is_told_how_to_allow(
    portal: Portal, catalogue: Catalogue, browser: Browser, agent, words
):
    context = browser.new_context(base_url=portal.url, locale="de-DE", user_agent=agent)
    page = context.new_page()
    page.add_init_script("Object.defineProperty(Notification, 'permission', { get: () => 'denied' })")
    page.goto("/serien/ballard/")

    page.locator(".bell-large button.bell-button").click()

    offer = page.locator("push-offer[data-state=blocked]")
    assert offer.locator("li:visible").inner_text().startswith(words)
    expect(offer.get_by_role("link", name="Mein Feed")).to_be_visible()
    expect(offer.get_by_role("button")).to_have_count(0)
    context.close()


def test_a_visit_brings_back_what_the_server_lost_with_one_request(
    catalogue: Catalogue, portal: Portal, service: push_service.Service, page: Page, context: BrowserContext
):
    allow_notifications(page, context, service.device(), portal)
    Subscription.objects.all().delete()
    page.evaluate("sessionStorage.clear()")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/benachrichtigungen/" in request.url else None)

    with page.expect_response("**/geraete/"):
        page.goto("/serien/dark/")
    page.goto("/serien/ballard/")
    page.wait_for_load_state("networkidle")

    assert [url.removeprefix(portal.url) for url in asked] == ["/mein/benachrichtigungen/geraete/"]
    assert Subscription.objects.active().count() == 1


def test_a_visitor_who_allowed_nothing_is_no_request(
    catalogue: Catalogue, portal: Portal, page: Page, context: BrowserContext
):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    page.goto("/serien/dark/")
    page.wait_for_load_state("networkidle")

    assert not [url for url in asked if "/mein/" in url]


def test_a_device_is_switched_off_here_and_stays_off(
    catalogue: Catalogue, portal: Portal, service: push_service.Service, page: Page, context: BrowserContext
):
    allow_notifications(page, context, service.device(), portal)

    with page.expect_response("**/geraete/"):
        page.get_by_role("button", name="Auf diesem Gerät ausschalten").click()
    page.evaluate("sessionStorage.clear()")
    page.goto("/serien/dark/")
    page.wait_for_load_state("networkidle")

    assert not Subscription.objects.exists()


def allow_notifications(page: Page, context: BrowserContext, phone: push_service.Device, portal: Portal) -> None:
    """Taps the bell, then the button beneath it, in a browser whose owner says yes."""
    context.grant_permissions(["notifications"], origin=portal.url)
    subscription = {"endpoint": phone.endpoint, "keys": {"p256dh": phone.p256dh, "auth": phone.auth}}
    page.add_init_script(f"({SUBSCRIBED_AT})({json.dumps(subscription)})")
    page.goto("/serien/ballard/")
    page.locator(".bell-large button.bell-button").click()
    page.locator("push-offer [data-ask]").click()
    expect(page.locator("push-offer[data-state=on]")).to_contain_text("Dieses Gerät meldet sich")


def item(title: str, *, article: int, topic: Topic | None = None, edition: int = 1) -> messages.Item:
    return messages.Item(
        key=f"meldung-{article}", title=title, body="", address="/", why="weil du „Ballard“ folgst",
        topic_id=topic.pk if topic else 1, topic_name="Ballard", at=EVENING, edition=edition, article_id=article,
    )  # fmt: skip


def message(title: str, *, again: str = "", **fields: Any) -> Any:
    """What the portal sends, as JSON has it."""
    return json.loads(texts.article(item(title, **fields), ttl=DAY, again=again).text)


def on_screen(page: Page, count: int, *, title: str = "") -> list[dict[str, str]]:
    """The notifications, by title, once there are so many and the first has the title."""
    deadline = time.monotonic() + SHOWN_TIMEOUT_S
    while True:
        shown: list[dict[str, str]] = page.evaluate(SHOWN)
        if len(shown) == count and (not title or shown[0]["title"] == title):
            return sorted(shown, key=lambda one: one["title"])
        assert time.monotonic() < deadline, shown
        page.wait_for_timeout(100)


def tap(running: Worker, *, tag: str, action: str = "") -> None:
    """On a notification's button, or on its whole; comes back when the worker has done what it does then."""
    running.evaluate(
        """async ([tag, action]) => {
            const [notification] = (await registration.getNotifications()).filter((one) => one.tag === tag);
            const event = new NotificationEvent("notificationclick", { notification, action });
            let done;
            event.waitUntil = (promise) => { done = promise; };
            dispatchEvent(event);
            await done;
        }""",
        [tag, action],
    )


# Any: whatever a push message holds.
def deliver(page: Page, context: BrowserContext, *, payload: Any, times: int = 1) -> None:
    """Hands the service worker what the push service would have brought."""
    tools: CDPSession = context.new_cdp_session(page)
    registrations: list[str] = []
    tools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: registrations.extend(one["registrationId"] for one in event["registrations"]),
    )
    tools.send("ServiceWorker.enable")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    deadline = time.monotonic() + REGISTERED_TIMEOUT_S
    while not registrations and time.monotonic() < deadline:
        page.wait_for_timeout(50)
    data = payload if isinstance(payload, str) else json.dumps(payload)
    origin = page.evaluate("location.origin")
    for _ in range(times):
        message = {"origin": origin, "registrationId": registrations[-1], "data": data}
        tools.send("ServiceWorker.deliverPushMessage", message)
    tools.detach()
