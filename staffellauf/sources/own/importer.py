"""What `staffellauf import own` reads: a file in our own format, as `staffellauf export` writes it or a person does."""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from staffellauf.catalogue.models.provenance import OWN
from staffellauf.sources import fetching
from staffellauf.sources.own import lines, read
from staffellauf.sources.reading import Options, Reading, WrongAddress
from staffellauf.sources.records import Record, Refused

NAME = OWN


def open(address: str | Sequence[str], *, options: Options) -> Reading:  # noqa: A001 — called as importer.open
    """Raises WrongAddress."""
    addresses = [address] if isinstance(address, str) else list(address)
    if len(addresses) != 1 or not Path(addresses[0]).is_file():
        raise WrongAddress(f"{' '.join(addresses)}: expected one file in our own format (docs/catalogue-format.md)")
    path = Path(addresses[0])
    try:
        sources = read.head(path)
        total = sum(1 for _ in lines.lines(path)) - len(sources)
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except read.WrongHeader as error:
        raise WrongAddress(f"{path}: {error}") from error
    except (lines.BrokenFile, OSError) as error:
        raise WrongAddress(str(error)) from error
    return Reading(lambda skip: _records(path, skip), total, digest, addresses[0], sources)


def _records(path: Path, skip: int) -> Iterator[Record | Refused]:
    try:
        yield from read.records(path, skip=skip)
    except (lines.BrokenFile, read.WrongHeader) as error:
        raise fetching.SourceUnavailable(str(error)) from error
