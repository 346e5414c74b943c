"""The editors' screens inside Wagtail."""

from wagtail import hooks

from staffellauf.newsroom import richtext
from staffellauf.newsroom.screens import (  # noqa: F401 - they register themselves
    articles,
    audit,
    authors,
    board,
    dashboard,
    menu,
    merging,
    notes,
    pages,
    pictures,
    remarks,
    suggestions,
    tokens,
    tour,
)

hooks.register("register_rich_text_features", richtext.register)
