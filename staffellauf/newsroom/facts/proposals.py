"""Facts that an article's own text states, proposed with the sentence that says so. Precision before recall.

A sentence must hold a pattern of German (or English) series news and name whom it is about; what speaks of earlier
work, denies or asks is left out. What was accepted or rejected once does not come back.
"""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.html import strip_tags

from staffellauf.accounts.models import User
from staffellauf.catalogue.models import TopicKind
from staffellauf.newsroom import mentions
from staffellauf.newsroom.facts import actions, checking, kinds, vocabulary, when
from staffellauf.newsroom.facts.checking import Statement, Wrong
from staffellauf.newsroom.facts.lines import Context, season_number
from staffellauf.newsroom.mentions import Mention
from staffellauf.newsroom.models import Article, Fact

K = Fact.Kind
MAX_TEXT, MAX_PROPOSALS = 20_000, 20
BLOCK_END = re.compile(r"</(?:p|h[1-6]|li|blockquote|div)>|<(?:br|hr)\b[^>]*>", re.IGNORECASE)
# After a full stop a capital; not after „Dr.“, „2.“ or one letter.
SENTENCE_END = re.compile(
    r"(?<=[.!?…])(?<![ (]\w\.)(?<!\d\.)(?<!Dr\.)(?<!bzw\.)(?<!lt\.)[“\"»]?\s+(?=[„“\"»A-ZÄÖÜ0-9])|\n+"
)
PERSON_KINDS = frozenset({K.CASTING, K.EXIT, K.RETURN, K.DEATH})
# How far before its verb somebody may stand.
NEAR = 90
PATTERNS: list[tuple[str, re.Pattern[str]]] = [
    (kind, re.compile(words, re.IGNORECASE))
    for kind, words in (
        (K.DEATH, r"\bist\b.{0,60}\b(?:gestorben|verstorben)\b|\bstarb\b|\bhas died\b"),
        (K.SHOOTING_END, r"\bdreharbeiten\b.{0,80}\b(?:abgeschlossen|beendet|zu ende)\b|\babgedreht\b"
                         r"|\bhas wrapped\b"),
        (K.SHOOTING_START, r"\bdreharbeiten\b.{0,100}\b(?:beginnen|begonnen|starten|gestartet|angelaufen)\b"
                           r"|\b(?:beginnen|begannen|starten|starteten)\b.{0,80}\bdreharbeiten\b|\bdrehstart\b"
                           r"|\bvor der kamera\b.{0,40}\bab\b|\b(?:production|filming) (?:begins|has begun|starts)\b"),
        (K.RENEWAL, r"\bverlängert\b|\bverlängerung\b|\bum eine \w+ staffel\b|\brenew(?:s|ed)\b"
                    r"|\b(?:bekommt|erhält) eine \w+ staffel\b"),
        (K.ENDING, r"\babgesetzt\b|\bsetzt\b.{0,60}\bab\b(?=[.,!]|$| nach)|\beingestellt\b|\bcancel(?:s|l?ed)\b"
                   r"|\bendet (?:nach|mit)\b|\b(?:letzte|finale) staffel\b|\bfinal season\b"),
        (K.EXIT, r"\bverlässt\b|\bsteigt\b.{0,60}\baus\b|\bkehrt nicht\b.{0,40}\bzurück\b|\bexits\b"),
        (K.RETURN, r"\bkehr(?:t|en)\b.{0,80}\bzurück\b|\bist wieder dabei\b|\breturns as\b"),
        (K.CASTING, r"\bst(?:ö|o)ß(?:t|en)\b.{0,60}\bzu[mr]?\b|\bspielt\b|\bverkörpert\b|\bwird\b.{0,60}\bspielen\b"
                    r"|\bübernimmt\b.{0,60}\b(?:rolle|part)\b|\bschlüpft\b.{0,40}\brolle\b|\bjoins\b"
                    r"|\bhas been cast\b"),
        (K.ORDER, r"\bbestellt\b|\bgibt\b.{0,40}\bgrünes licht\b|\borders\b|\bhat\b.{0,80}\bgeordert\b"),
        (K.TRAILER, r"\b(?:trailer|teaser)\b.{0,60}\b(?:veröffentlicht|erschienen|online|gezeigt)\b"
                    r"|\b(?:veröffentlicht|zeigt)\b.{0,60}\b(?:trailer|teaser)\b"),
        (K.START_DATE, r"\bstarte(?:t|n)\b|\bfeier(?:t|n)\b.{0,60}\bpremiere\b|\bzu sehen ab\b"
                       r"|\bab\b.{0,40}\bzu sehen\b|\bpremieres? (?:on|in)\b|\bläuft ab\b|\bkommt am\b"),
    )
]  # fmt: skip
LOOKS_BACK = re.compile(
    r"\b(?:zuletzt|bekannt (?:aus|durch|ist|wurde)|früher|damals|bislang nur|war\b.{0,60}\bzu sehen|spielte|known for"
    r"|previously|bereits in|einst|bis dahin|worden war)\b", re.IGNORECASE
)  # fmt: skip
DENIES = re.compile(
    r"\b(?:nicht|kein(?:e|er|en)?|niemals|dementiert\w*|ob|falls|not|never|no plans)\b|\?", re.IGNORECASE
)
MAYBE = re.compile(
    r"\b(?:könnte\w*|angeblich|gerücht\w*|offenbar|womöglich|möglicherweise|im gespräch|reportedly|might|could)\b",
    re.IGNORECASE,
)
SURE = re.compile(r"\b(?:bestätigt\w*|offiziell|confirmed|confirms)\b", re.IGNORECASE)
COMPOUND = re.compile(r"[“”\"«»]?-[A-ZÄÖÜ]")
HAS_BEGUN = re.compile(
    r"\b(?:begonnen|begannen|gestartet|starteten|angelaufen|abgeschlossen|beendet|has begun)\b", re.I
)


@dataclass(frozen=True, slots=True)
class Proposal:
    statement: Statement
    evidence: str


def propose(article: Article, user: User) -> list[Fact]:
    """Stores what is new in the article's text as proposed facts; raises PermissionDenied."""
    with transaction.atomic():
        Article.objects.select_for_update().get(pk=article.pk)
        return [actions.propose(article, one.statement, user) for one in found(article)]


def found(article: Article) -> list[Proposal]:
    """Proposals that the article has not had yet, in the order of its text."""
    context = Context.of(article)
    seen = {key_of(fact.kind, fact.series_id, fact.person_id, fact.season_number) for fact in article.facts.all()}
    proposals: list[Proposal] = []
    for one in in_text(text_of(article), context):
        columns = one.statement.columns
        key = key_of(one.statement.kind, columns.get("series"), columns.get("person"), columns.get("season_number"))
        if key not in seen and len(proposals) < MAX_PROPOSALS:
            seen.add(key)
            proposals.append(one)
    return proposals


def key_of(kind: str, series: int | None, person: int | None, season: int | None) -> tuple[Any, ...]:
    """What makes a second proposal the same one, though the text may have found other words for it."""
    return (kind, series, person) if kind in PERSON_KINDS else (kind, series, person, season)


def text_of(article: Article) -> str:
    body = strip_tags(BLOCK_END.sub("\n", article.body or ""))
    return html.unescape("\n".join([article.headline, article.deck, body])).replace("\0", "")[:MAX_TEXT]


def in_text(text: str, context: Context) -> Iterator[Proposal]:
    named = mentions.find(text, context.topics)
    start = 0
    for end in [*(match.start() for match in SENTENCE_END.finditer(text)), len(text)]:
        inside = [one for one in named if start <= one.start and one.end <= end]
        yield from _of_sentence(text, (start, end), inside, context)
        start = end


def _of_sentence(text: str, span: tuple[int, int], named: Sequence[Mention], context: Context) -> Iterator[Proposal]:
    sentence = text[slice(*span)]
    if not sentence.strip() or LOOKS_BACK.search(sentence):
        return
    for kind, pattern in PATTERNS:
        match = pattern.search(sentence)
        denied = DENIES.search(sentence) and not (kind == K.EXIT and match and "nicht" in match[0])
        if match is None or denied:
            continue
        for values in _values(kind, sentence, (match, span[0]), named, context):
            proposal = _checked(values | {"line": " ".join(sentence.split())}, context)
            if proposal:
                yield proposal
        return


def _checked(values: dict[str, Any], context: Context) -> Proposal | None:
    has = {*kinds.SHAPES[values["kind"]].slots, *checking.OTHERS}
    try:
        statement = checking.checked({name: value for name, value in values.items() if name in has}, base=context.base)
    except Wrong:
        return None
    return Proposal(statement, statement.line)


def _values(
    kind: str, sentence: str, cue: tuple[re.Match[str], int], named: Sequence[Mention], context: Context
) -> Iterator[dict[str, Any]]:
    match, offset = cue
    values = _shared(kind, sentence, offset, named=named, context=context)
    if values.get("series") is None and kind != K.DEATH:
        return
    if kind == K.START_DATE and "when" not in values:
        return
    if kind == K.ORDER and values.get("season_number", 1) > 1:
        values["kind"] = str(K.RENEWAL)
    if kind == K.ENDING:
        planned = re.search(r"endet|letzte|finale|final", match[0], re.IGNORECASE)
        values["how"] = "planned_end" if planned else "cancelled"
    if kind == K.TRAILER:
        values["medium"] = "teaser" if "teaser" in match[0].casefold() else "trailer"
    if kind not in PERSON_KINDS:
        yield values
        return
    ends = offset + match.end()
    people = {
        one.topic.pk: one for one in named if one.topic.kind == TopicKind.PERSON and ends - NEAR <= one.end <= ends
    }
    for person in people:
        yield values | {"person": person} | (_role(sentence) if len(people) == 1 else {})


def _shared(kind: str, sentence: str, start: int, *, named: Sequence[Mention], context: Context) -> dict[str, Any]:
    """What every kind may have: series, season, place, day, source, certainty."""
    titles = [one for one in named if one.topic.kind == TopicKind.SERIES]
    # „das „Bosch“-Spin-off „Ballard““ is about „Ballard“.
    whole = [one for one in titles if not COMPOUND.match(sentence, one.end - start)]
    series = {one.topic.pk for one in whole or titles}
    main = context.series.pk if context.series else None
    values: dict[str, Any] = {"kind": str(kind), "series": next(iter(series)) if len(series) == 1 else None}
    if not series:
        values["series"] = main
    networks = {one.topic.pk for one in named if one.topic.kind == TopicKind.ORGANISATION}
    values["organisation"] = networks.pop() if len(networks) == 1 else None
    seasons = {season_number(match) for match in vocabulary.SEASON.finditer(sentence)}
    values["season_number"] = seasons.pop() if len(seasons) == 1 else None
    is_past = kind in (K.DEATH, K.RATINGS) or bool(HAS_BEGUN.search(sentence))
    days = [said for said in when.find(sentence, base=context.base, is_past=is_past) if not _is_source(sentence, said)]
    values["when"] = days[0].vague if len(days) == 1 else None
    certainty = Fact.Certainty.RUMOUR if MAYBE.search(sentence) else None
    certainty = certainty or (Fact.Certainty.CONFIRMED if SURE.search(sentence) else Fact.Certainty.REPORTED)
    values["certainty"] = str(certainty)
    if source := context.source:
        values |= {"source_name": source.name, "source_kind": source.kind, "source_url": source.url}
        values |= {"source_on": source.reported_on, "source_via": source.via}
    return {name: value for name, value in values.items() if value not in (None, "")}


def _is_source(sentence: str, said: when.Said) -> bool:
    """„Wie Deadline am 23. Januar berichtet“: the day of the report."""
    around = sentence[max(0, said.start - 60) : said.end + 30]
    return bool(
        re.search(r"\b(?:berichtet\w*|meldet\w*|teilte|gab\b.{0,20}\bbekannt|reported|laut)\b", around, re.IGNORECASE)
    )


def _role(sentence: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    match = CHARACTER.search(sentence)
    if match:
        found["character"] = match[1].strip()
    for billing, pattern in vocabulary.CHOICES["billing"]:
        if pattern.search(sentence):
            found.setdefault("billing", billing)
    return found


# Capitals only, so that „spielt die Mutter“ names nobody.
NAME = (
    r"(?:(?:Det\.|Detective|Dr\.|Captain|Kommissarin?|Officer)\s)?[A-ZÄÖÜÉ][\w’'-]+"
    r"(?:\s(?:von|van|de)?\s?[A-ZÄÖÜÉ][\w’'-]+){0,3}"
)
CHARACTER = re.compile(
    rf"\b(?:als|Rolle (?:der|des|von)|spielt|verkörpert|as|plays)\s(?:in [^,.]{{1,80}}?[“\"»]\s)?[„“\"]?({NAME})"
    r"(?=[“”\"]?(?:[,.:;!)\s]|$))"
)
