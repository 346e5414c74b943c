"""Who may say what, and what is remembered of it."""

from datetime import UTC, date, datetime

import pytest

from staffellauf.catalogue import actions, provenance
from staffellauf.catalogue.models import Removal, Series
from tests import make

pytestmark = pytest.mark.django_db
THEN = datetime(2025, 3, 1, 12, 0, tzinfo=UTC)


def history(series: Series) -> list[tuple[str, date | None, str]]:
    return list(series.status_changes.values_list("status", "since", "source"))


def test_a_status_is_written_with_its_history() -> None:
    dome = make.series("Under the Dome", source="tvmaze")

    assert actions.set_status(dome, "running", since=date(2013, 6, 24), source="tvmaze", now=THEN)
    assert actions.set_status(dome, "ended", since=date(2015, 9, 10), source="tvmaze")
    assert not actions.set_status(dome, "ended", since=date(2015, 9, 10), source="tvmaze")

    dome.refresh_from_db()
    assert dome.status == "ended"
    assert history(dome) == [("running", date(2013, 6, 24), "tvmaze"), ("ended", date(2015, 9, 10), "tvmaze")]
    assert dome.status_changes.get(status="running").recorded_at == THEN


def test_an_editors_status_stays_whatever_an_import_says() -> None:
    dome = make.series("Under the Dome", source="tvmaze", status="running")

    assert actions.set_status(dome, "unknown", since=None, source="editor")
    assert not actions.set_status(Series.objects.get(), "ended", since=None, source="tvmaze")

    assert Series.objects.get().status == "unknown"
    assert history(dome) == [("unknown", None, "editor")]


def test_a_status_that_nobody_noted_is_noted_once_and_gets_its_day_later() -> None:
    dome = make.series("Under the Dome", source="tvmaze", status="running")

    assert actions.set_status(dome, "running", since=None, source="tvmaze")
    assert not actions.set_status(dome, "running", since=None, source="tvmaze")
    assert actions.set_status(dome, "running", since=date(2013, 6, 24), source="tvmaze")
    assert not actions.set_status(dome, "running", since=date(2013, 6, 25), source="tvmaze")

    assert history(dome) == [("running", date(2013, 6, 24), "tvmaze")]


def test_an_unknown_status_makes_no_history() -> None:
    dome = make.series("Under the Dome", source="tvmaze")

    assert not actions.set_status(dome, "unknown", since=None, source="tvmaze")

    assert history(dome) == []


def test_what_was_removed_is_known_by_what_people_call_it() -> None:
    dome = make.series("Under the Dome")

    provenance.remember_removal(dome.pk, "role", key=provenance.role_key("Julia Shumway", "Rachelle Lefevre"))

    assert Removal.objects.get().key == provenance.role_key("JULIA SHUMWAY", "rachelle lefèvre")
    assert provenance.episode_keys(1, 2, tvmaze=657308, tmdb=None) == ["1|2", "tvmaze|657308"]
    assert provenance.episode_keys(0, None, tvmaze=657308) == ["tvmaze|657308"]
