"""Reading feeds in a child process with limits, beside feedparser in the same process without any.

    make bench finds                       what a hand-written feed costs, and the attacks
    STAFFELLAUF_SHARED_DATA=… make bench finds    also the 3,159 files of two feed test suites

Both read the same bytes. The child decodes, looks at the markup, parses, cleans headlines and links and says JSON.
"""

import io
import multiprocessing
import os
import statistics
import tarfile
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

import feedparser

from staffellauf.finds import child

DATA = Path(os.environ.get("STAFFELLAUF_SHARED_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
ARCHIVES = ("feedparser-tests.tar.xz", "feedvalidator-tests.tar.xz")
ROUNDS = 3
# Nobody waits longer for the one without limits.
PATIENCE_S = 60.0
HEAD, TAIL = b'<?xml version="1.0"?><rss version="2.0"><channel><title>T</title>', b"</channel></rss>"
ENTRY = (
    b"<item><title>Dark %d</title><link>https://press.example/%d</link><description>&lt;p&gt;%s</description></item>"
)


def main() -> None:
    warnings.simplefilter("ignore")
    corpus = files()
    if corpus:
        print(f"{len(corpus)} files of two test suites, files a second, median of {ROUNDS} rounds, interleaved")
        beside(corpus)
    feed = HEAD + b"".join(ENTRY % (n, n, b"word " * 100) for n in range(50)) + TAIL
    print(f"\nA feed of 50 entries ({len(feed) // 1024} kB), 200 times")
    beside([feed] * 200)
    one = [timed(lambda: child.read(child.Document(feed))) for _ in range(10)]
    print(
        f"  one feed, a child of its own: {statistics.median(one) * 1000:.0f} ms, of which most is the start of Python"
    )
    print("\nAttacks: seconds, and what came of it")
    for name, body in attacks().items():
        began = time.perf_counter()
        problem = child.read(child.Document(body)).problem or "read"
        ours = time.perf_counter() - began
        alone = unlimited(body)
        print(f"  {name:<34} {len(body) / 2**20:5.1f} MB   child {ours:6.2f} s  {problem:<20} feedparser {alone}")


def files() -> list[bytes]:
    found = []
    for name in ARCHIVES:
        path = DATA / "feeds" / name
        if path.is_file():
            with tarfile.open(path) as archive:
                opened = (archive.extractfile(member) for member in archive if member.isfile())
                found += [file.read() for file in opened if file]
    return found


def beside(bodies: Sequence[bytes]) -> None:
    documents = [child.Document(body) for body in bodies]
    ways: dict[str, Callable[[], object]] = {
        "feedparser, in process": lambda: [plain(body) for body in bodies],
        "one child for all": lambda: list(child.read_all(documents)),
    }
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            times[name].append(timed(way))
    for name, seconds in times.items():
        print(f"  {name:<26} {len(bodies) / statistics.median(seconds):8.0f} a second")


def plain(body: bytes) -> object:
    return feedparser.parse(io.BytesIO(body), response_headers={"content-type": "application/xml"})


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def unlimited(body: bytes) -> str:
    """How long feedparser alone takes, up to our patience."""
    process = multiprocessing.get_context("fork").Process(target=plain, args=(body,), daemon=True)
    began = time.perf_counter()
    process.start()
    process.join(PATIENCE_S)
    took = time.perf_counter() - began
    if process.is_alive():
        process.kill()
        process.join()
        return f"over {PATIENCE_S:.0f} s"
    return f"{took:6.2f} s"


def attacks() -> dict[str, bytes]:
    attributes = b" ".join(b'a%d="1"' % n for n in range(200_000))
    values = b"".join(b'<!ENTITY %c "%s">' % (98 + n, (b"&%c;" % (97 + n)) * 10) for n in range(9))
    return {
        "200,000 nested tags": HEAD + b"<a>" * 200_000 + b"</a>" * 200_000 + TAIL,
        "200,000 attributes on one element": HEAD + b"<item " + attributes + b"/>" + TAIL,
        "an entity bomb": b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "ha">' + values + b"]><rss>&j;</rss>",
        "200,000 entries": HEAD + b"".join(ENTRY % (n, n, b"x") for n in range(200_000)) + TAIL,
        "a million < in a row": HEAD + b"<" * 1_000_000,
    }


if __name__ == "__main__":
    main()
