"""What a typed line is read as."""

from datetime import date

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from staffellauf.newsroom.facts import checking, lines, when
from staffellauf.newsroom.models import Source
from tests import make

pytestmark = pytest.mark.django_db
DAY = date(2026, 1, 23)


@pytest.fixture
def context():
    ballard = make.series("Ballard")
    for name in ("Bosch", "Dark"):
        make.series(name)
    for name in ("Rosanna Arquette", "Maggie Q", "Michael Connelly"):
        make.person(name)
    for name in ("Prime Video", "Netflix"):
        make.organisation(name)
    return lines.Context([ballard], ballard, Source(name="Deadline"), DAY)


def slots(reading: lines.Reading) -> dict[str, str]:
    return {part.slot: part.shown for part in reading.parts}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "Besetzung: Rosanna Arquette als Jenny in „Ballard“, Staffel 2 (Nebenrolle)",
            {"kind": "casting", "person": "Rosanna Arquette", "character": "Jenny", "series": "Ballard",
             "season_number": 2, "billing": "recurring"},
        ),
        (
            "recurring: rosanna arquette plays Jenny Ballard in BALLARD s2, rumour",
            {"kind": "casting", "character": "Jenny Ballard", "season_number": 2, "certainty": "rumour"},
        ),
        ("Drehstart „Ballard“ Staffel 2: Anfang Februar 2026", {"kind": "shooting_start", "season_number": 2}),
        (
            "Start: „Ballard“ S2 am 9. Juli 2026 bei Prime Video (Deutschland)",
            {"kind": "start_date", "organisation": "Prime Video", "territory": "DE", "season_number": 2},
        ),
        ("verlängert: Ballard um Staffel 3", {"kind": "renewal", "season_number": 3}),
        ("Ballard renewed for a third season", {"kind": "renewal", "season_number": 3}),
        ("abgesetzt: „Dark“ nach drei Staffeln", {"kind": "ending", "how": "cancelled", "series": "Dark"}),
        ("letzte Staffel: „Dark“ endet mit Staffel 3", {"kind": "ending", "how": "planned_end", "season_number": 3}),
        ("Maggie Q kehrt als Renée Ballard in Staffel 2 zurück", {"kind": "return", "character": "Renée Ballard"}),
        ("Maggie Q steigt aus Ballard aus", {"kind": "exit", "person": "Maggie Q", "series": "Ballard"}),
        ("neuer Titel: „Ballard“ → „Det. Ballard“", {"kind": "title_change", "new_title": "Det. Ballard"}),
        ("Showrunner: Michael Connelly verlässt Ballard", {"kind": "crew_change", "how": "leaves"}),
        (
            "Quoten: Ballard S1E3 5,3 Mio. Zuschauer, 12,4 % Marktanteil",
            {"kind": "ratings", "figure": 5_300_000, "unit": "viewers", "share": 12.4, "episode_number": 3},
        ),
        ("Preis: Emmy, Maggie Q nominiert in der Kategorie Drama", {"award": "Emmy", "result": "nominated"}),
        ("Rechte: Netflix sichert sich „Dark“ in Österreich", {"kind": "rights", "territory": "AT"}),
        ("Spin-off: „Jerry“ zu „Bosch“", {"kind": "spin_off", "title": "Jerry", "other_series": "Bosch"}),
        ("Crossover: Ballard mit „Bosch“ S2E4", {"kind": "crossover", "series": "Ballard", "other_series": "Bosch"}),
        (
            "„Ballard“ nach dem Roman „The Dark Hours“ von Michael Connelly",
            {"kind": "adaptation", "work_title": "The Dark Hours", "work_authors": "Michael Connelly"},
        ),
        ("gestorben: Rosanna Arquette am 3. Januar", {"kind": "death", "person": "Rosanna Arquette"}),
        ("bestellt: Netflix bestellt 8 Folgen von „Dark“", {"kind": "order", "episode_count": 8}),
        ("verschoben: Ballard S2 vom 9. Juli auf 16. Juli", {"kind": "schedule_change", "old_date": "9. Juli"}),
        ("Trailer zu Ballard Staffel 2", {"kind": "trailer", "medium": "trailer"}),
        ("Crew: Michael Connelly, Drehbuch, neu bei Ballard", {"kind": "crew_change", "job": "writer"}),
        ("in Entwicklung: „Dark“ bei Netflix", {"kind": "development", "organisation": "Netflix"}),
        ("Drehschluss Staffel 2 von Ballard", {"kind": "shooting_end", "season_number": 2}),
        ("Neuauflage: „Dark“ kommt als Reboot", {"kind": "revival", "how": "reboot"}),
    ],
)  # fmt: skip
def test_a_line_is_read_in_any_order_and_language(context, line, expected):
    reading = lines.read(line, context)

    values, said = reading.values, slots(reading)
    for slot, value in expected.items():
        read = said[slot] if slot in ("person", "series", "organisation", "other_series") else values[slot]
        assert read == value, slot
    assert checking.checked(values, base=DAY).kind == expected.get("kind", values["kind"])


def test_without_a_year_the_next_such_day_is_meant(context):
    reading = lines.read("Drehstart Anfang Februar", context)

    found = reading.values["when"]
    assert (found.first, found.last, found.precision) == (date(2026, 2, 1), date(2026, 2, 10), "part_of_month")
    assert lines.read("Drehstart Anfang Januar", context).values["when"].first == date(2027, 1, 1)


def test_series_and_source_come_from_the_article(context):
    reading = lines.read("Drehstart Anfang Februar", context)

    assert (slots(reading)["series"], slots(reading)["source_name"]) == ("Ballard", "Deadline")


def test_a_source_of_its_own_is_read_with_its_day(context):
    line = "„Ballard“ verlängert um Staffel 3, lt. Variety am 20. Januar 2026, via DWDL https://variety.com/x"

    values = lines.read(line, context).values

    assert (values["source_name"], values["source_on"], values["source_via"], values["source_url"]) == (
        "Variety", date(2026, 1, 20), "DWDL", "https://variety.com/x",
    )  # fmt: skip


def test_what_was_not_read_is_said(context):
    reading = lines.read("verlängert: Ballard um Staffel 3 mit Xyzzy Plugh und „Bosch“", context)

    told = " ".join(reading.unread)
    assert "Xyzzy" in told and "Bosch" in told


def test_two_dates_are_not_both_dropped_in_silence(context):
    reading = lines.read("Start am 9. Juli 2026 oder 10. Juli 2026", context)

    assert "10. Juli 2026" in " ".join(reading.unread)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(max_size=120)
    | st.lists(
        st.sampled_from(
            ["Besetzung:", "als", "„Ballard“", "S2E99999", "Staffel 999999", "„", "“", "→", "9.99.2026", "Maggie Q",
             "spielt", "5,3 Mio.", "%", "lt.", "via", "https://", "\0", "(", "Gerücht", "12.12.", "um 25 Uhr", "%(x)s"]
        ),
        max_size=12,
    ).map(" ".join)
)  # fmt: skip
@example("٣. Staffel S٣ ٣٣%")
@example("Quoten: ²³ Mio.")
def test_no_line_is_too_strange(context, line):
    reading = lines.read(line, context)

    for part in reading.parts:
        assert 0 <= part.start <= part.end <= len(reading.line)
    try:
        checking.checked(reading.values, base=DAY)
    except checking.Wrong as wrong:
        assert wrong.sentences


@pytest.mark.parametrize(
    ("words", "first", "precision"),
    [
        ("am 9. Juli", date(2026, 7, 9), "day"),
        ("9.7.26", date(2026, 7, 9), "day"),
        ("am Freitag, 23. Januar, um 20.15 Uhr", date(2026, 1, 23), "minute"),
        ("im Herbst", date(2026, 9, 1), "season_of_year"),
        ("Ende des Jahres", date(2026, 10, 1), "part_of_year"),
        ("morgen", date(2026, 1, 24), "day"),
        ("am Montag", date(2026, 1, 26), "day"),
        ("in March", date(2026, 3, 1), "month"),
        ("Q3 2026", date(2026, 7, 1), "quarter"),
        ("2. Halbjahr", date(2026, 7, 1), "half_year"),
        ("nächstes Jahr", date(2027, 1, 1), "year"),
        ("Mitte März", date(2026, 3, 11), "part_of_month"),
    ],
)
def test_dates_as_news_say_them(words, first, precision):
    [said] = list(when.find(f"Es startet {words} im Fernsehen", base=DAY))

    assert (said.vague.first, said.vague.precision) == (first, precision)


@pytest.mark.parametrize("words", ["31.02.2026", "Staffel 2", "1.2.3.4", "20.15 Uhr", "Januar 99999999", "9-1-1"])
def test_what_is_no_date(words):
    assert list(when.find(words, base=DAY)) == []
