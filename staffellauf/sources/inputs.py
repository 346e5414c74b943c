"""Files that an importer is given: found, told by what is in them, read to their end before anything is applied."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from staffellauf.sources import json_files
from staffellauf.sources.reading import Reading, WrongAddress
from staffellauf.sources.records import Record, Refused

Found = Iterator[Record | Refused]


def reading(
    addresses: Sequence[str],
    read_file: Callable[[Path], Found],
    *,
    suffixes: tuple[str, ...],
    told: object = None,
    count: Callable[[Path], int | None] = lambda path: None,
    fault: Callable[[Path], str] | None = None,
) -> Reading:
    """The records of files and folders. A file that breaks off is refused as a whole; raises WrongAddress when no
    other is left. `told` is what else decides how they are read, such as the series that lists belong to; `fault` says
    why a file is not whole.
    """
    paths = [path for address in addresses for path in _paths(Path(address), suffixes)]
    broken = {path: reason for path in paths if (reason := (fault or json_fault)(path))}
    if len(broken) == len(paths):
        path, reason = next(iter(broken.items()))
        raise WrongAddress(f"{path.name}: {reason}; nothing of it is imported")
    counts = [1 if path in broken else count(path) for path in paths]
    total = sum(found for found in counts if found is not None) if None not in counts else None

    def records(skip: int) -> Found:
        return islice((record for path in paths for record in _records(path, broken, read_file)), skip, None)

    return Reading(records, total, digest(*map(_sha256, paths), told), " ".join(addresses))


def digest(*parts: object) -> str:
    """The same for the same input."""
    return hashlib.sha256("\n".join(map(str, parts)).encode("utf-8", "replace")).hexdigest()


def listed(path: Path, is_right: Callable[[str], object], *, what: str) -> list[str]:
    """What stands in a file, one on a line; # begins a remark. Raises WrongAddress at the first that is not right."""
    text = path.read_text(encoding="utf-8", errors="replace")
    lines = [line.partition("#")[0].strip() for line in text.splitlines()]
    wrong = next((line for line in lines if line and not is_right(line)), None)
    if wrong is not None:
        raise WrongAddress(f"{path}: {wrong[:60]!r} is no {what}; expected one on each line")
    return list(dict.fromkeys(line for line in lines if line))


def _paths(path: Path, suffixes: tuple[str, ...]) -> Iterable[Path]:
    if path.is_dir():
        found = sorted(inner for inner in path.iterdir() if inner.name.endswith(suffixes) and inner.is_file())
        if not found:
            raise WrongAddress(f"{path} holds no file that ends in {', '.join(suffixes)}")
        return found
    if not path.is_file():
        raise WrongAddress(f"{str(path)[:200]} is no file")
    return [path]


def json_fault(path: Path) -> str:
    """Why the file is not whole; empty when it is."""
    try:
        for _ in json_files.items(path):
            pass
    except json_files.Broken as error:
        return str(error)
    return ""


def _records(path: Path, broken: dict[Path, str], read_file: Callable[[Path], Found]) -> Found:
    if path in broken:
        yield Refused(path.name, f"{broken[path]}; nothing of it is imported")
    else:
        yield from read_file(path)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
