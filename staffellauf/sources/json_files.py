"""JSON files of any length, entry by entry: no more than one entry and a mebibyte are in memory.

A file holds one value, several in a row (JSON Lines), or one array, whose entries come one by one. It may be packed by
gzip and be in UTF-8, UTF-16 or UTF-32.
"""

import gzip
import io
import json
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, TextIO, cast

CHUNK = 2**20
# The longest entry known, a daily programme of fifty years with its cast, has 12 MB.
MAX_CHARS = 64 * 2**20
GZIP = b"\x1f\x8b"
SPACE = re.compile(r"[ \t\r\n]*")
# What the decoder says of text that ends too early, not of text that is wrong, wherever the string began.
MAY_BE_CUT = ("Unterminated string", "Invalid \\")
# `-Infinity` is the longest word that can be cut.
LONGEST_WORD = 16
# Longer than any number that a database holds; `int` would take quadratic time, and refuses beyond 4,300 digits.
MAX_DIGITS = 30


class Broken(Exception):
    """The file cannot be read (any further); the text says why."""


# Any: what JSON holds, here and below.
def items(path: Path) -> Iterator[Any]:
    """The entries in their order. Raises Broken, perhaps after some."""
    try:
        with path.open("rb") as file, _text(file) as text:
            yield from _values(_Scanner(text))
    except (EOFError, zlib.error) as error:
        raise Broken(f"{path.name} is packed by gzip and breaks off: {error}") from error
    except UnicodeError as error:
        raise Broken(f"{path.name} holds bytes that are no text") from error
    except OSError as error:
        raise Broken(f"{path.name}: {error.strerror or error}") from error


def decode(text: str) -> Any:
    """One value. Raises Broken."""
    scanner = _Scanner(io.StringIO(text))
    if not scanner.peek():
        raise Broken("it is empty")
    found = scanner.value()
    if scanner.peek():
        raise Broken(f"there is more behind its end, at character {scanner.place()}")
    return found


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) <= MAX_DIGITS else float("inf")


def _no_number(word: str) -> None:
    """NaN and Infinity, which JSON does not know."""


DECODER = json.JSONDecoder(strict=False, parse_int=_whole, parse_constant=_no_number)


def _text(file: BinaryIO) -> TextIO:
    buffered = cast(io.BufferedReader, file)
    unpacked: io.BufferedIOBase = buffered
    if buffered.peek(2)[:2] == GZIP:
        unpacked = gzip.GzipFile(fileobj=buffered)
    peekable = io.BufferedReader(cast(io.RawIOBase, unpacked), CHUNK)
    return io.TextIOWrapper(peekable, encoding=json.detect_encoding(peekable.peek(4)[:4]))


def _values(scanner: "_Scanner") -> Iterator[Any]:
    if not scanner.peek():
        raise Broken("it is empty")
    while scanner.peek():
        if scanner.peek() == "[":
            yield from _entries(scanner)
        else:
            yield scanner.value()


def _entries(scanner: "_Scanner") -> Iterator[Any]:
    scanner.at += 1
    if scanner.peek() == "]":
        scanner.at += 1
        return
    while True:
        yield scanner.value()
        mark = scanner.peek()
        if mark not in {",", "]"}:
            raise Broken(f"at character {scanner.place()} the list is broken" if mark else "its end is missing")
        scanner.at += 1
        if mark == "]":
            return
        scanner.peek()


class _Scanner:
    def __init__(self, file: TextIO) -> None:
        self.file = file
        self.text = ""
        self.at = 0
        self.passed = 0

    def peek(self) -> str:
        """The next character that is no space; empty at the end."""
        while True:
            self.at = cast("re.Match[str]", SPACE.match(self.text, self.at)).end()
            if self.at < len(self.text):
                return self.text[self.at]
            if not self._read_on():
                return ""

    def value(self) -> Any:
        while True:
            try:
                found, end = DECODER.raw_decode(self.text, self.at)
            except json.JSONDecodeError as error:
                self._read_on_after(error)
                continue
            except RecursionError:
                raise Broken(f"behind character {self.place()} it is nested too deeply") from None
            # A number may go on.
            if end < len(self.text) or not self._read_on():
                self.at = end
                return found

    def place(self) -> int:
        return self.passed + self.at

    def _read_on_after(self, error: json.JSONDecodeError) -> None:
        is_cut = error.msg.startswith(MAY_BE_CUT) or error.pos >= len(self.text) - LONGEST_WORD
        place = self.passed + error.pos
        if not is_cut or not self._read_on():
            raise Broken(f"at character {place} it is no JSON: {error.msg}") from error

    def _read_on(self) -> bool:
        kept = len(self.text) - self.at
        if kept > MAX_CHARS:
            raise Broken(f"the entry at character {self.place()} has more than {MAX_CHARS} characters")
        # As much again, so that a long entry is not decoded from its start for every chunk.
        chunk = self.file.read(max(CHUNK, kept))
        self.passed += self.at
        self.text, self.at = self.text[self.at :] + chunk, 0
        return bool(chunk)
