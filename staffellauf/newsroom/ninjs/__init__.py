"""One article as ninjs, News in JSON by the IPTC (iptc.org/standards/ninjs).

`read` the bytes, then `apply` the item; `written` gives an article out.

What is taken from it and how is in `docs/ninjs.md`.
"""

from staffellauf.newsroom.ninjs.applying import DryRun, NotAllowed, Outcome, apply
from staffellauf.newsroom.ninjs.items import FILE_LIMIT, InvalidItem, Item, Locked
from staffellauf.newsroom.ninjs.reading import read
from staffellauf.newsroom.ninjs.writing import written

__all__ = ["FILE_LIMIT", "DryRun", "InvalidItem", "Item", "Locked", "NotAllowed", "Outcome", "apply", "read", "written"]
