"""Which of the entries that were found comes first.

A rank is the sum of how well a name matches, in steps of about one, and how popular the entry is, worth a little more
than a step: an obscure exact name comes behind a very popular one that begins so, and before everything else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from staffellauf.search.index import Row

NAME = 0.0
WHOLE_BEGINNING = 0.9
PART_BEGINNING = 1.0
WORDS = 2.0
SCATTERED = 2.4
CORRECTED_NAME = 2.2
CORRECTED_BEGINNING = 3.1
CORRECTED_WORDS = 3.5
ERROR = 0.6
MISSING_WORD = 3.0
# What a beginning counts beside a whole word, as an error.
BEGINNING = 0.2
ALIAS = 0.05
# By tier; nothing without any weight.
POPULARITY = (1.2, 0.7, 0.35, 0.0)
# On a page about series they come first where others match as well.
KINDS = {"person": 0.2, "article": 1.0}


@dataclass(frozen=True, slots=True, order=True)
class Match:
    rank: float
    line: int
    """Of the name that matches; 0 is the title."""
    length: int
    is_name: bool


def order(row: Row, match: Match) -> tuple[float, int, int, str, int]:
    popularity = POPULARITY[row.tier] if row.weight else 0.0
    rank = match.rank + KINDS.get(row.kind, 0.0) - popularity
    return round(rank, 3), -row.weight, match.length, row.title, row.object_id


def match(names: Sequence[str], typed: Sequence[str], joined: str) -> Match | None:
    """How well the words as typed match one of the folded names; None when they do not."""
    found = [measured for line, name in enumerate(names) if (measured := match_name(name, typed, joined, line=line))]
    if found:
        return min(found)
    if holds(" ".join(names).split(), typed) is None:
        return None
    return Match(SCATTERED, 0, len(names[0]), False)


def match_name(name: str, typed: Sequence[str], joined: str, *, line: int) -> Match | None:
    alias = ALIAS if line else 0.0
    whole = name.replace(" ", "")
    if whole == joined:
        return Match(NAME + alias, line, len(name), True)
    if whole.startswith(joined):
        is_whole = name.startswith(" ".join(typed) + " ")
        return Match((WHOLE_BEGINNING if is_whole else PART_BEGINNING) + alias, line, len(name), False)
    words = name.split()
    held = holds(words, typed)
    if held is None:
        return None
    return Match(WORDS + alias + held, line, len(name), False)


def holds(words: Sequence[str], typed: Sequence[str]) -> float | None:
    """0 when the words have all that is typed, BEGINNING when the last one only begins so, else None."""
    if any(word not in words for word in typed[:-1]):
        return None
    last = typed[-1]
    if last in words:
        return 0.0
    # A word of a script without spaces may be found in its middle.
    return BEGINNING if any(word.startswith(last) or (last in word and not last.isascii()) for word in words) else None


def match_near(names: Sequence[str], near: Sequence[Mapping[str, float]]) -> Match | None:
    """As match, for words that may be misspelt; one of several may be missing."""
    found = [measured for line, name in enumerate(names) if (measured := match_name_near(name, near, line=line))]
    return min(found, default=None) or match_scattered(names, near)


def match_name_near(name: str, near: Sequence[Mapping[str, float]], *, line: int) -> Match | None:
    words = name.split()
    far = [nearest(words, options) for options in near]
    missing = far.count(None)
    if missing > min(1, len(near) - 1):
        return None
    errors = sum(error for error in far if error is not None)
    if missing:
        base = CORRECTED_WORDS + MISSING_WORD
    elif len(words) == len(near):
        base = CORRECTED_NAME
    else:
        base = CORRECTED_BEGINNING if nearest(words[:1], near[0]) is not None else CORRECTED_WORDS
    return Match(base + ERROR * errors + (ALIAS if line else 0.0), line, len(name), False)


def match_scattered(names: Sequence[str], near: Sequence[Mapping[str, float]]) -> Match | None:
    measured = match_name_near(" ".join(names), near, line=0)
    return measured and Match(measured.rank + SCATTERED - WORDS, 0, len(names[0]), False)


def nearest(words: Sequence[str], options: Mapping[str, float]) -> float | None:
    """The least distance of any of the words, None when none of them is among the options."""
    whole = [options[word] for word in words if word in options]
    if whole:
        return min(whole)
    begun = [
        far for option, far in options.items() if option[-1] == "*" and any(w.startswith(option[:-1]) for w in words)
    ]
    return min(begun, default=None)
