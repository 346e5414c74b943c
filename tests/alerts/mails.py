"""Who gets a mail, and what it tells."""

from datetime import UTC, datetime
from typing import Any

from staffellauf.alerts import destinations
from staffellauf.alerts.models import Destination
from staffellauf.alerts.words import telling
from staffellauf.alerts.words.messages import Message
from tests import make

NOW = datetime(2026, 1, 23, 19, 15, tzinfo=UTC)


def destination(reader=None, *, address: str = "ada@example.org", rhythm: str = "at_once") -> Destination:
    reader = reader or make.device_reader(address)
    return destinations.add(reader, "mail", address=address, rhythm=rhythm, is_confirmed=True, now=NOW)


def single(*, of: str = "Ballard", language: str = "de", **fields: object) -> Message:
    series = make.series(of)
    values: dict[str, Any] = {"deck": "Sie spielt Jenny.", "published_at": NOW} | fields
    made = make.article(f"Rosanna Arquette kommt zu „{of}“", about=[series], **values)
    return telling.message([telling.of_article(made, series, language=language)], language=language)
