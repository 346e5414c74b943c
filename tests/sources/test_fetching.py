"""An API is asked no faster than it allows, patiently, and not for ever."""

import threading
from email.utils import formatdate
from types import SimpleNamespace

import pytest

from staffellauf.sources import fetching
from tests.standins import tvmaze


class Clock:
    """Time that passes only by sleeping; its `moments` are when somebody woke up."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def module(self) -> SimpleNamespace:
        return SimpleNamespace(monotonic=lambda: self.now, time=lambda: self.now, sleep=self.sleep)


@pytest.fixture
def clock(monkeypatch):
    made = Clock()
    monkeypatch.setattr(fetching, "time", made.module())
    return made


@pytest.fixture
def service(settings, monkeypatch):
    settings.IMPORT_ALLOW_LOCAL = True
    monkeypatch.setattr(fetching, "LIMITS", {})
    with tvmaze.start() as running:
        yield running


def api(service: tvmaze.Service, **more) -> fetching.Api:
    return fetching.Api("TVmaze", service.url, 20, 10.0, **more)


def test_no_more_calls_begin_in_a_period_than_are_allowed(clock):
    limit = fetching.Limit(3, period_s=10.0)

    begun = []
    for _ in range(7):
        limit.wait()
        begun.append(clock.now)
        clock.now += 1

    assert begun == [1000, 1001, 1002, 1010, 1011, 1012, 1020]


def test_all_threads_and_all_callers_of_a_host_share_its_limit(clock, service):
    assert fetching.limit_of(api(service)) is fetching.limit_of(api(service, headers={"X": "1"}))
    limit, begun = fetching.Limit(5, period_s=10.0), []

    def call() -> None:
        limit.wait()
        begun.append(clock.now)

    threads = [threading.Thread(target=call) for _ in range(8)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(begun) == 8 and len([at for at in begun if at < 1010]) <= 5


def test_who_is_busy_is_asked_again_after_the_time_it_names(clock, service):
    service.busy["/shows/7"] = 2

    assert api(service).get("/shows/7")["name"] == "Fjordlys"

    assert service.asked == ["/shows/7"] * 3
    assert clock.now >= 1000 + 2 * 3


def test_who_stays_broken_is_given_up_after_growing_waits(clock, service):
    service.broken["/shows/7"] = 100

    with pytest.raises(fetching.SourceUnavailable, match=r"TVmaze \(/shows/7\) was asked 6 times: it answered 503"):
        api(service).get("/shows/7")

    assert len(service.asked) == fetching.TRIES
    assert [round(wait / 2**attempt) for attempt, wait in enumerate(clock.slept)] == [1] * 5


def test_who_asks_for_an_hour_of_patience_ends_the_import(clock, service):
    service.busy["/shows/7"], service.retry_after = 1, "3600"

    with pytest.raises(fetching.SourceUnavailable, match="asks to come back in 3600 seconds"):
        api(service).get("/shows/7")


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (formatdate(1030, usegmt=True), 30),
        (formatdate(5, usegmt=True), 0),
        ("", 0),
        ("soon", 0),
        ("9" * 50, 0),
    ],
)
def test_a_time_to_come_back_is_a_number_or_a_date(clock, value, seconds):
    assert fetching.retry_after_s(value) == seconds


def test_what_is_not_there_is_told_apart(service):
    with pytest.raises(fetching.NotFound, match=r"TVmaze \(/shows/12345\) has nothing there: Page not found\."):
        api(service).get("/shows/12345")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "did not answer with JSON: it is empty"),
        (b"<html>", "did not answer with JSON: at character 0"),
        (b'{"a": 1} x', "did not answer with JSON"),
        (b'"\xff\xfe\xfd"', "no text"),
        (b"[" * 100_000, "nested too deeply"),
        (b'"' + b"x" * 70_000 + b'"', "more than 60000 bytes"),
    ],
)
def test_an_answer_that_cannot_be_used_says_why(service, body, said):
    service.bodies["/shows/7"] = body

    with pytest.raises(fetching.SourceUnavailable, match=said):
        api(service, max_bytes=60_000 if b"x" * 100 in body else fetching.MAX_BYTES).get("/shows/7")


def test_nobody_there_is_asked_again_and_then_given_up(clock, settings, monkeypatch):
    settings.IMPORT_ALLOW_LOCAL = True
    monkeypatch.setattr(fetching, "LIMITS", {})
    with tvmaze.start() as gone:
        pass

    with pytest.raises(fetching.SourceUnavailable, match="was asked 6 times"):
        api(gone).get("/shows/7")


def test_this_machine_is_not_asked_unless_it_is_allowed(service, settings):
    settings.IMPORT_ALLOW_LOCAL = False

    with pytest.raises(fetching.SourceUnavailable, match="not public"):
        api(service).get("/shows/7")

    assert service.asked == []


def test_a_key_is_sent_and_never_shown(clock, service):
    service.broken["/shows/7"] = 100

    with pytest.raises(fetching.SourceUnavailable) as caught:
        api(service, query={"api_key": "geheim", "language": "de"}).get("/shows/7")

    assert service.asked[0] == "/shows/7?api_key=geheim&language=de"
    assert "geheim" not in str(caught.value) and "language=de" in str(caught.value)
