"""Articles that programs deliver as ninjs: over HTTP with a token, or as files in a folder."""

import hashlib
import logging
import os
import secrets
import stat
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import IntegrityError, OperationalError, transaction

from staffellauf.accounts.models import User
from staffellauf.newsroom import ninjs, permissions
from staffellauf.newsroom.models import IntakeToken

log = logging.getLogger(__name__)
# So that whoever finds one in a file knows what it opens.
TOKEN_START = "slt_"
# Newer than a minute is new enough to show, and spares a write for each delivery.
USE_PRECISION = timedelta(minutes=1)
ADD = "newsroom.add_article"
DONE, FAILED, AT_WORK = "done", "failed", "at-work"
# A file is whole when nobody has written to it for so long.
QUIET = timedelta(seconds=2)
# A worker that was killed leaves its file behind; no article takes so long.
LOST_AFTER = timedelta(minutes=10)
# In one run, which comes every minute.
FILES_AT_ONCE = 50


# --- tokens


def make_token(name: str, user: User, *, now: datetime) -> tuple[IntakeToken, str]:
    """The row, and the token itself, which is shown once and stored nowhere."""
    token = TOKEN_START + secrets.token_urlsafe(32)
    return IntakeToken.objects.create(name=name, user=user, hash=hash_of(token), created_at=now), token


def authenticate(token: str, *, now: datetime) -> IntakeToken | None:
    """The row of a token that is valid, its account included."""
    if not token.startswith(TOKEN_START) or len(token) > 100:
        return None
    rows = IntakeToken.objects.select_related("user").filter(revoked_at__isnull=True, user__is_active=True)
    found = rows.filter(hash=hash_of(token)).first()
    if found and (found.last_used_at is None or now - found.last_used_at > USE_PRECISION):
        IntakeToken.objects.filter(pk=found.pk).update(last_used_at=now)
    return found


def hash_of(token: str) -> str:
    """Random as it is, a token needs no slow hash."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def deliver(data: bytes, user: User, *, folder: Path | None, now: datetime) -> ninjs.Outcome:
    """Publishes the item, or stores it as a draft for an account that may not publish.

    Raises ninjs.InvalidItem and ninjs.NotAllowed.
    """
    if not user.has_perm(ADD):
        raise ninjs.NotAllowed("the account behind the token may not write articles")
    item = ninjs.read(data)
    return applied(item, now=now, folder=folder, user=user, is_draft=not permissions.may_publish(user))


# Any: what ninjs.apply takes.
def applied(item: ninjs.Item, **options: Any) -> ninjs.Outcome:
    for is_last in (False, True):
        try:
            with transaction.atomic():
                return ninjs.apply(item, **options)
        except IntegrityError:
            # The same item, delivered twice at the same moment: the second look finds the first one's article.
            if is_last:
                raise
    raise AssertionError("unreachable")


# --- the folder


def take_folder(root: Path, *, now: datetime) -> int:
    """Publishes the files that lie in the folder and are whole; how many were taken. What is wrong with one is said in
    a file beside it under `failed`."""
    for name in (DONE, FAILED, AT_WORK):
        (root / name).mkdir(exist_ok=True)
    give_back_lost(root, now=now)
    taken = 0
    for path in sorted(root.glob("*.json"))[:FILES_AT_ONCE]:
        if is_whole(path, now=now) and (mine := claim(path)):
            taken += 1
            take_file(root, mine, now=now)
    return taken


def is_whole(path: Path, *, now: datetime) -> bool:
    """A regular file of this very folder that nobody writes to any more. A link is left alone: it may lead anywhere."""
    try:
        found = path.lstat()
    except OSError:
        return False
    return stat.S_ISREG(found.st_mode) and now.timestamp() - found.st_mtime >= QUIET.total_seconds()


def claim(path: Path) -> Path | None:
    """The file under another name, which only one of two workers can give it."""
    mine = path.parent / AT_WORK / f"{secrets.token_hex(8)}-{path.name}"
    try:
        path.rename(mine)
        # From now on it counts when the work began.
        os.utime(mine, follow_symlinks=False)
    except OSError:
        return None
    return mine


def take_file(root: Path, mine: Path, *, now: datetime) -> None:
    name = mine.name.partition("-")[2]
    try:
        descriptor = os.open(mine, os.O_RDONLY | os.O_NOFOLLOW)
        with os.fdopen(descriptor, "rb") as file:
            item = ninjs.read(file.read(ninjs.FILE_LIMIT + 1))
        outcome = applied(item, now=now, folder=root)
    except OperationalError:
        # Nothing is wrong with the file: it is taken again when the database answers.
        give_back(mine, root, name)
        raise
    except (ninjs.InvalidItem, OSError) as error:
        reject(root, mine, name, reason=getattr(error, "strerror", None) or str(error))
    except Exception as error:
        # The files after it shall not wait for somebody who mends this.
        log.exception("ninjs folder: %s", name)
        reject(root, mine, name, reason=f"cannot be taken, the log says more ({type(error).__name__})")
    else:
        log.info("ninjs folder: %s: %s", name, outcome.status)
        move(mine, root / DONE, name)


def reject(root: Path, mine: Path, name: str, *, reason: str) -> None:
    log.warning("ninjs folder: %s: %s", name, reason)
    kept = move(mine, root / FAILED, name)
    kept.with_name(kept.name + ".error.txt").write_text(f"{name}: {reason}\n", encoding="utf-8")


def move(mine: Path, folder: Path, name: str) -> Path:
    """Under its own name, numbered when that is taken."""
    stem = name.removesuffix(".json")
    number = 1
    while (target := folder / (name if number == 1 else f"{stem}-{number}.json")).exists():
        number += 1
    return mine.rename(target)


def give_back_lost(root: Path, *, now: datetime) -> None:
    """What a killed worker had begun is taken again: an item that was published says nothing new then."""
    for path in (root / AT_WORK).glob("*.json"):
        if is_whole(path, now=now - LOST_AFTER):
            give_back(path, root, path.name.partition("-")[2])


def give_back(mine: Path, root: Path, name: str) -> None:
    """Never over a newer delivery of that name, which may come at this very moment."""
    stem = name.removesuffix(".json")
    number = 1
    while True:
        try:
            os.link(mine, root / (name if number == 1 else f"{stem}-{number}.json"), follow_symlinks=False)
        except FileExistsError:
            number += 1
        except OSError:
            # The file system knows no links: a name that nobody else makes.
            mine.rename(root / f"{stem}-{secrets.token_hex(4)}.json")
            return
        else:
            mine.unlink(missing_ok=True)
            return
