"""The start calendar, and the reader's own."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from staffellauf.catalogue.models import Episode, Release, Season, Showing
from staffellauf.common import dates
from staffellauf.readers.models import Reader
from staffellauf.website.middleware import DEVICE_COOKIE
from tests import make
from tests.website.queries import count_of

pytestmark = pytest.mark.django_db


def add(name: str, day: date, *, number: int = 1) -> Season:
    return Season.objects.create(series=make.series(name, countries="US"), number=number, premiered_on=day)


def test_a_month_and_a_week_tell_what_begins_by_day(client: Client):
    add("Neu", date(2026, 1, 27)), add("Zurueck", date(2026, 1, 27), number=2), add("Spaeter", date(2026, 2, 3))

    month = client.get("/starts/2026-01/")
    week = client.get("/starts/2026-w05/").context["page"]

    assert [line.series.name for day in month.context["page"].agenda.days for line in day.lines] == ["Neu", "Zurueck"]
    assert "USA" in month.content.decode()
    assert (week.period.first, week.period.last) == (date(2026, 1, 26), date(2026, 2, 1))
    assert (week.before.code, week.after.code, week.other.code) == ("2026-w04", "2026-w06", "2026-01")
    only_new = client.get("/starts/2026-01/", {"art": "neu"}).context["page"]
    assert [line.series.name for day in only_new.agenda.days for line in day.lines] == ["Neu"]


def test_vague_dates_stand_by_themselves(client: Client):
    dark = make.series("Dark")
    Release.objects.create(
        series=dark, kind="german_stream", precision="part_of_month", first_on=date(2026, 2, 1),
        last_on=date(2026, 2, 10),
    )  # fmt: skip

    page = client.get("/starts/2026-02/")

    assert [line.when for line in page.context["page"].agenda.vague] == ["Anfang Februar 2026"]
    assert "Anfang Februar 2026" in page.content.decode()


@pytest.mark.parametrize("period", ["2026-13", "2026-w54", "9999-01", "0000-00", "2026", "x", "2026-1", "٢٠٢٦-٠١"])
def test_a_time_that_is_none_is_a_page_that_helps(client: Client, period: str):
    assert client.get(f"/starts/{period}/").status_code == 404


def test_the_first_and_the_last_period_have_neighbours(client: Client):
    for period in ("1930-01", "2100-12", "2026-w01", "2026-w53"):
        assert client.get(f"/starts/{period}/").status_code == 200, period


def test_the_queries_of_a_month_do_not_grow(client: Client):
    add("Eins", date(2026, 1, 5))
    before = count_of(client, "/starts/2026-01/")
    for number in range(8):
        add(f"Mehr {number}", date(2026, 1, 6 + number))
    zdf = make.organisation("ZDF")
    for number in range(3):
        dark = make.series(f"Hier {number}")
        Release.objects.create(
            series=dark, kind="german_tv", organisation=zdf, first_on=date(2026, 1, 9), last_on=date(2026, 1, 9)
        )

    assert count_of(client, "/starts/2026-01/") == before <= 8


def test_the_front_page_remembers_what_began_on_this_day(client: Client):
    today = dates.day_of(timezone.now())
    if (today.month, today.day) == (2, 29):
        pytest.skip("There is no such day five years ago.")
    make.article(about=[make.series("Dark", premiered_on=today.replace(year=today.year - 5))])

    for path in ("/", "/starts/"):
        assert [series.name for _, series in client.get(path).context["page"].anniversaries] == ["Dark"]


@pytest.fixture
def phone(client: Client) -> Client:
    client.cookies[DEVICE_COOKIE] = "a phone"
    return client


def test_the_calendar_holds_what_comes_of_the_followed_series(phone: Client):
    dark, other = make.series("Dark"), make.series("Anders")
    make.device_reader("a phone", follows=[dark])
    soon = dates.day_of(timezone.now()) + timedelta(days=3)
    for series in (dark, other):
        Episode.objects.create(season=make.season(series), number=1, aired_on=soon)

    page = phone.get("/mein/kalender/").context["page"]

    assert [(day.day, [line.series.name for line in day.lines]) for day in page.agenda.days] == [(soon, ["Dark"])]


def test_a_reader_chooses_which_day_counts(phone: Client):
    dark = make.series("Dark")
    make.device_reader("a phone", follows=[dark])
    evening = dates.day_of(timezone.now()) + timedelta(days=5)
    night = datetime.combine(evening, datetime.min.time(), tzinfo=dates.BERLIN) + timedelta(days=1, minutes=20)
    Showing.objects.create(
        organisation=make.organisation("ZDF"), starts_at=night.astimezone(UTC), broadcast_day=evening, title="Dark",
        series=dark, match="matched",
    )  # fmt: skip

    def day() -> date:
        return phone.get("/mein/kalender/").context["page"].agenda.days[0].day

    assert day() == evening
    answer = phone.post("/mein/kalender/tag/", {"tag": "calendar", "zurueck": "/mein/benachrichtigungen/"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/mein/benachrichtigungen/")
    assert day() == evening + timedelta(days=1)
    phone.post("/mein/kalender/tag/", {"tag": "junk", "zurueck": "//evil.example/"})
    assert Reader.objects.get().day == "calendar"
    assert 'value="calendar" id="tag-calendar" checked' in phone.get("/mein/benachrichtigungen/").content.decode()


def test_a_stranger_cannot_choose_and_nothing_breaks(client: Client):
    assert client.post("/mein/kalender/tag/", {"tag": "calendar"}).status_code == 303
    assert client.get("/mein/kalender/tag/").status_code == 405
    assert not Reader.objects.exists()


def test_the_queries_of_the_calendar_do_not_grow(phone: Client):
    dark = make.series("Dark")
    reader = make.device_reader("a phone", follows=[dark])
    soon = dates.day_of(timezone.now()) + timedelta(days=1)
    Episode.objects.create(season=make.season(dark), number=1, aired_on=soon)
    before = count_of(phone, "/mein/kalender/")
    for number in range(5):
        more = make.series(f"Mehr {number}")
        reader.follows.create(topic=more)
        Episode.objects.create(season=make.season(more), number=1, aired_on=soon)

    assert count_of(phone, "/mein/kalender/") == before
