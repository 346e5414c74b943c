import os
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from staffellauf.catalogue import naming
from staffellauf.catalogue.models import Alias, ExternalId, GuideTitle, Organisation, Season, Series, Showing
from staffellauf.sources.xmltv import apply, decisions, read
from staffellauf.sources.xmltv.decisions import Title
from tests import make
from tests.sources.guides import applied, channel, guide, programme

pytestmark = pytest.mark.django_db

SHARED = Path(os.environ.get("STAFFELLAUF_SHARED_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))


def series(name, *, alias="", episodes=(), **fields):
    """With one season whose episodes have these titles."""
    made = make.series(name, **fields)
    if alias:
        Alias.objects.create(topic_id=made.pk, name=alias)
    naming.refresh_names([made.pk])
    season = Season.objects.create(series=made, number=1)
    for number, title in enumerate(episodes, start=1):
        season.episodes.create(number=number, name=title)
    return made


def network(name, **fields):
    made = make.organisation(name, type="network", **fields)
    naming.refresh_names([made.pk])
    return made


def only():
    return Showing.objects.get()


def outcome(report):
    return report.created, report.changed, report.unchanged, report.removed


def test_a_channel_that_nobody_knows_becomes_an_organisation_and_is_found_again(tmp_path):
    rows = [
        channel("Kanal Neun", "neun.example"),
        programme("Nachtmagazin", "2026-01-24T00:20", channel="neun.example"),
    ]

    first, second = applied(tmp_path, *rows), applied(tmp_path, *rows)

    organisation = Organisation.objects.get()
    assert (organisation.name, organisation.source, organisation.slug) == ("Kanal Neun", "xmltv", "kanal-neun")
    assert ExternalId.objects.get().value == "neun.example"
    assert (first.channels_created, second.channels_created, second.channels_matched) == (1, 0, 1)


def test_a_channel_is_found_by_name_and_by_better_pictures(tmp_path):
    erste = network("Das Erste")

    applied(tmp_path, channel("Das Erste HD"), programme("Tatort", "2026-01-25T20:15"))

    assert only().organisation == erste
    assert Organisation.objects.count() == 1


def test_two_channels_of_one_guide_do_not_share_an_organisation(tmp_path):
    applied(
        tmp_path,
        channel("Kanal Neun", "a"),
        channel("Kanal Neun", "b"),
        programme("Film", "2026-01-25T20:15", channel="a"),
        programme("Anderer Film", "2026-01-25T20:15", channel="b"),
    )

    assert sorted(Organisation.objects.values_list("slug", flat=True)) == ["kanal-neun", "kanal-neun-2"]


def test_channels_of_two_guides_that_only_share_a_name_are_two(tmp_path):
    german = [programme("Dora", f"2026-01-23T{hour}:00", channel="kinder.de") for hour in range(10, 16)]
    spanish = [programme("Pistas", f"2026-01-23T{hour}:20", channel="kinder.es") for hour in range(10, 16)]

    applied(tmp_path, channel("Kinder TV", "kinder.de"), *german)
    report = applied(tmp_path, channel("Kinder TV", "kinder.es"), *spanish)

    assert outcome(report) == (6, 0, 0, 0)
    assert Organisation.objects.filter(name="Kinder TV").count() == 2
    assert Showing.objects.count() == 12


def test_a_channel_of_two_guides_that_shows_the_same_is_one(tmp_path):
    rows = [programme("Dora", f"2026-01-23T{hour}:00", channel="kinder.de") for hour in range(10, 16)]

    applied(tmp_path, channel("Kinder TV", "kinder.de"), *rows)
    report = applied(tmp_path, channel("Kinder TV", "k-tv"), *(row.replace("kinder.de", "k-tv") for row in rows[1:]))

    assert Organisation.objects.count() == 1
    assert (report.channels_matched, report.unchanged) == (1, 5)


def test_a_showing_knows_its_broadcast_day(tmp_path):
    applied(tmp_path, programme("Nachtmagazin", "2026-01-24T00:20", "2026-01-24T00:40"))

    assert only().starts_at == datetime(2026, 1, 23, 23, 20, tzinfo=UTC)
    assert only().broadcast_day == date(2026, 1, 23)


@pytest.mark.parametrize(
    ("starts", "expected", "day"),
    [
        (["2026-03-29T01:30", "2026-03-29T03:00"], ["2026-03-29T00:30", "2026-03-29T01:00"], "2026-03-28"),
        (
            ["2026-10-25T02:30", "2026-10-25T02:15", "2026-10-25T03:00"],
            ["2026-10-25T00:30", "2026-10-25T01:15", "2026-10-25T02:00"],
            "2026-10-24",
        ),
    ],
)
def test_both_nights_on_which_clocks_change_are_stored_in_order(tmp_path, starts, expected, day):
    applied(tmp_path, *(programme(f"Sendung {n}", start) for n, start in enumerate(starts)))

    rows = Showing.objects.order_by("title")
    assert [row.starts_at for row in rows] == [datetime.fromisoformat(f"{text}+00:00") for text in expected]
    assert {row.broadcast_day for row in rows} == {date.fromisoformat(day)}
    assert [row.ends_at for row in rows][:-1] == [row.starts_at for row in rows][1:]


def test_the_same_guide_again_changes_nothing(tmp_path):
    series("Ballard", episodes=["Ein neuer Fall"])
    rows = [
        programme("Ballard", "2026-01-23T20:15", "2026-01-23T21:00", subtitle="Ein neuer Fall"),
        programme("Wetter", "2026-01-23T21:00", "2026-01-23T21:05"),
        programme("Kurz", "2026-01-23T21:00", "2026-01-23T21:02"),
    ]

    assert outcome(applied(tmp_path, *rows)) == (3, 0, 0, 0)
    assert outcome(applied(tmp_path, *rows)) == (0, 0, 3, 0)


def test_a_corrected_guide_changes_rows_and_takes_away_what_vanished(tmp_path):
    applied(
        tmp_path,
        programme("Frühstück", "2026-01-23T08:00", "2026-01-23T09:00"),
        programme("Ballard", "2026-01-23T20:15", "2026-01-23T21:00"),
        programme("Fällt aus", "2026-01-23T21:00", "2026-01-23T22:00"),
        programme("Danach", "2026-01-23T22:00", "2026-01-23T23:00"),
        programme("Tage später", "2026-01-26T20:15", "2026-01-26T21:00"),
        programme("Woanders", "2026-01-23T21:00", "2026-01-23T22:00", channel="zwei"),
    )
    kept = Showing.objects.get(title="Ballard").pk

    report = applied(
        tmp_path,
        programme("Ballard (2)", "2026-01-23T20:15", "2026-01-23T22:00"),
        programme("Danach", "2026-01-23T22:00", "2026-01-23T23:00"),
    )

    assert outcome(report) == (0, 1, 1, 1)
    assert Showing.objects.get(title="Ballard (2)").pk == kept
    assert set(Showing.objects.values_list("title", flat=True)) == {
        "Frühstück", "Ballard (2)", "Danach", "Tage später", "Woanders",
    }  # fmt: skip


def test_a_hole_of_whole_days_in_a_guide_takes_nothing_away(tmp_path):
    applied(tmp_path, *(programme("Ballard", f"2026-01-{day}T20:15", f"2026-01-{day}T21:00") for day in (23, 24, 25)))

    report = applied(
        tmp_path, *(programme("Ballard", f"2026-01-{day}T20:15", f"2026-01-{day}T21:00") for day in (23, 25))
    )

    assert outcome(report) == (0, 0, 2, 0)


def test_programmes_that_share_a_start_are_kept_apart_and_a_double_is_counted(tmp_path):
    rows = [
        programme("Nachrichten", "2026-01-23T20:00", "2026-01-23T20:15"),
        programme("Wetter", "2026-01-23T20:00", "2026-01-23T20:15"),
        programme("Wetter", "2026-01-23T20:00", "2026-01-23T20:15", desc="noch einmal"),
        programme("Ende", "2026-01-23T20:15", "2026-01-23T20:30"),
    ]

    first, second = applied(tmp_path, *rows), applied(tmp_path, *rows)
    third = applied(tmp_path, rows[0].replace("Nachrichten", "Tagesschau"), *rows[1:])

    assert (outcome(first), first.duplicates) == ((3, 0, 0, 0), 1)
    assert outcome(second) == (0, 0, 3, 0)
    assert outcome(third) == (1, 0, 2, 1)
    assert set(Showing.objects.values_list("title", flat=True)) == {"Tagesschau", "Wetter", "Ende"}


def test_a_dry_run_writes_nothing_and_tells_the_same(tmp_path):
    series("Ballard", episodes=["Ein neuer Fall"])
    rows = [programme("Ballard", "2026-01-23T20:15", subtitle="Ein neuer Fall"), programme("Film", "2026-01-23T21:15")]

    dry = applied(tmp_path, *rows, is_dry_run=True)

    assert not Showing.objects.exists()
    assert not Organisation.objects.exists()
    assert (outcome(dry), dry.matches) == ((2, 0, 0, 0), {"matched": 1, "unmatched": 1})


def test_a_run_that_breaks_off_ends_in_the_same_state_when_it_goes_on(tmp_path, monkeypatch):
    monkeypatch.setattr(apply, "CHUNK", 2)
    rows = [programme(f"Sendung {n}", f"2026-01-23T{10 + n}:00", f"2026-01-23T{11 + n}:00") for n in range(7)]
    rows.insert(3, programme("Sendung 2", "2026-01-23T12:00", "2026-01-23T13:00"))
    seen = []

    def stop_after_the_second(report):
        if report.done == 6:
            raise KeyboardInterrupt
        seen.append(report.done)

    with pytest.raises(KeyboardInterrupt):
        apply.apply(guide(tmp_path, *rows), on_chunk=stop_after_the_second)
    assert Showing.objects.count() == 3

    report = apply.apply(guide(tmp_path, *rows), done=seen[-1])

    assert report.done == report.total == 8
    assert Counter(Showing.objects.values_list("title", flat=True)) == {f"Sendung {n}": 1 for n in range(7)}
    assert outcome(applied(tmp_path, *rows)) == (0, 0, 7, 0)


@pytest.mark.parametrize(
    ("told", "match", "number"),
    [
        ({"title": "Ballard", "subtitle": "Der Fall Jenny"}, "matched", 2),
        ({"title": "BALLARD", "number": "S01E02"}, "matched", 2),
        ({"title": "Ballard: Der Fall Jenny", "subtitle": "Der Fall Jenny"}, "matched", 2),
        ({"title": "Ballard - täglich ab 22 Uhr", "number": "(3)"}, "matched", 3),
        ({"title": "Ballard, Folge 3"}, "matched", 3),
        ({"title": "Detective Ballard", "subtitle": "Der Fall Jenny (2/10)"}, "matched", 2),
        ({"title": "Ballard: Spurensuche", "subtitle": "Der Fall Jenny"}, "doubtful", 2),
        ({"title": "Ballard", "category": "Krimiserie"}, "matched", None),
        ({"title": "Ballard", "date": "2025"}, "matched", None),
        ({"title": "Detective Ballard"}, "matched", None),
        ({"title": "Ballard"}, "doubtful", None),
        ({"title": "Ballard", "number": "S09E99"}, "doubtful", None),
        ({"title": "Ballard", "category": "Spielfilm"}, "unmatched", None),
        ({"title": "Ballard", "date": "1987"}, "unmatched", None),
        ({"title": "Ballards", "subtitle": "Der Fall Jenny"}, "unmatched", None),
        ({"title": "Detective Bal…", "subtitle": "Der Fall Jenny"}, "matched", 2),
        ({"title": "Detective Bal...", "subtitle": "Etwas anderes"}, "doubtful", None),
        ({"title": "Bal…"}, "unmatched", None),
    ],
)
def test_what_a_guide_tells_decides_how_sure_a_match_is(tmp_path, told, match, number):
    ballard = series(
        "Ballard", alias="Detective Ballard", episodes=["Erste Nacht", "Der Fall Jenny", "Folge 3"], start_year=2025
    )
    title = told.pop("title")

    applied(tmp_path, programme(title, "2026-01-23T20:15", **told))

    showing = only()
    assert (showing.match, showing.episode.number if showing.episode else None) == (match, number), showing.confidence
    assert showing.series_id == (None if match == "unmatched" else ballard.pk)
    assert 0 <= showing.confidence <= 100


def test_two_series_of_one_name_are_told_apart_by_year_or_channel_or_asked_about(tmp_path):
    old, new = series("Doctor Who", start_year=1963), series("Doctor Who 2005", alias="Doctor Who", start_year=2005)
    new.organisations.add(network("Eins"))

    applied(
        tmp_path,
        channel("Zwei", "zwei"),
        programme("Doctor Who (2005)", "2026-01-23T20:15", channel="zwei"),
        programme("Doctor Who (1963)", "2026-01-23T21:15", channel="zwei"),
        programme("Doctor Who", "2026-01-23T22:15", channel="zwei"),
        channel("Eins", "eins"),
        programme("Doctor Who", "2026-01-23T22:15", channel="eins"),
    )

    found = {(s.title, s.organisation.name): (s.match, s.series_id) for s in Showing.objects.all()}
    assert found["Doctor Who (2005)", "Zwei"] == ("matched", new.pk)
    assert found["Doctor Who (1963)", "Zwei"] == ("matched", old.pk)
    assert found["Doctor Who", "Zwei"][0] == "doubtful"
    assert found["Doctor Who", "Eins"] == ("matched", new.pk)


def test_an_episode_title_that_several_have_finds_none(tmp_path):
    series("Dark", episodes=["Geheimnisse", "Geheimnisse"])

    applied(tmp_path, programme("Dark", "2026-01-23T20:15", subtitle="Geheimnisse"))

    assert (only().match, only().episode) == ("doubtful", None)


def test_what_editors_decided_holds_for_every_showing_and_every_later_guide(tmp_path):
    dark = series("Dark", episodes=["Geheimnisse"])
    rows = [programme("Darkness", f"2026-01-{day}T20:15", subtitle="Geheimnisse") for day in (23, 24)]
    rows.append(programme("Kochduell", "2026-01-23T22:15"))
    applied(tmp_path, *rows)
    eins = Organisation.objects.get()

    assert decisions.confirm(Title(eins.pk, "darkness"), dark) == 2
    assert decisions.reject(Title(eins.pk, "kochduell")) == 1
    rows += [programme("Darkness", "2026-01-25T20:15"), programme("Kochduell", "2026-01-25T22:15")]
    report = applied(tmp_path, *rows)

    found = Counter(Showing.objects.values_list("title", "match", "series_id"))
    assert found == {("Darkness", "confirmed", dark.pk): 3, ("Kochduell", "rejected", None): 2}
    assert Showing.objects.filter(episode__name="Geheimnisse").count() == 2
    assert outcome(report) == (2, 1, 2, 0)


def test_a_decision_can_be_taken_back(tmp_path):
    dark, other = series("Dark"), series("Dark Matter")
    applied(tmp_path, programme("Dark", "2026-01-23T20:15"))
    title = Title(Organisation.objects.get().pk, "dark")
    decisions.confirm(title, other)

    decisions.forget(title)

    assert (only().match, only().series_id) == ("doubtful", dark.pk)
    assert not GuideTitle.objects.exists()


def test_showings_of_other_sources_stay_as_they_are(tmp_path):
    eins = network("Eins")
    start = datetime(2026, 1, 23, 19, 15, tzinfo=UTC)
    Showing.objects.create(
        organisation=eins,
        starts_at=start,
        title="Dark",
        source="own",
        broadcast_day=date(2026, 1, 23),
        subtitle="Unser",
    )

    applied(tmp_path, channel("Eins"), programme("Dark", "2026-01-23T20:15", "2026-01-23T21:00", subtitle="Ihr"))

    assert only().subtitle == "Unser"


def test_the_number_of_queries_does_not_depend_on_the_number_of_programmes(tmp_path):
    for name in ("Ballard", "Dark", "Bosch"):
        series(name, episodes=["Eins", "Zwei"])

    def queries(count):
        names = ["Ballard", "Dark", "Bosch"]
        rows = [programme(names[n % 3], f"2026-01-{1 + n:02}T20:15", subtitle="Zwei") for n in range(count)]
        with CaptureQueriesContext(connection) as captured:
            applied(tmp_path, *rows)
        Showing.objects.all().delete()
        return len(captured)

    queries(3)
    assert queries(24) == queries(6)


def test_the_german_guide_is_applied_and_applied_again_unchanged():
    path = SHARED / "xmltv" / "plutotv-de_2021-12-29.xml"
    if not path.exists():
        pytest.skip("the shared data is not beside the repository; set STAFFELLAUF_SHARED_DATA")
    series("SpongeBob Schwammkopf")
    hills = series("The Hills")

    first = apply.apply(read.survey(path))
    spanish = apply.apply(read.survey(path.with_name("plutotv-es_2021-12-29.xml")))
    second = apply.apply(read.survey(path))

    assert first.created + first.duplicates == first.done == 1575
    assert (second.created, second.changed, second.unchanged, second.removed) == (0, 0, first.created, 0)
    assert (first.channels_created, second.channels_created) == (69, 0)
    assert sum(first.matches.values()) == first.created
    assert (spanish.channels_created, spanish.changed, spanish.removed) == (100, 0, 0)
    assert Series.objects.get(pk=hills.pk).showings.count() > 10


def test_what_an_editor_said_of_one_broadcast_stands_when_the_guide_comes_again(tmp_path):
    first, second = series("Nachtmagazin", episodes=["Alpha", "Beta"]), series("Tagmagazin")
    rows = [
        channel("Kanal Neun", "neun.example"),
        programme("Nachtmagazin", "2026-01-24T00:20", channel="neun.example"),
        programme("Nachtmagazin", "2026-01-25T00:20", channel="neun.example"),
        programme("Nachtmagazin", "2026-01-26T00:20", channel="neun.example"),
    ]
    applied(tmp_path, *rows)
    one, two, three = Showing.objects.order_by("starts_at")
    said = {"match": "confirmed", "confidence": 100}
    Showing.objects.filter(pk=one.pk).update(series=second, episode=None, **said)
    Showing.objects.filter(pk=two.pk).update(series=None, episode=None, match="rejected", confidence=100)
    episode = first.seasons.get().episodes.get(number=2)
    Showing.objects.filter(pk=three.pk).update(series=first, episode=episode, **said)

    report = applied(tmp_path, *rows)

    assert outcome(report) == (0, 0, 3, 0)
    assert list(Showing.objects.order_by("starts_at").values_list("series_id", "episode_id", "match")) == [
        (second.pk, None, "confirmed"),
        (None, None, "rejected"),
        (first.pk, episode.pk, "confirmed"),
    ]
