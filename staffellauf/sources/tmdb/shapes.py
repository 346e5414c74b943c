"""What TMDB answers that the catalogue takes nothing of, told by its keys, and why not."""

from collections.abc import Mapping
from typing import Any

NEEDS_SHOW = "does not say which series it belongs to: name it with --show and TMDB's number"
PROVIDERS = "says where to watch without dates, the catalogue takes releases"
FILM = "is a film, the catalogue takes series"

# The first whose keys are all there says why; the more particular stand before the more general.
REASONS: list[tuple[set[str], str, str]] = [
    ({"release_date"}, "film", FILM),
    ({"original_title"}, "film", FILM),
    ({"author", "content"}, "review", "is a review, the catalogue takes none"),
    ({"username", "avatar_path"}, "reviewer", "is the author of a review, the catalogue takes none"),
    ({"image_type", "file_path"}, "picture", "is a tagged picture, the catalogue takes those of the series itself"),
    ({"site", "key"}, "video", "is a video, the catalogue takes none"),
    (
        {"group_count", "episode_count"},
        "order of episodes",
        "is another order of episodes, the catalogue keeps the first run's",
    ),
    (
        {"groups", "group_count"},
        "order of episodes",
        "is another order of episodes, the catalogue keeps the first run's",
    ),
    ({"results"}, "providers", PROVIDERS),
    ({"provider_id", "provider_name"}, "provider", PROVIDERS),
    ({"link", "flatrate"}, "providers", PROVIDERS),
    ({"images", "change_keys"}, "settings", "holds settings of the API, no entries"),
    ({"secure_base_url"}, "settings", "holds settings of the API, no entries"),
    ({"department", "jobs"}, "settings", "holds names of jobs, no entries"),
    ({"iso_639_1", "english_name"}, "language", "is a language, no entry"),
    ({"iso_639_1", "file_path"}, "picture", NEEDS_SHOW),
    ({"iso_639_1", "name"}, "language", "is a language, no entry"),
    ({"iso_3166_1", "native_name"}, "country", "is a country, no entry"),
    ({"iso_3166_1", "zones"}, "country", "holds time zones, no entries"),
    ({"iso_3166_1", "rating"}, "age rating", NEEDS_SHOW),
    ({"iso_3166_1", "title"}, "alternative title", NEEDS_SHOW),
    ({"iso_3166_1", "name"}, "country", "is a country, no entry"),
    ({"genres"}, "genres", "holds names of genres, no entries"),
    ({"biography"}, "biography", "does not say which person it belongs to"),
    (
        {"profiles"},
        "pictures of a person",
        "holds pictures only, the catalogue takes the one in the person's own answer",
    ),
    ({"stills"}, "stills", "holds stills of an episode, the catalogue takes none"),
    ({"parent_company"}, "company", "is a production company, the catalogue takes networks and streamers"),
    ({"changes"}, "changes", "says that something changed, not what the series is now: import the series"),
    ({"titles"}, "alternative titles", FILM),
    ({"logos"}, "logos", "holds logos of a network or a company that it does not name"),
    ({"posters"}, "pictures", NEEDS_SHOW),
    ({"file_path"}, "picture", NEEDS_SHOW),
    ({"job", "credit_id"}, "job", NEEDS_SHOW),
    ({"character", "credit_id"}, "role", NEEDS_SHOW),
    ({"credit_id"}, "credit", NEEDS_SHOW),
    ({"logo_path"}, "company", "may be a network or a production company, nothing in it tells which"),
    ({"name", "type"}, "name", "is another name of something that the list does not name"),
    ({"episode_number"}, "episode", NEEDS_SHOW),
    ({"name", "id"}, "name", "is a keyword or a genre, no entry"),
    ({"id", "adult"}, "number", "is no more than a number: import the series, or ask for changes"),
]


# Any: what JSON holds, here and below.
def refusal(raw: Mapping[str, Any]) -> tuple[str, str]:
    """What it is, and why nothing is taken."""
    for keys, kind, reason in REASONS:
        if raw.keys() >= keys:
            return f"{kind} {called(raw)}".strip(), reason
    if raw.keys() <= {"id"}:
        return f"number {called(raw)}".strip(), "holds nothing but a number"
    return f"answer {called(raw)}".strip(), "has no shape that is known of TMDB"


def called(raw: Mapping[str, Any]) -> str:
    """As people would name it."""
    names = (raw.get(key) for key in ("title", "name", "original_title", "original_name"))
    name = next((name for name in names if isinstance(name, str) and name), "")
    number = raw.get("id")
    shown = str(number)[:30] if isinstance(number, int | str) and not isinstance(number, bool) else ""
    return " ".join(part for part in (name[:120], f"({shown})" if shown else "") if part)


def is_person(raw: Mapping[str, Any]) -> bool:
    return bool(raw.keys() & {"gender", "known_for_department", "birthday", "known_for"}) and "name" in raw


def is_film(raw: Mapping[str, Any]) -> bool:
    return raw.get("media_type") == "movie" or bool(raw.keys() & {"release_date", "original_title"})


def is_series(raw: Mapping[str, Any]) -> bool:
    """Whole, or a row of a list."""
    if "id" not in raw or is_film(raw) or raw.keys() & {"credit_type", "episode_number", "image_type"}:
        return False
    if raw.get("media_type") == "tv":
        return True
    return bool(raw.keys() & {"first_air_date", "number_of_seasons", "original_name"}) and not is_person(raw)


def is_network(raw: Mapping[str, Any]) -> bool:
    """A company also has a description and a parent."""
    return raw.keys() >= {"id", "name", "headquarters"} and not raw.keys() & {"description", "parent_company"}
