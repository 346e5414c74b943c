"""Real answers of TVmaze's API load without a crash, and what changed in five years is seen."""

import os
from collections import Counter
from pathlib import Path

import pytest

from staffellauf.sources.records import PersonRecord, Refused, SeriesRecord
from staffellauf.sources.tvmaze import read

SHARED = Path(os.environ.get("STAFFELLAUF_SHARED_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
TVMAZE = SHARED / "tvmaze"
pytestmark = pytest.mark.skipif(
    not TVMAZE.is_dir(), reason="the shared data is not beside the repository; set STAFFELLAUF_SHARED_DATA"
)


@pytest.mark.parametrize(
    ("name", "show_id", "outcomes", "episodes"),
    [
        ("shows-page0_2020-04.json", None, {"SeriesRecord": 163}, 0),
        ("shows-page0_2025-08.json", None, {"SeriesRecord": 163}, 0),
        ("flexget-responses.jsonl.gz", None, {"SeriesRecord": 150, "Refused": 10}, 271),
        ("schedule_US_2017-09.json", None, {"SeriesRecord": 236}, 236),
        ("search_shows_girls.json", None, {"SeriesRecord": 10}, 0),
        ("show_82_embed_seasons-images-cast-crew.json", None, {"SeriesRecord": 1}, 0),
        ("show_82_episodes_2020.json", None, {"Refused": 1}, 0),
        ("show_82_episodes_2020.json", 82, {"SeriesRecord": 1}, 73),
        ("show_82_episodes_2025.json", None, {"SeriesRecord": 1}, 73),
        ("show_82_episodes_with-specials.json", 82, {"SeriesRecord": 1}, 84),
        ("tvmaze4j/akas.json", 143, {"SeriesRecord": 1}, 0),
        ("tvmaze4j/cast.json", 143, {"SeriesRecord": 1}, 0),
        ("tvmaze4j/crew.json", 143, {"SeriesRecord": 1}, 0),
        ("tvmaze4j/cast_credits.json", None, {"Refused": 2}, 0),
        ("tvmaze4j/episode_season1_number1.json", 1, {"SeriesRecord": 1}, 1),
        ("tvmaze4j/episodes.json", 143, {"SeriesRecord": 1}, 38),
        ("tvmaze4j/people.json", None, {"PersonRecord": 1}, 0),
        ("tvmaze4j/people_search.json", None, {"PersonRecord": 1}, 0),
        ("tvmaze4j/seasons.json", 143, {"SeriesRecord": 1}, 0),
        ("tvmaze4j/show_lookup.json", None, {"SeriesRecord": 1}, 0),
        ("tvmaze4j/show_search.json", None, {"SeriesRecord": 3}, 0),
        ("tvmaze4j/show_single_search_with_episodes.json", None, {"SeriesRecord": 1}, 38),
    ],
)
def test_every_answer_is_read_without_a_warning(name, show_id, outcomes, episodes):
    found = list(read.read_file(TVMAZE / name, show_id=show_id))

    assert Counter(type(record).__name__ for record in found) == outcomes
    assert sum(len(record.episodes or ()) for record in found if isinstance(record, SeriesRecord)) == episodes
    assert [warning for record in found if not isinstance(record, Refused) for warning in record.warnings] == []


def test_five_years_changed_26_statuses_and_two_names():
    then, now = (
        {record.ids["tvmaze"]: record for record in read.read_file(TVMAZE / name) if isinstance(record, SeriesRecord)}
        for name in ("shows-page0_2020-04.json", "shows-page0_2025-08.json")
    )

    changed = Counter(
        field
        for number in then
        for field in ("status", "name")
        if then[number].fields[field] != now[number].fields[field]
    )
    assert changed == {"status": 26, "name": 2}


def test_specials_of_a_real_series_have_no_number():
    (record,) = read.read_file(TVMAZE / "show_82_episodes_with-specials.json", show_id=82)

    assert isinstance(record, SeriesRecord) and record.episodes and not record.is_partial
    specials = [episode for episode in record.episodes if episode.number is None]
    assert len(specials) == 11 and {episode.fields["kind"] for episode in specials} == {"special"}
    assert [episode.fields["aired_on"] for episode in specials].count(None) == 1


def test_people_are_people():
    (record,) = read.read_file(TVMAZE / "tvmaze4j" / "people.json")

    assert isinstance(record, PersonRecord) and record.fields == {"name": "Thomas Middleditch"}
