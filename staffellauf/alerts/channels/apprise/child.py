"""The child: Apprise behind a wall. A question in a line of JSON on standard input, its answer on standard output.

It knows no Django and holds no secret but those of the question. Before the first question the interpreter itself is
told what may not happen: no connection to an address that is not on the public internet, no files but Python's own,
no processes (an audit hook cannot be taken off again). The services answer to `requests`, whose one door is replaced:
no redirects, no proxies, certificates always checked, answers of limited size.

The first line says what there is: {"plugins": {schema: [module, class]}, "native": […], "settings": […],
"is_local_allowed"}. Then {"do": "check", "address"} is answered with {"address", "schema"} or {"problem"}, and
{"do": "send", "address", "title", "body"} with {"is_sent", "status", "retry_after", "is_walled"}.
"""

import importlib
import ipaddress
import json
import os
import resource
import select
import ssl
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import parse_qsl, urlsplit

from staffellauf.common import addresses

# Of one question.
CPU_S = 10
MEMORY_BYTES = 512 * 2**20
MAX_OPEN_FILES = 64
STDIN = 0
IDLE_S = 60.0
ANSWER_BYTES = 2**20
CHUNK = 64 * 1024
# One chat an address: after a failure nobody could tell which of several have it already.
TARGETS = 1
FORBIDDEN = ("subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.remove", "os.rename", "os.mkdir",
             "os.chmod", "os.link", "os.symlink", "os.truncate", "shutil.", "ctypes.", "ftplib.", "smtplib.",
             "socket.bind", "socket.listen", "socket.sendto", "socket.sendmsg", "pty.")  # fmt: skip
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


@dataclass(slots=True)
class Seen:
    """What went through the door while a question was answered."""

    status: int = 0
    retry_after: str = ""
    is_walled: bool = False


@dataclass(slots=True)
class House:
    plugins: dict[str, list[str]]
    native: list[str]
    settings: list[str]
    is_local_allowed: bool
    seen: Seen = field(default_factory=Seen)


# Any, here and below: JSON, and a library that we know nothing of at this point.
def main() -> None:
    said = _next() or {}
    house = House(said["plugins"], said["native"], said["settings"], said["is_local_allowed"])
    answers = sys.stdout
    # Whatever a library prints is not an answer.
    sys.stdout = sys.stderr
    import apprise  # noqa: F401 - everything that it brings is read before the wall stands
    import requests

    _limit()
    _replace_door(requests, house)
    _wall(house)
    while (question := _next()) is not None:
        _allow_cpu()
        house.seen = Seen()
        try:
            answer = _answered(question, house)
        except Exception:
            # Its text may hold the address.
            answer = {"problem": "broken", "is_sent": False, "status": 0, "retry_after": "", "is_walled": False}
        _say(answers, answer)


def _answered(question: dict[str, Any], house: House) -> dict[str, Any]:
    if question["do"] == "check":
        return _check(question["address"], house)
    plugin = _plugin(question["address"], house)
    is_sent = plugin is not None and bool(
        plugin.notify(body=question["body"], title=question["title"], body_format="text")
    )
    seen = house.seen
    return {"is_sent": is_sent, "status": seen.status, "retry_after": seen.retry_after, "is_walled": seen.is_walled}


def _check(address: str, house: House) -> dict[str, Any]:
    unknown = [name for name, _value in parse_qsl(urlsplit(address).query, keep_blank_values=True)]
    unknown = [name for name in unknown if name.lower() not in house.settings]
    if unknown:
        return {"problem": "setting", "setting": unknown[0][:40]}
    plugin = _plugin(address, house)
    if plugin is None:
        return {"problem": "incomplete"}
    if len(plugin) != TARGETS:
        return {"problem": "targets"}
    return {"address": plugin.url(), "schema": plugin.url().partition("://")[0]}


def _plugin(address: str, house: House) -> Any:
    """The plugin with the address in it; None when it is not one of its."""
    from apprise import AppriseAsset

    schema = address.partition("://")[0].lower()
    tried = [schema] if schema in house.plugins else house.native if schema == "https" else []
    for name in tried:
        plugin = _class(name, house)
        parsed = plugin.parse_native_url(address) if schema == "https" else plugin.parse_url(address)
        if not parsed:
            continue
        asset = AppriseAsset(
            app_id="Staffellauf",
            app_desc="Staffellauf",
            app_url="",
            image_url_mask="",
            image_url_logo="",
            async_mode=False,
            secure_logging=True,
        )
        try:
            return plugin(**parsed | {"asset": asset, "tag": set()})
        except TypeError:
            # Apprise's way to say that something is missing.
            return None
    return None


def _class(schema: str, house: House) -> Any:
    module, name = house.plugins[schema]
    return getattr(importlib.import_module(f"apprise.plugins.{module}"), name)


# --- the wall


def _wall(house: House) -> None:
    readable = [sys.prefix, sys.base_prefix, str(Path(addresses.__file__).parent), "/usr/share/zoneinfo"]
    known = ssl.get_default_verify_paths()
    readable += [path for path in (known.cafile, known.capath) if path]
    roots = [os.path.realpath(path) for path in readable]

    def forbid(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "socket.connect":
            if not _may_connect(arguments[1], is_local_allowed=house.is_local_allowed):
                house.seen.is_walled = True
                raise PermissionError("not on the public internet")
        elif event == "open":
            if not _may_open(arguments, roots):
                raise PermissionError("no file is for a service")
        elif event.startswith(FORBIDDEN):
            raise PermissionError(f"{event} is not for a service")

    sys.addaudithook(forbid)


def _may_connect(address: Any, *, is_local_allowed: bool) -> bool:
    """Only to an address in numbers: a name would be looked up once more, by others."""
    if not isinstance(address, tuple) or not address or not isinstance(address[0], str):
        return False
    host = address[0]
    try:
        is_loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
    return addresses.is_public(host) or (is_local_allowed and is_loopback)


def _may_open(arguments: tuple[Any, ...], roots: list[str]) -> bool:
    path, mode, flags = arguments
    if (isinstance(mode, str) and any(c in mode for c in "wax+")) or (isinstance(flags, int) and flags & WRITING):
        return False
    if isinstance(path, int):
        return True
    real = os.path.realpath(os.fsdecode(path))
    return any(real == root or real.startswith(root + os.sep) for root in roots)


def _replace_door(requests: Any, house: House) -> None:
    """Every call of `requests` ends in Session.send."""
    original = requests.Session.send

    def send(self: Any, request: Any, **options: Any) -> Any:
        self.trust_env = False
        own = {"stream": True, "allow_redirects": False, "verify": True, "proxies": {}}
        answer = original(self, request, **options | own)
        house.seen.status = answer.status_code
        house.seen.retry_after = answer.headers.get("Retry-After", "")[:100]
        body = bytearray()
        for chunk in answer.iter_content(CHUNK):
            body += chunk
            if len(body) > ANSWER_BYTES:
                answer.close()
                raise requests.ConnectionError("the answer has no end")
        answer._content = bytes(body)
        return answer

    requests.Session.send = send


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (MAX_OPEN_FILES, MAX_OPEN_FILES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _allow_cpu() -> None:
    """So much more than was used until now; the kernel ends whoever takes more."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + 1 + CPU_S
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _next() -> dict[str, Any] | None:
    """None when nobody asked for a while, or nobody is there to ask any more."""
    while b"\n" not in _held:
        if not select.select([STDIN], [], [], IDLE_S)[0]:
            return None
        chunk = os.read(STDIN, CHUNK)
        if not chunk:
            return None
        _held.extend(chunk)
    line, _newline, rest = bytes(_held).partition(b"\n")
    _held[:] = rest
    found: dict[str, Any] = json.loads(line)
    return found


# What came together with the line before.
_held = bytearray()


def _say(answers: TextIO, answer: dict[str, Any]) -> None:
    answers.write(json.dumps(answer) + "\n")
    answers.flush()


if __name__ == "__main__":
    main()
