"""TMDB's words, German and English, as the catalogue's."""

import math
import re
from typing import Any

# Composite genres are two of ours. https://developer.themoviedb.org/reference/genre-tv-list
GENRE_NAMES = {
    "action & adventure": ("action", "adventure"), "action": ("action",), "abenteuer": ("adventure",),
    "adventure": ("adventure",), "animation": ("animation",), "anime": ("anime",), "comedy": ("comedy",),
    "komödie": ("comedy",), "crime": ("crime",), "krimi": ("crime",), "documentary": ("documentary",),
    "dokumentarfilm": ("documentary",), "dokumentation": ("documentary",), "drama": ("drama",),
    "family": ("family",), "familie": ("family",), "fantasy": ("fantasy",), "history": ("history",),
    "historie": ("history",), "horror": ("horror",), "kids": ("children",), "kinder": ("children",),
    "music": ("music",), "musik": ("music",), "mystery": ("mystery",), "news": ("news",),
    "nachrichten": ("news",), "politics": ("politics",), "reality": ("reality",), "romance": ("romance",),
    "liebesfilm": ("romance",), "sci-fi & fantasy": ("science_fiction", "fantasy"),
    "science fiction": ("science_fiction",), "soap": ("soap",), "seifenoper": ("soap",), "talk": ("talk",),
    "talkshow": ("talk",), "thriller": ("thriller",), "war & politics": ("war", "politics"), "war": ("war",),
    "kriegsfilm": ("war",), "western": ("western",),
}  # fmt: skip
# More than any series has; so many fit into the column.
MAX_GENRES = 12
GENRE_IDS = {
    10759: "action & adventure", 16: "animation", 35: "comedy", 80: "crime", 99: "documentary", 18: "drama",
    10751: "family", 10762: "kids", 9648: "mystery", 10763: "news", 10764: "reality", 10765: "sci-fi & fantasy",
    10766: "soap", 10767: "talk", 10768: "war & politics", 37: "western", 28: "action", 12: "adventure",
    14: "fantasy", 36: "history", 27: "horror", 10402: "music", 10749: "romance", 878: "science fiction",
    53: "thriller", 10752: "war",
}  # fmt: skip
GERMAN_GENRES = {"komödie", "krimi", "familie", "dokumentarfilm", "kinder", "abenteuer", "liebesfilm", "musik"}
ENGLISH_GENRES = {"comedy", "crime", "family", "documentary", "adventure", "romance", "music"}

STATUSES = {
    "returning series": "running", "planned": "development", "pilot": "development", "in production": "ordered",
    "ended": "ended", "canceled": "cancelled", "cancelled": "cancelled",
}  # fmt: skip
FORMATS = {
    "scripted": "scripted", "miniseries": "scripted", "documentary": "documentary", "news": "news",
    "reality": "reality", "talk show": "talk",
}  # fmt: skip
# Of the genres that TMDB gives to programmes of one format only.
GENRE_FORMATS = {
    "animation": "animation", "documentary": "documentary", "reality": "reality", "talk": "talk", "news": "news",
}  # fmt: skip
GENDERS = {0: "", 1: "female", 2: "male", 3: "other"}
# TMDB's own codes: "cn" is Cantonese, "xx" no language.
LANGUAGES = {"cn": "yue", "xx": "zxx"}
STREAMERS = {
    "amazon", "prime video", "amazon prime video", "apple tv", "apple tv+", "crunchyroll", "disney+", "hbo max",
    "hulu", "joyn", "magentatv", "max", "netflix", "paramount+", "peacock", "rtl+", "sky go", "tvnow", "wow",
    "youtube", "youtube premium",
}  # fmt: skip

JOBS = {
    "creator": "creator", "showrunner": "showrunner", "director": "director", "co-director": "director",
    "series director": "director", "writer": "writer", "co-writer": "writer", "screenplay": "writer",
    "teleplay": "writer", "story": "writer", "staff writer": "writer", "head writer": "writer",
    "series composition": "writer", "executive story editor": "writer", "story editor": "writer",
    "producer": "producer", "composer": "composer", "original music composer": "composer",
    "main title theme composer": "composer", "music": "composer", "director of photography": "camera",
    "cinematography": "camera", "editor": "editor", "co-editor": "editor",
}  # fmt: skip

PLACEHOLDER = re.compile(r"(?:folge|episode|staffel|season|series|épisode) ?#?\d{1,5}\.?", re.IGNORECASE)
SPECIALS = {"extras", "specials", "special", "season 0", "staffel 0"}

GERMAN = re.compile(r"\b(?:der|die|das|und|ist|eine[rsnm]?|mit|von|sich|auf|für|im|den|dem|des|nicht|wird|als)\b")
ENGLISH = re.compile(r"\b(?:the|and|of|is|an?|to|with|his|her|on|for|that|as|from|who|he|she|it|by|their|are|when)\b")


# Any: what JSON holds, here and below.
def genre_keys(names: list[Any]) -> list[str]:
    """Keys of `Series.Genre` from TMDB's names and numbers, each once; unknown ones are left out."""
    known = (GENRE_IDS.get(name, "") if isinstance(name, int) else str(name).strip().casefold() for name in names)
    keys = dict.fromkeys(key for name in known for key in GENRE_NAMES.get(name, ()))
    return list(keys)[:MAX_GENRES]


def job(title: str) -> str:
    """The key of `Credit.Job` for a job as TMDB calls it."""
    plain = title.casefold()
    return JOBS.get(plain) or ("producer" if plain.endswith("producer") else "other")


def popularity(value: Any) -> int:
    """TMDB's open-ended figure on the scale of 0 to 100 that TVmaze has: 1 is 12, 10 is 42, 100 is 80."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e9:
        return 0
    return min(100, round(40 * math.log10(1 + value)))


def fsk(value: Any) -> int | None:
    """The age of a German rating such as "16" or "FSK 16"; None when it is none."""
    found = re.fullmatch(r"(?:FSK )?(0|6|12|16|18)", str(value).strip())
    return int(found[1]) if found else None


def is_placeholder(title: str) -> bool:
    """Whether the title says no more than the number: "Folge 5", "Staffel 1"."""
    return PLACEHOLDER.fullmatch(title) is not None


def language(text: str) -> str:
    """ "de" or "en", by the small words; nothing when neither prevails."""
    words = text[:2000].lower()
    german, english = len(GERMAN.findall(words)), len(ENGLISH.findall(words))
    if german == english:
        return ""
    return "de" if german > english else "en"
