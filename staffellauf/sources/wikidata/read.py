"""Wikidata's JSON, as records: answers of Special:EntityData and wbgetentities, and dumps, a line for an entity."""

import bz2
import gzip
import io
import zlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

from staffellauf.sources import json_files
from staffellauf.sources.records import Record, Refused
from staffellauf.sources.stated import Notes
from staffellauf.sources.wikidata import known as knowing
from staffellauf.sources.wikidata import series
from staffellauf.sources.wikidata.entities import ITEM, Entity, entities_of, kind_of
from staffellauf.sources.wikidata.known import Known

Found = Iterator[Record | Refused]
GZIP, BZIP2 = b"\x1f\x8b", b"BZh"
# The largest entities have about 4 MB.
MAX_LINE = 64 * 2**20
# What is told of entities that are none of ours.
OTHERS = "are no series, person, network, streamer or franchise"
NAMELESS = "has no name in German or English"


# Any in this file: what JSON holds.
def read(documents: Iterable[Any], *, known: Known | None = None, only: Collection[str] | None = None) -> Found:
    """The records of some documents, which may name each other; `only` these Q ids, if given."""
    listed = list(documents) if known is None else documents
    yield from _records(listed, known or knowing.survey(listed), only)


def read_file(path: Path) -> Found:
    """The records of a file, in two passes: what names a person may stand before the person."""
    broken: list[Refused] = []
    known = knowing.survey(documents(path, lambda found: None))
    yield from _records(documents(path, broken.append), known, None)
    yield from broken


def documents(path: Path, refuse: Callable[[Refused], None]) -> Iterator[Any]:
    """What the file holds, plain or packed, line by line if it has an entity on each, as dumps do.

    A line that cannot be read is left out; of other files everything behind the mistake is.
    """
    try:
        with path.open("rb") as file:
            head = file.read(3)
        with _opened(path, head) as unpacked:
            first = unpacked.readline(MAX_LINE).strip()
            entity = unpacked.readline(MAX_LINE).strip() if first == b"[" else first
        if entity.startswith(b"{") and entity.endswith((b"}", b"},")):
            with _opened(path, head) as unpacked:
                yield from _lines(unpacked, path.name, refuse)
        elif head == BZIP2:
            with _opened(path, head) as unpacked:
                yield json_files.decode(unpacked.read(MAX_LINE).decode("utf-8", "replace"))
        else:
            yield from json_files.items(path)
    except json_files.Broken as error:
        refuse(Refused(path.name[:300], str(error)[:500]))
    except (OSError, EOFError, zlib.error) as error:
        refuse(Refused(path.name[:300], f"could not be read: {error}"[:500]))


def fault(path: Path) -> str:
    """Why the file is not whole; empty when it is, or when only single lines of it cannot be read."""
    refused: list[Refused] = []
    for _ in documents(path, refused.append):
        pass
    return next((one.reason for one in refused if one.what == path.name[:300]), "")


def _opened(path: Path, head: bytes) -> IO[bytes]:
    if head.startswith(GZIP):
        return io.BufferedReader(gzip.open(path, "rb"))
    return io.BufferedReader(bz2.open(path, "rb")) if head == BZIP2 else path.open("rb")


def _lines(file: IO[bytes], name: str, refuse: Callable[[Refused], None]) -> Iterator[Any]:
    number = 0
    while line := file.readline(MAX_LINE):
        number += 1
        text = line.strip().rstrip(b",")
        if text in (b"", b"[", b"]"):
            continue
        try:
            yield json_files.decode(text.decode("utf-8"))
        except UnicodeDecodeError:
            refuse(Refused(f"{name[:280]}, line {number}", "is not written in UTF-8"))
        except json_files.Broken as error:
            refuse(Refused(f"{name[:280]}, line {number}", str(error)[:500]))


def _records(listed: Iterable[Any], known: Known, only: Collection[str] | None) -> Found:
    others: Counter[str] = Counter()
    is_empty = True
    for document in listed:
        if isinstance(document, dict) and "error" in document:
            is_empty = False
            yield Refused("answer", f"Wikidata answered: {_message(document['error'])}")
            continue
        for asked, raw in entities_of(document):
            is_empty = False
            own = Entity(raw).id
            if only is not None and own not in only and asked not in only:
                continue
            # Whoever plays in a series that we have is found by that; on their own, only by ids.
            if only is None and own in known.named and own in known.people:
                continue
            found = _record(asked, raw, known)
            if found is None:
                others[_what(raw)] += 1
            else:
                yield found
    if others:
        kinds = ", ".join(f"{count} {kind}" for kind, count in others.most_common(10))
        yield Refused(f"{sum(others.values())} other entities", f"{OTHERS} ({kinds})")
    if is_empty:
        yield Refused("input", "holds no entities")


def _record(asked: str, raw: Mapping[str, Any], known: Known) -> Record | Refused | None:
    """None for what is none of ours; works count where a series is based on them."""
    if "missing" in raw:
        return Refused(asked[:100], "Wikidata does not have it (any more)")
    entity = Entity(raw, Notes())
    kind = kind_of(entity) if entity.id else ""
    if kind in ("", "work"):
        return None
    former = asked if asked != entity.id and ITEM.fullmatch(asked) else ""
    name, language = entity.label()
    if kind == "series":
        return series.series(entity, known, former=former) or Refused(entity.id, NAMELESS)
    if not name:
        return Refused(entity.id, NAMELESS)
    record: Record
    if kind == "person":
        record = knowing.person(entity, name)
    elif kind == "organisation":
        record = knowing.organisation(entity, name, language)
    else:
        record = knowing.franchise(entity, name, language)
    return replace(
        record,
        aliases=knowing.aliases(entity, name),
        other_ids=(("wikidata", former),) if former else (),
        version=entity.version,
        warnings=entity.notes.as_tuple(),
    )


def _what(raw: Mapping[str, Any]) -> str:
    if raw.get("type") in ("property", "lexeme"):
        return str(raw["type"])
    classes = sorted(Entity(raw, Notes()).classes())
    return classes[0] if classes else "without a class" if raw.get("id") else "without an id"


def _message(error: Any) -> str:
    found = error.get("info") or error.get("code") if isinstance(error, dict) else error
    return str(found)[:300]
