"""Asking TVmaze (https://www.tvmaze.com/api): what comes back is for `read`."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.conf import settings

from staffellauf.sources import fetching
from staffellauf.sources.tvmaze import read

# “At least 20 calls every 10 seconds per IP address”.
CALLS, PERIOD_S = 20, 10.0
EMBEDS = ("episodeswithspecials", "seasons", "cast", "crew", "akas")
PERIODS = ("day", "week", "month")


def api() -> fetching.Api:
    return fetching.Api("TVmaze", settings.TVMAZE_URL, CALLS, PERIOD_S)


# Any in this file: what JSON holds.
def pages(start: int = 0) -> Iterator[tuple[int, Any]]:
    """The whole index, page by page, with the pages' numbers: page 4 has the ids from 1000 to 1249."""
    number = start
    while True:
        try:
            yield number, page(number)
        except fetching.NotFound:
            return
        number += 1


def page(number: int) -> Any:
    """Raises fetching.NotFound behind the last."""
    return api().get("/shows", {"page": number})


def show(number: int) -> Any:
    """A show with all that belongs to it."""
    return api().get(f"/shows/{number}", {"embed[]": EMBEDS})


def updates(since: str | None = None) -> dict[int, int]:
    """Shows that changed in the last day, week or month (or ever): id to the time of the change, in seconds."""
    return read.updates(api().get("/updates/shows", {"since": since} if since else {}))


def schedule(country: str, day: date) -> Any:
    """What is broadcast in a country on a day, local time."""
    return api().get("/schedule", {"country": country, "date": day.isoformat()})


def web_schedule(day: date, *, country: str | None = None) -> Any:
    """What streamers release on a day; `country` may be "" for those of the whole world, None for all."""
    return api().get("/schedule/web", {"date": day.isoformat()} | ({} if country is None else {"country": country}))
