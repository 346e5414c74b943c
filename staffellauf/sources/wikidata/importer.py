"""What `staffellauf import wikidata` reads: files, Q ids, or a list of them."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from staffellauf.catalogue.models.provenance import WIKIDATA
from staffellauf.sources import inputs
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
        return _items(inputs.listed(Path(addresses[0]), fetch.is_item, what="Q id"), addresses[0])
    strange = next((one for one in addresses if not Path(one).exists()), None)
    if strange is not None:
        raise WrongAddress(f"{strange[:200]}: {HELP}")
    return inputs.reading(addresses, read.read_file, suffixes=SUFFIXES, fault=read.fault)


def _items(items: Sequence[str], address: str) -> Reading:
    """One record or one refusal for each, in their order."""
    wanted = list(dict.fromkeys(items))

    def records(skip: int) -> Found:
        for start in range(skip, len(wanted), CHUNK):
            yield from _fetched(wanted[start : start + CHUNK])

    return Reading(records, len(wanted), inputs.digest("items", *wanted), address)


def _fetched(items: Sequence[str]) -> Found:
    documents = fetch.with_named(items)
    known = knowing.survey(documents)
    for item in items:
        found = list(read.read(documents, known=known, only={item}))
        yield found[0] if len(found) == 1 else Refused(item, "Wikidata answered with something else")
