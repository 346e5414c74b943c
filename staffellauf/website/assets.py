"""Style and script as one file each: the parts lie apart, a reader fetches them together.

Joined and compressed once per process; in debug mode read anew for each request, so that a change shows on reload.
"""

import functools
import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

import brotli
from django.conf import settings
from django.urls import reverse

FOLDER = Path(__file__).resolve().parent / "static" / "website"
# Each name with the folder it is joined from. "theme.js" runs before the first paint, so it is kept apart and small.
NAMES = {"site.css": "css", "site.js": "js", "theme.js": "early"}
# The layers' order is the first line of tokens.css, so it comes first.
FIRST = {"tokens.css"}


@dataclass(frozen=True, slots=True)
class Asset:
    content_type: str
    plain: bytes
    digest: str
    brotli: bytes
    gzip: bytes


def url(name: str) -> str:
    stem, suffix = name.split(".")
    return reverse("asset", args=[stem, load(name).digest, suffix])


def load(name: str) -> Asset:
    """One of NAMES. Raises FileNotFoundError for any other."""
    return build(name) if settings.DEBUG else kept(name)


@functools.cache
def kept(name: str) -> Asset:
    return build(name)


def build(name: str) -> Asset:
    if name not in NAMES:
        raise FileNotFoundError(name)
    suffix = name.partition(".")[2]
    paths = sorted((FOLDER / NAMES[name]).glob(f"*.{suffix}"), key=lambda path: (path.name not in FIRST, path.name))
    plain = b"\n".join(path.read_bytes() for path in paths)
    return Asset(
        content_type="text/css; charset=utf-8" if suffix == "css" else "text/javascript; charset=utf-8",
        plain=plain,
        digest=hashlib.sha256(plain).hexdigest()[:12],
        brotli=brotli.compress(plain),
        gzip=gzip.compress(plain, mtime=0),
    )
