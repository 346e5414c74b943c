"""The real portal on a free port of loopback and Chromium in front of it.

Rows made by a test are committed to the database that the portal reads; each test starts from the migrated one.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from staffellauf.catalogue.models import Franchise, Person, Series
from staffellauf.newsroom.models import Article
from tests import databases, make
from workshop import chromium

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "test-results"
STAFFELLAUF = Path(sys.executable).parent / "staffellauf"
# Cold start on two cores that have much else to do; when nothing is wrong it is there after two seconds.
START_TIMEOUT_S = 180
STOP_TIMEOUT_S = 15
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE 127.0.0.1",
]

# Playwright's synchronous interface runs an event loop in this thread, which Django takes for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@dataclass(frozen=True)
class Portal:
    """Running: `staffellauf web` on `url`, and its environment for more commands."""

    url: str
    environment: dict[str, str]

    def command(self, *words: str) -> str:
        """What `staffellauf WORDS` prints; the test fails with its error when it fails."""
        done = subprocess.run([STAFFELLAUF, *words], env=self.environment, cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@dataclass(frozen=True)
class Catalogue:
    """The story that most journeys tell."""

    ballard: Series
    arquette: Person
    bosch: Franchise
    dark: Series
    newest: Article


@pytest.fixture(scope="session")
def _running(django_db_setup: None) -> Iterator[Portal]:
    """`staffellauf web` for the whole run: starting it for each test would take longer than the tests."""
    # Ended from outside, a run still ends what it has started.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    port = free_port()
    environment = os.environ | {
        "DATABASE_URL": databases.url(),
        "DJANGO_SETTINGS_MODULE": "staffellauf.settings",
        "HOST": "127.0.0.1",
        "LOG_LEVEL": "WARNING",
        "PORT": str(port),
        "PUSH_ALLOW_LOCAL": "1",
        "PUBLIC_URL": f"http://localhost:{port}",
        "STAFFELLAUF_DATA": str(settings.DATA),
    }
    portal = Portal(f"http://localhost:{port}", environment)
    quick = Portal(portal.url, environment | {"DJANGO_SETTINGS_MODULE": "tests.browser.uncompressed"})
    quick.command("collectstatic", "--noinput", "--verbosity", "0")
    with child("web", environment) as web:
        wait_for(lambda: answers(f"{portal.url}/healthz"), web, what="the portal")
        yield portal


@pytest.fixture
def portal(_running: Portal, transactional_db: None) -> Portal:
    """The portal with the database of this test."""
    return _running


@pytest.fixture
def worker(portal: Portal) -> Iterator[subprocess.Popen[bytes]]:
    """`staffellauf worker` beside the portal while the test runs."""
    with child("worker", portal.environment) as running:
        yield running


@pytest.fixture
def catalogue(portal: Portal) -> Catalogue:
    bosch = make.franchise("Bosch")
    ballard = make.series("Ballard", franchises=[bosch], start_year=2025, status="running")
    arquette = make.person("Rosanna Arquette")
    dark = make.series("Dark", start_year=2017, end_year=2020, status="ended")
    make.article("Wer „Dark“ mochte", about=[dark], published_at=make.EVENING)
    newest = make.article("Rosanna Arquette kommt zu „Ballard“", about=[ballard, arquette])
    return Catalogue(ballard, arquette, bosch, dark, newest)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = chromium.path()
    if executable is None:
        pytest.fail(chromium.HOW, pytrace=False)
    environment: dict[str, str | float | bool] = {**os.environ, **chromium.environment()}
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=executable, args=FLAGS, env=environment)
        yield launched
        launched.close()


@pytest.fixture
def context(browser: Browser, portal: Portal) -> Iterator[BrowserContext]:
    """A German visitor's browser that nobody has used, at a desk."""
    opened = browser.new_context(base_url=portal.url, locale="de-DE", timezone_id="Europe/Berlin")
    opened.set_default_timeout(10_000)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A tab. A script error on any page fails the test; the last page of a failed test is in test-results/."""
    errors: list[str] = []
    opened = context.new_page()
    opened.on("pageerror", lambda error: errors.append(str(error)))
    failures = request.session.testsfailed
    yield opened
    if request.session.testsfailed > failures:
        RESULTS.mkdir(exist_ok=True)
        opened.screenshot(
            path=RESULTS / f"{re.sub(r'[^a-z0-9_]+', '-', request.node.name.lower())}.png", full_page=True
        )
    assert errors == []


@contextmanager
def child(name: str, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """`staffellauf NAME` until the block ends; it gets the chance to end in order."""
    process = subprocess.Popen([STAFFELLAUF, name], env=environment, cwd=ROOT)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def wait_for(condition: Callable[[], bool], process: subprocess.Popen[bytes], *, what: str) -> None:
    """Until the condition holds; fails when the process ends or START_TIMEOUT_S have passed."""
    deadline = time.monotonic() + START_TIMEOUT_S
    while not condition():
        if process.poll() is not None:
            pytest.fail(f"{what} ended with status {process.returncode} before it was ready", pytrace=False)
        if time.monotonic() > deadline:
            pytest.fail(f"{what} was not ready after {START_TIMEOUT_S} s", pytrace=False)
        time.sleep(0.1)
