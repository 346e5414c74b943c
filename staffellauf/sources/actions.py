"""What editors do with imports: decide what nobody could tell, start one, take it up again."""

import re
import shutil
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from django.conf import settings
from django.db import DataError, IntegrityError, transaction
from django.utils import timezone

from staffellauf.accounts.models import User
from staffellauf.catalogue.models import ExternalId, Series
from staffellauf.jobs import actions as jobs
from staffellauf.sources import fetching, records, runs
from staffellauf.sources.apply import series as apply
from staffellauf.sources.models import Doubt, ImportRun
from staffellauf.sources.reading import Options, WrongAddress
from staffellauf.sources.records import SeriesRecord

# A packed catalogue of 80,000 series has about 100 MB, a programme guide of a country 10.
UPLOAD_LIMIT = 512 * 2**20
COPIED_AT_ONCE = 2**20
NAME_LENGTH = 100
UNSAFE = re.compile(r"[^A-Za-z0-9._-]")
# In `Doubt.record`, beside the record: the ids that a decision gave to the entry, so that it can be taken back.
ADDED = "added_ids"


class CannotDecide(Exception):
    """The decision cannot be carried out as things are now; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class TooLarge(Exception):
    """The file is larger than UPLOAD_LIMIT."""


# --- doubts


def record_of(doubt: Doubt) -> SeriesRecord:
    """Raises CannotDecide when it is no series, or of another version of this program."""
    try:
        found = records.load({name: value for name, value in doubt.record.items() if name != ADDED})
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise CannotDecide("unreadable") from error
    if not isinstance(found, SeriesRecord):
        raise CannotDecide("unreadable")
    return found


def decide(doubt: Doubt, state: Doubt.State, *, topic_id: int | None = None, editor: User, now: datetime) -> Doubt:
    """Carries out what an editor decided; later imports follow it. `topic_id`: the series that it is, with SAME.

    Raises CannotDecide.
    """
    try:
        with transaction.atomic():
            locked = Doubt.objects.select_for_update().get(pk=doubt.pk)
            if locked.state != Doubt.State.OPEN:
                raise CannotDecide("decided")
            if state == Doubt.State.SAME:
                _apply_to(locked, topic_id, now=now)
            elif state == Doubt.State.OTHER:
                done = apply.apply_as_new(record_of(locked), importer=locked.importer, now=now)
                if done.topic is None:
                    raise CannotDecide("refused")
                locked.decided_topic_id = done.topic.pk
            locked.state, locked.decided_by, locked.decided_at = state, editor, now
            locked.save(update_fields=["state", "record", "decided_topic", "decided_by", "decided_at"])
    except (IntegrityError, DataError) as error:
        raise CannotDecide("refused") from error
    return locked


def _apply_to(doubt: Doubt, topic_id: int | None, *, now: datetime) -> None:
    """Gives the record's ids to the series, and all else that it says."""
    found = Series.everything.filter(pk=topic_id).first() if topic_id else None
    series = Series.everything.filter(pk=found.merged_into_id or found.pk).first() if found else None
    if series is None:
        raise CannotDecide("no_topic")
    before = _ids(series)
    done = apply.apply_to(series, record_of(doubt), importer=doubt.importer, now=now)
    if done.topic is None:
        raise CannotDecide("refused")
    doubt.decided_topic_id = series.pk
    doubt.record = doubt.record | {ADDED: [list(pair) for pair in sorted(_ids(series) - before)]}


def _ids(series: Series) -> set[tuple[str, str]]:
    return set(ExternalId.objects.filter(topic_id=series.pk).values_list("scheme", "value"))


def reopen(doubt: Doubt) -> None:
    """Asks again. Ids that the decision gave to an entry go; what else was written stays, for editors to correct.

    Raises CannotDecide when an entry was made of the record and is there: it can be merged into another one.
    """
    with transaction.atomic():
        locked = Doubt.objects.select_for_update().get(pk=doubt.pk)
        if locked.state == Doubt.State.OTHER and locked.decided_topic_id:
            raise CannotDecide("made")
        if locked.decided_topic_id:
            for scheme, value in locked.record.get(ADDED, ()):
                ExternalId.objects.filter(topic_id=locked.decided_topic_id, scheme=scheme, value=value).delete()
        locked.record = {name: value for name, value in locked.record.items() if name != ADDED}
        locked.state, locked.decided_topic, locked.decided_by, locked.decided_at = Doubt.State.OPEN, None, None, None
        locked.save(update_fields=["state", "record", "decided_topic", "decided_by", "decided_at"])


# --- runs


def keep_upload(name: str, content: BinaryIO) -> Path:
    """Stores what an editor sent, where a worker finds it. Raises TooLarge."""
    folder = _uploads() / uuid4().hex
    folder.mkdir(parents=True)
    path = folder / (UNSAFE.sub("_", name)[-NAME_LENGTH:].lstrip(".") or "file")
    size = 0
    with path.open("wb") as file:
        while chunk := content.read(COPIED_AT_ONCE):
            size += len(chunk)
            if size > UPLOAD_LIMIT:
                path.unlink()
                raise TooLarge
            file.write(chunk)
    return path


def start(importer: str, address: str, *, user: User | None = None, is_dry_run: bool = False) -> ImportRun:
    """A run that a worker carries out. One of the same source and address that is not through yet is returned."""
    with transaction.atomic():
        waiting = ImportRun.objects.filter(importer=importer, address=address[:500], state=ImportRun.State.RUNNING)
        run = waiting.filter(is_dry_run=is_dry_run).order_by("-pk").first()
        if run is None:
            run = ImportRun.objects.create(
                importer=importer, address=address[:500], started_by=user, is_dry_run=is_dry_run
            )
        enqueue(run)
    return run


def take_up(run: ImportRun) -> None:
    """Lets a worker go on with a run that failed."""
    with transaction.atomic():
        ImportRun.objects.filter(pk=run.pk, state=ImportRun.State.FAILED).update(
            state=ImportRun.State.RUNNING, error="", finished_at=None
        )
        enqueue(run)


def enqueue(run: ImportRun) -> None:
    # `tasks` calls back into this module.
    from staffellauf.sources import tasks

    jobs.enqueue_once(tasks.run_import, f"import:{run.pk}", run.pk)


def carry_out(run: ImportRun, *, progress: runs.Progress | None = None) -> ImportRun:
    """Reads the run's address and applies what is left of it. What is expected to fail is told by the run's error."""
    is_begun = bool(run.digest)
    try:
        source = runs.importer(run.importer)
        options = runs.since_last(run.importer, run.address, Options())
        reading = source.open(run.address, options=options)
        if reading.digest != run.digest:
            # Another input than the one of which so much is done, or the first attempt.
            run.done, run.digest = 0, reading.digest
        run.state, run.error, run.total, run.finished_at = ImportRun.State.RUNNING, "", reading.total, None
        run.save(update_fields=["done", "digest", "state", "error", "total", "finished_at", "seen_at"])
        runs.carry_out(run, reading, progress=progress)
        _forget_upload(run)
        return run
    except runs.AlreadyRunning:
        if is_begun:
            # Somebody carries out this very run by command.
            return run
        return _failed(run, "Another import from this source is running; take this one up when it is through.")
    except (WrongAddress, fetching.SourceUnavailable, OSError) as error:
        return _failed(run, str(error))


def _forget_upload(run: ImportRun) -> None:
    """A file that was sent is not kept once it is read."""
    path = Path(run.address)
    if path.is_relative_to(_uploads()):
        shutil.rmtree(path.parent, ignore_errors=True)


def _uploads() -> Path:
    folder: Path = settings.DATA / "imports" / "uploads"
    return folder


def _failed(run: ImportRun, reason: str) -> ImportRun:
    run.state, run.error, run.finished_at = ImportRun.State.FAILED, reason[:2000], timezone.now()
    run.save(update_fields=["state", "error", "finished_at", "seen_at"])
    return run
