import gzip
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from staffellauf.common import addresses, http


class Stage(BaseHTTPRequestHandler):
    """Answers by path."""

    def do_GET(self) -> None:
        if self.path.startswith("/to/"):
            self.answer(302, location=self.path.removeprefix("/to/"))
        elif self.path.startswith("/for-good/"):
            self.answer(301, location=self.path.removeprefix("/for-good"))
        elif self.path == "/loop":
            self.answer(302, location="/loop")
        elif self.path == "/bomb":
            self.answer(200, gzip.compress(bytes(20_000_000)), encoding="gzip")
        elif self.path == "/packed":
            self.answer(200, gzip.compress(b"Ballard"), encoding="gzip")
        elif self.path == "/slow":
            self.server.released.wait(5)  # type: ignore[attr-defined]
        else:
            self.answer(404 if self.path == "/none" else 200, b"Dark")

    def answer(self, status: int, body: bytes = b"", *, location: str = "", encoding: str = "") -> None:
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        if encoding:
            self.send_header("Content-Encoding", encoding)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def stage() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Stage) as server:
        server.handle_error = lambda *_: None  # type: ignore[method-assign]
        server.released = threading.Event()  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.released.set()  # type: ignore[attr-defined]
            server.shutdown()
            thread.join()


def get(url: str, **limits: object) -> http.Response:
    return http.fetch(url, **({"max_bytes": 10_000, "is_local_allowed": True} | limits))  # type: ignore[arg-type]


def test_an_answer_comes_back_with_status_headers_and_body():
    with stage() as at:
        found, missing, packed = get(f"{at}/"), get(f"{at}/none"), get(f"{at}/packed")

    assert (found.status, found.body, found.headers["content-length"]) == (200, b"Dark", "4")
    assert missing.status == 404
    assert packed.body == b"Ballard"


def test_a_redirect_is_followed_and_a_loop_is_not():
    with stage() as at:
        assert get(f"{at}/to//none").url == f"{at}/none"
        with pytest.raises(http.Refused, match="redirects"):
            get(f"{at}/loop")


def test_what_moved_for_good_says_where_to_and_what_moved_for_now_does_not():
    with stage() as at:
        assert get(f"{at}/none").moved_to == ""
        assert get(f"{at}/to//none").moved_to == ""
        assert get(f"{at}/for-good/for-good/none").moved_to == f"{at}/none"
        assert get(f"{at}/for-good/to//none").moved_to == f"{at}/to//none"


def test_a_body_that_unpacks_to_more_than_allowed_is_too_large():
    with stage() as at, pytest.raises(http.TooLarge):
        get(f"{at}/bomb")


def test_the_time_limit_holds_for_a_server_that_says_nothing():
    with stage() as at, pytest.raises(http.TimedOut):
        get(f"{at}/slow", timeout_s=0.3)


def test_a_private_address_is_refused_before_anything_is_sent():
    with stage() as at, pytest.raises(http.Refused, match="not public"):
        get(at, is_local_allowed=False)


@pytest.mark.parametrize(
    "target",
    ["http://10.0.0.1/", "http://[::ffff:10.0.0.1]/", "file:///etc/passwd", "//169.254.169.254/", "http://[::1", "//["],
)
def test_a_redirect_to_a_private_address_or_to_none_is_refused(target):
    with stage() as at, pytest.raises(http.Refused):
        get(f"{at}/to/{target}")


def test_a_name_that_is_private_at_the_second_look_up_is_refused(monkeypatch):
    """DNS rebinding: the check saw a public address, the connection would go to another."""
    monkeypatch.setattr(addresses, "resolve", lambda *_, **__: ["127.0.0.1"])
    answers = iter([True, False])
    monkeypatch.setattr(addresses, "is_public", lambda _: next(answers))

    with stage() as at, pytest.raises(http.Unreachable):
        get(at.replace("127.0.0.1", "rebound.example"), is_local_allowed=False)


@pytest.mark.parametrize("url", [
    "ftp://example.org/", "gopher://example.org/", "javascript:alert(1)", "http://", "http:///x",
    "https://ada:secret@example.org/", "http://example.org:99999/",
    "http://example.org\\@10.0.0.1/", "http://exa mple.org/", "http://example.org/\r\nHost: x",
    "", "x",
])  # fmt: skip
def test_what_is_no_plain_web_address_is_refused(url):
    with pytest.raises(http.Refused):
        get(url)


def test_a_proxy_named_in_the_environment_is_not_asked(monkeypatch):
    monkeypatch.setitem(os.environ, "http_proxy", "http://127.0.0.1:9/")
    monkeypatch.setitem(os.environ, "ALL_PROXY", "http://127.0.0.1:9/")

    with stage() as at:
        assert get(at).status == 200


@pytest.mark.parametrize("address", ["9.9.9.9", "2620:fe::fe", "::ffff:9.9.9.9", "64:ff9b::909:909"])
def test_an_address_that_everybody_reaches_is_public(address):
    assert addresses.is_public(address)


@pytest.mark.parametrize("address", [
    "127.0.0.1", "0.0.0.0", "10.1.1.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "192.0.0.8",
    "192.0.2.1", "192.88.99.1", "198.18.0.1", "203.0.113.5", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1",
    "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:0:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::a00:1", "fe80::1",
    "fe80::1%eth0", "fc00::1", "fec0::1", "ff02::1", "2001:db8::1", "2001:0:1::1", "2002:7f00:1::", "3fff::1", "",
    "localhost",
])  # fmt: skip
def test_an_address_of_our_own_network_is_not_public(address):
    assert not addresses.is_public(address)


def test_a_name_with_one_private_address_among_public_ones_is_refused(monkeypatch):
    monkeypatch.setattr(addresses, "resolve", lambda *_, **__: ["9.9.9.9", "10.0.0.1"])

    with pytest.raises(addresses.NotPublic, match=r"10\.0\.0\.1"):
        addresses.resolve_public("mixed.example", 443)


def test_a_name_that_nobody_knows_is_unresolvable():
    with pytest.raises(addresses.Unresolvable):
        addresses.resolve("nowhere.invalid", 443)
