"""The lines of a file, of any length and number: one is in memory at a time."""

import gzip
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

# A daily programme of fifty years with its guests has about 12 MB.
MAX_BYTES = 32 * 1024 * 1024
# Longer than any number that a database holds; `int` would take quadratic time.
MAX_DIGITS = 30
GZIP = b"\x1f\x8b"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class BrokenFile(Exception):
    """The file cannot be read any further; the text says why."""


class BrokenLine(ValueError):
    """The line is no JSON; the text says why."""


@dataclass(frozen=True, slots=True)
class Line:
    number: int
    content: bytes

    # Any: what JSON holds.
    def parse(self) -> Any:
        """Raises BrokenLine."""
        if len(self.content) > MAX_BYTES:
            raise BrokenLine(f"it is longer than {MAX_BYTES} bytes")
        try:
            return DECODER.decode(self.content.decode("utf-8"))
        except UnicodeDecodeError as error:
            raise BrokenLine(f"byte {error.start + 1} is no UTF-8") from error
        except json.JSONDecodeError as error:
            raise BrokenLine(f"at character {error.pos + 1} it is no JSON: {error.msg}") from error
        except RecursionError as error:
            raise BrokenLine("it is nested too deeply") from error


def lines(path: Path) -> Iterator[Line]:
    """Those that hold something; packed by gzip or not. Raises BrokenFile, perhaps after some."""
    try:
        with path.open("rb") as file:
            is_packed = file.read(2) == GZIP
        with gzip.open(path, "rb") if is_packed else path.open("rb") as file:
            yield from _lines(cast(BinaryIO, file))
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise BrokenFile(f"{path.name} is packed by gzip and breaks off: {error}") from error
    except OSError as error:
        raise BrokenFile(f"{path.name}: {error.strerror or error}") from error


def _lines(file: BinaryIO) -> Iterator[Line]:
    number = 0
    while content := file.readline(MAX_BYTES + 1):
        number += 1
        if number == 1:
            content = content.removeprefix(BYTE_ORDER_MARK)
        rest = content
        while len(rest) > MAX_BYTES and not rest.endswith(b"\n"):
            # The rest of a line that is too long is passed over.
            rest = file.readline(MAX_BYTES + 1) or b"\n"
        if content.strip():
            yield Line(number, content)


def _whole(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise BrokenLine(f"a number has more than {MAX_DIGITS} digits")
    return int(digits)


def _no_number(word: str) -> None:
    raise BrokenLine(f"{word} is no number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise BrokenLine(f"the key {json.dumps(twice[:40], ensure_ascii=False)} is there twice in one object")
    return found


DECODER = json.JSONDecoder(parse_int=_whole, parse_constant=_no_number, object_pairs_hook=_once)
# What a line is called before it is understood.
NAME = re.compile(rb'"name"\s*:\s*"([^"\\]{1,100})"')


def called(line: Line) -> str:
    """The line as people find it again: its number, and the first name in it."""
    found = NAME.search(line.content[:100_000])
    return f"line {line.number}: {found[1].decode('utf-8', 'replace')}" if found else f"line {line.number}"
