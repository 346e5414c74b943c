"""The slots of a line that are free text: titles in quotation marks, figures, awards, places."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.formats import number_format

from staffellauf.catalogue.models import TopicKind
from staffellauf.common import text
from staffellauf.newsroom.facts import kinds, vocabulary
from staffellauf.newsroom.mentions import Mention
from staffellauf.newsroom.models import Fact

if TYPE_CHECKING:
    from staffellauf.newsroom.facts.lines import _Line as Line

K = Fact.Kind
AWARD_WORDS = re.compile(r"[^\W_][^,;:()\n]{1,119}")
CATEGORY = re.compile(
    r"(?:in der kategorie|kategorie|in the category|als bester?)\s+[„“\"]?([^,;()\n„“”\"]{2,160})", re.IGNORECASE
)


def before_topics(line: "Line", kind: str, topics: list[Mention]) -> None:
    """What must not be taken for a topic: the titles of a change of title, a work's title."""
    if kind == K.TITLE_CHANGE:
        _titles(line, topics)
    if kind == K.ADAPTATION:
        _work(line, topics)


def after_topics(line: "Line", kind: str) -> None:
    has = kinds.SHAPES[kind].slots
    if "episode_count" in has:
        _episode_count(line)
    if kind == K.RATINGS:
        _figures(line)
    if kind == K.SPIN_OFF and "title" in has:
        for span, words in _quoted(line, []):
            line.put("title", span, words)
    if kind == K.AWARD:
        _award(line)
    if "place" in has:
        for match in line.free_matches(vocabulary.PLACE):
            line.put("place", match.span(), match[1].strip())
    if kind == K.ADAPTATION:
        for match in line.free_matches(vocabulary.AUTHORS):
            line.put("work_authors", match.span(), match[1].strip())


def _episode_count(line: "Line") -> None:
    for match in line.free_matches(vocabulary.EPISODE_COUNT):
        count = int(vocabulary.NUMBERS.get(match[1].casefold(), 0) or match[1])
        line.put("episode_count", match.span(), count, shown=str(count))


def _quoted(line: "Line", topics: Sequence[Mention]) -> list[tuple[tuple[int, int], str]]:
    """Titles in quotation marks that name none of these topics."""
    named = [(one.start, one.end) for one in topics]
    return [
        (match.span(), match[1].strip())
        for match in vocabulary.QUOTED.finditer(line.line)
        if not any(start >= match.start() and end <= match.end() for start, end in named)
        and (line.is_free(*match.span()) or bool(topics))
        and match[1].strip()
    ]


def _titles(line: "Line", topics: list[Mention]) -> None:
    """„A“ → „B“, „B“ statt „A“, „A“ heißt jetzt „B“, or „B“ alone."""
    quoted = [(match.span(), match[1].strip()) for match in vocabulary.QUOTED.finditer(line.line) if match[1].strip()]
    arrow = vocabulary.ARROW.search(line.line)
    turned = arrow is not None and arrow[0] not in ("→", "->", "=>")
    if arrow:
        line.take_silently(*arrow.span())
    if len(quoted) > 1:
        old, new = (quoted[1], quoted[0]) if turned else (quoted[0], quoted[1])
        line.put("old_title", old[0], old[1])
        line.put("new_title", new[0], new[1])
    elif quoted:
        line.put("new_title", *quoted[0])
    known = next((one for one in topics if one.topic.kind == TopicKind.SERIES), None)
    new_title = text.fold(str(line.values.get("new_title", "")))
    if known and text.fold(line.line[known.start : known.end]) != new_title:
        line.values["series"] = known.topic.pk
        line.parts.append(type(line.parts[0])(known.start, known.end, "series", str(kinds.SLOTS["series"].label),
                                              known.topic.name))  # fmt: skip
    topics[:] = [one for one in topics if one.topic.kind != TopicKind.SERIES]


def _work(line: "Line", topics: list[Mention]) -> None:
    """The title behind „nach dem Roman“; one that is a series as well is the work there."""
    cue = next((pattern.search(line.line) for kind, pattern in vocabulary.WORDS if kind == K.ADAPTATION), None)
    quoted = [(match.span(), match[1].strip()) for match in vocabulary.QUOTED.finditer(line.line) if match[1].strip()]
    behind = [one for one in quoted if cue and one[0][0] >= cue.end() and cue.end() > 12]
    series = [one for one in topics if one.topic.kind == TopicKind.SERIES]
    others = [one for one in quoted if not any(one[0][0] <= s.start and s.end <= one[0][1] for s in series)]
    for span, words in (others or behind)[-1:]:
        line.put("work_title", span, words)
        topics[:] = [one for one in topics if not (span[0] <= one.start and one.end <= span[1])]
    people = [one for one in topics if one.topic.kind == TopicKind.PERSON]
    if people:
        names = ", ".join(one.topic.name for one in people)
        line.put("work_authors", (people[0].start, people[0].end), names[:200])
        for one in people[1:]:
            line.take_silently(one.start, one.end)
        topics[:] = [one for one in topics if one.topic.kind != TopicKind.PERSON]
    if "work_kind" not in line.values and "work_title" in line.values:
        line.assume("work_kind", "novel", shown=str(kinds.SLOTS["work_kind"].choices["novel"]))


def _figures(line: "Line") -> None:
    for match in line.free_matches(vocabulary.SHARE):
        line.put("share", match.span(), float(match[1].replace(",", ".")), shown=match[0])
    for match in line.free_matches(vocabulary.FIGURE):
        if "figure" in line.values:
            break
        plain = match[1].replace(".", "") if re.fullmatch(r"\d{1,3}(?:\.\d{3})+", match[1]) else match[1]
        figure = float(plain.replace(",", ".")) * vocabulary.SCALE.get(_scale(match[2] or ""), 1)
        line.put("figure", match.span(), figure, shown=str(number_format(int(figure), use_l10n=True)))


def _scale(word: str) -> str:
    small = word.casefold()
    return small if len(small) < 2 else small[:2]


def _award(line: "Line") -> None:
    for match in line.free_matches(CATEGORY, in_quotes=True):
        line.put("category", match.span(), match[1].strip())
    left = "".join("\n" if gone else letter for letter, gone in zip(line.line, line.taken, strict=True))
    for match in AWARD_WORDS.finditer(left):
        words = match[0].strip()
        said = [word for word in words.split() if word.casefold() not in vocabulary.FILLER]
        if said and "award" not in line.values:
            line.put("award", match.span(), " ".join(said))
