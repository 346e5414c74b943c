"""What finds need of editors, inside the newsroom."""

from staffellauf.finds.screens import addresses  # noqa: F401 - it registers the pages
