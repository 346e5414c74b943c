"""Apprise: the services that are taken, and a child that reaches nothing but the public internet."""

import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from staffellauf.alerts.channels import InvalidDestination, Kind
from staffellauf.alerts.channels.apprise import channel, child, children, services
from staffellauf.alerts.models import Destination
from staffellauf.common import addresses
from tests.alerts import told
from tests.standins import hooks

ROW = Destination(pk=5, reader_id=3, channel="apprise")
TELEGRAM = "tgram://123456789:abcdefg_hijklmnop/987654321"
DISCORD = "https://discord.com/api/webhooks/12345/abcdefghijklmnopq"


@pytest.fixture(autouse=True, scope="module")
def _no_child_is_left() -> Iterator[None]:
    yield
    children.end_all()


@pytest.fixture(autouse=True)
def _names(monkeypatch: pytest.MonkeyPatch) -> None:
    """In this process every name is found, at a public address; what the child finds is its own business."""
    monkeypatch.setattr(addresses, "resolve", lambda host, port, timeout_s: [host if host[-1].isdigit() else "9.9.9.9"])


@pytest.fixture
def there(settings) -> Iterator[hooks.There]:
    settings.ALERTS_ALLOW_LOCAL = True
    with hooks.start() as running:
        yield running


def gotify(there: hooks.There) -> str:
    return there.url.replace("http://", "gotify://") + "/abcdefghijklmn"


# --- what is taken


@pytest.mark.parametrize(
    ("typed", "schema", "name"),
    [
        (TELEGRAM, "tgram", "Telegram"),
        (DISCORD, "discord", "Discord"),
        ("https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ", "slack", "Slack"),
        ("matrixs://ada:geheim@matrix.example.org/#serien", "matrixs", "Matrix"),
        ("gotifys://push.example.org/abcdefghijklmn", "gotifys", "Gotify"),
        ("toots://token@mastodon.example.org", "mastodons", "Mastodon"),
    ],
)
def test_a_chat_is_taken_as_apprise_or_its_service_writes_it(typed: str, schema: str, name: str) -> None:
    stored = channel.normalized(typed)

    assert services.schema_of(stored) == schema
    assert channel.label(stored).startswith(name)
    assert channel.normalized(stored.partition("?")[0]).partition("?")[0] == stored.partition("?")[0]


def test_every_service_of_the_list_is_there() -> None:
    import importlib

    for schema, service in services.SERVICES.items():
        plugin = getattr(importlib.import_module(f"apprise.plugins.{service.module}"), service.plugin)
        said = plugin.secure_protocol
        assert schema in ([said] if isinstance(said, str) else said), schema


def test_the_room_behind_a_hash_is_kept() -> None:
    assert "serien" in channel.normalized("matrixs://ada:geheim@matrix.example.org/#serien")


def test_the_label_gives_no_key_away_and_tells_two_apart() -> None:
    labels = [channel.label(channel.normalized(f"tgram://123456789:abcdefg_hijklmnop/{chat}")) for chat in (11, 22)]

    assert labels[0] != labels[1]
    assert not any("abcdefg" in shown or "123456789" in shown for shown in labels)
    assert "geheim" not in channel.label("matrixs://ada:geheim@matrix.example.org/%23serien")


@pytest.mark.parametrize(
    "typed",
    [
        "file:///etc/passwd",
        "exec://rm",
        "dbus://",
        "glib://",
        "kde://",
        "gnome://",
        "macosx://",
        "windows://",
        "syslog://",
        "rsyslog://9.9.9.9",
        "json://example.org",
        "jsons://example.org",
        "xmls://example.org",
        "forms://example.org",
        "mailto://ada:geheim@example.org",
        "mailtos://ada:geheim@example.org",
        "smpps://ada:geheim@example.org",
        "apprises://example.org/token",
        "vapid://ada@example.org",
        "mqtts://example.org/topic",
        "amqps://example.org/queue",
        "ircs://example.org/#channel",
        "xmpps://ada:geheim@example.org",
        "growl://example.org",
        "twilio://sid:token@15551234567",
        "gotify://push.example.org/abcdefghijklmn",
        "matrix://ada:geheim@matrix.example.org/room",
        "https://example.org/hook",
        "https://",
        "tgram://",
        "tgram://nonsense",
        "tgram://123456789:abcdefg_hijklmnop/11/22",
        "gotifys://127.0.0.1/abcdefghijklmn",
        "gotifys://[::1]/abcdefghijklmn",
        "gotifys://169.254.169.254/abcdefghijklmn",
        "gotifys://10.1.2.3:8443/abcdefghijklmn",
        "matrixs://ada:geheim@192.168.0.1/%23serien",
        f"{TELEGRAM}?template=/etc/passwd",
        f"{TELEGRAM}?attach=file:///etc/passwd",
        f"{TELEGRAM}?verify=no",
        f"{TELEGRAM}?redirect=yes",
        f"{TELEGRAM}?rto=9999",
        f"{TELEGRAM}?+X-Header=1",
        f"{TELEGRAM}?config=/etc/apprise.yml",
        f"{DISCORD}?template=/etc/passwd",
        f"{TELEGRAM} {TELEGRAM}",
        f"{TELEGRAM}\x00",
        "tgram://" + "x" * 2000,
        "",
    ],
)
def test_everything_else_is_refused_in_words(typed: str) -> None:
    with pytest.raises(InvalidDestination) as refusal:
        channel.normalized(typed)

    assert len(str(refusal.value)) > 15
    assert "abcdefg" not in str(refusal.value)


# --- what is sent


def test_news_arrive_by_way_of_the_library(there: hooks.There) -> None:
    outcome = channel.send(ROW, channel.normalized(gotify(there)), told.message())

    assert outcome.kind is Kind.SENT
    [asked] = there.posted
    said = asked.json
    assert asked.path == "/message"
    assert said["title"] == "Rosanna Arquette spielt in „Ballard“ mit"
    assert said["message"].splitlines()[0] == "Sie übernimmt eine wiederkehrende Rolle."
    assert "http://testserver/news/meldung-12/" in said["message"]
    assert "/benachrichtigungen/entfolgen/" in said["message"]


@pytest.mark.parametrize(
    ("status", "kind"),
    [(302, Kind.FAILED), (400, Kind.FAILED), (401, Kind.FAILED), (404, Kind.FAILED), (429, Kind.LATER),
     (500, Kind.LATER), (503, Kind.LATER)],
)  # fmt: skip
def test_what_an_answer_means(there: hooks.There, status: int, kind: Kind) -> None:
    there.answers["/message"] = hooks.Answer(status=status, headers={"Location": "/private", "Retry-After": "60"})

    outcome = channel.send(ROW, gotify(there), told.message())

    assert outcome.kind is kind
    assert kind is not Kind.LATER or (outcome.wait_s is not None and 60 <= outcome.wait_s <= 72)
    assert [asked.path for asked in there.posted] == ["/message"]


@pytest.mark.parametrize(
    ("answer", "is_own_server", "kind"),
    [
        ({"status": 404}, False, Kind.GONE),
        ({"status": 404}, True, Kind.FAILED),
        ({"status": 200}, False, Kind.FAILED),
        ({"status": 0}, False, Kind.LATER),
        ({"status": 0, "is_walled": True}, True, Kind.FAILED),
    ],
)
def test_what_a_service_means(answer: children.Answer, is_own_server: bool, kind: Kind) -> None:
    said = {"is_sent": False, "retry_after": "", "is_walled": False} | answer

    assert channel._outcome(said, is_own_server=is_own_server).kind is kind


@pytest.mark.parametrize("body", [hooks.endless, hooks.huge])
def test_an_answer_without_end_is_given_up(there: hooks.There, body) -> None:
    there.answers["/message"] = hooks.Answer(body=body)
    begun = time.monotonic()

    outcome = channel.send(ROW, gotify(there), told.message())

    assert outcome.kind is not Kind.SENT
    assert time.monotonic() - begun < 10


def test_a_child_that_takes_too_long_is_ended(there: hooks.There, monkeypatch: pytest.MonkeyPatch) -> None:
    there.answers["/message"] = hooks.Answer(body=hooks.silent)
    monkeypatch.setattr(channel, "_ask", lambda question: children.ask(question, is_local_allowed=True, timeout_s=0.5))
    children.ask({"do": "check", "address": TELEGRAM}, is_local_allowed=True)
    [before] = children._idle[-1:]

    outcome = channel.send(ROW, gotify(there), told.message())

    assert outcome.kind is Kind.LATER
    assert before.process.poll() is not None
    assert before not in children._idle


# --- the wall


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "127.1", "[::ffff:127.0.0.1]"])
def test_the_child_itself_does_not_connect_to_this_machine(there: hooks.There, host: str) -> None:
    """Whatever was checked before: this is what a name that changes its address would meet."""
    port = there.url.rpartition(":")[2]
    question = {"do": "send", "address": f"gotifys://{host}:{port}/abcdefghijklmn", "title": "t", "body": "b"}

    answer = children.ask(question, is_local_allowed=False)

    assert answer["is_sent"] is False
    assert there.asked == []
    assert answer["is_walled"] or answer["status"] == 0


@pytest.mark.parametrize(
    ("address", "may"),
    [
        (("9.9.9.9", 443), True),
        (("2620:fe::fe", 443, 0, 0), True),
        (("127.0.0.1", 443), False),
        (("10.0.0.1", 443), False),
        (("169.254.169.254", 80), False),
        (("::ffff:127.0.0.1", 443, 0, 0), False),
        (("64:ff9b::7f00:1", 443, 0, 0), False),
        (("example.org", 443), False),
        (("", 443), False),
        ("/run/docker.sock", False),
        (b"\0abstract", False),
        ((), False),
        ((1, 2), False),
    ],
)
def test_which_connections_the_wall_lets_through(address: object, may: bool) -> None:
    assert child._may_connect(address, is_local_allowed=False) is may


def walled(code: str) -> str:
    """What is printed by a process behind the wall."""
    path = Path(child.__file__)
    script = textwrap.dedent(f"""
        import importlib.util, sys, socket, subprocess, os, ctypes
        spec = importlib.util.spec_from_file_location("child", {str(path)!r})
        child = importlib.util.module_from_spec(spec)
        sys.modules["child"] = child
        spec.loader.exec_module(child)
        child._wall(child.House({{}}, [], [], False))
        try:
            {code}
            print("done")
        except PermissionError as error:
            print("walled")
    """)
    env = {"PYTHONPATH": str(children.ROOT), "PATH": os.defpath}
    return subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=env, timeout=30, check=True
    ).stdout.strip()


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("open('/etc/passwd').read()", "walled"),
        ("open(sys.prefix + '/../../../../../../etc/passwd').read()", "walled"),
        ("os.open('/etc/hostname', os.O_RDONLY)", "walled"),
        ("open('/tmp/left', 'w')", "walled"),
        ("subprocess.run(['true'])", "walled"),
        ("os.system('true')", "walled"),
        ("os.fork()", "walled"),
        ("ctypes.CDLL(None)", "walled"),
        ("socket.create_connection(('127.0.0.1', 1))", "walled"),
        ("socket.socket(socket.AF_UNIX).connect('/run/x')", "walled"),
        ("socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 53))", "walled"),
        ("socket.socket().bind(('0.0.0.0', 0))", "walled"),
        ("import json.tool", "done"),
        ("open(os.__file__).read()", "done"),
    ],
)
def test_what_the_wall_stops(code: str, said: str) -> None:
    assert walled(code) == said


def test_the_child_has_nothing_of_ours_to_tell() -> None:
    children.ask({"do": "check", "address": TELEGRAM})
    [running] = children._idle[-1:]
    folder = Path(f"/proc/{running.process.pid}")

    environment = (folder / "environ").read_bytes().split(b"\0")
    arguments = (folder / "cmdline").read_bytes()

    names = {entry.partition(b"=")[0] for entry in environment if entry}
    assert names == {b"PYTHONPATH", b"PATH", b"HOME", b"LANG", b"PYTHONDONTWRITEBYTECODE"}
    assert b"tgram" not in arguments


def test_a_question_that_makes_no_sense_ends_nothing() -> None:
    answer = children.ask({"do": "send", "address": "tgram://", "title": "t", "body": "b"})

    assert answer["is_sent"] is False
    assert children.ask({"do": "check", "address": TELEGRAM})["schema"] == "tgram"


def test_children_are_used_again() -> None:
    children.end_all()

    for _ in range(3):
        children.ask({"do": "check", "address": TELEGRAM})

    assert [running.asked for running in children._idle] == [3]
