"""Bytes of a guide file, unpacked on the way, with a limit before and behind the unpacking."""

import gzip
import lzma
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from staffellauf.sources.xmltv.guide import GuideUnreadable

CHUNK = 64 * 1024
GZIP, XZ = b"\x1f\x8b", b"\xfd7zXZ\x00"
OTHER_PACKERS = {b"PK\x03\x04": "zip", b"BZh": "bzip2", b"\x28\xb5\x2f\xfd": "zstd", b"7z\xbc\xaf": "7z"}
# xz -9 needs 65 MiB to unpack; a file may ask for 4 GiB.
XZ_MEMORY = 96 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    packed_bytes: int = 256 * 1024 * 1024
    unpacked_bytes: int = 1024 * 1024 * 1024


def unpacked(path: Path, limits: Limits) -> Iterator[bytes]:
    """Chunks of at most 64 KiB. Raises GuideUnreadable."""
    try:
        if path.stat().st_size > limits.packed_bytes:
            raise GuideUnreadable(f"The file is larger than {limits.packed_bytes} bytes.")
        with path.open("rb") as file:
            yield from _limited(_opened(file), limits)
    except (OSError, EOFError, zlib.error, lzma.LZMAError) as error:
        raise GuideUnreadable(f"The file could not be read: {error}") from error


def _limited(chunks: Iterator[bytes], limits: Limits) -> Iterator[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > limits.unpacked_bytes:
            raise GuideUnreadable(f"Unpacked, the guide is larger than {limits.unpacked_bytes} bytes.")
        yield chunk


def _opened(file: BinaryIO) -> Iterator[bytes]:
    head = file.read(len(XZ))
    file.seek(0)
    for mark, name in OTHER_PACKERS.items():
        if head.startswith(mark):
            raise GuideUnreadable(f"The file is packed with {name}; gzip and xz are read.")
    if head.startswith(XZ):
        return _from_xz(file)
    if head.startswith(GZIP):
        # GzipFile reads on over several members and keeps its memory small.
        packed = gzip.GzipFile(fileobj=file)
        return iter(lambda: packed.read(CHUNK), b"")
    return iter(lambda: file.read(CHUNK), b"")


def _from_xz(file: BinaryIO) -> Iterator[bytes]:
    decompressor = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=XZ_MEMORY)
    packed = b""
    while True:
        if decompressor.eof:
            packed = decompressor.unused_data or file.read(CHUNK)
            packed = packed.lstrip(b"\0")  # the padding between streams
            if not packed:
                return
            decompressor = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=XZ_MEMORY)
        elif decompressor.needs_input:
            packed = file.read(CHUNK)
            if not packed:
                raise EOFError("the packed data ends too early")
        chunk = decompressor.decompress(packed, max_length=CHUNK)
        packed = b""
        if chunk:
            yield chunk
