"""A real Firefox without a screen, driven by Marionette, the protocol that it speaks itself.

https://firefox-source-docs.mozilla.org/testing/marionette/Protocol.html: each message is its length, a colon and JSON;
a command is [0, id, name, parameters], its answer [1, id, error, result].
"""

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.browser import conftest

START_TIMEOUT_S = 180
COMMAND_TIMEOUT_S = 120
CLOSED_PORT = 9
# Nothing but loopback is reached, and nobody is asked whether notifications may be shown.
PREFERENCES: dict[str, Any] = {  # Any: texts, numbers and truth values
    # Its own notifications: there is no desktop that could show them.
    "alerts.useSystemBackend": False,
    "app.normandy.enabled": False,
    "app.update.auto": False,
    "app.update.enabled": False,
    "browser.aboutConfig.showWarning": False,
    "browser.safebrowsing.blockedURIs.enabled": False,
    "browser.safebrowsing.downloads.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.healthreport.uploadEnabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "dom.push.connection.enabled": True,
    "dom.push.enabled": True,
    "dom.push.testing.allowInsecureServerURL": True,
    "dom.serviceWorkers.testing.enabled": True,
    "extensions.getAddons.cache.enabled": False,
    "extensions.update.enabled": False,
    "intl.accept_languages": "de-DE, de",
    "media.gmp-manager.updateEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.dns.disablePrefetch": True,
    "network.prefetch-next": False,
    "network.proxy.allow_hijacking_localhost": False,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": CLOSED_PORT,
    "network.proxy.no_proxies_on": "localhost, 127.0.0.1",
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": CLOSED_PORT,
    "network.proxy.type": 1,
    "permissions.default.desktop-notification": 1,
    "services.settings.server": "http://127.0.0.1:9/",
    "toolkit.telemetry.enabled": False,
    "toolkit.telemetry.unified": False,
}


class Failed(Exception):
    """What Firefox said to a command."""


@dataclass
class Firefox:
    connection: socket.socket
    process: subprocess.Popen[bytes]
    received: bytes = b""
    count: int = 0

    def go(self, address: str) -> None:
        self.command("WebDriver:Navigate", url=address)

    def click(self, selector: str, *, timeout_s: float = 60) -> None:
        """Once it can be seen, as a person would."""
        self.wait(f"document.querySelector({json.dumps(selector)})?.checkVisibility() ?? false", timeout_s=timeout_s)
        found = self.command("WebDriver:FindElement", using="css selector", value=selector)
        (element,) = found["value"].values()
        self.command("WebDriver:ElementClick", id=element)

    # Any: what a script comes back with.
    def run(self, script: str) -> Any:
        """The value of a JavaScript expression, awaited."""
        body = "const done = arguments[arguments.length - 1];" + (
            f"(async () => ({script}))().then((value) => done([value]), (error) => done([null, String(error)]));"
        )
        value, *errors = self.command("WebDriver:ExecuteAsyncScript", script=body, args=[])["value"]
        if errors:
            raise Failed(errors[0])
        return value

    def wait(self, script: str, *, timeout_s: float = 120) -> Any:
        """Until the expression is true; raises TimeoutError."""
        deadline = time.monotonic() + timeout_s
        while not (value := self.run(script)):
            if time.monotonic() > deadline:
                raise TimeoutError(f"after {timeout_s} s: {script} on {self.run('document.body.innerText')}")
            time.sleep(0.1)
        return value

    def command(self, name: str, **parameters: Any) -> dict[str, Any]:
        self.count += 1
        body = json.dumps([0, self.count, name, parameters]).encode()
        self.connection.sendall(str(len(body)).encode() + b":" + body)
        _kind, number, error, result = json.loads(self.read())
        assert number == self.count
        if error:
            raise Failed(f"{name}: {error['error']}: {error['message']}")
        return result or {}

    def read(self) -> bytes:
        while b":" not in self.received:
            self._more()
        size, _, self.received = self.received.partition(b":")
        while len(self.received) < int(size):
            self._more()
        message, self.received = self.received[: int(size)], self.received[int(size) :]
        return message

    def _more(self) -> None:
        chunk = self.connection.recv(65_536)
        if not chunk:
            raise Failed("Firefox closed the connection")
        self.received += chunk


@contextmanager
def start(executable: str, profile: Path, preferences: dict[str, Any]) -> Iterator[Firefox]:
    """With a profile of its own; it and all processes that it started end with the block."""
    port = conftest.free_port()
    profile.mkdir()
    values = PREFERENCES | preferences | {"marionette.port": port}
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in values.items()]
    (profile / "user.js").write_text("\n".join(lines), encoding="utf-8")
    words = [executable, "--headless", "--marionette", "--no-remote", "--profile", str(profile)]
    environment = os.environ | {"HOME": str(profile), "MOZ_CRASHREPORTER_DISABLE": "1", "LANG": "de_DE.UTF-8"}
    with (profile / "firefox.log").open("wb") as log:
        process = subprocess.Popen(words, env=environment, stdout=log, stderr=log, start_new_session=True)
    try:
        connection = connect(port, process)
        with connection:
            firefox = Firefox(connection, process)
            firefox.read()  # It says which protocol it speaks.
            firefox.command("WebDriver:NewSession", strictFileInteractability=False)
            firefox.command("WebDriver:SetTimeouts", script=COMMAND_TIMEOUT_S * 1000, pageLoad=COMMAND_TIMEOUT_S * 1000)
            yield firefox
    finally:
        end(process)


def connect(port: int, process: subprocess.Popen[bytes]) -> socket.socket:
    deadline = time.monotonic() + START_TIMEOUT_S
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=COMMAND_TIMEOUT_S + 30)
        except OSError as error:
            if process.poll() is not None or time.monotonic() > deadline:
                raise Failed("Firefox did not start") from error
            time.sleep(0.1)


def end(process: subprocess.Popen[bytes]) -> None:
    """The whole group: a browser is many processes."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, sign)
        except ProcessLookupError:
            break
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            continue
    process.wait()
