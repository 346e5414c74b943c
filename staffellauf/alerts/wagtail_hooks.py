"""What alerts show inside the newsroom: how far each is, whom one would reach, and the push services."""

from staffellauf.alerts.screens import addresses  # noqa: F401 - it registers the pages
