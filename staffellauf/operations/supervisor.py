"""The process tree of `staffellauf up`: web and worker, in process groups of their own, started again when they end.

Nothing outlives its parent. The supervisor signals and, if need be, kills whole groups; should it be killed itself, the
kernel tells each child (PR_SET_PDEATHSIG, man 2 prctl), and granian's workers ask for the same in `wsgi.py`.
"""

import ctypes
import logging
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

logger = logging.getLogger(__name__)

# One blocking thread per worker and a worker per core gave the best tail; more than four is a matter for many machines.
MOST_WEB_WORKERS = 4
# A child that ends is started again after 0.5, 1, 2 … 30 s, after 0.5 s again once it has lived for a minute.
RESTART_FIRST_S = 0.5
RESTART_MOST_S = 30.0
STEADY_S = 60.0
# Above the 10 s in which a worker ends its job at hand.
STOP_S = 12.0
# How often an ended child is looked for at the latest; SIGCHLD says it at once.
LOOK_S = 0.3

SIGNALS = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD}
PR_SET_PDEATHSIG = 1
# Loaded here: between fork and exec it may be too late to import anything.
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class PortTaken(Exception):
    """Somebody else listens there; the text says where."""


@dataclass
class Child:
    name: str
    command: Sequence[str]
    process: "subprocess.Popen[bytes] | None" = None
    started_s: float = 0.0
    due_s: float = 0.0
    wait_s: float = field(default=RESTART_FIRST_S)


class Supervisor:
    def __init__(self, children: Sequence[Child], *, at_each_look: Callable[[], None] | None = None) -> None:
        self.children = children
        self.at_each_look = at_each_look

    def run(self) -> None:
        """Until TERM, INT or HUP; then all children have ended, and theirs. A second signal does not wait for them."""
        # Blocked and waited for, so that none arrives between a look and a sleep.
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        try:
            while True:
                self._start_due()
                if self._wait() in SIGNALS - {signal.SIGCHLD}:
                    break
                self._bury_ended()
                if self.at_each_look:
                    self.at_each_look()
        finally:
            self._stop()
            signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)

    def _start_due(self) -> None:
        now_s = time.monotonic()
        for child in self.children:
            if child.process is None and child.due_s <= now_s:
                child.process = spawn(child.command)
                child.started_s = now_s

    def _wait(self) -> int | None:
        due = [child.due_s - time.monotonic() for child in self.children if child.process is None]
        found = signal.sigtimedwait(SIGNALS, max(0.0, min([LOOK_S, *due])))
        return found.si_signo if found else None

    def _bury_ended(self) -> None:
        now_s = time.monotonic()
        for child in self.children:
            if child.process is None or child.process.poll() is None:
                continue
            kill_group(child.process.pid)
            if now_s - child.started_s > STEADY_S:
                child.wait_s = RESTART_FIRST_S
            reason = _reason(child.process.returncode)
            logger.warning("%s ended (%s), starting it again in %.1f s", child.name, reason, child.wait_s)
            child.process, child.due_s = None, now_s + child.wait_s * random.uniform(0.9, 1.1)
            child.wait_s = min(RESTART_MOST_S, child.wait_s * 2)

    def _stop(self) -> None:
        running = [child.process for child in self.children if child.process]
        for process in running:
            # Not the whole group: granian ends its own workers, each after its request.
            process.terminate()
        end_s = time.monotonic() + STOP_S
        while any(process.poll() is None for process in running) and time.monotonic() < end_s:
            found = signal.sigtimedwait(SIGNALS, 0.1)
            if found and found.si_signo != signal.SIGCHLD:
                break
        for process in running:
            kill_group(process.pid)
            process.wait()


def spawn(command: Sequence[str], *, death_signal: signal.Signals = signal.SIGTERM) -> "subprocess.Popen[bytes]":
    """A child in a process group of its own that gets `death_signal` when this process ends in whatever way."""
    parent = os.getpid()

    def prepare() -> None:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        die_with_parent(death_signal, parent=parent)

    return subprocess.Popen(command, stdin=subprocess.DEVNULL, process_group=0, preexec_fn=prepare)


def die_with_parent(number: signal.Signals, *, parent: int | None = None) -> None:
    """Ask the kernel for `number` when the parent ends. Elsewhere than on Linux nothing happens."""
    if _libc is None:
        return
    _libc.prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)
    # It may have ended before the request.
    if parent is not None and os.getppid() != parent:
        os._exit(1)


def kill_group(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        # All of it has ended already, as it should.
        return


def web_command(host: str, port: int) -> list[str]:
    workers = max(1, min(MOST_WEB_WORKERS, len(os.sched_getaffinity(0)) if _libc else os.cpu_count() or 1))
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)),
        *("--workers", str(workers), "--blocking-threads", "1", "--respawn-failed-workers"),
        *("--respawn-interval", "1", "--workers-kill-timeout", "8", "--no-ws", "--log-level", "warning"),
        "staffellauf.wsgi:application",
    ]


def worker_command() -> list[str]:
    # What an operator should mend has been said by whoever starts it.
    return [sys.executable, "-m", "staffellauf.operations.cli", "worker", "--no-notes"]


def check_port(host: str, port: int) -> None:
    """Raises PortTaken, also for a host that is not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # A port just left behind is free; one that somebody listens at is not.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), port))
        except OSError as error:
            raise PortTaken(f"{host}:{port} cannot be used: {error.strerror or error}") from error


def is_listening(host: str, port: int) -> bool:
    target = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    try:
        with socket.create_connection((target.strip("[]"), port), timeout=1):
            return True
    except OSError:
        return False


def _reason(returncode: int) -> str:
    return signal.Signals(-returncode).name if returncode < 0 else f"exit status {returncode}"
