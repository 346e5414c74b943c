"""Calendars as other programs read them: icalendar and ics judge, neither wrote them (alerts/channels/calendar)."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import ics
import pytest
from django.utils.translation import gettext as _

from staffellauf.alerts import links
from staffellauf.alerts.channels.calendar import document, ical
from staffellauf.catalogue.models import DataSource, Episode, Organisation, Season, Series
from staffellauf.common.dates import BERLIN
from staffellauf.readers.models import Reader
from tests import make
from tests.alerts.calendars import NOW, calendar, link_of, only

pytestmark = pytest.mark.django_db


@pytest.fixture
def ballard() -> Season:
    return make.season(make.series("Ballard"), 2, episodes=10)


@pytest.fixture
def ada(ballard) -> Reader:
    return make.reader("ada", follows=[ballard.series])


# --- precision


def test_a_moment_is_a_timed_entry_in_utc(ada, ballard):
    make.release(ballard.episodes.get(number=5), "23.1.2026 20:15", on=make.organisation("Prime Video"))

    event = only(link_of(ada))

    assert event.start == datetime(2026, 1, 23, 19, 15, tzinfo=UTC)
    assert str(event["SUMMARY"]) == "Ballard: S 2, F 5 (Prime Video)"
    assert str(event["STATUS"]) == "CONFIRMED"
    assert str(event["URL"]).endswith("/serien/ballard/folgen/2x05/")
    assert event["SEQUENCE"] == 0


def test_a_day_is_an_entry_of_that_day_alone(ada, ballard):
    make.release(ballard, "23.1.2026", on=make.organisation("Prime Video"))

    event = only(link_of(ada))

    assert (event.start, event.end) == (date(2026, 1, 23), date(2026, 1, 24))
    assert str(event["SUMMARY"]) == "Ballard: Staffel 2 (Prime Video)"


@pytest.mark.parametrize(
    ("when", "first"),
    [
        ("Herbst 2026", date(2026, 9, 1)),
        ("Anfang Februar 2026", date(2026, 2, 1)),
        ("März 2026", date(2026, 3, 1)),
        ("2. Quartal 2026", date(2026, 4, 1)),
        ("Ende 2026", date(2026, 10, 1)),
        ("2. Halbjahr 2026", date(2026, 7, 1)),
        ("Winter 2026/27", date(2026, 12, 1)),
        ("2027", date(2027, 1, 1)),
    ],
)
def test_what_is_known_vaguely_is_a_note_that_says_so(ada, ballard, when, first):
    make.release(ballard, when)

    event = only(link_of(ada, reminders=["hour", "day"]))

    assert (event.start, event.end) == (first, first + timedelta(days=1))
    assert _("%(when)s, day not known yet") % {"when": when} in str(event["SUMMARY"])
    assert (str(event["STATUS"]), str(event["TRANSP"])) == ("TENTATIVE", "TRANSPARENT")
    assert not event.walk("VALARM")


def test_what_is_known_vaguely_can_span_all_its_days_or_be_left_out(ada, ballard):
    make.release(ballard, "Herbst 2026")

    span = only(link_of(ada, vague="span"))

    assert (span.start, span.end) == (date(2026, 9, 1), date(2026, 12, 1))
    assert calendar(link_of(ada, vague="none")).events == []


def test_a_vague_date_gives_way_to_the_exact_one(ada, ballard):
    make.release(ballard, "Herbst 2026")
    make.release(ballard.episodes.get(number=1), "12.10.2026 20:15", on=make.organisation())

    assert [str(event["SUMMARY"]) for event in calendar(link_of(ada)).events] == ["Ballard: S 2, F 1 (Prime Video)"]


# --- both changes of the clock


@pytest.mark.parametrize("first", [date(2026, 3, 8), date(2026, 10, 4)])
def test_a_weekly_series_stays_at_its_hour_when_clocks_change(ada, ballard, first):
    for week in range(6):
        day = first + timedelta(weeks=week)
        make.release(ballard.episodes.get(number=week + 1), f"{day:%d.%m.%Y} 20:15", kind="german_tv")
    link = link_of(ada)

    found = calendar(link)
    others = ics.Calendar(document.make(link, now=NOW).decode()).events

    for starts in ([event.start for event in found.events], [event.begin.datetime for event in others]):
        shown = sorted(start.astimezone(BERLIN) for start in starts)
        assert [f"{start:%Y-%m-%d %H:%M}" for start in shown] == [
            f"{first + timedelta(weeks=week)} 20:15" for week in range(6)
        ]
        assert len({start.utcoffset() for start in shown}) == 2


def test_half_past_two_stands_twice_in_the_night_that_has_it_twice(ada, ballard):
    make.release(ballard.episodes.get(number=1), "25.10.2026 02:30 MESZ")
    make.release(ballard.episodes.get(number=2), "25.10.2026 02:30 MEZ")

    starts = sorted(event.start for event in calendar(link_of(ada)).events)

    assert [f"{start.astimezone(BERLIN):%H:%M}" for start in starts] == ["02:30", "02:30"]
    assert starts[1] - starts[0] == timedelta(hours=1)


def test_the_zone_of_the_file_is_berlin(ada):
    """A calendar without entries still has a component (RFC 5545 section 3.6)."""
    found = calendar(link_of(ada))

    zone = found.walk("VTIMEZONE")[0].to_tz()
    for month, day, hour in ((3, 29, 1), (3, 29, 3), (7, 1, 12), (10, 25, 1), (10, 25, 4)):
        moment = datetime(2026, month, day, hour, tzinfo=BERLIN)
        assert moment.replace(tzinfo=zone).utcoffset() == moment.utcoffset()


# --- what a link holds


def test_episodes_that_come_together_are_one_entry(ada, ballard):
    prime = make.organisation("Prime Video")
    make.release(ballard, "23.1.2026 09:00", on=prime)
    for one in ballard.episodes.all():
        make.release(one, "23.1.2026 09:00", on=prime)

    assert str(only(link_of(ada))["SUMMARY"]) == "Ballard: S 2, F 1–10 (Prime Video)"


def test_a_first_run_elsewhere_comes_from_its_episode(ada, ballard):
    Episode.objects.filter(season=ballard, number=3).update(
        aired_on=date(2026, 1, 22), aired_at=datetime(2026, 1, 23, 2, 0, tzinfo=UTC)
    )

    event = only(link_of(ada))

    assert str(event["SUMMARY"]) == "Ballard: S 2, F 3 (Originalpremiere)"
    assert event.start == datetime(2026, 1, 23, 2, 0, tzinfo=UTC)
    assert calendar(link_of(ada, kinds=["german_tv"])).events == []


@pytest.fixture
def many(ballard) -> Iterator[Reader]:
    dark = make.season(make.series("Dark"), 1, episodes=2)
    netflix, zdf = make.organisation("Netflix"), make.organisation("ZDF", type="network")
    make.release(ballard.episodes.get(number=5), "23.1.2026 09:00", on=netflix)
    make.release(ballard.episodes.get(number=1), "22.1.2026 20:15", on=zdf, kind="german_tv")
    make.release(dark, "1.2.2026", on=netflix)
    for hour, repeat in ((19, False), (23, True)):
        at = datetime(2026, 1, 24, hour, 15, tzinfo=UTC)
        make.showing(on=zdf, at=at, series=dark.series, is_repeat=repeat, season_number=1, episode_number=2)
    yield make.reader("bob", follows=[ballard.series, dark.series])


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, ["B1", "B5", "D"]),
        ({"season_starts": True}, ["B1", "D"]),
        ({"kinds": ["german_tv"]}, ["B1"]),
        ({"networks": ["Netflix"]}, ["B5", "D"]),
        ({"series": ["Dark"]}, ["D"]),
        ({"showings": "first"}, ["B1", "B5", "D2", "D"]),
        ({"showings": "all", "kinds": []}, ["D2", "D2"]),
        ({"showings": "all", "networks": ["ZDF"]}, ["B1", "D2", "D2"]),
    ],
)
def test_filters_choose_what_is_in_it(many, filters, expected):
    names = {str(topic): topic.pk for model in (Series, Organisation) for topic in model.objects.all()}
    chosen = {key: [names.get(one, one) for one in value] if isinstance(value, list) else value
              for key, value in filters.items()}  # fmt: skip

    events = calendar(link_of(many, **chosen)).events

    shown = [str(event["SUMMARY"]).partition(" (")[0] for event in events]
    short = {"Ballard: S 2, F 1": "B1", "Ballard: S 2, F 5": "B5", "Dark: Staffel 1": "D", "Dark: S 1, F 2": "D2"}
    assert [short[words] for words in shown] == expected


def test_a_series_not_followed_is_never_in_it(many):
    stranger = make.season(make.series("Severance"), 1)
    make.release(stranger, "1.2.2026")

    assert calendar(link_of(many, series=[stranger.series.pk])).events == []


def test_a_premiere_that_the_guide_has_too_stands_once(ada, ballard):
    zdf = make.organisation("ZDF", type="network")
    make.release(ballard.episodes.get(number=1), "23.1.2026 20:15", on=zdf, kind="german_tv")
    make.showing(on=zdf, at=datetime(2026, 1, 23, 19, 15, tzinfo=UTC), series=ballard.series)

    assert "S 2, F 1" in str(only(link_of(ada, showings="all"))["SUMMARY"])


@pytest.mark.parametrize(("day", "expected"), [("broadcast", date(2026, 1, 23)), ("calendar", date(2026, 1, 24))])
def test_an_entry_of_the_whole_day_is_on_the_day_that_the_reader_chose(ada, ballard, day, expected):
    Reader.objects.filter(pk=ada.pk).update(day=day)
    make.release(ballard.episodes.get(number=5), "24.1.2026 0:20", kind="german_tv")

    event = only(link_of(ada, whole_days=True))

    assert event.start == expected
    assert "0:20" in str(event["SUMMARY"])


def test_reminders_are_a_day_before_by_the_clock(ada, ballard):
    make.release(ballard.episodes.get(number=1), "29.3.2026 20:15")
    make.release(ballard.episodes.get(number=2), "25.10.2026 20:15")
    make.release(ballard.episodes.get(number=3), "1.7.2026")

    found = [
        [alarm["TRIGGER"].dt for alarm in event.walk("VALARM")]
        for event in calendar(link_of(ada, reminders=["hour", "day"])).events
    ]

    hours = [[moment / timedelta(hours=1) for moment in moments] for moments in found]
    assert hours == [[-23, -1], [-6, 9], [-25, -1]]


def test_titles_of_episodes_stay_out_unless_asked_for(ada, ballard):
    Episode.objects.filter(season=ballard, number=5).update(name="Wer Renée getötet hat")
    make.release(ballard.episodes.get(number=5), "23.1.2026 20:15")

    assert b"Ren" not in document.make(link_of(ada), now=NOW)
    assert "„Wer Renée getötet hat“" in str(only(link_of(ada, titles=True))["SUMMARY"])


def test_a_run_on_a_channel_ends_and_a_stream_only_begins(ada, ballard):
    Episode.objects.filter(season=ballard).update(runtime_min=45)
    make.release(ballard.episodes.get(number=1), "23.1.2026 20:15", kind="german_tv")
    make.release(ballard.episodes.get(number=2), "24.1.2026 20:15")

    channel, stream = calendar(link_of(ada)).events

    assert channel.end - channel.start == timedelta(minutes=45)
    assert "DTEND" not in stream


def test_a_source_that_asks_for_it_is_named(ada, ballard):
    DataSource.objects.update_or_create(
        key="tvmaze", defaults={"name": "TVmaze", "licence": "CC-BY-SA-4.0", "is_named": True}
    )
    make.release(ballard, "23.1.2026", source="tvmaze")

    assert _("Data: %(sources)s") % {"sources": "TVmaze (CC-BY-SA-4.0)"} in str(only(link_of(ada))["DESCRIPTION"])


def test_a_reader_who_reads_english_gets_it_in_english(ada, ballard):
    Reader.objects.filter(pk=ada.pk).update(language="en")
    make.release(ballard, "Herbst 2026")

    event = only(link_of(Reader.objects.get(pk=ada.pk)))

    assert str(event["SUMMARY"]).startswith("Ballard: Season 2, autumn 2026, day not known yet")
    assert "/en/serien/ballard/" in str(event["URL"])


# --- the file


def test_the_calendar_says_what_it_is_and_when_to_ask_again(ada):
    link = links.make(ada, "calendar", name="Adas Serien")

    found = calendar(link)

    assert found["METHOD"] == "PUBLISH"
    assert str(found["NAME"]) == str(found["X-WR-CALNAME"]) == "Adas Serien"
    assert found["REFRESH-INTERVAL"].dt == timedelta(hours=4)


def test_hostile_names_stay_inside_their_property(ada, ballard):
    # No n after the backslash: ics takes that for a line break.
    name = 'Ärger\\, "Übermut"; Größe\r\nBEGIN:VEVENT\nÖdnis\x01\x85 ' + "ü€😀" * 20
    Series.objects.filter(pk=ballard.series.pk).update(name=name)
    make.release(ballard, "23.1.2026")

    event = only(link_of(ada))

    assert str(event["SUMMARY"]).startswith('Ärger\\, "Übermut"; Größe\nBEGIN:VEVENT\nÖdnis')


def test_lines_are_folded_at_75_octets_between_characters(ada, ballard):
    Series.objects.filter(pk=ballard.series.pk).update(
        name="Größenwahnsinnige Übermütige äußern Öffentlichkeitsärger 😀€" * 3
    )
    make.release(ballard, "23.1.2026")

    text = document.make(link_of(ada), now=NOW)

    lines = text.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert all(line.decode() is not None for line in lines)
    assert b"\n" not in text.replace(b"\r\n", b"")


@pytest.mark.parametrize("words", ["", "a" * 75, "ä" * 200, "😀" * 60, "a" + "€" * 100])
def test_what_is_folded_unfolds_again(words):
    assert ical.folded(words).replace(b"\r\n ", b"").removesuffix(b"\r\n").decode() == words


def test_what_did_not_change_is_the_same_file(ada, ballard):
    make.release(ballard, "23.1.2026")
    link = link_of(ada)

    assert document.make(link, now=NOW) == document.make(link, now=NOW + timedelta(minutes=9))


def test_a_calendar_has_a_bound(ada, ballard, monkeypatch):
    monkeypatch.setattr(document, "MOST_ENTRIES", 3)
    for number in range(1, 6):
        make.release(ballard.episodes.get(number=number), f"{number}.3.2026")

    assert [event.start.day for event in calendar(link_of(ada)).events] == [1, 2, 3]


def test_more_dates_take_no_more_queries(ada, ballard, django_assert_num_queries):
    link = link_of(ada, showings="all")
    for number in range(1, 6):
        make.release(ballard.episodes.get(number=number), f"{number}.3.2026")
    document.make(link, now=NOW)

    with django_assert_num_queries(5):
        document.make(link, now=NOW)
