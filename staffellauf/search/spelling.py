"""Typing errors: which words of the index a misspelt one may have meant, and how far it is from them.

A word is stored under keys: its skeleton, and its skeleton without each one of its letters. One error away from it,
a typed word shares a key with it (as in SymSpell); two errors away, one of the typed word's variants does. That keeps
the table as small as one for single errors, and what is typed pays for it: some hundred keys instead of ten.
"""

import functools
import re
import zlib
from collections.abc import Iterator

# An error is measured in the units that ranking uses.
EXACT = 0.0
SOUND = 0.5
# Shorter ones would be near to half the dictionary.
SHORTEST_FOR_ONE = 3
SHORTEST_FOR_TWO = 4
SKELETON_LENGTH = 16
LETTERS = "abcdefghijklmnopqrstuvwxyz"
ROWS = ("qwertzuiop", "asdfghjkl", "yxcvbnm"), ("qwertyuiop", "asdfghjkl", "zxcvbnm")
UMLAUT = re.compile(r"([aou])e")
DOUBLE = re.compile(r"(.)\1+")
SAME_SOUND = str.maketrans({"c": "k", "y": "i", "z": "s"})


def keys(word: str) -> list[int]:
    """Under which the word is stored; none for numbers, which are never corrected."""
    if not is_correctable(word):
        return []
    stem = skeleton(word)
    return list(dict.fromkeys(key(form) for form in (stem, *without_one(stem))))


def keys_near(word: str, *, errors: int) -> list[int]:
    """The keys that words with up to so many errors share with it."""
    if errors == 0 or not is_correctable(word):
        return []
    stem = skeleton(word)
    forms = {stem, *without_one(stem)}
    if errors > 1:
        forms |= set(far_forms(word, stem))
    return [key(form) for form in forms]


def far_forms(word: str, stem: str) -> Iterator[str]:
    """Undoes one of two errors in every way that is likely; the other one is left to the keys."""
    for shorter in without_one(stem):
        yield from without_one(shorter)
    yield from with_one_more(stem)
    for changed in (*swapped(word), *neighbours(word)):
        form = skeleton(changed)
        yield form
        yield from without_one(form)


def beginnings_near(word: str) -> list[str]:
    """Every beginning that is one error away from what is being typed, the likelier errors first."""
    likely = [*swapped(word), *without_one(word), *with_one_more(word), *neighbours(word)]
    others = (word[:at] + letter + word[at + 1 :] for at in range(len(word)) for letter in LETTERS)
    return [form for form in dict.fromkeys([*likely, *others]) if form != word]


def errors_allowed(word: str) -> int:
    if len(word) < SHORTEST_FOR_ONE or not is_correctable(word):
        return 0
    return 1 if len(word) < SHORTEST_FOR_TWO else 2


def is_correctable(word: str) -> bool:
    return word.isalpha()


@functools.lru_cache(maxsize=4096)
def skeleton(word: str) -> str:
    """What stays when umlauts lose their e, double letters become one, and letters of one sound the same letter."""
    plain = UMLAUT.sub(r"\1", word).translate(SAME_SOUND).replace("ph", "f").replace("th", "t")
    return DOUBLE.sub(r"\1", plain)[:SKELETON_LENGTH]


def key(form: str) -> int:
    """A signed number of 32 bits: what a database stores in four bytes."""
    number = zlib.crc32(form.encode())
    return number - (1 << 32) if number >= 1 << 31 else number


def distance(typed: str, word: str, *, limit: int) -> float | None:
    """Damerau's distance (optimal string alignment), of the words or, with SOUND added, of their skeletons; None beyond
    the limit."""
    if typed == word:
        return EXACT
    sounds = skeleton(typed), skeleton(word)
    if sounds[0] == sounds[1]:
        return SOUND
    found = edits(typed, word, limit=limit)
    if found is None and (found := edits(*sounds, limit=limit)) is not None:
        return found + SOUND
    return found


def edits(typed: str, word: str, *, limit: int) -> int | None:
    """The distance up to the limit; most words are ruled out before it is worked out."""
    if abs(len(typed) - len(word)) > limit:
        return None
    start, end = common_ends(typed, word)
    left, right = typed[start : len(typed) - end], word[start : len(word) - end]
    if len(left) <= 1 and len(right) <= 1:
        return 1
    if limit == 1:
        return 1 if len(left) == 2 and left == right[::-1] else None
    if len(set(left) - set(right)) > limit or len(set(right) - set(left)) > limit:
        return None
    found = aligned(left, right)
    return found if found <= limit else None


def common_ends(one: str, other: str) -> tuple[int, int]:
    shorter = min(len(one), len(other))
    start = 0
    while start < shorter and one[start] == other[start]:
        start += 1
    end = 0
    while end < shorter - start and one[-1 - end] == other[-1 - end]:
        end += 1
    return start, end


def aligned(one: str, other: str) -> int:
    before: list[int] = []
    above = list(range(len(other) + 1))
    for row, letter in enumerate(one, start=1):
        line = [row]
        for column, beside in enumerate(other, start=1):
            cost = min(above[column] + 1, line[-1] + 1, above[column - 1] + (letter != beside))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == beside:
                cost = min(cost, before[column - 2] + 1)
            line.append(cost)
        before, above = above, line
    return above[-1]


def without_one(form: str) -> list[str]:
    return [form[:at] + form[at + 1 :] for at in range(len(form))]


def with_one_more(form: str) -> list[str]:
    return [form[:at] + letter + form[at:] for at in range(len(form) + 1) for letter in LETTERS]


def swapped(form: str) -> list[str]:
    return [form[:at] + form[at + 1] + form[at] + form[at + 2 :] for at in range(len(form) - 1)]


def neighbours(form: str) -> list[str]:
    """With one letter replaced by one that lies beside it on a German or English keyboard."""
    return [form[:at] + near + form[at + 1 :] for at, letter in enumerate(form) for near in beside(letter)]


@functools.cache
def beside(letter: str) -> str:
    found: dict[str, None] = {}
    for rows in ROWS:
        for number, row in enumerate(rows):
            at = row.find(letter)
            if at < 0:
                continue
            found |= dict.fromkeys(row[max(at - 1, 0) : at + 2])
            for other in rows[max(number - 1, 0) : number + 2]:
                found |= dict.fromkeys(other[max(at - 1, 0) : at + 2])
    found.pop(letter, None)
    return "".join(found)
