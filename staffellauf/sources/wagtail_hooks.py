"""What data sources need of editors, inside the newsroom."""

from staffellauf.sources.screens import doubts, guide, runs  # noqa: F401 - they register their pages
