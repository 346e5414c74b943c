"""One typed line becomes a fact: „Besetzung: Rosanna Arquette als Jenny in „Ballard“, Staffel 2 (Nebenrolle)“.

Order and case are free, the words are German or English (`vocabulary`). A reading says what it took each piece of the
line for, and what it could not read: nothing is dropped in silence.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from staffellauf.catalogue.models import Topic, TopicKind
from staffellauf.common import dates, vague
from staffellauf.newsroom import mentions
from staffellauf.newsroom.facts import free_text, kinds, vocabulary, when
from staffellauf.newsroom.mentions import Mention
from staffellauf.newsroom.models import Article, Fact, Source, Weight

MAX_LINE = 400
K = Fact.Kind
# What is told once it has happened.
PAST = (K.DEATH, K.RATINGS, K.AWARD)


@dataclass(frozen=True, slots=True)
class Part:
    """Characters `start` to `end` of the line fill the slot; both 0 for what the article says by itself."""

    start: int
    end: int
    slot: str
    label: str
    shown: str


@dataclass(frozen=True, slots=True)
class Reading:
    line: str
    values: dict[str, Any]  # Any: as `checking.checked` takes them
    parts: list[Part]
    unread: list[str]
    """Words that mean nothing here, and sentences on what does not fit."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a line may leave out, because its article says it."""

    topics: Sequence[Topic] = ()
    series: Topic | None = None
    source: Source | None = None
    base: date = field(default_factory=lambda: dates.local(timezone.now()).date())

    @classmethod
    def of(cls, article: Article) -> "Context":
        subjects = sorted(
            article.subjects.select_related("topic__merged_into"), key=lambda one: (one.weight != Weight.MAIN, one.pk)
        )
        topics = [one.topic.merged_into or one.topic for one in subjects]
        series = next((one for one in topics if one.kind == TopicKind.SERIES), None)
        moment = article.first_published_at or timezone.now()
        return cls(topics, series, article.sources.first(), dates.local(moment).date())


def read(line: str, context: Context) -> Reading:
    """What the line says; an empty reading for an empty line."""
    return _Line(" ".join(line.replace("\0", "").split())[:MAX_LINE], context).reading()


class _Line:
    def __init__(self, line: str, context: Context) -> None:
        self.line, self.context = line, context
        self.taken = bytearray(len(line))
        self.values: dict[str, Any] = {}
        self.parts: list[Part] = []
        self.unread: list[str] = []
        self.quotes = [match.span() for match in vocabulary.QUOTED.finditer(line)]

    def reading(self) -> Reading:
        if not self.line:
            return Reading("", {}, [], [])
        self.read_source()
        self.read_certainty()
        head = self.read_head()
        found = mentions.find(self.line, self.context.topics, is_line=True)
        character = self.find_character()
        strong = [one for one in found if self.is_strong(one) and not within(one, character)]
        for one in strong:
            self.take_silently(one.start, one.end)
        kind = head or self.read_kind(strong, character)
        self.read_places()
        if kind and "character" in kinds.SHAPES[kind].slots and character:
            self.put("character", character, self.line[character[0] : character[1]].strip())
        self.read_dates(kind)
        topics = [one for one in found if one in strong or (self.is_free(one.start, one.end))]
        topics = [one for one in topics if "character" not in self.values or not within(one, character)]
        kind = kind or self.guess(topics)
        if kind:
            self.values["kind"] = kind
            self.read_choices(kind)
            free_text.before_topics(self, kind, topics)
            self.place_topics(kind, topics)
            free_text.after_topics(self, kind)
            self.fill_from_article(kind)
        else:
            self.unread.append(_("Say what kind of fact it is."))
        self.tell_unread()
        return Reading(self.line, self.values, sorted(self.parts, key=lambda p: (p.end == 0, p.start)), self.unread)

    # What the pieces of a line are read into.

    def is_free(self, start: int, end: int) -> bool:
        return not any(self.taken[start:end])

    def take_silently(self, start: int, end: int) -> None:
        self.taken[start:end] = b"\1" * (end - start)

    def put(self, slot: str, span: tuple[int, int], value: Any, *, shown: str = "") -> None:
        """Fills a slot once; what comes for it a second time is told to be unread."""
        self.take_silently(*span)
        label = label_of(slot)
        if slot in self.values and self.values[slot] != value:
            said = {"slot": label, "words": self.line[span[0] : span[1]]}
            self.unread.append(_("“%(words)s”: a second “%(slot)s” has no place here.") % said)
            return
        self.values[slot] = value
        self.parts.append(Part(*span, slot, label, shown or str(value)))

    def assume(self, slot: str, value: Any, *, shown: str) -> None:
        self.values[slot] = value
        self.parts.append(Part(0, 0, slot, label_of(slot), shown))

    def free_matches(self, pattern: re.Pattern[str], *, in_quotes: bool = False) -> Iterator[re.Match[str]]:
        for match in pattern.finditer(self.line):
            quoted = any(start < match.start() and match.end() < end for start, end in self.quotes)
            if match.end() > match.start() and self.is_free(*match.span()) and (in_quotes or not quoted):
                yield match

    # The steps.

    def read_source(self) -> None:
        for match in self.free_matches(vocabulary.URL, in_quotes=True):
            url = match[0].rstrip(".,;)")
            self.put("source_url", (match.start(), match.start() + len(url)), url)
        for slot, pattern in (("source_name", vocabulary.SOURCE), ("source_via", vocabulary.VIA)):
            for match in self.free_matches(pattern):
                self.put(slot, match.span(), match[1].strip()[:120])

    def read_certainty(self) -> None:
        for certainty, pattern in vocabulary.CERTAINTIES:
            for match in self.free_matches(pattern):
                if "certainty" not in self.values:
                    self.put("certainty", match.span(), certainty, shown=str(Fact.Certainty(certainty).label))

    def read_head(self) -> str | None:
        match = vocabulary.HEAD.match(self.line)
        if not match or not self.is_free(*match.span(1)):
            return None
        for kind, pattern in vocabulary.WORDS:
            if pattern.search(match[1]):
                self.put("kind", match.span(), str(kind), shown=str(K(kind).label))
                self.take_word(kind)
                return str(kind)
        return None

    def read_kind(self, found: Sequence[Mention], character: tuple[int, int] | None) -> str | None:
        for kind, pattern in vocabulary.WORDS:
            matches = list(self.free_matches(pattern))
            if matches:
                self.put("kind", matches[0].span(), str(kind), shown=str(K(kind).label))
                self.take_word(kind)
                return str(kind)
        return str(K.CASTING) if character and any(one.topic.kind == TopicKind.PERSON for one in found) else None

    def take_word(self, kind: str) -> None:
        """Other words for the same, unless they say more: „abgesetzt“ tells how, „Trailer“ tells what."""
        if kind in (K.ENDING, K.TRAILER, K.REVIVAL, K.CREW_CHANGE, K.AWARD, K.RATINGS, K.START_DATE, K.ADAPTATION):
            return
        pattern = dict(vocabulary.WORDS)[kind]
        for match in self.free_matches(pattern):
            self.take_silently(*match.span())

    def find_character(self) -> tuple[int, int] | None:
        """Where a line names a character: „als Jenny“, „spielt „Jenny““."""
        for match in self.free_matches(vocabulary.CHARACTER, in_quotes=True):
            group = next((n for n in (1, 2, 3) if match[n] and match[n].strip()), 0)
            words = match[group] if group else ""
            is_job = any(
                pattern.fullmatch(words.split()[0]) for _, pattern in vocabulary.CHOICES["job"] if words.split()
            )
            says_kind = any(pattern.match(words) for _, pattern in vocabulary.WORDS)
            if words and not is_job and not says_kind:
                return match.span(group)
        return None

    def is_strong(self, one: Mention) -> bool:
        quoted = self.line[max(0, one.start - 1) : one.start] in tuple(mentions.OPENING)
        expected = any(one.topic.pk == topic.pk for topic in self.context.topics)
        return self.is_free(one.start, one.end) and (quoted or expected or " " in self.line[one.start : one.end])

    def read_places(self) -> None:
        for match in self.free_matches(vocabulary.SEASON):
            number = season_number(match)
            self.put("season_number", match.span(), number, shown=str(number))
            if match["code"]:
                episode = int(match["e"] or match["ex"])
                self.values["episode_number"] = episode
                self.parts.append(Part(*match.span(), "episode_number", label_of("episode_number"), str(episode)))
        for match in self.free_matches(vocabulary.EPISODE):
            self.put("episode_number", match.span(), int(match[1]), shown=match[1])

    def read_dates(self, kind: str | None) -> None:
        masked = "".join(" " if gone else letter for letter, gone in zip(self.line, self.taken, strict=True))
        for said in when.find(masked, base=self.context.base, is_past=kind in PAST):
            if not masked[said.start : said.end].strip():
                continue
            shown = vague.for_people(said.vague, "de" if dates.is_german() else "en")
            before = self.line[: said.start].rstrip().casefold()
            if self.is_day_of_source(said.start) and said.vague.first == said.vague.last:
                self.put("source_on", (said.start, said.end), said.vague.first, shown=shown)
            elif kind == K.SCHEDULE_CHANGE and before.endswith(("vom", "statt", "bisher", "von", "from", "instead of")):
                self.put("old_date", (said.start, said.end), self.line[said.start : said.end])
            else:
                self.put("when", (said.start, said.end), said.vague, shown=shown)

    def is_day_of_source(self, start: int) -> bool:
        ends = [part.end for part in self.parts if part.slot in ("source_name", "source_url")]
        return any(end <= start <= end + 6 and not re.search(r"[,;]", self.line[end:start]) for end in ends)

    def guess(self, found: Sequence[Mention]) -> str | None:
        """Of what kind a line is that no word tells: somebody and a series are a casting, a date is a start."""
        if any(one.topic.kind == TopicKind.PERSON for one in found):
            return str(K.CASTING)
        return str(K.START_DATE) if "when" in self.values else None

    def read_choices(self, kind: str) -> None:
        has = kinds.SHAPES[kind].slots
        sets = [(slot, pairs) for slot, pairs in vocabulary.CHOICES.items() if slot in has]
        if "how" in has:
            sets.append(("how", vocabulary.HOW[K(kind)]))
        for slot, pairs in sets:
            for value, pattern in pairs:
                for match in [] if slot in self.values else list(self.matches_even_of_kind(pattern))[:1]:
                    self.put(slot, match.span(), value,
                             shown=str(kinds.choices_of(kind, kinds.SLOTS[slot])[value]))  # fmt: skip
        if "territory" in has:
            for code, pattern in vocabulary.TERRITORY:
                for match in self.free_matches(pattern):
                    self.put("territory", match.span(), code, shown=str(kinds.COUNTRIES[code]))
        if kind == K.CREW_CHANGE and "how" not in self.values:
            self.assume("how", "joins", shown=str(kinds.HOW_CREW_CHANGES["joins"]))

    def matches_even_of_kind(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """The word that told the kind may tell more: „abgesetzt“."""
        told = [(part.start, part.end) for part in self.parts if part.slot == "kind"]
        for match in pattern.finditer(self.line):
            inside = any(start <= match.start() and match.end() <= end for start, end in told)
            if inside or self.is_free(*match.span()):
                yield match

    def place_topics(self, kind: str, found: Sequence[Mention]) -> None:
        """Each topic goes where its kind belongs; of two series the second is the other one."""
        has = kinds.SHAPES[kind].slots
        series = [one for one in found if one.topic.kind == TopicKind.SERIES]
        only_other = kind == K.SPIN_OFF and len({one.topic.pk for one in series}) == 1
        for one in found:
            slot = str(one.topic.kind)
            if slot == TopicKind.SERIES and (only_other or self.is_second_series(one, has)):
                slot = "other_series"
            if slot in has:
                self.put(slot, (one.start, one.end), one.topic.pk, shown=one.topic.name)
            else:
                said = {"words": one.topic.name, "kind": K(kind).label}
                self.unread.append(_("“%(words)s” has no place in a fact of the kind “%(kind)s”.") % said)
                self.take_silently(one.start, one.end)

    def is_second_series(self, one: Mention, has: Sequence[str]) -> bool:
        return "other_series" in has and self.values.get("series") not in (None, one.topic.pk)

    def fill_from_article(self, kind: str) -> None:
        series, source = self.context.series, self.context.source
        has = kinds.SHAPES[kind].slots
        taken = (self.values.get("series"), self.values.get("other_series"))
        if "series" in has and series and self.values.get("series") is None and series.pk not in taken:
            if kind not in (K.SPIN_OFF,) or "title" not in self.values:
                self.assume("series", series.pk, shown=series.name)
        if kind == K.DEATH and "person" not in self.values:
            person = next((one for one in self.context.topics if one.kind == TopicKind.PERSON), None)
            if person:
                self.assume("person", person.pk, shown=person.name)
        if source and not {"source_name", "source_url"} & set(self.values):
            self.assume("source_name", source.name, shown=source.name)
            self.values |= {"source_kind": source.kind, "source_url": source.url, "source_on": source.reported_on}
            self.values |= {"source_via": source.via} if "source_via" not in self.values else {}

    def tell_unread(self) -> None:
        left = "".join(letter if not gone else "\n" for letter, gone in zip(self.line, self.taken, strict=True))
        for piece in left.split("\n"):
            words = [word for word in re.findall(r"[^\W_][\w'’-]*", piece) if word.casefold() not in vocabulary.FILLER]
            if words:
                self.unread.append(_("Not read: “%(words)s”") % {"words": " ".join(words)})
        if "kind" in self.values:
            has = {*kinds.SHAPES[self.values["kind"]].slots, *OTHERS}
            for slot in [slot for slot in self.values if slot not in has]:
                shown = next((part.shown for part in self.parts if part.slot == slot), "")
                said = {"words": f"{label_of(slot)}: {shown}", "kind": K(self.values["kind"]).label}
                self.unread.append(_("“%(words)s” has no place in a fact of the kind “%(kind)s”.") % said)
                del self.values[slot]
            self.parts = [part for part in self.parts if part.slot in self.values]


OTHERS = frozenset({"kind", "certainty", "source_name", "source_url", "source_via", "source_on", "source_kind"})


def label_of(slot: str) -> str:
    others = {
        "kind": _("kind"), "certainty": _("certainty"), "source_name": _("source"), "source_url": _("address"),
        "source_via": _("via"), "source_on": _("reported on"),
    }  # fmt: skip
    return others.get(slot) or str(kinds.SLOTS[slot].label)


def within(one: Mention, span: tuple[int, int] | None) -> bool:
    return span is not None and one.start < span[1] and span[0] < one.end


def season_number(match: re.Match[str]) -> int:
    for group in ("n", "short", "o", "s", "sx"):
        if match[group]:
            return int(match[group])
    if match["count"]:
        return vocabulary.NUMBERS.get(match["count"].casefold()) or int(match["count"])
    return vocabulary.ORDINALS[match["word"].casefold()]
