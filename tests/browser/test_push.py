"""From the tap on the bell to the notification: the whole relay, with a stand-in for the browser maker's push service.

Chromium subscribes at its maker's service only, so the page gets a subscription at ours; what arrives there is
decrypted by an independent implementation and handed to the site's real service worker by the developer tools.
"""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, CDPSession, Page, expect

from tests.browser.conftest import Catalogue, Portal
from tests.standins import push_service

SUBSCRIBED_AT = """(subscription) => {
    const held = { options: {}, toJSON: () => subscription };
    PushManager.prototype.getSubscription = async () => null;
    PushManager.prototype.subscribe = async () => held;
}"""
SHOWN = """async () => (await (await navigator.serviceWorker.ready).getNotifications())
    .map(({ title, body, tag, data }) => ({ title, body, tag, navigate: data.navigate }))"""
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
    page.wait_for_function(f"async () => (await ({SHOWN})()).length > 0")
    (shown,) = page.evaluate(SHOWN)
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
    page.wait_for_function(f"async () => (await ({SHOWN})()).length > 0")
    (running,) = context.service_workers

    closed = running.evaluate(
        """async () => {
            const focused = [];
            WindowClient.prototype.focus = async function () { focused.push(this.url); };
            const [notification] = await registration.getNotifications();
            dispatchEvent(new NotificationEvent("notificationclick", { notification }));
            await new Promise((resolve) => setTimeout(resolve, 500));
            return { focused, left: (await registration.getNotifications()).length };
        }"""
    )

    assert closed == {"focused": [address], "left": 0}


def test_a_push_that_cannot_be_read_still_shows_something(
    catalogue: Catalogue, portal: Portal, service: push_service.Service, page: Page, context: BrowserContext
):
    allow_notifications(page, context, service.device(), portal)

    deliver(page, context, payload="kein JSON")

    page.wait_for_function(f"async () => (await ({SHOWN})()).length > 0")
    assert page.evaluate(SHOWN)[0]["title"] == "Staffellauf"


def allow_notifications(page: Page, context: BrowserContext, phone: push_service.Device, portal: Portal) -> None:
    """Taps the bell, then the button beneath it, in a browser whose owner says yes."""
    context.grant_permissions(["notifications"], origin=portal.url)
    subscription = {"endpoint": phone.endpoint, "keys": {"p256dh": phone.p256dh, "auth": phone.auth}}
    page.add_init_script(f"({SUBSCRIBED_AT})({json.dumps(subscription)})")
    page.goto("/serien/ballard/")
    page.locator(".bell-large button.bell-button").click()
    page.locator("push-offer [data-ask]").click()
    expect(page.locator("push-offer [data-when=on]")).to_be_visible()


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
    data = payload if isinstance(payload, str) else json.dumps(payload)
    origin = page.evaluate("location.origin")
    for _ in range(times):
        message = {"origin": origin, "registrationId": registrations[-1], "data": data}
        tools.send("ServiceWorker.deliverPushMessage", message)
    tools.detach()
