"""What an import makes of a series: the difference, and nothing that it may not."""

from datetime import date

import pytest

from staffellauf.catalogue import provenance, queries, removals
from staffellauf.catalogue.models import (
    Episode,
    Person,
    Role,
    Series,
    StatusChange,
)
from staffellauf.sources.records import (
    AliasRecord,
    CreditRecord,
    SeasonRecord,
)
from tests.sources import imports

pytestmark = pytest.mark.django_db


def the_series() -> Series:
    return Series.objects.get()


def test_a_new_series_comes_with_everything_that_is_said_of_it():
    record = imports.series(
        fields={"status": "running", "genres": "crime, drama"},
        organisations=(imports.network("Kanal 7", number=7),),
        episodes=(imports.episode(1, 1, "Ebbe", tvmaze_id=11), imports.episode(1, None, "Backstage", kind="special")),
        roles=(imports.role("Ada Ahrens", "Kommissarin Krug", number=5),),
        aliases=(AliasRecord("Harbour Watch", "en"),),
    )

    run = imports.carry_out(record)

    series = the_series()
    assert imports.counts(run) == {"created": 1}
    assert (series.slug, series.source, series.genres) == ("hafenwache", "tvmaze", "crime, drama")
    assert [str(network) for network in series.organisations.all()] == ["Kanal 7"]
    assert [(e.number, e.original_title) for e in Episode.objects.order_by("original_title")] == [
        (None, "Backstage"),
        (1, "Ebbe"),
    ]
    assert str(series.roles.get().person) == "Ada Ahrens"
    assert set(series.folded_names.values_list("folded", flat=True)) == {"hafenwache", "harbour watch"}
    assert series.status_changes.get().status == "running"


def test_the_same_again_is_unchanged_and_writes_no_row():
    record = imports.series(
        fields={"status": "ended", "ended_on": date(2024, 5, 1)},
        organisations=(imports.network("Kanal 7", number=7),),
        seasons=(SeasonRecord(1, {"tvmaze_id": 3}),),
        episodes=(imports.episode(1, 1, "Ebbe", tvmaze_id=11),),
        roles=(imports.role("Ada Ahrens", "Krug", number=5), imports.role("Ada Ahrens", "Ihre Schwester", number=5)),
        credits=(CreditRecord(imports.person("Emil Ebert", number=6), "creator"),),
        aliases=(AliasRecord("Harbour Watch", "en"),),
    )
    imports.carry_out(record)
    updated_at = the_series().updated_at

    run = imports.carry_out(record)

    assert imports.counts(run) == {"unchanged": 1}
    assert the_series().updated_at == updated_at
    assert not run.notes.exists()
    assert (Episode.objects.count(), Role.objects.count(), Person.objects.count()) == (1, 2, 2)


def test_a_renamed_series_has_a_new_address_and_the_old_one_leads_there():
    imports.carry_out(imports.series("Beauty and the Beast"))
    imports.carry_out(imports.series("Beauty & the Beast"))

    found = queries.topic_by_slug("series", "beauty-and-the-beast")

    assert the_series().slug == "beauty-the-beast"
    assert found == the_series().topic_ptr
    assert the_series().folded_names.get().folded == "beauty the beast"


def test_a_slug_that_editors_chose_survives_a_new_name():
    imports.carry_out(imports.series("Beauty and the Beast"))
    Series.objects.update(slug="schoene")

    imports.carry_out(imports.series("Beauty & the Beast"))

    assert (the_series().name, the_series().slug) == ("Beauty & the Beast", "schoene")


def test_the_status_history_has_the_old_and_the_new():
    imports.carry_out(imports.series(fields={"status": "running"}))
    imports.carry_out(imports.series(fields={"status": "ended", "ended_on": date(2024, 5, 1)}))

    history = list(StatusChange.objects.values_list("status", "since", "source"))

    assert history == [("running", None, "tvmaze"), ("ended", date(2024, 5, 1), "tvmaze")]
    assert the_series().status == "ended"


def test_a_move_to_another_network_is_followed():
    imports.carry_out(imports.series(organisations=(imports.network("Kanal 7", number=7),)))
    run = imports.carry_out(imports.series(organisations=(imports.network("Kanal 8", number=8),)))

    assert [str(network) for network in the_series().organisations.all()] == ["Kanal 8"]
    assert run.notes.get().changes["organisations"] == {"created": 1, "removed": 1}


def test_an_older_state_of_a_record_changes_nothing():
    old = imports.series("Star Wars Rebels", fields={"status": "running"}, version=100)
    new = imports.series("Star Wars: Rebels", fields={"status": "ended"}, version=200)
    imports.carry_out(old)
    imports.carry_out(new)

    runs_again = [imports.counts(imports.carry_out(record)) for record in (old, new, old)]

    assert runs_again == [{"unchanged": 1}] * 3
    assert the_series().status == "ended"


def test_an_older_state_still_adds_episodes_that_are_missing():
    imports.carry_out(imports.series(version=200, episodes=(imports.episode(1, 1, "Ebbe", tvmaze_id=11),)))
    old = imports.series(
        version=100,
        episodes=(imports.episode(1, 1, "Arbeitstitel", tvmaze_id=11), imports.episode(1, 2, "Flut", tvmaze_id=12)),
    )

    imports.carry_out(old)

    assert list(Episode.objects.values_list("number", "original_title")) == [(1, "Ebbe"), (2, "Flut")]


def test_an_editors_correction_stays():
    imports.carry_out(imports.series(fields={"status": "running", "runtime_min": 60}))
    series = the_series()
    series.runtime_min = 45
    provenance.claim_changes(series, ["runtime_min"])
    series.save()

    run = imports.carry_out(imports.series(fields={"status": "ended", "runtime_min": 62}))

    assert (the_series().runtime_min, the_series().status) == (45, "ended")
    assert imports.counts(run) == {"changed": 1}


def test_what_an_editor_emptied_stays_empty():
    imports.carry_out(imports.series(fields={"official_site": "https://hafenwache.example/"}))
    series = the_series()
    series.official_site = ""
    provenance.claim_changes(series, ["official_site"])
    series.save()

    imports.carry_out(imports.series(fields={"official_site": "https://hafenwache.example/"}))

    assert the_series().official_site == ""


def test_what_editors_took_away_does_not_come_back():
    record = imports.series(
        episodes=(imports.episode(1, 1, "Ebbe", tvmaze_id=11), imports.episode(1, 2, "Flut", tvmaze_id=12)),
        roles=(imports.role("Ada Ahrens", "Krug", number=5),),
    )
    imports.carry_out(record)
    series = the_series()
    provenance.remember_removal(series.pk, "role", key=provenance.role_key("Krug", "Ada Ahrens"))
    provenance.remember_removal(series.pk, "episode", key=provenance.episode_keys(1, 2, tvmaze=12)[0])
    Role.objects.all().delete()
    Episode.objects.filter(number=2).delete()

    run = imports.carry_out(record)

    assert imports.counts(run) == {"unchanged": 1}
    assert not Role.objects.exists() and Episode.objects.count() == 1


def test_an_episode_that_an_editor_put_into_another_season_stays_there():
    record = imports.series(
        episodes=(imports.episode(1, 1, "Ebbe", tvmaze_id=11), imports.episode(2, 1, "Flut", tvmaze_id=12))
    )
    imports.carry_out(record)
    episode, second = Episode.objects.get(tvmaze_id=11), the_series().seasons.get(number=2)
    Episode.objects.filter(pk=episode.pk).update(
        season=second, number=7, origin={"season": "editor", "number": "editor"}
    )

    assert imports.counts(imports.carry_out(record)) == {"unchanged": 1}
    assert Episode.objects.filter(pk=episode.pk, season=second, number=7).exists()
    assert Episode.objects.count() == 2


def test_a_season_keeps_the_number_that_an_editor_gave_it():
    record = imports.series(
        seasons=(SeasonRecord(2017, {"tvmaze_id": 3}),), episodes=(imports.episode(2017, 1, "Ebbe", tvmaze_id=11),)
    )
    imports.carry_out(record)
    the_series().seasons.update(number=1, origin={"number": "editor"})

    assert imports.counts(imports.carry_out(record)) == {"unchanged": 1}
    assert [(e.season.number, e.number) for e in Episode.objects.select_related("season")] == [(1, 1)]


def test_a_german_title_from_tmdb_is_not_overwritten_by_tvmaze():
    imports.carry_out(imports.series("Money Heist", ids={"tvmaze": "1", "imdb": "tt1"}))
    german = imports.series("Haus des Geldes", source="tmdb", ids={"tmdb": "9", "imdb": "tt1"})
    imports.carry_out(german, importer="tmdb")

    run = imports.carry_out(imports.series("Money Heist", ids={"tvmaze": "1", "imdb": "tt1"}))

    assert the_series().name == "Haus des Geldes"
    assert the_series().source_of("name") == "tmdb"
    assert imports.counts(run) == {"unchanged": 1}


def test_a_series_that_editors_deleted_stays_away_until_they_want_it_back():
    record = imports.series()
    imports.carry_out(record)
    removals.remember(the_series())
    the_series().delete()

    assert imports.counts(imports.carry_out(record)) == {"refused": 1}
    own = imports.series(source="own", ids={"own": "hafenwache", "tvmaze": "1"})
    assert imports.counts(imports.carry_out(own, importer="own")) == {"created": 1}
