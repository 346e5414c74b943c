from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffellauf.common import vague
from staffellauf.common.vague import NoDate, Precision, Vague


@pytest.mark.parametrize(
    ("text", "first", "last", "precision"),
    [
        ("2026-01-23", "2026-01-23", "2026-01-23", "day"),
        ("23.1.2026", "2026-01-23", "2026-01-23", "day"),
        ("23. 01. 2026", "2026-01-23", "2026-01-23", "day"),
        ("23. Januar 2026", "2026-01-23", "2026-01-23", "day"),
        ("am 3. März 2026", "2026-03-03", "2026-03-03", "day"),
        ("Freitag, den 23. Januar 2026", "2026-01-23", "2026-01-23", "day"),
        ("January 23rd, 2026", "2026-01-23", "2026-01-23", "day"),
        ("Fri, 23 Jan 2026", "2026-01-23", "2026-01-23", "day"),
        ("Anfang Februar 2027", "2027-02-01", "2027-02-10", "part_of_month"),
        ("early February 2027", "2027-02-01", "2027-02-10", "part_of_month"),
        ("mid-February 2027", "2027-02-11", "2027-02-20", "part_of_month"),
        ("Ende Februar 2028", "2028-02-21", "2028-02-29", "part_of_month"),
        ("2026-01", "2026-01-01", "2026-01-31", "month"),
        ("im Februar 2027", "2027-02-01", "2027-02-28", "month"),
        ("Sept. 2026", "2026-09-01", "2026-09-30", "month"),
        ("Q3 2026", "2026-07-01", "2026-09-30", "quarter"),
        ("2026-Q3", "2026-07-01", "2026-09-30", "quarter"),
        ("3. Quartal 2026", "2026-07-01", "2026-09-30", "quarter"),
        ("viertes Quartal 2026", "2026-10-01", "2026-12-31", "quarter"),
        ("Herbst 2026", "2026-09-01", "2026-11-30", "season_of_year"),
        ("fall 2026", "2026-09-01", "2026-11-30", "season_of_year"),
        ("Frühling 2026", "2026-03-01", "2026-05-31", "season_of_year"),
        ("Winter 2026/27", "2026-12-01", "2027-02-28", "season_of_year"),
        ("Winter 2027/2028", "2027-12-01", "2028-02-29", "season_of_year"),
        ("Winter 2026", "2026-12-01", "2027-02-28", "season_of_year"),
        ("Mitte 2026", "2026-05-01", "2026-08-31", "part_of_year"),
        ("Ende 2026", "2026-10-01", "2026-12-31", "part_of_year"),
        ("2. Halbjahr 2026", "2026-07-01", "2026-12-31", "half_year"),
        ("zweite Jahreshälfte 2026", "2026-07-01", "2026-12-31", "half_year"),
        ("first half of 2026", "2026-01-01", "2026-06-30", "half_year"),
        ("  2026 ", "2026-01-01", "2026-12-31", "year"),
    ],
)
def test_a_date_is_read_as_roughly_as_it_is_given(text, first, last, precision):
    assert vague.parse(text) == Vague(date.fromisoformat(first), date.fromisoformat(last), Precision(precision))


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("23. Januar 2026, 20:15 Uhr", "2026-01-23T19:15+00:00"),
        ("Fr., 23. Januar 2026, 20:15\N{NARROW NO-BREAK SPACE}Uhr", "2026-01-23T19:15+00:00"),
        ("23.7.2026 um 20.15 Uhr", "2026-07-23T18:15+00:00"),
        ("23.7.2026, 20 Uhr", "2026-07-23T18:00+00:00"),
        ("2026-01-23T20:15:30Z", "2026-01-23T20:15+00:00"),
        ("2026-01-23 20:15-05:00", "2026-01-24T01:15+00:00"),
        ("25. Oktober 2026, 02:30 Uhr", "2026-10-25T00:30+00:00"),
        ("25. Oktober 2026, 02:30 Uhr MEZ", "2026-10-25T01:30+00:00"),
    ],
)
def test_a_time_of_day_is_that_of_berlin_unless_it_names_its_zone(text, moment):
    read = vague.parse(text)

    assert read.precision == Precision.MINUTE
    assert read.at == datetime.fromisoformat(moment)


def test_the_day_of_a_moment_is_the_one_in_berlin():
    late = vague.parse("2026-01-23T23:30Z")

    assert late.first == late.last == date(2026, 1, 24)


@pytest.mark.parametrize(
    "text",
    [
        "", "   ", "bald", "31.2.2026", "2026-13", "2026-02-30", "1/2/2026", "Herbst", "Herbst 26", "Sommer 2026/27",
        "Winter 2026/28", "5. Quartal 2026", "3. Halbjahr 2026", "Montag, 23. Januar 2026", "0000", "9999-12-31",
        "29. März 2026, 02:30 Uhr", "23.1.2026 25:00 Uhr", "Herbst 2026, 20:15 Uhr", "٢٠٢٦", "2026\0", "1" * 5000,
        "23.1.2026 20:15 +99:99 Uhr", "99999999999999999999-01-01",
    ],
)  # fmt: skip
def test_what_is_no_date_is_refused_with_a_reason(text):
    with pytest.raises(NoDate) as refusal:
        vague.parse(text)

    assert str(refusal.value).strip()


def test_dates_are_shown_in_german_and_in_english():
    shown = {
        "Anfang Februar 2027": "early February 2027",
        "Herbst 2026": "autumn 2026",
        "Winter 2026/27": "winter 2026/27",
        "Fr., 23. Januar 2026": "Fri, 23 January 2026",
        "Fr., 23. Januar 2026, 20:15\N{NARROW NO-BREAK SPACE}Uhr": "Fri, 23 January 2026, 20:15",
        "2. Halbjahr 2026": "second half of 2026",
        "3. Quartal 2026": "Q3 2026",
        "Mitte 2026": "mid-2026",
        "Januar 2026": "January 2026",
        "2026": "2026",
    }

    for german, english in shown.items():
        assert vague.for_people(vague.parse(german), "de") == german
        assert vague.for_people(vague.parse(german), "en-gb") == english


def test_a_vague_date_holds_together():
    with pytest.raises(NoDate):
        Vague(date(2026, 2, 1), date(2026, 1, 1), Precision.MONTH)
    with pytest.raises(NoDate):
        Vague(date(2026, 2, 1), date(2026, 2, 1), Precision.MINUTE)
    with pytest.raises(NoDate):
        Vague(date(2026, 2, 1), date(2026, 2, 1), Precision.DAY, datetime(2026, 2, 1, tzinfo=UTC))


YEARS = st.integers(1900, 2200)
MONTHS = st.integers(1, 12)
SPANS = {
    Precision.MONTH: [(month, month) for month in range(1, 13)],
    Precision.QUARTER: [(1, 3), (4, 6), (7, 9), (10, 12)],
    Precision.SEASON_OF_YEAR: list(vague.SEASONS_OF_YEAR.values()),
    Precision.PART_OF_YEAR: list(vague.PARTS_OF_YEAR.values()),
    Precision.HALF_YEAR: [(1, 6), (7, 12)],
    Precision.YEAR: [(1, 12)],
}
MINUTES = range(60 * 24 * 365 * 130)
VAGUE = st.one_of(
    st.sampled_from(MINUTES).map(lambda value: vague.minute(datetime.fromtimestamp(value * 60, tz=UTC))),
    st.dates(date(1000, 1, 1), date(2999, 12, 31)).map(vague.day),
    st.builds(
        lambda year, month, part: vague.part_of_month(year, month, part=part),
        YEARS,
        MONTHS,
        st.sampled_from(sorted(vague.PARTS_OF_MONTH)),
    ),
    *(
        st.builds(partial(vague.months, precision=precision), YEARS, st.sampled_from(spans))
        for precision, spans in SPANS.items()
    ),
)


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_every_minute_of_a_day_on_which_clocks_change_is_read_again(day):
    begins = datetime.fromisoformat(f"{day}T00:00+00:00")

    for step in range(0, 26 * 60, 5):
        value = vague.minute(begins + timedelta(minutes=step))
        assert vague.parse(vague.for_people(value, "de")) == value


@settings(deadline=None, max_examples=300)
@given(VAGUE, st.sampled_from(["de", "en"]))
def test_what_is_shown_is_read_again_as_the_same_date(value, language):
    assert vague.parse(vague.for_people(value, language)) == value


@settings(deadline=None)
@given(st.text(max_size=60))
def test_no_text_does_worse_than_being_refused(text):
    try:
        read = vague.parse(text)
    except NoDate:
        return
    assert read.last - read.first < timedelta(days=367)
