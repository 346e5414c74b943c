"""One import from its first record to its report: chunk by chunk, each one transaction that also says how far it is.

Killed at any moment, a run leaves whole chunks behind; started again with the same input, it goes on behind them.
"""

import fcntl
import logging
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from types import ModuleType
from typing import Any

from django.conf import settings
from django.db import DatabaseError, DataError, IntegrityError, connection, transaction
from django.utils import timezone

from staffellauf.accounts.models import User
from staffellauf.catalogue.models import Showing
from staffellauf.sources import datasources
from staffellauf.sources.apply import relations, series
from staffellauf.sources.apply.chunk import CHANGED, CREATED, DOUBTFUL, REFUSED, UNCHANGED, Chunk, Done
from staffellauf.sources.apply.matching import all_ids
from staffellauf.sources.models import ImportNote, ImportRun
from staffellauf.sources.reading import Options, Reading
from staffellauf.sources.records import Record, Refused, SeriesRecord
from staffellauf.sources.xmltv import decisions

IMPORTERS = ("own", "tvmaze", "tmdb", "wikidata", "xmltv")
# About a second of writing: others wait no longer for the database.
CHUNK_RECORDS = 60
CHUNK_PARTS = 2_500
WARNINGS_KEPT = 20
REASON_LENGTH = 500

log = logging.getLogger(__name__)
Progress = Callable[[ImportRun], None]


class AlreadyRunning(Exception):
    """Another process imports from this source right now."""


def importer(name: str) -> ModuleType:
    """The module of an importer: `open(address, options=…)` gives a Reading."""
    if name not in IMPORTERS:
        raise LookupError(name)
    return import_module(f"staffellauf.sources.{name}.importer")


def since_last(name: str, address: str, options: Options) -> Options:
    """The options with the start of the last run of this address that went through."""
    runs = ImportRun.objects.filter(importer=name, address=_shown(address), state=ImportRun.State.FINISHED)
    last = runs.filter(is_dry_run=False).order_by("-started_at").values_list("started_at", flat=True).first()
    return replace(options, since_at=last)


def _shown(address: str) -> str:
    """As every editor may read it: a query often carries somebody's key."""
    if address.startswith(("http://", "https://")):
        address = address.partition("?")[0]
    return address[:500]


def begin(name: str, reading: Reading, *, user: User | None = None, is_dry_run: bool = False) -> ImportRun:
    """A run for the input: the interrupted one if there is one, else a new one.

    Raises AlreadyRunning, and leaves no run behind then.
    """
    with _alone(name):
        return _begun(name, reading, user=user, is_dry_run=is_dry_run)


def _begun(name: str, reading: Reading, *, user: User | None, is_dry_run: bool) -> ImportRun:
    if not is_dry_run and reading.digest:
        open_runs = ImportRun.objects.filter(importer=name, digest=reading.digest, is_dry_run=False)
        interrupted = open_runs.exclude(state=ImportRun.State.FINISHED).order_by("-pk").first()
        newest = open_runs.order_by("-pk").first()
        if interrupted is not None and interrupted == newest:
            interrupted.state, interrupted.error, interrupted.total = ImportRun.State.RUNNING, "", reading.total
            interrupted.save(update_fields=["state", "error", "total", "seen_at"])
            return interrupted
    return ImportRun.objects.create(
        importer=name,
        address=_shown(reading.address),
        digest=reading.digest,
        total=reading.total,
        is_dry_run=is_dry_run,
        started_by=user,
    )


def carry_out(run: ImportRun, reading: Reading, *, progress: Progress | None = None) -> ImportRun:
    """Applies what is left of the run's input. Raises what the reading raises; what is applied until then stays.

    Raises AlreadyRunning when another process imports from the same source.
    """
    with _alone(run.importer):
        try:
            source = importer(run.importer)
            if hasattr(source, "carry_out"):
                source.carry_out(run, reading, progress=progress)
            else:
                if not run.is_dry_run:
                    datasources.store(reading.sources)
                for stated in chunks(reading.records(run.done)):
                    _carry_out_chunk(stated, run)
                    if progress:
                        progress(run)
            _finish(run)
        except Exception as error:
            run.state, run.error, run.finished_at = ImportRun.State.FAILED, str(error)[:2000], timezone.now()
            run.save(update_fields=["state", "error", "finished_at", "seen_at"])
            raise
    if progress:
        progress(run)
    return run


def chunks(stated: Iterable[Record | Refused]) -> Iterator[list[Record | Refused]]:
    """Records that can be written together: not too many, and no two of the same entry."""
    chunk: list[Record | Refused] = []
    parts, keys = 0, set[Any]()
    for record in stated:
        own = _keys(record)
        if chunk and (len(chunk) >= CHUNK_RECORDS or parts >= CHUNK_PARTS or own & keys):
            yield chunk
            chunk, parts, keys = [], 0, set()
        chunk.append(record)
        parts += _weight(record)
        keys |= own
    if chunk:
        yield chunk


# Any: ids as pairs, names as text.
def _keys(record: Any) -> set[Any]:
    if not hasattr(record, "ids"):
        return set()
    return {(type(record), *pair) for pair in all_ids(record)} or {(type(record), record.name)}


def _weight(record: Any) -> int:
    if not isinstance(record, SeriesRecord):
        return 1
    lists = (record.seasons, record.episodes, record.roles, record.credits)
    guests = sum(len(episode.roles or ()) + len(episode.credits or ()) for episode in record.episodes or ())
    return sum(len(one or ()) for one in lists) + guests


def _carry_out_chunk(stated: Sequence[Record | Refused], run: ImportRun) -> None:
    """All records of the chunk; when the database refuses them together, one by one."""
    before = {field: getattr(run, field) for field in COUNTS} | {"details": dict(run.details)}
    try:
        _write(stated, run)
    except (IntegrityError, DataError) as error:
        for field, value in before.items():
            setattr(run, field, value)
        if len(stated) > 1:
            for record in stated:
                _carry_out_chunk([record], run)
            return
        log.warning("%s: the database refused a record: %s", run, error)
        refused = Done(stated[0], outcome=REFUSED, reason=f"The database refuses it: {error}".strip())
        with transaction.atomic():
            _record([refused], Chunk(run.importer, timezone.now()), run)


def _write(stated: Sequence[Record | Refused], run: ImportRun) -> None:
    chunk = Chunk(run.importer, timezone.now())
    with transaction.atomic():
        done = series.apply(stated, chunk, run=None if run.is_dry_run else run)
        if run.is_dry_run:
            transaction.set_rollback(True)
        else:
            _record(done, chunk, run)
    if run.is_dry_run:
        for one in done:
            one.topic = None if one.is_new else one.topic
        with transaction.atomic():
            _record(done, chunk, run)


COUNTS = ("done", CREATED, CHANGED, UNCHANGED, REFUSED, DOUBTFUL)


def _record(done: Sequence[Done], chunk: Chunk, run: ImportRun) -> None:
    """The run's figures and notes, in the transaction of what they tell."""
    notes = []
    for one in done:
        setattr(run, one.outcome, getattr(run, one.outcome) + 1)
        warnings = [*getattr(one.record, "warnings", ()), *one.warnings][:WARNINGS_KEPT]
        if one.outcome == UNCHANGED:
            continue
        changes = dict(one.changes) | ({"warnings": warnings} if warnings else {})
        reason = (one.reason or "; ".join(warnings))[:REASON_LENGTH]
        named, topic = one.what[:300], one.topic.pk if one.topic else None
        note = ImportNote(run=run, outcome=one.outcome, what=named, topic_id=topic, reason=reason, changes=changes)
        notes.append(note)
    ImportNote.objects.bulk_create(notes, batch_size=500)
    run.done += len(done)
    details = dict(run.details)
    for name, number in chunk.figures.items():
        if number:
            details[name] = details.get(name, 0) + number
    if chunk.pending:
        details["pending"] = [*details.get("pending", []), *chunk.pending]
    run.details = details
    run.save(update_fields=[*COUNTS, "details", "seen_at"])


def _finish(run: ImportRun) -> None:
    """What had to wait for the last record."""
    with transaction.atomic():
        details = dict(run.details)
        pending = details.pop("pending", [])
        if pending and not run.is_dry_run:
            chunk = Chunk(run.importer, timezone.now())
            relations.apply_pending(pending, chunk)
            for name, number in chunk.figures.items():
                details[name] = details.get(name, 0) + number
        run.details, run.state, run.finished_at = details, ImportRun.State.FINISHED, timezone.now()
        run.save(update_fields=["details", "state", "finished_at", "seen_at"])
    if not run.is_dry_run and (run.created or run.changed):
        _match_showings()
    if not run.is_dry_run and run.created:
        _tell_the_planner()


def _match_showings() -> None:
    """Showings to come that found no series may find one of those that are new."""
    coming = Showing.objects.filter(starts_at__gte=timezone.now(), match=Showing.Match.UNMATCHED)
    if coming.exists():
        decisions.rematch(coming)


def _tell_the_planner() -> None:
    """Fresh statistics: after thousands of new rows the old ones mislead."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA optimize" if connection.vendor == "sqlite" else "ANALYZE")
    except DatabaseError as error:
        log.warning("Statistics were not refreshed: %s", error)


@contextmanager
def _alone(name: str) -> Iterator[None]:
    """One import at a time from each source. The lock goes with the process, however that ends."""
    if connection.vendor == "postgresql":
        key = zlib.crc32(f"staffellauf import {name}".encode())
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
            if not cursor.fetchone()[0]:
                raise AlreadyRunning(name)
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [key])
        return
    folder = settings.DATA / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"import-{name}").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyRunning(name) from error
        yield
