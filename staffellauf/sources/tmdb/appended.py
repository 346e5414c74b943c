"""What TMDB's answers add to a series: a season with its episodes, or a part that a person has in it."""

from collections.abc import Iterator
from dataclasses import replace

from staffellauf.sources import values
from staffellauf.sources.records import CreditRecord, PersonRecord, Record, Refused, RoleRecord, SeriesRecord
from staffellauf.sources.stated import Stated
from staffellauf.sources.tmdb import episodes, people, series, shapes, words

SOURCE = people.SOURCE
# A filmography says how often, not how somebody is billed; fewer than the episodes of a short season is no main role.
MAIN_EPISODES = 6


def season(given: Stated, *, show: int, language: str) -> Record | Refused:
    """A season's answer, with its episodes and regulars when they are there."""
    texts = [given.raw.get("overview"), *(item.raw.get("overview") for item in given.objects("episodes"))]
    spoken = language or words.language(" ".join(text for text in texts if isinstance(text, str)))
    found = episodes.season(given, language=spoken)
    if found is None:
        return Refused(f"season {shapes.called(given.raw)}".strip(), "has no number")
    cast = given.object("aggregate_credits" if "aggregate_credits" in given else "credits")
    return SeriesRecord(
        SOURCE,
        "",
        {"tmdb": str(show)},
        organisations=series.networks(given),
        seasons=(found,),
        episodes=tuple(episodes.episodes(given, language=spoken)) if "episodes" in given else None,
        roles=people.roles(cast, "cast", seasons=(found.number,)) if "cast" in cast else None,
        is_partial=True,
        warnings=given.notes.as_tuple(),
    )


def filmography(given: Stated, person: PersonRecord, *, language: str) -> Iterator[SeriesRecord]:
    """The series in which somebody played or worked, each gaining just that part."""
    for key in ("cast", "crew"):
        for row in given.objects(key):
            if not shapes.is_film(row.raw):
                found = part(Stated(row.raw), person, is_cast=key == "cast", language=language)
                if found:
                    yield found


def part(row: Stated, person: PersonRecord | None, *, is_cast: bool, language: str) -> SeriesRecord | None:
    """The series with one role or one job of the person."""
    found = series.series(row, language=language)
    if found is None or person is None:
        return None
    name, is_voice, is_self = people.character(row)
    count = row.number("episode_count", values.LARGE)
    billing = "main"
    if count is not None and count < MAIN_EPISODES:
        billing = "recurring" if count >= people.RECURRING_EPISODES else "guest"
    title = row.text("job", 100)
    if is_cast:
        role = RoleRecord(person, name, billing, 0, is_voice, is_self)
        return replace(found, roles=(role,), is_partial=True)
    job = words.job(title)
    credit = CreditRecord(person, job, "" if job == "creator" else title)
    return replace(found, credits=(credit,), is_partial=True)
