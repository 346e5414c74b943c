"""What data sources need of editors, inside the newsroom."""

from staffellauf.sources.screens import guide  # noqa: F401 - registers its pages
