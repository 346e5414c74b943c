"""What a text refers to by id, and its rows: one query a kind, however many links and pictures there are."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db.models import QuerySet
from wagtail.rich_text.rewriters import extract_attrs

TAG = re.compile(r"<(?:a|embed)\b([^>]*)>")


class References:
    """The rows of one text; those of a kind are read when the first of them is asked for."""

    def __init__(self, html: str) -> None:
        self.html = html
        self.rows: dict[str, dict[int, Any]] = {}

    # Any: a model's rows.
    def find(self, kind: str, pk: int, *, among: "QuerySet[Any]") -> Any:
        if kind not in self.rows:
            self.rows[kind] = among.all().in_bulk(ids_in(self.html, kind))
        return self.rows[kind].get(pk)


_current: ContextVar[References | None] = ContextVar("references", default=None)


@contextmanager
def of(html: str) -> Iterator[None]:
    """Until the block ends, `find` reads together what this text refers to."""
    token = _current.set(References(html))
    try:
        yield
    finally:
        _current.reset(token)


# Any: a model's rows.
def find(kind: str, pk: int, *, among: "QuerySet[Any]") -> Any:
    """The row, or None."""
    current = _current.get()
    return current.find(kind, pk, among=among) if current else among.all().filter(pk=pk).first()


def ids_in(html: str, kind: str) -> list[int]:
    """Ids of what a text in storage form refers to, each once, in order. `kind` is a linktype or an embedtype."""
    tags = (extract_attrs(attrs) for attrs in TAG.findall(html))
    of_kind = (row_id(tag) for tag in tags if kind in {tag.get("linktype"), tag.get("embedtype")})
    return [pk for pk in dict.fromkeys(of_kind) if pk]


def row_id(attrs: Mapping[str, str]) -> int:
    """The id of the row; 0 when there is none that a database could hold."""
    value = attrs.get("id") or ""
    return int(value) if value.isascii() and value.isdecimal() and len(value) <= 18 else 0
