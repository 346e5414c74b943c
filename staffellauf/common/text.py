"""Text as German readers type it: folding for search, slugs, quotation marks."""

import re
import unicodedata

from django.utils.text import slugify

GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d"})
APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'"})
SLUG_LENGTH = 100


def fold(value: str) -> str:
    """The form in which texts are compared: lower case, umlauts as ae, oe, ue, ß as ss, other accents dropped.

    >>> fold("Für große Café-Gäste")
    'fuer grosse cafe gaeste'
    """
    lower = unicodedata.normalize("NFC", value).lower().translate(GERMAN).translate(APOSTROPHES)
    plain = "".join(c for c in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(c))
    return " ".join(re.findall(r"[a-z0-9]+|[^\W_a-z0-9]+", plain.replace("'", "")))


INNER_QUOTES = str.maketrans({"„": "‚", "“": "‘", "”": "’"})


def quoted(words: object) -> str:
    """The words as they stand inside quotation marks: their own become single ones.

    >>> quoted("„Ballard“: Rosanna Arquette kommt")
    '‚Ballard‘: Rosanna Arquette kommt'
    """
    return str(words).translate(INNER_QUOTES)


SUFFIXES = {"jr", "jr.", "sr", "sr.", "ii", "iii", "iv"}


def sort_name(name: str) -> str:
    """A person's name as lists sort it: the last name first, with the small words that belong to it behind.

    >>> sort_name("Christian von Trier"), sort_name("Robert Downey Jr."), sort_name("Zendaya")
    ('Trier, Christian von', 'Downey, Robert Jr.', 'Zendaya')
    """
    words = name.split()
    suffix = [words.pop()] if len(words) > 2 and words[-1].lower() in SUFFIXES else []
    if len(words) < 2:
        return name
    return f"{words[-1]}, {' '.join([*words[:-1], *suffix])}"


def slug(value: str, *, empty: str = "ohne-titel") -> str:
    """An ASCII slug of at most 100 characters; `empty` when nothing of the value can be written in ASCII.

    >>> slug("Für große Straßen")
    'fuer-grosse-strassen'
    """
    lower = unicodedata.normalize("NFC", value).lower().translate(GERMAN)
    made = slugify(lower)
    if len(made) > SLUG_LENGTH:
        made = made[:SLUG_LENGTH].rsplit("-", 1)[0]
    return made.strip("-_") or empty
