"""What nobody could tell is told by an editor, once, and every later import follows it."""

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from staffellauf.accounts.models import User
from staffellauf.catalogue import naming
from staffellauf.catalogue.models import ExternalId, Series
from staffellauf.sources import actions, records, runs
from staffellauf.sources.models import Doubt, ImportRun
from staffellauf.sources.own import write
from staffellauf.sources.reading import Options
from staffellauf.sources.records import EpisodeRecord, SeasonRecord, SeriesRecord, SourceRecord
from tests import make

pytestmark = pytest.mark.django_db
# Called like the one we have, but no year says whether it is that one.
RECORD = SeriesRecord(
    "own",
    "Dark",
    {"tvmaze": "17861", "imdb": "tt5753856"},
    {"name": "Dark", "status": "ended"},
    seasons=(SeasonRecord(1),),
    episodes=(EpisodeRecord(1, 1, {"name": "Geheimnisse"}),),
)


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA = tmp_path


@pytest.fixture
def dark() -> Series:
    dark = make.series("Dark")
    naming.refresh_names({dark.pk})
    return dark


@pytest.fixture
def ada() -> User:
    return make.editor()


def imported(folder: Path) -> ImportRun:
    path = folder / "catalogue.jsonl"
    path.write_text(write.head([SourceRecord("own", "")]) + write.line(RECORD, default="own"))
    reading = runs.importer("own").open(str(path), options=Options())
    return runs.carry_out(runs.begin("own", reading), reading)


def doubt(folder: Path) -> Doubt:
    imported(folder)
    return Doubt.objects.get()


def decide(found: Doubt, state: Doubt.State, **said: Any) -> Doubt:
    return actions.decide(found, state, now=timezone.now(), **said)


def ids(series: Series) -> set[tuple[str, str]]:
    return set(ExternalId.objects.filter(topic_id=series.pk).values_list("scheme", "value"))


def test_a_series_called_the_same_is_a_doubt_and_nothing_is_stored(dark: Series, tmp_path: Path) -> None:
    run = imported(tmp_path)

    assert (run.doubtful, run.created) == (1, 0)
    assert list(Doubt.objects.get().candidates.all()) == [dark.topic_ptr]
    assert actions.record_of(Doubt.objects.get()) == RECORD


def test_the_same_entry_gets_ids_and_all_that_the_record_says(dark: Series, ada: User, tmp_path: Path) -> None:
    decided = decide(doubt(tmp_path), Doubt.State.SAME, topic_id=dark.pk, editor=ada)

    assert (decided.decided_topic_id, decided.decided_by) == (dark.pk, ada)
    assert ids(dark) == {("tvmaze", "17861"), ("imdb", "tt5753856")}
    assert Series.objects.get().seasons.get().episodes.get().name == "Geheimnisse"
    assert (imported(tmp_path).unchanged, Series.objects.count()) == (1, 1)


def test_another_entry_is_created_and_stays_another(dark: Series, ada: User, tmp_path: Path) -> None:
    decided = decide(doubt(tmp_path), Doubt.State.OTHER, editor=ada)

    made = Series.objects.exclude(pk=dark.pk).get()
    assert (decided.decided_topic_id, made.slug) == (made.pk, "dark-2")
    assert (imported(tmp_path).unchanged, Series.objects.count()) == (1, 2)


def test_what_is_left_out_stays_out(dark: Series, ada: User, tmp_path: Path) -> None:
    decide(doubt(tmp_path), Doubt.State.IGNORED, editor=ada)

    run = imported(tmp_path)

    assert (run.refused, run.doubtful, Series.objects.count()) == (1, 0, 1)


def test_a_decision_is_taken_back_with_the_ids_that_it_gave(dark: Series, ada: User, tmp_path: Path) -> None:
    ExternalId.objects.create(topic=dark, kind="series", scheme="tmdb", value="70523")
    decided = decide(doubt(tmp_path), Doubt.State.SAME, topic_id=dark.pk, editor=ada)

    actions.reopen(decided)

    again = Doubt.objects.get()
    assert (again.state, again.decided_topic, again.decided_by) == (Doubt.State.OPEN, None, None)
    assert ids(dark) == {("tmdb", "70523")}
    assert actions.record_of(again) == RECORD
    assert imported(tmp_path).doubtful == 1


def test_an_entry_that_was_made_is_merged_and_not_taken_back(dark: Series, ada: User, tmp_path: Path) -> None:
    decided = decide(doubt(tmp_path), Doubt.State.OTHER, editor=ada)

    with pytest.raises(actions.CannotDecide, match="made"):
        actions.reopen(decided)


def test_of_two_editors_the_second_is_told(dark: Series, ada: User, tmp_path: Path) -> None:
    found = doubt(tmp_path)
    decide(found, Doubt.State.IGNORED, editor=ada)

    with pytest.raises(actions.CannotDecide, match="decided"):
        decide(found, Doubt.State.OTHER, editor=ada)


def test_a_candidate_that_was_merged_stands_for_the_entry_that_took_its_place(
    dark: Series, ada: User, tmp_path: Path
) -> None:
    found = doubt(tmp_path)
    kept = make.series("Dunkel")
    Series.everything.filter(pk=dark.pk).update(merged_into=kept.topic_ptr)

    decided = decide(found, Doubt.State.SAME, topic_id=dark.pk, editor=ada)

    assert decided.decided_topic_id == kept.pk
    assert ("tvmaze", "17861") in ids(kept)


@pytest.mark.parametrize("topic_id", [None, 10**12])
def test_the_same_as_nothing_is_refused(dark: Series, ada: User, tmp_path: Path, topic_id: int | None) -> None:
    with pytest.raises(actions.CannotDecide, match="no_topic"):
        decide(doubt(tmp_path), Doubt.State.SAME, topic_id=topic_id, editor=ada)


@pytest.mark.parametrize("record", [{}, {"@": "PersonRecord", "source": "own", "name": "Ada"}, {"@": "SeriesRecord"}])
def test_a_record_of_another_version_is_refused(ada: User, record: Any) -> None:
    found = Doubt.objects.create(importer="own", kind="series", key="x", name="Dark", record=record)

    with pytest.raises(actions.CannotDecide, match="unreadable"):
        decide(found, Doubt.State.OTHER, editor=ada)


def test_a_dumped_record_is_the_same_again() -> None:
    assert records.load(records.dump(RECORD)) == RECORD
