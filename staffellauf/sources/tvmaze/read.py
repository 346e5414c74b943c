"""Whatever TVmaze's API answers with, as records (https://www.tvmaze.com/api).

Nothing here knows the database or the network. What cannot be read comes back as Refused, with the reason.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from staffellauf.catalogue.models.provenance import TVMAZE
from staffellauf.sources import json_files, values
from staffellauf.sources.records import Record, Refused, SeriesRecord
from staffellauf.sources.tvmaze import links, parts, people, shows
from staffellauf.sources.tvmaze.fields import Taken, visible

Raw = Mapping[str, Any]  # Any: what JSON holds, here and below.
Found = Iterator[Record | Refused]
# Kinds that come in lists of one series, and which list of SeriesRecord each is for.
PARTS = {"episode": "episodes", "season": "seasons", "role": "roles", "credit": "credits",
         "aka": "aliases", "image": "pictures"}  # fmt: skip
# More than the longest daily programme has episodes.
MAX_PARTS = 50_000
SHOW_IT = "say which with --show ID"
Lists = dict[int | None, dict[str, list[Raw]]]


def read(document: Any, *, show_id: int | None = None) -> Found:
    """The records of one answer; `show_id` is the series that a list belongs to when it does not say so itself."""
    yield from _entries(document if isinstance(document, list) else [document], show_id, depth=0)


def read_file(path: Path, *, show_id: int | None = None) -> Found:
    """The records of a file: an answer, or recorded answers as JSON Lines, packed by gzip or not. Never in memory
    as a whole, unless it is one series' lists."""
    try:
        yield from _entries(json_files.items(path), show_id, depth=0)
    except json_files.Broken as error:
        yield Refused(visible(path.name), visible(str(error)))


def count(path: Path) -> int | None:
    """How many records the file has, if each entry is one; None if that takes reading it."""
    found = 0
    try:
        for entry in json_files.items(path):
            if not isinstance(entry, dict) or links.kind(entry) not in {"show", "found show"}:
                return None
            found += 1
    except json_files.Broken:
        return None
    return found


def updates(document: Any) -> dict[int, int]:
    """Answers of /updates: id to the time of its last change (seconds since 1970). What is no such pair is left out."""
    pairs = document.items() if isinstance(document, dict) else []
    return {int(key): at for key, at in pairs if key.isdecimal() and len(key) < 11 and type(at) is int}


def _entries(entries: Iterable[Any], show_id: int | None, *, depth: int) -> Found:
    lists: Lists = {}
    taken = 0
    for entry in entries:
        kind = links.kind(entry) if isinstance(entry, dict) else ""
        if kind in PARTS and (kind != "episode" or links.show_of(entry) is None):
            taken += 1
            if taken <= MAX_PARTS:
                of = links.show_id(entry) or show_id
                lists.setdefault(of, {}).setdefault(PARTS[kind], []).append(entry)
        else:
            yield from _entry(entry, kind, show_id=show_id, depth=depth)
    if taken > MAX_PARTS:
        yield Refused("list of one series", f"it has {taken} entries, at most {MAX_PARTS} are read")
        return
    for number, found in lists.items():
        yield _parts(number, found, is_one=taken == 1)


def _entry(entry: Any, kind: str, *, show_id: int | None, depth: int) -> Found:
    if isinstance(entry, list) and depth < 2:
        yield from _entries(entry, show_id, depth=depth + 1)
        return
    if kind == "answer" and depth < 2:
        yield from _answer(entry, show_id, depth=depth)
        return
    try:
        yield from _records(entry, kind)
    except values.BadValue as error:
        yield Refused(_named(entry, kind), visible(str(error)))


def _records(entry: Any, kind: str) -> Found:
    """Raises BadValue for what is no record."""
    if kind == "show":
        yield shows.series(entry)
    elif kind == "found show":
        yield shows.series(entry["show"])
    elif kind == "person":
        yield from people.with_credits(entry)
    elif kind == "found person":
        yield people.person(entry["person"])
    elif kind == "episode":
        yield _of_schedule(entry)
    else:
        raise values.BadValue(_why_not(entry, kind))


def _of_schedule(entry: Raw) -> SeriesRecord:
    """An episode that brings its series along: both, in one record."""
    series = shows.series(links.show_of(entry) or {})
    taken = Taken()
    episodes = parts.episodes(taken, [entry])
    stated = {name: getattr(series, name) for name in SeriesRecord.__dataclass_fields__}
    return SeriesRecord(
        **stated | {"episodes": episodes, "is_partial": True, "warnings": series.warnings + tuple(taken.warnings)}
    )


def _parts(number: int | None, found: dict[str, list[Raw]], *, is_one: bool) -> Record | Refused:
    if number is None:
        said = " and ".join(f"{len(rows)} {name}" for name, rows in found.items())
        return Refused(said, f"they do not say of which series they are; {SHOW_IT}")
    taken = Taken()
    lists = {name: READERS[name](taken, rows) for name, rows in found.items()}
    episodes = lists.get("episodes")
    is_partial = is_one or (episodes is not None and not shows.is_whole(episodes))
    ids = {"tvmaze": str(number)}
    return SeriesRecord(TVMAZE, "", ids, is_partial=is_partial, warnings=tuple(taken.warnings), **lists)


# Any: each returns its own kind of tuple.
READERS: dict[str, Any] = {
    "episodes": parts.episodes,
    "seasons": parts.seasons,
    "roles": people.cast,
    "credits": people.crew,
    "aliases": parts.aliases,
    "pictures": parts.pictures,
}


def _answer(entry: Raw, show_id: int | None, *, depth: int) -> Found:
    """A recorded answer: `url`, `status` and `body`."""
    address, status, body = entry["url"], entry.get("status", 200), entry["body"]
    what = visible(address) if isinstance(address, str) else "recorded answer"
    try:
        found = json_files.decode(body) if isinstance(body, str) else body
    except json_files.Broken as error:
        found, why = None, str(error)
    else:
        why = links.message(found) if isinstance(found, dict) else ""
    if not isinstance(status, int) or status >= 400 or found is None:
        yield Refused(what, visible(f"TVmaze answered {str(status)[:20]}: {why or 'nothing'}"))
        return
    of = links.show_of_address(address) or show_id
    yield from _entries(found if isinstance(found, list) else [found], of, depth=depth + 1)


def _why_not(entry: Any, kind: str) -> str:
    if kind == "error":
        return f"TVmaze answered: {links.message(entry)}"
    if kind == "changes":
        return "it only says what changed, without the changes; import “updates” instead"
    if kind == "person's credit":
        return "it does not say whose role or job it is; import the person with its credits"
    if kind == "answer" or isinstance(entry, list):
        return "lists in lists in lists"
    if entry is None or entry == {}:
        return "it is empty"
    if not isinstance(entry, dict):
        return f"it is no object but {type(entry).__name__}"
    keys = ", ".join(sorted(str(key) for key in entry)[:8])
    return f"TVmaze answers with nothing of that shape: {visible(keys)}"


def _named(entry: Any, kind: str) -> str:
    raw: Any = entry if isinstance(entry, dict) else {}
    if kind.startswith("found"):
        raw = raw[kind.removeprefix("found ")]
    said = [str(raw[key])[:100] for key in ("id", "name") if isinstance(raw.get(key), int | str)]
    return visible(" ".join([kind or "entry", *said]))
