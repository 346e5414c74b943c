"""Where a text names a topic: titles, people, networks and streamers, found by the names that the catalogue holds.

`find(text, context)` answers with non-overlapping places in the order of the text. It asks the database once, whatever
the length, and keeps no dictionary in memory: runs of words, folded as `TopicName` has them, are looked up together.
Precision comes before recall: a title of one word must stand in quotation marks, be one that the caller expects
(`context`: the article's topics) or have a word beside it that says it is a series; people are known by two names or
more, and from then on by the last one.

    >>> find("Rosanna Arquette stößt zu „Ballard“", [])  # doctest: +SKIP
    [Mention(start=0, end=16, topic=<Person: Rosanna Arquette>, score=0.9), Mention(start=25, end=32, …)]

`find_many(texts, context)` does the same for many short texts, such as the headlines of a feed, with one query too.
Spans leave out quotation marks, a genitive -s and the rest of a compound: „Netflix-Serie“ gives Netflix. Offsets count
code points of the text as it was given.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from staffellauf.catalogue.models import Topic, TopicKind, TopicName
from staffellauf.common import text as texts_of

# What is behind is not looked at: an article has 3,000 characters.
MAX_TEXT = 30_000
MAX_WORDS, MAX_WORD, MAX_NAME = 10, 60, 300
# Below it a place is more likely something else.
THRESHOLD = 0.5
# More runs than that are not looked up at once: the variables of one query are limited to 32,766.
MAX_KEYS = 25_000

LETTER = r"(?:[^\W_][\u0300-\u036f]*)"
WORD = re.compile(rf"{LETTER}+(?:['’‘`´]{LETTER}+)*")
OPENING, CLOSING = "„“”\"»«›‹‚‘'’", "“”\"«»‹›‘’'"
QUOTED = re.compile(r"[„“”\"»«›‹]([^„“”\"»«›‹\n]{1,200})[“”\"«»‹›]|(?<!\w)['‚‘]([^\n'‚‘’]{1,80})['‘’](?!\w)")
# Inside a name there may be: "M*A*S*H", "9-1-1", "Bosch: Legacy", "Law & Order", "Dr. House".
BETWEEN = re.compile(r"[^\S\n]{0,2}[^\w\s„“”\"»«›‹(){}\[\]|;]{0,3}[^\S\n]{0,2}")
FINAL_MARKS = re.compile(r"[.!?…]{0,3}")
PARTICLES = frozenset(re.findall(r"\w+", "von van de der den di da del la le du zu und and the of"))
EMPTY_WORDS = frozenset(
    re.findall(
        r"\w+",
        "der die das den dem des ein eine einer eines und oder in im am an auf aus bei mit von vom zu zum zur für"
        " fuer ist es er sie ich du wir ihr mein dein the a an and or of in on at to for is it we you my your this",
    )
)
IS_SERIES = re.compile(
    r"(?:serie|reihe|sitcom|spin-?off|ableger|drama|dramedy|comedy|thriller|remake|reboot|sequel|prequel|format|show"
    r"|krimi|soap|staffel|staffel von|series|season of|folge von|fortsetzung|neuauflage|finale von)[^\S\n]?$",
    re.IGNORECASE,
)
BESIDE_SERIES = re.compile(
    r"[“”\"«»‹›]?-(?:serie|reihe|spin|ableger|star|finale|darsteller|reboot|remake|staffel|universum|fans?|revival"
    r"|fortsetzung|prequel|sequel|macher|schöpfer|folge|crossover|neuauflage|kommissar|premiere|cast)",
    re.IGNORECASE,
)
SEASON_BESIDE = re.compile(r",?\s(?:staffel|season|S)\s?\d", re.IGNORECASE)
FRANCHISE_BESIDE = re.compile(r"[“”\"«»]?-(?:franchise|universum|kosmos|reihe|welt)", re.IGNORECASE)
KINDS = (TopicKind.SERIES, TopicKind.PERSON, TopicKind.ORGANISATION, TopicKind.FRANCHISE)


@dataclass(frozen=True, slots=True)
class Mention:
    """Characters `start` to `end` of the text name the topic; the score is from 0.5 to 1."""

    start: int
    end: int
    topic: Topic
    score: float


@dataclass(frozen=True, slots=True)
class Run:
    """Words that may be a name, folded; `count` of them."""

    start: int
    end: int
    key: str
    count: int
    is_title_case: bool


def find(text: str, context_topics: Collection[Topic] = (), *, is_line: bool = False) -> list[Mention]:
    """The topics that the text names. A line that an editor typed is read in any case and needs no quotation marks."""
    return find_many([text], context_topics, is_line=is_line)[0]


def find_many(
    texts: Sequence[str], context_topics: Collection[Topic] = (), *, is_line: bool = False
) -> list[list[Mention]]:
    """As `find`, for each of the texts."""
    cut = [text[:MAX_TEXT] for text in texts]
    runs = [list(_runs(text, is_any_case=is_line)) for text in cut]
    named = _named({run.key for of in runs for run in of})
    context = {topic.pk: topic for topic in context_topics}
    return [_Text(text, context, is_line=is_line).mentions(of, named) for text, of in zip(cut, runs, strict=True)]


def _named(keys: set[str]) -> dict[str, list[Topic]]:
    """The topics that have one of these names; one query."""
    if not keys:
        return {}
    asked = sorted(keys)[:MAX_KEYS]
    rows = TopicName.objects.filter(kind__in=TopicKind.values, folded__in=asked, topic__merged_into__isnull=True)
    found: dict[str, list[Topic]] = defaultdict(list)
    for row in rows.select_related("topic"):
        found[row.folded].append(row.topic)
    return found


def _runs(text: str, *, is_any_case: bool) -> Iterator[Run]:
    words = [(m.start(), m.end()) for m in WORD.finditer(text) if m.end() - m.start() <= MAX_WORD]
    folded = [texts_of.fold(text[start:end]) for start, end in words]
    joined = [bool(BETWEEN.fullmatch(text, left[1], right[0])) for left, right in pairwise(words)]
    for first, (start, _) in enumerate(words):
        if not (is_any_case or _may_begin(text, start)):
            continue
        parts: list[str] = []
        capital = True
        for last in range(first, min(first + MAX_WORDS, len(words))):
            if last > first and not joined[last - 1]:
                break
            parts.append(folded[last])
            capital = capital and _is_capital(text, words[last])
            yield from _endings(text, start, words[last][1], key=" ".join(filter(None, parts)),
                                count=len(parts), is_title_case=capital)  # fmt: skip


def _endings(text: str, start: int, end: int, *, key: str, count: int, is_title_case: bool) -> Iterator[Run]:
    """The run as it stands, and without a genitive -s."""
    if not key or len(key) > MAX_NAME:
        return
    yield Run(start, end, key, count, is_title_case)
    if key.endswith("s") and len(key) > 3 and text[end - 1] in "sS":
        shorter = end - 2 if text[end - 2] in "'’‘`´" else end - 1
        yield Run(start, shorter, key[:-1], count, is_title_case)


def _may_begin(text: str, start: int) -> bool:
    first = text[start]
    return first.isupper() or first.isdigit() or (start > 0 and text[start - 1] in OPENING)


def _is_capital(text: str, word: tuple[int, int]) -> bool:
    first = text[word[0]]
    return first.isupper() or first.isdigit() or text[word[0] : word[1]] in PARTICLES


class _Text:
    """One text, with what tells how a run stands in it."""

    def __init__(self, text: str, context: Mapping[int, Topic], *, is_line: bool) -> None:
        self.text, self.context, self.is_line = text, context, is_line
        self.quotes = [m.span(1) if m[1] is not None else m.span(2) for m in QUOTED.finditer(text)]

    def mentions(self, runs: Sequence[Run], named: Mapping[str, Sequence[Topic]]) -> list[Mention]:
        weighed = [found for run in runs if run.key in named and (found := self.best(run, named[run.key]))]
        kept = _longest(weighed)
        short = list(self.last_names(kept, runs))
        return sorted(_longest([*kept, *short], first=len(kept)), key=lambda one: one.start)

    def best(self, run: Run, topics: Sequence[Topic]) -> Mention | None:
        """Of the topics of that name the one that is meant; None when it is more likely something else."""
        scored = [(self.score(run, topic), topic) for topic in topics]
        likely = [(score, topic) for score, topic in scored if score >= THRESHOLD]
        if not likely:
            return None
        score, topic = max(likely, key=lambda pair: (pair[1].pk in self.context, round(pair[0], 2), *_known(pair[1])))
        rivals = [one for _, one in likely if one.kind == topic.kind and one.pk != topic.pk]
        unsure = 0.8 if rivals and topic.pk not in self.context else 1.0
        end = run.start + len(topic.name) if self.text.startswith(topic.name, run.start) else run.end
        return Mention(run.start, max(end, run.end), topic, round(max(score * unsure, THRESHOLD), 2))

    def score(self, run: Run, topic: Topic) -> float:
        expected = 0.1 if topic.pk in self.context else 0.0
        match topic.kind:
            case TopicKind.PERSON:
                return self.score_person(run, topic) + expected
            case TopicKind.ORGANISATION:
                return self.score_organisation(run, topic) + expected
            case TopicKind.FRANCHISE:
                franchise = 0.15 if FRANCHISE_BESIDE.match(self.text, run.end) else -0.1
                return self.score_title(run, topic) + franchise + expected / 2
            case _:
                return self.score_title(run, topic) + expected

    def score_title(self, run: Run, topic: Topic) -> float:
        whole = self.quotation(run)
        if whole is not None:
            return 0.9 if whole else 0.0
        if self.is_line:
            return 0.8 if run.count > 1 or topic.pk in self.context else 0.6
        if run.key.replace(" ", "").isdigit() and self.text[run.start : run.end] != topic.name:
            return 0.0
        telling = [word for word in run.key.split() if word not in EMPTY_WORDS and not word.isdigit()]
        if run.is_title_case and (len(telling) > 1 or (telling and run.count > 2)):
            return 0.8
        if not self.text[run.start].isupper():
            return 0.0
        return 0.75 if self.has_sign(run) else 0.65 if topic.pk in self.context and not self.is_part(run) else 0.0

    def score_person(self, run: Run, topic: Topic) -> float:
        if run.count < 2:
            return 0.6 if topic.pk in self.context and run.is_title_case else 0.0
        if self.quotation(run) and not self.is_line:
            return 0.55
        has_small_middle = run.count > 2 and self.text[run.start].isupper() and self.last_word(run)[0].isupper()
        return 0.85 if run.is_title_case or has_small_middle or self.is_line else 0.0

    def last_word(self, run: Run) -> str:
        return WORD.findall(self.text[run.start : run.end])[-1]

    def score_organisation(self, run: Run, topic: Topic) -> float:
        if self.is_line:
            return 0.75
        surface = self.text[run.start : run.end]
        is_name = self.text.startswith(topic.name, run.start) or (len(surface) > 4 and surface.isupper())
        if self.quotation(run) is False:
            return 0.0
        return 0.8 if is_name else 0.6 if run.count > 1 and run.is_title_case else 0.0

    def quotation(self, run: Run) -> bool | None:
        """Whether the run is all that stands in quotation marks; None: it stands in none, or in somebody's words."""
        for start, end in self.quotes:
            if start <= run.start and run.end <= end:
                rest = FINAL_MARKS.sub("", self.text[start : run.start] + self.text[run.end : end]).strip(" ,:")
                if not rest:
                    return True
                return False if len(self.text[start:end].split()) <= 6 else None
        return None

    def has_sign(self, run: Run) -> bool:
        """A word beside it says that it is a series."""
        before = self.text[max(0, run.start - 30) : run.start]
        beside = BESIDE_SERIES.match(self.text, run.end) or SEASON_BESIDE.match(self.text, run.end)
        return bool(IS_SERIES.search(before) or beside)

    def is_part(self, run: Run) -> bool:
        """Of a longer name: „Harry Bosch“ is no series."""
        before = WORD.findall(self.text[max(0, run.start - 40) : run.start])
        touching = self.text[max(0, run.start - 2) : run.start]
        after = self.text[run.end : run.end + 2]
        follows = len(after) == 2 and after[0] in " \u00a0" and after[1].isupper()
        leads = bool(before) and touching[-1:] in (" ", "\u00a0") and touching[:1].isalpha() and before[-1][0].isupper()
        return (leads and len(before) > 1) or follows

    def last_names(self, found: Sequence[Mention], runs: Sequence[Run]) -> Iterator[Mention]:
        """People who were named in full before, by their last name."""
        if self.is_line:
            return
        known: dict[str, set[int]] = defaultdict(set)
        people = {one.topic.pk: (one.topic, one.end) for one in reversed(found) if one.topic.kind == TopicKind.PERSON}
        people = {pk: (topic, 0) for pk, topic in self.context.items() if topic.kind == TopicKind.PERSON} | people
        titles = {texts_of.fold(one.topic.name) for one in found if one.topic.kind != TopicKind.PERSON}
        for pk, (topic, _) in people.items():
            parts = texts_of.fold(topic.name).split()
            if len(parts) > 1 and len(parts[-1]) > 2:
                known[parts[-1]].add(pk)
        for run in runs:
            if run.count == 1 and len(known.get(run.key, ())) == 1 and run.is_title_case and run.key not in titles:
                topic, since = people[next(iter(known[run.key]))]
                if run.start >= since and self.quotation(run) is None and not self.is_part(run):
                    yield Mention(run.start, run.end, topic, 0.7)


def _known(topic: Topic) -> tuple[bool, bool, int, int]:
    return (topic.kind == TopicKind.SERIES, topic.last_position > 0, topic.popularity, -topic.pk)


def _longest(found: Sequence[Mention], *, first: int = 0) -> list[Mention]:
    """Without those that another, longer one covers; the first so many are there anyway."""
    kept = list(found[:first])
    for one in sorted(found[first:], key=lambda m: (m.start - m.end, -m.score, m.start)):
        if all(one.end <= other.start or one.start >= other.end for other in kept):
            kept.append(one)
    return [replace(one, score=min(one.score, 1.0)) for one in kept]
