"""Dates that move, vanish and come back are updates of the entries that calendars already hold."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.utils.translation import gettext as _

from staffellauf.alerts.channels.calendar import dates, document, ledger
from staffellauf.alerts.models import CalendarEntry, SecretLink
from staffellauf.catalogue.models import Organisation, Release, Season, Series
from staffellauf.readers.models import Reader
from tests import make
from tests.alerts.calendars import NOW, calendar, link_of, move, only

pytestmark = pytest.mark.django_db


@pytest.fixture
def ballard() -> Season:
    return make.season(make.series("Ballard"), 2, episodes=10)


@pytest.fixture
def ada(ballard) -> Reader:
    return make.reader("ada", follows=[ballard.series])


def test_a_moved_date_is_an_update_of_the_same_entry(ada, ballard):
    made = make.release(ballard.episodes.get(number=5), "23.1.2026 20:15")
    link = link_of(ada)
    before = only(link)

    move(made, "30.1.2026 21:00")
    after = only(link, now=NOW + timedelta(hours=1))

    assert after["UID"] == before["UID"]
    assert after.start == datetime(2026, 1, 30, 20, 0, tzinfo=UTC)
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)
    assert after["LAST-MODIFIED"].dt == NOW + timedelta(hours=1)


def test_a_change_is_counted_once_however_often_it_is_fetched(ada, ballard):
    made = make.release(ballard, "Herbst 2026")
    link, other = link_of(ada), link_of(make.reader("bob", follows=[ballard.series]), titles=True)
    only(link)

    move(made, "12.10.2026")
    fetched = [only(one, now=NOW + timedelta(minutes=n)) for n, one in enumerate((link, other, link, other))]

    assert [event["SEQUENCE"] for event in fetched] == [1] * 4
    assert len({event["LAST-MODIFIED"].dt for event in fetched}) == 1


def test_a_row_that_an_import_made_anew_is_the_same_entry(ada, ballard):
    made = make.release(ballard, "23.1.2026", on=make.organisation())
    link = link_of(ada)
    before = only(link)

    Release.objects.filter(pk=made.pk).delete()
    again = make.release(ballard, "23.1.2026", on=Organisation.objects.get())
    after = only(link)

    assert again.pk != made.pk
    assert (after["UID"], after["SEQUENCE"]) == (before["UID"], 0)


def test_a_date_that_vanished_is_told_as_cancelled_for_thirty_days(ada, ballard):
    made = make.release(ballard, "23.3.2026")
    link = link_of(ada, reminders=["day"])
    before = only(link)

    made.delete()
    after = only(link, now=NOW + timedelta(days=1))

    assert (after["UID"], str(after["STATUS"]), after["SEQUENCE"]) == (before["UID"], "CANCELLED", 1)
    assert str(after["SUMMARY"]).startswith(_("Cancelled: %(what)s") % {"what": "Ballard"})
    assert not after.walk("VALARM")
    assert only(link, now=NOW + timedelta(days=30))["SEQUENCE"] == 1
    assert calendar(link, now=NOW + timedelta(days=32)).events == []


def test_a_cancelled_date_can_come_back(ada, ballard):
    made = make.release(ballard, "23.3.2026")
    link = link_of(ada)
    only(link)
    made.delete()
    only(link)

    make.release(ballard, "23.3.2026")

    assert [(str(e["STATUS"]), e["SEQUENCE"]) for e in calendar(link).events] == [("CONFIRMED", 2)]


def test_what_is_over_leaves_without_a_word(ada, ballard):
    make.release(ballard, "23.1.2026")
    link = link_of(ada)
    only(link)

    assert calendar(link, now=NOW + timedelta(days=40)).events == []
    assert ledger.forget(now=NOW + timedelta(days=70)) == 1


@pytest.mark.django_db(transaction=True)
def test_calendars_fetched_at_once_count_a_change_once():
    season = make.season(make.series("Ballard"), 2, episodes=1)
    made = make.release(season, "23.1.2026")
    readers = [make.reader(name, follows=[season.series]) for name in ("ada", "bob", "eve", "mallory")]
    made_links = [link_of(reader) for reader in readers]
    only(made_links[0])
    move(made, "24.1.2026")
    start = threading.Barrier(len(made_links))

    def fetch(link: SecretLink) -> None:
        start.wait()
        document.make(link, now=NOW)
        connection.close()

    threads = [threading.Thread(target=fetch, args=[link]) for link in made_links]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert CalendarEntry.objects.get().sequence == 1


def test_who_read_before_a_change_was_told_does_not_take_it_back(ada, ballard):
    """The slower of two that are fetched at once has the old date in hand and the new one in the ledger."""
    made = make.release(ballard, "23.1.2026")
    link = link_of(ada)
    only(link)
    scope = dates.Scope(series=Series.objects.filter(pk=ballard.series.pk), since=date(2026, 1, 1))
    old = dates.read(scope)
    move(made, "24.1.2026")
    only(link)
    answers = iter([old])

    found = ledger.entries(scope, now=NOW, read=lambda scope: next(answers, None) or dates.read(scope))

    assert [(entry.told.first_on, entry.sequence) for entry in found] == [(date(2026, 1, 24), 1)]


def test_a_showing_moved_on_its_day_is_an_update(ada, ballard):
    zdf = make.organisation("ZDF", type="network")
    values = {"series": ballard.series, "season_number": 2, "episode_number": 4}
    shown = make.showing(on=zdf, at=NOW + timedelta(hours=8), **values)
    link = link_of(ada, showings="all")
    before = only(link)
    shown.delete()
    make.showing(on=zdf, at=NOW + timedelta(hours=8, minutes=20), **values)

    after = only(link)

    assert (after["UID"], after["SEQUENCE"]) == (before["UID"], 1)


def test_a_calendar_without_showings_takes_back_none(ada, ballard):
    make.showing(on=make.organisation(), at=NOW, series=ballard.series)
    only(link_of(ada, showings="all"))

    assert calendar(link_of(ada)).events == []
    assert not CalendarEntry.objects.exclude(cancelled_at=None).exists()


def test_more_rows_than_are_read_take_nothing_back(ada, ballard, monkeypatch):
    for number in range(1, 6):
        make.release(ballard.episodes.get(number=number), f"{number}.3.2026")
    link = link_of(ada)
    assert len(calendar(link).events) == 5

    monkeypatch.setattr(dates, "ROWS_READ", 3)

    assert [str(event["STATUS"]) for event in calendar(link).events] == ["CONFIRMED"] * 2
