"""Whether two headlines tell the same story. No model, no database: words in, yes or no out.

What counts is words in common, less what the publisher hangs on and less what every headline has. Two topics in
common make few words enough; numbers and opposites (renewed, cancelled) keep apart what otherwise looks alike.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta

from staffellauf.common import text

# A story that comes up again after that is a new one.
WINDOW = timedelta(days=3)
# Tuned on tests/finds/test_stories.py: Jaccard (in common of all) or containment (in common of the shorter).
ALIKE, WITHIN = 0.5, 0.8
# With a topic in common, and with two.
ALIKE_ON_TOPIC, WITHIN_ON_TOPIC = 0.4, 0.66
ALIKE_ON_TOPICS, WITHIN_ON_TOPICS = 0.25, 0.45
# Fewer words than that say nothing.
FEWEST_IN_COMMON, FEWEST_ON_TOPIC = 4, 3

WORDS_OF_A_NAME = 2

SEPARATOR = re.compile(r"\s+[-–—|·•:]{1,2}\s+|\s*\|\s*")
STOP_WORDS = frozenset(
    text.fold(
        """der die das den dem des ein eine einer eines einem einen und oder in im am an auf aus bei mit von vom zu zum
        zur für über um als wie was wer wird werden wurde ist sind hat haben es er sie ich wir ihr sein seine ihre nach
        vor bis nun jetzt neu neue neuer neues neuen auch noch nicht so dass doch mehr alle alles gegen durch unter
        a an the and or of in on at to for from by with is are was be as its it his her their this that will has have
        new now not up out after about into over more all exclusive exklusiv update breaking news report bericht tv
        serie serien series show drama comedy video watch s first look offiziell official officially"""
    ).split()
)
SAME = {
    text.fold(word): text.fold(meaning)
    for meaning, words in {
        "renewed": "renews renewed renewal renew verlängert verlängerung verlängern verlaengert bestellt fortsetzung",
        "cancelled": "cancels canceled cancelled cancellation axed axes abgesetzt absetzung setzt ab eingestellt endet",
        "joins": "joins join joined cast casts casting boards adds recur stößt verstärkt besetzt besetzung dabei",
        "exits": "exits exit leaves leaving departs quits verlässt ausstieg steigt",
        "trailer": "trailer teaser",
        "dies": "dies died dead death stirbt starb gestorben tot tod verstorben",
        "shooting": "shooting shoot shoots filming films production dreht drehstart drehbeginn dreharbeiten gedreht",
        "starts": "premiere premieres premiered start startet starttermin debut debuts bows",
        "season": "season seasons staffel staffeln",
        "1": "first erste ersten erster", "2": "second zweite zweiten zweiter two zwei",
        "3": "third dritte dritten dritter three drei", "4": "fourth vierte vierten vierter four vier",
        "5": "fifth fünfte fünften five fünf", "6": "sixth sechste sechsten six sechs",
        "7": "seventh siebte siebten seven sieben", "8": "eighth achte achten eight acht",
    }.items()
    for word in words.split()
}  # fmt: skip
MEANINGS = frozenset(SAME.values())
OPPOSITES = (("renewed", "cancelled"), ("joins", "exits"), ("starts", "cancelled"), ("trailer", "renewed"),
             ("trailer", "cancelled"), ("trailer", "dies"), ("renewed", "dies"), ("exits", "renewed"),
             ("joins", "renewed"), ("joins", "cancelled"), ("trailer", "joins"), ("shooting", "renewed"),
             ("shooting", "joins"), ("shooting", "cancelled"), ("shooting", "trailer"))  # fmt: skip
# News of a person: without a word of the name in common it may be somebody else's.
OF_PEOPLE = frozenset(("joins", "exits", "dies"))
# What many a headline on a death has besides the name.
OF_A_DEATH = frozenset(
    text.fold(
        """dies schauspieler schauspielerin darsteller darstellerin moderator moderatorin sänger sängerin regisseur
        regisseurin autor autorin fernsehstar legende trauer alter jahre jahren year years old age aged actor actress
        star stars creator producer host legend"""
    ).split()
)
QUOTED = re.compile(r"[„“”\"»«‘‚]([^„“”\"»«’‘]{2,80})[“”\"«»’‘]")
ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th)")


@dataclass(frozen=True, slots=True)
class Headline:
    words: frozenset[str]
    topics: frozenset[int] = field(default_factory=frozenset)
    quoted: frozenset[str] = field(default_factory=frozenset)
    """What stands in quotation marks: titles, mostly."""

    @property
    def numbers(self) -> frozenset[str]:
        return frozenset(word for word in self.words if word.isdecimal())


def headline(value: str, *, publisher: str = "", topics: Collection[int] = ()) -> Headline:
    """What of a headline is compared."""
    own = _without_publisher(value, publisher)
    quoted = " ".join(found[1] for found in QUOTED.finditer(own))
    return Headline(_words(own), frozenset(topics), _words(quoted))


def _words(value: str) -> frozenset[str]:
    words = (ORDINAL.sub(r"\1", word) for word in text.fold(value).split() if word not in STOP_WORDS)
    return frozenset(SAME.get(word, word) for word in words)


def are_same(one: Headline, other: Headline) -> bool:
    common = one.words & other.words
    shared_topics = len(one.topics & other.topics)
    fewest = FEWEST_ON_TOPIC if shared_topics else FEWEST_IN_COMMON
    if one.words == other.words and len(common) >= FEWEST_ON_TOPIC:
        return True
    if one.topics and other.topics and not shared_topics:
        return False
    if len(common) < fewest or _contradict(one, other):
        return False
    alike, within = {0: (ALIKE, WITHIN), 1: (ALIKE_ON_TOPIC, WITHIN_ON_TOPIC)}.get(
        shared_topics, (ALIKE_ON_TOPICS, WITHIN_ON_TOPICS)
    )
    shorter = min(len(one.words), len(other.words))
    return len(common) / len(one.words | other.words) >= alike or len(common) / shorter >= within


def _contradict(one: Headline, other: Headline) -> bool:
    """The second season is not the third, and what was renewed was not cancelled."""
    exchanged = one.words ^ other.words
    if len(exchanged) == 2 and len(one.words) == len(other.words) and not exchanged & MEANINGS:
        # What to see on Monday, what to see on Tuesday.
        return True
    if one.quoted and other.quoted and not one.quoted & other.quoted:
        return True
    common = one.words & other.words
    if common & OF_PEOPLE and not common - MEANINGS - one.quoted - other.quoted - one.numbers:
        return True
    if "dies" in common and not one.topics & other.topics and len(common - OF_A_DEATH - one.numbers) < WORDS_OF_A_NAME:
        # Two people may die at the same age.
        return True
    if one.numbers and other.numbers and not one.numbers & other.numbers:
        return True
    for left, right in OPPOSITES:
        if (_only(left, right, one) and _only(right, left, other)) or (
            _only(right, left, one) and _only(left, right, other)
        ):
            return True
    return False


def _only(word: str, opposite: str, of: Headline) -> bool:
    return word in of.words and opposite not in of.words


def _without_publisher(value: str, publisher: str) -> str:
    """Less a „ - Deadline“ at its end."""
    pieces = SEPARATOR.split(value)
    if len(pieces) < 2:
        return value
    last, name = text.fold(pieces[-1]).replace(" ", ""), text.fold(publisher).replace(" ", "")
    if name and last and (last in name or name in last):
        return value[: value.rfind(pieces[-1])]
    return value
