"""The whole way into a real Firefox: it subscribes at a stand-in for its maker's push service, an article is published,
the worker seals and sends it, Firefox opens it and our service worker shows it.

Skipped where there is no Firefox: `make test-browser` tries to get Debian's firefox-esr, FIREFOX names another.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import timezone

from staffellauf.alerts.models import SECRET_BYTES, Subscription
from staffellauf.newsroom import notes
from tests import make
from tests.browser import conftest, firefox
from tests.browser.conftest import Catalogue, Portal
from tests.standins import mozilla_push
from workshop import firefox as installed

SHOWN = """(async () => (await (await navigator.serviceWorker.ready).getNotifications())
    .map(({ title, body, tag, data }) => ({ title, body, tag, navigate: data.navigate })))()"""
HEADLINE = "„Ballard“: Rosanna Arquette dreht ab Februar"


@pytest.fixture
def service() -> Iterator[mozilla_push.Service]:
    with mozilla_push.start() as running:
        yield running


@pytest.fixture
def fox(tmp_path: Path, service: mozilla_push.Service, portal: Portal) -> Iterator[firefox.Firefox]:
    executable = installed.path()
    if executable is None:
        pytest.skip(installed.HOW)
    preferences = {"dom.push.serverURL": service.socket_url}
    with firefox.start(executable, tmp_path / "profile", preferences) as running:
        yield running


def test_firefox_receives_opens_and_shows_an_article_and_then_its_update(
    catalogue: Catalogue, portal: Portal, service: mozilla_push.Service, fox: firefox.Firefox
):
    allow_notifications(fox, portal)
    assert Subscription.objects.get().endpoint == f"{service.url}/wpush/v2/{service.channels[0]}"

    with conftest.child("worker", portal.environment):
        article = make.article(HEADLINE, about=[catalogue.ballard], deck="Gedreht wird in Los Angeles.")
        service.wait_for(lambda running: bool(running.acks))
        (shown,) = fox.wait(named(HEADLINE))

        assert shown["tag"] == f"meldung-{article.pk}"
        assert shown["body"].startswith("Gedreht wird in Los Angeles.\n")
        assert shown["navigate"] == portal.url + article.get_absolute_url()
        service.wait_for(lambda running: len(running.acks) == len(running.posts))

        notes.add(article, "Der Termin steht.", user=None, is_material=True, now=timezone.now())
        (later,) = fox.wait(named(f"Update: {HEADLINE}"))

    assert (later["tag"], later["body"].partition("\n")[0]) == (shown["tag"], "Der Termin steht.")
    assert not fox.run(named(HEADLINE))
    service.wait_for(lambda running: len(running.acks) == len(running.posts))
    assert {ack.code for ack in service.acks} == {mozilla_push.DELIVERED}
    # The article of the catalogue may have come as well, at any time: the worker began after the bell was tapped.
    assert [post["topic"] for post in service.posts].count(f"meldung{article.pk}") == 2


def test_firefox_says_so_when_it_cannot_open_a_message(
    catalogue: Catalogue, portal: Portal, service: mozilla_push.Service, fox: firefox.Firefox
):
    allow_notifications(fox, portal)
    Subscription.objects.update(auth=bytes(SECRET_BYTES))

    with conftest.child("worker", portal.environment):
        make.article(HEADLINE, about=[catalogue.ballard])
        service.wait_for(lambda running: bool(running.acks))

    assert {ack.code for ack in service.acks} == {mozilla_push.NOT_DECRYPTED}
    assert not fox.run(named(HEADLINE))


def test_firefox_comes_back_with_the_new_key_after_a_change_of_keys(
    catalogue: Catalogue, portal: Portal, service: mozilla_push.Service, fox: firefox.Firefox
):
    allow_notifications(fox, portal)
    old = Subscription.objects.get()

    portal.command("alerts", "rotate-key")
    fox.run("sessionStorage.clear()")
    fox.go(f"{portal.url}/serien/dark/")
    service.wait_for(lambda running: not Subscription.objects.filter(pk=old.pk).exists())

    new = Subscription.objects.get()
    assert new.server_key_id != old.server_key_id
    assert new.endpoint == f"{service.url}/wpush/v2/{service.channels[0]}"
    with conftest.child("worker", portal.environment):
        make.article(HEADLINE, about=[catalogue.ballard])
        fox.wait(named(HEADLINE))


def allow_notifications(fox: firefox.Firefox, portal: Portal) -> None:
    """Taps the bell, then the button beneath it."""
    fox.go(f"{portal.url}/serien/ballard/")
    fox.click(".bell-large button.bell-button")
    fox.click("push-offer [data-ask]")
    fox.wait("document.querySelector('push-offer').dataset.state === 'on'")


def named(title: str) -> str:
    return f"(await {SHOWN}).filter((one) => one.title === {json.dumps(title)})"
