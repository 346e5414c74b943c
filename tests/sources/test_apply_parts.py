"""Episodes, guests, releases and relations of an imported series."""

from datetime import date

import pytest

from staffellauf.catalogue import merging, provenance
from staffellauf.catalogue.models import (
    Episode,
    Relation,
    Release,
    Role,
    Series,
)
from staffellauf.common import vague
from staffellauf.sources.records import (
    PictureRecord,
    RelationRecord,
    ReleaseRecord,
    SeasonRecord,
    WorkRecord,
)
from tests.sources import imports

pytestmark = pytest.mark.django_db


def the_series() -> Series:
    return Series.objects.get()


def test_a_relation_that_an_editor_calls_otherwise_stays_alone():
    original = imports.series(number=1)
    sequel = imports.series("Möwe", number=2, relations=(RelationRecord("spin_off_of", {"tvmaze": "1"}, "Hafenwache"),))
    imports.carry_out(original, sequel)
    relation = Relation.objects.get()
    Relation.objects.update(kind="sequel_of", origin={"kind": "editor"})
    key = provenance.relation_key("spin_off_of", "Hafenwache")
    provenance.remember_removal(relation.series_id, "relation", key=key)

    imports.carry_out(original, sequel)

    assert [(row.pk, row.kind) for row in Relation.objects.all()] == [(relation.pk, "sequel_of")]


def test_a_picture_that_an_editor_corrected_stays_as_it_is():
    picture = PictureRecord("poster", "https://example.org/a.jpg", credit="TVmaze")
    imports.carry_out(imports.series(pictures=(picture,)))
    series = Series.objects.get()
    series.pictures.update(credit="Somebody else")
    provenance.remember_removal(series.pk, "picture", key=provenance.picture_key("poster", "tvmaze"))

    imports.carry_out(imports.series(pictures=(picture,)))

    assert series.pictures.get().credit == "Somebody else"


def test_episodes_that_change_places_keep_their_rows():
    one, two = imports.episode(1, 1, "Ebbe", tvmaze_id=11), imports.episode(1, 2, "Flut", tvmaze_id=12)
    imports.carry_out(imports.series(episodes=(one, two)))
    before = dict(Episode.objects.values_list("tvmaze_id", "pk"))

    imports.carry_out(
        imports.series(
            episodes=(imports.episode(1, 2, "Ebbe", tvmaze_id=11), imports.episode(1, 1, "Flut", tvmaze_id=12))
        )
    )

    assert dict(Episode.objects.values_list("tvmaze_id", "pk")) == before
    assert dict(Episode.objects.values_list("original_title", "number")) == {"Ebbe": 2, "Flut": 1}


def test_an_episode_that_the_source_dropped_goes_but_a_list_without_specials_keeps_them():
    special = imports.episode(1, None, "Backstage", kind="special", tvmaze_id=13)
    one, two = imports.episode(1, 1, "Ebbe", tvmaze_id=11), imports.episode(1, 2, "Flut", tvmaze_id=12)
    imports.carry_out(imports.series(episodes=(one, two, special)))

    run = imports.carry_out(imports.series(episodes=(one,)))

    assert set(Episode.objects.values_list("tvmaze_id", flat=True)) == {11, 13}
    assert run.notes.get().changes == {"episodes": {"removed": 1}}


def test_two_episodes_of_one_number_do_not_break_the_series():
    run = imports.carry_out(
        imports.series(
            episodes=(imports.episode(1, 1, "Ebbe", tvmaze_id=11), imports.episode(1, 1, "Flut", tvmaze_id=12))
        )
    )

    assert imports.counts(run) == {"created": 1}
    assert Episode.objects.get().original_title == "Ebbe"
    assert "number 1" in run.notes.get().reason


def test_an_episode_that_moved_to_another_series_takes_its_id_along():
    ebbe = imports.episode(1, 1, "Ebbe", tvmaze_id=11)
    imports.carry_out(imports.series(episodes=(ebbe,)))

    moved = imports.series("Möwe", number=2, episodes=(ebbe,))
    runs = [imports.carry_out(moved), imports.carry_out(moved), imports.carry_out(imports.series(episodes=()))]

    assert [imports.counts(run) for run in runs] == [{"created": 1}, {"unchanged": 1}, {"unchanged": 1}]
    assert Episode.objects.get(tvmaze_id=11).season.series.name == "Möwe"


@pytest.mark.parametrize(("said", "years"), [((2030, 2024), (2030, None)), ((2020, 2019), (2020, None))])
def test_an_end_before_the_beginning_is_left_out(said, years):
    imports.carry_out(imports.series(fields={"end_year": 2024}))

    run = imports.carry_out(imports.series(fields={"start_year": said[0], "end_year": said[1]}))

    series = Series.objects.get()
    assert (series.start_year, series.end_year) == years and run.refused == 0


def test_of_two_records_of_one_entry_the_first_speaks_for_it():
    one = imports.series("Hafenwache", number=1, episodes=(imports.episode(1, 1, "Ebbe", tvmaze_id=11),))
    two = imports.series("Möwe", number=2, episodes=(imports.episode(2, 1, "Flut", tvmaze_id=21),))
    imports.carry_out(one, two)
    kept, gone = (Series.objects.get(name=name) for name in ("Hafenwache", "Möwe"))
    merging.merge(gone.topic_ptr, into=kept.topic_ptr, by=None)

    runs = [imports.carry_out(one, two) for _ in range(2)]

    assert [imports.counts(run) for run in runs] == [{"unchanged": 2}] * 2
    assert Series.objects.get().name == "Hafenwache" and Episode.objects.count() == 2


def test_an_episode_that_editors_gave_a_release_stays_when_its_source_drops_it():
    ebbe, flut = imports.episode(1, 1, "Ebbe", tvmaze_id=11), imports.episode(1, 2, "Flut", tvmaze_id=12)
    imports.carry_out(imports.series(episodes=(ebbe, flut)))
    day = date(2026, 3, 1)
    episode, series = Episode.objects.get(number=2), Series.objects.get()
    Release.objects.create(series=series, episode=episode, kind="german_tv", first_on=day, last_on=day)

    imports.carry_out(imports.series(episodes=(ebbe,)))

    assert Release.objects.get().episode == episode


def test_german_titles_and_original_ones_meet_in_one_episode():
    imports.carry_out(
        imports.series(ids={"tvmaze": "1", "imdb": "tt1"}, episodes=(imports.episode(1, 1, "Ebb", tvmaze_id=11),))
    )
    german = imports.series(
        source="tmdb",
        ids={"tmdb": "4", "imdb": "tt1"},
        episodes=(imports.EpisodeRecord(1, 1, {"name": "Ebbe", "tmdb_id": 8}),),
    )

    imports.carry_out(german, importer="tmdb")

    found = Episode.objects.get()
    assert (found.name, found.original_title, found.tvmaze_id, found.tmdb_id) == ("Ebbe", "Ebb", 11, 8)
    assert (found.source_of("original_title"), found.source_of("name")) == ("tvmaze", "tmdb")


@pytest.mark.parametrize("first", ["tmdb", "tvmaze"])
def test_a_role_whose_character_one_source_does_not_know_is_one_role(first):
    ids = {"tvmaze": "1", "tmdb": "1"}
    told = {
        "tmdb": imports.series(source="tmdb", ids=ids, roles=(imports.role("Ada Ahrens", ""),)),
        "tvmaze": imports.series(ids=ids, roles=(imports.role("Ada Ahrens", "Krug", number=5),)),
    }
    second = "tvmaze" if first == "tmdb" else "tmdb"
    for source in (first, second):
        imports.carry_out(told[source], importer=source)

    assert [imports.counts(imports.carry_out(told[s], importer=s)) for s in (first, second)] == [{"unchanged": 1}] * 2
    assert Role.objects.get().character == "Krug"


def test_a_translated_character_is_the_same_role_and_stays_german():
    ids = {"tvmaze": "1", "tmdb": "1"}
    german = imports.series(source="tmdb", ids=ids, roles=(imports.role("Ada Ahrens", "Johanna Schnee"),))
    english = imports.series(ids=ids, roles=(imports.role("Ada Ahrens", "Joan Snow", number=5),))

    imports.carry_out(english)
    imports.carry_out(german, importer="tmdb")
    again = [imports.carry_out(english), imports.carry_out(german, importer="tmdb")]

    assert [imports.counts(run) for run in again] == [{"unchanged": 1}] * 2
    assert Role.objects.get().character == "Johanna Schnee"


def test_guests_are_linked_to_their_episodes():
    guest = imports.role("Olaf Otto", "Zeuge", number=9, billing="guest")
    first = imports.EpisodeRecord(1, 1, {"tvmaze_id": 11}, roles=(guest,))
    second = imports.EpisodeRecord(1, 2, {"tvmaze_id": 12}, roles=(guest,))
    imports.carry_out(imports.series(episodes=(first, second)))

    assert set(Role.objects.get().episodes.values_list("number", flat=True)) == {1, 2}
    imports.carry_out(imports.series(episodes=(first, imports.EpisodeRecord(1, 2, {"tvmaze_id": 12}, roles=()))))
    assert set(Role.objects.get().episodes.values_list("number", flat=True)) == {1}


def test_a_vague_release_stays_vague():
    release = ReleaseRecord(
        "german_stream", vague.parse("Herbst 2026"), season=2, organisation=imports.network("Strom", number=3)
    )
    record = imports.series(seasons=(SeasonRecord(2),), releases=(release,))

    imports.carry_out(record)

    stored = the_series().releases.get()
    assert (stored.precision, stored.first_on, stored.last_on) == (
        "season_of_year",
        date(2026, 9, 1),
        date(2026, 11, 30),
    )
    assert stored.season is not None and stored.season.number == 2 and str(stored.organisation) == "Strom"
    assert imports.counts(imports.carry_out(record)) == {"unchanged": 1}


def test_relations_find_series_that_come_later_and_works():
    spin_off = imports.series(
        "Möwe", number=2, relations=(RelationRecord("spin_off_of", {"tvmaze": "1"}, "Hafenwache"),)
    )
    novel = WorkRecord("novel", "Tiefgang", year=1999, authors=(imports.person("Ruth Nolte"),))
    original = imports.series(number=1, relations=(RelationRecord("based_on", work=novel),))

    imports.carry_out(spin_off, original)

    found = {(r.series.name, r.kind, str(r.to_series or r.to_work)) for r in Relation.objects.all()}
    assert found == {("Möwe", "spin_off_of", "Hafenwache"), ("Hafenwache", "based_on", "Tiefgang")}
    assert imports.counts(imports.carry_out(spin_off, original)) == {"unchanged": 2}
