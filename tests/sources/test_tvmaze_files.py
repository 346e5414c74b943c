"""Files of TVmaze's answers: recorded ones, broken ones, counted ones."""

import gzip
import json
from typing import Any

from staffellauf.sources.records import (
    Refused,
    SeriesRecord,
)
from staffellauf.sources.tvmaze import read
from tests.standins import tvmaze


def recorded(url: str, status: int, body: Any) -> str:
    text = body if isinstance(body, str) else json.dumps(body)
    answer = {"method": "GET", "url": url, "status": status, "date": "", "kind": "show", "body": text}
    return json.dumps(answer) + "\n"


def test_recorded_answers_take_the_series_from_their_address(tmp_path):
    path = tmp_path / "answers.jsonl.gz"
    lines = [
        recorded("https://api.tvmaze.com/shows/7/seasons", 200, [tvmaze.season(71, 1)]),
        recorded("https://api.tvmaze.com/shows/8", 200, tvmaze.SHOWS[8]),
        recorded("https://api.tvmaze.com/shows/9", 404, tvmaze.NOT_FOUND),
        recorded("https://api.tvmaze.com/singlesearch/shows?q=x", 404, ""),
        recorded("https://api.tvmaze.com/shows/10", 200, "{"),
    ]
    path.write_bytes(gzip.compress("".join(lines).encode()))

    found = list(read.read_file(path))

    assert [record.ids["tvmaze"] for record in found if not isinstance(record, Refused)] == ["7", "8"]
    assert [(record.what[-9:], record.reason[:40]) for record in found if isinstance(record, Refused)] == [
        ("m/shows/9", "TVmaze answered 404: Page not found."),
        ("shows?q=x", "TVmaze answered 404: it is empty"),
        ("/shows/10", "TVmaze answered 200: at character 1 it i"),
    ]  # fmt: skip


def test_a_file_that_breaks_off_gives_what_stood_before_and_takes_nothing_away(tmp_path):
    shows, episodes = tmp_path / "shows.json", tmp_path / "episodes.json"
    shows.write_text(json.dumps([tvmaze.SHOWS[7], tvmaze.SHOWS[8]])[:-40])
    episodes.write_text(json.dumps(tvmaze.EMBEDS["episodeswithspecials"])[:-40])

    assert [type(record) for record in read.read_file(shows)] == [SeriesRecord, Refused]
    assert [type(record) for record in read.read_file(episodes)] == [Refused]


def test_records_are_counted_when_each_entry_is_one(tmp_path):
    shows, episodes = tmp_path / "shows.json", tmp_path / "episodes.json"
    shows.write_text(json.dumps([tvmaze.SHOWS[7], tvmaze.SHOWS[8]]))
    episodes.write_text(json.dumps(tvmaze.EMBEDS["episodes"]))

    assert (read.count(shows), read.count(episodes)) == (2, None)
