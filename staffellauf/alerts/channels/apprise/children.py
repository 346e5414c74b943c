"""Starts the processes in which Apprise runs, asks them, and ends those that take too long or say too much.

An address goes there through a pipe: arguments and environment of a process can be read by others. Nothing that a
child prints is kept.
"""

import atexit
import json
import os
import selectors
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from staffellauf.alerts.channels.apprise import services

ROOT = Path(__file__).resolve().parents[4]
PROGRAM = Path(__file__).with_name("child.py")
# The start of Python and a slow service.
TIMEOUT_S = 30.0
# 40 MB each.
AT_ONCE = 3
# What a library leaks goes with it.
QUESTIONS = 200
MAX_LINE = 64 * 1024

# Any: JSON's values.
Answer = dict[str, Any]


class NoAnswer(Exception):
    """The child was ended, or ended by itself."""


class Child:
    def __init__(self, *, is_local_allowed: bool) -> None:
        self.is_local_allowed = is_local_allowed
        self.asked = 0
        self.owner = os.getpid()
        self.process = subprocess.Popen(
            [sys.executable, "-P", str(PROGRAM)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            # Nothing of ours: no key, no address of a database, no proxy.
            env={
                "PYTHONPATH": str(ROOT),
                "PATH": os.defpath,
                "HOME": "/nonexistent",
                "LANG": "C.UTF-8",
                "PYTHONDONTWRITEBYTECODE": "1",
            },
            start_new_session=True,
        )
        self._write(_said(is_local_allowed=is_local_allowed))

    def ask(self, question: Answer, *, timeout_s: float) -> Answer:
        """Raises NoAnswer; the child is of no use then."""
        self.asked += 1
        self._write(question)
        line = self._line(time.monotonic() + timeout_s)
        try:
            answer: Answer = json.loads(line)
        except ValueError:
            raise NoAnswer("unreadable") from None
        return answer

    @property
    def is_usable(self) -> bool:
        return self.asked < QUESTIONS and self.owner == os.getpid() and self.process.poll() is None

    def end(self) -> None:
        if self.owner != os.getpid():
            # Made before a fork: it is the other process's.
            return
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()

    def _write(self, question: Answer) -> None:
        assert self.process.stdin is not None
        try:
            os.write(self.process.stdin.fileno(), json.dumps(question).encode() + b"\n")
        except OSError:
            raise NoAnswer("gone") from None

    def _line(self, deadline: float) -> bytes:
        assert self.process.stdout is not None
        held = b""
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            while not held.endswith(b"\n"):
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    raise NoAnswer("too slow")
                chunk = os.read(self.process.stdout.fileno(), MAX_LINE)
                held += chunk
                if not chunk or len(held) > MAX_LINE:
                    raise NoAnswer("gone" if not chunk else "too much")
        return held


def ask(question: Answer, *, is_local_allowed: bool = False, timeout_s: float = TIMEOUT_S) -> Answer:
    """Raises NoAnswer."""
    with _slots:
        child = _idle_one(is_local_allowed=is_local_allowed) or Child(is_local_allowed=is_local_allowed)
        try:
            answer = child.ask(question, timeout_s=timeout_s)
        except BaseException:
            child.end()
            raise
        _put_back(child)
        return answer


def end_all() -> None:
    with _lock:
        while _idle:
            _idle.pop().end()


def _idle_one(*, is_local_allowed: bool) -> Child | None:
    with _lock:
        while _idle:
            child = _idle.pop()
            if child.is_usable and child.is_local_allowed == is_local_allowed:
                return child
            child.end()
    return None


def _put_back(child: Child) -> None:
    if not child.is_usable:
        child.end()
        return
    with _lock:
        _idle.append(child)


def _said(*, is_local_allowed: bool) -> Answer:
    plugins = {schema: [service.module, service.plugin] for schema, service in services.SERVICES.items()}
    plugins |= {word: plugins[schema] for word, schema in services.ALIASES.items()}
    if is_local_allowed:
        plugins |= {schema[:-1]: found for schema, found in plugins.items() if schema.endswith("s")}
    return {
        "plugins": plugins,
        "native": list(services.NATIVE),
        "settings": sorted(services.SETTINGS),
        "is_local_allowed": is_local_allowed,
    }


_slots = threading.BoundedSemaphore(AT_ONCE)
_lock = threading.Lock()
_idle: list[Child] = []
atexit.register(end_all)
