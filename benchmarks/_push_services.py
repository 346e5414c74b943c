"""Push services for a million: each a port that counts and keeps nothing. Started by benchmarks/million.py.

`python -m benchmarks._push_services 201:0 201:0 429:0 201:250` prints the ports, one for each status and delay in
milliseconds, and a last one at which `GET /` tells what came and `GET /reset` begins anew. Endpoints end in a number.
"""

import asyncio
import json
import sys
import time
from collections import Counter
from typing import Any


class Service:
    def __init__(self, status: int, delay_s: float) -> None:
        self.delay_s = delay_s
        extra = "Retry-After: 2\r\n" if status == 429 else ""
        self.answer = f"HTTP/1.1 {status} -\r\n{extra}Content-Length: 0\r\n\r\n".encode()
        self.reset()

    def reset(self) -> None:
        self.times = Counter[bytes]()
        self.doubles = 0
        self.headers = set[bytes]()
        self.first_s = self.last_s = 0.0

    def note(self, head: bytes) -> None:
        path, _, rest = head.partition(b" HTTP/1.1\r\n")
        number = path.rpartition(b"/")[2]
        self.doubles += number in self.times
        self.times[number] += 1
        start = rest.lower().find(b"topic:")
        self.headers.add(rest[start : rest.find(b"\r\n", start)])
        self.last_s = time.monotonic()
        self.first_s = self.first_s or self.last_s

    def told(self) -> dict[str, Any]:  # Any: counts, times and texts
        topics = sorted(header.decode() for header in self.headers)
        return {"reached": len(self.times), "doubles": self.doubles, "first_s": self.first_s, "last_s": self.last_s,
                "topics": topics}  # fmt: skip


class Connection(asyncio.Protocol):
    def __init__(self, service: Service) -> None:
        self.service = service
        self.received = b""

    def connection_made(self, transport: Any) -> None:  # Any: whatever transport the loop has
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.received += data
        count = 0
        while (end := self.received.find(b"\r\n\r\n")) >= 0:
            head = self.received[:end]
            at = head.lower().find(b"content-length:")
            size = end + 4 + (int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0)
            if len(self.received) < size:
                break
            self.received = self.received[size:]
            self.service.note(head)
            count += 1
        if count and self.service.delay_s:
            asyncio.get_running_loop().call_later(self.service.delay_s, self.reply, count)
        elif count:
            self.reply(count)

    def reply(self, count: int) -> None:
        if not self.transport.is_closing():
            self.transport.write(self.service.answer * count)


class Control(asyncio.Protocol):
    def __init__(self, services: list[Service]) -> None:
        self.services = services

    def connection_made(self, transport: Any) -> None:  # Any: whatever transport the loop has
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        if data.startswith(b"GET /reset"):
            for service in self.services:
                service.reset()
        body = json.dumps([service.told() for service in self.services]).encode()
        self.transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(body) + body)
        self.transport.close()


async def main(kinds: list[str]) -> None:
    loop = asyncio.get_running_loop()
    services = [Service(int(status), int(delay_ms) / 1000) for status, _, delay_ms in (k.partition(":") for k in kinds)]
    servers = [await loop.create_server(lambda s=s: Connection(s), "127.0.0.1", 0) for s in services]  # type: ignore[misc]
    servers.append(await loop.create_server(lambda: Control(services), "127.0.0.1", 0))
    print(*(server.sockets[0].getsockname()[1] for server in servers), flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
