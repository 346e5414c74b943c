"""A mail server on loopback that writes down what it is told; some recipients it refuses, by what their name says."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Server:
    port: int = 0
    connections: int = 0
    envelopes: list[tuple[str, str]] = field(default_factory=list)
    """Sender and recipient of each mail that was taken."""
    mails: list[bytes] = field(default_factory=list)


@contextmanager
def start() -> Iterator[Server]:
    """Takes everything, except for recipients such as 550@… and 450@…: it answers them with that code."""
    seen = Server()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            seen.connections += 1
            self.say("220 stand-in")
            sender = recipient = ""
            for line in self.rfile:
                words = line.decode().strip()
                verb = words[:4].upper()
                if verb == "MAIL":
                    sender = _address(words)
                    self.say("250 2.1.0 OK")
                elif verb == "RCPT":
                    recipient = _address(words)
                    code = recipient.partition("@")[0]
                    self.say(f"{code} {code[0]}.1.1 refused" if code.isdigit() else "250 2.1.5 OK")
                elif verb == "DATA":
                    self.say("354 go on")
                    seen.mails.append(b"".join(iter(self.rfile.readline, b".\r\n")))
                    seen.envelopes.append((sender, recipient))
                    self.say("250 2.0.0 OK")
                elif verb == "QUIT":
                    self.say("221 2.0.0 bye")
                    return
                else:
                    self.say("250 OK")

        def say(self, words: str) -> None:
            self.wfile.write(f"{words}\r\n".encode())

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        seen.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield seen
        finally:
            server.shutdown()
            thread.join()


def _address(words: str) -> str:
    return words.partition("<")[2].partition(">")[0]
