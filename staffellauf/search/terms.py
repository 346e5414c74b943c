"""What of a name goes into the index.

Terms are the words of its folded names, and each whole name without its spaces behind "=" ("=babylonberlin"). The same
terms serve both databases. Whoever changes them, or the keys in `spelling`, has the index filled anew.
"""

import re
from collections.abc import Iterable

from staffellauf.common import text
from staffellauf.search.models import WORD_LENGTH

# A headline with its deck has about forty words.
WORDS_LIMIT = 120
JOINED_LENGTH = 60
# Scripts without spaces: a name is found from each of its characters on.
UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
ENDS_LIMIT = 12
KIND = re.compile("[a-z]{1,12}")


def of_names(names: Iterable[str]) -> list[str]:
    """The terms of an entry with these folded names."""
    names = list(names)
    found = dict.fromkeys(word for name in names for word in words(name))
    ends = [end for word in found if UNSPACED.search(word) for end in endings(word)]
    whole = ["=" + joined(name) for name in names]
    return list(dict.fromkeys([*list(found)[:WORDS_LIMIT], *ends, *whole]))


def words(folded: str) -> list[str]:
    return [word[:WORD_LENGTH] for word in folded.split()]


def joined(folded: str) -> str:
    """Without spaces, so that "babylonberlin" and "star wars" find what they mean."""
    return folded.replace(" ", "")[:JOINED_LENGTH]


def endings(word: str) -> list[str]:
    return [word[at:] for at in range(1, min(len(word) - 1, ENDS_LIMIT))]


def is_kind(kind: str) -> bool:
    """Whether it can be a term."""
    return KIND.fullmatch(kind) is not None


def folded(names: Iterable[str]) -> list[str]:
    return [text.fold(name) for name in names]
