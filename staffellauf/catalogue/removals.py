"""What editors take away stays away: the notes that keep imports from bringing it back."""

from collections.abc import Iterator
from functools import singledispatch
from typing import Any

from staffellauf.catalogue import provenance
from staffellauf.catalogue.models import Credit, Episode, Relation, Release, Role, Season, Series, Topic, TopicPicture

Note = tuple[int | None, str, str]


# Any: a row of any model.
def remember(row: Any) -> None:
    """Before the row is deleted by an editor. Rows of which no import brings any are left alone."""
    for topic_id, what, key in notes(row):
        provenance.remember_removal(topic_id, what, key=key)


def forget(row: Any) -> None:
    """After an editor wrote the row."""
    for topic_id, what, key in notes(row):
        provenance.forget_removal(topic_id, what, key=key)


def remember_change(row: Any, *, former: set[Note]) -> None:
    """After an editor made something else of the row: as what it was it does not come back."""
    for topic_id, what, key in former - set(notes(row)):
        provenance.remember_removal(topic_id, what, key=key)


def remember_names(series: Topic, what: str, *, before: set[str], after: set[str]) -> None:
    """Of franchises or organisations that an editor took from a series, and those given to it."""
    for name in before - after:
        provenance.remember_removal(series.pk, what, key=provenance.removal_key(name))
    for name in after - before:
        provenance.forget_removal(series.pk, what, key=provenance.removal_key(name))


@singledispatch
def notes(row: object) -> Iterator[Note]:
    """Topic, what and key of each note."""
    yield from ()


@notes.register
def _(row: Series) -> Iterator[Note]:
    for scheme, value in row.external_ids.values_list("scheme", "value"):
        yield None, "entry", provenance.entry_key(row.kind, scheme, value)


@notes.register
def _(row: Role) -> Iterator[Note]:
    yield row.series_id, "role", provenance.role_key(row.character, row.person.name)


@notes.register
def _(row: Credit) -> Iterator[Note]:
    yield row.series_id, "credit", provenance.credit_key(row.job, row.title, row.person.name)


@notes.register
def _(row: Season) -> Iterator[Note]:
    yield row.series_id, "season", provenance.season_key(row.number)


@notes.register
def _(row: Episode) -> Iterator[Note]:
    ids = {"tvmaze": row.tvmaze_id, "tmdb": row.tmdb_id, "tvdb": row.tvdb_id}
    for key in provenance.episode_keys(row.season.number, row.number, **ids):
        yield row.season.series_id, "episode", key


@notes.register
def _(row: Relation) -> Iterator[Note]:
    target = row.to_series.name if row.to_series else row.to_work.title if row.to_work else ""
    yield row.series_id, "relation", provenance.relation_key(row.kind, target)


@notes.register
def _(row: Release) -> Iterator[Note]:
    yield row.series_id, "release", provenance.release_key(row)


@notes.register
def _(row: TopicPicture) -> Iterator[Note]:
    if row.source != provenance.EDITOR:
        yield row.topic_id, "picture", provenance.picture_key(row.kind, row.source)
