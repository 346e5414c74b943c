"""Asking TMDB (https://developer.themoviedb.org/reference) with the operator's own key: the answers are for `read`."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.conf import settings

from staffellauf.sources import fetching

# TMDB asks for about 40 a second at most; half of that is quick enough.
CALLS, PERIOD_S = 20, 1.0
LANGUAGE = "de-DE"
APPENDED = (
    "aggregate_credits", "credits", "translations", "alternative_titles", "external_ids", "content_ratings", "images",
)  # fmt: skip
# So many answers may be appended to one.
MAX_APPENDED = 20
# The longest span that one question for changes may cover.
MAX_DAYS = 14
# No more than TMDB gives; ends a list that never does.
MAX_PAGES = 500
KEY_V3 = re.compile(r"[0-9a-f]{32}", re.ASCII | re.IGNORECASE)
TOKEN_V4 = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+", re.ASCII)


def api() -> fetching.Api:
    """Raises SourceUnavailable when no key is set, or one that is none; never shows it."""
    key = settings.TMDB_KEY
    if not key:
        raise fetching.SourceUnavailable(
            "TMDB answers only with a key of your own: get one at https://www.themoviedb.org/settings/api and put it "
            "into TMDB_KEY, or into a file that TMDB_KEY_FILE names"
        )
    if TOKEN_V4.fullmatch(key):
        headers = {"Authorization": f"Bearer {key}"}
        return fetching.Api("TMDB", settings.TMDB_URL, CALLS, PERIOD_S, headers=headers)
    if KEY_V3.fullmatch(key):
        return fetching.Api("TMDB", settings.TMDB_URL, CALLS, PERIOD_S, query={"api_key": key})
    raise fetching.SourceUnavailable("TMDB_KEY is neither a key of 32 hexadecimal digits nor an access token (v4)")


# Any in this file: what JSON holds.
def show(number: int) -> Any:
    """A series with all that belongs to it, seasons with their episodes included, as one answer."""
    asked = api()
    query = {"language": LANGUAGE, "include_image_language": "de,null"}
    found = asked.get(f"/tv/{number}", {**query, "append_to_response": ",".join(APPENDED)})
    if not isinstance(found, dict):
        return found
    seasons = [f"season/{season}" for season in _numbers(found)]
    for start in range(0, len(seasons), MAX_APPENDED):
        batch = seasons[start : start + MAX_APPENDED]
        more = asked.get(f"/tv/{number}", {"language": LANGUAGE, "append_to_response": ",".join(batch)})
        found |= {key: more[key] for key in batch if isinstance(more, dict) and key in more}
    return found


def person(number: int) -> Any:
    """Somebody with ids elsewhere and the series they had a part in."""
    query = {"language": LANGUAGE, "append_to_response": "external_ids,tv_credits"}
    return api().get(f"/person/{number}", query)


def changes(first: date, last: date) -> list[int]:
    """The numbers of series that changed from one day to another, both included, in rising order."""
    asked, found = api(), set[int]()
    for begin, end in _spans(first, last):
        for page in range(1, MAX_PAGES + 1):
            query: fetching.Query = {"start_date": begin.isoformat(), "end_date": end.isoformat(), "page": page}
            answer = asked.get("/tv/changes", query)
            rows = answer.get("results") if isinstance(answer, dict) else None
            ids = [row.get("id") for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
            found |= {number for number in ids if type(number) is int and number > 0}
            if not ids or page >= _pages(answer):
                break
    return sorted(found)


def _numbers(found: dict[str, Any]) -> list[int]:
    """Of the seasons, as the series lists them."""
    rows = found.get("seasons")
    listed = [row.get("season_number") for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return sorted({number for number in listed if type(number) is int and 0 <= number < 100_000})


def _spans(first: date, last: date) -> Iterator[tuple[date, date]]:
    while first <= last:
        end = min(last, first + timedelta(days=MAX_DAYS - 1))
        yield first, end
        first = end + timedelta(days=1)


def _pages(answer: Any) -> int:
    total = answer.get("total_pages")
    return total if type(total) is int else 1
