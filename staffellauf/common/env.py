"""The environment as settings read it: NAME, or NAME_FILE for a secret that lies in a file."""

import contextlib
import os
import secrets
import tempfile
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlsplit


class InvalidEnvironment(Exception):
    """A variable cannot be used as it stands; the text says which and why."""


def text(name: str, default: str = "") -> str:
    """The variable's value; the content of the file that NAME_FILE names when only that is set."""
    if name in os.environ:
        return os.environ[name].strip()
    path = os.environ.get(f"{name}_FILE")
    if path:
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise InvalidEnvironment(f"{name}_FILE={path}: {error.strerror}") from error
    return default


def number(name: str, default: int, *, lowest: int = 0, highest: int = 2**31 - 1) -> int:
    raw = text(name)
    if not raw:
        return default
    if not raw.isdecimal() or not lowest <= int(raw) <= highest:
        raise InvalidEnvironment(f"{name}={raw}: expected a whole number from {lowest} to {highest}")
    return int(raw)


def flag(name: str, default: bool = False) -> bool:
    raw = text(name).lower()
    if not raw:
        return default
    if raw not in {"1", "true", "yes", "on", "0", "false", "no", "off"}:
        raise InvalidEnvironment(f"{name}={raw}: expected 1 or 0")
    return raw in {"1", "true", "yes", "on"}


def choices(name: str, known: set[str]) -> list[str]:
    """Words separated by spaces, each one of those that are known."""
    words = text(name).lower().split()
    if wrong := sorted(set(words) - known):
        raise InvalidEnvironment(f"{name}: {wrong[0]!r} is none of {', '.join(sorted(known))}")
    return list(dict.fromkeys(words))


def kept_secret(name: str, folder: Path, *, length: int = 50) -> str:
    """The variable, or a random value made once and kept in `folder` with mode 0600."""
    if value := text(name):
        return value
    path = folder / name.lower()
    if not path.exists():
        # Written whole before it has its name, so that a process started beside this one never reads half of it.
        with tempfile.NamedTemporaryFile("w", dir=folder, prefix=f".{path.name}-") as file:
            file.write(secrets.token_urlsafe(length))
            file.flush()
            with contextlib.suppress(FileExistsError):
                os.link(file.name, path)
    return path.read_text(encoding="utf-8").strip()


def database(url: str, folder: Path) -> dict[str, object]:
    """Django's database settings from DATABASE_URL; SQLite in `folder` when it is empty.

    Takes `sqlite:///path`, `postgres://` and `postgresql://user:password@host:port/name?option=value`.
    """
    if not url:
        return sqlite(folder / "staffellauf.sqlite3")
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return sqlite(Path(unquote(parts.path.removeprefix("/"))))
    if parts.scheme in {"postgres", "postgresql"}:
        options = dict(parse_qsl(parts.query))
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.removeprefix("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": options.pop("host", unquote(parts.hostname or "")),
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": options,
        }
    raise InvalidEnvironment("DATABASE_URL: expected sqlite:///path or postgresql://user:password@host/name")


def sqlite(path: Path) -> dict[str, object]:
    """WAL with the write lock taken at the start of a transaction.

    `synchronous=FULL`: what people were told is saved survives a power cut (sqlite.org/pragma.html#pragma_synchronous).
    """
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-16000",
        },
    }


def mail(url: str, folder: Path) -> dict[str, object]:
    """Django's EMAIL_ settings from EMAIL_URL; files in `folder`/mail when it is empty.

    Takes `smtp://user:password@host:port` (STARTTLS when there is a user or the port is 587), `smtps://…` (TLS from
    the first byte), `file:///path` and `console:`.
    """
    parts = urlsplit(url or f"file://{quote(str(folder / 'mail'))}")
    backend = "django.core.mail.backends"
    if parts.scheme == "file" and parts.path:
        return {"EMAIL_BACKEND": f"{backend}.filebased.EmailBackend", "EMAIL_FILE_PATH": Path(unquote(parts.path))}
    if parts.scheme == "console":
        return {"EMAIL_BACKEND": f"{backend}.console.EmailBackend"}
    if parts.scheme in {"smtp", "smtps"} and parts.hostname:
        is_tls = parts.scheme == "smtps"
        port = parts.port or (465 if is_tls else 25)
        return {
            "EMAIL_BACKEND": f"{backend}.smtp.EmailBackend",
            "EMAIL_HOST": parts.hostname,
            "EMAIL_PORT": port,
            "EMAIL_HOST_USER": unquote(parts.username or ""),
            "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
            "EMAIL_USE_SSL": is_tls,
            "EMAIL_USE_TLS": not is_tls and (bool(parts.username) or port == 587),
            # A server that says nothing holds one job this long, not for ever.
            "EMAIL_TIMEOUT": 20,
        }
    raise InvalidEnvironment("EMAIL_URL: expected smtp://user:password@host:port, smtps://…, file:///path or console:")
