"""The editors' screens inside Wagtail."""

from wagtail import hooks

from staffellauf.newsroom import richtext
from staffellauf.newsroom.screens import articles, dashboard, menu, pages  # noqa: F401 - they register themselves

hooks.register("register_rich_text_features", richtext.register)
