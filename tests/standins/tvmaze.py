"""TVmaze's API on loopback, with three shows that nobody else has.

    with tvmaze.start() as service:
        settings.TVMAZE_URL = service.url
        service.busy["/shows/7"] = 2
        …
        assert service.asked == ["/shows?page=0", …]

`busy` holds how often a path answers 429 (with `retry_after`) before it answers; `broken` the same with 503; `bodies`
a body of one's own for a path. `python -m tests.standins.tvmaze` serves alone and prints its address.
"""

import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

NORWAY = {"name": "Norway", "code": "NO", "timezone": "Europe/Oslo"}
GERMANY = {"name": "Germany", "code": "DE", "timezone": "Europe/Busingen"}
PER_PAGE = 250


# Any in this file: what JSON holds.
def show(number: int, name: str, **more: Any) -> dict[str, Any]:
    """As the API writes a show, with every key."""
    return {
        "id": number,
        "url": f"https://www.tvmaze.com/shows/{number}/{name.lower().replace(' ', '-')}",
        "name": name,
        "type": "Scripted",
        "language": "Norwegian",
        "genres": ["Drama", "Crime"],
        "status": "Running",
        "runtime": None,
        "averageRuntime": 44,
        "premiered": "2024-02-05",
        "ended": None,
        "officialSite": "https://fjordlicht.example.org/",
        "schedule": {"time": "20:15", "days": ["Thursday", "Monday"]},
        "rating": {"average": 7.8},
        "weight": 91,
        "network": {"id": 4, "name": "Kanal Nord", "country": NORWAY, "officialSite": None},
        "webChannel": None,
        "dvdCountry": None,
        "externals": {"tvrage": 5, "thetvdb": 400000 + number, "imdb": f"tt90000{number:02}"},
        "image": {"medium": "https://static.example.org/m/1.jpg", "original": "https://static.example.org/o/1.jpg"},
        "summary": "<p>A lighthouse keeper <b>and</b> her brother.</p><p>Both lie.</p>",
        "updated": 1700000000 + number,
        "_links": {"self": {"href": f"https://api.tvmaze.com/shows/{number}"}},
    } | more


def episode(number: int, season: int, place: int | None, **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "url": f"https://www.tvmaze.com/episodes/{number}/fjordlicht",
        "name": f"Title {number}",
        "season": season,
        "number": place,
        "type": "regular" if place else "significant_special",
        "airdate": "2024-02-05",
        "airtime": "20:15",
        "airstamp": "2024-02-05T19:15:00+00:00",
        "runtime": 44,
        "rating": {"average": None},
        "image": None,
        "summary": None,
        "_links": {
            "self": {"href": f"https://api.tvmaze.com/episodes/{number}"},
            "show": {"href": "https://api.tvmaze.com/shows/7", "name": "Fjordlys"},
        },
    } | more


def season(number: int, place: int, **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "url": f"https://www.tvmaze.com/seasons/{number}/fjordlys-season-{place}",
        "number": place,
        "name": "",
        "episodeOrder": 6,
        "premiereDate": "2024-02-05",
        "endDate": "2024-03-11",
        "network": None,
        "webChannel": None,
        "image": None,
        "summary": "",
    } | more


def person(number: int, name: str, **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "url": f"https://www.tvmaze.com/people/{number}/x",
        "name": name,
        "country": NORWAY,
        "birthday": "1980-05-17",
        "deathday": None,
        "gender": "Female",
        "image": None,
        "_links": {"self": {"href": f"https://api.tvmaze.com/people/{number}"}},
    } | more


def role(actor: dict[str, Any], character: str | None, **more: Any) -> dict[str, Any]:
    made = {"id": 9, "name": character} if character is not None else None
    return {"person": actor, "character": made, "self": False, "voice": False} | more


KARI, LIV = person(301, "Kari Berg"), person(302, "Liv Dahl", gender="Male", birthday=None)
EMBEDS: dict[str, Any] = {
    "episodeswithspecials": [
        episode(701, 1, 1, name="Lyset"),
        episode(702, 1, 2, name="Episode 2", airtime="", airstamp="2024-02-12T12:00:00+00:00"),
        episode(703, 1, None, name="Bak lyset", airdate="", airtime="", airstamp=None),
    ],
    "episodes": [episode(701, 1, 1, name="Lyset")],
    "seasons": [season(71, 1)],
    "cast": [role(KARI, "Ingrid"), role(KARI, "Astrid", voice=True), role(LIV, "Olav")],
    "crew": [{"type": "Creator", "person": LIV}, {"type": "Gaffer", "person": KARI}],
    "akas": [{"name": "Fjordlicht", "country": GERMANY}, {"name": "Fjord Light", "country": None}],
}
SHOWS = {7: show(7, "Fjordlys"), 8: show(8, "Unité 12", language="French"), 260: show(260, "Krøllen", network=None)}
UPDATES = {"8": 1700000008, "7": 1700000007, "99": 1600000000}
NOT_FOUND = {"name": "Not Found", "message": "Page not found.", "code": 0, "status": 404}


@dataclass
class Service:
    url: str = ""
    asked: list[str] = field(default_factory=list)
    busy: Counter[str] = field(default_factory=Counter)
    broken: Counter[str] = field(default_factory=Counter)
    bodies: dict[str, bytes] = field(default_factory=dict)
    retry_after: str = "3"

    def answer(self, target: str) -> tuple[int, bytes]:
        path = urlsplit(target).path
        for unwilling, status in ((self.busy, 429), (self.broken, 503)):
            if unwilling[path] > 0:
                unwilling[path] -= 1
                return status, b""
        if path in self.bodies:
            return 200, self.bodies[path]
        found = document(path, parse_qs(urlsplit(target).query))
        return (404, json.dumps(NOT_FOUND).encode()) if found is None else (200, json.dumps(found).encode())


def document(path: str, query: dict[str, list[str]]) -> Any:
    """None: 404."""
    parts = path.strip("/").split("/")
    if path == "/shows":
        page = int(query.get("page", ["0"])[0])
        return [show for number, show in SHOWS.items() if number // PER_PAGE == page] or None
    if parts[0] == "shows" and int(parts[1]) in SHOWS:
        found = SHOWS[int(parts[1])]
        # The lists are those of the first show; the others have none.
        lists = EMBEDS if found["id"] == 7 else {name: [] for name in EMBEDS}
        if len(parts) > 2:
            return lists["episodeswithspecials" if "specials" in query else parts[2]]
        wanted = query.get("embed[]", [])
        return found | ({"_embedded": {name: lists[name] for name in wanted}} if wanted else {})
    if path == "/updates/shows":
        return UPDATES if "since" not in query else {key: at for key, at in UPDATES.items() if at > 1650000000}
    if path == "/schedule":
        return [episode(701, 1, 1) | {"show": SHOWS[7]}] if query["country"] == ["DE"] else []
    if path == "/schedule/web":
        return [episode(801, 2, 1) | {"_embedded": {"show": SHOWS[8]}}]
    return None


@contextmanager
def start(port: int = 0) -> Iterator[Service]:
    """A service in a thread of this process; `url` ends without a slash."""
    service = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            service.asked.append(self.path)
            status, body = service.answer(self.path)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            if status == 429:
                self.send_header("Retry-After", service.retry_after)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 — the library's name
            pass

    with ThreadingHTTPServer(("127.0.0.1", port), Handler) as server:
        service.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield service
        finally:
            server.shutdown()
            thread.join()


if __name__ == "__main__":
    with start() as running:
        print(running.url, flush=True)
        threading.Event().wait()
