"""Which series and episode a programme is, and how sure that is, from 0 to 100. Nothing is invented: below DOUBTFUL a
programme stays without a series, below MATCHED an editor is asked."""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import Q

from staffellauf.catalogue.models import Episode, GuideTitle, Series, Showing, TopicKind, TopicName
from staffellauf.common import text
from staffellauf.sources.xmltv.titles import NAMELESS, Clues

MATCHED, DOUBTFUL = 75, 45
# What each clue is worth. A name alone is asked about when it is one short word ("Dark"); an episode settles it.
FULL_NAME, FIRST_PART, CUT_NAME = 65, 50, 50
DISTINCT, CALLED_SERIES, CALLED_OTHER = 12, 15, -30
EPISODE, SECOND_WITNESS = 20, 5
YEAR_FITS, YEAR_BEFORE, ON_ITS_CHANNEL = 12, -25, 8
# Of two series the better one must be better by this much.
LEAD = 8
# So few letters begin half the catalogue.
MIN_CUT_LETTERS = 8
DISTINCT_LETTERS = 12
CANDIDATES = 8
KEPT_NAMES, KEPT_SERIES = 20_000, 400

SERIES_WORDS = {"serie", "series", "soap", "sitcom", "telenovela", "anime", "episode", "miniserie", "mehrteiler"}
OTHER_WORDS = {
    "film",
    "spielfilm",
    "movie",
    "fernsehfilm",
    "kinofilm",
    "sport",
    "sports",
    "nachrichten",
    "news",
    "wetter",
}
# Series of these formats may well be called news or sport.
OWN_WORDS = {Series.Format.NEWS: {"nachrichten", "news"}, Series.Format.SPORTS: {"sport", "sports"}}


class Found(NamedTuple):
    series_id: int | None
    episode_id: int | None
    match: str
    confidence: int


NOTHING = Found(None, None, Showing.Match.UNMATCHED, 0)


@dataclass(slots=True)
class Episodes:
    """Episodes of one series, by what guides say of them. What several share finds none."""

    by_number: dict[tuple[int, int], int] = field(default_factory=dict)
    by_absolute: dict[int, int] = field(default_factory=dict)
    by_name: dict[str, int] = field(default_factory=dict)
    seasons: set[int] = field(default_factory=set)

    def numbered(self, clues: Clues) -> int | None:
        if clues.number is None:
            return None
        if clues.season is not None:
            return self.by_number.get((clues.season, clues.number))
        regular = self.seasons - {0}
        only = self.by_number.get((next(iter(regular)), clues.number)) if len(regular) == 1 else None
        return self.by_absolute.get(clues.number, only)

    def named(self, clues: Clues) -> int | None:
        return self.by_name.get(clues.subtitle) if clues.subtitle and not NAMELESS.fullmatch(clues.subtitle) else None


@dataclass(slots=True)
class Candidate:
    series_id: int
    start_year: int | None
    format: str
    popularity: int
    channels: frozenset[int]


class Named(NamedTuple):
    """A candidate, what having found it is worth, and by which name that was."""

    candidate: Candidate
    worth: int
    name: str


class Matcher:
    """Remembers what it looked up, up to a limit; one serves a whole guide."""

    def __init__(self) -> None:
        self.names: OrderedDict[tuple[str, bool], list[Candidate]] = OrderedDict()
        self.episodes: OrderedDict[int, Episodes] = OrderedDict()

    def match(self, asked: Sequence[tuple[int | None, Clues]]) -> list[Found]:
        """For each organisation's id and clues what they are; a handful of queries for all together."""
        decided = decisions(asked)
        self._look_up(clues for _organisation, clues in asked)
        series_ids = {candidate.series_id for _, clues in asked for candidate, _, _ in self._candidates(clues)}
        self._load_episodes(series_ids | {series for series in decided.values() if series})
        return [self._found(organisation, clues, decided) for organisation, clues in asked]

    def _found(self, organisation: int | None, clues: Clues, decided: "dict[tuple[int, str], int | None]") -> Found:
        key = (organisation or 0, clues.name)
        if key in decided:
            series_id = decided[key]
            if series_id is None:
                return Found(None, None, Showing.Match.REJECTED, 100)
            return Found(series_id, self._episode(series_id, clues)[0], Showing.Match.CONFIRMED, 100)
        scored = sorted(
            (self._scored(named, clues, organisation) for named in self._candidates(clues)),
            key=lambda found: (found[0].confidence, found[1]),
            reverse=True,
        )
        if not scored or scored[0][0].confidence < DOUBTFUL:
            return NOTHING
        best = scored[0][0]
        rival = scored[1][0].confidence if len(scored) > 1 else 0
        if best.confidence >= MATCHED and best.confidence - rival < LEAD:
            return Found(best.series_id, None, Showing.Match.DOUBTFUL, MATCHED - 1)
        match = Showing.Match.MATCHED if best.confidence >= MATCHED else Showing.Match.DOUBTFUL
        return best._replace(match=match)

    def _scored(self, named: Named, clues: Clues, organisation: int | None) -> tuple[Found, int]:
        candidate, base, name = named
        episode_id, witnesses = self._episode(candidate.series_id, clues)
        score = base + _of_name(name) + _of_category(clues, candidate, has_episode=bool(witnesses))
        if witnesses:
            score += EPISODE + SECOND_WITNESS * (witnesses - 1)
        if clues.year and candidate.start_year:
            score += YEAR_BEFORE if clues.year < candidate.start_year - 1 else 0
            score += YEAR_FITS if abs(clues.year - candidate.start_year) <= 1 else 0
        if organisation in candidate.channels:
            score += ON_ITS_CHANNEL
        return Found(candidate.series_id, episode_id, "", max(0, min(score, 99))), candidate.popularity

    def _episode(self, series_id: int, clues: Clues) -> tuple[int | None, int]:
        """The episode, and how many clues say so. Its title outweighs its number: countries count differently."""
        episodes = self.episodes.get(series_id)
        if episodes is None:
            return None, 0
        named, numbered = episodes.named(clues), episodes.numbered(clues)
        if named and numbered:
            return named, 2 if named == numbered else 1
        return named or numbered, int(bool(named or numbered))

    def _candidates(self, clues: Clues) -> list[Named]:
        name = clues.name
        found = [Named(candidate, FULL_NAME, name) for candidate in self.names.get((name, False), [])]
        if not found and clues.is_cut and len(name) >= MIN_CUT_LETTERS:
            found = [Named(candidate, CUT_NAME, name) for candidate in self.names.get((name, True), [])]
        first = clues.first_part
        return found or [Named(candidate, FIRST_PART, first) for candidate in self.names.get((first, False), [])]

    def _look_up(self, all_clues: Iterable[Clues]) -> None:
        exact: set[str] = set()
        for clues in all_clues:
            exact |= {clues.name, clues.first_part} - {""}
            for key in ((clues.name, False), (clues.first_part, False), (clues.name, True)):
                if key in self.names:
                    self.names.move_to_end(key)
            if clues.is_cut and len(clues.name) >= MIN_CUT_LETTERS and (clues.name, True) not in self.names:
                self._keep({(clues.name, True): _beginning(clues.name)})
        missing = {name for name in exact if (name, False) not in self.names}
        if missing:
            self._keep({(name, False): found for name, found in _called(missing).items()})

    def _keep(self, found: dict[tuple[str, bool], list[Candidate]]) -> None:
        self.names.update(found)
        while len(self.names) > KEPT_NAMES:
            self.names.popitem(last=False)

    def _load_episodes(self, series_ids: set[int]) -> None:
        for series_id in series_ids & self.episodes.keys():
            self.episodes.move_to_end(series_id)
        missing = series_ids - self.episodes.keys()
        if missing:
            self.episodes.update(_episodes(missing))
        while len(self.episodes) > max(KEPT_SERIES, len(series_ids)):
            self.episodes.popitem(last=False)


def decisions(asked: Iterable[tuple[int | None, Clues]]) -> "dict[tuple[int, str], int | None]":
    """What editors said of these titles on these channels: a series, or None for "no series"."""
    pairs = {(organisation, clues.name) for organisation, clues in asked if organisation}
    wanted = GuideTitle.objects.filter(
        organisation_id__in={organisation for organisation, _ in pairs}, title__in={title for _, title in pairs}
    )
    rows = wanted.values_list("organisation_id", "title", "series__merged_into_id", "series_id")
    return {(organisation, title): merged or series for organisation, title, merged, series in rows}


def _of_name(name: str) -> int:
    return DISTINCT if " " in name or len(name) >= DISTINCT_LETTERS else 0


def _of_category(clues: Clues, candidate: Candidate, *, has_episode: bool) -> int:
    """Guides call an episode of a crime series a "Spielfilm" now and then, so a found episode outweighs that."""
    words = {word for category in clues.categories for word in category.split()}
    if words & SERIES_WORDS or any(word.endswith(("serie", "soap")) for word in words):
        return CALLED_SERIES
    own = OWN_WORDS.get(Series.Format(candidate.format), set()) if candidate.format else set()
    if (words & OTHER_WORDS) - own:
        return CALLED_OTHER if not has_episode else CALLED_OTHER // 3
    return 0


def _called(names: set[str]) -> dict[str, list[Candidate]]:
    found: dict[str, list[Candidate]] = {name: [] for name in names}
    # What was merged drops out with the candidates; asked for here, it would lead through all topics.
    rows = TopicName.objects.filter(kind=TopicKind.SERIES, folded__in=names)
    pairs = list(rows.values_list("folded", "topic_id"))
    candidates = _candidates({topic_id for _, topic_id in pairs})
    for folded, topic_id in pairs:
        if topic_id in candidates:
            found[folded].append(candidates[topic_id])
    return {name: sorted(them, key=lambda c: (-c.popularity, c.series_id))[:CANDIDATES] for name, them in found.items()}


def _beginning(name: str) -> list[Candidate]:
    rows = TopicName.objects.filter(kind=TopicKind.SERIES, folded__startswith=name)
    ids = rows.order_by("topic_id").values_list("topic_id", flat=True).distinct()[:CANDIDATES]
    return list(_candidates(set(ids)).values())


def _candidates(series_ids: set[int]) -> dict[int, Candidate]:
    if not series_ids:
        return {}
    channels: dict[int, set[int]] = {}
    through = Series.organisations.through.objects.filter(series_id__in=series_ids)
    for series_id, organisation_id in through.values_list("series_id", "organisation_id"):
        channels.setdefault(series_id, set()).add(organisation_id)
    rows = Series.everything.filter(pk__in=series_ids).values_list(
        "pk", "merged_into_id", "start_year", "format", "popularity"
    )
    return {
        pk: Candidate(pk, year, form, known, frozenset(channels.get(pk, ())))
        for pk, merged, year, form, known in rows
        if merged is None
    }


def _episodes(series_ids: set[int]) -> dict[int, Episodes]:
    loaded = {series_id: Episodes() for series_id in series_ids}
    shared: set[tuple[int, str]] = set()
    rows = Episode.objects.filter(Q(season__series_id__in=series_ids)).values_list(
        "season__series_id", "pk", "season__number", "number", "last_number", "absolute_number", "name",
        "original_title",
    )  # fmt: skip
    for series_id, pk, season, number, last_number, absolute, *titles in rows.order_by("pk").iterator(chunk_size=5_000):
        episodes = loaded[series_id]
        episodes.seasons.add(season)
        for each in range(number, (last_number or number) + 1) if number is not None else ():
            episodes.by_number.setdefault((season, each), pk)
        if absolute is not None:
            episodes.by_absolute.setdefault(absolute, pk)
        for name in {text.fold(title) for title in titles if title}:
            if episodes.by_name.setdefault(name, pk) != pk:
                shared.add((series_id, name))
    for series_id, name in shared:
        del loaded[series_id].by_name[name]
    return loaded
