"""What `staffellauf import wikidata` reads: files, Q ids, or a list of them."""

import hashlib
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from staffellauf.catalogue.models.provenance import WIKIDATA
from staffellauf.sources.reading import Options, Reading, WrongAddress
from staffellauf.sources.records import Record, Refused
from staffellauf.sources.wikidata import fetch, read
from staffellauf.sources.wikidata import known as knowing

NAME = WIKIDATA
SUFFIXES = tuple(f"{name}{packed}" for name in (".json", ".jsonl", ".ndjson") for packed in ("", ".gz", ".bz2"))
HELP = "expected files, a folder, Q ids such as Q886, or a .txt file with a Q id on each line"
# What a restart asks again.
CHUNK = 10
Found = Iterator[Record | Refused]


def open(address: str | Sequence[str], *, options: Options) -> Reading:  # noqa: A001 — called as importer.open
    """Raises WrongAddress."""
    addresses = [address] if isinstance(address, str) else list(address)
    items = [item.strip() for one in addresses for item in one.split(",")]
    if items and all(fetch.is_item(item) for item in items):
        return _items(items, " ".join(addresses))
    if len(addresses) == 1 and addresses[0].endswith(".txt") and Path(addresses[0]).is_file():
        return _items(_listed(Path(addresses[0])), addresses[0])
    return _files(addresses)


def _items(items: Sequence[str], address: str) -> Reading:
    """One record or one refusal for each, in their order."""
    wanted = list(dict.fromkeys(items))

    def records(skip: int) -> Found:
        for start in range(skip, len(wanted), CHUNK):
            yield from _fetched(wanted[start : start + CHUNK])

    return Reading(records, len(wanted), _digest("items", *wanted), address)


def _fetched(items: Sequence[str]) -> Found:
    documents = fetch.with_named(items)
    known = knowing.survey(documents)
    for item in items:
        found = list(read.read(documents, known=known, only={item}))
        yield found[0] if len(found) == 1 else Refused(item, "Wikidata answered with something else")


def _listed(path: Path) -> list[str]:
    """# begins a remark."""
    lines = [line.partition("#")[0].strip() for line in path.read_text(encoding="utf-8", errors="replace").splitlines()]
    wrong = next((line for line in lines if line and not fetch.is_item(line)), None)
    if wrong is not None:
        raise WrongAddress(f"{path}: {wrong[:60]!r} is no Q id; expected one on each line")
    return [line for line in lines if line]


def _files(addresses: Sequence[str]) -> Reading:
    paths = [path for address in addresses for path in _paths(Path(address))]

    def records(skip: int) -> Found:
        return islice((record for path in paths for record in read.read_file(path)), skip, None)

    return Reading(records, None, _digest(*map(_sha256, paths)), " ".join(addresses))


def _paths(path: Path) -> list[Path]:
    if path.is_dir():
        found = sorted(inner for inner in path.iterdir() if inner.name.endswith(SUFFIXES) and inner.is_file())
        if not found:
            raise WrongAddress(f"{path} holds no file that ends in {', '.join(SUFFIXES)}")
        return found
    if not path.is_file():
        raise WrongAddress(f"{str(path)[:200]}: {HELP}")
    return [path]


def _digest(*parts: object) -> str:
    return hashlib.sha256("\n".join(map(str, parts)).encode("utf-8", "replace")).hexdigest()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
