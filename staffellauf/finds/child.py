"""Starts the process that reads feeds, and ends it when it takes too long or says too much."""

import json
import os
import selectors
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from staffellauf.finds.reading.records import Reading

ROOT = Path(__file__).resolve().parents[2]
# On a busy machine the start of Python counts too.
DOCUMENT_S = 20.0
# 200 entries of at most 4 kB, and something for guids.
MAX_LINE = 2 * 2**20
CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Document:
    body: bytes
    url: str = ""
    content_type: str = ""


def read(document: Document, *, timeout_s: float = DOCUMENT_S) -> Reading:
    """What is in it; a child that was ended, or ended by itself, is a `problem` too."""
    return next(read_all([document], timeout_s=timeout_s))


def read_all(documents: Sequence[Document], *, timeout_s: float = DOCUMENT_S) -> Iterator[Reading]:
    """A Reading for each, in order. One child reads them all; whoever ends it is left out, and another goes on."""
    done = 0
    while done < len(documents):
        with _input(documents[done:]) as given, _start(given) as child:
            try:
                for line in _lines(child, timeout_s):
                    yield _understood(line)
                    done += 1
                problem = ""
            except TimeoutError:
                problem = "too_slow"
            except OverflowError:
                problem = "too_much"
            finally:
                # Also when the caller wants no more.
                child.kill()
            child.wait()
        if done < len(documents):
            # Ended by itself: by the kernel for its CPU time or memory.
            yield Reading(problem=problem or "too_much")
            done += 1


def _input(documents: Sequence[Document]) -> IO[bytes]:
    """A file instead of a pipe: nobody waits for a child that does not read."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    for document in documents:
        said = {"length": len(document.body), "url": document.url, "content_type": document.content_type}
        file.write(json.dumps(said).encode() + b"\n" + document.body)
    file.seek(0)
    return file


def _start(given: IO[bytes]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "staffellauf.finds.reading"],
        stdin=given,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        # Nothing of ours: no key, no address of a database.
        env={"PYTHONPATH": str(ROOT), "PATH": os.defpath, "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"},
        start_new_session=True,
    )


def _lines(child: "subprocess.Popen[bytes]", timeout_s: float) -> Iterator[bytes]:
    """Raises TimeoutError when a line does not come in time, OverflowError when one has no end."""
    assert child.stdout is not None
    held, deadline = b"", time.monotonic() + timeout_s
    with selectors.DefaultSelector() as selector:
        selector.register(child.stdout, selectors.EVENT_READ)
        while True:
            if not selector.select(max(0.0, deadline - time.monotonic())):
                raise TimeoutError
            chunk = os.read(child.stdout.fileno(), CHUNK)
            if not chunk:
                return
            *lines, held = (held + chunk).split(b"\n")
            for line in lines:
                yield line
                deadline = time.monotonic() + timeout_s
            if len(held) > MAX_LINE:
                raise OverflowError


def _understood(line: bytes) -> Reading:
    try:
        return Reading.load(json.loads(line))
    except (ValueError, TypeError, KeyError, AttributeError):
        return Reading(problem="unreadable")
