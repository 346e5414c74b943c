"""The process tree, with real processes: whatever is killed, nothing is left behind and nothing stays away."""

import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from staffellauf.operations import supervisor

ROOT = Path(__file__).resolve().parents[2]

# A child that writes its id down, and a grandchild that does not listen to TERM.
CHILD = """
import os, signal, subprocess, sys, time
from pathlib import Path
folder = Path(sys.argv[1])
deaf = "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(99)"
grandchild = subprocess.Popen([sys.executable, "-c", deaf])
(folder / f"{os.getpid()}.child").write_text(str(grandchild.pid))
time.sleep(99)
"""
PARENT = """
import sys
from staffellauf.operations import supervisor
command = [sys.executable, "-c", sys.argv[2], sys.argv[1]]
supervisor.Supervisor([supervisor.Child("one", command), supervisor.Child("two", command)]).run()
"""


@pytest.fixture
def tree(tmp_path: Path) -> Iterator["subprocess.Popen[bytes]"]:
    command = [sys.executable, "-c", PARENT, str(tmp_path), textwrap.dedent(CHILD)]
    process = subprocess.Popen(command, cwd=ROOT, start_new_session=True)
    wait_until(lambda: len(children(tmp_path)) == 2)
    yield process
    for pid in [process.pid, *everybody(tmp_path)]:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait()


def children(folder: Path) -> dict[int, int]:
    """Children and their grandchildren, all that were ever started."""
    return {int(path.stem): int(path.read_text()) for path in folder.glob("*.child") if path.read_text()}


def everybody(folder: Path) -> list[int]:
    return [*children(folder), *children(folder).values()]


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def alive(folder: Path) -> list[int]:
    return [pid for pid in everybody(folder) if is_alive(pid)]


def wait_until(what: Callable[[], bool], timeout_s: float = 30) -> None:
    end = time.monotonic() + timeout_s
    while not what():
        assert time.monotonic() < end, f"waited {timeout_s} s in vain"
        time.sleep(0.05)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_stopped_tree_leaves_no_process_behind(
    tree: "subprocess.Popen[bytes]", tmp_path: Path, number: signal.Signals
) -> None:
    tree.send_signal(number)

    assert tree.wait(timeout=20) == 0
    assert alive(tmp_path) == []


def test_a_killed_child_comes_back_and_its_own_children_do_not_stay(
    tree: "subprocess.Popen[bytes]", tmp_path: Path
) -> None:
    [killed, other] = children(tmp_path)
    orphan = children(tmp_path)[killed]

    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: len(children(tmp_path)) == 3)

    assert not is_alive(killed)
    assert not is_alive(orphan)
    assert is_alive(other)


def test_children_end_when_the_supervisor_itself_is_killed(tree: "subprocess.Popen[bytes]", tmp_path: Path) -> None:
    tree.send_signal(signal.SIGKILL)

    wait_until(lambda: not any(is_alive(pid) for pid in children(tmp_path)))


def test_children_run_in_process_groups_of_their_own(tree: "subprocess.Popen[bytes]", tmp_path: Path) -> None:
    assert {os.getpgid(pid) for pid in children(tmp_path)} == set(children(tmp_path))


def test_a_child_that_cannot_stay_is_started_less_and_less_often(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    child = supervisor.Child("broken", [sys.executable, "-c", "raise SystemExit(3)"])
    waits: list[float] = []
    run = supervisor.Supervisor([child])
    monkeypatch.setattr(supervisor, "RESTART_MOST_S", 2.0)

    for _ in range(4):
        child.due_s = 0
        run._start_due()
        assert child.process is not None
        child.process.wait()
        run._bury_ended()
        waits.append(child.wait_s)

    assert waits == [1.0, 2.0, 2.0, 2.0]


def test_a_taken_port_is_noticed() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(supervisor.PortTaken, match=str(port)):
            supervisor.check_port("127.0.0.1", port)
        assert supervisor.is_listening("127.0.0.1", port)

    supervisor.check_port("127.0.0.1", port)
    assert not supervisor.is_listening("127.0.0.1", port)


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(supervisor.PortTaken):
        supervisor.check_port("192.0.2.1", 8000)


def test_the_worker_of_up_does_not_repeat_what_up_has_said():
    assert supervisor.worker_command()[-2:] == ["worker", "--no-notes"]
