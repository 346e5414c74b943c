"""The child: documents from standard input, one line of JSON each on standard output.

Each document comes as a line of JSON (`length`, `url`, `content_type`) and so many bytes.
"""

import json
import resource
import sys
from typing import Any, BinaryIO

# Of one document; the largest that we take needs a third of it.
CPU_S = 10
MEMORY_BYTES = 512 * 2**20
MAX_OPEN_FILES = 16
# What a parser of a text has no business doing: the interpreter asks before it does it.
FORBIDDEN = ("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.remove", "os.rename",
             "os.mkdir", "os.chmod", "shutil.", "ctypes.", "urllib.", "ftplib.", "smtplib.")  # fmt: skip


def main() -> None:
    from staffellauf.finds.reading import parse

    _limit()
    sys.addaudithook(_forbid)
    while (asked := _next(sys.stdin.buffer)) is not None:
        body, url, content_type = asked
        _allow_cpu()
        try:
            said = parse.read(body, url=url, content_type=content_type).dump()
        except (MemoryError, RecursionError):
            said = parse.Reading(problem="too_much").dump()
        except Exception as error:
            # A bug of a parser is a problem of that feed, told on its page.
            said = parse.Reading(problem="unreadable", detail=f"{type(error).__name__}: {error}"[:200]).dump()
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()


def _next(source: BinaryIO) -> tuple[bytes, str, str] | None:
    line = source.readline()
    if not line:
        return None
    asked = json.loads(line)
    return source.read(asked["length"]), asked["url"], asked["content_type"]


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (MAX_OPEN_FILES, MAX_OPEN_FILES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _allow_cpu() -> None:
    """So much more than was used until now; the kernel ends whoever takes more."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + 1 + CPU_S
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.getrlimit(resource.RLIMIT_CPU)[1]))


# Any: an audit event's arguments.
def _forbid(event: str, arguments: tuple[Any, ...]) -> None:
    is_writing = event == "open" and isinstance(arguments[1], str) and any(c in arguments[1] for c in "wax+")
    if event.startswith(FORBIDDEN) or is_writing:
        raise PermissionError(f"{event} is not for a parser")


if __name__ == "__main__":
    main()
