"""Seasons and episodes: matched by the source's ids, then by their numbers, then (specials) by day and title."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from staffellauf.catalogue import provenance
from staffellauf.catalogue.models import Episode, Release, Season
from staffellauf.common import text
from staffellauf.sources.apply import fields
from staffellauf.sources.apply.chunk import CHANGED, CREATED, Chunk, Entry
from staffellauf.sources.apply.rows import batches, holding, insert
from staffellauf.sources.records import EpisodeRecord, SeasonRecord

ID_FIELDS = ("tvmaze_id", "tmdb_id", "tvdb_id")
REMOVED = "removed"
Slot = tuple[int, int]
"""Key of the season, number in it."""


@dataclass(slots=True)
class Guide:
    """The seasons and episodes of one series, as stored and as they will be."""

    entry: Entry
    seasons: dict[int, Season] = field(default_factory=dict)
    episodes: list[Episode] = field(default_factory=list)
    matched: list[tuple[EpisodeRecord, Episode]] = field(default_factory=list)
    """What the record's episodes became; guests and credits hang on them."""

    new: list[Episode] = field(default_factory=list)
    claiming: list[Episode] = field(default_factory=list)
    """Stored ones that got an id."""

    def find(self, season: int, number: int) -> Episode | None:
        """The stored episode with these numbers."""
        home = self.seasons.get(season)
        return next((e for e in self.episodes if home and e.season_id == home.pk and e.number == number), None)


def apply(entries: Sequence[Entry], chunk: Chunk) -> dict[int, Guide]:
    """Writes the seasons and episodes of these series. A Guide for each series, by its key."""
    guides = {entry.series.pk: Guide(entry) for entry in entries}
    told = [guide for guide in guides.values() if guide.entry.record.seasons or guide.entry.record.episodes is not None]
    _load(told)
    new_seasons: list[Season] = []
    for guide in told:
        new_seasons += _match_seasons(guide, chunk)
    insert(new_seasons)
    for guide in told:
        _match_episodes(guide, chunk)
    _store(told, chunk)
    return guides


def _load(guides: Sequence[Guide]) -> None:
    stored = {guide.entry.series.pk: guide for guide in guides if not guide.entry.is_new}
    homes: dict[int, Guide] = {}
    for season in holding(Season.objects.all(), "series_id", list(stored)):
        stored[season.series_id].seasons[season.number] = season
        homes[season.pk] = stored[season.series_id]
    with_episodes = [pk for pk, guide in homes.items() if guide.entry.record.episodes is not None]
    for episode in holding(Episode.objects.order_by(), "season_id", with_episodes):
        homes[episode.season_id].episodes.append(episode)


def _match_seasons(guide: Guide, chunk: Chunk) -> list[Season]:
    """The seasons that the record states or its episodes need; new ones are returned unsaved."""
    entry, made = guide.entry, []
    by_id = {(name, getattr(s, name)): s for s in guide.seasons.values() for name in ID_FIELDS[:2] if getattr(s, name)}
    stated = {record.number: record for record in entry.record.seasons or ()}
    needed = {episode.season for episode in entry.record.episodes or ()} - set(stated)
    for record in [*stated.values(), *(SeasonRecord(number) for number in sorted(needed))]:
        season = guide.seasons.get(record.number)
        if season is None:
            same = () if entry.is_stale else (by_id.get((name, record.fields.get(name))) for name in ID_FIELDS[:2])
            season = next((found for found in same if found and found.number not in stated), None)
            if season is not None and season.source_of("number") == provenance.EDITOR:
                # The number is an editor's; what the source says of its own number is said of this season.
                guide.seasons[record.number] = season
            elif season is not None:
                # The source counts it differently now.
                del guide.seasons[season.number]
                season.number = record.number
                guide.seasons[record.number] = season
                chunk.changed.note(season, ["number"])
                entry.done.count("seasons", CHANGED)
        if season is not None and entry.is_stale:
            continue
        if season is not None:
            changes = fields.update(season, record, source=entry.source, stated=record.fields.items())
            if changes:
                chunk.changed.note(season, [*changes, "origin"])
                entry.done.count("seasons", CHANGED)
            continue
        if chunk.is_removed(entry.series.pk, "season", keys=[provenance.season_key(record.number)]):
            continue
        season = Season(series_id=entry.series.pk, number=record.number)
        fields.start(season, record, source=entry.source)
        fields.fill(season, record.fields.items())
        guide.seasons[record.number] = season
        made.append(season)
    if not entry.is_new:
        entry.done.count("seasons", CREATED, len(made))
    chunk.figures["seasons_created"] += len(made)
    return made


class Shelf:
    """Stored episodes of one series that no record has taken yet."""

    def __init__(self, guide: Guide) -> None:
        self.left = {id(episode): episode for episode in guide.episodes}
        numbers = {season.pk: number for number, season in guide.seasons.items()}
        self.by_id: dict[tuple[str, int], Episode] = {}
        self.by_number: dict[tuple[int, int], Episode] = {}
        self.by_title: dict[tuple[int, Any, str], Episode] = {}
        for episode in guide.episodes:
            season = numbers.get(episode.season_id, -1)
            for name in ID_FIELDS:
                if value := getattr(episode, name):
                    self.by_id[name, value] = episode
            if episode.number is not None:
                self.by_number[season, episode.number] = episode
            else:
                for title in {episode.name, episode.original_title}:
                    self.by_title[season, episode.aired_on, text.fold(title)] = episode

    def by_own_id(self, record: EpisodeRecord) -> Episode | None:
        for name in ID_FIELDS:
            episode = self.by_id.get((name, record.fields.get(name) or 0))
            if episode is not None and id(episode) in self.left:
                return self.left.pop(id(episode))
        return None

    def by_place(self, record: EpisodeRecord) -> Episode | None:
        """By its numbers, or a special by day and title; not if its ids say that it is another."""
        if record.number is not None:
            episode = self.by_number.get((record.season, record.number))
        else:
            titles = (str(record.fields.get(name) or "") for name in ("name", "original_title"))
            day = record.fields.get("aired_on")
            found = (self.by_title.get((record.season, day, text.fold(title))) for title in titles)
            episode = next((found_one for found_one in found if found_one is not None), None)
        if episode is None or id(episode) not in self.left or _is_other(record, episode):
            return None
        return self.left.pop(id(episode))


def _is_other(record: EpisodeRecord, episode: Episode) -> bool:
    return any(
        record.fields.get(name) and getattr(episode, name) and record.fields[name] != getattr(episode, name)
        for name in ID_FIELDS
    )


def _match_episodes(guide: Guide, chunk: Chunk) -> None:
    """Brings the stored episodes up to date; new ones stay unsaved, those that are gone are deleted."""
    entry, shelf = guide.entry, Shelf(guide)
    records = entry.record.episodes or ()
    found = [shelf.by_own_id(record) for record in records]
    for place, record in enumerate(records):
        found[place] = found[place] or shelf.by_place(record)
    _remove(guide, shelf, chunk)
    for record, episode in zip(records, found, strict=True):
        season = guide.seasons.get(record.season)
        if season is None or (episode is None and _is_removed(entry, record, chunk)):
            continue
        if episode is None:
            episode = Episode(season=season, number=record.number)
            fields.start(episode, record, source=entry.source)
            fields.fill(episode, record.fields.items())
            guide.new.append(episode)
        else:
            _update(guide, record, episode, chunk)
        guide.matched.append((record, episode))


def _is_removed(entry: Entry, record: EpisodeRecord, chunk: Chunk) -> bool:
    if not chunk.removals.get(entry.series.pk):
        return False
    ids = {name.removesuffix("_id"): record.fields.get(name) for name in ID_FIELDS}
    keys = provenance.episode_keys(record.season, record.number, **ids)
    return chunk.is_removed(entry.series.pk, "episode", keys=keys)


def _update(guide: Guide, record: EpisodeRecord, episode: Episode, chunk: Chunk) -> None:
    if guide.entry.is_stale:
        return
    place: list[tuple[str, Any]] = [("number", record.number)]
    if episode.source_of("season") != provenance.EDITOR:
        place.append(("season_id", guide.seasons[record.season].pk))
    # A number from one source does not take away another's; where a special stands each says for itself.
    own = any(record.fields.get(name) and getattr(episode, name) == record.fields[name] for name in ID_FIELDS)
    stated = [*(place if own else ()), *record.fields.items()]
    changes = fields.update(episode, record, source=guide.entry.source, stated=stated)
    if changes.keys() & set(ID_FIELDS):
        guide.claiming.append(episode)
    if changes:
        chunk.changed.note(episode, {"season" if name == "season_id" else name for name in changes} | {"origin"})
        guide.entry.done.count("episodes", CHANGED)
        chunk.figures["episodes_changed"] += 1


def _remove(guide: Guide, shelf: Shelf, chunk: Chunk) -> None:
    """Episodes that the source gave and does not give any more; a list without specials says nothing about them."""
    record = guide.entry.record
    if record.is_partial or not record.episodes:
        return
    kinds = {episode.fields.get("kind", Episode.Kind.REGULAR) for episode in record.episodes}
    gone = [
        episode
        for episode in shelf.left.values()
        if episode.kind in kinds
        and episode.source == record.source
        and provenance.EDITOR not in episode.origin.values()
    ]
    kept = _with_other_releases(gone, record.source)
    gone = [episode for episode in gone if episode.pk not in kept]
    Episode.objects.filter(pk__in=[episode.pk for episode in gone]).delete()
    guide.entry.done.count("episodes", REMOVED, len(gone))
    chunk.figures["episodes_removed"] += len(gone)
    left = {id(episode) for episode in gone}
    guide.episodes = [episode for episode in guide.episodes if id(episode) not in left]


def _with_other_releases(episodes: Sequence[Episode], source: str) -> set[int]:
    """Of these, the ones that somebody else says something about."""
    others = Release.objects.exclude(source=source).values_list("episode_id", flat=True)
    return set(holding(others, "episode_id", [episode.pk for episode in episodes]))


def _store(guides: Sequence[Guide], chunk: Chunk) -> None:
    """New episodes, none in the place of another; ids that belonged to another series' episode have moved here."""
    _take_ids([episode for guide in guides for episode in (*guide.claiming, *guide.new)], chunk)
    for guide in guides:
        _give_places(guide)
    moved = {
        row: names
        for row, names in chunk.changed.fields.items()
        if isinstance(row, Episode) and names & {"season", "number", "last_number"}
    }
    # Two that change places would meet half-way.
    for batch in batches(moved):
        Episode.objects.filter(pk__in=[row.pk for row in batch]).update(number=None, last_number=None)
    for names in moved.values():
        names |= {"number", "last_number"}
    chunk.changed.write(chunk.now)
    made = [episode for guide in guides for episode in guide.new]
    insert(made)
    chunk.figures["episodes_created"] += len(made)
    for guide in guides:
        guide.episodes += guide.new
        if not guide.entry.is_new:
            guide.entry.done.count("episodes", CREATED, len(guide.new))


def _take_ids(claiming: Sequence[Episode], chunk: Chunk) -> None:
    """The source moved these ids here, so no other episode keeps them. Of two that claim one, the first gets it."""
    for name in ID_FIELDS:
        wanted: dict[int, Episode] = {}
        for episode in claiming:
            value = getattr(episode, name)
            if value and wanted.setdefault(value, episode) is not episode:
                setattr(episode, name, None)
        own = {value: episode.pk for value, episode in wanted.items()}
        holders = list(holding(Episode.objects.values_list("pk", name), name, list(wanted)))
        others = [pk for pk, value in holders if pk != own[value]]
        for batch in batches(others):
            Episode.objects.filter(pk__in=batch).update(**{name: None})
        chunk.figures["episode_ids_moved"] += len(others)


def _give_places(guide: Guide) -> None:
    """Leaves out new episodes whose place is taken. Of two stored ones in one place, the one that was there stays."""
    taken: dict[Slot, Episode] = {}
    refused: set[int] = set()
    for episode in [*guide.episodes, *guide.new]:
        if episode.number is None:
            continue
        rival = taken.setdefault((episode.season_id, episode.number), episode)
        if rival is episode:
            continue
        if episode.pk is None:
            refused.add(id(episode))
        else:
            stored = Episode.objects.get(pk=episode.pk)
            episode.number, episode.season_id = stored.number, stored.season_id
        guide.entry.done.warnings.append(f"two episodes of a season have the number {rival.number}; one is left out")
    guide.new = [episode for episode in guide.new if id(episode) not in refused]
    guide.matched = [(record, episode) for record, episode in guide.matched if id(episode) not in refused]
