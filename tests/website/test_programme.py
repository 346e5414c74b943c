from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from staffellauf.catalogue.models import Showing
from staffellauf.common import dates
from staffellauf.website.pages import programme
from tests import make
from tests.website.queries import count_of

pytestmark = pytest.mark.django_db

PAST = datetime(2026, 1, 23, 19, 15, tzinfo=UTC)


@pytest.fixture
def zdf():
    return make.organisation("ZDF", type="network")


def page_of(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, path
    return " ".join(answer.content.decode().split())


def times_on(page):
    """What stands in the list of showings, in order."""
    return [part.split("</time>")[0].split(">", 1)[1] for part in page.split('class="showing-time"')[1:]]


def test_an_empty_programme_says_so(client: Client):
    assert "showing-title" not in page_of(client, "/programm/")
    assert client.get("/en/programm/").status_code == 200


def test_today_tells_what_is_on_now_and_what_is_next(client: Client, zdf):
    now = timezone.now().replace(second=0, microsecond=0)
    ballard = make.series("Ballard")
    make.showing("Vorbei", on=zdf, at=now - timedelta(hours=2), minutes=60)
    make.showing("Ballard", on=zdf, at=now - timedelta(minutes=30), minutes=60, series=ballard)
    make.showing("Danach", on=zdf, at=now + timedelta(minutes=30))

    page = page_of(client, "/programm/")

    assert "Vorbei" not in page
    assert page.index('aria-current="time"') < page.index("Ballard") < page.index("Danach")
    assert page.count("showing-mark") == 1
    assert 'href="/serien/ballard/">Ballard</a>' in page
    assert 'href="/programm/zdf/">ZDF</a>' in page


@pytest.mark.parametrize(
    ("clock", "shown"),
    [("18:00", ["Vorabend", "Quiz", "Spielfilm"]), ("19:50", ["Quiz", "Spielfilm"]), ("23:00", ["Magazin", "Nacht"])],
)
def test_the_evening_is_told_until_it_has_been(client: Client, zdf, clock, shown):
    now = datetime.fromisoformat(f"2026-01-23T{clock}").replace(tzinfo=dates.BERLIN)
    titles = {"18:00": "Vorabend", "19:30": "Quiz", "20:15": "Spielfilm", "22:45": "Magazin", "23:30": "Nacht"}
    for start, title in titles.items():
        at = datetime.fromisoformat(f"2026-01-23T{start}").replace(tzinfo=dates.BERLIN)
        make.showing(title, on=zdf, at=at.astimezone(UTC), minutes=150 if start == "20:15" else 45)

    (row,) = programme.OverviewPage.load(date(2026, 1, 23), now=now).channels

    assert [line.title for line in (row.now, row.next, row.prime) if line] == shown


def test_another_day_tells_what_runs_at_a_quarter_past_eight(client: Client, zdf):
    make.showing("Vorabend", on=zdf, at=PAST - timedelta(hours=1))
    make.showing("Fernsehfilm", on=zdf, at=PAST, minutes=90)
    make.showing("Überlänge", on=make.organisation("Arte"), at=PAST - timedelta(minutes=50), minutes=180)

    page = page_of(client, "/programm/2026-01-23/")

    assert "Fernsehfilm" in page
    assert "Überlänge" in page
    assert "Vorabend" not in page
    assert "showing-now" not in page


def test_a_channel_has_its_broadcast_day_with_the_night(client: Client, zdf):
    make.showing("Frühstück", on=zdf, at=datetime(2026, 1, 23, 4, 0, tzinfo=UTC))
    make.showing("Abend", on=zdf, at=PAST)
    make.showing("Nachtfilm", on=zdf, at=datetime(2026, 1, 23, 23, 20, tzinfo=UTC))
    make.showing("Samstag", on=zdf, at=datetime(2026, 1, 24, 4, 0, tzinfo=UTC))

    page = page_of(client, "/programm/zdf/2026-01-23/")

    assert times_on(page) == ["05:00", "20:15", "00:20"]
    assert "Samstag" not in page
    assert 'rel="next" href="/programm/zdf/2026-01-24/"' in page
    assert 'rel="prev"' not in page


def test_an_episode_is_linked_and_a_doubtful_series_is_not(client: Client, zdf):
    ballard = make.series("Ballard")
    episode = make.season(ballard, 2, episodes=5).episodes.get(number=5)
    make.showing("Ballard", on=zdf, at=PAST, series=ballard, episode=episode, subtitle="Der Fall Jenny")
    make.showing("Ballard?", on=zdf, at=PAST + timedelta(hours=1), series=ballard, match="doubtful")

    page = page_of(client, "/programm/zdf/2026-01-23/")

    assert 'href="/serien/ballard/folgen/2x05/"' in page
    assert "Der Fall Jenny" in page
    assert page.count('href="/serien/ballard/"') == 1


def test_the_title_of_an_episode_stands_once(client: Client, zdf):
    make.showing("Cheers: Der Coach greift an", on=zdf, at=PAST, subtitle="Der Coach greift an")
    make.showing(
        "Dark - täglich ab 22 Uhr", on=zdf, at=PAST + timedelta(hours=1), series=make.series("Dark"), subtitle="Eins"
    )

    page = page_of(client, "/programm/zdf/2026-01-23/")

    assert ">Cheers</span>" in page
    assert page.count("Der Coach greift an") == 1
    assert ">Dark</a>" in page


def test_in_the_night_with_an_hour_more_both_hours_are_told_apart(client: Client, zdf):
    for number, start in enumerate(["23:30", "00:15", "01:15", "02:15"]):
        day = "24" if number == 0 else "25"
        make.showing(f"Sendung {number}", on=zdf, at=datetime.fromisoformat(f"2026-10-{day}T{start}+00:00"))

    page = page_of(client, "/programm/zdf/2026-10-24/")

    assert times_on(page) == ["01:30", "02:15 <small>MESZ</small>", "02:15 <small>MEZ</small>", "03:15"]
    assert 'datetime="2026-10-25T02:15:00+01:00"' in page
    assert "<small>CEST</small>" in page_of(client, "/en/programm/zdf/2026-10-24/")


def test_in_the_night_with_an_hour_less_nothing_is_lost(client: Client, zdf):
    for number, start in enumerate(["00:30", "01:00", "02:45"]):
        make.showing(f"Sendung {number}", on=zdf, at=datetime.fromisoformat(f"2026-03-29T{start}+00:00"))

    assert times_on(page_of(client, "/programm/zdf/2026-03-28/")) == ["01:30", "03:00", "04:45"]


@pytest.mark.parametrize(("day", "hour"), [("2026-03-29", 18), ("2026-10-25", 19), ("2026-03-28", 19)])
def test_a_quarter_past_eight_is_that_of_the_day_also_when_clocks_change(day, hour):
    assert programme.prime_time(date.fromisoformat(day)).astimezone(UTC).hour == hour


@pytest.mark.parametrize(
    "path",
    ["/programm/2026-02-30/", "/programm/2026-01-22/", "/programm/9999-12-31/", "/programm/0001-01-01/",
     "/programm/kanal/", "/programm/zdf/2026-01-22/", "/programm/zdf/2026-13-01/", "/programm/arte/",
     "/programm/2026-01-23/?seite=2", "/programm/2026-01-23/?seite=99999999999999999999",
     "/programm/2026-01-23/?seite=x"],
)  # fmt: skip
def test_what_is_not_known_is_not_found(client: Client, zdf, path):
    make.organisation("Arte")
    make.showing(on=zdf, at=PAST)

    assert client.get(path).status_code == 404


def test_the_address_of_today_has_no_day_and_a_former_slug_leads_on(client: Client, zdf):
    make.showing(on=zdf, at=timezone.now())
    zdf.former_slugs.create(kind="organisation", slug="zweites")
    today = dates.broadcast_day(timezone.now())

    assert client.get(f"/programm/{today}/").headers["Location"] == "/programm/"
    assert client.get(f"/programm/zdf/{today}/").headers["Location"] == "/programm/zdf/"
    moved = client.get("/programm/zweites/2026-01-23/")
    assert (moved.status_code, moved.headers["Location"]) == (301, "/programm/zdf/2026-01-23/")


def test_many_channels_are_shown_page_by_page(client: Client):
    for number in range(programme.CHANNELS_SHOWN + 3):
        make.showing("Film", on=make.organisation(f"Kanal {number:02}"), at=PAST)

    first, second = page_of(client, "/programm/2026-01-23/"), page_of(client, "/programm/2026-01-23/?seite=2")

    assert first.count('class="channel"') == programme.CHANNELS_SHOWN
    assert second.count('class="channel"') == 3
    assert 'href="?seite=2"' in first
    assert len(first.encode()) < 40_000


@pytest.mark.parametrize("path", ["/programm/", "/programm/2026-01-23/", "/programm/zdf/2026-01-23/"])
def test_the_number_of_queries_does_not_depend_on_the_rows(client: Client, zdf, path):
    ballard = make.series("Ballard")
    season = make.season(ballard, 1, episodes=20)
    episodes = list(season.episodes.all())

    def add(numbers):
        for n in numbers:
            channel = make.organisation(f"Kanal {n}")
            for on in (channel, zdf):
                for at in (PAST + timedelta(minutes=n), timezone.now() + timedelta(minutes=n - 5)):
                    make.showing(f"Ballard {n}", on=on, at=at, series=ballard, episode=episodes[n])

    add(range(3))
    few = count_of(client, path)
    add(range(3, 9))

    assert count_of(client, path) == few <= 6
    assert Showing.objects.count() == 36
