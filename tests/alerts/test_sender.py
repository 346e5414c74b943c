"""Over TLS: HTTP/2 where it is offered, nobody who cannot prove the name, and no lane that waits for another."""

import os
import time
from collections.abc import Callable, Iterator

import pycurl
import pytest

from staffellauf.alerts.channels.webpush import endpoints, lane, sender
from staffellauf.alerts.channels.webpush.endpoints import Endpoint
from staffellauf.alerts.channels.webpush.sender import NOT_OURS, Answer, Request
from staffellauf.common import addresses, http
from tests.standins import push_http2

NAME, OTHER = "updates.push.example", "fcm.example"


@pytest.fixture(scope="module")
def service(tmp_path_factory) -> Iterator[push_http2.Service]:
    with push_http2.start(tmp_path_factory.mktemp("tls"), host=NAME, other_hosts=[OTHER]) as running:
        yield running


@pytest.fixture
def port(service, monkeypatch) -> int:
    """Of a service that we trust, and whose names lead to this machine."""
    monkeypatch.setattr(http, "certificates", lambda: str(service.certificate))
    monkeypatch.setattr(endpoints, "resolve", pinned)
    return int(service.url.rpartition(":")[2])


@pytest.fixture
def push() -> Iterator[sender.Sender]:
    running = sender.Sender()
    yield running
    running.close()


def pinned(endpoint: Endpoint, *, timeout_s: float) -> str:
    return addresses.pin(endpoint.host, endpoint.port, ["127.0.0.1"])


def at(port: int, host: str = NAME) -> Endpoint:
    return Endpoint(f"https://{host}:{port}", host, port, is_local=True)


def asking(endpoint: Endpoint) -> Callable[[str], Request]:
    """Items are paths."""
    headers = ["Content-Type:", "Accept:"]
    return lambda path: Request(f"{endpoint.origin}/{path}", headers, b"x" * 300)


def send(push: sender.Sender, endpoint: Endpoint, *paths: str) -> list[Answer]:
    answers = push.send({endpoint: paths}, asking(endpoint), until=time.monotonic() + 10)
    return [answer for _, _, answer in answers]


def recorded(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The port of every connection that is opened from now on."""
    opened: list[int] = []
    open_socket = http._open_public_or_loopback

    def recording(purpose, address):
        opened.append(address.addr[1])
        return open_socket(purpose, address)

    monkeypatch.setattr(http, "_open_public_or_loopback", recording)
    return opened


def turn_until(push: sender.Sender, count: int) -> list[tuple[str, Answer]]:
    answered: list[tuple[str, Answer]] = []
    deadline = time.monotonic() + 20
    while len(answered) < count and time.monotonic() < deadline:
        answered += push.turn(0.5)
    assert len(answered) == count
    return answered


# --- the connection


def test_http_2_is_spoken_where_it_is_offered(push, port):
    answers = send(push, at(port), *["tells/1"] * 100)

    assert {(answer.status, answer.text) for answer in answers} == {(201, "HTTP/2")}
    assert len(answers) == 100


def test_one_connection_carries_batch_after_batch(push, port, monkeypatch):
    opened = recorded(monkeypatch)

    for _ in range(3):
        assert {answer.status for answer in send(push, at(port), *["push/1"] * 60)} == {201}

    assert len(opened) == 1


def test_a_service_that_cannot_prove_its_name_gets_nothing(push, port):
    (answer,) = send(push, at(port, "mozilla.example"), "push/1")

    assert (answer.status, answer.is_trouble) == (0, True)
    assert "certificate" in answer.text.lower() or "subject" in answer.text.lower()


def test_a_certificate_that_nobody_signed_is_refused(push, service, monkeypatch):
    monkeypatch.setattr(endpoints, "resolve", pinned)

    (answer,) = send(push, at(int(service.url.rpartition(":")[2])), "push/1")

    assert answer.status == 0


def test_a_proxy_that_the_environment_names_is_not_asked(push, port, monkeypatch):
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setitem(os.environ, name, "http://127.0.0.1:1")

    (answer,) = send(push, at(port), "push/1")

    assert answer.status == 201


def test_a_redirect_to_a_private_address_is_not_followed(push, port, monkeypatch):
    opened = recorded(monkeypatch)

    (answer,) = send(push, at(port), "away/1")

    assert (answer.status, opened) == (307, [port])


def test_an_answer_without_end_is_cut_off(push, port):
    (answer, second) = send(push, at(port), "chatty/1", "push/1")

    assert {answer.status, second.status} == {0, 201}


def test_how_long_to_wait_comes_with_the_answer(push, port):
    (answer,) = send(push, at(port), "busy/1")

    assert (answer.status, answer.retry_after, answer.is_trouble) == (429, "7", True)


# --- what is sent where


@pytest.mark.parametrize(
    "url",
    ["https://{0}.example.org/x", "https://{0}@example.org/x", "https://example.org/x", "http://{0}/x", "", "https://{0}\0/"],
)  # fmt: skip
def test_nothing_leaves_a_lane_for_another_place(push, port, url):
    endpoint = at(port)
    evil = url.format(endpoint.origin.removeprefix("https://"))

    due = {endpoint: [evil, f"{endpoint.origin}/push/1"]}
    answers = push.send(due, lambda url: Request(url, [], b"x"), until=time.monotonic() + 10)

    assert {(item == evil, answer.status) for _, item, answer in answers} == {(True, NOT_OURS), (False, 201)}


def test_a_message_that_cannot_be_made_holds_up_nobody(push, port):
    endpoint = at(port)

    def prepare(item: int) -> Request:
        if item == 1:
            raise ValueError("no point on the curve")
        return asking(endpoint)("push/1")

    answers = push.send({endpoint: [0, 1, 2]}, prepare, until=time.monotonic() + 10)

    assert {item: answer.status for _, item, answer in answers} == {0: 201, 1: NOT_OURS, 2: 201}


def test_what_has_not_begun_in_time_is_not_sent(push, port):
    endpoint = at(port)

    answers = list(push.send({endpoint: [0, 1]}, lambda _: pytest.fail("asked"), until=time.monotonic() - 1))

    assert [(item, answer.is_sent) for _, item, answer in answers] == [(0, False), (1, False)]


# --- lanes


def test_what_was_added_comes_back_with_its_answer(push, port):
    endpoint = at(port)
    push.add(endpoint, ["push/1", "gone/1", "busy/1"], asking(endpoint))
    waiting = push.waiting(endpoint.origin)

    answered = turn_until(push, 3)

    assert waiting == 3
    assert {path: answer.status for path, answer in answered} == {"push/1": 201, "gone/1": 410, "busy/1": 429}
    assert push.waiting(endpoint.origin) == 0
    assert push.turn(0.0) == []


def test_what_has_not_begun_can_be_taken_out_again(push, port):
    endpoint = at(port)
    push.add(endpoint, [f"push/{n}" for n in range(lane.FIRST_LIMIT + 10)], asking(endpoint))
    answered: list[tuple[str, sender.Answer]] = []
    while not push.lanes[endpoint.origin].active and not answered:
        answered += push.turn(0.0)

    dropped = push.drop(endpoint.origin)

    assert dropped
    assert push.waiting(endpoint.origin) == lane.FIRST_LIMIT + 10 - len(dropped) - len(answered)
    assert {path for path, _ in turn_until(push, push.waiting(endpoint.origin))}.isdisjoint(dropped)


def test_a_slow_name_server_holds_up_no_other_lane(push, port, monkeypatch):
    def slowly(endpoint: Endpoint, *, timeout_s: float) -> str:
        if endpoint.host == OTHER:
            time.sleep(3)
        return pinned(endpoint, timeout_s=timeout_s)

    monkeypatch.setattr(endpoints, "resolve", slowly)
    slow, quick = at(port, OTHER), at(port)
    push.add(slow, ["push/1"], asking(slow))
    push.add(quick, ["push/2"] * 20, asking(quick))

    began = time.monotonic()
    answered = turn_until(push, 20)

    assert time.monotonic() - began < 2
    assert {path for path, _ in answered} == {"push/2"}
    assert push.waiting(slow.origin) == 1


def test_a_slow_service_holds_up_no_other_lane(push, port):
    slow, quick = at(port, OTHER), at(port)
    push.add(slow, ["slow/1"] * 10, asking(slow))
    push.add(quick, ["push/2"] * 300, asking(quick))

    answered = turn_until(push, 300)

    assert {path for path, _ in answered} == {"push/2"}
    assert {path for path, _ in turn_until(push, 10)} == {"slow/1"}


def test_a_service_in_trouble_gives_back_what_waits_and_gets_another_chance(push, port):
    endpoint = at(port)
    push.add(endpoint, ["broken/1"] * 200, asking(endpoint))

    answered = turn_until(push, 200)
    sent = [answer for _, answer in answered if answer.is_sent]
    push.add(endpoint, ["push/1"], asking(endpoint))

    assert {answer.status for answer in sent} == {503}
    assert len(sent) <= lane.FIRST_LIMIT + lane.BROKEN_AFTER
    assert [answer.status for _, answer in turn_until(push, 1)] == [201]


def test_a_trial_in_between_takes_nobodys_answer(push, port):
    endpoint = at(port)
    push.add(endpoint, ["push/1"] * 30, asking(endpoint))

    (answer,) = send(push, endpoint, "gone/1")

    assert answer.status == 410
    assert {path for path, _ in turn_until(push, 30)} == {"push/1"}


# --- names


def test_a_name_that_turns_private_at_the_second_look_up_is_not_asked_any_more(push, port, monkeypatch):
    endpoint = at(port)
    assert send(push, endpoint, "push/1")[0].status == 201

    def private(endpoint: Endpoint, *, timeout_s: float) -> str:
        raise endpoints.InvalidEndpoint(f"{endpoint.host} is 10.0.0.1")

    monkeypatch.setattr(endpoints, "resolve", private)
    push.lanes[endpoint.origin].pinned_at -= lane.PIN_S + 1
    (answer,) = send(push, endpoint, "push/1")

    assert (answer.status, answer.text) == (NOT_OURS, f"{NAME} is 10.0.0.1")


def test_a_name_server_that_is_away_for_a_moment_stops_nothing(push, port, monkeypatch):
    endpoint = at(port)
    assert send(push, endpoint, "push/1")[0].status == 201

    def away(endpoint: Endpoint, *, timeout_s: float) -> str:
        raise addresses.Unresolvable("no answer")

    monkeypatch.setattr(endpoints, "resolve", away)
    push.lanes[endpoint.origin].pinned_at -= lane.PIN_S * 0.6

    assert send(push, endpoint, "push/1")[0].status == 201


def test_a_name_that_nobody_knows_is_no_answer(push, port, monkeypatch):
    def unknown(endpoint: Endpoint, *, timeout_s: float) -> str:
        raise addresses.Unresolvable("no such name")

    monkeypatch.setattr(endpoints, "resolve", unknown)

    assert send(push, at(port), "push/1") == [Answer(0, text="no such name")]


def test_a_checked_name_that_leads_to_a_private_address_all_the_same_is_not_connected_to(push, port):
    """`is_local` is false as for every real service: the socket itself is refused, whatever the pin says."""
    endpoint = Endpoint(f"https://{NAME}:{port}", NAME, port, is_local=False)

    (answer,) = send(push, endpoint, "push/1")

    assert (answer.status, answer.is_trouble) == (0, True)


# --- how much at once


def test_a_service_that_pushes_back_gets_half_and_then_one_more_a_window():
    pace = lane.Pace()

    pace.note(Answer(429), number=1, started=40)
    half = pace.limit
    for number in range(2, 41):
        pace.note(Answer(429), number=number, started=40)
    assert pace.limit == half == lane.FIRST_LIMIT // 2

    pace.note(Answer(0), number=41, started=41)
    assert pace.limit == half // 2

    for _ in range(half // 2):
        pace.succeed(1)
    assert pace.limit == half // 2 + 1


def test_the_pace_has_bounds():
    slow, quick = lane.Pace(), lane.Pace()

    for number in range(1, 50):
        slow.note(Answer(406), number=number, started=number)
    for _ in range(500):
        quick.succeed(quick.limit)

    assert (slow.limit, slow.connections) == (1, 1)
    assert (quick.limit, quick.connections) == (lane.MOST_IN_FLIGHT, lane.MOST_CONNECTIONS)


def test_libcurl_can_do_what_we_ask_of_it():
    features = pycurl.version_info()[4]

    assert features & pycurl.VERSION_HTTP2
    assert features & pycurl.VERSION_SSL
